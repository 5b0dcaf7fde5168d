import { expect, test } from 'vitest';
import { z } from 'zod';
import { fieldSentence } from './field-sentence.ts';

const schema = z.strictObject({
  name: z.string().min(2).max(3),
  level: z.coerce.number().gt(0.5).lt(1),
  tags: z.array(z.string()).min(1).max(2),
  size: z.int().max(2000),
  role: z.enum(['lead', 'viewer']),
  layout: z.literal('long'),
  id: z.guid(),
  day: z.iso.date(),
  side: z.union([z.strictObject({ a: z.string() }), z.strictObject({ b: z.string() })]),
  own: z.string().min(1, 'Write something.'),
});
const good = {
  name: 'abc',
  level: 0.9,
  tags: ['a'],
  size: 3,
  role: 'lead',
  layout: 'long',
  id: '3f2b8c1e-0d4a-4c5b-9e6f-7a8b9c0d1e2f',
  day: '2026-11-22',
  side: { a: '' },
  own: 'x',
};

test.each([
  ['nothing wrong', {}, undefined],
  ['missing', { name: undefined }, 'is required.'],
  ['another type', { name: 5 }, 'must be a text.'],
  ['null', { tags: null }, 'must be a list.'],
  ['too short', { name: 'a' }, 'must have at least 2 characters.'],
  ['too long', { name: 'abcd' }, 'must have at most 3 characters.'],
  ['no entry', { tags: [] }, 'must have at least 1 entry.'],
  ['not a number', { level: 'x' }, 'must be a number.'],
  ['at the open limit', { level: 1 }, 'must be below 1.'],
  ['below the open limit', { level: 0.5 }, 'must be above 0.5.'],
  ['above the closed limit', { size: 2001 }, 'must be at most 2,000.'],
  ['half', { size: 1.5 }, 'must be a whole number.'],
  ['another word', { role: 'boss' }, 'must be one of lead, viewer.'],
  ['another constant', { layout: 'wide' }, 'must be long.'],
  ['no id', { id: 'x' }, 'must be an id, such as 3f2b8c1e-0d4a-4c5b-9e6f-7a8b9c0d1e2f.'],
  ['no day', { day: '2026-02-30' }, 'must be a day that exists, written YYYY-MM-DD.'],
  ['another form', { side: 5 }, 'has none of the forms that it may have.'],
  ['missing, of several forms', { side: undefined }, 'is required.'],
  ['an unknown name', { more: 1 }, '"more" is not known here.'],
  ["the schema's own sentence", { own: '' }, 'Write something.'],
])('%s', (_, change, sentence) => {
  const result = schema.safeParse({ ...good, ...change }, { error: fieldSentence });
  expect(result.error?.issues.map((issue) => issue.message)).toEqual(sentence === undefined ? undefined : [sentence]);
});
