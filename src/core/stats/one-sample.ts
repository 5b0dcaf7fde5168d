import type { CannotSay } from '../cannot-say.ts';
import { constantSummary, type Summary } from '../summary.ts';
import { type WelchResult, welch } from './welch.ts';

/**
 * Does an audience's mean differ from a written standard or promise, and by how much?
 *
 * Variant: one-sample t with n - 1 degrees of freedom; the constant has no error. The estimate is sample - constant; for
 * the gap "promise minus lived" use `welch(constantSummary(promise), sample)`, which is the same test with the other
 * sign.
 *
 * Too little: as in `welch`: fewer than two answers → `too_few_answers`; all answers equal → `no_variation`.
 *
 * Source: Student 1908, Biometrika 6:1.
 *
 * @example
 * oneSample(summarise(fromValues([3, 4, 5, 4, 3, 4, 2, 5])), 4.5).estimate // -0.75
 */
export function oneSample(sample: Summary, constant: number, level = 0.95): WelchResult | CannotSay {
  return welch(sample, constantSummary(constant), level);
}
