import { readFile } from 'node:fs/promises';
import { inflateSync } from 'node:zlib';
import { SaxesParser } from 'saxes';
import { FormatError, type SourceFile, type Tools, type XmlHandlers } from '../../core/formats/neutral.ts';
import { storableJson, storableText } from '../../core/storable-text.ts';
import { Problem } from '../http/problem.ts';
import { openTable, UnreadableFile } from '../imports/read-table.ts';

/** Largest file that is read as a whole. Tables that are larger come in through the import of tables. */
export const MOST_BYTES = 50 * 1024 * 1024;
const MOST_CELLS = 3_000_000;
const MOST_CHARACTERS = 150_000_000;
const MOST_XML_DEPTH = 64;

/**
 * A file in the forms that readers look at. A table is unpacked row by row and refused at its limits, so that a workbook
 * that is a bomb ends early.
 */
export async function sourceFile(file: string, fileName: string): Promise<SourceFile> {
  const bytes = new Uint8Array(await readFile(file));
  if (bytes.length === 0) throw new Problem('unprocessable', 'The file is empty.');
  if (bytes.length > MOST_BYTES) throw new Problem('too_large', 'The file is larger than 50 MB, the limit.');
  const text = decoded(bytes);
  const json = once(() => (text === undefined ? undefined : parsedJson(text)));
  const looksStructured = text !== undefined && /^\s*[{[<]/.test(text.slice(0, 1_000));
  const table = looksStructured ? undefined : await rowsOf(file);
  return { fileName, bytes, text: () => text, json, table: () => table };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** UTF-8 or UTF-16 with its mark; undefined for what is no text. */
function decoded(bytes: Uint8Array): string | undefined {
  const utf16 =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : '';
  if (utf16 === '' && bytes.subarray(0, 8_000).includes(0)) return undefined;
  try {
    return storableText(new TextDecoder(utf16 || 'utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** One JSON value, or one per line; undefined for what is no JSON. Names such as `__proto__` become own, harmless ones. */
function parsedJson(written: string): unknown {
  const text = storableJson(written);
  const start = text.trimStart()[0];
  if (start !== '{' && start !== '[') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    if (lines.length < 2) return undefined;
    try {
      return lines.map((line): unknown => JSON.parse(line));
    } catch {
      return undefined;
    }
  }
}

/** All rows of a CSV, TSV or XLSX file; undefined for what is none. */
async function rowsOf(file: string): Promise<string[][] | undefined> {
  const rows: string[][] = [];
  let cells = 0;
  let characters = 0;
  try {
    const table = await openTable(file, { headerRows: 0 });
    for await (const batch of table.batches()) {
      for (const row of batch) {
        // Readers count rows from the first; a blank one between them stays one.
        rows.push([...row.cells]);
        cells += row.cells.length;
        for (const cell of row.cells) characters += cell.length;
      }
      if (cells > MOST_CELLS || characters > MOST_CHARACTERS) {
        throw new FormatError('The file has more than 3 million cells. Split it, or use the import of tables.');
      }
    }
  } catch (error) {
    if (error instanceof UnreadableFile) return undefined;
    throw error;
  }
  return rows;
}

export const TOOLS: Tools = {
  inflate: (packed, most) => new Uint8Array(inflateSync(packed, { maxOutputLength: Math.max(1, most) })),
  parseXml,
};

/** Walks XML. A document type is refused before anything in it is read, so that entities can neither grow nor reach out. */
function parseXml(text: string, handlers: XmlHandlers): void {
  const parser = new SaxesParser({ xmlns: false, position: false });
  let depth = 0;
  parser.on('doctype', () => {
    throw new FormatError('The file declares XML entities, which no survey needs; it was not read.');
  });
  parser.on('error', () => {
    throw new FormatError('The file is damaged: its XML cannot be read. Export it once more.');
  });
  parser.on('opentag', (tag) => {
    depth += 1;
    if (depth > MOST_XML_DEPTH) throw new FormatError('The XML of this file nests deeper than any survey does.');
    handlers.open?.(tag.name, new Map(Object.entries(tag.attributes)));
  });
  parser.on('closetag', (tag) => {
    depth -= 1;
    handlers.close?.(tag.name);
  });
  parser.on('text', (piece) => handlers.text?.(piece));
  parser.on('cdata', (piece) => handlers.text?.(piece));
  parser.write(text).close();
}
