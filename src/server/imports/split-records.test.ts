import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecordSplitter } from './split-records.ts';
import { UnreadableFile } from './unreadable-file.ts';

const split = (text: string, delimiter = ',', pieces: readonly number[] = []) => {
  const splitter = new RecordSplitter(delimiter);
  const records: string[][] = [];
  let at = 0;
  for (const piece of pieces) {
    records.push(...splitter.push(text.slice(at, at + piece)));
    at += piece;
  }
  records.push(...splitter.push(text.slice(at)), ...splitter.end());
  return records;
};

const cell = fc.string({ unit: fc.constantFrom(...'ab1 ",;\n\r\té'), maxLength: 8 });
const quoteAlways = (text: string) => `"${text.replaceAll('"', '""')}"`;
const quoteWhenNeeded = (text: string) => (/[",;\n\r\t]|^\s|\s$/.test(text) ? quoteAlways(text) : text);

test('splits like csv-parse, in whatever pieces the text comes', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(cell, { minLength: 2, maxLength: 5 }), { minLength: 1, maxLength: 6 }),
      fc.constantFrom(',', ';', '\t'),
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
      fc.boolean(),
      fc.array(fc.nat({ max: 7 }), { maxLength: 20 }),
      (rows, delimiter, newline, always, closed, pieces) => {
        const lines = rows.map((row) => row.map(always ? quoteAlways : quoteWhenNeeded).join(delimiter));
        const text = lines.join(newline) + (closed ? newline : '');
        const expected = parse(text, { delimiter, relax_column_count: true, record_delimiter: newline }) as string[][];
        expect(expected).toEqual(rows);
        expect(split(text, delimiter, pieces)).toEqual(rows);
      },
    ),
    { numRuns: 3_000, seed: 4180 },
  );
});

test('a mark inside an unquoted cell is an ordinary character', () => {
  expect(split('a,5" pipe,b\nc,d,e\n')).toEqual([
    ['a', '5" pipe', 'b'],
    ['c', 'd', 'e'],
  ]);
  expect(split('"a"x,b\n')).toEqual([['ax', 'b']]);
});

test('a mark that never closes is refused with its row', () => {
  expect(() => split('a,b\n1,"2\n3,4\n')).toThrow(UnreadableFile);
  expect(() => split('a,b\n1,"2\n3,4\n')).toThrow('Row 2 never ends');
  const splitter = new RecordSplitter(',');
  splitter.push('a,b\n');
  expect(() => {
    for (let i = 0; i < 100; i++) splitter.push(`"${'x'.repeat(100_000)}`.slice(i > 0 ? 1 : 0));
  }).toThrow('Row 2 never ends');
});
