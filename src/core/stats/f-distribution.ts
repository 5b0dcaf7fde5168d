import { betaQuantile } from './beta-distribution.ts';
import { incompleteBeta } from './incomplete-beta.ts';

/**
 * Fisher's F distribution with d1 and d2 degrees of freedom (any positive numbers): P(F <= f).
 *
 * @example
 * fCdf(3, 2, 10) // 0.9046325684
 */
export function fCdf(f: number, d1: number, d2: number): number {
  if (f <= 0) return 0;
  return incompleteBeta((d1 * f) / (d1 * f + d2), d1 / 2, d2 / 2, d2 / (d1 * f + d2));
}

/** Upper tail P(F >= f), the p-value of an analysis of variance, exact where it is tiny. */
export function fUpper(f: number, d1: number, d2: number): number {
  if (f <= 0) return 1;
  return incompleteBeta(d2 / (d1 * f + d2), d2 / 2, d1 / 2, (d1 * f) / (d1 * f + d2));
}

/**
 * The f with P(F <= f) = p, through the beta quantile.
 *
 * @example
 * fQuantile(0.95, 2, 10) // 4.1028210151
 */
export function fQuantile(p: number, d1: number, d2: number): number {
  if (p <= 0) return 0;
  if (p >= 1) return Number.POSITIVE_INFINITY;
  // The upper tail's beta is the one that stays away from 1, where 1 - x would lose digits.
  const rest = betaQuantile(1 - p, d2 / 2, d1 / 2);
  return (d2 * (1 - rest)) / (d1 * rest);
}
