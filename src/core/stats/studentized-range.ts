import { findRoot } from './find-root.ts';
import { normalCdf, normalDensity } from './normal.ts';
import { overStandardDeviation } from './over-standard-deviation.ts';

/**
 * The studentised range: P(Q <= q), where Q is the largest difference among k group means over their common standard
 * error. It makes intervals of all pairs hold at once (Games-Howell).
 *
 * Variant: double quadrature, trapezoid in both directions; the integrands are smooth and fall off like a Gaussian, where
 * that rule gains digits fastest. Better than 1e-9 for k = 2 to 20, df >= 2.
 *
 * Source: Tukey 1953; Lund & Lund 1983, Applied Statistics 32:204 (the integral).
 *
 * @param q >= 0
 * @param k number of groups, 2 or more
 * @param df degrees of freedom, may be decimal
 *
 * @example
 * studentizedRangeCdf(3.877676, 3, 10) // 0.95
 */
export function studentizedRangeCdf(q: number, k: number, df: number): number {
  if (q <= 0) return 0;
  return Math.min(
    1,
    overStandardDeviation(df, (s) => rangeCdf(q * s, k)),
  );
}

/**
 * The q with P(Q <= q) = p.
 *
 * @example
 * studentizedRangeQuantile(0.95, 3, 10) // 3.877676
 */
export function studentizedRangeQuantile(p: number, k: number, df: number): number {
  if (p <= 0) return 0;
  if (p >= 1) return Number.POSITIVE_INFINITY;
  let high = 8;
  while (studentizedRangeCdf(high, k, df) < p) high *= 2;
  return findRoot(
    (q) => studentizedRangeCdf(q, k, df) - p,
    0,
    high,
    (q) => overStandardDeviation(df, (s) => s * rangeDensity(q * s, k)),
    Math.min(high / 2, 4),
  );
}

const STEP = 0.25;
const REACH = 8.5;
/** Normal density and distribution on the fixed grid of the inner rule. */
const GRID = Array.from({ length: (2 * REACH) / STEP + 1 }, (_, i) => {
  const z = -REACH + i * STEP;
  return { z, density: normalDensity(z) * STEP, below: normalCdf(z) };
});

/** P(range of k standard normals <= w) = k ∫ φ(z) [Φ(z) - Φ(z - w)]^(k-1) dz. */
function rangeCdf(w: number, k: number): number {
  let sum = 0;
  for (const { z, density, below } of GRID) sum += density * (below - normalCdf(z - w)) ** (k - 1);
  return Math.min(1, k * sum);
}

function rangeDensity(w: number, k: number): number {
  let sum = 0;
  for (const { z, density, below } of GRID) {
    sum += density * normalDensity(z - w) * (below - normalCdf(z - w)) ** (k - 2);
  }
  return k * (k - 1) * sum;
}
