import { findRoot } from './find-root.ts';
import { betaDensity, incompleteBeta } from './incomplete-beta.ts';

/**
 * The beta distribution on [0, 1] with shapes a, b > 0: P(X <= x).
 *
 * @example
 * betaCdf(0.3, 2, 5) // 0.579825
 */
export function betaCdf(x: number, a: number, b: number): number {
  return incompleteBeta(x, a, b);
}

/**
 * The x with P(X <= x) = p. Bracketed Newton on the side of the mean where the tail is small.
 *
 * @example
 * betaQuantile(0.5, 2, 2) // 0.5
 */
export function betaQuantile(p: number, a: number, b: number): number {
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  if (p > incompleteBeta(a / (a + b), a, b)) return 1 - lowerSide(1 - p, b, a);
  return lowerSide(p, a, b);
}

function lowerSide(p: number, a: number, b: number): number {
  return findRoot(
    (x) => incompleteBeta(x, a, b) - p,
    0,
    a / (a + b),
    (x) => betaDensity(x, a, b),
  );
}
