import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

const ROOT = path.resolve(import.meta.dirname, '..');

/** A value of `test/reference/<file>.json` at a path. A missing one is a broken test, not an empty one. */
export function reference<T>(file: string, ...steps: readonly (string | number)[]): T {
  let value: unknown = JSON.parse(readFileSync(path.join(ROOT, 'test/reference', `${file}.json`), 'utf8'));
  for (const step of steps) {
    if (typeof value !== 'object' || value === null || !(step in value)) {
      throw new Error(`test/reference/${file}.json has no ${steps.join('.')}`);
    }
    value = (value as Record<string | number, unknown>)[step];
  }
  return value as T;
}

/** One row of a plain CSV file by column name; an empty cell is undefined. */
export type Row = Readonly<Record<string, string | undefined>>;

/** Reads a CSV file of the repository (plain or .gz; quotes may hold commas, but no line breaks). */
export function csv(file: string): Row[] {
  return rows(path.join(ROOT, file));
}

/**
 * Data sets that may not be shipped: rows of the file below the folder named by PARALLAX_REFERENCE_DATA, or undefined,
 * upon which the test is skipped and says so.
 */
export function externalCsv(file: string): Row[] | undefined {
  const folder = process.env.PARALLAX_REFERENCE_DATA;
  if (!folder || !existsSync(path.join(folder, file))) return undefined;
  return rows(path.join(folder, file));
}

function rows(file: string): Row[] {
  const bytes = readFileSync(file);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  const split = (line: string) =>
    [...`,${line}`.matchAll(/,(?:"([^"]*)"|([^,]*))/g)].map((cell) => cell[1] ?? cell[2] ?? '');
  const header = split(lines[0] ?? '');
  return lines.slice(1).map((line) => {
    const cells = split(line);
    return Object.fromEntries(header.map((name, i) => [name, cells[i] === '' ? undefined : cells[i]]));
  });
}

/** The numbers of a column, without empty cells. */
export function numbers(data: readonly Row[], column: string): number[] {
  return data.flatMap((row) => (row[column] === undefined ? [] : [Number(row[column])]));
}
