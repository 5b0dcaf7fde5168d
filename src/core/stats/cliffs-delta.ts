import { type CannotSay, cannotSay, type Interval } from '../cannot-say.ts';
import { type Distribution, size } from '../distribution.ts';
import { criticalZ } from './normal.ts';
import { placements } from './placements.ts';
import { criticalT } from './student-t.ts';

export interface CliffsDelta {
  /** P(from > to) - P(from < to), -1 to 1. */
  readonly estimate: number;
  readonly interval: Interval;
  readonly level: number;
  /** P(from > to) + ½ P(equal), 0 to 1: the Vargha-Delaney measure A, "ties split". */
  readonly probability: number;
  readonly variance: number;
}

/**
 * How often does one audience rate higher than the other? Effect size for ordinal answers.
 *
 * Variant: Cliff's unbiased variance, floored at (1-d²)/(nm-1), and the asymmetric interval of Feng & Cliff with
 * t(n+m-2). When the groups do not overlap at all the variance is 0 though the knowledge is not complete: then the limit
 * away from ±1 is (k-z²)/(k+z²) with k the smaller group, the Wilson limit of "k of k". Unweighted. O(categories).
 *
 * Assumes independent answers on one ordered scale; nothing about distances between points.
 * Too little: no answers → `no_answers`; fewer than two on a side → `too_few_answers`.
 *
 * Source: Cliff 1993, Psychological Bulletin 114:494; Feng & Cliff 2004, J. Modern Applied Statistical Methods 3:322;
 * Vargha & Delaney 2000, J. Educational and Behavioral Statistics 25:101.
 *
 * @example
 * const x = fromValues([10, 10, 20, 20, 20, 30, 30, 30, 40, 50]);
 * cliffsDelta(x, fromValues([10, 20, 30, 40, 40, 50])).interval // [-0.7265846, 0.3890062]
 */
export function cliffsDelta(from: Distribution, to: Distribution, level = 0.95): CliffsDelta | CannotSay {
  const n = size(from);
  const m = size(to);
  if (n === 0 || m === 0) return cannotSay('no_answers', 'because one side has no answers');
  if (n < 2 || m < 2) return cannotSay('too_few_answers', 'because one side has fewer than two answers');
  const { rows, ties, delta: d } = placements(from, to);
  let within = 0;
  for (const row of rows) {
    within += row.from * m * m * (row.fromDominance - d) ** 2 + row.to * n * n * (row.toDominance - d) ** 2;
  }
  // Every pair scores +1, -1 or 0, so the sum of squares needs only the number of ties.
  const pairs = n * m - ties - n * m * d * d;
  const unbiased = (within - pairs) / (n * m * (n - 1) * (m - 1));
  const variance = Math.max(unbiased, (1 - d * d) / (n * m - 1));
  const interval = fengCliff(d, variance, level, n, m);
  return { estimate: d, interval, level, probability: (d + 1) / 2, variance };
}

function fengCliff(d: number, variance: number, level: number, n: number, m: number): Interval {
  if (Math.abs(d) === 1) {
    const zz = criticalZ(level) ** 2;
    const k = Math.min(n, m);
    const limit = (k - zz) / (k + zz);
    return d === 1 ? [limit, 1] : [-1, -limit];
  }
  const t = criticalT(level, n + m - 2);
  const tv = t * t * variance;
  const centre = d - d ** 3;
  const half = t * Math.sqrt(variance) * Math.sqrt((1 - d * d) ** 2 + tv);
  const base = 1 - d * d + tv;
  return [Math.max(-1, (centre - half) / base), Math.min(1, (centre + half) / base)];
}

/**
 * The effect in words that need no statistics (common language, ties split).
 *
 * Source: McGraw & Wong 1992, Psychological Bulletin 111:361.
 *
 * @param probability `probability` of the result
 * @param one how one person of the first audience is called, such as "leader"
 * @param other the same for the second
 *
 * @example
 * dominanceInWords(0.775, 'leader', 'customer') // 'take one leader and one customer at random: in 78 of 100 pairs the leader rates it higher (ties split)'
 */
export function dominanceInWords(probability: number, one: string, other: string): string {
  const times = Math.round(100 * probability);
  return `take one ${one} and one ${other} at random: in ${times} of 100 pairs the ${one} rates it higher (ties split)`;
}
