import type { Audience } from '../perspective.ts';
import type { Condition, SurveyDefinition, Test } from './definition.ts';
import { type FlowState, holds } from './flow.ts';
import type { Merged, MergedAnswer } from './parts.ts';
import { idOf } from './possible-answers.ts';
import type { AskedPage, Questionnaire } from './questionnaire.ts';
import { questionnaireFor } from './questionnaire-for.ts';

/** What is known of a respondent besides the answers. */
export interface KnownOfRespondent extends Omit<FlowState, 'answers'> {
  /** Whether this hidden field or attribute may have been another one when the respondent answered. */
  doubtful(test: Test): boolean;
}

/** Whether this audience's questions can be passed in more than one way; otherwise nothing is ever left. */
export function hasBranches(definition: SurveyDefinition, audience: Audience): boolean {
  return waysOf(definition, audience).branch;
}

/**
 * Marks the answers of a finished response that its other answers lead past: those on a page that was left for another
 * way, and those to questions that were hidden again. What the renderer last showed is never marked, whatever the survey:
 * where it can't be known which way was taken (an attribute nobody kept, a condition on a question that comes later, a
 * full quota), each possible one counts. Which of a response's parts came first makes no difference.
 *
 * While it is unfinished, or a part is missing between those that came, nothing is marked.
 *
 * @returns the same object when no mark changes; answers whose mark stays are the same objects, too
 */
export function markLeft(
  definition: SurveyDefinition,
  audience: Audience,
  merged: Merged,
  known: KnownOfRespondent,
): Merged {
  const ways = waysOf(definition, audience);
  const decided = merged.finished && isComplete(merged);
  const asked = decided ? questionsOnTheWay(ways, merged, known) : undefined;
  const isLeft = (key: string) => asked !== undefined && ways.placeOf.has(idOf(key)) && !asked.has(idOf(key));
  const entries = Object.entries(merged.answers);
  if (entries.every(([key, answer]) => (answer.left === true) === isLeft(key))) return merged;
  const marked = entries.map(([key, answer]): [string, MergedAnswer] => {
    if ((answer.left === true) === isLeft(key)) return [key, answer];
    const { value, part } = answer;
    return [key, answer.left ? { value, part } : { value, part, left: true }];
  });
  return { ...merged, answers: Object.fromEntries(marked) };
}

/** Numbers of parts rise by one from 0 (some count from 1). Once a batch is published they are forgotten: −1. */
function isComplete({ parts, answers }: Merged): boolean {
  if (Object.values(answers).some(({ part }) => part < 0)) return true;
  const numbers = Object.keys(parts).map(Number);
  const first = Object.hasOwn(parts, '0') ? 0 : 1;
  return Math.max(...numbers) - first + 1 === numbers.length;
}

interface Ways extends Pick<Questionnaire, 'pages' | 'endings'> {
  /** Index of the page that asks each question. */
  readonly placeOf: ReadonlyMap<string, number>;
  readonly branch: boolean;
}

/** A published definition never changes, and thousands of responses are given to the same one. */
const made = new WeakMap<SurveyDefinition, Map<Audience, Ways>>();

function waysOf(definition: SurveyDefinition, audience: Audience): Ways {
  const ofDefinition = made.get(definition) ?? new Map<Audience, Ways>();
  made.set(definition, ofDefinition);
  const ways = ofDefinition.get(audience) ?? makeWays(definition, audience);
  ofDefinition.set(audience, ways);
  return ways;
}

/** Of the very pages that the renderer gets, with jumps that land where this audience's do. */
function makeWays(definition: SurveyDefinition, audience: Audience): Ways {
  const unused = { surveyId: '', version: 0, language: '', threshold: null, test: false, attributes: {}, work: 0 };
  const { pages, endings } = questionnaireFor({ ...unused, definition, audience, fullQuotas: [] });
  const placeOf = new Map(pages.flatMap(({ questions }, place) => questions.map(({ id }) => [id, place] as const)));
  const branch = pages.some(
    ({ showIf, jumps = [], questions }) => showIf || jumps.length > 0 || questions.some((question) => question.showIf),
  );
  return { pages, endings, placeOf, branch };
}

/** True, false, or undefined: that can't be known. */
type Verdict = boolean | undefined;

/**
 * Ids of the questions on every way that may have been taken: as `pathTo` of flow.ts, only that a way which can't be
 * excluded is followed, too.
 */
function questionsOnTheWay(ways: Ways, merged: Merged, known: KnownOfRespondent): Set<string> {
  const { pages, placeOf } = ways;
  const answers = Object.fromEntries(Object.entries(merged.answers).map(([key, { value }]) => [key, value]));
  const state: FlowState = { answers, hidden: known.hidden, attributes: known.attributes };
  /**
   * By what was known when this page was left for the last time. Answers up to it can't have changed since, because one
   * has to go back for that; any later one may have been given before or after.
   */
  const verdict = (condition: Condition | undefined, upTo: number): Verdict =>
    verdictOf(condition, (test) => {
      const { of, key } = test;
      const later = of === 'answer' && (placeOf.get(idOf(key)) ?? -1) > upTo && Object.hasOwn(answers, key);
      return later || (of !== 'answer' && known.doubtful(test)) ? undefined : holds(test, state);
    });

  const asked = new Set<string>();
  const come = new Set([0]);
  for (const [at, page] of pages.entries()) {
    if (!come.has(at)) continue;
    // Whether to come here was decided before anything on it was answered.
    const shown = verdictOfAll([
      verdict(page.showIf, at - 1),
      verdictOfAny(page.questions.map(({ showIf }) => verdict(showIf, at - 1))),
    ]);
    if (shown !== true) come.add(at + 1);
    if (shown === false) continue;
    for (const { id, showIf } of page.questions) if (verdict(showIf, at) !== false) asked.add(id);
    for (const next of waysOn(ways, page, at, (condition) => verdict(condition, at))) come.add(next);
  }
  return asked;
}

/** Indexes of the pages from which the next one may be looked for; none where it ends. */
function waysOn(
  { pages, endings }: Ways,
  { jumps = [] }: AskedPage,
  at: number,
  verdict: (condition: Condition) => Verdict,
): number[] {
  const on: number[] = [];
  for (const jump of jumps) {
    const taken = verdict(jump.if);
    const to = pages.findIndex(({ id }) => id === jump.to);
    // As nextStep does: a jump back or to nowhere is none.
    if (taken === false || (to <= at && !endings.some(({ id }) => id === jump.to))) continue;
    if (to > at) on.push(to);
    if (taken) return on;
  }
  return [...on, at + 1];
}

function verdictOf(condition: Condition | undefined, test: (test: Test) => Verdict): Verdict {
  if (!condition) return true;
  if ('all' in condition) return verdictOfAll(condition.all.map((each) => verdictOf(each, test)));
  if ('any' in condition) return verdictOfAny(condition.any.map((each) => verdictOf(each, test)));
  if (!('not' in condition)) return test(condition);
  const not = verdictOf(condition.not, test);
  return not === undefined ? undefined : !not;
}

function verdictOfAll(verdicts: readonly Verdict[]): Verdict {
  return verdicts.includes(false) ? false : verdicts.includes(undefined) ? undefined : true;
}

function verdictOfAny(verdicts: readonly Verdict[]): Verdict {
  return verdicts.includes(true) ? true : verdicts.includes(undefined) ? undefined : false;
}
