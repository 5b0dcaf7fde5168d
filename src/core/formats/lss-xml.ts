/** What a survey archive says, table by table: each row maps a column's name to its text. */
export interface LssTables {
  /** Text of the elements that stand alone, such as `DBVersion`. */
  readonly facts: ReadonlyMap<string, string>;
  readonly languages: readonly string[];
  rows(table: string): readonly ReadonlyMap<string, string>[];
}

/** The text is no XML that is read here; the message is a whole sentence. */
export class BadXml extends Error {}

const MOST_ROWS = 100_000;
const MOST_DEPTH = 12;

/**
 * Reads the tables of an .lss file: `document > table > rows > row > column`.
 *
 * Core has no XML parser, and needs little of one: elements, text, CDATA, the five named entities and numbered ones. A
 * document type is refused, so no entity can grow or reach out. Attributes are skipped. Every step goes forward, so the
 * time taken is linear.
 *
 * @throws BadXml with a sentence
 */
export function readLssTables(xml: string): LssTables {
  const facts = new Map<string, string>();
  const languages: string[] = [];
  const tables = new Map<string, Map<string, string>[]>();
  const path: string[] = [];
  let row: Map<string, string> | undefined;
  let rows = 0;
  let value = '';
  const scanner = scan(xml);
  for (const { kind, text } of scanner) {
    if (kind === 'text') {
      value += text;
    } else if (kind === 'open') {
      path.push(text);
      value = '';
      if (path.length > MOST_DEPTH)
        throw new BadXml(`The file is nested more than ${MOST_DEPTH} deep; it was not read.`);
      if (path.length === 4 && text === 'row') {
        row = new Map();
        rows += 1;
        if (rows > MOST_ROWS) throw new BadXml('The file has more than 100,000 rows; it was not read.');
        const table = path[1]!;
        const there = tables.get(table);
        if (there) there.push(row);
        else tables.set(table, [row]);
      }
    } else {
      if (path.pop() !== text) throw new BadXml(`The file is damaged: </${short(text)}> closes nothing.`);
      if (path.length === 1) facts.set(text, value.trim());
      else if (path.length === 2 && text === 'language') languages.push(value.trim());
      else if (path.length === 4 && row) row.set(text, value);
      value = '';
    }
  }
  if (path.length > 0) throw new BadXml('The file ends too early: it is not whole. Save it once more.');
  return { facts, languages, rows: (table) => tables.get(table) ?? [] };
}

interface Piece {
  readonly kind: 'open' | 'close' | 'text';
  readonly text: string;
}

const NAME = /[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?/y;
const short = (name: string) => name.slice(0, 40);

function* scan(xml: string): Generator<Piece> {
  let at = xml.startsWith('\ufeff') ? 1 : 0;
  let open = 0;
  const until = (end: string, from: number) => {
    const found = xml.indexOf(end, from);
    if (found < 0) throw new BadXml('The file ends within a mark: it is not whole. Save it once more.');
    return found;
  };
  while (at < xml.length) {
    const mark = xml.indexOf('<', at);
    const textEnd = mark < 0 ? xml.length : mark;
    if (textEnd > at) {
      const text = xml.slice(at, textEnd);
      if (open > 0) yield { kind: 'text', text: unescape(text) };
      else if (text.trim()) throw new BadXml('The file is no XML: text stands outside of its marks.');
    }
    if (mark < 0) return;
    if (xml.startsWith('<![CDATA[', mark)) {
      const end = until(']]>', mark);
      yield { kind: 'text', text: xml.slice(mark + 9, end) };
      at = end + 3;
    } else if (xml.startsWith('<!--', mark)) {
      at = until('-->', mark + 4) + 3;
    } else if (xml.startsWith('<?', mark)) {
      at = until('?>', mark) + 2;
    } else if (xml.startsWith('<!', mark)) {
      throw new BadXml('The file declares a document type, which no survey export does; it was not read.');
    } else {
      const closing = xml[mark + 1] === '/';
      const name = nameAt(xml, mark + (closing ? 2 : 1));
      const end = tagEnd(xml, mark + (closing ? 2 : 1) + name.length);
      const empty = xml[end - 1] === '/';
      if (!closing) yield { kind: 'open', text: name };
      if (closing || empty) yield { kind: 'close', text: name };
      open += closing ? -1 : empty ? 0 : 1;
      at = end + 1;
    }
  }
}

function nameAt(xml: string, at: number): string {
  NAME.lastIndex = at;
  const name = NAME.exec(xml)?.[0];
  if (name === undefined) throw new BadXml('The file is no XML: a mark in it has no name.');
  return name;
}

/** Where the tag ends; a `>` within quotes does not end it. */
function tagEnd(xml: string, from: number): number {
  for (let at = from; at < xml.length; at += 1) {
    const char = xml[at];
    if (char === '>') return at;
    if (char === '<') break;
    if (char === '"' || char === "'") {
      at = xml.indexOf(char, at + 1);
      if (at < 0) break;
    }
  }
  throw new BadXml('The file is no XML: a mark in it does not end.');
}

const NAMED: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

function unescape(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w{1,32}));|&/g, (_, hex, decimal, name) => {
    const code = hex ? Number.parseInt(hex, 16) : decimal ? Number(decimal) : undefined;
    if (code !== undefined) return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
    const known = name === undefined ? undefined : NAMED.get(name);
    if (known === undefined)
      throw new BadXml('The file uses an entity that it would have to declare; it was not read.');
    return known;
  });
}
