import { type CannotSay, cannotSay, type Interval } from '../cannot-say.ts';
import type { Summary } from '../summary.ts';
import { studentizedRangeCdf, studentizedRangeQuantile } from './studentized-range.ts';
import { samplingVariance, satterthwaite } from './welch.ts';

export interface GamesHowellPair {
  /** Positions of the two groups in the input. */
  readonly from: number;
  readonly to: number;
  /** mean(from) - mean(to). */
  readonly estimate: number;
  readonly se: number;
  readonly df: number;
  readonly pValue: number;
  /** Simultaneous: all pairs hold together at `level`. */
  readonly interval: Interval;
}

/**
 * Which of three audiences differ, and by how much, when all pairs are shown together?
 *
 * Variant: Games-Howell: each pair with its own variances and Satterthwaite degrees of freedom, critical value from the
 * studentised range of all k groups. Two groups give Welch. Pairs come in the order (0,1), (0,2), (1,2).
 *
 * Assumes independent answers and means near normal. A census side counts as without error.
 * Too little: fewer than two groups → `one_audience_only`; a group with fewer than two answers, or without variation, →
 * as in `welch`.
 *
 * Source: Games & Howell 1976, J. Educational Statistics 1:113.
 *
 * @example
 * const groups = [[5, 4, 4, 5, 4, 5, 3, 4], [4, 3, 4, 3, 3, 5, 2, 4], [3, 2, 4, 1, 3, 5, 2, 3]].map((v) => summarise(fromValues(v)));
 * gamesHowell(groups)[1].estimate // 1.375
 */
export function gamesHowell(groups: readonly Summary[], level = 0.95): GamesHowellPair[] | CannotSay {
  if (groups.length < 2) return cannotSay('one_audience_only', 'because only one audience has answered');
  const sides: { mean: number; variance: number; df: number }[] = [];
  for (const group of groups) {
    const variance = samplingVariance(group);
    if (typeof variance !== 'number') return variance;
    sides.push({ mean: group.mean, variance, df: group.df });
  }
  const pairs: GamesHowellPair[] = [];
  for (const [i, from] of sides.entries()) {
    for (const [j, to] of sides.entries()) {
      if (j > i) pairs.push(comparePair(i, from, j, to, sides.length, level));
    }
  }
  return pairs;
}

interface Side {
  readonly mean: number;
  readonly variance: number;
  readonly df: number;
}

function comparePair(i: number, from: Side, j: number, to: Side, k: number, level: number): GamesHowellPair {
  const estimate = from.mean - to.mean;
  const se = Math.sqrt(from.variance + to.variance);
  if (se === 0) {
    const none = { se, df: Number.POSITIVE_INFINITY, pValue: estimate === 0 ? 1 : 0 };
    return { from: i, to: j, estimate, ...none, interval: [estimate, estimate] };
  }
  const df = satterthwaite(from.variance, from.df, to.variance, to.df);
  // The range is in units of one mean's standard error, the difference has √2 of it.
  const half = (studentizedRangeQuantile(level, k, df) / Math.SQRT2) * se;
  const pValue = Math.max(0, 1 - studentizedRangeCdf((Math.abs(estimate) / se) * Math.SQRT2, k, df));
  return { from: i, to: j, estimate, se, df, pValue, interval: [estimate - half, estimate + half] };
}
