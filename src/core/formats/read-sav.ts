import { storableText } from '../storable-text.ts';
import { FormatError, type Tools } from './neutral.ts';
import { FORMAT_A, type SavValue, type SavVariable, SYSMIS, segmentWidths } from './sav.ts';
import { savData } from './sav-data.ts';

export interface SavFile {
  readonly variables: readonly SavVariable[];
  readonly label: string;
  /** Name of the variable that weights the cases, where there is one. */
  readonly weight?: string;
  /** Names of the sets of variables that are several answers to one question. */
  readonly sets: readonly string[];
  /** Whether notes of its authors stand in the file. */
  readonly documented: boolean;
  /** Each call reads the data again, row by row. */
  rows(): Generator<SavValue[]>;
}

const MOST_VARIABLES = 5_000;
/** Texts of the file label and of the dictionary together stay well below the file's own size. */
const MOST_LABELS = 200_000;

/** Bytes one after the other; reading beyond the end says that the file breaks off. */
export class SavBytes {
  readonly view: DataView;
  readonly bytes: Uint8Array;
  at = 0;
  little = true;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  private step(n: number): number {
    const from = this.at;
    if (!(n >= 0) || from + n > this.bytes.length) throw new FormatError('This .sav file breaks off before its end.');
    this.at = from + n;
    return from;
  }
  int(): number {
    return this.view.getInt32(this.step(4), this.little);
  }
  float(): number {
    return this.view.getFloat64(this.step(8), this.little);
  }
  long(): number {
    return Number(this.view.getBigInt64(this.step(8), this.little));
  }
  raw(n: number): Uint8Array {
    const from = this.step(n);
    return this.bytes.subarray(from, from + n);
  }
}

/** A variable record as it stands in the file. */
interface Stored {
  readonly place: number;
  readonly shortName: Uint8Array;
  readonly label: Uint8Array;
  width: number;
  readonly format: number;
  readonly missing: readonly number[];
  readonly range: { low: number; high: number } | undefined;
  readonly missingTexts: readonly Uint8Array[];
  readonly labels: { value: Uint8Array; label: Uint8Array }[];
  /** Eight-byte places; more for long texts, of all their parts. */
  places: number;
  measure: number;
}

export interface Dictionary {
  readonly stored: Stored[];
  readonly extensions: Map<number, { size: number; count: number; data: Uint8Array }>;
  readonly compression: number;
  readonly bias: number;
  readonly little: boolean;
  readonly label: Uint8Array;
  /** Place of the variable that weights the cases, from 1; 0: none. */
  readonly weightAt: number;
  readonly documented: boolean;
  readonly dataAt: number;
}

export function isSav(bytes: Uint8Array): boolean {
  return bytes[0] === 0x24 && bytes[1] === 0x46 && bytes[2] === 0x4c && (bytes[3] === 0x32 || bytes[3] === 0x33);
}

/**
 * Reads an SPSS system file: uncompressed, byte-compressed or with zlib ($FL3), little- or big-endian, with long names,
 * very long texts, labels, missing values and its encoding.
 *
 * @throws FormatError in a sentence for whatever is no such file, breaks off or promises more than it holds
 */
export function readSav(bytes: Uint8Array, tools: Pick<Tools, 'inflate'>): SavFile {
  if (!isSav(bytes)) throw new FormatError('This is no SPSS file: it does not begin with $FL2 or $FL3.');
  const dictionary = readDictionary(new SavBytes(bytes));
  const written = decoderOf(dictionary);
  const decode = (text: Uint8Array) => storableText(written(text));
  const stored = joined(dictionary, written);
  const names = longNames(dictionary, decode);
  const long = longLabels(dictionary, decode);
  const variables = stored.map((one): SavVariable => {
    const short = decode(one.shortName);
    const name = names.get(short.toUpperCase()) ?? short;
    const labels = new Map<number | string, string>(long.get(name) ?? []);
    for (const { value, label } of one.labels)
      labels.set(labelled(value, one, dictionary.little, decode), decode(label));
    return {
      name,
      label: decode(one.label),
      width: one.width,
      kind: kindOf(one),
      decimals: one.width > 0 ? 0 : one.format & 0xff,
      measure: one.measure === 2 ? 'ordinal' : one.measure === 3 ? 'scale' : 'nominal',
      valueLabels: labels,
      missing: one.missing,
      ...(one.range ? { missingRange: one.range } : {}),
      ...(one.missingTexts.length > 0 ? { missingTexts: one.missingTexts.map(decode) } : {}),
    };
  });
  return {
    variables,
    label: decode(dictionary.label),
    ...weightOf(dictionary, stored, variables),
    sets: setsOf(dictionary, decode),
    documented: dictionary.documented,
    rows: () => savData(bytes, dictionary, stored, tools, decode),
  };
}

function weightOf({ weightAt }: Dictionary, stored: readonly Stored[], variables: readonly SavVariable[]) {
  const weight = weightAt > 0 ? variables[stored.findIndex(({ place }) => place === weightAt)] : undefined;
  return weight ? { weight: weight.name } : {};
}

/** `$name=…` begins the line of each set. */
function setsOf({ extensions }: Dictionary, decode: (bytes: Uint8Array) => string): string[] {
  return [7, 19].flatMap((subtype) => {
    const data = extensions.get(subtype)?.data;
    return data ? [...decode(data).matchAll(/^\$([^=\n]{1,64})=/gm)].map(([, name = '']) => name) : [];
  });
}

function readDictionary(file: SavBytes): Dictionary {
  file.at = 64;
  if (file.int() !== 2) {
    file.little = false;
    file.at = 64;
    const layout = file.int();
    if (layout !== 2 && layout !== 3) throw new FormatError('This .sav file has a layout that is not known.');
  }
  file.int();
  const compression = file.int();
  if (compression < 0 || compression > 2) throw new FormatError('This .sav file has a compression that is not known.');
  const weightAt = file.int();
  file.at += 4;
  const bias = file.float();
  file.at += 17;
  const label = file.raw(64);
  file.at += 3;
  const stored: Stored[] = [];
  const extensions: Dictionary['extensions'] = new Map();
  let labelsLeft = MOST_LABELS;
  let place = 0;
  let documented = false;
  while (true) {
    const type = file.int();
    if (type === 2) {
      place += 1;
      variableRecord(file, place, stored);
    } else if (type === 3) labelsLeft -= valueLabelRecord(file, stored, labelsLeft);
    else if (type === 6) {
      file.raw(countOf(file, 80, 1_000_000) * 80);
      documented = true;
    } else if (type === 7) extension(file, extensions);
    else if (type === 999) {
      file.int();
      break;
    } else throw new FormatError(`This .sav file holds a record of the unknown type ${type}; it may be damaged.`);
  }
  if (stored.length === 0) throw new FormatError('This .sav file has no variables.');
  return { stored, extensions, compression, bias, little: file.little, label, weightAt, documented, dataAt: file.at };
}

/** A number of things of `size` bytes each, which have to be in the file. */
function countOf(file: SavBytes, size: number, most: number): number {
  const count = file.int();
  if (count < 0 || count > most || count * size > file.bytes.length - file.at) {
    throw new FormatError('This .sav file promises more than it holds; it may be damaged.');
  }
  return count;
}

function variableRecord(file: SavBytes, place: number, stored: Stored[]): void {
  const width = file.int();
  const hasLabel = file.int();
  const missingCount = file.int();
  const format = file.int();
  file.int();
  const shortName = file.raw(8);
  let label = new Uint8Array(0) as Uint8Array;
  if (hasLabel === 1) {
    const length = countOf(file, 1, 65_535);
    label = file.raw(length);
    file.raw((4 - (length % 4)) % 4);
  }
  if (missingCount < -3 || missingCount > 3 || missingCount === -1) {
    throw new FormatError('This .sav file has an impossible number of missing values; it may be damaged.');
  }
  const raw = Array.from({ length: Math.abs(missingCount) }, () => file.raw(8));
  const values = raw.map((each) => new DataView(each.buffer, each.byteOffset, 8).getFloat64(0, file.little));
  const last = stored.at(-1);
  if (width === -1) {
    if (!last) throw new FormatError('This .sav file begins in the middle of a text; it may be damaged.');
    last.places += 1;
    return;
  }
  if (width < 0 || width > 255) throw new FormatError('This .sav file has a text of an impossible width.');
  if (stored.length >= MOST_VARIABLES) {
    throw new FormatError(`This .sav file has more than ${MOST_VARIABLES} variables, which is the limit.`);
  }
  const isNumber = width === 0;
  const [low, high, third] = values;
  const range = missingCount < 0 && isNumber ? { low: low ?? 0, high: high ?? 0 } : undefined;
  const missing = !isNumber ? [] : missingCount < 0 ? (third === undefined ? [] : [third]) : values;
  const missingTexts = isNumber ? [] : raw;
  stored.push({
    place,
    shortName,
    label,
    width,
    format,
    missing,
    range,
    missingTexts,
    labels: [],
    places: 1,
    measure: 0,
  });
}

/** Returns how many labels it holds. */
function valueLabelRecord(file: SavBytes, stored: readonly Stored[], most: number): number {
  const count = countOf(file, 9, most);
  const labels = Array.from({ length: count }, () => {
    const value = file.raw(8);
    const length = file.raw(1)[0] ?? 0;
    const label = file.raw(length);
    file.raw(7 - (length % 8));
    return { value, label };
  });
  if (file.int() !== 4) throw new FormatError('This .sav file has value labels without variables; it may be damaged.');
  const n = countOf(file, 4, MOST_VARIABLES);
  for (let i = 0; i < n; i++) {
    const place = file.int();
    // Shared by all its variables, never copied: a few bytes must not become millions of labels.
    if (labels.length * n <= most) stored.find((one) => one.place === place)?.labels.push(...labels);
  }
  return count * Math.max(1, n);
}

function extension(file: SavBytes, extensions: Dictionary['extensions']): void {
  const subtype = file.int();
  const size = file.int();
  if (size < 0 || size > 1_000_000) throw new FormatError('This .sav file has a record of an impossible size.');
  const count = countOf(file, size, 100_000_000);
  extensions.set(subtype, { size, count, data: file.raw(size * count) });
}

const PAGES = new Map([
  [2, 'windows-1252'],
  [3, 'windows-1252'],
  [1250, 'windows-1250'],
  [1251, 'windows-1251'],
  [1252, 'windows-1252'],
  [28591, 'iso-8859-1'],
  [65001, 'utf-8'],
]);

/** Bytes to text without blanks and NULs at the end, in the encoding that the file names. */
function decoderOf({ extensions, little }: Dictionary): (bytes: Uint8Array) => string {
  const named = extensions.get(20);
  const machine = extensions.get(3);
  const page =
    machine && machine.data.length >= 32
      ? new DataView(machine.data.buffer, machine.data.byteOffset).getInt32(28, little)
      : 2;
  const label = named ? String.fromCharCode(...named.data.subarray(0, 40)).trim() : (PAGES.get(page) ?? 'windows-1252');
  let decoder: { decode(bytes: Uint8Array): string };
  try {
    decoder = new TextDecoder(label);
  } catch {
    throw new FormatError(`This .sav file is written in the encoding “${label.slice(0, 40)}”, which is not known.`);
  }
  return (bytes) => {
    let end = bytes.length;
    while (end > 0 && (bytes[end - 1] === 0x20 || bytes[end - 1] === 0)) end -= 1;
    return decoder.decode(bytes.subarray(0, end));
  };
}

function pairs(data: Uint8Array | undefined, decode: (bytes: Uint8Array) => string, split: RegExp): [string, string][] {
  if (!data) return [];
  return decode(data)
    .split(split)
    .flatMap((pair): [string, string][] => {
      const equals = pair.indexOf('=');
      return equals > 0 ? [[pair.slice(0, equals).toUpperCase(), pair.slice(equals + 1)]] : [];
    });
}

function longNames(dictionary: Dictionary, decode: (bytes: Uint8Array) => string): Map<string, string> {
  return new Map(pairs(dictionary.extensions.get(13)?.data, decode, /\t/));
}

/** Puts the parts of very long texts together, and gives each variable its measure. */
function joined(dictionary: Dictionary, decode: (bytes: Uint8Array) => string): Stored[] {
  const { stored, extensions } = dictionary;
  const display = extensions.get(11);
  if (display && display.size === 4) {
    const view = new DataView(display.data.buffer, display.data.byteOffset, display.data.byteLength);
    const each = display.count === stored.length * 3 ? 3 : display.count === stored.length * 2 ? 2 : 0;
    if (each > 0) {
      stored.forEach((one, i) => {
        one.measure = view.getInt32(i * each * 4, dictionary.little);
      });
    }
  }
  // Between two pairs there is a zero byte and a tab.
  const widths = new Map(pairs(extensions.get(14)?.data, decode, /\0?\t|\0/));
  const variables: Stored[] = [];
  for (let i = 0; i < stored.length; ) {
    const first = stored[i]!;
    const width = Number(widths.get(decode(first.shortName).toUpperCase()));
    i += 1;
    if (Number.isInteger(width) && width > 255 && width <= 32_767) {
      for (const part of segmentWidths(width).slice(1)) {
        const next = stored[i];
        if (!next || Math.ceil(next.width / 8) !== Math.ceil(part / 8)) {
          throw new FormatError('This .sav file has a very long text whose parts are missing; it may be damaged.');
        }
        first.places += next.places;
        i += 1;
      }
      first.width = width;
    } else if (first.places !== Math.max(1, Math.ceil(first.width / 8))) {
      throw new FormatError('This .sav file has a text whose width is not the one it says; it may be damaged.');
    }
    variables.push(first);
  }
  return variables;
}

function longLabels(dictionary: Dictionary, decode: (bytes: Uint8Array) => string): Map<string, Map<string, string>> {
  const found = new Map<string, Map<string, string>>();
  const data = dictionary.extensions.get(21)?.data;
  if (!data) return found;
  const file = new SavBytes(data);
  file.little = dictionary.little;
  while (file.at < data.length) {
    const name = decode(file.raw(countOf(file, 1, 1_000)));
    file.int();
    const labels = new Map<string, string>();
    for (let left = countOf(file, 8, MOST_LABELS); left > 0; left--) {
      const value = decode(file.raw(countOf(file, 1, 100_000)));
      labels.set(value, decode(file.raw(countOf(file, 1, 100_000))));
    }
    found.set(name, labels);
  }
  return found;
}

function labelled(value: Uint8Array, { width }: Stored, little: boolean, decode: (bytes: Uint8Array) => string) {
  if (width > 0) return decode(value.subarray(0, Math.min(8, width)));
  return new DataView(value.buffer, value.byteOffset, 8).getFloat64(0, little);
}

function kindOf({ width, format }: Stored): SavVariable['kind'] {
  const type = (format >> 16) & 0xff;
  if (width > 0 || type === FORMAT_A) return 'text';
  if ([20, 23, 24, 38, 39].includes(type)) return 'date';
  return type === 22 || type === 41 ? 'datetime' : 'number';
}

export const isMissing = (value: number) => value === SYSMIS || !Number.isFinite(value);
export type { Stored as StoredVariable };
