import { LIMITS, UnreadableFile } from './unreadable-file.ts';

/**
 * Splits delimited text into records as RFC 4180 has it: a field that begins with a quotation mark ends at the next
 * single one, may hold delimiters and line breaks, and doubles its own marks. A mark elsewhere is an ordinary
 * character, as spreadsheets read it. Lines without any mark, nearly all of them, take the fast way.
 */
export class RecordSplitter {
  private readonly delimiter: string;
  private readonly newline: string;
  private rest = '';
  /** Records finished so far, empty lines included: the row a person would count. */
  records = 0;

  constructor(delimiter: string, newline: '\n' | '\r' = '\n') {
    this.delimiter = delimiter;
    this.newline = newline;
  }

  /** Records that this text completes. Throws UnreadableFile when one grows beyond the limit. */
  push(text: string): string[][] {
    return this.split(this.rest + text, false);
  }

  /** The last record, when the text does not end with a line break. */
  end(): string[][] {
    return this.rest === '' ? [] : this.split(this.rest, true);
  }

  private split(text: string, final: boolean): string[][] {
    const found: string[][] = [];
    const nextMark = finder(text, '"');
    const nextLine = finder(text, this.newline);
    const nextDelimiter = finder(text, this.delimiter);
    let start = 0;
    while (start < text.length) {
      const line = nextLine(start);
      if (line === Infinity && !final) break;
      const end = Math.min(line, text.length);
      if (nextMark(start) > end) {
        found.push(text.slice(start, withoutReturn(text, start, end)).split(this.delimiter));
        start = end + 1;
      } else {
        const record = this.quoted(text, start, final, nextLine, nextDelimiter);
        if (!record) break;
        found.push(record.cells);
        start = record.next;
      }
    }
    this.rest = start < text.length ? text.slice(start) : '';
    this.records += found.length;
    if (this.rest.length > LIMITS.rowCharacters) throw this.neverEnds();
    return found;
  }

  /** One record with quotation marks from `start`; undefined while its end is not there yet. */
  private quoted(text: string, start: number, final: boolean, nextLine: Finder, nextDelimiter: Finder) {
    const cells: string[] = [];
    let at = start;
    while (true) {
      let cell = '';
      if (text.charCodeAt(at) === 34) {
        const inside = this.insideMarks(text, at + 1, final);
        if (!inside) return undefined;
        cell = inside.cell;
        at = inside.next;
      }
      const line = nextLine(at);
      const delimiter = nextDelimiter(at);
      if (delimiter < line) {
        cells.push(cell + text.slice(at, delimiter));
        at = delimiter + 1;
        continue;
      }
      if (line === Infinity && !final) return undefined;
      const end = Math.min(line, text.length);
      cells.push(cell + text.slice(at, withoutReturn(text, at, end)));
      return { cells, next: end + 1 };
    }
  }

  private insideMarks(text: string, from: number, final: boolean): { cell: string; next: number } | undefined {
    let cell = '';
    let open = from;
    while (true) {
      const close = text.indexOf('"', open);
      // A mark at the very end may be the first of a doubled one.
      if (close < 0 || (close + 1 === text.length && !final)) {
        if (close < 0 && final) throw this.neverEnds();
        return undefined;
      }
      cell += text.slice(open, close);
      open = close + 1;
      if (text.charCodeAt(open) !== 34) return { cell, next: open };
      cell += '"';
      open++;
    }
  }

  private neverEnds(): UnreadableFile {
    return new UnreadableFile(
      `Row ${this.records + 1} never ends: a quotation mark opens there and does not close, or the file has no line breaks.`,
    );
  }
}

type Finder = (from: number) => number;

/** Where `what` is next, Infinity when nowhere; remembers the last place, so that no stretch is searched twice. */
function finder(text: string, what: string): Finder {
  let last = -1;
  return (from) => {
    if (last < from) {
      const at = text.indexOf(what, from);
      last = at < 0 ? Infinity : at;
    }
    return last;
  };
}

function withoutReturn(text: string, start: number, end: number): number {
  return end > start && text.charCodeAt(end - 1) === 13 ? end - 1 : end;
}
