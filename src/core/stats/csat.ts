import type { CannotSay } from '../cannot-say.ts';
import type { Distribution } from '../distribution.ts';
import { isTopBox, type Scale } from '../scale.ts';
import { type BoxShare, topBox } from './top-box.ts';

/**
 * CSAT: what share of customers is satisfied?
 *
 * Variant: the two best points of the scale on scales of up to seven points (4 and 5 of 1–5), the scale's own top box on
 * longer ones. Wilson interval; see `topBox` for weights, population and too little data.
 *
 * Source: Dixon, Freeman & Toman 2010, Harvard Business Review 88(7) (use); Wilson 1927 (interval).
 *
 * @example
 * csat(fromValues([5, 4, 3, 5, 2, 4, 4, 1]), SCALES['1-5']).estimate // 0.625
 */
export function csat(counts: Distribution, scale: Scale, level = 0.95, population?: number): BoxShare | CannotSay {
  return topBox(counts, (value) => isTopTwo(scale, value), level, population);
}

/** True for the two best points of a short scale, or the top box of a long one. */
export function isTopTwo(scale: Scale, value: number): boolean {
  const points = scale.step === null ? Number.POSITIVE_INFINITY : (scale.max - scale.min) / scale.step + 1;
  // On a scale of two or three points the two best would hold nearly everybody.
  if (points > 7 || points < 4 || scale.step === null) return isTopBox(scale, value);
  return scale.direction === 'up' ? value >= scale.max - scale.step : value <= scale.min + scale.step;
}
