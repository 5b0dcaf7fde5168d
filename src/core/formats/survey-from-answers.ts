import type { Question, SurveyDefinition } from '../survey/definition.ts';
import { choicesOf, cut, idFrom, surveyOf, wordingOf } from './make.ts';
import type { Cell, Field, Loss, ReadAnswers, ReadSurvey } from './neutral.ts';
import { dayOf, numberOf } from './read-cell.ts';

/** Rows that are looked at to tell what kind of question a column was. */
const LOOKED_AT = 2_000;
/** More different answers than this are no choices any more. */
const MOST_CHOICES = 30;
const PER_PAGE = 10;

/**
 * Proposes the survey that a file of answers came from: one question per field, or per group of fields, of the kind that
 * its values show. A person looks at it before it is used.
 *
 * @param name of the survey, such as the file's
 */
export function surveyFromAnswers(
  { fields, responses, losses }: ReadAnswers,
  name: string,
  language = 'en',
): ReadSurvey {
  const told: Loss[] = [...losses];
  const groups = new Map<string, Field[]>();
  for (const field of fields) groups.set(field.question, [...(groups.get(field.question) ?? []), field]);
  const looked = responses.slice(0, LOOKED_AT);
  const values = (field: Field) => looked.flatMap(({ cells }) => valuesIn(cells.get(field.id)));
  const questions = [...groups].flatMap(([group, parts]) => {
    const lose = (message: string) => told.push({ question: group, message });
    return questionOf(group, parts, values, language, lose);
  });
  const pages = Array.from({ length: Math.ceil(questions.length / PER_PAGE) }, (_, i) => ({
    id: `p${i + 1}`,
    questions: questions.slice(i * PER_PAGE, (i + 1) * PER_PAGE),
  }));
  const definition: SurveyDefinition = surveyOf({ title: name, language, pages }, told);
  return { name: cut(name.trim() || 'Survey', 200), definition, losses: told };
}

const valuesIn = (cell: Cell | undefined): Cell[] =>
  cell === undefined || cell === null || cell === '' ? [] : Array.isArray(cell) ? [...cell] : [cell];

type Values = (field: Field) => Cell[];
type Lose = (message: string) => void;

function questionOf(group: string, fields: readonly Field[], values: Values, language: string, lose: Lose): Question[] {
  const [first] = fields;
  if (!first) return [];
  const id = idFrom(group);
  const base = { id, text: wordingOf(first.text || group, language) };
  const rows = fields.filter((field) => field.part?.kind === 'row');
  const choices = fields.filter((field) => field.part?.kind === 'choice' || field.part?.kind === 'rank');
  const hasOther = fields.some((field) => field.part?.kind === 'other');
  if (choices.length > 0) {
    const ranked = choices[0]?.part?.kind === 'rank';
    const made = choicesOf(
      choices.map(({ part }) => [part?.id ?? '', part?.text ?? '']),
      language,
      lose,
    );
    return ranked
      ? [{ ...base, type: 'ranking', choices: made }]
      : [{ ...base, type: 'multiple', choices: made, ...(hasOther ? { other: true } : {}) }];
  }
  if (rows.length > 0) return matrixOf(base, rows, values, language);
  const contacts = fields.filter((field) => field.part?.kind === 'contact');
  if (contacts.length > 0) {
    const known = (['name', 'email', 'phone', 'company'] as const).filter((one) =>
      contacts.some((field) => field.part?.id === one),
    );
    return known.length > 0 ? [{ ...base, type: 'contact', fields: known }] : [];
  }
  const main = fields.find((field) => !field.part) ?? first;
  const question = plainQuestion(base, main, values(main), language, lose);
  return [question.type === 'single' && hasOther ? { ...question, other: true } : question];
}

type Base = { readonly id: string; readonly text: Question['text'] };

function matrixOf(base: Base, rows: readonly Field[], values: Values, language: string): Question[] {
  const points = pointsOf(rows.flatMap(values), undefined);
  if (points && points.max - points.min <= 10) {
    const made = rows.map(({ part }) => ({
      id: idFrom(part?.id ?? ''),
      text: wordingOf(part?.text || part?.id || '', language),
    }));
    return [{ ...base, type: 'matrix', ...points, rows: made.slice(0, 100) }];
  }
  // Rows that hold words are questions of their own, because a matrix holds points.
  return rows.map((field) => {
    const text = [field.text, field.part?.text].filter(Boolean).join(': ');
    const own = { id: idFrom(`${field.question}_${field.part?.id ?? ''}`), text: wordingOf(text, language) };
    return plainQuestion(own, field, values(field), language, () => {});
  });
}

function plainQuestion(base: Base, field: Field, values: readonly Cell[], language: string, lose: Lose): Question {
  const { type, labels } = field;
  const texts = values.map(String);
  const different = [...new Set(texts)];
  if (type === 'email') return { ...base, type: 'email' };
  if (type === 'yesno') return { ...base, type: 'yesno' };
  if (type === 'text') return textQuestion(base, texts);
  const points = pointsOf(values, labels);
  if (type === 'scale' && points) return scaleQuestion(base, field, points);
  if (type === 'ranking' || type === 'choices') {
    const parts = different
      .flatMap((text) => text.split(';'))
      .map((text) => text.trim())
      .filter(Boolean);
    const entries = labels?.size ? [...labels] : [...new Set(parts)].map((text) => [text, text] as const);
    return { ...base, type: type === 'ranking' ? 'ranking' : 'multiple', choices: choicesOf(entries, language, lose) };
  }
  if (labels?.size) {
    const { size } = labels;
    if (points && points.max - points.min >= 2 && size <= points.max - points.min + 2)
      return scaleQuestion(base, field, points);
    // Codes without a label are choices, too.
    const all = new Map([
      ...labels,
      ...different.filter((text) => !labels.has(text)).map((text) => [text, text] as const),
    ]);
    if (all.size >= 2 && all.size <= size + MOST_CHOICES) {
      return { ...base, type: 'single', choices: choicesOf(all, language, lose) };
    }
  }
  if (different.length === 0) return { ...base, type: 'long' };
  if (type === 'date' || texts.every((text) => /\d{4}/.test(text) && dayOf(text) !== undefined))
    return { ...base, type: 'date' };
  if (points && type !== 'number' && type !== 'choice') return scaleQuestion(base, field, points);
  if (type !== 'choice' && values.every((value) => numberOf(value) !== undefined)) return { ...base, type: 'number' };
  const repeated = different.length >= 2 && different.length <= MOST_CHOICES && different.length * 2 <= texts.length;
  if ((type === 'choice' && different.length >= 2) || (repeated && different.every((text) => text.length <= 120))) {
    return {
      ...base,
      type: 'single',
      choices: choicesOf(
        different.sort().map((text) => [text, text]),
        language,
        lose,
      ),
    };
  }
  return textQuestion(base, texts);
}

const textQuestion = (base: Base, texts: readonly string[]): Question => ({
  ...base,
  type: texts.some((text) => text.length > 80 || text.includes('\n')) ? 'long' : 'short',
});

/** Ends of the scale that whole numbers from 0 or 1 to at most 10 show; undefined for all others. */
function pointsOf(values: readonly Cell[], labels: Field['labels']): { min: number; max: number } | undefined {
  const codes = [...(labels ?? [])]
    .filter(([, label]) => !/not appl|n\/a|trifft nicht|no answer/i.test(label))
    .map(([code]) => code);
  const numbers = [...values, ...codes].map(numberOf).filter((number): number is number => number !== undefined);
  if (numbers.length < values.length + codes.length || numbers.length === 0) return undefined;
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  if (!numbers.every(Number.isInteger) || low < 0 || high > 10 || high < 2) return undefined;
  const min = low === 0 ? 0 : 1;
  return { min, max: codes.length > 0 ? high : high <= 5 ? 5 : high <= 7 ? 7 : 10 };
}

/** Words that make 0 to 10 a recommendation. */
const RECOMMEND = /recommend|empfehl|recomend|recommand|aanbevel/i;

function scaleQuestion(base: Base, field: Field, points: { min: number; max: number }): Question {
  if (points.min === 0 && points.max === 10 && RECOMMEND.test(field.text || field.question))
    return { ...base, type: 'nps' };
  const end = (point: number) => field.labels?.get(String(point));
  const [low, high] = [end(points.min), end(points.max)];
  return {
    ...base,
    type: 'rating',
    ...points,
    ...(low ? { low: wordingOf(low, languageIn(base)) } : {}),
    ...(high ? { high: wordingOf(high, languageIn(base)) } : {}),
    notApplicable: true,
  };
}

const languageIn = (base: Base) => Object.keys(base.text.customer ?? {})[0] ?? 'en';
