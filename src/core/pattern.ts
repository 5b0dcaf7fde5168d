import type { Pattern, Verdict } from './gap.ts';
import type { Perspective } from './perspective.ts';
import { type Scale, toPomp } from './scale.ts';

/** Only a belief about what customers get, against what they live, has a pattern. */
export function hasPattern(from: Perspective, to: Perspective): boolean {
  return from.lens === 'belief' && to.audience === 'customer' && to.lens === 'experience';
}

/**
 * What an executive remembers of a belief gap.
 *
 * Open and we believe more than they live: blind spot. Open and we believe less: hidden strength. Otherwise both see the
 * same, and the customers' mean decides whether that is a strength or a pain. Undetermined is unknown, never "shared".
 *
 * @param estimate belief minus experience, in points of the scale; on a scale where lower is better, believing "more"
 *   means believing a lower value
 * @param customers the customers' mean, in points of the scale
 * @param targetPomp percent of the maximum possible from which a touchpoint counts as a strength; 70 by default
 */
export function pattern(
  verdict: Verdict,
  estimate: number,
  customers: number,
  scale: Scale,
  targetPomp: number,
): Pattern {
  if (verdict === 'undetermined') return 'unknown';
  if (verdict === 'open') {
    const believedBetter = scale.direction === 'up' ? estimate > 0 : estimate < 0;
    return believedBetter ? 'blind_spot' : 'hidden_strength';
  }
  return toPomp(scale, customers) >= targetPomp ? 'shared_strength' : 'shared_pain';
}
