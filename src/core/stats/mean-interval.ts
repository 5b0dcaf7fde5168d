import type { CannotSay } from '../cannot-say.ts';
import type { Summary } from '../summary.ts';
import { oneSample } from './one-sample.ts';
import type { WelchResult } from './welch.ts';

/**
 * A mean and where it may lie: mean ± t · standard error. For CES, the 0–10 answer beside NPS, any rated item.
 *
 * Variant: t with n - 1 degrees of freedom; weights and population enter through the summary. `pValue` is that of the
 * mean being 0 and has no use here.
 *
 * Assumes a mean that is near normal; for skewed, bounded scores with n < 20 show the whole distribution beside it.
 * Too little: as in `welch`.
 *
 * Source: Student 1908, Biometrika 6:1.
 *
 * @example
 * meanInterval(summarise(fromValues([6, 7, 5, 7, 6, 4, 7, 6]))).interval // [5.1063, 6.8937]
 */
export function meanInterval(sample: Summary, level = 0.95): WelchResult | CannotSay {
  return oneSample(sample, 0, level);
}
