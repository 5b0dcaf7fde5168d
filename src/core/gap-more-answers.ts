import { type CannotSay, cannotSay, isCannotSay } from './cannot-say.ts';
import type { Gap, ReportOptions } from './gap.ts';
import { type Comparison, VERDICT_FROM } from './gap-compare.ts';
import type { Pair } from './gap-pairs.ts';
import { moreAnswersNeeded, morePairsNeeded } from './stats/more-answers.ts';
import { symmetricTolerance } from './stats/verdict.ts';

/**
 * About how many more answers would decide an undetermined gap, and of which audience: the one of which the fewest are
 * needed. A side below the smallest number for a verdict has to reach it first.
 */
export function moreAnswers(
  { from, to }: Pair,
  comparison: Comparison,
  { population }: ReportOptions,
): Gap['moreAnswers'] {
  const tolerance = symmetricTolerance(comparison.tolerance);
  const [x, y] = comparison.summaries;
  if (!comparison.result) return cannotSay('not_estimable', 'because everybody on one side gave the same answer');
  if (comparison.paired) {
    const people = comparison.within === 'person' ? population[from.audience] : undefined;
    const more = morePairsNeeded(comparison.paired, tolerance, { population: people });
    return isCannotSay(more) ? more : { audience: from.audience, n: atLeast(more, comparison.paired.n) };
  }
  const constant = { from: comparison.n.from === null, to: comparison.n.to === null };
  const options: { audience: Pair['from']['audience']; n: number | CannotSay }[] = [];
  for (const add of ['from', 'to'] as const) {
    if (constant[add]) continue;
    const { audience } = add === 'from' ? from : to;
    const n = moreAnswersNeeded(x, y, tolerance, add, { population: population[audience] });
    options.push({ audience, n: isCannotSay(n) ? n : atLeast(n, (add === 'from' ? x : y).n) });
  }
  const possible = options.flatMap(({ audience, n }) => (isCannotSay(n) ? [] : [{ audience, n }]));
  const tooFew = possible.find(({ audience }) => [x, y][audience === from.audience ? 0 : 1]!.n < VERDICT_FROM);
  const fewest = possible.sort((a, b) => a.n - b.n)[0];
  const both = cannotSay('not_estimable', 'because more answers of one audience alone cannot decide it');
  return tooFew ?? fewest ?? (options.length === 1 && isCannotSay(options[0]?.n) ? options[0].n : both);
}

function atLeast(more: number, n: number): number {
  return Math.max(more, VERDICT_FROM - n, 1);
}
