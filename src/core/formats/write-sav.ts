import {
  EPOCH,
  FORMAT_A,
  FORMAT_F,
  FORMAT_SDATE,
  MOST_WIDTH,
  type SavValue,
  type SavVariable,
  SYSMIS,
  segmentWidths,
} from './sav.ts';

const utf8 = new TextEncoder();
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** Longest labels that SPSS takes. */
const LABEL_BYTES = 252;
const VALUE_LABEL_BYTES = 120;
const BIAS = 100;

/** The first bytes of a text, never half a character. */
export function clip(text: string, most: number): Uint8Array {
  const bytes = utf8.encode(text);
  if (bytes.length <= most) return bytes;
  let end = most;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end);
}

/** Grows as bytes are written to it; little-endian. */
class Bytes {
  private data = new Uint8Array(4096);
  private view = new DataView(this.data.buffer);
  length = 0;

  private room(n: number): number {
    const at = this.length;
    if (at + n > this.data.length) {
      const grown = new Uint8Array(Math.max(this.data.length * 2, at + n));
      grown.set(this.data);
      this.data = grown;
      this.view = new DataView(grown.buffer);
    }
    this.length = at + n;
    return at;
  }
  int(...values: readonly number[]): void {
    for (const value of values) {
      const at = this.room(4);
      this.view.setInt32(at, value, true);
    }
  }
  float(...values: readonly number[]): void {
    for (const value of values) {
      const at = this.room(8);
      this.view.setFloat64(at, value, true);
    }
  }
  raw(bytes: Uint8Array): void {
    const at = this.room(bytes.length);
    this.data.set(bytes, at);
  }
  /** Text with blanks behind it, up to `width` bytes. */
  text(text: string, width: number): void {
    const bytes = clip(text, width);
    this.raw(bytes);
    this.fill(0x20, width - bytes.length);
  }
  fill(byte: number, n: number): void {
    if (n > 0) {
      const at = this.room(n);
      this.data.fill(byte, at, at + n);
    }
  }
  taken(): Uint8Array<ArrayBuffer> {
    return this.data.slice(0, this.length);
  }
}

export interface SavFacts {
  /** −1 where it is not known beforehand. */
  readonly cases: number;
  readonly created: Date;
  readonly label: string;
  /** Sentences that SPSS shows as the file's documentation. */
  readonly notes?: readonly string[];
}

/**
 * Everything before the data: UTF-8, byte-compressed ($FL2), with variable and value labels and user-missing values.
 *
 * @throws RangeError without a variable, and for a width that the format does not have
 */
export function savHeader(variables: readonly SavVariable[], facts: SavFacts): Uint8Array<ArrayBuffer> {
  if (variables.length === 0) throw new RangeError('a .sav file has at least one variable');
  if (variables.some(({ width }) => !Number.isInteger(width) || width < 0 || width > MOST_WIDTH)) {
    throw new RangeError(`a text of a .sav file has 1 to ${MOST_WIDTH} bytes`);
  }
  const out = new Bytes();
  const places = variables.reduce((sum, variable) => sum + placesOf(variable), 0);
  out.text('$FL2', 4);
  out.text('@(#) SPSS DATA FILE Parallax', 60);
  out.int(2, places, 1, 0, facts.cases);
  out.float(BIAS);
  const { created } = facts;
  const two = (n: number) => String(n).padStart(2, '0');
  out.text(`${two(created.getUTCDate())} ${MONTHS[created.getUTCMonth()]} ${two(created.getUTCFullYear() % 100)}`, 9);
  out.text([created.getUTCHours(), created.getUTCMinutes(), created.getUTCSeconds()].map(two).join(':'), 8);
  out.text(facts.label, 64);
  out.fill(0, 3);
  variables.forEach((variable, i) => {
    variableRecords(out, variable, i);
  });
  valueLabels(out, variables);
  documentation(out, facts.notes ?? []);
  extensions(out, variables);
  out.int(999, 0);
  return out.taken();
}

/** Eight-byte places that a value takes. */
function placesOf({ width }: SavVariable): number {
  return width === 0 ? 1 : segmentWidths(width).reduce((sum, part) => sum + Math.ceil(part / 8), 0);
}

const shortName = (i: number, segment = 0) =>
  `${segment === 0 ? 'V' : 'W'}${(segment === 0 ? i : i * 200 + segment).toString(36).toUpperCase().padStart(6, '0')}`;

function variableRecords(out: Bytes, variable: SavVariable, i: number): void {
  const widths = variable.width === 0 ? [0] : segmentWidths(variable.width);
  widths.forEach((width, segment) => {
    const label = segment === 0 ? clip(variable.label, LABEL_BYTES) : new Uint8Array();
    const missing = segment === 0 && width === 0 ? variable.missing.slice(0, 3) : [];
    const format = formatOf(variable, width);
    out.int(2, width, label.length > 0 ? 1 : 0, missing.length, format, format);
    out.text(shortName(i, segment), 8);
    if (label.length > 0) {
      out.int(label.length);
      out.raw(label);
      out.fill(0, (4 - (label.length % 4)) % 4);
    }
    out.float(...missing);
    for (let rest = width - 8; rest > 0; rest -= 8) {
      out.int(2, -1, 0, 0, 0, 0);
      out.text('', 8);
    }
  });
}

function formatOf({ kind, decimals }: SavVariable, width: number): number {
  if (width > 0) return (FORMAT_A << 16) | (width << 8);
  if (kind === 'date' || kind === 'datetime') return (FORMAT_SDATE << 16) | (10 << 8);
  return (FORMAT_F << 16) | ((decimals > 0 ? 12 : 8) << 8) | Math.min(decimals, 9);
}

/** Labels of numbers, and of texts up to eight bytes; those of longer texts have a record of their own. */
function valueLabels(out: Bytes, variables: readonly SavVariable[]): void {
  let place = 1;
  for (const variable of variables) {
    const entries = [...variable.valueLabels];
    if (entries.length > 0 && variable.width <= 8) {
      out.int(3, entries.length);
      for (const [value, label] of entries) {
        if (typeof value === 'number') out.float(value);
        else out.text(value, 8);
        const bytes = clip(label, VALUE_LABEL_BYTES);
        out.raw(Uint8Array.of(bytes.length));
        out.raw(bytes);
        out.fill(0x20, 7 - (bytes.length % 8));
      }
      out.int(4, 1, place);
    }
    place += placesOf(variable);
  }
}

/** Lines of 80 bytes, as many as the sentences need. */
function documentation(out: Bytes, notes: readonly string[]): void {
  const lines: Uint8Array[] = [];
  for (const note of notes) {
    for (let rest = utf8.encode(note.replace(/\s+/g, ' ')); rest.length > 0; ) {
      const line = clip(new TextDecoder().decode(rest), 80);
      lines.push(line);
      rest = rest.subarray(line.length);
    }
  }
  if (lines.length === 0) return;
  out.int(6, lines.length);
  for (const line of lines) {
    out.raw(line);
    out.fill(0x20, 80 - line.length);
  }
}

function extensions(out: Bytes, variables: readonly SavVariable[]): void {
  out.int(7, 3, 4, 8, 20, 0, 0, -1, 1, 1, 2, 65_001);
  out.int(7, 4, 8, 3);
  out.float(SYSMIS, Number.MAX_VALUE, -1.7976931348623155e308);
  const measures = { nominal: 1, ordinal: 2, scale: 3 };
  const segments = variables.flatMap((variable) =>
    (variable.width === 0 ? [0] : segmentWidths(variable.width)).map((width) => ({ variable, width })),
  );
  out.int(7, 11, 4, segments.length * 3);
  for (const { variable, width } of segments) {
    out.int(measures[variable.measure], width === 0 ? 10 : Math.min(width, 30), width === 0 ? 1 : 0);
  }
  record(out, 13, utf8.encode(variables.map(({ name }, i) => `${shortName(i)}=${name}`).join('\t')));
  const long = variables.flatMap(({ width }, i) =>
    width > 255 ? [`${shortName(i)}=${String(width).padStart(5, '0')}\0\t`] : [],
  );
  if (long.length > 0) record(out, 14, utf8.encode(long.join('')));
  record(out, 20, utf8.encode('UTF-8'));
  longValueLabels(out, variables);
}

function record(out: Bytes, subtype: number, data: Uint8Array): void {
  out.int(7, subtype, 1, data.length);
  out.raw(data);
}

function longValueLabels(out: Bytes, variables: readonly SavVariable[]): void {
  const data = new Bytes();
  for (const { name, width, valueLabels: labels } of variables) {
    if (width <= 8 || labels.size === 0) continue;
    const bytes = utf8.encode(name);
    data.int(bytes.length);
    data.raw(bytes);
    data.int(width, labels.size);
    for (const [value, label] of labels) {
      data.int(width);
      data.text(String(value), width);
      const text = clip(label, VALUE_LABEL_BYTES);
      data.int(text.length);
      data.raw(text);
    }
  }
  if (data.length > 0) record(out, 21, data.taken());
}

/** The data: values go in row by row, bytes come out when there are enough. */
export class SavRows {
  private readonly variables: readonly SavVariable[];
  private out = new Bytes();
  private codes: number[] = [];
  private literals = new Bytes();
  private readonly scratch = new DataView(new ArrayBuffer(8));

  constructor(variables: readonly SavVariable[]) {
    this.variables = variables;
  }

  /** One value per variable; a text is cut to its variable's width, a number that is not finite is missing. */
  add(row: readonly SavValue[]): void {
    this.variables.forEach((variable, i) => {
      const value = row[i] ?? null;
      if (variable.width === 0) this.number(typeof value === 'number' && Number.isFinite(value) ? value : null);
      else this.text(value === null ? '' : String(value), variable.width);
    });
  }

  /** The bytes so far, which are forgotten here. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = this.out.taken();
    this.out = new Bytes();
    return bytes;
  }

  /** The last bytes. */
  end(): Uint8Array<ArrayBuffer> {
    this.code(252);
    while (this.codes.length > 0) this.code(0);
    return this.take();
  }

  private number(value: number | null): void {
    if (value === null) this.code(255);
    else if (Number.isInteger(value) && value >= 1 - BIAS && value <= 251 - BIAS && !Object.is(value, -0)) {
      this.code(value + BIAS);
    } else {
      this.scratch.setFloat64(0, value, true);
      this.code(253, new Uint8Array(this.scratch.buffer, 0, 8));
    }
  }

  private text(text: string, width: number): void {
    const bytes = clip(text, width);
    let from = 0;
    for (const part of segmentWidths(width)) {
      // Of a very long text each part takes 255 bytes, tightly; the last ones stay empty.
      const own = bytes.subarray(from, from + part);
      from += part;
      for (let at = 0; at < part; at += 8) {
        const piece = own.subarray(at, at + 8);
        if (piece.every((byte) => byte === 0x20)) this.code(254);
        else {
          const eight = new Uint8Array(8).fill(0x20);
          eight.set(piece);
          this.code(253, eight);
        }
      }
    }
  }

  private code(code: number, literal?: Uint8Array): void {
    this.codes.push(code);
    if (literal) this.literals.raw(literal);
    if (this.codes.length < 8) return;
    this.out.raw(Uint8Array.from(this.codes));
    this.out.raw(this.literals.taken());
    this.codes = [];
    this.literals.length = 0;
  }
}

/** A day of the format's seconds, YYYY-MM-DD. */
export function dayOfSeconds(seconds: number): string | null {
  const ms = (seconds - EPOCH) * 1000;
  return Math.abs(ms) < 8.64e15 ? new Date(ms).toISOString().slice(0, 10) : null;
}
