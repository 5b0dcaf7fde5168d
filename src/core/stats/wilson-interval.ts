import { type CannotSay, cannotSay, type Interval } from '../cannot-say.ts';
import { criticalZ } from './normal.ts';

/** A share between 0 and 1. */
export interface ShareResult {
  /** x / n. */
  readonly estimate: number;
  readonly interval: Interval;
  readonly level: number;
  readonly n: number;
}

/**
 * What share of an audience says yes (top box, "superior", a problem), and where may the true share lie?
 *
 * Variant: Wilson's score interval without continuity correction, clipped to [0, 1]. It works from n = 1 and keeps its
 * width at 0 % and 100 %, where the textbook (Wald) interval shrinks to nothing. Weighted: pass x = share × effective n
 * and n = effective n; both may be decimals.
 *
 * Exact coverage of the 95 % interval: .859 to .992 at n = 5, .933 to .967 at n = 200.
 *
 * Too little: n = 0 → `no_answers`.
 *
 * Source: Wilson 1927, JASA 22:209; Newcombe 1998, Statistics in Medicine 17:857 (method 3).
 *
 * @param x how many said yes, 0 to n
 * @param n how many answered
 *
 * @example
 * wilsonInterval(81, 263).interval // [0.2552885, 0.3662096]
 */
export function wilsonInterval(x: number, n: number, level = 0.95): ShareResult | CannotSay {
  if (!(n > 0)) return cannotSay('no_answers', 'because nobody has answered');
  const p = x / n;
  const z = criticalZ(level);
  const centre = (2 * x + z * z) / (2 * (n + z * z));
  const half = (z * Math.sqrt(z * z + 4 * x * (1 - p))) / (2 * (n + z * z));
  // At 0 % and 100 % the formula meets the edge exactly; rounding must not put the estimate outside.
  const lower = x <= 0 ? 0 : Math.max(0, Math.min(p, centre - half));
  const upper = x >= n ? 1 : Math.min(1, Math.max(p, centre + half));
  return { estimate: p, interval: [lower, upper], level, n };
}
