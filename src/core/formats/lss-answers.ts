import { OTHER } from '../survey/definition.ts';
import { languageOf } from './make.ts';
import { type Cell, type Field, type Format, FormatError, type Loss, type NeutralResponse } from './neutral.ts';

/** Results that LimeSurvey saved as CSV or XLSX, with the codes or the texts of its questions as headings. */
export const limeSurveyAnswers: Format = {
  id: 'limesurvey-answers',
  name: 'LimeSurvey answers (CSV or XLSX)',
  detect: (file) => {
    const headings = file.table()?.[0];
    return headings !== undefined && ['submitted', 'page', 'language'].every((each) => metaAt(headings, each) >= 0);
  },
  readAnswers: (file) => {
    const [headings, ...rows] = file.table() ?? [];
    if (!headings) throw new FormatError('The file has no rows.');
    return readRows(headings, rows);
  },
};

/** Columns about the visit, by the names that LimeSurvey gives them as codes, in English and in German. */
const META: ReadonlyMap<string, string> = new Map([
  ['id', 'id'],
  ['response id', 'id'],
  ['antwort id', 'id'],
  ['submitdate', 'submitted'],
  ['date submitted', 'submitted'],
  ['datum abgeschickt', 'submitted'],
  ['lastpage', 'page'],
  ['last page', 'page'],
  ['letzte seite', 'page'],
  ['startlanguage', 'language'],
  ['start language', 'language'],
  ['start-sprache', 'language'],
  ['seed', 'none'],
  ['zufallsstartwert', 'none'],
  ['startdate', 'none'],
  ['date started', 'none'],
  ['datum gestartet', 'none'],
  ['datestamp', 'seen'],
  ['date last action', 'seen'],
  ['datum letzte aktivität', 'seen'],
  ['ipaddr', 'none'],
  ['ip address', 'none'],
  ['ip-adresse', 'none'],
  ['refurl', 'none'],
  ['referrer url', 'none'],
  ['weiterleitungs-url', 'none'],
  ['token', 'none'],
  ['access code', 'none'],
  ['zugangscode', 'none'],
  ['interviewtime', 'none'],
  ['total time', 'none'],
  ['gesamtzeit', 'none'],
]);
const TIMING = /^(grouptime\d+|question ?time|group time|.{1,60}time\d*$)/i;
const metaOf = (heading: string) => META.get(heading.trim().toLowerCase());
const metaAt = (headings: readonly string[], what: string) => headings.findIndex((heading) => metaOf(heading) === what);
const MOST_COLUMNS = 4_000;

interface Column {
  readonly at: number;
  /** The heading, told apart where it stands twice. */
  readonly id: string;
  readonly name: string;
  readonly text: string;
  /** What stands in brackets behind the name. */
  readonly parts: readonly string[];
}
type Row = readonly string[];
/** Puts what one row says into cells. */
type Reader = (row: Row, cells: Map<string, Cell>) => void;
type Lose = (question: string | null, message: string) => void;

function readRows(headings: readonly string[], rows: readonly Row[]) {
  if (headings.length > MOST_COLUMNS) throw new FormatError('The file has more than 4,000 columns; it was not read.');
  const losses: Loss[] = [];
  const lose: Lose = (question, message) => losses.push({ question, message });
  const fields: Field[] = [];
  const readers: Reader[] = [];
  const timings = headings.some(
    (heading) => metaOf(heading) === undefined && /^(interviewtime|group ?time)/i.test(heading),
  );
  for (const columns of byQuestion(headings, timings)) {
    for (const { field, read } of readersOf(columns, rows, lose)) {
      fields.push(field);
      readers.push(read);
    }
  }
  const place = (what: string) => metaAt(headings, what);
  const at = { id: place('id'), submitted: place('submitted'), seen: place('seen'), language: place('language') };
  lose(null, 'Addresses of visitors, access codes and times taken are not kept.');
  const responses = rows
    .filter((row) => row.some((cell) => cell !== ''))
    .map((row): NeutralResponse => {
      const cells = new Map<string, Cell>();
      for (const read of readers) read(row, cells);
      const submitted = row[at.submitted] ?? '';
      return {
        id: row[at.id] || null,
        day: dayOf(submitted) ?? dayOf(row[at.seen] ?? ''),
        language: row[at.language] ? languageOf(row[at.language]) : null,
        finished: submitted !== '',
        channel: null,
        attributes: new Map(),
        cells,
      };
    });
  return { fields, responses, losses };
}

/** Anonymous surveys without dates say that everybody answered on the first day of 1980. */
function dayOf(written: string): string | null {
  const day = /^(\d{4}-\d\d-\d\d)/.exec(written)?.[1] ?? null;
  return day === '1980-01-01' ? null : day;
}

function byQuestion(headings: readonly string[], timings: boolean): Column[][] {
  const questions = new Map<string, Column[]>();
  const ids = new Set<string>();
  headings.forEach((heading, at) => {
    if (metaOf(heading) !== undefined || (timings && TIMING.test(heading))) return;
    const id = ids.has(heading) || heading === '' ? `${heading} (column ${at + 1})` : heading;
    ids.add(id);
    const column = { ...columnOf(heading, at), id };
    const there = questions.get(column.name);
    if (there) there.push(column);
    else questions.set(column.name, [column]);
  });
  return [...questions.values()];
}

/** `Q1`, `Q1[SQ001]`, `Q1[SQ001][1]`; with `. Text` behind; or the text alone, with the row in brackets at its end. */
function columnOf(heading: string, at: number): Omit<Column, 'id'> {
  const code = /^([A-Za-z]\w{0,60})((?:\[[^[\]]*\]){0,2})(?:\. ([\s\S]*))?$/.exec(heading.trim());
  if (code) {
    const [, name = '', brackets = '', text = ''] = code;
    return { at, name, text, parts: [...brackets.matchAll(/\[([^[\]]*)\]/g)].map((each) => each[1] ?? '') };
  }
  const open = heading.lastIndexOf(' [');
  if (open > 0 && heading.endsWith(']')) {
    const name = heading.slice(0, open).trim();
    return { at, name, text: name, parts: [heading.slice(open + 2, -1).trim()] };
  }
  return { at, name: heading.trim() || `column ${at + 1}`, text: heading.trim(), parts: [] };
}

/** Not answered, and not shown. */
const isBlank = (cell: string | undefined) =>
  cell === undefined || cell === '' || cell === '{question_not_shown}' || cell === 'N/A';

interface Read {
  readonly field: Field;
  readonly read: Reader;
}

function readersOf(columns: readonly Column[], rows: readonly Row[], lose: Lose): Read[] {
  const { name, text } = columns[0]!;
  const single = columns.filter((column) => column.parts.length === 0);
  const others = columns.filter(({ parts }) => parts.length === 1 && isWord(parts[0], 'other'));
  const comments = columns.filter(({ parts }) => parts.length > 0 && isWord(parts.at(-1), 'comment'));
  const inner = columns.filter((column) => column.parts.length > 0 && ![...others, ...comments].includes(column));
  const reads: Read[] = single.map(({ at, id }) => ({
    field: { id, question: name, text },
    read: (row, cells) => put(cells, id, row[at]),
  }));
  for (const { at, id } of others) {
    const field: Field = { id, question: name, text, part: { kind: 'other', id: 'other', text: 'other' } };
    reads.push({ field, read: (row, cells) => put(cells, id, row[at]) });
  }
  for (const { at, id, parts } of comments) {
    if (parts.length > 1) continue;
    const field: Field = { id, question: `${name}_comment`, text: '', type: 'text' };
    reads.push({ field, read: (row, cells) => put(cells, id, row[at]) });
  }
  if (comments.some(({ parts }) => parts.length > 1)) lose(name, 'The comments beside its choices are not kept.');
  return [...reads, ...partsOf(name, text, inner, rows, lose)];
}

const isWord = (part: string | undefined, word: string) => part?.toLowerCase() === word;

function put(cells: Map<string, Cell>, id: string, cell: string | undefined): void {
  if (cell !== undefined && !isBlank(cell)) cells.set(id, cell === '-oth-' ? OTHER : cell);
}

function partsOf(name: string, text: string, columns: readonly Column[], rows: readonly Row[], lose: Lose): Read[] {
  if (columns.length === 0) return [];
  const values = new Set<string>();
  for (const row of rows) for (const { at } of columns) if (!isBlank(row[at])) values.add(row[at]!);
  const every = (test: (value: string) => boolean) => values.size > 0 && [...values].every(test);
  if (columns.every(({ parts }, i) => parts[0] === String(i + 1)) && !every((value) => /^\d+$/.test(value))) {
    return [ranking(name, text, columns)];
  }
  if (every((value) => TICKS.has(value.toLowerCase()))) return ticked(name, text, columns);
  const points = every((value) => /^-?\d{1,3}(\.0+)?$/.test(value));
  const codes = !points && every((value) => POINT_CODE.test(value));
  if (codes) lose(name, 'Codes such as A1 are read as the points of a scale: A1 is 1, A2 is 2.');
  return columns.map(({ at, id, parts }): Read => {
    const [row = '', scale] = parts;
    const question = scale === undefined ? name : `${name}_${Math.max(0, Number(scale) - 1) || 0}`;
    if (points || codes) {
      const read: Reader = (cells, into) => put(into, id, codes ? pointOf(cells[at]) : cells[at]);
      return { field: { id, question, text, type: 'scale', part: { kind: 'row', id: row, text: row } }, read };
    }
    return {
      field: { id, question: `${question}_${row}`, text: row },
      read: (cells, into) => put(into, id, cells[at]),
    };
  });
}

const TICKS: ReadonlySet<string> = new Set(['y', 'n', 'yes', 'no', 'ja', 'nein']);
const POINT_CODE = /^[A-Za-z]{1,3}0*(\d{1,2})$/;

function pointOf(cell: string | undefined): string | undefined {
  return cell === undefined ? undefined : (POINT_CODE.exec(cell)?.[1] ?? cell);
}

/** Columns are places, cells are choices: one answer with the choices in order. */
function ranking(name: string, text: string, columns: readonly Column[]): Read {
  const { id } = columns[0]!;
  return {
    field: { id, question: name, text, type: 'ranking' },
    read: (row, cells) => {
      const order = columns.flatMap(({ at }) => (isBlank(row[at]) ? [] : [row[at]!]));
      if (order.length > 0) cells.set(id, order);
    },
  };
}

/** A choice that is not ticked says something only where another one of the question is. */
function ticked(name: string, text: string, columns: readonly Column[]): Read[] {
  const isTicked = (cell: string | undefined) => /^(y|yes|ja)$/i.test(cell ?? '');
  return columns.map(({ at, id, parts }) => {
    return {
      field: {
        id,
        question: name,
        text,
        type: 'choices',
        part: { kind: 'choice', id: parts[0] ?? '', text: parts[0] ?? '' },
      },
      read: (row, cells) => {
        if (isTicked(row[at])) cells.set(id, true);
        else if (columns.some((column) => isTicked(row[column.at]))) cells.set(id, false);
      },
    };
  });
}
