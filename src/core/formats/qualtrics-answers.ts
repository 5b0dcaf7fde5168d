import { storableJson } from '../storable-text.ts';
import { type ColumnUse, responsesFrom } from './columns.ts';
import { cut } from './make.ts';
import { plainText } from './markup.ts';
import { type Field, type Format, FormatError, type Loss, type ReadAnswers } from './neutral.ts';
import { textAt } from './values.ts';

/** Answers that were exported from Qualtrics as CSV or TSV: three header rows, of which the third holds `{"ImportId": …}`. */
export const qualtricsAnswers: Format = {
  id: 'qualtrics-answers',
  name: 'Qualtrics answers (CSV or TSV)',
  detect: (file) => importId(file.table()?.[2]?.[0] ?? '') !== undefined,
  readAnswers: (file) => readTable(file.table() ?? []),
};

interface ImportId {
  readonly id: string;
  readonly choice: string;
}

function importId(cell: string): ImportId | undefined {
  if (!cell.trimStart().startsWith('{') || cell.length > 2_000) return undefined;
  try {
    const json: unknown = JSON.parse(storableJson(cell));
    const id = textAt(json, 'ImportId');
    return id === '' ? undefined : { id, choice: textAt(json, 'choiceId') };
  } catch {
    return undefined;
  }
}

const FACTS = new Map<string, ColumnUse>([
  ['_recordId', { is: 'id' }],
  ['recordedDate', { is: 'day' }],
  ['userLanguage', { is: 'language' }],
  ['finished', { is: 'finished' }],
  ['distributionChannel', { is: 'channel' }],
]);
const TIMES = new Set(['startDate', 'endDate', 'progress', 'duration']);
/** Who and where: not needed to read answers, and not kept. */
const PERSONAL = /^(ipAddress|recipient|location|externalDataReference)/;

function readTable(table: readonly (readonly string[])[]): ReadAnswers {
  const [names = [], texts = [], ids = [], ...all] = table;
  const losses: Loss[] = [];
  const status = ids.findIndex((cell) => importId(cell)?.id === 'status');
  const rows = all.filter((row) => !/preview|^1$|spam|^8$/i.test(row[status]?.trim() ?? ''));
  if (rows.length < all.length) {
    losses.push({ question: null, message: `${all.length - rows.length} previews and spam responses are left out.` });
  }
  if (ids.some((cell) => PERSONAL.test(importId(cell)?.id ?? ''))) {
    losses.push({ question: null, message: 'Addresses, names, references and places of respondents are not kept.' });
  }
  if (ids.some((cell) => TIMES.has(importId(cell)?.id ?? ''))) {
    losses.push({
      question: null,
      message: 'When somebody began, how long it took and how far they came is not kept.',
    });
  }
  const uses = ids.map((cell, i): ColumnUse => {
    const found = importId(cell);
    const name = names[i]?.trim() ?? '';
    if (!found) return { is: 'nothing' };
    const fact = FACTS.get(found.id);
    if (fact) return fact;
    if (TIMES.has(found.id) || found.id === 'status' || PERSONAL.test(found.id)) return { is: 'nothing' };
    const field = fieldOf(found, texts[i] ?? '', i);
    if (field) return { is: 'field', field: withKind(field, rows, i) };
    if (/QID/.test(found.id)) {
      losses.push({
        question: name || found.id,
        message: 'A column of this kind (a loop, group or click) is left out.',
      });
      return { is: 'nothing' };
    }
    return { is: 'attribute', name: cut(name || found.id, 100) };
  });
  if (!uses.some(({ is }) => is === 'field')) throw new FormatError('No column of this Qualtrics file is a question.');
  const read = responsesFrom(rows, uses);
  return { ...read, losses: [...losses, ...read.losses] };
}

/** `QID3`, `QID3_TEXT`, `QID3_4`, `QID3_4_TEXT`; undefined for everything else. */
function fieldOf({ id, choice }: ImportId, text: string, i: number): Field | undefined {
  const found = /^(QID\d{1,9})(?:[_-](\d{1,9}))?(_TEXT)?$/.exec(id);
  if (!found) return undefined;
  const [, question = '', number, isText] = found;
  const asked = plainText(text).replace(/ - (Selected Choice|Ausgewählte Option)$/i, '');
  const cutAt = asked.lastIndexOf(' - ');
  const [whole, last] = cutAt < 0 ? [asked, ''] : [asked.slice(0, cutAt), asked.slice(cutAt + 3)];
  const part = number ?? choice;
  const base = { id: `${id}:${i}`, question };
  if (part === '') return { ...base, text: asked, ...(isText ? { type: 'text' as const } : {}) };
  if (isText) return { ...base, text: whole, type: 'text', part: { kind: 'other', id: part, text: last } };
  return { ...base, text: whole, afterScale: true, part: { kind: 'row', id: part, text: last || part } };
}

/** A column of a choice that is ticked holds one value only; of an order small numbers, each once per row. */
function withKind(field: Field, rows: readonly (readonly string[])[], i: number): Field {
  if (field.part?.kind !== 'row') return field;
  const values = new Set<string>();
  for (const row of rows) {
    const text = row[i]?.trim() ?? '';
    if (text !== '') values.add(text);
    if (values.size > 1) return field;
  }
  const [only] = values;
  const ticked = only === undefined || only === '1' || only === field.part.id || only === field.part.text;
  return ticked ? { ...field, part: { ...field.part, kind: 'choice' } } : field;
}
