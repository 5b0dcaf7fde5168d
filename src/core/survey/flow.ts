import type { Answers, Condition, Given, Test } from './definition.ts';
import type { AskedEnding, AskedPage, AskedQuestion, Questionnaire } from './questionnaire.ts';

/*
 * Which page comes next, and what stands on it. It runs in the renderer, where every byte counts, and on the server,
 * which follows the same way again.
 */

/** What is known of one respondent so far. */
export interface FlowState {
  readonly answers: Answers;
  readonly hidden: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What is shown next. */
export type Step = { readonly page: AskedPage } | { readonly ending: AskedEnding };

/**
 * True when nothing was answered: no value, blank text or an empty choice. Null is an answer ("does not apply to me"),
 * and so is false.
 */
export const isEmpty = (given: Given | undefined): boolean =>
  given === undefined || (typeof given === 'string' ? !given.trim() : Array.isArray(given) && !given.length);

/** The value of a key; only an own one, because `constructor` is a possible key, too. */
export const givenFor = (state: FlowState, of: Test['of'], key: string): Given | undefined => {
  const source: Answers = of === 'answer' ? state.answers : of === 'hidden' ? state.hidden : state.attributes;
  return Object.hasOwn(source, key) ? source[key] : undefined;
};

/**
 * Whether a condition holds; no condition always does. A key that nothing is known of makes every test false except
 * `empty` and `ne`. Numbers are compared as numbers (also those that arrive as text, as attributes do), dates as
 * `YYYY-MM-DD…`; anything else is neither less nor greater. True and false are 1 and 0. `in` and `has` hold when any of
 * several choices is among the values; `has` also finds parts of a text, in any case of letters. `ne` is always the
 * opposite of `eq`.
 */
export function holds(condition: Condition | undefined, state: FlowState): boolean {
  if (!condition) return true;
  if ('all' in condition) return condition.all.every((each) => holds(each, state));
  if ('any' in condition) return condition.any.some((each) => holds(each, state));
  if ('not' in condition) return !holds(condition.not, state);
  return testHolds(condition, state);
}

function testHolds({ of, key, is, value }: Test, state: FlowState): boolean {
  const given = givenFor(state, of, key);
  const empty = isEmpty(given);
  if (is === 'empty') return empty;
  if (is === 'answered') return !empty;
  const chosen: readonly unknown[] = empty ? [] : [given].flat();
  const wanted: readonly unknown[] = [value].flat();
  if (is === 'has' && chosen[0] === given && typeof given === 'string') {
    return wanted.some((part) => given.toLowerCase().includes(String(part).toLowerCase()));
  }
  const meet = wanted.some((one) => chosen.some((other) => same(plain(one), plain(other))));
  if (is === 'in' || is === 'has') return meet;
  if (is === 'eq' || is === 'ne') return (meet && chosen.length + wanted.length === 2) === (is === 'eq');
  const by = difference(plain(given), plain(value));
  return by < 0 ? is[0] === 'l' : by > 0 ? is[0] === 'g' : by === 0 && is[1] === 'e';
}

const plain = (value: unknown) => (typeof value === 'boolean' ? +value : value);
const isNumber = (value: unknown) =>
  typeof value === 'number' || (typeof value === 'string' && !!value.trim() && Number.isFinite(+value));

/** The same text, or the same number when at least one of the two is one: the text "007" is not the text "7". */
const same = (a: unknown, b: unknown) => a === b || (typeof a !== typeof b && difference(a, b) === 0);

/** Negative, zero or positive; NaN when there is no order between the two. */
function difference(a: unknown, b: unknown): number {
  if (isNumber(a) && isNumber(b)) return Number(a) - Number(b);
  const days = [a, b].map(String);
  return days.every((day) => /^\d{4}-\d\d-\d\d/.test(day)) ? (days[0]! < days[1]! ? -1 : +(days[0]! > days[1]!)) : NaN;
}

/**
 * The questions of a page that this respondent is asked, in the order in which they are asked.
 *
 * @param seed the response's id: the same response sees the same order again
 */
export function visibleQuestions(page: AskedPage, state: FlowState, seed: string): AskedQuestion[] {
  const asked = page.questions.filter((question) => holds(question.showIf, state));
  return page.shuffle ? shuffled(asked, seed + page.id) : asked;
}

/**
 * The same order for the same seed; over many seeds, each order as often as the others.
 *
 * @param seed for choices: the response's id and the question's
 */
export function shuffled<T>(list: readonly T[], seed: string): T[] {
  // FNV-1a over the seed, then mulberry32: small, and exact in every engine.
  let state = 0x811c9dc5;
  for (let i = 0; i < seed.length; i++) state = Math.imul(state ^ seed.charCodeAt(i), 0x01000193);
  return list
    .map((item) => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return { item, rank: (mixed ^ (mixed >>> 14)) >>> 0 };
    })
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}

/**
 * Where a respondent goes who leaves a page, or begins (`null`). Ways lead forward only, so that nobody goes in circles:
 * a jump to an earlier or unknown page is ignored. Pages that ask this respondent nothing are passed over, with their
 * jumps. A full quota that the respondent matches leads to its ending at once; after the last page comes the first ending.
 */
export function nextStep(questionnaire: Questionnaire, fromPageId: string | null, state: FlowState): Step {
  const { pages, endings, full } = questionnaire;
  const indexOf = (id: string | null) => pages.findIndex((page) => page.id === id);
  const from = indexOf(fromPageId);
  let next = from + 1;
  const ways = [
    ...full.map((quota) => ({ to: quota.ending, if: quota.if, page: -1 })),
    ...(pages[from]?.jumps ?? []).map((jump) => ({ ...jump, page: indexOf(jump.to) })),
  ];
  for (const way of ways) {
    if (!holds(way.if, state)) continue;
    const ending = endings.find((each) => each.id === way.to);
    if (way.page > from) {
      next = way.page;
      break;
    }
    if (ending) return { ending };
  }
  const page = pages
    .slice(next)
    .find((each) => holds(each.showIf, state) && each.questions.some((question) => holds(question.showIf, state)));
  return page ? { page } : { ending: endings[0] ?? { id: '', title: '' } };
}

/** The pages that these answers lead along, from the first one; answers to other pages' questions were left behind. */
export function pathTo(questionnaire: Questionnaire, state: FlowState): AskedPage[] {
  const path: AskedPage[] = [];
  for (;;) {
    const step = nextStep(questionnaire, path.at(-1)?.id ?? null, state);
    if (!('page' in step)) return path;
    path.push(step.page);
  }
}

/**
 * How far a respondent is, 0 to 1: the share of all questions that stand on earlier pages. It never goes back along one
 * walk, whatever the answers show or hide; 1 is reached at an ending and nowhere else.
 */
export function progressOf(questionnaire: Questionnaire, step: Step): number {
  if (!('page' in step)) return 1;
  let all = 0;
  let before = 0;
  for (const page of questionnaire.pages) {
    if (page.id === step.page.id) before = all;
    all += page.questions.length;
  }
  return before / all;
}
