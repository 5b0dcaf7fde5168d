/**
 * Writing CSV that is safe to open in a spreadsheet. A cell that a spreadsheet would take for a formula gets an
 * apostrophe in front, so does one that has apostrophes there already (so that taking one away gives back what was);
 * plain numbers, negative ones too, stay numbers. Full-width signs count: some spreadsheets fold them.
 */
const FORMULA = /^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
const NUMBER = /^[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?$/i;

export type CsvCell = string | number | null | undefined;

/** The text of a cell with an apostrophe where its beginning could start a formula. Null and undefined are blank. */
export function safeCell(cell: CsvCell): string {
  if (cell === null || cell === undefined) return '';
  const text = String(cell);
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}

/** One line with its line break (RFC 4180: CRLF), each cell safe and quoted where it has to be. */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map((cell) => quoted(safeCell(cell))).join(',')}\r\n`;
}

function quoted(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The byte order mark by which spreadsheets recognise UTF-8; the first thing of a file meant for them. */
export const UTF8_MARK = '\ufeff';
