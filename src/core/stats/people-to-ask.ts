import { sampleFromPopulation } from './finite-population.ts';
import { criticalZ } from './normal.ts';
import { sizeForHalfWidth } from './power.ts';

interface Wanted {
  /** Of one answer, as for `sizeForHalfWidth`. */
  readonly variance: number;
  /** In the unit of the statistic, 0.05 for five points. */
  readonly halfWidth: number;
  /** Share of those asked who answer, above 0, at most 1. */
  readonly rate: number;
  /** Everybody whom the answers speak for; null: not known, taken as endless. */
  readonly population: number | null;
  /** Those who can be asked at all, at most the population; null: as many as wanted. */
  readonly askable: number | null;
}

export interface PeopleToAsk {
  readonly ask: number;
  /** Answers that they give. */
  readonly answers: number;
  /** What that many answers reach at 95 %, never above 1; the one wanted where `isEnough`. */
  readonly halfWidth: number;
  /** Answers that the half width needs. */
  readonly needed: number;
  /** False where everybody who can be asked gives too few answers. */
  readonly isEnough: boolean;
}

/**
 * How many people to ask for a half width at 95 %: the answers it needs, fewer in a small population, more people for those
 * who don't answer, never more than there are. Where even everybody is not enough it says how wide everybody's answers are.
 *
 * Source: Cochran 1977, Sampling Techniques, 2.6 and 4.4.
 *
 * @example
 * peopleToAsk({ variance: 0.25, halfWidth: 0.05, rate: 0.2, population: 297, askable: 297 }).halfWidth // 0.1144023
 */
export function peopleToAsk({ variance, halfWidth, rate, population, askable }: Wanted): PeopleToAsk {
  const endless = sizeForHalfWidth(variance, halfWidth);
  const needed = Math.ceil(population === null ? endless : sampleFromPopulation(endless, population));
  // 29 % of 100 is 28.999… in floating point.
  const ask = Math.ceil(needed / rate - 1e-9);
  if (askable === null || ask <= askable) return { ask, answers: needed, halfWidth, needed, isEnough: true };
  const answers = Math.floor(askable * rate + 1e-9);
  const left = population === null ? 1 : population > 1 ? (population - answers) / (population - 1) : 0;
  const reached = answers === 0 ? 1 : Math.min(1, criticalZ(0.95) * Math.sqrt((variance / answers) * left));
  return { ask: askable, answers, halfWidth: reached, needed, isEnough: false };
}
