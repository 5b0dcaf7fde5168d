import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rounds } from '../../../test/deep.ts';
import { formatFile, formatTools } from '../../../test/format-files.ts';
import { makeAnswers } from '../../server/exchange/make-answers.ts';
import { definitionSchema } from '../../server/surveys/definition-schema.ts';
import { formatOf } from './formats.ts';
import { FormatError } from './neutral.ts';
import { surveyFromAnswers } from './survey-from-answers.ts';

const fixture = (name: string) =>
  readFileSync(path.resolve(import.meta.dirname, '../../../test/reference/formats', name), 'utf8');

/** What may stand where another tool wrote something else. */
const junk = fc.constantFrom<unknown>(
  null,
  '',
  ' ',
  'x'.repeat(5_000),
  0,
  -1,
  1e300,
  true,
  [],
  {},
  [[]],
  { 0: { 0: {} } },
  ['a', null, 7],
  '__proto__',
  'QID1',
  '{{answer:x|}}',
  '<img src=x>',
);

/** A copy in which the node at this place (counted from the root) is another. */
function mutated(json: unknown, place: number, other: unknown): unknown {
  let left = place;
  const walk = (value: unknown): unknown => {
    left -= 1;
    if (left < 0 && left >= -1) return other;
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, walk(inner)]));
  };
  return walk(json);
}

function nodes(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return 1 + Object.values(value).reduce<number>((sum, inner) => sum + nodes(inner), 0);
}

/** Undefined where it is refused in a sentence. */
function refusedOr<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

test.each(['qualtrics.qsf', 'typeform-form.json', 'formbricks.json'])(
  'whatever stands in a place of %s, it becomes a survey that can be saved, or is refused in a sentence',
  (name) => {
    const json: unknown = JSON.parse(fixture(name));
    const most = nodes(json);
    const changes = fc.array(fc.tuple(fc.nat(most), junk), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(changes, (all) => {
        const changed = all.reduce<unknown>((before, [place, other]) => mutated(before, place, other), json);
        const file = formatFile({ json: changed });
        const read = refusedOr(() => formatOf(file)?.readSurvey?.(file, formatTools));
        expect(read ? (definitionSchema.safeParse(read.definition).error?.issues ?? []) : []).toEqual([]);
        expect((read?.losses ?? []).every(({ message }) => message.length > 10)).toBe(true);
      }),
      { numRuns: rounds(250, 10_000) },
    );
  },
  600_000,
);

test('whatever stands in a place of an .lss file, it becomes a survey that can be saved, or is refused in a sentence', () => {
  const parts = fixture('limesurvey.lss').split(/(<!\[CDATA\[[\s\S]*?\]\]>)/);
  const words = fc.constantFrom(
    '',
    '0',
    '-1',
    '1e300',
    'x'.repeat(5_000),
    'A1',
    'Y',
    '1',
    '{Q1.NAOK}',
    '__proto__',
    ';',
    '((',
  );
  const changes = fc.array(fc.tuple(fc.nat((parts.length - 3) / 2), words), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(changes, (all) => {
      const changed = [...parts];
      for (const [place, word] of all) changed[place * 2 + 1] = `<![CDATA[${word}]]>`;
      const file = formatFile({ text: changed.join('') });
      const read = refusedOr(() => formatOf(file)?.readSurvey?.(file, formatTools));
      expect(read ? (definitionSchema.safeParse(read.definition).error?.issues ?? []) : []).toEqual([]);
    }),
    { numRuns: rounds(150, 5_000) },
  );
}, 600_000);

test.each(['qualtrics.csv', 'surveymonkey.csv', 'google-forms.csv'])(
  'whatever stands in a cell of %s, a survey that can be saved is proposed, and its answers are read',
  (name) => {
    const table: string[][] = parse(fixture(name), { relax_column_count: true });
    const width = Math.max(...table.map((row) => row.length));
    const word = fc.constantFrom(
      '',
      '-1',
      '1e300',
      '999',
      'x'.repeat(5_000),
      '2026-13-45',
      'a;b;c',
      '{"ImportId":""}',
      '__proto__',
      '[x]',
    );
    const change = fc.tuple(fc.nat(table.length - 1), fc.nat(width - 1), word);
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (all) => {
        const changed = table.map((row) => [...row]);
        for (const [y, x, text] of all) (changed[y] ?? [])[x] = text;
        const file = formatFile({ table: changed.map((row) => Array.from(row, (text) => text ?? '')) });
        const answers = refusedOr(() => formatOf(file)?.readAnswers?.(file, formatTools));
        if (!answers) return;
        const { definition } = surveyFromAnswers(answers, 'x');
        if (definition.pages.length === 0) return;
        expect(definitionSchema.safeParse(definition).error?.issues ?? []).toEqual([]);
        expect(makeAnswers(definition, answers, [], 'import').ready.length).toBeLessThanOrEqual(table.length);
      }),
      { numRuns: rounds(80, 5_000) },
    );
  },
  600_000,
);
