import { onStep } from '../survey/answer-problem.ts';
import { type Given, OTHER, type Question, scaleOf } from '../survey/definition.ts';
import { bare } from './bind-fields.ts';
import { cut, idFrom } from './make.ts';
import type { Cell, Field } from './neutral.ts';

/** What a cell says, or the end of the sentence "this cell …". Undefined: not answered. */
export type Read = { readonly given: Given; readonly other?: string } | { readonly fault: string } | undefined;

const NOT_APPLICABLE = new Set(['n a', 'na', 'not applicable', 'does not apply', 'trifft nicht zu', 'no aplica']);
const YES = new Set([
  '1',
  'yes',
  'true',
  'y',
  'ja',
  'sí',
  'si',
  'oui',
  'accepted',
  'checked',
  'chosen',
  'x',
  'selected',
]);
const NO = new Set([
  '0',
  'no',
  'false',
  'n',
  'nein',
  'non',
  'nee',
  'not chosen',
  'unchecked',
  'declined',
  'not selected',
]);
const TEXT_MOST = 10_000;

/** One cell as an answer to its question; for columns that are one choice each see `readTicks`. */
export function readCell(question: Question, field: Field, cell: Cell | undefined): Read {
  if (cell === undefined || cell === '' || (Array.isArray(cell) && cell.length === 0)) return undefined;
  if (field.part?.kind === 'other') return { given: cut(String(cell), TEXT_MOST) };
  const scale = scaleOf(question);
  if (scale) return scaled(question, field, cell, scale);
  if (cell === null) return undefined;
  switch (question.type) {
    case 'single':
      return single(question, field, cell);
    case 'multiple':
    case 'ranking':
      return several(question, field, cell);
    case 'number': {
      const number = numberOf(cell);
      return number === undefined ? fault(cell, 'is no number') : { given: number };
    }
    case 'date': {
      const day = dayOf(String(cell));
      return day === undefined
        ? fault(cell, 'is no day that can be read for sure (best as YYYY-MM-DD)')
        : { given: day };
    }
    case 'consent': {
      const word = wordOf(cell);
      return YES.has(word) ? { given: true } : NO.has(word) ? { given: false } : fault(cell, 'says neither yes nor no');
    }
    default: {
      const text = Array.isArray(cell) ? cell.join('; ') : String(cell);
      const most = 'maxLength' in question && question.maxLength ? Math.min(question.maxLength, TEXT_MOST) : TEXT_MOST;
      return { given: cut(text, most) };
    }
  }
}

const fault = (cell: Cell, what: string): Read => ({ fault: `“${cut(String(cell), 60)}” ${what}` });
const wordOf = (cell: Cell) => bare(String(cell));

/** A number as files write it; a comma before one or two digits at the end is a decimal point. */
export function numberOf(cell: Cell): number | undefined {
  if (typeof cell === 'boolean' || Array.isArray(cell) || cell === null) return undefined;
  const text = String(cell).trim();
  const plain = /^-?\d+,\d{1,6}$/.test(text) ? text.replace(',', '.') : text;
  const number = plain === '' ? Number.NaN : Number(plain);
  return Number.isFinite(number) && Math.abs(number) <= 1e12 ? number : undefined;
}

/** YYYY-MM-DD from the ways of writing a day that mean one day only; undefined for all others. */
export function dayOf(text: string): string | undefined {
  const iso = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?!\d)/.exec(text.trim());
  const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)/.exec(text.trim());
  const slashed = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?!\d)/.exec(text.trim());
  if (iso) return checkedDay(iso[1], iso[2], iso[3]);
  if (dotted) return checkedDay(dotted[3], dotted[2], dotted[1]);
  if (!slashed) return undefined;
  const [first, second] = [Number(slashed[1]), Number(slashed[2])];
  if (first > 12) return checkedDay(slashed[3], slashed[2], slashed[1]);
  return second > 12 || first === second ? checkedDay(slashed[3], slashed[1], slashed[2]) : undefined;
}

function checkedDay(year = '', month = '', day = ''): string | undefined {
  const text = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const time = Date.parse(`${text}T00:00:00Z`);
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(text) ? text : undefined;
}

function scaled(
  question: Question,
  field: Field,
  cell: Cell,
  { min, max, step }: { min: number; max: number; step: number },
): Read {
  const mayNot = 'notApplicable' in question && question.notApplicable === true;
  const label = typeof cell === 'string' ? field.labels?.get(cell) : undefined;
  if (cell === null || NOT_APPLICABLE.has(wordOf(label ?? cell))) {
    return mayNot ? { given: null } : cell === null ? undefined : fault(cell, 'is no answer of this question');
  }
  const number =
    question.type === 'yesno' ? yesOrNo(cell) : (numberOf(cell) ?? leading(cell) ?? pointOf(question, field, cell));
  if (number === undefined) return fault(cell, 'is no point of the scale; export the answers as numbers');
  if (mayNot && field.afterScale && number === max + 1) return { given: null };
  if (number < min || number > max || !onStep(number, min, step)) return fault(cell, `is not from ${min} to ${max}`);
  return { given: number };
}

const yesOrNo = (cell: Cell) => (YES.has(wordOf(cell)) ? 1 : NO.has(wordOf(cell)) ? 0 : undefined);

/** `10 - very likely`, `5 (best)`. */
function leading(cell: Cell): number | undefined {
  const found = /^\s*(-?\d{1,3})\s*(?:[-–—:=(].*)$/s.exec(String(cell))?.[1];
  return found === undefined ? undefined : Number(found);
}

/** The point whose words these are: those at the ends of the scale, or those that the file gives its codes. */
function pointOf(question: Question, field: Field, cell: Cell): number | undefined {
  const word = wordOf(cell);
  const scale = scaleOf(question);
  const says = (wording: Question['text'] | undefined) =>
    wording && textsOf(wording).some((text) => bare(text) === word);
  if (scale && 'low' in question && says(question.low)) return scale.min;
  if (scale && 'high' in question && says(question.high)) return scale.max;
  for (const [code, label] of field.labels ?? []) if (bare(label) === word) return numberOf(code);
  return undefined;
}

const textsOf = (wording: Question['text']) => Object.values(wording).flatMap((text) => Object.values(text));
type Choosing = Extract<Question, { readonly type: 'single' | 'multiple' | 'ranking' }>;

/** A choice by its id, its text, or the label that the file gives its code. */
function choiceOf({ choices }: Choosing, field: Field, cell: string): string | undefined {
  const id = idFrom(cell);
  const label = field.labels?.get(cell);
  const said = (text: string) => choices.find((one) => textsOf(one.text).some((own) => bare(own) === bare(text)))?.id;
  const byText = said(label ?? cell) ?? choices.find((one) => textsOf(one.text).includes((label ?? cell).trim()))?.id;
  const byId = choices.find((one) => one.id === id)?.id ?? (cell === OTHER ? OTHER : undefined);
  // A code without a label is an id; a text is a text first.
  return /^[\d_]/.test(cell) && label === undefined ? (byId ?? byText) : (byText ?? byId);
}

function single(question: Choosing, field: Field, cell: Cell): Read {
  const text = String(cell).trim();
  const choice = choiceOf(question, field, text);
  if (choice !== undefined) return { given: choice };
  if ('other' in question && question.other) return { given: OTHER, other: cut(text, TEXT_MOST) };
  return fault(cell, 'is none of the choices');
}

/** Several in one cell: a list, or texts with `;`, `,` or `|` between them, which may stand in the texts as well. */
function several(question: Choosing, field: Field, cell: Cell): Read {
  const whole = typeof cell === 'string' ? choiceOf(question, field, cell.trim()) : undefined;
  if (whole !== undefined) return { given: [whole] };
  const { found, rest } = Array.isArray(cell) ? taken(question, field, cell) : split(question, field, String(cell));
  const given = [...new Set(found)];
  if (rest.length === 0) return { given };
  if (!('other' in question && question.other)) return fault(rest.join('; '), 'is none of the choices');
  return { given: [...new Set([...given, OTHER])], other: cut(rest.join('; '), TEXT_MOST) };
}

function taken(question: Choosing, field: Field, parts: readonly string[]): { found: string[]; rest: string[] } {
  const found: string[] = [];
  const rest: string[] = [];
  for (const part of parts) {
    const choice = choiceOf(question, field, part.trim());
    if (choice !== undefined) found.push(choice);
    else if (part.trim() !== '') rest.push(part.trim());
  }
  return { found, rest };
}

function split(question: Choosing, field: Field, cell: string): { found: string[]; rest: string[] } {
  const ways = [';', '|', ',']
    .filter((mark) => cell.includes(mark))
    .map((mark) => joinedParts(question, field, cell.split(mark), mark));
  return ways.sort((a, b) => a.rest.length - b.rest.length)[0] ?? taken(question, field, [cell]);
}

/** Parts that together are one choice, such as `Yes, often`, are put together again. */
function joinedParts(question: Choosing, field: Field, parts: readonly string[], mark: string) {
  const found: string[] = [];
  const rest: string[] = [];
  for (let i = 0; i < parts.length && i < 500; ) {
    let length = Math.min(8, parts.length - i);
    let choice: string | undefined;
    for (; length > 0; length--) {
      choice = choiceOf(
        question,
        field,
        parts
          .slice(i, i + length)
          .join(mark)
          .trim(),
      );
      if (choice !== undefined) break;
    }
    if (choice !== undefined) found.push(choice);
    else if (parts[i]?.trim()) rest.push(parts[i]!.trim());
    i += Math.max(1, length);
  }
  return { found, rest };
}

/** The choices of columns that are one choice each: ticked ones, or those with a place in their order. */
export function readTicks(
  cells: readonly { readonly choice: string; readonly cell: Cell | undefined }[],
  ranked: boolean,
): Given | undefined {
  const answered = cells.filter(({ cell }) => cell !== undefined && cell !== null && cell !== '');
  if (answered.length === 0) return undefined;
  if (ranked) {
    const places = answered.flatMap(({ choice, cell }) => {
      const place = numberOf(cell ?? null);
      return place === undefined ? [] : [{ choice, place }];
    });
    return places.sort((a, b) => a.place - b.place).map(({ choice }) => choice);
  }
  const chosen = answered
    .filter(({ cell }) => cell !== false && !NO.has(wordOf(cell ?? null)))
    .map(({ choice }) => choice);
  return chosen;
}
