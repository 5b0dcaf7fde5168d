import type { Audience } from '../perspective.ts';
import {
  type Answers,
  type Choice,
  type Given,
  OTHER,
  type Question,
  type SurveyDefinition,
  scaleOf,
} from '../survey/definition.ts';
import { textFor } from '../survey/survey-texts.ts';

/** One column of a survey's answers as they go out. */
export interface ExportColumn {
  /** The answer key; of several choices the key, a colon and the choice: `q3:beach`. */
  readonly id: string;
  /** The answer key alone. */
  readonly key: string;
  /** What was asked, in the survey's first language. */
  readonly label: string;
  readonly kind: 'number' | 'text' | 'day';
  /** What a single choice's ids mean, in their order. */
  readonly choices: ReadonlyMap<string, string>;
  /** Choices that read otherwise in earlier versions; what was chosen there is one of these. */
  readonly earlier?: readonly EarlierChoice[];
  /** Ends of the scale, with the words that stand there. */
  readonly ends: ReadonlyMap<number, string>;
  /** The column of one choice: of several chosen (1, or 0 where only others are), or of an order (its place from 1). */
  readonly choice?: { readonly id: string; readonly ranked: boolean };
  readonly measure: 'nominal' | 'ordinal' | 'scale';
}

/** A single choice as versions of the survey worded it in which it read otherwise than it does now. */
export interface EarlierChoice {
  readonly id: string;
  readonly text: string;
  readonly versions: readonly number[];
}

/** What stands in a cell for "does not apply", in CSV and XLSX. */
export const NOT_APPLICABLE = 'n/a';

/**
 * The columns of one audience's answers to all versions of a survey: the latest version's first, then those of questions
 * that only earlier ones had. Texts are the latest; `rewordings` says where earlier versions differ.
 *
 * @param versions the latest first
 */
export function exportColumns(versions: readonly SurveyDefinition[], audience: Audience): ExportColumn[] {
  const columns = new Map<string, ExportColumn>();
  for (const definition of versions) {
    for (const column of columnsIn(definition, audience, definition.languages[0] ?? '')) {
      const known = columns.get(column.id);
      if (!known) columns.set(column.id, column);
      else columns.set(column.id, { ...known, choices: new Map([...known.choices, ...missing(known, column)]) });
    }
  }
  return [...columns.values()];
}

const missing = (known: ExportColumn, older: ExportColumn) =>
  [...older.choices].filter(([id]) => !known.choices.has(id));

const NO_CHOICES: ReadonlyMap<string, string> = new Map();
const NO_ENDS: ReadonlyMap<number, string> = new Map();

/** The columns of one version, in one of its languages. */
export function columnsIn(definition: SurveyDefinition, audience: Audience, language: string): ExportColumn[] {
  const questions = definition.pages.flatMap((page) => page.questions);
  const read = (wording: Question['text'] | undefined) =>
    (wording && (textFor(wording, audience, language) ?? textFor(wording, audience, definition.languages[0] ?? ''))) ??
    '';
  return questions.flatMap((question) => columnsOf(question, read));
}

function columnsOf(question: Question, read: (wording: Question['text'] | undefined) => string): ExportColumn[] {
  const text = read(question.text) || question.id;
  const base = { choices: NO_CHOICES, ends: NO_ENDS };
  const column = (key: string, label: string, kind: ExportColumn['kind'], measure: ExportColumn['measure']) => ({
    ...base,
    id: key,
    key,
    label,
    kind,
    measure,
  });
  const { id } = question;
  switch (question.type) {
    case 'statement':
      return [];
    case 'matrix': {
      const ends = endsOf(question, read);
      return question.rows.map((row) => ({
        ...column(`${id}.${row.id}`, `${text}: ${read(row.text) || row.id}`, 'number', 'ordinal'),
        ends,
      }));
    }
    case 'single':
    case 'multiple':
    case 'ranking': {
      const choices = choicesOf(question, read);
      const beside =
        'other' in question && question.other ? [column(`${id}.other`, `${text}: other`, 'text', 'nominal')] : [];
      if (question.type === 'single') return [{ ...column(id, text, 'text', 'nominal'), choices }, ...beside];
      const ranked = question.type === 'ranking';
      const each = [...choices].map(([choice, label]) => ({
        ...column(id, `${text}: ${label}`, 'number', ranked ? 'ordinal' : 'nominal'),
        id: `${id}:${choice}`,
        choice: { id: choice, ranked },
      }));
      return [...each, ...beside];
    }
    case 'contact':
      return question.fields.map((field) => column(`${id}.${field}`, `${text}: ${field}`, 'text', 'nominal'));
    case 'number':
      return [column(id, text, 'number', 'scale')];
    case 'consent':
      return [column(id, text, 'number', 'nominal')];
    case 'date':
      return [column(id, text, 'day', 'scale')];
    case 'short':
    case 'long':
    case 'email':
      return [column(id, text, 'text', 'nominal')];
    default:
      return [{ ...column(id, text, 'number', 'ordinal'), ends: endsOf(question, read) }];
  }
}

function choicesOf(
  question: { readonly choices: readonly Choice[]; readonly other?: boolean },
  read: (wording: Choice['text']) => string,
): Map<string, string> {
  const choices = new Map(question.choices.map((choice) => [choice.id, read(choice.text) || choice.id]));
  if (question.other) choices.set(OTHER, 'Other');
  return choices;
}

function endsOf(question: Question, read: (wording: Question['text'] | undefined) => string): Map<number, string> {
  const scale = scaleOf(question);
  const low = 'low' in question ? read(question.low) : '';
  const high = 'high' in question ? read(question.high) : '';
  const ends = new Map<number, string>();
  if (scale && low) ends.set(scale.min, low);
  if (scale && high) ends.set(scale.max, high);
  return ends;
}

/** What one response holds in a column: undefined where it was not answered, null where it does not apply. */
export function valueIn(column: ExportColumn, answers: Answers): number | string | null | undefined {
  const given: Given | undefined = Object.hasOwn(answers, column.key) ? answers[column.key] : undefined;
  if (given === undefined || given === null) return given;
  if (column.choice) {
    if (!Array.isArray(given)) return undefined;
    const at = given.indexOf(column.choice.id);
    if (column.choice.ranked) return at < 0 ? undefined : at + 1;
    return given.length === 0 ? undefined : at < 0 ? 0 : 1;
  }
  if (typeof given === 'boolean') return given ? 1 : 0;
  if (Array.isArray(given)) return given.join(';');
  if (given === '') return undefined;
  return given as number | string;
}
