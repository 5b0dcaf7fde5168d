import { Buffer } from 'node:buffer';
import { deflateRawSync } from 'node:zlib';
import { toXlsxText } from '../xlsx-text.ts';
import type { OutCell, OutTable } from './export-table.ts';
import { headings, shownCell } from './write-text.ts';

/** Rows of one sheet: the format's limit. What is more goes to a next sheet. */
const SHEET_ROWS = 1_048_576;
/** Characters of one cell: the format's limit. */
const CELL_CHARACTERS = 32_767;

/**
 * An XLSX workbook, written piece by piece: of a large table neither the rows nor the file ever stand in memory. Texts are
 * typed as texts, so that nothing is taken for a formula. (The library that the project has for small workbooks holds all
 * rows at once.)
 */
export async function* xlsxOf(table: OutTable, labels: boolean, now: Date): AsyncGenerator<Buffer> {
  const zip = new ZipWriter(now);
  const sheets: string[] = [];
  const head = xmlRow(headings(table.columns, labels));
  let left = 0;
  for await (const rows of withoutEnd(table)) {
    const lines = rows.map((row) => xmlRow(table.columns.map((column, i) => shownCell(column, row[i], labels))));
    for (let from = 0; from < lines.length || sheets.length === 0; ) {
      if (left === 0) {
        if (sheets.length > 0) yield* sheetEnd(zip);
        sheets.push(sheets.length === 0 ? 'Answers' : `Answers ${sheets.length + 1}`);
        yield* zip.begin(`xl/worksheets/sheet${sheets.length}.xml`);
        yield* zip.write(`${SHEET_START}${head}`);
        left = SHEET_ROWS - 1;
      }
      const piece = lines.slice(from, from + left);
      from += piece.length;
      left -= piece.length;
      yield* zip.write(piece.join(''));
      if (piece.length === 0) break;
    }
  }
  yield* sheetEnd(zip);
  if (table.notes.length > 0) {
    sheets.push('Notes');
    yield* zip.begin(`xl/worksheets/sheet${sheets.length}.xml`);
    yield* zip.write(`${SHEET_START}${table.notes.map((note) => xmlRow([note])).join('')}`);
    yield* sheetEnd(zip);
  }
  for (const [name, text] of partsOf(sheets)) {
    yield* zip.begin(name);
    yield* zip.write(text);
    yield* zip.end();
  }
  yield zip.directory();
}

/** The table's rows; one empty piece where there are none, so that there is a sheet. */
async function* withoutEnd(table: OutTable): AsyncGenerator<OutCell[][]> {
  yield [];
  yield* table.rows();
}

function* sheetEnd(zip: ZipWriter): Generator<Buffer> {
  yield* zip.write('</sheetData></worksheet>');
  yield* zip.end();
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const SHEET_START = `${XML}<worksheet xmlns="${MAIN}"><sheetData>`;

function xmlRow(cells: readonly (number | string | null)[]): string {
  return `<row>${cells.map(xmlCell).join('')}</row>`;
}

function xmlCell(cell: number | string | null): string {
  if (cell === null || cell === '') return '<c/>';
  if (typeof cell === 'number') return Number.isFinite(cell) ? `<c><v>${cell}</v></c>` : '<c/>';
  return `<c t="inlineStr"><is><t xml:space="preserve">${escaped(cell.slice(0, CELL_CHARACTERS))}</t></is></c>`;
}

const ESCAPES = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['\r', '&#13;'],
]);

const escaped = (text: string) =>
  toXlsxText(text).replace(/[&<>\r]/g, (character) => ESCAPES.get(character) ?? character);

function partsOf(sheets: readonly string[]): [string, string][] {
  const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  const each = (text: (name: string, n: number) => string) => sheets.map((name, i) => text(name, i + 1)).join('');
  return [
    [
      '[Content_Types].xml',
      `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${type}.sheet.main+xml"/>${each(
        (_, n) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${type}.worksheet+xml"/>`,
      )}</Types>`,
    ],
    [
      '_rels/.rels',
      `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ],
    [
      'xl/workbook.xml',
      `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${each(
        (name, n) => `<sheet name="${name}" sheetId="${n}" r:id="rId${n}"/>`,
      )}</sheets></workbook>`,
    ],
    [
      'xl/_rels/workbook.xml.rels',
      `${XML}<Relationships xmlns="${PACKAGE}/relationships">${each(
        (_, n) => `<Relationship Id="rId${n}" Type="${OFFICE}/worksheet" Target="worksheets/sheet${n}.xml"/>`,
      )}</Relationships>`,
    ],
  ];
}

interface Entry {
  readonly name: Buffer;
  readonly offset: number;
  crc: number;
  packed: number;
  size: number;
}

/**
 * A ZIP archive that is written once from front to back. Each piece of text becomes a deflate block of its own that ends at a
 * whole byte, so that pieces can be packed one after the other without a stream that has to be waited for.
 */
class ZipWriter {
  private readonly entries: Entry[] = [];
  private readonly stamp: readonly [number, number];
  private offset = 0;
  private waiting: string[] = [];
  private waitingSize = 0;

  constructor(now: Date) {
    const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth() + 1, now.getUTCDate()];
    this.stamp = [
      (now.getUTCHours() << 11) | (now.getUTCMinutes() << 5) | (now.getUTCSeconds() >> 1),
      ((year - 1980) << 9) | (month << 5) | day,
    ];
  }

  *begin(name: string): Generator<Buffer> {
    const entry = { name: Buffer.from(name), offset: this.offset, crc: 0, packed: 0, size: 0 };
    this.entries.push(entry);
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(45, 4);
    // Sizes and check sum come behind the data; names are UTF-8.
    head.writeUInt16LE(0x0808, 6);
    this.describe(head, 8);
    head.writeUInt16LE(entry.name.length, 26);
    yield this.out(Buffer.concat([head, entry.name]));
  }

  *write(text: string): Generator<Buffer> {
    this.waiting.push(text);
    this.waitingSize += text.length;
    if (this.waitingSize > 256 * 1024) yield this.flush();
  }

  *end(): Generator<Buffer> {
    yield this.flush();
    const entry = this.entries.at(-1);
    if (!entry) return;
    // An empty last block.
    entry.packed += 2;
    yield this.out(Buffer.from([0x03, 0x00]));
    const tail = Buffer.alloc(16);
    tail.writeUInt32LE(0x08074b50, 0);
    tail.writeUInt32LE(entry.crc, 4);
    tail.writeUInt32LE(this.below4G(entry.packed), 8);
    tail.writeUInt32LE(this.below4G(entry.size), 12);
    yield this.out(tail);
  }

  directory(): Buffer {
    const start = this.offset;
    const entries = this.entries.map((entry) => {
      const head = Buffer.alloc(46);
      head.writeUInt32LE(0x02014b50, 0);
      head.writeUInt16LE(45, 4);
      head.writeUInt16LE(45, 6);
      head.writeUInt16LE(0x0808, 8);
      this.describe(head, 10);
      head.writeUInt32LE(entry.crc, 16);
      head.writeUInt32LE(entry.packed, 20);
      head.writeUInt32LE(entry.size, 24);
      head.writeUInt16LE(entry.name.length, 28);
      head.writeUInt32LE(this.below4G(entry.offset), 42);
      return Buffer.concat([head, entry.name]);
    });
    const size = entries.reduce((sum, one) => sum + one.length, 0);
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(entries.length, 8);
    end.writeUInt16LE(entries.length, 10);
    end.writeUInt32LE(size, 12);
    end.writeUInt32LE(this.below4G(start), 16);
    return Buffer.concat([...entries, end]);
  }

  private describe(head: Buffer, at: number): void {
    head.writeUInt16LE(8, at);
    head.writeUInt16LE(this.stamp[0], at + 2);
    head.writeUInt16LE(this.stamp[1], at + 4);
  }

  private below4G(size: number): number {
    if (size >= 0xffff_ffff) throw new Error('The workbook would be larger than 4 GB. Export CSV instead.');
    return size;
  }

  private flush(): Buffer {
    const entry = this.entries.at(-1);
    const bytes = Buffer.from(this.waiting.join(''));
    this.waiting = [];
    this.waitingSize = 0;
    if (!entry || bytes.length === 0) return Buffer.alloc(0);
    entry.crc = crc32(bytes, entry.crc);
    entry.size += bytes.length;
    // Z_SYNC_FLUSH (2) ends the piece at a whole byte without ending the data.
    const packed = deflateRawSync(bytes, { level: 6, finishFlush: 2 });
    entry.packed += packed.length;
    return this.out(packed);
  }

  private out(bytes: Buffer): Buffer {
    this.offset += bytes.length;
    return bytes;
  }
}

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

function crc32(bytes: Uint8Array, before: number): number {
  let crc = ~before;
  for (let i = 0; i < bytes.length; i++) crc = (TABLE[(crc ^ (bytes[i] ?? 0)) & 0xff] ?? 0) ^ (crc >>> 8);
  return ~crc >>> 0;
}
