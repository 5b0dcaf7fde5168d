import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { openTable } from '../imports/read-table.ts';
import { factColumn } from './export-table.ts';
import { xlsxOf } from './write-xlsx.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'parallax-xlsx-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a spreadsheet program reads from a workbook that we wrote. */
async function throughWorkbook(texts: readonly string[]): Promise<string[]> {
  const table = {
    name: 'Answers',
    notes: [],
    columns: texts.map((_, i) => factColumn(`c${i}`, '')),
    async *rows() {
      yield [[...texts]];
    },
  };
  const pieces: Buffer[] = [];
  for await (const piece of xlsxOf(table, false, new Date('2026-11-22'))) pieces.push(piece);
  const file = path.join(folder, 'answers.xlsx');
  writeFileSync(file, Buffer.concat(pieces));
  const cells: string[] = [];
  for await (const batch of (await openTable(file, { headerRows: 1 })).batches()) {
    for (const row of batch) cells.push(...row.cells);
  }
  return texts.map((_, i) => cells[i] ?? '');
}

test('texts come back from a workbook as they were, also those that look like its escapes', async () => {
  const part = fc.constantFrom(
    '_',
    'x',
    '_x0041_',
    '_x005F_',
    '000D',
    '_',
    '\r',
    '\n',
    '\t',
    'é',
    '😀',
    '<&>"',
    ' ',
    '=1',
  );
  const text = fc.array(part, { minLength: 1, maxLength: 8 }).map((parts) => `a${parts.join('')}z`);
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 20 }), async (texts) => {
      expect(await throughWorkbook(texts)).toEqual(texts);
    }),
    { numRuns: 60, seed: 5 },
  );
  expect(await throughWorkbook(['a\u0007b\ufffe', '_x0007_'])).toEqual(['ab', '_x0007_']);
});
