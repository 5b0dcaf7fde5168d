import { readFile, stat } from 'node:fs/promises';
import { getHeapStatistics } from 'node:v8';
import type { BadValue, FileAnswer } from '../core/file-answers.ts';
import { type LongMapping, type Mapping, mappingProblems, rowToAnswers } from '../core/mapping.ts';
import { parseDay, slashParts } from '../core/parse-cell.ts';
import { parseScale, type Scale } from '../core/scale.ts';
import { openTable, type Table, UnreadableFile } from '../server/imports/read-table.ts';
import { CommandError } from './command-error.ts';
import { BAD_ARGUMENT, type GapOptions } from './gap-options.ts';

export const UNREADABLE = 3;

/** One answer with what filters ask about. */
export interface ReadAnswer extends FileAnswer {
  readonly attributes: readonly string[];
}

/** Everything that a file holds, as far as the report needs it. */
export interface ReadFile {
  readonly answers: readonly ReadAnswer[];
  readonly bad: readonly BadValue[];
  /** Rows below the header. */
  readonly rows: number;
  /** The attributes asked about, named as the file names them, in the order of `ReadAnswer.attributes`. */
  readonly attributes: readonly string[];
  /** Items in the order of the mapping; undefined for a long file. */
  readonly order?: readonly string[];
  /** What was noticed on the way: sentences for the person. */
  readonly notes: readonly string[];
}

/** Reads the answers of a file. Ends with exit code 3 when it can't be read, 2 when an option names what it lacks. */
export async function readAnswers(file: string, options: GapOptions): Promise<ReadFile> {
  try {
    const table = await openTable(await existing(file));
    const mapping =
      options.mapping === undefined ? longMapping(table.columns) : await readMapping(options.mapping, table.columns);
    return await readRows(table, mapping, options);
  } catch (error) {
    if (error instanceof UnreadableFile) throw new CommandError(`${file}: ${error.message}`, UNREADABLE);
    throw error;
  }
}

async function existing(file: string): Promise<string> {
  try {
    if ((await stat(file)).isFile()) return file;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    throw new UnreadableFile(code === 'ENOENT' ? 'There is no such file.' : `The file cannot be opened (${code}).`);
  }
  throw new UnreadableFile('This is a folder, not a file.');
}

const NEEDED = ['respondent', 'audience', 'item', 'value'] as const;
const OPTIONAL = ['lens', 'scale', 'weight'] as const;

/** The long layout by the names of its columns. Dates and attributes are not needed to compute gaps: nothing rejects them. */
function longMapping(columns: readonly string[]): LongMapping {
  const found = (name: string) => findColumn(columns, name);
  const missing = NEEDED.filter((name) => found(name) === undefined);
  if (missing.length > 0) {
    const names = columns.slice(0, 12).map((name) => `"${name}"`);
    throw new UnreadableFile(
      `The file has no column ${missing.join(', ')}. A long file needs ${NEEDED.join(', ')}; for a wide one give --mapping FILE. Its columns are ${names.join(', ')}${columns.length > 12 ? `, … (${columns.length})` : ''}.${columns.length === 1 ? ' If that is several columns in one, they are not separated by comma, semicolon, tab or bar.' : ''}`,
    );
  }
  for (const name of [...NEEDED, ...OPTIONAL]) {
    // The reader calls a repeated name "value (2)"; which of the two is meant must not be guessed.
    if (columns.some((column) => column.toLowerCase() === `${name} (2)`)) {
      throw new UnreadableFile(`The header names the column ${name} more than once; keep one of them.`);
    }
  }
  return {
    layout: 'long',
    columns: {
      respondent: found('respondent') as string,
      audience: found('audience') as string,
      item: found('item') as string,
      value: found('value') as string,
      ...Object.fromEntries(OPTIONAL.flatMap((name) => (found(name) === undefined ? [] : [[name, found(name)]]))),
    },
    attributes: [],
  };
}

/** As written, else without regard to case. */
function findColumn(columns: readonly string[], name: string): string | undefined {
  const plain = name.trim().toLowerCase();
  return columns.find((column) => column === name) ?? columns.find((column) => column.trim().toLowerCase() === plain);
}

async function readMapping(file: string, columns: readonly string[]): Promise<Mapping> {
  const { mappingSchema } = await import('../server/imports/schema.ts');
  const { fieldSentence } = await import('../server/http/field-sentence.ts');
  const bad = (why: string): never => {
    throw new CommandError(`--mapping ${file}: ${why}`, BAD_ARGUMENT);
  };
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return bad('there is no such file, or it cannot be opened.');
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return bad(`this is no JSON: ${error instanceof Error ? error.message : error}`);
  }
  const parsed = mappingSchema.safeParse(json, { error: fieldSentence });
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return bad(`${issue?.path.join('.') || 'the mapping'}: ${issue?.message}`);
  }
  const problems = mappingProblems(parsed.data, columns);
  return problems.length > 0 ? bad(problems.join(' ')) : withoutUnused(parsed.data);
}

/** Dates, channels and contacts play no part in a gap: a date that can't be read must not cost an answer. */
function withoutUnused(mapping: Mapping): Mapping {
  if (mapping.layout === 'wide') {
    const { at, channel, contact, attributes, unit, ...rest } = mapping;
    return rest;
  }
  const { at, channel, contact, ...columns } = mapping.columns;
  return { ...mapping, columns, attributes: [] };
}

async function readRows(table: Table, mapping: Mapping, options: GapOptions): Promise<ReadFile> {
  const { columns } = table;
  const named = [...new Set(options.where.map(({ attribute }) => attribute))];
  const asked = named.map((name) => knownColumn(columns, '--where', name));
  const unit = options.pair === undefined ? undefined : knownColumn(columns, '--pair', options.pair);
  const [at, unitAt] = [columns.indexOf(findColumn(columns, 'at') ?? ''), columns.indexOf(unit ?? '')];
  const places = asked.map((name) => columns.indexOf(name));
  const valueColumn = mapping.layout === 'long' ? mapping.columns.value : undefined;
  const columnOf = wideColumns(mapping);
  const read = rowToAnswers(mapping, columns);
  const scale = scaleReader(mapping);
  const answers: ReadAnswer[] = [];
  const bad: BadValue[] = [];
  const days = new Set<string>();
  let rows = 0;
  for await (const { rowNumber: row, cells } of table.rows()) {
    rows++;
    if (rows % ROWS_BETWEEN_LOOKS === 0) refuseBeyondMemory(rows);
    if (at >= 0) days.add(dayForm((cells[at] ?? '').trim()));
    const mapped = read(cells);
    for (const { column, value, reason } of mapped.rejections) bad.push({ row, column, value, reason });
    if (mapped.rejections.length > 0) continue;
    const { key, weight } = mapped.response;
    const attributes = places.map((place) => (cells[place] ?? '').trim());
    for (const { audience, lens, item, value, scale: declared } of mapped.answers) {
      if (value === null) continue;
      const own = scale(declared, item);
      answers.push({
        row,
        column: valueColumn ?? columnOf.get(`${audience} ${lens} ${item}`) ?? item,
        // A row of a wide file is one person (or unit), also where no column says who.
        respondent: key ?? (mapping.layout === 'wide' ? `row ${row}` : ''),
        audience,
        lens,
        item,
        value,
        weight,
        attributes,
        ...(own ? { scale: own } : {}),
        ...(at >= 0 ? { at: (cells[at] ?? '').trim() } : {}),
        ...(unitAt >= 0 ? { unit: (cells[unitAt] ?? '').trim() } : {}),
      });
    }
  }
  const order = mapping.layout === 'wide' ? [...new Set(mapping.items.map(({ item }) => item))] : undefined;
  const notes = [...table.warnings, ...dayNote(days)];
  return { answers, bad, rows, attributes: asked, notes, ...(order ? { order } : {}) };
}

const ROWS_BETWEEN_LOOKS = 100_000;
/** Reading takes about half of what the report takes in all. */
const SHARE_FOR_READING = 0.45;

/** The answers are held in memory; better one sentence than an aborted process. */
function refuseBeyondMemory(rows: number): void {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
  if (used < SHARE_FOR_READING * limit) return;
  throw new UnreadableFile(
    `The file holds more answers than fit into memory (${rows.toLocaleString('en')} rows read). Import it into a workspace, or allow more with NODE_OPTIONS=--max-old-space-size=8192.`,
  );
}

function dayForm(text: string): string {
  if (text === '') return '';
  if (slashParts(text)) return '22/11/2026 or 11/22/2026';
  if (parseDay(text, 'iso') === undefined) return 'something that is no day';
  return /^\d{4}/.test(text) ? '2026-11-22' : '22 Nov 2026';
}

/** Days that are written in several ways can't be told apart surely. Said, so that nobody filters on them unaware. */
function dayNote(forms: ReadonlySet<string>): string[] {
  const ways = [...forms].filter((form) => form !== '').sort();
  if (ways.length < 2) return [];
  return [
    `The column at writes days in ${ways.length} ways (like ${ways.join('; ')}); gaps do not depend on days, so no answer is lost.`,
  ];
}

function knownColumn(columns: readonly string[], option: string, name: string): string {
  const column = findColumn(columns, name);
  if (column !== undefined) return column;
  const known = columns.filter((other) => !['value', 'item', 'weight', 'scale'].includes(other.toLowerCase()));
  const more = known.length > 20 ? `, … (${known.length})` : '';
  throw new CommandError(
    `${option} ${name}: the file has no such column; it has ${known.slice(0, 20).join(', ')}${more}.`,
    BAD_ARGUMENT,
  );
}

/** Which column a wide answer stood in, for the list of values that were not taken. */
function wideColumns(mapping: Mapping): Map<string, string> {
  if (mapping.layout === 'long') return new Map();
  return new Map(
    mapping.items.flatMap(({ item, columns, audience, lens }) =>
      audience && lens ? [[`${audience} ${lens} ${item}`, columns.join(' + ')] as const] : [],
    ),
  );
}

/**
 * The scale of an answer as the file or the mapping declares it, with the direction that the mapping gives the item. A
 * million rows name the same few scales: each is read once.
 */
function scaleReader({ newItems }: Mapping): (text: string | null, item: string) => Scale | undefined {
  const known = new Map<string, Scale | undefined>();
  return (text, item) => {
    const about = newItems?.[item];
    const name = text ?? about?.scale;
    if (name === undefined) return undefined;
    const key = `${about?.direction ?? 'up'} ${name}`;
    if (!known.has(key)) known.set(key, turned(parseScale(name), about?.direction));
    return known.get(key);
  };
}

/** Where lower is better, the best answers are as many points from the low end. */
function turned(scale: Scale | undefined, direction: Scale['direction'] | undefined): Scale | undefined {
  return scale && direction === 'down' ? { ...scale, direction, topBox: scale.min + scale.max - scale.topBox } : scale;
}
