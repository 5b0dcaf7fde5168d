import { type CannotSay, cannotSay, type Interval } from '../cannot-say.ts';
import type { JointCount } from '../distribution.ts';
import { tangoInterval } from './tango-interval.ts';

export interface PairedDominance {
  /** P(x > y) - P(x < y) within a person or unit, -1 to 1. */
  readonly estimate: number;
  readonly interval: Interval;
  readonly level: number;
  /** Pairs. */
  readonly n: number;
  readonly shareHigher: number;
  readonly shareTied: number;
  readonly shareLower: number;
}

/** Two decimals that differ by float noise (7.1 - 0.1 against 7) are equal. */
export const SAME_VALUE = 1e-9;

/**
 * Of those who answered both, how many more rated the first higher than the second? Rank-based effect of a paired gap.
 *
 * Variant: difference of the two shares of one multinomial with Tango's score interval; the paired form of Cliff's
 * delta ("within", Cliff 1993). Unweighted. Uses only the order of x and y, not their distance.
 *
 * Too little: no pairs → `not_paired`.
 *
 * Source: Tango 1998, Statistics in Medicine 17:891; Cliff 1993, Psychological Bulletin 114:494.
 *
 * @example
 * const pairs = [{ x: 5, y: 3, n: 7, w: 7, ww: 7 }, { x: 4, y: 4, n: 2, w: 2, ww: 2 }, { x: 2, y: 3, n: 1, w: 1, ww: 1 }];
 * pairedDominance(pairs).estimate // 0.6
 */
export function pairedDominance(pairs: readonly JointCount[], level = 0.95): PairedDominance | CannotSay {
  let n = 0;
  let higher = 0;
  let lower = 0;
  for (const pair of pairs) {
    n += pair.n;
    const difference = pair.x - pair.y;
    if (difference > SAME_VALUE) higher += pair.n;
    else if (difference < -SAME_VALUE) lower += pair.n;
  }
  if (n === 0) return cannotSay('not_paired', 'because nobody answered both');
  return {
    estimate: (higher - lower) / n,
    interval: tangoInterval(higher, lower, n, level),
    level,
    n,
    shareHigher: higher / n,
    shareTied: (n - higher - lower) / n,
    shareLower: lower / n,
  };
}
