import { type CannotSay, cannotSay } from '../cannot-say.ts';
import { type Distribution, distribution, type JointCount } from '../distribution.ts';
import { summarise } from '../summary.ts';
import { SAME_VALUE } from './paired-dominance.ts';
import { fromStandardError, samplingVariance, type WelchResult } from './welch.ts';

/** A mean difference within pairs. Unit: points of the scale; `estimate`, `se`, `df`, `t`, … as in `WelchResult`. */
export interface PairedTResult extends WelchResult {
  /** Pairs. */
  readonly n: number;
  readonly meanX: number;
  readonly sdX: number;
  readonly meanY: number;
  readonly sdY: number;
  /** Correlation of x and y; null where one of them does not vary. */
  readonly r: number | null;
  /** Standard deviation of the differences. */
  readonly sdDifference: number;
  /** estimate / sdDifference. */
  readonly dz: number;
  /** estimate / mean of sdX and sdY: comparable across touchpoints; null where neither varies. */
  readonly dav: number | null;
  /** Shares of pairs with x < y, x = y, x > y (unweighted). */
  readonly shareLower: number;
  readonly shareTied: number;
  readonly shareHigher: number;
}

/**
 * How far do two answers of the same person (expectation and experience), or two audiences' means of the same unit,
 * lie apart?
 *
 * Variant: paired t on x - y. Weighted: weighted means, linearised variance of the weighted mean difference, effective
 * n - 1 degrees of freedom. A known population of pairs brings the finite-population factor.
 *
 * Assumes independent pairs and a mean difference that is near normal. Expectation recalled in the same sitting as the
 * experience is not expectation: say so beside it.
 *
 * Too little: no pairs → `not_paired`; one pair → `too_few_answers`; all differences equal → `no_variation`.
 *
 * Source: Student 1908, Biometrika 6:1; effects: Lakens 2013, Frontiers in Psychology 4:863.
 *
 * @example
 * const pairs = [[7, 5], [6, 6], [7, 4], [5, 5], [6, 3], [7, 6]].map(([x, y]) => ({ x, y, n: 1, w: 1, ww: 1 }));
 * pairedT(pairs).estimate // 1.5
 * pairedT(pairs).interval // [0.0535, 2.9465]
 */
export function pairedT(pairs: readonly JointCount[], level = 0.95, population?: number): PairedTResult | CannotSay {
  const differences = summarise(differencesOf(pairs), population);
  if ('cannotSay' in differences) return cannotSay('not_paired', 'because nobody answered both');
  const x = summarise(distribution(pairs.map(({ x, n, w, ww }) => ({ value: x, n, w, ww }))));
  const y = summarise(distribution(pairs.map(({ y, n, w, ww }) => ({ value: y, n, w, ww }))));
  if ('cannotSay' in x) return x;
  if ('cannotSay' in y) return y;
  if (differences.sd === null || x.sd === null || y.sd === null) {
    return cannotSay('too_few_answers', 'because fewer than two answered both');
  }
  // The differences are one sample: what can go wrong is what can go wrong with one side of Welch.
  const error = samplingVariance(differences);
  if (typeof error !== 'number') {
    return error.code === 'no_variation'
      ? cannotSay('no_variation', 'because the difference is the same in every pair')
      : error;
  }
  const df = error === 0 ? Number.POSITIVE_INFINITY : differences.df;
  return {
    ...fromStandardError(differences.mean, Math.sqrt(error), df, level),
    n: differences.n,
    meanX: x.mean,
    sdX: x.sd,
    meanY: y.mean,
    sdY: y.sd,
    r: x.sd === 0 || y.sd === 0 ? null : covariance(pairs, x.mean, y.mean) / (x.sd * y.sd),
    sdDifference: differences.sd,
    dz: differences.mean / differences.sd,
    dav: x.sd + y.sd === 0 ? null : differences.mean / ((x.sd + y.sd) / 2),
    ...orderShares(pairs, differences.n),
  };
}

/** The distribution of x - y, rounded to `resolution` so that equal differences of decimals count as equal. */
export function differencesOf(pairs: readonly JointCount[], resolution = SAME_VALUE): Distribution {
  const round = (d: number) => (resolution === 0 ? d : Math.round(d / resolution) * resolution);
  return distribution(pairs.map(({ x, y, n, w, ww }) => ({ value: round(x - y), n, w, ww })));
}

/** Weighted sample covariance, with the same divisor as the variances of `summarise`. */
function covariance(pairs: readonly JointCount[], meanX: number, meanY: number): number {
  let n = 0;
  let weights = 0;
  let sum = 0;
  for (const pair of pairs) {
    n += pair.n;
    weights += pair.w;
    sum += pair.w * (pair.x - meanX) * (pair.y - meanY);
  }
  return ((sum / weights) * n) / (n - 1);
}

/** Shares by order alone; unweighted, like every rank statistic. */
function orderShares(pairs: readonly JointCount[], n: number) {
  const share = (holds: (difference: number) => boolean) =>
    pairs.reduce((sum, pair) => sum + (holds(pair.x - pair.y) ? pair.n : 0), 0) / n;
  return {
    shareLower: share((d) => d < -SAME_VALUE),
    shareTied: share((d) => Math.abs(d) <= SAME_VALUE),
    shareHigher: share((d) => d > SAME_VALUE),
  };
}
