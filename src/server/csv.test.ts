import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvLine, safeCell } from './csv.ts';

test('what a spreadsheet would take for a formula gets an apostrophe; numbers stay numbers', () => {
  const cases: [string, string][] = [
    ['=1+1', "'=1+1"],
    ['+49 30 123', "'+49 30 123"],
    ['-5', '-5'],
    ['-5.25', '-5.25'],
    ['-5+cmd', "'-5+cmd"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', "'\r=1"],
    ['＝1+1', "'＝1+1"],
    ['－1', "'－1"],
    ["'=1", "''=1"],
    ["it's", "it's"],
  ];
  for (const [cell, safe] of cases) expect(safeCell(cell)).toBe(safe);
  expect(safeCell(-3)).toBe('-3');
  expect(safeCell(null)).toBe('');
});

/** Texts with the dangerous characters far more often than chance would give them. */
const nasty = fc.string({
  unit: fc.oneof(fc.constantFrom(...'=+-@\t\r\n",;\'＝＋－＠ 1a'), fc.string({ minLength: 1, maxLength: 1 })),
  maxLength: 12,
});

test('10,000 strings: never a live formula, the same number of cells, and the text comes back', () => {
  fc.assert(
    fc.property(nasty, nasty, (a, b) => {
      const [cells] = parse(csvLine([a, b, 'end']), { relax_column_count: true }) as [string[]];
      expect(cells).toHaveLength(3);
      for (const [original, cell] of [
        [a, cells[0] ?? ''],
        [b, cells[1] ?? ''],
      ] as const) {
        if (!/^[-+]?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(cell)) expect(cell).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
        expect(cell.replace(/^'(?='*[=+\-@\t\r\n＝＋－＠])/, '')).toBe(original);
      }
    }),
    { numRuns: 10_000, seed: 80_8 },
  );
});
