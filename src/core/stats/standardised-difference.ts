import { type CannotSay, cannotSay } from '../cannot-say.ts';
import type { Summary } from '../summary.ts';

export interface StandardisedDifference {
  /** Cohen's d: difference over the pooled standard deviation. */
  readonly cohenD: number;
  /** Hedges' g: d without its small-sample bias, factor 1 - 3/(4 df - 1). */
  readonly hedgesG: number;
}

/**
 * How large is a mean difference against the spread of the answers? For comparison with published effect sizes.
 *
 * Pools the variances, which the test of the gap never does: a yardstick, not a test.
 * Too little: fewer than two answers on a side → `too_few_answers`; no spread on either side → `no_variation`.
 *
 * Source: Cohen 1988, Statistical Power Analysis; Hedges 1981, J. Educational Statistics 6:107.
 *
 * @example
 * standardisedDifference(summarise(fromValues([4, 5, 5, 4])), summarise(fromValues([3, 2, 4, 3]))).cohenD // 2.12132
 */
export function standardisedDifference(from: Summary, to: Summary): StandardisedDifference | CannotSay {
  if (from.variance === null || to.variance === null || from.n < 2 || to.n < 2) {
    return cannotSay('too_few_answers', 'because one side has fewer than two answers');
  }
  const df = from.n + to.n - 2;
  const pooled = ((from.n - 1) * from.variance + (to.n - 1) * to.variance) / df;
  if (pooled === 0) return cannotSay('no_variation', 'because nobody differs on either side');
  const cohenD = (from.mean - to.mean) / Math.sqrt(pooled);
  return { cohenD, hedgesG: cohenD * (1 - 3 / (4 * df - 1)) };
}
