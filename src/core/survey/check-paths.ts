import type { Audience } from '../perspective.ts';
import { audiencesAsked } from './audiences-asked.ts';
import {
  type Condition,
  isAnonymous,
  type Page,
  type Question,
  type SurveyDefinition,
  type Test,
} from './definition.ts';
import { type SurveyFinding, warning } from './finding.ts';
import { ANYTHING, type Cases, idOf, NEVER, type Possible, possibleAnswers } from './possible-answers.ts';
import { testsIn } from './quotas.ts';
import { atStart, endingName, pageName, questionName } from './survey-texts.ts';

/**
 * Pages, questions, jumps and endings that nobody can come to, for each audience: every path is followed with the answers
 * that are possible on it. Where a condition is too involved to decide, the part counts as reachable.
 */
export function pathFindings(definition: SurveyDefinition): SurveyFinding[] {
  const reached = new Set<string>();
  const found = definition.audiences.flatMap((audience) => {
    const known = !isAnonymous(definition, audience);
    return walk(definition, audience, possibleAnswers(definition, known), reached);
  });
  for (const { ending } of definition.quotas) reached.add(ending);
  const idle = definition.endings.slice(1).filter(({ id }) => !reached.has(id));
  return [
    ...found,
    ...idle.map(({ id }) =>
      warning(
        'unreachable',
        `Nothing leads to ${endingName(definition, id)}. Let a jump or a quota lead there, or remove it.`,
      ),
    ),
  ];
}

function walk(
  definition: SurveyDefinition,
  audience: Audience,
  possible: Possible,
  endings: Set<string>,
): SurveyFinding[] {
  const found: SurveyFinding[] = [];
  /** The cases in which each page is come to. */
  const coming: Cases[] = definition.pages.map((_, i) => (i === 0 ? ANYTHING : NEVER));
  const go = (to: number, cases: Cases) => {
    if (to < coming.length) coming[to] = possible.union([coming[to] ?? NEVER, cases]);
  };
  const answered = new Set<string>();
  const theirQuestions = allAsked(definition, audience);
  const put = (place: { page: string; question?: string }, message: string) =>
    found.push(warning('unreachable', message, { ...place, audience }));

  for (const [at, page] of definition.pages.entries()) {
    const come = coming[at] ?? NEVER;
    const asked = page.questions.filter((question) => audiencesAsked(definition, page, question).includes(audience));
    if (asked.length === 0) {
      go(at + 1, come);
      continue;
    }
    const shown = possible.when(come, page.showIf, answered);
    if (shown.length === 0) put({ page: page.id }, pageMessage(definition, page, audience, come, answered, possible));
    const hidden = possible.when(come, page.showIf, answered, true);
    for (const { id } of shown.length === 0 ? [] : asked) answered.add(id);
    const never = asked.filter(
      ({ id, showIf }) => shown.length > 0 && possible.when(shown, showIf, without(answered, id)).length === 0,
    );
    for (const question of never) {
      const why = whyNever(definition, question.showIf, without(answered, question.id), possible);
      const name = questionName(definition, question);
      put(
        { page: page.id, question: question.id },
        `${name} is never shown to ${PEOPLE[audience]}: ${why}. Change its condition, or remove it.`,
      );
      answered.delete(question.id);
    }
    // A page whose questions are all hidden is passed over, and then its jumps don't count.
    const empty = asked.every(({ showIf }) => showIf !== undefined) ? shown : NEVER;
    const rest = leave(page, shown);
    go(at + 1, possible.union([rest, hidden, empty]));
  }
  return found;

  /** Follows the jumps; what is left goes on to the next page. */
  function leave(page: Page, shown: Cases): Cases {
    let rest = shown;
    for (const jump of page.jumps ?? []) {
      const taken = possible.when(rest, jump.if, answered);
      const to = definition.pages.findIndex(({ id }) => id === jump.to);
      if (taken.length > 0 && to >= 0) go(to, taken);
      if (taken.length > 0 && to < 0) endings.add(jump.to);
      // A jump on a question of another audience is simply not theirs.
      const theirs = testsIn(jump.if).every(({ of, key }) => of !== 'answer' || theirQuestions.has(idOf(key)));
      if (taken.length === 0 && shown.length > 0 && theirs) {
        const why = whyNever(definition, jump.if, answered, possible);
        put(
          { page: page.id },
          `The jump to ${to < 0 ? endingName(definition, jump.to) : pageName(definition, jump.to)} is never taken: ${why}. Change its condition, or remove it.`,
        );
      }
      rest = possible.when(rest, jump.if, answered, true);
    }
    return rest;
  }
}

/** A question can't be answered before it is shown. */
function without(answered: ReadonlySet<string>, id: string): Set<string> {
  return new Set([...answered].filter((other) => other !== id));
}

/** Ids of all questions that are put to an audience somewhere. */
function allAsked(definition: SurveyDefinition, audience: Audience): Set<string> {
  return new Set(
    definition.pages.flatMap((page) =>
      page.questions.filter((one) => audiencesAsked(definition, page, one).includes(audience)).map(({ id }) => id),
    ),
  );
}

const PEOPLE = { leadership: 'leaders', staff: 'staff', customer: 'customers' } as const;

function pageMessage(
  definition: SurveyDefinition,
  page: Page,
  audience: Audience,
  come: Cases,
  answered: ReadonlySet<string>,
  possible: Possible,
): string {
  const who = PEOPLE[audience];
  if (come.length === 0) {
    return `No path leads ${who} to ${pageName(definition, page.id)}: the pages before it always jump past it. Change those jumps, or remove it.`;
  }
  const why = whyNever(definition, page.showIf, answered, possible);
  return `${atStart(pageName(definition, page.id))} is never shown to ${who}: ${why}. Change its condition, or remove it.`;
}

/** The first test that can't hold on its own; otherwise the tests contradict each other or the way there. */
function whyNever(
  definition: SurveyDefinition,
  condition: Condition | undefined,
  answered: ReadonlySet<string>,
  possible: Possible,
): string {
  const tests = testsIn(condition);
  const unknown = tests.find(({ of }) => of === 'attribute');
  if (unknown && !possible.attributesKnown)
    return `nothing is known of who answers anonymously, so not ${unknown.key} either`;
  const late = tests.find(({ of, key }) => of === 'answer' && !answered.has(idOf(key)));
  const named = (test: Test) => nameOfKey(definition, test);
  if (late) return `its condition needs the answer to ${named(late)}, which is not asked of them before`;
  const off = tests.find((test) => possible.neverHolds(test));
  if (off) return `${named(off)} can't be answered with ${JSON.stringify(off.value)}`;
  return 'its conditions contradict each other or those on the way there';
}

function nameOfKey(definition: SurveyDefinition, { key }: Test): string {
  const question: Question | undefined = definition.pages
    .flatMap((page) => page.questions)
    .find(({ id }) => id === idOf(key));
  return question ? questionName(definition, question) : key;
}
