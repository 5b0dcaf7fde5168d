import { type CannotSay, cannotSay, isCannotSay } from './cannot-say.ts';
import type { Gap, ReportOptions } from './gap.ts';
import type { Comparison } from './gap-compare.ts';
import type { Pair } from './gap-pairs.ts';
import { moreAnswersNeeded, morePairsNeeded } from './stats/more-answers.ts';
import { symmetricTolerance } from './stats/verdict.ts';
import { VERDICT_NEEDS } from './stats/verdict-allowed.ts';
import type { Summary } from './summary.ts';

/**
 * About how many more answers would decide an undetermined gap, and of which audience: the one of which the fewest are
 * needed. A side below the smallest number for a verdict has to reach it first.
 */
export function moreAnswers(pair: Pair, comparison: Comparison, { population }: ReportOptions): Gap['moreAnswers'] {
  const tolerance = symmetricTolerance(comparison.tolerance);
  const { result, noVerdict, paired, within, summaries, n } = comparison;
  if (!result) return cannotSay('not_estimable', 'because everybody on one side gave the same answer');
  // Enough answers, but nearly all alike: how many more would bring enough different ones can't be told.
  const few = summaries.filter((side, i) => (i === 0 ? n.from : n.to) !== null && lacking(side) > 0);
  if (noVerdict && few.length === 0) return cannotSay('not_estimable', noVerdict.cannotSay);
  if (paired) {
    const people = within === 'person' ? population[pair.from.audience] : undefined;
    const more = morePairsNeeded(paired, tolerance, { population: people });
    return isCannotSay(more) ? more : { audience: pair.from.audience, n: Math.max(more, lacking(summaries[0])) };
  }
  if (few.length > 1) {
    return cannotSay('not_estimable', `because both sides have fewer than ${VERDICT_NEEDS.answers} answers`);
  }
  const sides = (['from', 'to'] as const)
    .filter((add) => n[add] !== null)
    .map((add) => {
      const side = summaries[add === 'from' ? 0 : 1];
      const { audience } = pair[add];
      const more = moreAnswersNeeded(...summaries, tolerance, add, { population: population[audience] });
      return { audience, needed: lacking(side) > 0, more: isCannotSay(more) ? more : Math.max(more, lacking(side)) };
    });
  return fewest(sides.some(({ needed }) => needed) ? sides.filter(({ needed }) => needed) : sides);
}

/** How many answers a side lacks to the smallest number for a verdict. */
function lacking(side: Summary): number {
  return side.census ? 0 : Math.max(0, VERDICT_NEEDS.answers - side.n);
}

function fewest(
  sides: readonly { audience: Pair['from']['audience']; more: number | CannotSay }[],
): Gap['moreAnswers'] {
  const possible = sides.flatMap(({ audience, more }) => (isCannotSay(more) ? [] : [{ audience, n: more }]));
  const best = possible.sort((a, b) => a.n - b.n)[0];
  if (best) return best;
  const only = sides.length === 1 ? sides[0]?.more : undefined;
  return isCannotSay(only)
    ? only
    : cannotSay('not_estimable', 'because more answers of one audience alone cannot decide it');
}
