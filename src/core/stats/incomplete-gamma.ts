import { deviance, logGamma, stirlingError } from './log-gamma.ts';

/**
 * Regularised incomplete gamma functions P(a, x) (lower) and Q(a, x) = 1 - P (upper): behind chi-square and normal.
 *
 * Variant: power series below the mean, continued fraction (modified Lentz) above it; each tail is computed directly
 * where it is small, so that tiny p-values keep their digits.
 *
 * Source: Press et al., Numerical Recipes 6.2; leading factor after Loader 2000.
 *
 * @example
 * lowerGamma(1, 1) // 0.6321205588
 */
export function lowerGamma(a: number, x: number): number {
  if (x <= 0) return 0;
  return x < a + 1 ? series(a, x) : 1 - fraction(a, x);
}

/**
 * Upper tail Q(a, x).
 *
 * @example
 * upperGamma(1, 1) // 0.3678794412
 */
export function upperGamma(a: number, x: number): number {
  if (x <= 0) return 1;
  if (x === Number.POSITIVE_INFINITY) return 0;
  return x < a + 1 ? 1 - series(a, x) : fraction(a, x);
}

/** x^a e^-x / Γ(a + 1): the Poisson density, in the form that keeps its digits for large a. */
function leadingFactor(a: number, x: number): number {
  if (a < 15) return Math.exp(a * Math.log(x) - x - logGamma(a + 1));
  return Math.exp(-stirlingError(a) - deviance(a, x)) / Math.sqrt(2 * Math.PI * a);
}

/** Density of the gamma distribution with shape a and scale 1. */
export function gammaDensity(a: number, x: number): number {
  return x <= 0 ? 0 : (leadingFactor(a, x) * a) / x;
}

function series(a: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; n < 200_000; n++) {
    term *= x / (a + n);
    sum += term;
    if (term < sum * 1e-17) break;
  }
  return leadingFactor(a, x) * sum;
}

function fraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let h = d;
  for (let i = 1; i < 200_000; i++) {
    const an = -i * (i - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    const step = d * c;
    h *= step;
    if (Math.abs(step - 1) < 1e-16) break;
  }
  return leadingFactor(a, x) * a * h;
}
