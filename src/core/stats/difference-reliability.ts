import { type CannotSay, cannotSay } from '../cannot-say.ts';

/**
 * How reliable is a difference of two scores, such as expectation minus experience?
 *
 * (½(r_E + r_P) - r_EP) / (1 - r_EP): the more the two go together, the less reliable their difference. Below .60 show
 * the gap per item only.
 *
 * Assumes equal spread of both scores. Returns `not_estimable` when the scores go together perfectly, or so closely that
 * the formula leaves [0, 1].
 *
 * Source: Peter, Churchill & Brown 1993, J. Consumer Research 19:655.
 *
 * @param expectation reliability (alpha) of the expectation score, 0 to 1; `experience` of the other
 * @param correlation between the two
 *
 * @example
 * differenceReliability(0.9, 0.9, 0.5) // 0.8
 */
export function differenceReliability(
  expectation: number,
  experience: number,
  correlation: number,
): number | CannotSay {
  const reliability = ((expectation + experience) / 2 - correlation) / (1 - correlation);
  if (!(reliability >= 0 && reliability <= 1)) {
    return cannotSay('not_estimable', 'because the two scores go together more closely than each with itself');
  }
  return reliability;
}
