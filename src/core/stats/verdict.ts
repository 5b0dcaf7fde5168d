import type { Interval } from '../cannot-say.ts';

/** The four verdicts on a gap; no others exist. */
export type GapVerdict = 'open' | 'aligned' | 'aligned_not_zero' | 'undetermined';

/** How large a gap may be and still not matter: from `low` (below 0) to `high` (above 0). May be asymmetric. */
export interface Tolerance {
  readonly low: number;
  readonly high: number;
}

/** The tolerance ±m. */
export function symmetricTolerance(m: number): Tolerance {
  return { low: -m, high: m };
}

/**
 * What does an interval say about a gap, at a tolerance declared beforehand?
 *
 * - `open`: the 95 % interval excludes 0 and the 90 % interval is not inside the tolerance.
 * - `aligned`: the 90 % interval is inside the tolerance and the 95 % interval covers 0.
 * - `aligned_not_zero`: inside the tolerance, and 0 is excluded.
 * - `undetermined`: anything else. "Not significant" is never "aligned".
 *
 * Works for every statistic with two intervals: means, shares, NPS, Cliff's delta. An end that touches 0 or the
 * tolerance does not count as beyond it, so the answer agrees with `tost`.
 *
 * Source: Lakens 2017, Social Psychological and Personality Science 8:355 (the four outcomes).
 *
 * @param wide the 95 % interval, against 0
 * @param narrow the 90 % interval (1 - 2 × 5 %), against the tolerance
 *
 * @example
 * verdict([0.05, 0.15], [0.06, 0.14], { low: -0.25, high: 0.25 }) // 'aligned_not_zero'
 */
export function verdict(wide: Interval, narrow: Interval, tolerance: Tolerance): GapVerdict {
  const excludesZero = wide[0] > 0 || wide[1] < 0;
  const inside = narrow[0] > tolerance.low && narrow[1] < tolerance.high;
  if (inside) return excludesZero ? 'aligned_not_zero' : 'aligned';
  return excludesZero ? 'open' : 'undetermined';
}
