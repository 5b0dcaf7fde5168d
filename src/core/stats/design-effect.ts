import { type CannotSay, cannotSay } from '../cannot-say.ts';
import type { Distribution } from '../distribution.ts';

export interface DesignEffect {
  /** n Σw² / (Σw)², 1 or more: by how much weighting multiplies the variance. */
  readonly designEffect: number;
  /** (Σw)² / Σw²: how many unweighted answers carry as much. */
  readonly effectiveN: number;
}

/**
 * What does weighting cost in precision?
 *
 * Variant: Kish; assumes weights unrelated to the answers. Too little: no answers or only zero weights → `no_answers`.
 *
 * Source: Kish 1965, Survey Sampling, 11.7.
 *
 * @example
 * designEffect(fromValues([1, 2, 3], [1, 1, 2])).designEffect // 1.125
 */
export function designEffect(counts: Distribution): DesignEffect | CannotSay {
  let n = 0;
  let weights = 0;
  let squares = 0;
  for (const count of counts) {
    n += count.n;
    weights += count.w;
    squares += count.ww;
  }
  if (!(weights > 0)) return cannotSay('no_answers', 'because nobody has answered');
  const effectiveN = (weights * weights) / squares;
  return { designEffect: n / effectiveN, effectiveN };
}
