import { type CannotSay, type Interval, isCannotSay } from '../cannot-say.ts';
import { normalCdf, normalQuantile } from './normal.ts';
import { wilsonInterval } from './wilson-interval.ts';

/**
 * Where may all shares of one question lie at once: promoters, passives and detractors shown together?
 *
 * Variant: Goodman's simultaneous intervals, Wilson limits with the level shared out over the classes
 * (chi-square(1 - alpha/k) with one degree of freedom).
 *
 * Too little: no answers → `no_answers`.
 *
 * Source: Goodman 1965, Technometrics 7:247.
 *
 * @param counts one per class, decimals allowed
 *
 * @example
 * goodmanIntervals([15, 13, 8])[0] // [0.2450512, 0.6111713]
 */
export function goodmanIntervals(counts: readonly number[], level = 0.95): Interval[] | CannotSay {
  const n = counts.reduce((sum, count) => sum + count, 0);
  // A normal z with two-sided error alpha/k is the root of that chi-square.
  const z = normalQuantile(1 - (1 - level) / counts.length / 2);
  const each = 2 * normalCdf(z) - 1;
  const intervals: Interval[] = [];
  for (const count of counts) {
    const share = wilsonInterval(count, n, each);
    if (isCannotSay(share)) return share;
    intervals.push(share.interval);
  }
  return intervals;
}
