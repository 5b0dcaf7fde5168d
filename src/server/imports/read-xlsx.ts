import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { fromXlsxText } from '../xlsx-text.ts';
import type { Row } from './read-csv.ts';
import { LIMITS, UnreadableFile } from './unreadable-file.ts';
import { type ZipEntry, zipEntries, zipEntryBytes } from './zip-entries.ts';

export interface Workbook {
  readonly sheet: string;
  readonly warnings: string[];
  bytesRead(): number;
  rows(): AsyncGenerator<Row[]>;
}

type Tag = SaxesTagPlain;
interface Handlers {
  open?(name: string, attribute: (name: string) => string | undefined): void;
  close?(name: string): void;
  text?(text: string): void;
}

/** Opens one sheet of an XLSX workbook; sheets stream, the shared texts are held in memory up to a limit. */
export async function openWorkbook(path: string, bytes: number, wanted: string | undefined): Promise<Workbook> {
  const entries = await zipEntries(path, bytes);
  if (!entries.has('xl/workbook.xml')) {
    throw new UnreadableFile(
      'This is a ZIP archive but no XLSX workbook. Unpack it, or save the table as .xlsx or CSV.',
    );
  }
  if ([...entries.keys()].some((name) => name.toLowerCase().endsWith('vbaproject.bin'))) {
    throw new UnreadableFile('The workbook holds macros. Save it as .xlsx, without macros.');
  }
  const warnings: string[] = [];
  const book = await readBook(path, entries);
  const sheet = chooseSheet(book.sheets, wanted, warnings);
  const entry = entries.get(sheet.target);
  if (!entry) throw new UnreadableFile(`The workbook has no content for its sheet "${sheet.name}". Save it again.`);
  const dateStyles = await readDateStyles(path, entries.get('xl/styles.xml'));
  const shared = await readSharedStrings(path, entries.get('xl/sharedStrings.xml'));
  let packed = 0;
  // Progress is told in bytes of the file; the sheet stands for the whole of it.
  const share = bytes / Math.max(1, entry.packed);
  const read = (size: number) => {
    packed = size;
  };
  return {
    sheet: sheet.name,
    warnings,
    bytesRead: () => Math.min(bytes, Math.round(packed * share)),
    rows: () => sheetRows(path, entry, { shared, dateStyles, date1904: book.date1904 }, read, warnings),
  };
}

/**
 * Parses XML piece by piece. A document type declaration is refused, so entities can neither grow nor reach out, and so
 * is a tag or text that never ends, which would fill the memory.
 */
class XmlPieces {
  private readonly parser = new SaxesParser({ xmlns: false, position: false });
  private readonly decoder = new TextDecoder();
  private waiting = 0;

  constructor(handlers: Handlers) {
    const local = (name: string) => name.slice(name.indexOf(':') + 1);
    const damaged =
      'The workbook is damaged: its XML cannot be read. Open it in a spreadsheet program and save it again.';
    this.parser.on('doctype', () => {
      throw new UnreadableFile(
        'The workbook declares XML entities, which no spreadsheet program writes; it was not read.',
      );
    });
    this.parser.on('error', () => {
      throw new UnreadableFile(damaged);
    });
    this.parser.on('opentag', (tag: Tag) => {
      this.waiting = 0;
      handlers.open?.(local(tag.name), (name) => tag.attributes[name]);
    });
    this.parser.on('closetag', (tag: Tag) => {
      this.waiting = 0;
      handlers.close?.(local(tag.name));
    });
    const text = (piece: string) => {
      this.waiting = 0;
      handlers.text?.(piece);
    };
    this.parser.on('text', text);
    this.parser.on('cdata', text);
  }

  write(chunk: Buffer): void {
    this.waiting += chunk.length;
    if (this.waiting > LIMITS.xmlToken) {
      throw new UnreadableFile(
        'The workbook holds a single text or tag of more than 8 million characters; it was not read further.',
      );
    }
    this.parser.write(this.decoder.decode(chunk, { stream: true }));
  }

  close(): void {
    this.parser.close();
  }
}

async function parsePart(path: string, entry: ZipEntry | undefined, limit: number, handlers: Handlers): Promise<void> {
  if (!entry) return;
  const xml = new XmlPieces(handlers);
  for await (const chunk of zipEntryBytes(path, entry, limit)) xml.write(chunk);
  xml.close();
}

interface Sheet {
  readonly name: string;
  readonly target: string;
  readonly visible: boolean;
}

async function readBook(path: string, entries: ReadonlyMap<string, ZipEntry>) {
  const targets = new Map<string, string>();
  const small = 16 * 1024 ** 2;
  await parsePart(path, entries.get('xl/_rels/workbook.xml.rels'), small, {
    open(name, attribute) {
      const id = attribute('Id');
      const target = attribute('Target');
      if (name === 'Relationship' && id && target)
        targets.set(id, target.startsWith('/') ? target.slice(1) : `xl/${target}`);
    },
  });
  const sheets: Sheet[] = [];
  let date1904 = false;
  await parsePart(path, entries.get('xl/workbook.xml'), small, {
    open(name, attribute) {
      if (name === 'workbookPr') date1904 = ['1', 'true'].includes(attribute('date1904') ?? '');
      if (name !== 'sheet') return;
      const target =
        targets.get(attribute('r:id') ?? attribute('id') ?? '') ?? `xl/worksheets/sheet${sheets.length + 1}.xml`;
      sheets.push({ name: attribute('name') ?? '', target, visible: (attribute('state') ?? 'visible') === 'visible' });
    },
  });
  return { sheets, date1904 };
}

function chooseSheet(sheets: readonly Sheet[], wanted: string | undefined, warnings: string[]): Sheet {
  const names = sheets.map((sheet) => `"${sheet.name}"`).join(', ');
  if (wanted !== undefined) {
    const found = sheets.find((sheet) => sheet.name === wanted);
    if (!found) throw new UnreadableFile(`The workbook has no sheet "${wanted}". It has: ${names}.`);
    return found;
  }
  const visible = sheets.filter((sheet) => sheet.visible);
  const first = visible[0] ?? sheets[0];
  if (!first) throw new UnreadableFile('The workbook has no sheet.');
  if (visible.length > 1) warnings.push(`The workbook has several sheets (${names}); "${first.name}" is read.`);
  return first;
}

/** Characters of a number format, as many as spreadsheet programs keep. A file may claim millions. */
const LONGEST_FORMAT = 255;

/** A number format without what it quotes, escapes or puts in brackets: `"day" 0`, `\d0`, `[Red]0` show no date. */
const withoutLiterals = (code: string) => code.replace(/"[^"]*"|\[[^[\]]*\]|\\./g, '');

/** Which cell styles show a number as a date: the built-in formats 14–22 and 45–47, and formats with y, d or h. */
async function readDateStyles(path: string, entry: ZipEntry | undefined): Promise<ReadonlySet<number>> {
  const dateFormats = new Set([14, 15, 16, 17, 18, 19, 20, 21, 22, 45, 46, 47]);
  const dateStyles = new Set<number>();
  let inCellFormats = false;
  let style = 0;
  await parsePart(path, entry, 64 * 1024 ** 2, {
    open(name, attribute) {
      if (name === 'numFmt') {
        const code = (attribute('formatCode') ?? '').slice(0, LONGEST_FORMAT);
        if (/[ydh]|m{3}|mm?:ss/i.test(withoutLiterals(code))) dateFormats.add(Number(attribute('numFmtId')));
      } else if (name === 'cellXfs') inCellFormats = true;
      else if (name === 'xf' && inCellFormats) {
        if (dateFormats.has(Number(attribute('numFmtId')))) dateStyles.add(style);
        style++;
      }
    },
    close(name) {
      if (name === 'cellXfs') inCellFormats = false;
    },
  });
  return dateStyles;
}

async function readSharedStrings(path: string, entry: ZipEntry | undefined): Promise<string[]> {
  const strings: string[] = [];
  let characters = 0;
  let text = '';
  // A text may be several runs; what is escaped in it is so within one.
  let run = '';
  let inText = false;
  let phonetic = false;
  await parsePart(path, entry, 1024 ** 3, {
    open(name) {
      if (name === 'si') text = '';
      else if (name === 't') {
        inText = true;
        run = '';
      } else if (name === 'rPh') phonetic = true;
    },
    text(piece) {
      if (!inText || phonetic) return;
      run += piece;
      characters += piece.length;
      if (characters > LIMITS.sharedCharacters) throw tooMuchText();
    },
    close(name) {
      if (name === 't') {
        inText = false;
        if (!phonetic) text += fromXlsxText(run);
      } else if (name === 'rPh') phonetic = false;
      else if (name === 'si') {
        strings.push(text);
        if (strings.length > LIMITS.sharedStrings) throw tooMuchText();
      }
    },
  });
  return strings;
}

function tooMuchText(): UnreadableFile {
  return new UnreadableFile(
    'The workbook holds more than 64 million characters of text or 2 million different texts, the limit for workbooks. Save the sheet as CSV, which may have up to 2 GB.',
  );
}

interface CellContext {
  readonly shared: readonly string[];
  readonly dateStyles: ReadonlySet<number>;
  readonly date1904: boolean;
}

/** Bytes of a sheet that are read at once. 40 bytes may be a row of 2,000 cells, and rows that are held are copied around. */
const PIECE = 8 * 1024;

async function* sheetRows(
  path: string,
  entry: ZipEntry,
  context: CellContext,
  seen: (packed: number) => void,
  warnings: string[],
): AsyncGenerator<Row[]> {
  const reader = new SheetReader(context);
  for await (const chunk of zipEntryBytes(path, entry, LIMITS.sheetBytes, seen)) {
    for (let at = 0; at < chunk.length; at += PIECE) {
      reader.xml.write(chunk.subarray(at, at + PIECE));
      yield reader.take();
    }
  }
  reader.xml.close();
  yield reader.take();
  if (reader.uncomputed > 0) {
    const sentence = `${reader.uncomputed.toLocaleString('en')} formulas have no stored result and are read as blank. Open and save the workbook in a spreadsheet program.`;
    if (!warnings.includes(sentence)) warnings.push(sentence);
  }
}

/** A row of 40 bytes may have one cell in its last column: the ones before it are copied, as one by one they grow a list. */
const BLANKS: readonly string[] = new Array<string>(LIMITS.columns).fill('');

/** Turns the events of one sheet into rows. */
class SheetReader {
  readonly xml: XmlPieces;
  /** Formula cells without a stored result. */
  uncomputed = 0;
  private readonly context: CellContext;
  private found: Row[] = [];
  private rowNumber = 0;
  private cells: string[] = [];
  private column = -1;
  private type = 'n';
  private style = 0;
  /** The runs of the cell that are read. */
  private text = '';
  /** The run that is being read: to take it out of `text` again would copy the whole text for each of a million runs. */
  private run = '';
  private reading = false;
  private formula = false;
  private phonetic = false;

  constructor(context: CellContext) {
    this.context = context;
    this.xml = new XmlPieces({
      open: (name, attribute) => this.open(name, attribute),
      close: (name) => this.close(name),
      text: (text) => {
        if (!this.reading || this.phonetic) return;
        this.run += text;
        if (this.text.length + this.run.length > LIMITS.rowCharacters) throw tooMuchText();
      },
    });
  }

  take(): Row[] {
    const rows = this.found;
    this.found = [];
    return rows;
  }

  private open(name: string, attribute: (name: string) => string | undefined): void {
    if (name === 'c') {
      const reference = attribute('r');
      this.column = reference ? columnOf(reference) : this.column + 1;
      if (this.column >= LIMITS.columns) {
        throw new UnreadableFile(
          `The sheet has cells in column ${(this.column + 1).toLocaleString('en')}; the limit is ${LIMITS.columns.toLocaleString('en')} columns.`,
        );
      }
      this.type = attribute('t') ?? 'n';
      this.style = Number(attribute('s') ?? 0);
      this.text = '';
      this.formula = false;
    } else if (name === 'v' || name === 't') {
      this.reading = true;
      this.run = '';
    } else if (name === 'f') this.formula = true;
    else if (name === 'rPh') this.phonetic = true;
    else if (name === 'row') {
      this.rowNumber = Number(attribute('r') ?? this.rowNumber + 1);
      if (!(this.rowNumber <= LIMITS.sheetRows)) {
        throw new UnreadableFile(
          `The sheet has more than ${LIMITS.sheetRows.toLocaleString('en')} rows, the limit of the format.`,
        );
      }
      this.cells = [];
      this.column = -1;
    }
  }

  private close(name: string): void {
    if (name === 'v' || name === 't') {
      this.reading = false;
      if (!this.phonetic) this.text += fromXlsxText(this.run);
    } else if (name === 'rPh') this.phonetic = false;
    else if (name === 'c') {
      if (this.formula && this.text === '') this.uncomputed++;
      if (this.text === '' || this.column < 0) return;
      this.fillUpTo(this.column);
      this.cells[this.column] = this.value();
    } else if (name === 'row' && this.cells.findLast((cell) => cell !== '') !== undefined) {
      this.found.push({ rowNumber: this.rowNumber, cells: this.cells });
    }
  }

  private fillUpTo(column: number): void {
    const before = this.cells;
    if (column - before.length > 100) {
      this.cells = BLANKS.slice(0, column + 1);
      for (let i = 0; i < before.length; i++) this.cells[i] = before[i] ?? '';
    }
    while (this.cells.length < column) this.cells.push('');
  }

  private value(): string {
    if (this.type === 's') return this.context.shared[Number(this.text)] ?? '';
    if (this.type === 'b') return this.text === '1' ? 'TRUE' : 'FALSE';
    if (this.type !== 'n') return this.text;
    const number = Number(this.text);
    if (!Number.isFinite(number)) return this.text;
    if (this.context.dateStyles.has(this.style)) return serialToIso(number, this.context.date1904);
    // Spreadsheets store 0.1 + 0.2 with 17 digits; 15 are what they show and what was meant.
    return String(Number(number.toPrecision(15)));
  }
}

/** `AB12` is column 27 (counted from 0). */
function columnOf(reference: string): number {
  let column = 0;
  for (let i = 0; i < reference.length; i++) {
    const code = reference.charCodeAt(i) & 0xdf;
    if (code < 65 || code > 90) break;
    column = column * 26 + code - 64;
  }
  return column - 1;
}

/**
 * Spreadsheet day number to ISO. Day 60 of the 1900 system is 29 February 1900, which never was; days before count
 * from one day later. Numbers below 1 are times of day.
 */
function serialToIso(serial: number, date1904: boolean): string {
  const days = date1904 ? serial + 1462 : serial < 60 ? serial + 1 : serial;
  const milliseconds = Math.round((days - 25_569) * 86_400) * 1000;
  if (!(Math.abs(milliseconds) < 8.64e15)) return String(serial);
  const iso = new Date(milliseconds).toISOString();
  if (serial >= 0 && serial < 1) return iso.slice(11, 19);
  return serial % 1 === 0 ? iso.slice(0, 10) : iso.slice(0, 19);
}
