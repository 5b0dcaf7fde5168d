/**
 * How much of the sampling variance remains when much of the population answered: (N - n)/(N - 1).
 *
 * Multiplies a squared standard error. Applied from n/N > 5 % on (below it changes nothing that shows); 0 for a census,
 * also when more answers came than the population was said to have.
 *
 * Source: Cochran 1977, Sampling Techniques, 2.6.
 *
 * @param n answers, > 0
 * @param population people in the group, > 0
 *
 * @example
 * finitePopulationFactor(100, 150) // 0.33557046979865773
 */
export function finitePopulationFactor(n: number, population: number): number {
  if (n >= population) return 0;
  return n / population > 0.05 ? (population - n) / (population - 1) : 1;
}

/**
 * Sample size needed from a finite population: n0 / (1 + (n0 - 1)/N), where n0 is what an endless one would need.
 *
 * @example
 * sampleFromPopulation(384.145882069412, 500) // 217.487218062587
 */
export function sampleFromPopulation(needed: number, population: number): number {
  return needed / (1 + (needed - 1) / population);
}
