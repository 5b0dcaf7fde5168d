import { findRoot } from './find-root.ts';
import { incompleteBeta } from './incomplete-beta.ts';
import { deviance, stirlingError } from './log-gamma.ts';
import { normalCdf, normalQuantile, normalTwoSided } from './normal.ts';

/**
 * Student's t distribution: P(T <= t) with `df` degrees of freedom (any positive number; Infinity is the normal).
 *
 * Through the incomplete beta function at df/(df + t²), with its complement passed along: 1e-12 or better for df from
 * 0.1 to 1e7.
 *
 * @example
 * studentTCdf(2, 10) // 0.9633059826
 */
export function studentTCdf(t: number, df: number): number {
  if (df === Number.POSITIVE_INFINITY) return normalCdf(t);
  const tail = 0.5 * studentTTwoSided(t, df);
  return t < 0 ? tail : 1 - tail;
}

/**
 * Two-sided p-value P(|T| >= |t|), exact far into the tail.
 *
 * @example
 * studentTTwoSided(-1.86081346748685, 17.7764735161785) // 0.0793941402
 */
export function studentTTwoSided(t: number, df: number): number {
  if (df === Number.POSITIVE_INFINITY) return normalTwoSided(t);
  const tt = t * t;
  if (tt === Number.POSITIVE_INFINITY) return 0;
  return incompleteBeta(df / (df + tt), df / 2, 0.5, tt / (df + tt));
}

/** Density of t, in Loader's form (the factor of gammas tends to 1 and loses nothing for large df). */
export function studentTDensity(t: number, df: number): number {
  const half = df / 2;
  const gammas = stirlingError(half + 0.5) - stirlingError(half) - deviance(half, half + 0.5);
  const spread = Math.log1p((t * t) / df) / 2;
  return Math.exp(gammas - (df + 1) * spread) / Math.sqrt(2 * Math.PI);
}

/**
 * The t with P(T <= t) = p, for 0 < p < 1.
 *
 * Variant: bracketed Newton on the smaller tail, started from the Cornish-Fisher expansion of the normal quantile
 * (Hill 1970, ACM algorithm 396, gives the expansion).
 *
 * @example
 * studentTQuantile(0.975, 7) // 2.3646242516
 */
export function studentTQuantile(p: number, df: number): number {
  if (df === Number.POSITIVE_INFINITY || p <= 0 || p >= 1) return normalQuantile(p);
  if (p === 0.5) return 0;
  const tail = Math.min(p, 1 - p);
  const z = -normalQuantile(tail);
  const start = z + (z ** 3 + z) / (4 * df) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * df * df);
  let high = Math.max(2 * start, 2);
  while (0.5 * studentTTwoSided(high, df) > tail) high *= 4;
  const root = findRoot(
    (t) => tail - 0.5 * studentTTwoSided(t, df),
    0,
    high,
    (t) => studentTDensity(t, df),
    start,
  );
  return p < 0.5 ? -root : root;
}

/** The two-sided critical value of a level: 2.36 for 0.95 at 7 degrees of freedom. */
export function criticalT(level: number, df: number): number {
  return studentTQuantile(0.5 + level / 2, df);
}
