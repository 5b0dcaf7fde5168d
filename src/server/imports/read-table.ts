import { open, stat } from 'node:fs/promises';
import { columnNames, DELIMITERS, detectDelimiter, detectHeaderRows } from '../../core/detect-table.ts';
import { fileBytes, type Row, type TextForm, textRows } from './read-csv.ts';
import { openWorkbook } from './read-xlsx.ts';
import { RecordSplitter } from './split-records.ts';
import { type Encoding, sniffEncoding, TextPieces } from './text-encoding.ts';
import { gigabytes, LIMITS, UnreadableFile } from './unreadable-file.ts';

export type { Row } from './read-csv.ts';
export { UnreadableFile } from './unreadable-file.ts';

export interface TableOptions {
  /** `,`, `;`, `|` or a tab; found out when not given. */
  readonly delimiter?: string;
  readonly encoding?: Encoding;
  /** 0 to 3; found out when not given. */
  readonly headerRows?: number;
  /** Name of the sheet of a workbook; the first visible one when not given. */
  readonly sheet?: string;
}

/** An opened file: its form is known, its rows stream as often as asked. */
export interface Table {
  /** Unique; a repeated or missing name gets a number, and a warning says so. */
  readonly columns: string[];
  /** The second header row where there is one (question texts), by column. */
  readonly questions: string[] | null;
  readonly format: 'csv' | 'tsv' | 'xlsx';
  readonly gzip: boolean;
  /** Null for a workbook. */
  readonly delimiter: string | null;
  readonly encoding: Encoding;
  readonly headerRows: number;
  readonly sheet: string | null;
  /** Sentences for the person; grows while rows are read. */
  readonly warnings: string[];
  /** Size of the file as stored. */
  readonly bytes: number;
  /** How much of it the latest reading has taken in, for progress. */
  bytesRead(): number;
  /** The rows below the header, some thousands at a time; the quick way for large files. */
  batches(): AsyncIterable<Row[]>;
  /** The same, one by one. Throws UnreadableFile where the file turns out to be damaged or too large. */
  rows(): AsyncIterable<Row>;
}

const SAMPLE_BYTES = 1024 * 1024;

/**
 * Finds out what kind of table a file is and opens it: CSV or TSV (also gzip), or XLSX. Reads the first megabyte only.
 * Throws UnreadableFile with one sentence for anything that is no table or beyond the limits.
 */
export async function openTable(path: string, options: TableOptions = {}): Promise<Table> {
  const { size } = await stat(path);
  if (size === 0) throw new UnreadableFile('The file is empty.');
  const head = await firstBytes(path, 8);
  if (head.subarray(0, 4).equals(Buffer.from('PK\x03\x04', 'latin1'))) return openSheet(path, size, options);
  refuseKnownBinary(head);
  if (size > LIMITS.textBytes) {
    throw new UnreadableFile(`The file has ${gigabytes(size)}; the limit is 2 GB. Split it into smaller files.`);
  }
  return openText(path, size, head[0] === 0x1f && head[1] === 0x8b, options);
}

async function firstBytes(path: string, length: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

const KNOWN_BINARY: readonly [magic: string, what: string][] = [
  ['\xd0\xcf\x11\xe0', 'an old Excel file (.xls) or a workbook with a password. Save it as .xlsx without a password'],
  ['PK\x05\x06', 'an empty ZIP archive. Unpack or save the table as CSV or XLSX'],
  ['%PDF', 'a PDF. Save the table as CSV or XLSX'],
  ['$FL2', 'an SPSS file. Export it as CSV'],
  ['$FL3', 'an SPSS file. Export it as CSV'],
  ['\x89PNG', 'a picture. Save the table as CSV or XLSX'],
  ['\xff\xd8\xff', 'a picture. Save the table as CSV or XLSX'],
  ['\x28\xb5\x2f\xfd', 'packed with zstd. Unpack it, or use gzip'],
  ['BZh', 'packed with bzip2. Unpack it, or use gzip'],
  ['\xfd7zX', 'packed with xz. Unpack it, or use gzip'],
];

function refuseKnownBinary(head: Buffer): void {
  const text = head.toString('latin1');
  for (const [magic, what] of KNOWN_BINARY) if (text.startsWith(magic)) throw new UnreadableFile(`This is ${what}.`);
}

async function openText(path: string, bytes: number, gzip: boolean, options: TableOptions): Promise<Table> {
  if (gzip) await refuseDeclaredSize(path, bytes);
  const sample = await sampleOf(path, gzip);
  if (sample.length === 0) throw new UnreadableFile('The gzip file holds nothing.');
  if (sample.subarray(0, 4).equals(Buffer.from('PK\x03\x04', 'latin1'))) {
    throw new UnreadableFile('This is a workbook or ZIP archive packed once more with gzip. Unpack it first.');
  }
  const sniffed = sniffEncoding(sample);
  const encoding = options.encoding
    ? { encoding: options.encoding, mark: options.encoding === sniffed.encoding ? sniffed.mark : 0 }
    : sniffed;
  const text = sampleText(sample, encoding);
  if (holdsControlCharacters(text)) {
    throw new UnreadableFile('This is a binary file, not a table. Save the table as CSV, TSV or XLSX.');
  }
  if (text.trim() === '') throw new UnreadableFile('The file is empty: it holds only blanks.');
  const newline = !text.includes('\n') && text.includes('\r') ? '\r' : '\n';
  const warnings: string[] = [];
  if (encoding.encoding === 'windows-1252' && !options.encoding) {
    warnings.push('The file is not UTF-8; it is read as Windows-1252. Check letters with accents in the preview.');
  }
  const delimiter = options.delimiter ?? detectDelimiter((candidate) => sampleRecords(text, candidate, newline)) ?? ',';
  refuseWrongDelimiter(text, delimiter, newline, options, warnings);
  const form: TextForm = { gzip, delimiter, newline, encoding };
  let read = 0;
  let mended = false;
  const source = () =>
    textRows(
      path,
      form,
      (so_far) => {
        read = so_far;
      },
      (row) => {
        if (!mended) {
          warnings.push(
            `The file mixes encodings: row ${row} is the first that is not UTF-8. Such rows are read as Windows-1252, the others as UTF-8.`,
          );
        }
        mended = true;
      },
    );
  const header = await readHeader(source(), options.headerRows, warnings);
  return {
    ...header,
    format: delimiter === '\t' ? 'tsv' : 'csv',
    gzip,
    delimiter,
    encoding: encoding.encoding,
    sheet: null,
    warnings,
    bytes,
    bytesRead: () => read,
    batches: () => below(source(), header.headerRows),
    rows: () => oneByOne(below(source(), header.headerRows)),
  };
}

/** Tables hold tabs, line breaks and form feeds, never the other control characters (0–8, 14–26). */
function holdsControlCharacters(text: string): boolean {
  for (let i = 0; i < Math.min(text.length, 65_536); i++) {
    const code = text.charCodeAt(i);
    if (code < 9 || (code > 13 && code < 27)) return true;
  }
  return false;
}

/** The first megabyte, unpacked; a damaged gzip fails here already when the damage lies within it. */
async function sampleOf(path: string, gzip: boolean): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of fileBytes(path, gzip, () => {})) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= SAMPLE_BYTES) break;
  }
  return Buffer.concat(chunks);
}

/**
 * The last four bytes of a gzip file declare its unpacked size, so that a file too large is refused before reading. A
 * size that no table of these bytes can have is none: the file is cut off there, or lies; reading it finds out.
 */
async function refuseDeclaredSize(path: string, bytes: number): Promise<void> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, Math.max(0, bytes - 4));
    const declared = buffer.readUInt32LE(0);
    if (declared > LIMITS.textBytes && declared < bytes * LIMITS.expansion) {
      throw new UnreadableFile(
        `The gzip file declares ${gigabytes(declared)} unpacked; the limit is 2 GB. Split it into smaller files (or copy it again, if it should be smaller: it may be cut off).`,
      );
    }
  } finally {
    await file.close();
  }
}

function sampleText(sample: Buffer, encoding: TextForm['encoding']): string {
  const pieces = new TextPieces(encoding);
  let text = '';
  for (const piece of pieces.push(sample)) text += piece.text;
  if (sample.length < SAMPLE_BYTES) for (const piece of pieces.end()) text += piece.text;
  return text;
}

/** The first hundred records of the sample under one delimiter; the one that may be cut off is left out. */
function sampleRecords(text: string, delimiter: string, newline: '\n' | '\r'): string[][] {
  const splitter = new RecordSplitter(delimiter, newline);
  try {
    const records = splitter.push(text);
    if (records.length === 0) records.push(...splitter.end());
    return records.slice(0, 100);
  } catch {
    return [];
  }
}

function refuseWrongDelimiter(
  text: string,
  delimiter: string,
  newline: '\n' | '\r',
  options: TableOptions,
  warnings: string[],
): void {
  const width = sampleRecords(text, delimiter, newline)[0]?.length ?? 1;
  if (width > 1) return;
  const better = DELIMITERS.find((other) => (sampleRecords(text, other, newline)[0]?.length ?? 1) > 1);
  if (options.delimiter && better) {
    throw new UnreadableFile(
      `With the delimiter ${delimiterName(delimiter)} the file has only one column; it looks separated by ${delimiterName(better)}.`,
    );
  }
  warnings.push(
    'Only one column was found. If there should be more, the delimiter is not a comma, semicolon, tab or bar.',
  );
}

export function delimiterName(delimiter: string): string {
  const names = new Map([
    [',', 'comma'],
    [';', 'semicolon'],
    ['\t', 'tab'],
    ['|', 'bar'],
  ]);
  return names.get(delimiter) ?? `"${delimiter}"`;
}

async function openSheet(path: string, bytes: number, options: TableOptions): Promise<Table> {
  const workbook = await openWorkbook(path, bytes, options.sheet);
  const header = await readHeader(workbook.rows(), options.headerRows, workbook.warnings);
  return {
    ...header,
    format: 'xlsx',
    gzip: false,
    delimiter: null,
    encoding: 'utf-8',
    sheet: workbook.sheet,
    warnings: workbook.warnings,
    bytes,
    bytesRead: workbook.bytesRead,
    batches: () => below(workbook.rows(), header.headerRows),
    rows: () => oneByOne(below(workbook.rows(), header.headerRows)),
  };
}

/** Reads the first rows, decides how many are header, and names the columns. */
async function readHeader(
  source: AsyncIterable<Row[]>,
  headerRows: number | undefined,
  warnings: string[],
): Promise<{ columns: string[]; questions: string[] | null; headerRows: number }> {
  const first: string[][] = [];
  for await (const row of oneByOne(source)) {
    if (first.length === 0 && row.cells.length > LIMITS.columns) refuseColumns(row.cells.length);
    first.push(row.cells);
    if (first.length >= 60) break;
  }
  if (first.length === 0) throw new UnreadableFile('The file holds no rows.');
  const found = headerRows ?? detectHeaderRows(first);
  const headers = first.slice(0, found);
  const width = Math.max(...(found > 0 ? headers : first).map((cells) => cells.length));
  if (width > LIMITS.columns) refuseColumns(width);
  if (found === 0) {
    warnings.push('The first row holds numbers, not names: all rows are read as data, and the columns are numbered.');
  }
  if (first.length <= found) {
    throw new UnreadableFile(
      `The file holds a header (${width} ${width === 1 ? 'column' : 'columns'}) and no rows below it.`,
    );
  }
  const named = columnNames(headers, trimmedWidth(headers, first, width));
  warnings.push(...named.warnings);
  return {
    columns: named.columns,
    questions: found > 1 ? named.columns.map((_, i) => (headers[1]?.[i] ?? '').trim()) : null,
    headerRows: found,
  };
}

/** Without the blank columns that spreadsheets append on the right. */
function trimmedWidth(headers: readonly string[][], rows: readonly string[][], width: number): number {
  let last = width;
  while (last > 1 && [...headers, ...rows].every((cells) => (cells[last - 1] ?? '').trim() === '')) last--;
  return last;
}

function refuseColumns(width: number): never {
  throw new UnreadableFile(
    `The file has ${width.toLocaleString('en')} columns; the limit is ${LIMITS.columns.toLocaleString('en')}. Leave out columns that are not needed.`,
  );
}

/** The rows after the header rows. */
async function* below(batches: AsyncIterable<Row[]>, headerRows: number): AsyncGenerator<Row[]> {
  let toSkip = headerRows;
  for await (const batch of batches) {
    const skipped = Math.min(toSkip, batch.length);
    toSkip -= skipped;
    if (batch.length > skipped) yield skipped > 0 ? batch.slice(skipped) : batch;
  }
}

async function* oneByOne(batches: AsyncIterable<Row[]>): AsyncGenerator<Row> {
  for await (const batch of batches) yield* batch;
}
