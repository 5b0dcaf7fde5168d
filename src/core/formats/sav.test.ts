import { readFileSync } from 'node:fs';
import path from 'node:path';
import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FormatError } from './neutral.ts';
import { spssAnswers } from './own-answers.ts';
import { readSav } from './read-sav.ts';
import { type SavValue, type SavVariable, savName, savSeconds } from './sav.ts';
import { clip, dayOfSeconds, SavRows, savHeader } from './write-sav.ts';

const tools = {
  inflate: (packed: Uint8Array, most: number) => new Uint8Array(inflateSync(packed, { maxOutputLength: most })),
};
const FACTS = { cases: -1, created: new Date('2026-03-04T05:06:07Z'), label: 'Café survey' };
const fixture = (name: string) =>
  new Uint8Array(readFileSync(path.resolve(import.meta.dirname, '../../../test/reference/formats', name)));

function file(variables: readonly SavVariable[], rows: readonly (readonly SavValue[])[]): Uint8Array {
  const data = new SavRows(variables);
  for (const row of rows) data.add(row);
  return Buffer.concat([savHeader(variables, FACTS), data.take(), data.end()]);
}

const number: SavVariable = {
  name: 'x',
  label: '',
  width: 0,
  kind: 'number',
  decimals: 0,
  measure: 'ordinal',
  valueLabels: new Map(),
  missing: [],
};
const text: SavVariable = { ...number, kind: 'text', width: 8, measure: 'nominal' };

const words = fc.string({ unit: 'grapheme', maxLength: 40 });
/** A variable and a value for it. */
const variableArbitrary = fc
  .record({
    name: fc.string({ unit: 'grapheme-ascii', maxLength: 70 }),
    label: words,
    width: fc.oneof(fc.constant(0), fc.constantFrom(1, 8, 9, 255, 256, 257, 504, 505, 600, 5_000), fc.nat(700)),
    labels: fc.array(fc.tuple(fc.integer({ min: -5, max: 300 }), words), { maxLength: 4 }),
    missing: fc.array(fc.integer({ min: -99, max: 99 }), { maxLength: 3 }),
    measure: fc.constantFrom('nominal' as const, 'ordinal' as const, 'scale' as const),
  })
  .map(({ labels, missing, ...rest }): SavVariable => {
    const isText = rest.width > 0;
    const clean = (label: string) => trimmed(new TextDecoder().decode(clip(label, 120)));
    return {
      ...rest,
      label: trimmed(rest.label),
      kind: isText ? 'text' : 'number',
      decimals: 0,
      missing: isText ? [] : missing,
      valueLabels: new Map(
        labels.map(([code, label]) => [
          isText ? String(code).slice(0, rest.width).trim() || '0' : code,
          clean(label) || 'label',
        ]),
      ),
    };
  });
const trimmed = (value: string) => value.replace(/[\0 ]+$/, '');

/** The lowest number there is means "missing" in this format. */
const anyNumber = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => value !== -Number.MAX_VALUE);

test('whatever is written is read again: numbers, texts of every width, labels, missing values', () => {
  const files = fc
    .array(variableArbitrary, { minLength: 1, maxLength: 8 })
    .map((all) => {
      const taken = new Set<string>();
      return all.map((one) => ({ ...one, name: savName(one.name, taken) }));
    })
    .chain((variables) =>
      fc.tuple(
        fc.constant(variables),
        fc.array(
          fc.tuple(
            ...variables.map(
              ({ width }): fc.Arbitrary<SavValue> =>
                width === 0
                  ? fc.oneof(fc.constant(null), fc.integer(), anyNumber)
                  : fc.string({ unit: 'grapheme', maxLength: width }).map((one) => trimmed(decoded(clip(one, width)))),
            ),
          ),
          { maxLength: 12 },
        ),
      ),
    );
  fc.assert(
    fc.property(files, ([variables, rows]) => {
      const sav = readSav(file(variables, rows), tools);
      expect(sav.variables).toEqual(variables);
      expect([...sav.rows()]).toEqual(rows);
      expect(sav.label).toBe('Café survey');
    }),
    { numRuns: 150 },
  );
});

const decoded = (bytes: Uint8Array) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

test('days are seconds since 1582', () => {
  expect(savSeconds('1582-10-14')).toBe(0);
  expect(dayOfSeconds(savSeconds('2026-11-22') ?? 0)).toBe('2026-11-22');
  expect(savSeconds('never')).toBeNull();
});

test('names are allowed and different', () => {
  const taken = new Set<string>();
  expect(['q5.row-2', 'Q5.row_2', 'with', '1st', '', '…'].map((name) => savName(name, taken))).toEqual([
    'q5.row_2',
    'Q5.row_2_2',
    'v_with',
    'v_1st',
    'v',
    'v_2',
  ]);
});

test('a text is cut between characters', () => {
  const [row] = [...readSav(file([text], [['123456é and more']]), tools).rows()];
  expect(row).toEqual(['123456é']);
  expect(decoded(clip('1234567é', 8))).toBe('1234567');
});

test.each(['pspp-compressed.sav', 'pspp-plain.sav', 'pspp-zlib.zsav'])('reads %s as PSPP wrote it', (name) => {
  const sav = readSav(fixture(name), tools);
  expect(sav.variables.map((one) => [one.name, one.width, one.kind, one.label, one.measure])).toEqual([
    ['satisfaction_overall', 0, 'number', 'How satisfied are you overall – really?', 'ordinal'],
    ['price', 0, 'number', '', 'scale'],
    ['visited', 0, 'date', 'Day of the visit', 'scale'],
    ['code', 4, 'text', '', 'nominal'],
    ['town', 20, 'text', '', 'nominal'],
    ['comment', 600, 'text', 'What else?', 'nominal'],
  ]);
  expect(sav.variables[0]).toMatchObject({
    valueLabels: new Map([
      [1, 'very dissatisfied'],
      [5, 'very satisfied'],
      [99, 'does not apply'],
    ]),
    missing: [99],
  });
  expect(sav.variables[3]?.valueLabels).toEqual(new Map([['A', 'Airport']]));
  expect(sav.variables[4]?.valueLabels).toEqual(new Map([['Saint-Étienne', 'In the south']]));
  const [first, second, third] = [...sav.rows()];
  expect([first?.slice(0, 5), dayOfSeconds(Number(first?.[2]))]).toEqual([
    [5, 12.75, savSeconds('2026-03-04'), 'A', 'Saint-Étienne'],
    '2026-03-04',
  ]);
  expect(first?.[5]).toBe(`${'0123456789'.repeat(55)} the end`);
  expect(second).toEqual([99, null, null, 'B', '', 'Zürich 🛫']);
  expect(third).toEqual([null, -1_234_567.5, savSeconds('1999-12-31'), '', 'Ærø', '']);
});

test('damaged files are refused in a sentence, whatever byte is wrong', () => {
  const good = fixture('pspp-zlib.zsav');
  const plain = fixture('pspp-compressed.sav');
  fc.assert(
    fc.property(
      fc.constantFrom(good, plain),
      fc.array(fc.tuple(fc.nat(plain.length), fc.nat(255)), { maxLength: 6 }),
      fc.nat(plain.length),
      (bytes, changes, end) => {
        const damaged = bytes.slice(0, Math.max(4, bytes.length - (end % 3 === 0 ? end : 0)));
        for (const [at, byte] of changes) if (at >= 4 && at < damaged.length) damaged[at] = byte;
        try {
          const rows = readSav(damaged, tools).rows();
          for (let i = 0; i < 1000 && !rows.next().done; i++);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      },
    ),
    { numRuns: 400 },
  );
});

test('what a file of PSPP says besides its data: weights, sets, notes, missing texts and times', () => {
  const sav = readSav(fixture('pspp-facts.sav'), tools);
  expect(sav).toMatchObject({ weight: 'w', sets: ['ships'], documented: true });
  expect(sav.variables.find(({ name }) => name === 'town')?.missingTexts).toEqual(['none', 'NA']);
  const plain = readSav(fixture('pspp-plain.sav'), tools);
  expect(plain).toMatchObject({ sets: [], documented: false });
  expect(plain.weight).toBeUndefined();

  const bytes = fixture('pspp-facts.sav');
  const source = { fileName: 'a.sav', bytes, text: () => undefined, json: () => undefined, table: () => undefined };
  const { responses, losses } = spssAnswers.readAnswers!(source, { ...tools, parseXml: () => {} });
  expect(losses.map(({ message }) => message)).toEqual([
    'Its cases are weighted by w; here each response counts once.',
    'Its sets of several answers (ships) are read variable by variable.',
    'Codes that the file calls missing are no answers: rate, town.',
    'Of seen the day is kept, not the time.',
    'The notes of its authors are not kept.',
  ]);
  const cells = responses.map((response) => [response.cells.get('rate'), response.cells.get('town')]);
  expect(cells).toEqual([
    [5, 'Oban'],
    [undefined, undefined],
    [null, null],
  ]);
});
