import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import reference from '../../test/reference/anonymity_nonresponse.json' with { type: 'json' };
import { isCannotSay } from './cannot-say.ts';
import { hiddenRanges, isSafe, suppressTable } from './suppress-table.ts';

const { anonymity } = reference.expected;

function pattern(names: readonly (readonly string[])[]): boolean[][] {
  return anonymity.rows.map((row) => anonymity.cols.map((column) => names.some(([r, c]) => r === row && c === column)));
}

describe('the three reference patterns', () => {
  for (const name of ['primary_only', 'insufficient_complementary', 'sufficient_complementary'] as const) {
    it(`judges ${name} with the reference bounds`, () => {
      const { hidden, bounds, safe } = anonymity[name];
      const ranges = hiddenRanges(anonymity.table, pattern(hidden));
      const found = ranges.map(({ row, column, min, max }) => ({ true: anonymity.table[row]![column]!, min, max }));
      const order = (list: typeof bounds) => [...list].sort((a, b) => a.true - b.true);
      expect(order(found)).toEqual(order(bounds));
      expect(isSafe(ranges, anonymity.k)).toBe(safe);
    });
  }

  it('finds a safe pattern itself that hides both small cells', () => {
    const answer = suppressTable(anonymity.table, anonymity.k);
    if (isCannotSay(answer)) throw new Error(answer.cannotSay);
    expect(answer.hidden[0]![1]).toBe(true);
    expect(answer.hidden[2]![0]).toBe(true);
    expect(answer.hidden.flat().filter(Boolean)).toHaveLength(4);
    expect(isSafe(answer.cells, anonymity.k)).toBe(true);
  });
});

describe('suppressTable', () => {
  it('hides nothing where no cell is small, and shows that nobody is there', () => {
    const answer = suppressTable(
      [
        [9, 0],
        [5, 7],
      ],
      5,
    );
    expect(isCannotSay(answer) || answer.hidden.flat().some(Boolean)).toBe(false);
  });

  it('cannot say where a row total alone gives the cell away', () => {
    const answer = suppressTable(
      [
        [3, 0],
        [9, 9],
      ],
      5,
    );
    expect(isCannotSay(answer)).toBe(true);
  });

  it('is safe, or refuses, on any table; the ranges hold every table with the same totals', () => {
    const table = fc.tuple(fc.integer({ min: 2, max: 4 }), fc.integer({ min: 2, max: 4 })).chain(([rows, columns]) =>
      fc.array(fc.array(fc.integer({ min: 0, max: 12 }), { minLength: columns, maxLength: columns }), {
        minLength: rows,
        maxLength: rows,
      }),
    );
    fc.assert(
      fc.property(table, (counts) => {
        const answer = suppressTable(counts, 5);
        if (isCannotSay(answer)) return;
        counts.flat().forEach((n, i) => {
          if (n > 0 && n < 5) expect(answer.hidden.flat()[i]).toBe(true);
        });
        expect(isSafe(answer.cells, 5)).toBe(true);
      }),
      { numRuns: 300, seed: 11 },
    );
  });

  it('gives the bounds that trying every table gives', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 6, maxLength: 6 }),
        fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
        ([a, b, c, d, e, f], hide) => {
          const counts = [
            [a!, b!, c!],
            [d!, e!, f!],
          ];
          const hidden = [hide.slice(0, 3), hide.slice(3)];
          expect(hiddenRanges(counts, hidden)).toEqual(byTrying(counts, hidden));
        },
      ),
      { numRuns: 300, seed: 12 },
    );
  });
});

/** Two rows of three: two numbers fix a table with given totals; all of them are tried. */
function byTrying(counts: number[][], hidden: boolean[][]) {
  const totals = counts.map((line) => line.reduce((x, y) => x + y, 0));
  const columns = [0, 1, 2].map((j) => counts[0]![j]! + counts[1]![j]!);
  const fitting: number[][][] = [];
  for (let x = 0; x <= 12; x += 1) {
    for (let y = 0; y <= 12; y += 1) {
      const top = [x, y, totals[0]! - x - y];
      const table = [top, top.map((n, j) => columns[j]! - n)];
      const fits = table.every((line, i) => line.every((n, j) => n >= 0 && (hidden[i]![j] || n === counts[i]![j])));
      if (fits) fitting.push(table);
    }
  }
  return counts.flatMap((line, row) =>
    line.flatMap((_, column) => {
      if (!hidden[row]![column]) return [];
      const all = fitting.map((table) => table[row]![column]!);
      return [{ row, column, min: Math.min(...all), max: Math.max(...all) }];
    }),
  );
}
