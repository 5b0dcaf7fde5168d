import type {
  CellWords,
  LongMapping,
  MappedAnswer,
  MappedRow,
  Mapping,
  Rejection,
  Response,
  WideItem,
  WideMapping,
} from './mapping.ts';
import { mappingProblems } from './mapping-problems.ts';
import {
  type DateFormat,
  MISSING_WORDS,
  NOT_APPLICABLE_WORDS,
  parseDay,
  parseNumber,
  parseYesNo,
  slashParts,
} from './parse-cell.ts';
import { type Audience, defaultLens, isAudience, isLens, type Lens } from './perspective.ts';
import { parseScale, type Scale } from './scale.ts';
import { beginning } from './storable-text.ts';

/** Reads the cells of one row. */
export type RowReader = (cells: readonly string[]) => MappedRow;

/**
 * Compiles a mapping for a file with these columns into a function that turns a row into its answers. Everything that
 * can be decided once is decided here, so that a million rows cost little. Throws when the mapping does not fit the
 * columns; ask `mappingProblems` first.
 */
export function rowToAnswers(mapping: Mapping, columns: readonly string[]): RowReader {
  const problems = mappingProblems(mapping, columns);
  if (problems.length > 0) throw new Error(problems.join(' '));
  const read = mapping.layout === 'long' ? longReader(mapping, columns) : wideReader(mapping, columns);
  return (cells) => {
    if (cells.length > columns.length && cells.slice(columns.length).some((cell) => cell.trim() !== '')) {
      return surplus(cells, columns, read(cells));
    }
    return read(cells);
  };
}

function surplus(cells: readonly string[], columns: readonly string[], row: MappedRow): MappedRow {
  const reason = `the row has ${cells.length} cells, the header ${columns.length}: a delimiter inside an unquoted text?`;
  const value = beginning(cells.slice(columns.length).join(' '), 200);
  return { ...row, rejections: [{ column: '', value, reason }, ...row.rejections] };
}

/** A number, null for "not applicable", undefined for "not answered", or why the cell is refused. */
type Reading = number | null | undefined | { readonly reason: string };

const CACHED = 10_000;
/** Longer texts are not remembered: as parts of a larger text they would hold all of it in memory. */
const CACHED_LENGTH = 12;

/** Rating columns repeat the same few texts: each is read once. */
function remembered<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    if (text.length > CACHED_LENGTH) return read(text);
    if (known.has(text)) return known.get(text) as T;
    const result = read(text);
    if (known.size < CACHED) known.set(text, result);
    return result;
  };
}

const word = (text: string) => text.trim().toLowerCase();

/** Labels by their compared form. A Map, so that `__proto__` is a word like any other. */
function byWord<T>(labels: Readonly<Record<string, T>> | undefined): ReadonlyMap<string, T> {
  return new Map(Object.entries(labels ?? {}).map(([label, meaning]) => [word(label), meaning]));
}

/** What the mapping says goes first, then numbers, then the words that everybody uses. */
function valueReader(words: CellWords): (text: string) => Reading {
  const values = byWord(words.values);
  const listed = (list: readonly string[] | undefined) => {
    const texts = new Set((list ?? []).map(word));
    const numbers = new Set((list ?? []).map(parseNumber).filter((number) => number !== undefined));
    return (text: string, number: number | undefined) =>
      texts.has(text) || (number !== undefined && numbers.has(number));
  };
  const isNotApplicable = listed(words.notApplicable);
  const isMissing = listed(words.missing);
  return remembered((text) => {
    const plain = word(text);
    const labelled = values.get(plain);
    if (labelled !== undefined) return labelled;
    const number = parseNumber(plain);
    if (isNotApplicable(plain, number)) return null;
    if (isMissing(plain, number)) return undefined;
    if (number !== undefined) return number;
    if (MISSING_WORDS.has(plain)) return undefined;
    if (NOT_APPLICABLE_WORDS.has(plain)) return null;
    return { reason: 'is not a number, and the mapping gives no number for it' };
  });
}

/** Yes and no are numbers where the scale says so; the mapping's own words go first. */
function onScale(reading: Reading, text: string, scaleText: string | undefined): Reading {
  const refused = typeof reading === 'object' && reading !== null;
  return refused && word(scaleText ?? '') === 'yes/no' ? (parseYesNo(text) ?? reading) : reading;
}

/** Decimals between the ends are accepted: averages of a unit, means of several questions. */
function scaleReason(value: number, scale: Scale | undefined, name: string): string | undefined {
  return scale && (value < scale.min || value > scale.max) ? `is off the scale ${name}` : undefined;
}

/** Texts that are stored: trimmed, without what the database can't hold, of bounded length. */
const LONGEST_TEXT = 500;

function textReason(text: string): string | undefined {
  if (text.length > LONGEST_TEXT) return `is longer than ${LONGEST_TEXT} characters`;
  return text.includes('\0') ? 'holds a NUL character' : undefined;
}

/** Collects what is wrong with the row at hand; one for all rows, because nearly all rows have nothing. */
class Rejections {
  private list: Rejection[] = [];
  add(column: string, value: string, reason: string): void {
    this.list.push({ column, value: beginning(value, 200).replaceAll('\0', ''), reason });
  }
  take(): readonly Rejection[] {
    if (this.list.length === 0) return NONE;
    const list = this.list;
    this.list = [];
    return list;
  }
}
const NONE: readonly Rejection[] = [];

interface ResponseColumns {
  readonly respondent?: string | undefined;
  readonly weight?: string | undefined;
  readonly at?: string | undefined;
  readonly channel?: string | undefined;
  readonly contact?: string | undefined;
  readonly attributes: readonly string[];
  readonly dateFormat?: DateFormat | undefined;
}

type ResponseReader = (cells: readonly string[], audience: Audience, rejections: Rejections) => Response;

/** Everything of a row that is not an answer. */
function responseReader(names: ResponseColumns, columns: readonly string[]): ResponseReader {
  const index = (name: string | undefined) => (name === undefined ? -1 : columns.indexOf(name));
  const respondent = index(names.respondent);
  const weightAt = index(names.weight);
  const at = index(names.at);
  const channel = index(names.channel);
  const contact = index(names.contact);
  const attributes = [...new Set(names.attributes)].map((name) => ({ name, at: index(name) }));
  const readDay = remembered((text) => dayOrReason(text, names.dateFormat));

  function text(cells: readonly string[], column: number, rejections: Rejections): string {
    if (column < 0) return '';
    const value = (cells[column] ?? '').trim();
    const reason = textReason(value);
    if (reason === undefined) return value;
    rejections.add(columns[column] ?? '', value, reason);
    return '';
  }
  function weight(cells: readonly string[], rejections: Rejections): number {
    const cell = weightAt < 0 ? '' : (cells[weightAt] ?? '').trim();
    if (cell === '') return 1;
    const value = parseNumber(cell);
    if (value !== undefined && value > 0) return value;
    rejections.add(columns[weightAt] ?? '', cell, 'is no weight: a number greater than 0');
    return 1;
  }
  function day(cells: readonly string[], rejections: Rejections): string | null {
    const cell = at < 0 ? '' : (cells[at] ?? '');
    const found = readDay(cell);
    if (found === null || typeof found === 'string') return found;
    rejections.add(columns[at] ?? '', cell, found.reason);
    return null;
  }
  return (cells, audience, rejections) => {
    const kept: Record<string, string> = Object.create(null);
    for (const attribute of attributes) {
      const value = text(cells, attribute.at, rejections);
      if (value !== '') kept[attribute.name] = value;
    }
    return {
      key: text(cells, respondent, rejections) || null,
      audience,
      at: day(cells, rejections),
      channel: text(cells, channel, rejections),
      weight: weight(cells, rejections),
      contact: text(cells, contact, rejections) || null,
      attributes: kept,
    };
  };
}

function dayOrReason(text: string, format: DateFormat | undefined): string | null | { readonly reason: string } {
  if (MISSING_WORDS.has(word(text))) return null;
  const found = parseDay(text, format ?? 'iso');
  if (found !== undefined) return found;
  if (format === undefined && slashParts(text.trim())) {
    return { reason: 'can be read in two ways: set dateFormat to dmy (22/11/2026) or mdy (11/22/2026)' };
  }
  return { reason: `is no day written as ${format ?? 'iso'}` };
}

const AUDIENCE_WORDS: ReadonlyMap<string, Audience> = new Map([
  ['customers', 'customer'],
  ['leader', 'leadership'],
  ['leaders', 'leadership'],
]);

/** Reads a cell of the audience column; undefined for a word that names no audience. */
function audienceReader(
  labels: Readonly<Record<string, Audience>> | undefined,
): (text: string) => Audience | undefined {
  const known = byWord(labels);
  return remembered((text) => {
    const plain = word(text);
    return known.get(plain) ?? AUDIENCE_WORDS.get(plain) ?? (isAudience(plain) ? plain : undefined);
  });
}

const UNKNOWN_AUDIENCE = 'is no audience: leadership, staff or customer';

function longReader(mapping: LongMapping, columns: readonly string[]): RowReader {
  const names = mapping.columns;
  const index = (name: string | undefined) => (name === undefined ? -1 : columns.indexOf(name));
  const [audienceAt, lensAt, scaleAt] = [index(names.audience), index(names.lens), index(names.scale)];
  const [itemAt, valueAt] = [index(names.item), index(names.value)];
  const readResponse = responseReader(
    { ...names, attributes: mapping.attributes, dateFormat: mapping.dateFormat },
    columns,
  );
  const readAudience = audienceReader(mapping.audiences);
  const readValue = valueReader(mapping);
  const readScale = remembered(parseScale);
  const rejections = new Rejections();
  const renamed = new Map(Object.entries(mapping.items ?? {}));
  const scales = new Map(Object.entries(mapping.scales ?? {}));

  function lensOf(cells: readonly string[], audience: Audience): Lens {
    const plain = lensAt < 0 ? '' : word(cells[lensAt] ?? '');
    if (plain === '') return mapping.lens ?? defaultLens(audience);
    if (isLens(plain)) return plain;
    rejections.add(
      names.lens ?? '',
      cells[lensAt] ?? '',
      'is no lens: experience, belief, expectation, importance, walk, standard or promise',
    );
    return defaultLens(audience);
  }
  function audienceOf(cells: readonly string[]): Audience {
    const found = audienceAt < 0 ? mapping.audience : (readAudience(cells[audienceAt] ?? '') ?? undefined);
    if (found === undefined) rejections.add(names.audience ?? '', cells[audienceAt] ?? '', UNKNOWN_AUDIENCE);
    return found ?? 'customer';
  }
  return (cells) => {
    const audience = audienceOf(cells);
    const response = readResponse(cells, audience, rejections);
    const lens = lensOf(cells, audience);
    const written = (cells[itemAt] ?? '').trim();
    const item = renamed.get(written) ?? written;
    const itemReason = item === '' ? 'is blank: every row has to name its item' : textReason(item);
    if (itemReason !== undefined) rejections.add(names.item, item, itemReason);
    const ownScale = scaleAt < 0 ? '' : (cells[scaleAt] ?? '').trim();
    const scaleText = ownScale || scales.get(item) || mapping.scale;
    const scale = scaleText === undefined ? undefined : readScale(scaleText);
    if (scaleText !== undefined && !scale)
      rejections.add(names.scale ?? '', ownScale, 'is no scale; write it like 1-5 or yes/no');
    const text = cells[valueAt] ?? '';
    const value = onScale(readValue(text), text, scaleText);
    const answers: MappedAnswer[] = [];
    if (typeof value === 'number' || value === null) {
      const reason = value === null ? undefined : scaleReason(value, scale, scaleText ?? '');
      if (reason === undefined) answers.push({ audience, item, lens, value, scale: scaleText ?? null });
      else rejections.add(names.value, text, reason);
    } else if (value !== undefined) rejections.add(names.value, text, value.reason);
    return { response, answers, rejections: rejections.take() };
  };
}

function wideReader(mapping: WideMapping, columns: readonly string[]): RowReader {
  const source = mapping.audience;
  const audienceAt = 'column' in source ? columns.indexOf(source.column) : -1;
  const readAudience = audienceReader('column' in source ? source.values : undefined);
  const attributes = [...(mapping.attributes ?? []), ...(mapping.unit === undefined ? [] : [mapping.unit])];
  const readResponse = responseReader({ ...mapping, attributes }, columns);
  const items = mapping.items.map((item) => itemReader(item, columns));
  const rejections = new Rejections();

  function audienceOf(cells: readonly string[]): Audience {
    if ('constant' in source) return source.constant;
    const found = readAudience(cells[audienceAt] ?? '');
    if (found === undefined) rejections.add(source.column, cells[audienceAt] ?? '', UNKNOWN_AUDIENCE);
    return found ?? 'customer';
  }
  return (cells) => {
    const audience = audienceOf(cells);
    const response = readResponse(cells, audience, rejections);
    const answers: MappedAnswer[] = [];
    for (const read of items) {
      const answer = read(cells, audience, rejections);
      if (answer) answers.push(answer);
    }
    return { response, answers, rejections: rejections.take() };
  };
}

function itemReader(item: WideItem, columns: readonly string[]) {
  const parts = item.columns.map((column) => ({ column, at: columns.indexOf(column) }));
  const readValue = valueReader(item);
  const scale = item.scale === undefined ? undefined : parseScale(item.scale);
  return (cells: readonly string[], rowAudience: Audience, rejections: Rejections): MappedAnswer | undefined => {
    let sum = 0;
    let answered = 0;
    let notApplicable = 0;
    for (const part of parts) {
      const text = cells[part.at] ?? '';
      const value = onScale(readValue(text), text, item.scale);
      if (typeof value === 'number') {
        const reason = scaleReason(value, scale, item.scale ?? '');
        if (reason !== undefined) rejections.add(part.column, text, reason);
        sum += value;
        answered++;
      } else if (value === null) notApplicable++;
      else if (value !== undefined) rejections.add(part.column, text, value.reason);
    }
    const value =
      answered > 0 && answered * 2 >= parts.length
        ? sum / answered
        : answered === 0 && notApplicable > 0
          ? null
          : undefined;
    if (value === undefined) return undefined;
    const audience = item.audience ?? rowAudience;
    return { audience, item: item.item, lens: item.lens ?? defaultLens(audience), value, scale: item.scale ?? null };
  };
}
