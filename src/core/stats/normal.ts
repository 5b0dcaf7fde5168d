/**
 * The standard normal distribution: P(Z <= z).
 *
 * Variant: Cody's rational approximations in three ranges, 1e-15 relative in both tails.
 *
 * Source: Cody 1969, Mathematics of Computation 23:631; Cody 1993, ACM TOMS 19:22 (coefficients).
 *
 * @example
 * normalCdf(1.96) // 0.9750021049
 */
export function normalCdf(z: number): number {
  const y = Math.abs(z);
  if (y <= 0.67448975) {
    const zz = y * y;
    return 0.5 + (z * horner(CENTRE_TOP, zz)) / horner(CENTRE_BOTTOM, zz);
  }
  const tail = upperTail(y);
  return z < 0 ? tail : 1 - tail;
}

// Highest power first.
const CENTRE_TOP = [0.06568233791820745, 2.2352520354606837, 161.02823106855587, 1067.6894854603709, 18154.98125334356];
const CENTRE_BOTTOM = [1, 47.202581904688245, 976.0985517377767, 10260.932208618979, 45507.789335026726];
const MIDDLE_TOP = [
  1.0765576773720192e-8, 0.39894151208813466, 8.883149794388377, 93.50665613217785, 597.2702763948002,
  2494.5375852903726, 6848.190450536283, 11602.65143764735, 9842.714838383978,
];
const MIDDLE_BOTTOM = [
  1, 22.266688044328117, 235.387901782625, 1519.3775994075547, 6485.558298266761, 18615.571640885097, 34900.95272114598,
  38912.00328609327, 19685.429676859992,
];
const FAR_TOP = [
  0.02307344176494017, 0.215898534057957, 0.12740116116024736, 0.022235277870649807, 0.0014216191932278934,
  2.9112874951168793e-5,
];
const FAR_BOTTOM = [
  1, 1.284260096144911, 0.4682382124808651, 0.06598813786892856, 0.0037823963320275824, 7.297515550839662e-5,
];

/** P(Z >= y) for y > 0.67. */
function upperTail(y: number): number {
  // exp(-y²/2) with y split at 1/16, because squaring first would lose digits far out.
  const coarse = Math.floor(y * 16) / 16;
  const gauss = Math.exp(-0.5 * coarse * coarse) * Math.exp(-0.5 * (y - coarse) * (y + coarse));
  if (y <= Math.sqrt(32)) return (gauss * horner(MIDDLE_TOP, y)) / horner(MIDDLE_BOTTOM, y);
  if (y > 39) return 0;
  const inverse = 1 / (y * y);
  const correction = (inverse * horner(FAR_TOP, inverse)) / horner(FAR_BOTTOM, inverse);
  return (gauss * (1 / Math.sqrt(2 * Math.PI) - correction)) / y;
}

function horner(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (const coefficient of coefficients) sum = sum * x + coefficient;
  return sum;
}

/** Two-sided p-value of a z statistic, P(|Z| >= |z|), without loss in the tail. */
export function normalTwoSided(z: number): number {
  return 2 * normalCdf(-Math.abs(z));
}

/** Density of the standard normal distribution. */
export function normalDensity(z: number): number {
  return Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
}

/**
 * The z with P(Z <= z) = p, for 0 < p < 1; -Infinity and Infinity at the ends.
 *
 * Variant: rational start (Abramowitz & Stegun 26.2.23, error < 4.5e-4), then Halley steps on the exact tail; 1e-14.
 *
 * @example
 * normalQuantile(0.975) // 1.9599639845
 */
export function normalQuantile(p: number): number {
  if (p <= 0) return Number.NEGATIVE_INFINITY;
  if (p >= 1) return Number.POSITIVE_INFINITY;
  if (p === 0.5) return 0;
  const tail = Math.min(p, 1 - p);
  const t = Math.sqrt(-2 * Math.log(tail));
  let z = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  for (let i = 0; i < 3; i++) {
    // The tail shrinks as z grows, hence the sign; Halley's factor uses that the density's log-slope is -z.
    const error = (tail - normalCdf(-z)) / normalDensity(z);
    z -= error / (1 + 0.5 * z * error);
  }
  return p < 0.5 ? -z : z;
}

/** The two-sided critical value of a level: 1.96 for 0.95. */
export function criticalZ(level: number): number {
  return normalQuantile(0.5 + level / 2);
}
