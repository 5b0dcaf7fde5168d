import { expect, test } from 'vitest';
import { ApiProblem } from '../api.ts';
import { problemsAtFields, problemsElsewhere } from './problem-fields.ts';

const problem = (detail: string, ...fields: [string, string][]) =>
  new ApiProblem(
    422,
    'unprocessable',
    detail,
    fields.map(([field, message]) => ({ field, message })),
  );
const labels = new Map([
  ['endsOn', 'Last day'],
  ['moments.until', 'Last day'],
  ['origins', 'Origins'],
]);
const NONE = { sentence: null, fields: [] };

test('a problem of a shown field stands there and nowhere else', () => {
  const late = problem('body.endsOn: must not be before', ['body.endsOn', 'must not be before']);
  expect(problemsAtFields(late, labels)).toEqual({ endsOn: ['Must not be before'] });
  expect(problemsElsewhere(late, labels)).toEqual(NONE);
  const nested = problem('It is too late.', ['body.moments.until', 'It is too late.']);
  expect(problemsAtFields(nested, labels)).toEqual({ 'moments.until': ['It is too late.'] });
  expect(problemsElsewhere(nested, labels)).toEqual(NONE);
  const line = problem('No.', ['body.origins.2', 'must be an origin']);
  expect(problemsAtFields(line, labels)).toEqual({ origins: ['No. 3: must be an origin'] });
  expect(problemsElsewhere(line, labels)).toEqual({ sentence: 'No.', fields: [] });
});

test('what no field shows is said in words, and an id that is none in a sentence', () => {
  const days = problem('Not so.', ['body.repeatDays', 'must be more']);
  expect(problemsElsewhere(days, labels)).toEqual({
    sentence: 'Not so.',
    fields: [{ field: 'repeat days', message: 'must be more' }],
  });
  const path = problem('path.contactId: must be an id', ['path.contactId', 'must be an id']);
  expect(problemsElsewhere(path, labels)).toEqual({ sentence: 'There is no such contact.', fields: [] });
  expect(problemsElsewhere(new Error('Away.'), labels)).toEqual({ sentence: 'Away.', fields: [] });
});
