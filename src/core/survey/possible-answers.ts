import {
  type Condition,
  type Given,
  OTHER,
  type Question,
  type SurveyDefinition,
  scaleOf,
  type Test,
} from './definition.ts';
import { holds } from './flow.ts';
import { testsIn } from './quotas.ts';

/**
 * Whether some answers exist under which conditions hold together. Each answer key has a list of values that stand for
 * all it can have (every point of a scale; for free text and numbers, values around those that conditions name), and
 * `holds` itself says which of them a test lets through. So the decision is the one that the renderer would make.
 */

/** Values that are still possible, one bit for each of the key's list; a key that isn't there can have any. */
export type Case = ReadonlyMap<string, bigint>;
/** Any of the cases; empty: impossible. */
export type Cases = readonly Case[];
export const ANYTHING: Cases = [new Map()];
export const NEVER: Cases = [];

/** More cases, values or steps than this are not followed, nor longer values: everything counts as possible then. */
const MOST_CASES = 50;
const MOST_VALUES = 40;
/** Texts that are looked for as parts of one: every two of them are put together. */
const MOST_PARTS = 12;
const LONGEST_VALUE = 200;
const MOST_STEPS = 20_000;
/** Keys of a case that are looked through, and values that are tried, in one step. */
const KEYS_PER_STEP = 50;
const VALUES_PER_STEP = 100;

export interface Possible {
  readonly attributesKnown: boolean;
  /** The cases in which the condition holds (or doesn't), given those so far. Keys that can't be answered yet are empty. */
  when(cases: Cases, condition: Condition | undefined, answered: ReadonlySet<string>, negated?: boolean): Cases;
  /** All of the cases; too many to follow become "anything". */
  union(lists: readonly Cases[]): Cases;
  /** Whether a single test can't hold for any answer. */
  neverHolds(test: Test): boolean;
}

/**
 * `answered` of the methods holds question ids.
 *
 * @param attributesKnown false where answers are only shown in groups: then nothing is known of who answers
 */
export function possibleAnswers(definition: SurveyDefinition, attributesKnown: boolean): Possible {
  const questions = new Map(
    definition.pages.flatMap((page) => page.questions).map((question) => [question.id, question]),
  );
  const values = valuesByKey(definition, questions);
  let steps = 0;
  const passed = new Map<Test, bigint>();
  /** Undefined where nothing is known of the key's values. */
  const passing = (test: Test, negated: boolean): bigint | undefined => {
    const list = values.get(nameOf(test));
    if (!list) return undefined;
    let held = passed.get(test);
    if (held === undefined) {
      steps += (sizeOf(list) * sizeOf([test.value])) / VALUES_PER_STEP;
      held = BigInt(`0b${list.map((value) => (passes(test, value) ? '1' : '0')).join('')}`);
      passed.set(test, held);
    }
    return negated ? held ^ ((1n << BigInt(list.length)) - 1n) : held;
  };
  const follow = (cases: Cases) => {
    for (const one of cases) steps += 1 + one.size / KEYS_PER_STEP;
  };

  function narrow(cases: Cases, test: Test, answered: ReadonlySet<string>, negated: boolean): Cases {
    const unknown = test.of === 'answer' ? !answered.has(idOf(test.key)) : test.of === 'attribute' && !attributesKnown;
    if (unknown) {
      return passes(test, undefined) === negated ? NEVER : cases;
    }
    const allowed = passing(test, negated);
    follow(cases);
    if (allowed === undefined) return cases;
    return cases.flatMap((one) => {
      const left = (one.get(nameOf(test)) ?? allowed) & allowed;
      return left === 0n ? [] : [new Map(one).set(nameOf(test), left)];
    });
  }

  function when(cases: Cases, condition: Condition | undefined, answered: ReadonlySet<string>, negated = false): Cases {
    if (cases.length === 0) return NEVER;
    if (steps > MOST_STEPS) return ANYTHING;
    if (!condition) return negated ? NEVER : cases;
    if ('not' in condition) return when(cases, condition.not, answered, !negated);
    if (!('all' in condition || 'any' in condition)) return narrow(cases, condition, answered, negated);
    const parts = 'all' in condition ? condition.all : condition.any;
    const every = 'all' in condition !== negated;
    if (every) return parts.reduce((left, part) => when(left, part, answered, negated), cases);
    return union(parts.map((part) => when(cases, part, answered, negated)));
  }

  function union(lists: readonly Cases[]): Cases {
    const all = new Map<string, Case>();
    for (const cases of lists) {
      follow(cases);
      if (steps > MOST_STEPS) return ANYTHING;
      for (const one of cases) {
        const parts = [...one].map(([key, left]) => `${key} ${left.toString(36)}`);
        all.set(parts.sort().join('\n'), one);
      }
    }
    return all.size > MOST_CASES ? ANYTHING : [...all.values()];
  }

  return { attributesKnown, when, union, neverHolds: (test) => steps <= MOST_STEPS && passing(test, false) === 0n };
}

/** How many values there are, each of a list for itself. */
const sizeOf = (values: readonly unknown[]): number =>
  values.reduce<number>((sum, value) => sum + (Array.isArray(value) ? value.length : 1), 0);

function valuesByKey(definition: SurveyDefinition, questions: ReadonlyMap<string, Question>) {
  const tests = new Map<string, Test[]>();
  for (const test of allTests(definition)) {
    const same = tests.get(nameOf(test));
    if (same) same.push(test);
    else tests.set(nameOf(test), [test]);
  }
  const values = new Map<string, readonly (Given | undefined)[]>();
  for (const [name, about] of tests) {
    const first = about[0]!;
    const question = first.of === 'answer' ? questions.get(idOf(first.key)) : undefined;
    const list = valuesOf(question, first, about);
    if (list) values.set(name, list);
  }
  return values;
}

function allTests(definition: SurveyDefinition): Test[] {
  return [
    ...definition.pages.flatMap((page) => [
      ...testsIn(page.showIf),
      ...(page.jumps ?? []).flatMap((jump) => testsIn(jump.if)),
      ...page.questions.flatMap((question) => testsIn(question.showIf)),
    ]),
    ...definition.quotas.flatMap((quota) => testsIn(quota.if)),
  ];
}

const nameOf = ({ of, key }: Test): string => `${of} ${key}`;
/** `q5` of `q5.row2`. */
export const idOf = (key: string): string => key.split('.')[0] ?? key;

function passes(test: Test, value: Given | undefined): boolean {
  const known = value === undefined ? {} : { [test.key]: value };
  const text = typeof value === 'string' ? { [test.key]: value } : {};
  return holds(test, {
    answers: test.of === 'answer' ? known : {},
    hidden: test.of === 'hidden' ? text : {},
    attributes: test.of === 'attribute' ? text : {},
  });
}

/** Nothing answered is always possible: even a required question can be passed by. Undefined: too many to list. */
function valuesOf(
  question: Question | undefined,
  { key }: Test,
  tests: readonly Test[],
): (Given | undefined)[] | undefined {
  const named = [
    ...new Set(
      tests.flatMap(({ value }): (string | number | boolean)[] => {
        if (value === undefined) return [];
        return typeof value === 'object' ? [...value] : [value];
      }),
    ),
  ];
  const scale = question && scaleOf(question);
  if (scale && (scale.max - scale.min) / scale.step <= MOST_VALUES) {
    const points = Math.round((scale.max - scale.min) / scale.step);
    const all = Array.from({ length: points + 1 }, (_, i) => Number((scale.min + i * scale.step).toFixed(9)));
    const skipped = 'notApplicable' in question && question.notApplicable ? [null] : [];
    return [undefined, ...skipped, ...all];
  }
  if (question && 'choices' in question && !key.includes('.')) {
    const ids = [...question.choices.map(({ id }) => id), ...('other' in question && question.other ? [OTHER] : [])];
    if (question.type === 'single') return [undefined, ...ids];
    const sets = subsets(ids, new Set(named.map(String)));
    return sets && [undefined, ...sets];
  }
  if (question?.type === 'consent') return [undefined, true];
  if (scale || named.length > MOST_VALUES || named.some((one) => String(one).length > LONGEST_VALUE)) return undefined;
  if (question?.type === 'number') return [undefined, ...numbersAround(named, question.min, question.max)];
  if (question?.type === 'date') return [undefined, ...daysAround(named)];
  const parts = tests.some(({ is }) => is === 'has');
  return parts && named.length > MOST_PARTS ? undefined : [undefined, ...textsAround(named, parts)];
}

/** Every combination of the choices that conditions name (up to six of them), each with and without all others. */
function subsets(ids: readonly string[], named: ReadonlySet<string>): string[][] | undefined {
  const apart = ids.filter((id) => named.has(id));
  if (apart.length > 6) return undefined;
  const others = ids.filter((id) => !apart.includes(id));
  const all: string[][] = [];
  for (let mask = 0; mask < 2 ** apart.length; mask++) {
    const chosen = apart.filter((_, i) => mask & (1 << i));
    for (const list of [chosen, [...chosen, ...others.slice(0, 1)], [...chosen, ...others]]) {
      if (list.length > 0) all.push(list);
    }
  }
  return all;
}

function numbersAround(named: readonly (string | number | boolean)[], min = -Infinity, max = Infinity): number[] {
  const numbers = named.map(Number).filter(Number.isFinite);
  const around = numbers.flatMap((one) => [one - 1, one - 0.5, one, one + 0.5, one + 1]);
  const ends = [min, max].filter(Number.isFinite);
  const between = halfway(numbers);
  return [...new Set([0, ...around, ...between, ...ends])].filter((one) => one >= min && one <= max);
}

/** Between each two neighbours: no condition tells the values there apart. */
function halfway(numbers: readonly number[]): number[] {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted.slice(1).map((one, i) => (one + sorted[i]!) / 2);
}

function daysAround(named: readonly (string | number | boolean)[]): string[] {
  const days = named.map(String).filter((day) => /^\d{4}-\d\d-\d\d/.test(day));
  const stamps = days.map((day) => Date.parse(`${day.slice(0, 10)}T00:00:00Z`)).filter(Number.isFinite);
  const day = 86_400_000;
  const between = halfway(stamps);
  const near = [...stamps.flatMap((one) => [one - day, one, one + day]), ...between];
  return ['0001-01-01', ...near.map((one) => new Date(one).toISOString().slice(0, 10)), '9999-12-31'];
}

/**
 * Attributes, hidden fields and text answers: what is named, all of it in one text (and every two, where parts of texts are
 * looked for), numbers around it, and none of it.
 */
function textsAround(named: readonly (string | number | boolean)[], parts: boolean): string[] {
  const texts = named.map(String);
  const pairs = parts ? texts.flatMap((one) => texts.map((other) => `${one} ${other}`)) : [];
  const days = daysAround(named);
  return [...new Set([...texts, ...pairs, texts.join(' '), ...numbersAround(named).map(String), ...days, '\u0001'])];
}
