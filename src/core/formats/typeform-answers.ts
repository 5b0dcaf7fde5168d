import { beginning } from '../storable-text.ts';
import { OTHER } from '../survey/definition.ts';
import { type Cell, type Field, type Format, FormatError, type Loss, type NeutralResponse } from './neutral.ts';
import { at, entriesAt, isMap, listAt, numberAt, textAt } from './values.ts';

/** Responses as Typeform's own interface gives them (`GET /forms/{id}/responses`), or its webhooks, one per line. */
export const typeformAnswers: Format = {
  id: 'typeform-answers',
  name: 'Typeform responses (JSON)',
  detect: (file) => {
    const first = itemsOf(file.json())?.[0];
    return (
      isMap(first) &&
      Array.isArray(at(first, 'answers')) &&
      (textAt(first, 'token') || textAt(first, 'response_id')) !== ''
    );
  },
  readAnswers: (file) => {
    const items = itemsOf(file.json());
    if (!items) throw new FormatError('The file holds no responses of Typeform.');
    return readItems(items);
  },
};

/** One page of responses, several pages as lines or as a list, or webhooks. */
function itemsOf(json: unknown): readonly unknown[] | undefined {
  if (isMap(json)) return Array.isArray(at(json, 'items')) ? listAt(json, 'items') : webhookOf(json);
  if (!Array.isArray(json)) return undefined;
  const list: readonly unknown[] = json;
  return list.flatMap((one) => (Array.isArray(at(one, 'items')) ? listAt(one, 'items') : (webhookOf(one) ?? [one])));
}

function webhookOf(json: unknown): readonly unknown[] | undefined {
  return isMap(at(json, 'form_response')) ? [at(json, 'form_response')] : undefined;
}

const MOST_FIELDS = 2_000;

interface Reading {
  readonly fields: Map<string, Field>;
  /** Codes of choices and their labels, by field. */
  readonly labels: Map<string, Map<string, string>>;
  readonly titles: ReadonlyMap<string, string>;
  readonly lost: Set<string>;
}

function readItems(items: readonly unknown[]) {
  const titles = new Map<string, string>();
  for (const field of listAt(items[0], 'definition', 'fields'))
    titles.set(textAt(field, 'ref') || textAt(field, 'id'), textAt(field, 'title'));
  const reading: Reading = { fields: new Map(), labels: new Map(), titles, lost: new Set() };
  const responses = items.filter(isMap).map((item) => responseOf(item, reading));
  if (reading.fields.size === 0) throw new FormatError('The responses of this file hold no answer that can be kept.');
  const fields = [...reading.fields.values()].map((field) => {
    const labels = reading.labels.get(field.id);
    return labels && labels.size > 0 ? { ...field, labels } : field;
  });
  const losses: Loss[] = [...reading.lost].map((question) => ({
    question: titles.get(question) || question,
    message: 'Files and payments are not kept.',
  }));
  losses.push({ question: null, message: 'Browsers, addresses of visitors and scores are not kept.' });
  return { fields, responses, losses };
}

function responseOf(item: unknown, reading: Reading): NeutralResponse {
  const cells = new Map<string, Cell>();
  for (const answer of listAt(item, 'answers').slice(0, MOST_FIELDS)) readAnswer(answer, cells, reading);
  const submitted = textAt(item, 'submitted_at');
  const attributes = entriesAt(item, 'hidden').flatMap(([name, value]): [string, string][] => {
    const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
    return text ? [[beginning(name, 100), beginning(text, 1_000)]] : [];
  });
  return {
    id: textAt(item, 'token') || textAt(item, 'response_id') || null,
    day: /^\d{4}-\d\d-\d\d/.exec(submitted || textAt(item, 'landed_at'))?.[0] ?? null,
    language: null,
    finished: !['partial', 'started'].includes(textAt(item, 'response_type')),
    channel: null,
    attributes: new Map(attributes.slice(0, 50)),
    cells,
  };
}

const TYPES: ReadonlyMap<string, NonNullable<Field['type']>> = new Map([
  ['opinion_scale', 'scale'],
  ['rating', 'scale'],
  ['nps', 'scale'],
  ['ranking', 'ranking'],
  ['short_text', 'text'],
  ['long_text', 'text'],
  ['website', 'text'],
  ['phone_number', 'text'],
  ['number', 'number'],
  ['date', 'date'],
  ['yes_no', 'yesno'],
  ['email', 'email'],
]);

function readAnswer(answer: unknown, cells: Map<string, Cell>, reading: Reading): void {
  const question = textAt(answer, 'field', 'ref') || textAt(answer, 'field', 'id');
  const kind = textAt(answer, 'type');
  if (question === '') return;
  const type =
    TYPES.get(textAt(answer, 'field', 'type')) ??
    (kind === 'choice' ? 'choice' : kind === 'choices' ? 'choices' : undefined);
  const put = (cell: Cell | undefined) => {
    if (cell === undefined || cell === '') return;
    if (!reading.fields.has(question)) {
      if (reading.fields.size >= MOST_FIELDS)
        throw new FormatError('The file has more than 2,000 questions; it was not read.');
      reading.fields.set(question, {
        id: question,
        question,
        text: reading.titles.get(question) ?? '',
        ...(type && { type }),
      });
    }
    cells.set(question, cell);
  };
  switch (kind) {
    case 'choice':
      put(codeOf(at(answer, 'choice'), question, reading) ?? (textAt(answer, 'choice', 'other') ? OTHER : undefined));
      besideOther(textAt(answer, 'choice', 'other'), question, cells, reading);
      return;
    case 'choices': {
      const codes = codesOf(at(answer, 'choices'), question, reading);
      put(textAt(answer, 'choices', 'other') ? [...codes, OTHER] : codes);
      besideOther(textAt(answer, 'choices', 'other'), question, cells, reading);
      return;
    }
    case 'number':
      put(numberAt(answer, 'number'));
      return;
    case 'boolean':
      put(at(answer, 'boolean') === true);
      return;
    case 'date':
      put(textAt(answer, 'date').slice(0, 10));
      return;
    case 'text':
    case 'email':
    case 'url':
    case 'phone_number':
      put(textAt(answer, kind));
      return;
    default:
      reading.lost.add(question);
  }
}

/** The name of a choice, where it has one, else its label; what a name stands for is kept beside it. */
function codeOf(choice: unknown, question: string, reading: Reading): string | undefined {
  const label = textAt(choice, 'label');
  if (label === '') return undefined;
  const code = textAt(choice, 'ref') || textAt(choice, 'id') || label;
  named(question, code, label, reading);
  return code;
}

function codesOf(choices: unknown, question: string, reading: Reading): string[] {
  const refs = listAt(choices, 'refs').length > 0 ? listAt(choices, 'refs') : listAt(choices, 'ids');
  return listAt(choices, 'labels').flatMap((label, i) => {
    if (typeof label !== 'string' || label === '') return [];
    const ref = refs[i];
    const code = typeof ref === 'string' && ref !== '' ? ref : label;
    named(question, code, label, reading);
    return [code];
  });
}

function named(question: string, code: string, label: string, { labels }: Reading): void {
  const own = labels.get(question) ?? new Map<string, string>();
  labels.set(question, own);
  if (own.size < 1_000) own.set(code, label);
}

function besideOther(text: string, question: string, cells: Map<string, Cell>, reading: Reading): void {
  if (text === '') return;
  const id = `${question} other`;
  if (!reading.fields.has(id)) {
    reading.fields.set(id, { id, question, text: '', part: { kind: 'other', id: 'other', text: 'other' } });
  }
  cells.set(id, text);
}
