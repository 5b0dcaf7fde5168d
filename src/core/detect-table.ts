import { MISSING_WORDS, NOT_APPLICABLE_WORDS } from './parse-cell.ts';

/** What a file's first rows tell about its form: the delimiter, and how many rows are header. Pure: text in, finding out. */

export const DELIMITERS = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/**
 * The delimiter under which most records have the same number of cells, more than one. `split` cuts the sample into
 * records for a given delimiter. Undefined when none gives more than one column.
 */
export function detectDelimiter(
  split: (delimiter: Delimiter) => readonly (readonly string[])[],
): Delimiter | undefined {
  let best: { delimiter: Delimiter; score: number } | undefined;
  for (const delimiter of DELIMITERS) {
    const widths = split(delimiter)
      .filter((cells) => cells.length > 1 || (cells[0] ?? '').trim() !== '')
      .map((cells) => cells.length);
    const usual = mostCommon(widths);
    if (usual === undefined || usual < 2) continue;
    const agreeing = widths.filter((width) => width === usual).length / widths.length;
    // Agreement decides; among equals more columns win.
    const score = agreeing + Math.min(usual, 50) / 1000;
    if (!best || score > best.score) best = { delimiter, score };
  }
  return best?.delimiter;
}

function mostCommon(numbers: readonly number[]): number | undefined {
  const counts = new Map<number, number>();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0]?.[0];
}

const NUMBER = /^[-+]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[-+]?\d+)?%?$/i;

/** True for text that reads as a number in a file, decimal point or comma. */
export function looksNumeric(text: string): boolean {
  return NUMBER.test(text.trim());
}

/**
 * How many of the first rows name the columns, 0 to 3. A row is header when it holds words in columns that hold
 * numbers below (Qualtrics: names, question texts, import ids), or when it is a row of import ids.
 */
export function detectHeaderRows(rows: readonly (readonly string[])[]): 0 | 1 | 2 | 3 {
  for (const index of [2, 1] as const) {
    const cells = (rows[index] ?? []).filter((cell) => cell.trim() !== '');
    const ids = cells.filter((cell) => cell.includes('ImportId')).length;
    if (ids > 0 && ids >= cells.length / 2) return index === 2 ? 3 : 2;
  }
  if (rows.length < 2) return 1;
  const body = rows.slice(3).length >= 2 ? rows.slice(3) : rows.slice(1);
  const numeric = numericColumns(body);
  if (numeric.length === 0) return 1;
  const first = rows[0] ?? [];
  const numbers = numeric.filter((column) => looksNumeric(first[column] ?? '')).length;
  if (numbers >= numeric.length * 0.8 && numeric.length >= first.length * 0.8) return 0;
  let header: 1 | 2 | 3 = 1;
  if (numeric.length < 2 || rows.length < 5) return header;
  for (const index of [1, 2] as const) {
    if (shareOfWords(rows[index] ?? [], numeric) < 0.8) break;
    header = (index + 1) as 2 | 3;
  }
  return header;
}

/** Columns in which at least 60 % of what is filled is a number. */
function numericColumns(rows: readonly (readonly string[])[]): number[] {
  const width = Math.max(0, ...rows.map((row) => row.length));
  const found: number[] = [];
  for (let column = 0; column < width; column++) {
    const filled = rows.map((row) => row[column]?.trim() ?? '').filter((cell) => cell !== '');
    if (filled.length > 0 && filled.filter(looksNumeric).length >= filled.length * 0.6) found.push(column);
  }
  return found;
}

/**
 * Of the cells that a row fills in the given columns, the share that is no number and no code for "missing"; 0 when it
 * fills fewer than half of them.
 */
function shareOfWords(row: readonly string[], columns: readonly number[]): number {
  const filled = columns.map((column) => row[column]?.trim() ?? '').filter((cell) => cell !== '');
  if (filled.length < columns.length / 2) return 0;
  const words = filled.filter(
    (cell) =>
      cell.length > 1 &&
      !looksNumeric(cell) &&
      !MISSING_WORDS.has(cell.toLowerCase()) &&
      !NOT_APPLICABLE_WORDS.has(cell.toLowerCase()),
  );
  return words.length / filled.length;
}

/**
 * Column names from the header rows: the first row, or where that is blank the nearest name to the left with the
 * second row's text (two-row headers with merged cells); blank ones are numbered, repeated ones get a number.
 */
export function columnNames(
  headers: readonly (readonly string[])[],
  width: number,
): { columns: string[]; warnings: string[] } {
  const warnings: string[] = [];
  const first = headers[0] ?? [];
  const merged = headers.length > 1 && first.slice(0, width).some((cell, i) => i > 0 && cell.trim() === '');
  const taken = new Set<string>();
  const columns: string[] = [];
  let group = '';
  for (let i = 0; i < width; i++) {
    const own = (first[i] ?? '').trim();
    if (own !== '') group = own;
    const below = merged ? (headers[1]?.[i] ?? '').trim() : '';
    const partOfGroup = merged && below !== '' && (own === '' || (first[i + 1] ?? '').trim() === '');
    let name = partOfGroup ? `${group} – ${below}` : own;
    if (name === '' && headers.length > 0) {
      name = `column ${i + 1}`;
      if (!taken.has(name)) warnings.push(`Column ${i + 1} has no name; it is called "${name}" here.`);
    } else if (name === '') name = `column ${i + 1}`;
    if (taken.has(name)) {
      const original = name;
      for (let n = 2; taken.has(name); n++) name = `${original} (${n})`;
      warnings.push(`The header names "${original}" more than once; column ${i + 1} is called "${name}" here.`);
    }
    taken.add(name);
    columns.push(name);
  }
  return { columns, warnings };
}
