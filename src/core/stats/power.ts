import { noncentralTCdf } from './noncentral-t.ts';
import { criticalZ, normalQuantile } from './normal.ts';
import { criticalT, studentTCdf, studentTQuantile } from './student-t.ts';

/**
 * Chance that a two-sample t test finds a true difference `delta`, with equal groups and equal spread.
 *
 * Variant: exact by noncentral t, the far rejection side left out as in common tables.
 * Source: Cohen 1988, Statistical Power Analysis, 2.5.
 *
 * @param perGroup answers per group, >= 2, may be decimal
 *
 * @example
 * powerOfTwoMeans(100, 0.398140044981864, 1) // 0.8
 */
export function powerOfTwoMeans(perGroup: number, delta: number, sd: number, alpha = 0.05): number {
  const df = 2 * (perGroup - 1);
  const ncp = (Math.sqrt(perGroup / 2) * Math.abs(delta)) / sd;
  return 1 - noncentralTCdf(criticalT(1 - alpha, df), df, ncp);
}

/**
 * Chance that a paired t test finds a true mean difference `delta`.
 *
 * @example
 * powerOfPairs(127.51613739781, 0.25, 1) // 0.8
 */
export function powerOfPairs(pairs: number, delta: number, sdDifference: number, alpha = 0.05): number {
  const df = pairs - 1;
  const ncp = (Math.sqrt(pairs) * Math.abs(delta)) / sdDifference;
  return 1 - noncentralTCdf(criticalT(1 - alpha, df), df, ncp);
}

/** How many are needed, by bisection over a power that rises with n. Decimal; round up for people. */
function solveSize(power: (n: number) => number, wanted: number): number {
  let high = 4;
  while (power(high) < wanted && high < 1e9) high *= 2;
  let low = high === 4 ? 1.5 : high / 2;
  for (let step = 0; step < 80 && high - low > 1e-10 * high; step++) {
    const middle = (low + high) / 2;
    if (power(middle) < wanted) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * Answers per group to find a difference of means with the given power. `delta` other than 0.
 *
 * @example
 * sizeForTwoMeans(0.5, 1) // 63.76576
 */
export function sizeForTwoMeans(delta: number, sd: number, power = 0.8, alpha = 0.05): number {
  return solveSize((n) => powerOfTwoMeans(n, delta, sd, alpha), power);
}

/**
 * Pairs to find a mean difference within pairs. `delta` other than 0.
 *
 * @example
 * sizeForPairs(0.25, 1) // 127.51614
 */
export function sizeForPairs(delta: number, sdDifference: number, power = 0.8, alpha = 0.05): number {
  return solveSize((n) => powerOfPairs(n, delta, sdDifference, alpha), power);
}

/**
 * Answers per group to find a difference between two shares.
 *
 * Variant: normal approximation with the pooled variance under "no difference". p1 and p2 must differ.
 * Source: Fleiss, Levin & Paik 2003, Statistical Methods for Rates and Proportions, 4.2.
 *
 * @example
 * sizeForTwoShares(0.8, 0.7) // 293.15129
 */
export function sizeForTwoShares(p1: number, p2: number, power = 0.8, alpha = 0.05): number {
  const pooled = (p1 + p2) * (1 - (p1 + p2) / 2);
  const separate = p1 * (1 - p1) + p2 * (1 - p2);
  const reach = criticalZ(1 - alpha) * Math.sqrt(pooled) + normalQuantile(power) * Math.sqrt(separate);
  return (reach / (p1 - p2)) ** 2;
}

/**
 * The smallest true gap that n1 and n2 answers would find with the given power: (z + z) sqrt(s1²/n1 + s2²/n2).
 *
 * With 12 leaders the leaders decide: more customers stop helping after about ten times as many. Unit of s1 and s2.
 *
 * @example
 * smallestGap(0.7, 12, 1.05, 400) // 0.584918
 */
export function smallestGap(s1: number, n1: number, s2: number, n2: number, power = 0.8, alpha = 0.05): number {
  return (criticalZ(1 - alpha) + normalQuantile(power)) * Math.sqrt((s1 * s1) / n1 + (s2 * s2) / n2);
}

/**
 * The same for equal groups, exact by noncentral t.
 *
 * @example
 * smallestGapOfEqualGroups(100, 1) // 0.39814
 */
export function smallestGapOfEqualGroups(perGroup: number, sd: number, power = 0.8, alpha = 0.05): number {
  let low = 0;
  let high = 1000 * sd;
  for (let step = 0; step < 80; step++) {
    const middle = (low + high) / 2;
    if (powerOfTwoMeans(perGroup, middle, sd, alpha) < power) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * Answers for a half width E around a share or an NPS: z² V / E².
 *
 * @param variance of one answer: p(1-p) for a share, p+d-(p-d)² for NPS (0.6 where nothing is known)
 * @param halfWidth in the unit of the statistic, 0.05 for five points
 *
 * @example
 * sizeForHalfWidth(0.25, 0.05) // 384.14588
 */
export function sizeForHalfWidth(variance: number, halfWidth: number, level = 0.95): number {
  return (criticalZ(level) ** 2 * variance) / halfWidth ** 2;
}

/**
 * Chance that a gap of `delta` would be found inside the tolerance: P(T < (m-δ)/se - t) + P(T < (m+δ)/se - t) - 1,
 * floored at 0.
 *
 * Variant: central t, which slightly overstates for very few answers.
 * Source: Julious 2004, Statistics in Medicine 23:1921.
 *
 * @example
 * powerOfEquivalence(0, Math.sqrt(2 / 100), 198, -0.5, 0.5) // 0.938826
 */
export function powerOfEquivalence(
  delta: number,
  se: number,
  df: number,
  low: number,
  high: number,
  alpha = 0.05,
): number {
  const t = studentTQuantile(1 - alpha, df);
  return Math.max(0, studentTCdf((high - delta) / se - t, df) + studentTCdf((delta - low) / se - t, df) - 1);
}
