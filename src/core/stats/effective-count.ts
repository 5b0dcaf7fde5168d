import type { Summary } from '../summary.ts';

/**
 * How many plain answers would give a weighted estimate, or one from a small population, the precision it has?
 *
 * The score intervals (Wilson, Tango) need a count. Variant: variance of one answer over the linearised variance of the
 * mean, so that weights that go with the answers, and the finite-population factor, both count; Kish's effective n where
 * nobody differs. Equals n for plain answers, Infinity for a census.
 *
 * Source: Korn & Graubard 1998, Survey Methodology 24:193.
 *
 * @example
 * effectiveCount(summarise(fromValues([1, 0, 0, 1, 1]))) // 5
 */
export function effectiveCount(indicator: Summary): number {
  if (indicator.census) return Number.POSITIVE_INFINITY;
  const { variance, seSquared } = indicator;
  if (variance === null || seSquared === null || variance === 0 || seSquared === 0) return indicator.effectiveN;
  return variance / seSquared;
}
