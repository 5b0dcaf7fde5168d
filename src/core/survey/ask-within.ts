import type { AskDecision, AskRule } from './ask-rules.ts';

const HALF_DAY = 43_200_000;

/** Rules that another moment of the same week may open. */
const MATTERS_OF_TIME: ReadonlySet<AskRule> = new Set<AskRule>([
  'quarantined',
  'not_started',
  'this_survey',
  'any_survey',
  'share',
]);

/**
 * Whether a person would be asked if they came at some moment of a span: the first yes, otherwise what stands against it at
 * the beginning. Looks twice a day, so at each day in every time zone, and at the moment at which a clock opens.
 *
 * @param at the decision at a moment, in milliseconds since 1970
 */
export function decideWithin(at: (moment: number) => AskDecision, from: number, until: number): AskDecision {
  const first = at(from);
  let now = first;
  for (let moment = from; moment < until; ) {
    if (now.ask) return now;
    if (!mayOpen(now)) return first;
    // What a quarantine says is late: the day has begun everywhere on Earth.
    const opens = now.rule === 'quarantined' ? undefined : now.notBefore;
    moment = Math.min(until, Math.max(moment + 1, opens ?? moment + HALF_DAY));
    now = at(moment);
  }
  return now.ask ? now : first;
}

/** Whoever was asked by a survey that asks once, and who is in quarantine for good, waits for nothing. */
function mayOpen({ rule, notBefore }: AskDecision): boolean {
  if (rule === 'this_survey' || rule === 'quarantined') return notBefore !== undefined;
  return MATTERS_OF_TIME.has(rule);
}
