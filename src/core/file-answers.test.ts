import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FileAnswer, fileReport } from './file-answers.ts';
import { filterOf } from './file-filter.ts';
import { inferScale, inferScales } from './file-scales.ts';
import type { ReportOptions } from './gap.ts';
import { gapReport } from './gap-report.ts';
import type { Perspective } from './perspective.ts';
import { SCALES, scaleName } from './scale.ts';

const options: ReportOptions = { level: 0.95, toleranceShare: 0.0625, minN: 5, targetPomp: 70, population: {} };
const LEADERS: Perspective = { audience: 'leadership', lens: 'belief' };
const CUSTOMERS: Perspective = { audience: 'customer', lens: 'experience' };
const EXPECTED: Perspective = { audience: 'customer', lens: 'expectation' };

function answers(perspective: Perspective, values: readonly number[], more: Partial<FileAnswer> = {}): FileAnswer[] {
  return values.map((value, i) => ({
    row: i + 2,
    column: 'value',
    respondent: `r${i}`,
    item: 'q',
    value,
    weight: 1,
    ...perspective,
    ...more,
  }));
}

const tally = (...values: number[]) => {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
};

describe('scales that nobody declared', () => {
  test.each([
    [[1, 5, 3], '1-5'],
    [[2, 4, 3.5], '1-5'],
    [[1, 6], '1-7'],
    [[1, 7], '1-7'],
    [[2, 8], '1-10'],
    [[0, 4], '0-10'],
    [[0, 10], '0-10'],
    [[0.4, 9.6], '0-10'],
    [[0, 1, 1], 'yes/no'],
    [[12, 80, 55], '12-80'],
    [[-2, 2], '-2-2'],
  ])('%j seem to be on %s', (values, name) => {
    expect(scaleName(inferScale(tally(...values)))).toBe(name);
  });

  test('one 99 among many usual values is a mistake, not a scale', () => {
    expect(scaleName(inferScale(tally(...Array.from({ length: 20 }, (_, i) => (i % 5) + 1), 99)))).toBe('1-5');
  });

  test('items of one questionnaire share a scale, short ones are not stretched to long ones', () => {
    const scales = inferScales(
      new Map([
        ['a', tally(1, 7)],
        ['b', tally(2, 5)],
        ['c', tally(0, 10)],
        ['d', tally(3, 9)],
      ]),
    );
    expect([...scales.values()].map(scaleName)).toEqual(['1-7', '1-7', '0-10', '0-10']);
  });
});

describe('from the answers of a file to the input of a report', () => {
  test('a declared scale goes before the values; another audience may have another one', () => {
    const { input } = fileReport(
      [
        ...answers(CUSTOMERS, [1, 2, 3], { scale: SCALES['1-7'] }),
        ...answers(LEADERS, [8, 9], { scale: SCALES['1-10'] }),
      ],
      { options },
    );
    expect(input.items[0]?.scale).toEqual(SCALES['1-7']);
    expect(input.items[0]?.scaleInferred).toBeUndefined();
    expect(input.cells.find(({ audience }) => audience === 'leadership')?.scale).toEqual(SCALES['1-10']);
  });

  test('what is off the scale is named by row, column and value, and the rest counts', () => {
    const { input, bad } = fileReport(answers(CUSTOMERS, [1, 2, 9], { scale: SCALES['1-5'] }), { options });
    expect(bad).toEqual([{ row: 4, column: 'value', value: '9', reason: 'off the scale 1-5' }]);
    expect(input.cells[0]?.counts.map(({ value }) => value)).toEqual([1, 2]);
  });

  test('rows that contradict the scale of their audience are bad, whatever the order of the rows', () => {
    const rows = [
      ...answers(CUSTOMERS, [2, 3, 4], { scale: SCALES['1-5'] }),
      ...answers(CUSTOMERS, [2], { scale: SCALES['1-10'], respondent: 'x', row: 9 }),
    ];
    for (const order of [rows, [...rows].reverse()]) {
      expect(fileReport(order, { options }).bad).toMatchObject([{ row: 9 }]);
    }
  });

  test('a second answer of the same person to the same question does not count; at another time it does', () => {
    const once = answers(CUSTOMERS, [3]);
    const again = answers(CUSTOMERS, [5], { row: 7 });
    expect(fileReport([...once, ...again], { options }).bad).toMatchObject([{ row: 7 }]);
    const later = answers(CUSTOMERS, [5], { row: 7, at: '2026-11-22' });
    expect(fileReport([...once, ...later], { options }).bad).toEqual([]);
    const nameless = [...once, ...again].map((answer) => ({ ...answer, respondent: '' }));
    expect(fileReport(nameless, { options }).bad).toEqual([]);
  });

  test('expectation and experience are joined by respondent, and by nothing where nobody is named', () => {
    const rows = [...answers(EXPECTED, [5, 4, 5]), ...answers(CUSTOMERS, [3, 4])];
    expect(fileReport(rows, { options }).input.paired).toMatchObject([
      {
        within: 'person',
        from: EXPECTED,
        to: CUSTOMERS,
        counts: [
          { x: 4, y: 4, n: 1 },
          { x: 5, y: 3, n: 1 },
        ],
      },
    ]);
    const nameless = rows.map((answer) => ({ ...answer, respondent: '' }));
    expect(fileReport(nameless, { options }).input.paired).toEqual([]);
  });

  test('within units: weighted mean of each audience first, then only units that both have', () => {
    const rows = [
      ...answers(LEADERS, [5], { unit: 'a' }),
      ...answers(LEADERS, [1], { unit: 'b', respondent: 's' }),
      ...answers(CUSTOMERS, [2], { unit: 'a', weight: 3 }),
      ...answers(CUSTOMERS, [4], { unit: 'a', respondent: 't' }),
      ...answers(CUSTOMERS, [4], { unit: '', respondent: 'u' }),
    ];
    const { paired } = fileReport(rows, { options, pairWithin: true }).input;
    expect(paired).toHaveLength(1);
    expect(paired[0]).toMatchObject({ within: 'unit', counts: [{ x: 5, y: 2.5, n: 1, w: 1, ww: 1 }] });
  });

  test('a perspective that the filter empties stays, so that the report can say so', () => {
    const rows = [...answers(LEADERS, [5, 4, 3, 4, 5]), ...answers(CUSTOMERS, [3, 4, 1, 2, 5])];
    const { input } = fileReport(rows, { options, keep: ({ audience }) => audience === 'leadership' });
    expect(gapReport(input).cannotSay).toMatchObject([{ because: 'because no answers of customers are there' }]);
  });

  test('the order of the rows does not show in the report, to the last digit', () => {
    const value = fc.integer({ min: 1, max: 5 });
    const row = fc.record({
      who: fc.constantFrom(LEADERS, CUSTOMERS, EXPECTED),
      item: fc.constantFrom('a', 'b'),
      value,
      weight: fc.double({ min: 0.1, max: 3, noNaN: true }),
    });
    const rows = fc.array(row, { minLength: 1, maxLength: 80 }).map((list) =>
      list.map(
        ({ who, item, value, weight }, i): FileAnswer => ({
          row: i,
          column: 'value',
          respondent: `r${i % 30}`,
          at: String(i),
          item,
          value,
          weight,
          ...who,
        }),
      ),
    );
    const shuffled = rows.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(
      fc.property(shuffled, ([a, b]) => {
        const of = (list: FileAnswer[]) =>
          gapReport(fileReport(list, { options: { ...options, headline: 'a' } }).input);
        expect(of(b)).toEqual(of(a));
      }),
      { numRuns: 60 },
    );
  });
});

describe('filters', () => {
  test('apply to audiences that carry the attribute; the others are taken whole, and that is said', () => {
    const rows = [
      { audience: 'customer', attributes: ['web'] },
      { audience: 'customer', attributes: ['shop'] },
      { audience: 'customer', attributes: [''] },
      { audience: 'leadership', attributes: [''] },
    ] as const;
    const { keep, notes } = filterOf(rows, ['channel'], [{ attribute: 'channel', value: 'web' }]);
    expect(rows.map(keep)).toEqual([true, false, false, true]);
    expect(notes).toEqual(['Filtered to channel = web.', 'Leaders carry no channel and are taken whole.']);
  });

  test('the same attribute twice means either, different ones mean both', () => {
    const either = [
      { attribute: 'channel', value: 'web' },
      { attribute: 'channel', value: 'shop' },
    ];
    const one = (attributes: readonly string[]) => ({ audience: 'customer' as const, attributes });
    const { keep } = filterOf([one(['web']), one(['phone'])], ['channel'], either);
    expect(['web', 'shop', 'phone'].map((value) => keep(one([value])))).toEqual([true, true, false]);
    const both = filterOf(
      [one(['web', 'north'])],
      ['channel', 'region'],
      [either[0]!, { attribute: 'region', value: 'north' }],
    );
    expect(both.keep(one(['web', 'south']))).toBe(false);
    expect(both.keep(one(['web', 'north']))).toBe(true);
  });
});
