import { findRoot } from './find-root.ts';
import { gammaDensity, lowerGamma, upperGamma } from './incomplete-gamma.ts';
import { normalQuantile } from './normal.ts';

/**
 * The chi-square distribution with `df` degrees of freedom: P(X <= x).
 *
 * @example
 * chiSquareCdf(3.841458820694124, 1) // 0.95
 */
export function chiSquareCdf(x: number, df: number): number {
  return lowerGamma(df / 2, x / 2);
}

/** Upper tail P(X >= x), the p-value of a chi-square statistic. */
export function chiSquareUpper(x: number, df: number): number {
  return upperGamma(df / 2, x / 2);
}

/**
 * The x with P(X <= x) = p. Bracketed Newton from the Wilson-Hilferty cube (1931).
 *
 * @example
 * chiSquareQuantile(0.95, 2) // 5.9914645471
 */
export function chiSquareQuantile(p: number, df: number): number {
  if (p <= 0) return 0;
  if (p >= 1) return Number.POSITIVE_INFINITY;
  const shrink = 2 / (9 * df);
  const start = Math.max(df * (1 - shrink + normalQuantile(p) * Math.sqrt(shrink)) ** 3, 1e-12);
  let high = 2 * start + 10;
  while (chiSquareCdf(high, df) < p) high *= 2;
  const upperHalf = p > 0.5;
  return findRoot(
    (x) => (upperHalf ? 1 - p - chiSquareUpper(x, df) : chiSquareCdf(x, df) - p),
    0,
    high,
    (x) => gammaDensity(df / 2, x / 2) / 2,
    start,
  );
}
