import { type CannotSay, cannotSay } from '../cannot-say.ts';
import { betaQuantile } from './beta-distribution.ts';
import type { ShareResult } from './wilson-interval.ts';

/**
 * The interval of a share that is guaranteed to cover at least as often as it says. Wider than Wilson's; only where a
 * guarantee is demanded.
 *
 * Variant: exact binomial limits from beta quantiles. Too little: n = 0 → `no_answers`.
 *
 * Source: Clopper & Pearson 1934, Biometrika 26:404.
 *
 * @example
 * clopperPearson(81, 263).interval // [0.2527367, 0.3676219]
 */
export function clopperPearson(x: number, n: number, level = 0.95): ShareResult | CannotSay {
  if (!(n > 0)) return cannotSay('no_answers', 'because nobody has answered');
  const tail = (1 - level) / 2;
  const lower = x <= 0 ? 0 : betaQuantile(tail, x, n - x + 1);
  const upper = x >= n ? 1 : betaQuantile(1 - tail, x + 1, n - x);
  return { estimate: x / n, interval: [lower, upper], level, n };
}
