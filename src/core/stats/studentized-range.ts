import { findRoot } from './find-root.ts';
import { normalCdf, normalDensity } from './normal.ts';
import { overStandardDeviation } from './over-standard-deviation.ts';

/**
 * The studentised range: P(Q <= q), where Q is the largest difference among k group means over their common standard
 * error. It makes intervals of all pairs hold at once (Games-Howell).
 *
 * Variant: double quadrature, trapezoid in both directions; the integrands are smooth and fall off like a Gaussian, where
 * that rule gains digits fastest. The inner integral is tabulated once for each k. Better than 1e-9 for k = 2 to 20,
 * df >= 2.
 *
 * Source: Tukey 1953; Lund & Lund 1983, Applied Statistics 32:204 (the integral).
 *
 * @param q >= 0
 * @param k number of groups, 2 or more
 * @param df degrees of freedom, may be decimal
 *
 * @example
 * studentizedRangeCdf(3.876776750013, 3, 10) // 0.95
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
 * studentizedRangeQuantile(0.95, 3, 10) // 3.87677675
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

/** The range of k standard normals on a grid of widths, with its density: the inner integral, done once for each k. */
interface RangeTable {
  readonly cdf: Float64Array;
  readonly density: Float64Array;
}
const WIDTH = 0.02;
const WIDEST = 18;
const tables = new Map<number, RangeTable>();

function rangeTable(k: number): RangeTable {
  const known = tables.get(k);
  if (known) return known;
  const points = WIDEST / WIDTH + 1;
  const table = { cdf: new Float64Array(points), density: new Float64Array(points) };
  for (let i = 0; i < points; i++) {
    const w = i * WIDTH;
    // P(range <= w) = k ∫ φ(z) [Φ(z) - Φ(z - w)]^(k-1) dz, and its derivative.
    for (const { z, density, below } of GRID) {
      const between = below - normalCdf(z - w);
      table.cdf[i] = (table.cdf[i] as number) + k * density * between ** (k - 1);
      table.density[i] =
        (table.density[i] as number) + k * (k - 1) * density * normalDensity(z - w) * between ** (k - 2);
    }
  }
  tables.set(k, table);
  return table;
}

/** Cubic Hermite between grid points (error about 1e-10). */
function rangeCdf(w: number, k: number): number {
  const { cdf, density } = rangeTable(k);
  const i = Math.floor(w / WIDTH);
  if (i >= cdf.length - 1) return 1;
  const t = w / WIDTH - i;
  const [c0, c1] = [cdf[i] as number, cdf[i + 1] as number];
  const [d0, d1] = [(density[i] as number) * WIDTH, (density[i + 1] as number) * WIDTH];
  return c0 + t * (d0 + t * (3 * (c1 - c0) - 2 * d0 - d1 + t * (2 * (c0 - c1) + d0 + d1)));
}

/** Linear; it only steers the Newton steps. */
function rangeDensity(w: number, k: number): number {
  const { density } = rangeTable(k);
  const i = Math.floor(w / WIDTH);
  if (i >= density.length - 1) return 0;
  const t = w / WIDTH - i;
  return (1 - t) * (density[i] as number) + t * (density[i + 1] as number);
}
