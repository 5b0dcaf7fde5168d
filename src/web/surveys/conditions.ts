import type { Condition, Question, SurveyDefinition, Test } from '../../core/survey/definition.ts';
import { scaleOf } from '../../core/survey/definition.ts';
import { nameOfQuestion, plain } from './names.ts';

/** Something that a condition can ask about. */
export interface Subject {
  readonly of: Test['of'];
  readonly key: string;
  readonly name: string;
  readonly kind: 'number' | 'yesno' | 'choice' | 'choices' | 'text' | 'date' | 'consent';
  readonly options?: readonly { readonly id: string; readonly name: string }[];
}

/** All that can be known when `before` (a question, or a page) is reached; without it, at the end. */
export function subjectsOf(survey: SurveyDefinition, before?: string): Subject[] {
  const subjects: Subject[] = [];
  for (const page of survey.pages) {
    if (page.id === before) break;
    const at = page.questions.findIndex(({ id }) => id === before);
    for (const question of at === -1 ? page.questions : page.questions.slice(0, at)) {
      subjects.push(...subjectsOfQuestion(survey, question));
    }
    if (at !== -1) break;
  }
  const hidden = survey.hidden.map(
    (key): Subject => ({ of: 'hidden', key, name: `hidden field ${key}`, kind: 'text' }),
  );
  return [...subjects, ...hidden];
}

function subjectsOfQuestion(survey: SurveyDefinition, question: Question): Subject[] {
  const language = survey.languages[0] ?? 'en';
  const name = nameOfQuestion(survey, question, language);
  const subject = (kind: Subject['kind'], options?: Subject['options'], key = question.id, more = ''): Subject => ({
    of: 'answer',
    key,
    name: `“${name}”${more}`,
    kind,
    ...(options && { options }),
  });
  const parts = (list: readonly { readonly id: string; readonly text: Question['text'] }[]) =>
    list.map(({ id, text }) => ({ id, name: plain(text, language) || id }));
  const points = () => {
    const scale = scaleOf(question);
    if (!scale || (scale.max - scale.min) / scale.step > 20) return undefined;
    const count = Math.round((scale.max - scale.min) / scale.step) + 1;
    return Array.from({ length: count }, (_, i) => String(scale.min + i * scale.step)).map((id) => ({ id, name: id }));
  };
  switch (question.type) {
    case 'statement':
      return [];
    case 'yesno':
      return [subject('yesno')];
    case 'consent':
      return [subject('consent')];
    case 'matrix':
      return parts(question.rows).map((row) =>
        subject('number', points(), `${question.id}.${row.id}`, `, ${row.name}`),
      );
    case 'single':
      return [
        subject('choice', [...parts(question.choices), ...(question.other ? [{ id: '_other', name: 'other' }] : [])]),
      ];
    case 'multiple':
      return [
        subject('choices', [...parts(question.choices), ...(question.other ? [{ id: '_other', name: 'other' }] : [])]),
      ];
    case 'ranking':
      return [subject('choices', parts(question.choices))];
    case 'contact':
      return question.fields.map((field) => subject('text', undefined, `${question.id}.${field}`, `, ${field}`));
    case 'date':
      return [subject('date')];
    case 'short':
    case 'long':
    case 'email':
      return [subject('text')];
    default:
      return [subject('number', points())];
  }
}

const OPERATORS: Record<Subject['kind'], readonly Test['is'][]> = {
  number: ['le', 'ge', 'eq', 'ne', 'lt', 'gt', 'answered', 'empty'],
  yesno: ['eq', 'answered', 'empty'],
  choice: ['eq', 'ne', 'in', 'answered', 'empty'],
  choices: ['has', 'answered', 'empty'],
  text: ['eq', 'ne', 'has', 'answered', 'empty'],
  date: ['ge', 'le', 'eq', 'answered', 'empty'],
  consent: ['eq', 'empty'],
};
const WORDS: Record<Test['is'], string> = {
  eq: 'is',
  ne: 'is not',
  lt: 'is less than',
  le: 'is at most',
  gt: 'is more than',
  ge: 'is at least',
  in: 'is one of',
  has: 'holds',
  answered: 'is answered',
  empty: 'is not answered',
};
/** The comparisons that make sense, and the one that is there. */
export function operatorsOf(kind: Subject['kind'], now: Test['is']): { is: Test['is']; words: string }[] {
  const offered = OPERATORS[kind].includes(now) ? OPERATORS[kind] : [...OPERATORS[kind], now];
  const words = (is: Test['is']) =>
    kind === 'consent' && is === 'eq'
      ? 'is given'
      : kind === 'date' && is === 'ge'
        ? 'is not before'
        : kind === 'date' && is === 'le'
          ? 'is not after'
          : WORDS[is];
  return offered.map((is) => ({ is, words: words(is) }));
}

/** A comparison to begin with. */
export function firstTest({ of, key, kind, options }: Subject): Test {
  const is = OPERATORS[kind][0] ?? 'answered';
  return withValue({ of, key, is }, firstValue(kind, options));
}
function firstValue(kind: Subject['kind'], options: Subject['options']): Test['value'] {
  if (kind === 'yesno') return 1;
  if (kind === 'consent') return true;
  if (kind === 'number') return Number(options?.at(Math.floor((options.length - 1) / 2))?.id ?? 0);
  return options?.[0]?.id ?? '';
}

/** The same test with another comparison, and a value where that needs one. */
export function withOperator(test: Test, is: Test['is'], { kind, options }: Pick<Subject, 'kind' | 'options'>): Test {
  if (is === 'answered' || is === 'empty') return { of: test.of, key: test.key, is };
  const one = Array.isArray(test.value) ? test.value[0] : test.value;
  const value = one ?? firstValue(kind, options);
  return withValue({ ...test, is }, is === 'in' ? [typeof value === 'boolean' ? String(value) : (value ?? '')] : value);
}
export function withValue(test: Test, value: Test['value']): Test {
  const { of, key, is } = test;
  return value === undefined ? { of, key, is } : { of, key, is, value };
}

/** A condition as the form shows it: a list of parts of which all, any or none have to hold. */
export interface Group {
  readonly which: 'all' | 'any' | 'none';
  readonly parts: readonly Condition[];
}
export function groupOf(condition: Condition | undefined): Group {
  if (!condition) return { which: 'all', parts: [] };
  if ('all' in condition) return { which: 'all', parts: condition.all };
  if ('any' in condition) return { which: 'any', parts: condition.any };
  if ('not' in condition) {
    const inner = groupOf(condition.not);
    // "Not any of" is "none of"; "not all of" keeps its own group.
    return inner.which === 'any' || inner.parts.length === 1
      ? { which: 'none', parts: inner.parts }
      : { which: 'none', parts: [condition.not] };
  }
  return { which: 'all', parts: [condition] };
}
export function conditionOf({ which, parts }: Group): Condition | undefined {
  const [first] = parts;
  if (!first) return undefined;
  if (which === 'none') return { not: parts.length === 1 ? first : { any: parts } };
  return parts.length === 1 && which === 'all' ? first : which === 'all' ? { all: parts } : { any: parts };
}
