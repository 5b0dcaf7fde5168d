import { deviance, stirlingError } from './log-gamma.ts';

/**
 * The average of g(s) when s is a sample standard deviation with `df` degrees of freedom around a true one of 1, that
 * is s = sqrt(χ²/df): the integral behind noncentral t and the studentised range.
 *
 * Variant: trapezoid rule in ln s, where the density falls off exponentially on both sides, so that the error of the
 * rule is far below 1e-10 for smooth g.
 *
 * Assumes |g| <= 1 and g smooth. df from 1 to 1e8; above, s is taken as 1.
 *
 * @example
 * overStandardDeviation(5, (s) => s) // 0.951533
 */
export function overStandardDeviation(df: number, g: (s: number) => number): number {
  if (df > 1e8) return g(1);
  const step = Math.min(0.08, 0.28 / Math.sqrt(df));
  const half = df / 2;
  // Density of ln s at 0 is 2 (df/2)^(df/2) e^(-df/2) / Γ(df/2), in Loader's form.
  const peak = 2 * Math.sqrt(half / (2 * Math.PI)) * Math.exp(-stirlingError(half));
  let sum = 0;
  for (const direction of [1, -1]) {
    for (let i = direction === 1 ? 0 : 1; i < 5000; i++) {
      const s = Math.exp(direction * i * step);
      const density = peak * Math.exp(-deviance(half, half * s * s));
      if (density < 1e-17 * peak) break;
      sum += density * g(s);
    }
  }
  return sum * step;
}
