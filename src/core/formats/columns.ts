import { cut } from './make.ts';
import type { Cell, Field, Loss, NeutralResponse, ReadAnswers } from './neutral.ts';
import { FormatError } from './neutral.ts';
import { dayOf } from './read-cell.ts';

/** What a column of a table of responses is. */
export type ColumnUse =
  | { readonly is: 'field'; readonly field: Field }
  | { readonly is: 'id' | 'day' | 'language' | 'finished' | 'channel' | 'nothing' }
  | { readonly is: 'attribute'; readonly name: string };

const MOST_CELLS = 20_000_000;
const MOST_ATTRIBUTES = 100;
const DONE = new Set(['1', 'true', 'yes', 'wahr', 'ja', 'vrai', 'verdadero']);

/** Which part of an ambiguous day such as 3/4/2026 is the month: told by the other days of the column. */
export type DayOrder = 'month-first' | 'day-first' | undefined;

export function dayOrder(texts: Iterable<string>, usual: DayOrder): DayOrder {
  for (const text of texts) {
    const found = /^\s*(\d{1,2})\/(\d{1,2})\/\d{4}/.exec(text);
    if (found && Number(found[1]) > 12) return 'day-first';
    if (found && Number(found[2]) > 12) return 'month-first';
  }
  return usual;
}

export function dayIn(text: string, order: DayOrder): string | null {
  const slashed = /^\s*(\d{1,2})\/(\d{1,2})\/(\d{4})/.exec(text);
  if (!slashed || !order) return dayOf(text) ?? null;
  const [, first, second, year] = slashed;
  return dayOf(order === 'day-first' ? `${first}.${second}.${year}` : `${second}.${first}.${year}`) ?? null;
}

/** Responses of a table, given what each column is. Rows without any answer are left out, which `losses` tells. */
export function responsesFrom(
  rows: readonly (readonly string[])[],
  uses: readonly ColumnUse[],
  options: { readonly usualOrder?: DayOrder; readonly cell?: (text: string, field: Field) => Cell | undefined } = {},
): ReadAnswers {
  if (rows.length * uses.length > MOST_CELLS) {
    throw new FormatError('The file has more than 20 million cells. Split it into smaller files.');
  }
  const dayColumn = uses.findIndex(({ is }) => is === 'day');
  const order = dayOrder(dayColumn < 0 ? [] : rows.map((row) => row[dayColumn] ?? ''), options.usualOrder);
  const lost = { days: 0, rows: 0, attributes: 0 };
  const responses = rows.flatMap((row): NeutralResponse[] => {
    const facts = { id: null as string | null, day: null as string | null, language: null as string | null };
    const rest = { finished: true, channel: null as string | null };
    const cells = new Map<string, Cell>();
    const attributes = new Map<string, string>();
    uses.forEach((use, i) => {
      const text = row[i]?.trim() ?? '';
      if (text === '') return;
      if (use.is === 'field') {
        const cell = options.cell ? options.cell(text, use.field) : text;
        if (cell !== undefined) cells.set(use.field.id, cell);
      } else if (use.is === 'id') facts.id = cut(text, 180);
      else if (use.is === 'day') facts.day = dayIn(text, order);
      else if (use.is === 'language') facts.language = cut(text, 35);
      else if (use.is === 'finished') rest.finished = DONE.has(text.toLowerCase());
      else if (use.is === 'channel') rest.channel = cut(text, 100);
      else if (use.is === 'attribute' && attributes.size < MOST_ATTRIBUTES) attributes.set(use.name, cut(text, 1_000));
      else if (use.is === 'attribute') lost.attributes += 1;
    });
    if (cells.size === 0) {
      if (row.some((text) => text.trim() !== '')) lost.rows += 1;
      return [];
    }
    if (dayColumn >= 0 && facts.day === null) lost.days += 1;
    return [{ ...facts, ...rest, attributes, cells }];
  });
  return {
    fields: uses.flatMap((use) => (use.is === 'field' ? [use.field] : [])),
    responses,
    losses: lossesOf(lost),
  };
}

function lossesOf({ days, rows, attributes }: { days: number; rows: number; attributes: number }): Loss[] {
  const found: [number, string][] = [
    [days, `The day of ${days} responses could not be read for sure; they count as of today.`],
    [rows, `${rows} rows answer no question and are left out.`],
    [attributes, `Only ${MOST_ATTRIBUTES} columns that are no questions are kept.`],
  ];
  return found.filter(([n]) => n > 0).map(([, message]) => ({ question: null, message }));
}
