import type { Summary } from '../summary.ts';
import { finitePopulationFactor } from './finite-population.ts';

/**
 * How many plain answers would give a weighted estimate, or one from a small population, the precision it has?
 *
 * The score intervals (Wilson, Tango) need a count. Variant: variance of one answer over the linearised variance of the
 * mean, so that weights that go with the answers count; never more than the answers there are; Kish's effective n where
 * nobody differs. Divided by the finite-population factor. Equals n for plain answers, Infinity for a census.
 *
 * Source: Korn & Graubard 1998, Survey Methodology 24:193.
 *
 * @example
 * effectiveCount(summarise(fromValues([1, 0, 0, 1, 1]))) // 5
 */
export function effectiveCount(indicator: Summary, population?: number): number {
  if (indicator.census) return Number.POSITIVE_INFINITY;
  const factor = population === undefined ? 1 : finitePopulationFactor(indicator.n, population);
  const { variance, seSquared } = indicator;
  if (!variance || !seSquared) return indicator.effectiveN / factor;
  return Math.min(variance / seSquared, indicator.n / factor);
}
