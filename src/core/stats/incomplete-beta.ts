import { deviance, stirlingError } from './log-gamma.ts';

/**
 * Regularised incomplete beta function I_x(a, b): the distribution function behind t, F, beta and exact binomial
 * intervals.
 *
 * Variant: continued fraction by the modified Lentz method, taken on the side of the mean where it converges fast, with
 * the leading factor in Loader's form, so that the relative accuracy stays near 1e-13 from a = 0.1 to a = 1e7 and far
 * into the tail (p = 1e-77 is a real p-value of large surveys).
 *
 * Pass `complement` = 1 - x where it is known exactly: near x = 1 the subtraction would lose the tail.
 * The upper tail is `incompleteBeta(1 - x, b, a, x)`; subtracting from 1 would round small ones to 0.
 *
 * Sources: Didonato & Morris 1992, ACM TOMS 18:360 (choice of side); Press et al., Numerical Recipes 6.4 (fraction);
 * Loader 2000 (leading factor).
 *
 * @example
 * incompleteBeta(0.5, 2, 3) // 0.6875
 */
export function incompleteBeta(x: number, a: number, b: number, complement = 1 - x): number {
  if (x <= 0) return 0;
  if (complement <= 0) return 1;
  if (x <= (a + 1) / (a + b + 2)) return leadingFactor(x, complement, a, b) * fraction(x, a, b);
  return 1 - leadingFactor(complement, x, b, a) * fraction(complement, b, a);
}

/** x^a (1-x)^b / (a B(a, b)), through the binomial density so that large a and b lose nothing. */
function leadingFactor(x: number, y: number, a: number, b: number): number {
  const n = a + b;
  const exponent = stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x) - deviance(b, n * y);
  return Math.exp(exponent) * Math.sqrt(n / (2 * Math.PI * a * b)) * (b / n);
}

/** Density of the beta distribution at x, used by the Newton steps of the quantiles. */
export function betaDensity(x: number, a: number, b: number, complement = 1 - x): number {
  if (x <= 0 || complement <= 0) return 0;
  return (leadingFactor(x, complement, a, b) * a) / (x * complement);
}

/** The continued fraction of I_x(a, b); about sqrt(max(a, b)) steps near the mean, few elsewhere. */
function fraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  let c = 1;
  let d = 1 - ((a + b) * x) / (a + 1);
  d = 1 / (Math.abs(d) < tiny ? tiny : d);
  let h = d;
  for (let m = 1; m < 200_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    const step = d * c;
    h *= step;
    if (Math.abs(step - 1) < 1e-16) break;
  }
  return h;
}

/** The Lentz method divides by these terms; a zero is replaced by something too small to matter. */
function nonZero(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value;
}
