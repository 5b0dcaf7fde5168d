import { type CannotSay, cannotSay } from '../cannot-say.ts';
import type { Summary } from '../summary.ts';
import { finitePopulationFactor } from './finite-population.ts';
import type { PairedTResult } from './paired-t.ts';
import { powerOfEquivalence } from './power.ts';
import { criticalT, studentTCdf } from './student-t.ts';
import type { Tolerance } from './verdict.ts';
import { samplingVariance, satterthwaite } from './welch.ts';

export interface MoreAnswersOptions {
  /** Wanted chance of a verdict; 0.8. */
  readonly power?: number;
  /** How many belong to the audience that would answer, where it is known: nobody else can. */
  readonly population?: number | undefined;
}

/** More than this is not advice any more. */
const NEVER = 1e8;

/**
 * About how many more answers of one audience would decide an undetermined gap?
 *
 * Variant: takes the estimates of today as true and finds the smallest k for which either the 95 % interval would exclude
 * 0, or the 90 % interval would lie inside the tolerance, with the wanted chance (80 %). Central t throughout; nothing is
 * simulated. Say "about": the estimate itself will move.
 *
 * Returns `not_estimable` when no number of further answers of this audience alone can decide: the other side is too
 * few, everybody has answered, or the gap lies on the edge of the tolerance. Otherwise as in `welch`.
 *
 * Source: the formulas of `powerOfEquivalence` and `smallestGap`.
 *
 * @param add which side would answer
 * @returns whole number, 1 or more
 *
 * @example
 * const leaders = summarise(fromValues([5, 4, 4, 5, 4, 3, 4, 5, 4, 3, 4, 4, 5, 4, 4, 5]));
 * const customers = summarise(fromValues([4, 3, 5, 2, 4, 4, 3, 5, 4, 1, 4, 3]));
 * moreAnswersNeeded(leaders, customers, { low: -0.25, high: 0.25 }, 'to') // 33
 */
export function moreAnswersNeeded(
  from: Summary,
  to: Summary,
  tolerance: Tolerance,
  add: 'from' | 'to',
  options: MoreAnswersOptions = {},
): number | CannotSay {
  const growing = add === 'from' ? from : to;
  const fixed = add === 'from' ? to : from;
  const fixedVariance = samplingVariance(fixed);
  if (typeof fixedVariance !== 'number') return fixedVariance;
  const growingVariance = samplingVariance(growing);
  if (typeof growingVariance !== 'number') return growingVariance;
  if (growing.census) return everybody();
  const grow = variancePerAnswers(growing.n, growingVariance, options.population);
  return smallest(from.mean - to.mean, tolerance, options, growing.n, (k) => {
    const variance = grow(k);
    const df = growing.df * ((growing.n + k) / growing.n);
    return { variance: fixedVariance + variance, df: satterthwaite(fixedVariance, fixed.df, variance, df) };
  });
}

/**
 * The same for a paired gap: about how many more people who answer both.
 *
 * @example
 * const pairs = [[4, 3], [5, 5], [4, 5], [3, 3], [5, 4], [4, 4], [3, 4], [5, 4]].map(([x, y]) => ({ x, y, n: 1, w: 1, ww: 1 }));
 * morePairsNeeded(pairedT(pairs), { low: -0.25, high: 0.25 }) // 270
 */
export function morePairsNeeded(
  result: PairedTResult,
  tolerance: Tolerance,
  options: MoreAnswersOptions = {},
): number | CannotSay {
  if (result.se === 0) return everybody();
  const grow = variancePerAnswers(result.n, result.se ** 2, options.population);
  return smallest(result.estimate, tolerance, options, result.n, (k) => ({
    variance: grow(k),
    df: result.df * ((result.n + k) / result.n),
  }));
}

function everybody(): CannotSay {
  return cannotSay('not_estimable', 'because everybody has answered already');
}

/** How the variance of a mean falls with k more answers, keeping the cost of weights and the population's size. */
function variancePerAnswers(n: number, variance: number, population: number | undefined): (k: number) => number {
  const factor = (size: number) => (population === undefined ? 1 : finitePopulationFactor(size, population));
  const perAnswer = (variance * n) / factor(n);
  return (k) => (perAnswer / (n + k)) * factor(n + k);
}

function smallest(
  estimate: number,
  tolerance: Tolerance,
  options: MoreAnswersOptions,
  n: number,
  precision: (k: number) => { variance: number; df: number },
): number | CannotSay {
  const power = options.power ?? 0.8;
  const decides = (k: number) => chanceOfVerdict(estimate, precision(k), tolerance) >= power;
  // The last answer of a population makes a census of it.
  const limit = options.population === undefined ? NEVER : options.population - n;
  if (limit < 1) return everybody();
  if (!decides(limit))
    return cannotSay('not_estimable', 'because more answers of this audience alone cannot decide it');
  let low = 0;
  let high = 1;
  while (high < limit && !decides(high)) {
    low = high;
    high = Math.min(limit, high * 2);
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (decides(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Chance that the next look ends in a verdict, were the true gap the estimated one. */
function chanceOfVerdict(
  estimate: number,
  { variance, df }: { variance: number; df: number },
  { low, high }: Tolerance,
): number {
  if (variance === 0) return 1;
  const se = Math.sqrt(variance);
  const differs = studentTCdf(Math.abs(estimate) / se - criticalT(0.95, df), df);
  const inside = estimate > low && estimate < high ? powerOfEquivalence(estimate, se, df, low, high) : 0;
  return Math.max(differs, inside);
}
