import { type CannotSay, cannotSay } from '../cannot-say.ts';
import type { Distribution } from '../distribution.ts';

/**
 * How different are two distributions as a whole? Two audiences can share a mean and disagree.
 *
 * Variant: area between the two cumulative distributions, Σ|F1 - F2| × distance to the next value, in points of the
 * scale (earth mover's distance). Equals |mean difference| when one audience is higher throughout; larger means that
 * the distributions cross. Weighted shares where answers have weights.
 *
 * Too little: no answers on a side → `no_answers`.
 *
 * Source: Vallender 1974, Theory of Probability and its Applications 18:784.
 *
 * @example
 * ordinalDistance(fromValues([1, 5]), fromValues([3, 3])) // 2
 */
export function ordinalDistance(from: Distribution, to: Distribution): number | CannotSay {
  const fromTotal = from.reduce((sum, count) => sum + count.w, 0);
  const toTotal = to.reduce((sum, count) => sum + count.w, 0);
  if (fromTotal <= 0 || toTotal <= 0) return cannotSay('no_answers', 'because one side has no answers');
  const steps = [
    ...from.map(({ value, w }) => ({ value, change: w / fromTotal })),
    ...to.map(({ value, w }) => ({ value, change: -w / toTotal })),
  ].sort((a, b) => a.value - b.value);
  let distance = 0;
  let difference = 0;
  let previous = 0;
  for (const { value, change } of steps) {
    distance += Math.abs(difference) * (value - previous);
    difference += change;
    previous = value;
  }
  return distance;
}
