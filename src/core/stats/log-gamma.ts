/**
 * Logarithm of the gamma function, and the two corrections that keep densities exact for large arguments.
 *
 * Why not only `logGamma`: a beta or t density with a million degrees of freedom subtracts numbers near ten million,
 * which costs seven digits. Loader's "saddle-point" form replaces the subtraction by `stirlingError` and `deviance`,
 * both small, so nothing is lost.
 *
 * Sources: Lanczos 1964 (coefficients of Godfrey, g = 607/128); Loader 2000, "Fast and accurate computation of
 * binomial probabilities" (method re-implemented here, no code taken).
 */

const LANCZOS = [
  0.9999999999999971, 57.15623566586292, -59.59796035547549, 14.136097974741746, -0.4919138160976202,
  3.399464998481189e-5, 4.652362892704858e-5, -9.837447530487956e-5, 0.0001580887032249125, -0.00021026444172410488,
  0.00021743961811521265, -0.0001643181065367639, 8.441822398385275e-5, -2.6190838401581408e-5, 3.6899182659531625e-6,
];

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/**
 * ln Γ(x) for x > 0, to about 1e-14 relative.
 *
 * @example
 * logGamma(5) // 3.1780538303
 */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  if (x > 15) return (x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI + stirlingSeries(x);
  let sum = LANCZOS[0] as number;
  for (let i = 1; i < LANCZOS.length; i++) sum += (LANCZOS[i] as number) / (x - 1 + i);
  const t = x + 607 / 128 - 0.5;
  return HALF_LOG_TWO_PI + Math.log(sum) - t + (x - 0.5) * Math.log(t);
}

/** What Stirling's formula leaves out: 1/(12x) - 1/(360x³) + …; exact to 1e-16 from x = 15. */
function stirlingSeries(x: number): number {
  const xx = x * x;
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - (1 / 1188 - 691 / 360360 / xx) / xx) / xx) / xx) / xx) / x;
}

/** ln Γ(x + 1) - [(x + ½) ln x - x + ½ ln 2π] for x > 0: small and positive, so it may be added without loss. */
export function stirlingError(x: number): number {
  if (x > 15) return stirlingSeries(x);
  return logGamma(x + 1) - (x + 0.5) * Math.log(x) + x - HALF_LOG_TWO_PI;
}

/** x ln(x/m) + m - x without cancellation when x is close to m. Both positive. */
export function deviance(x: number, m: number): number {
  if (Math.abs(x - m) >= 0.1 * (x + m)) return x * Math.log(x / m) + m - x;
  // Series in v = (x - m)/(x + m): every term is small, nothing large is subtracted.
  const v = (x - m) / (x + m);
  let sum = (x - m) * v;
  let power = 2 * x * v;
  for (let j = 1; j < 1000; j++) {
    power *= v * v;
    const next = sum + power / (2 * j + 1);
    if (next === sum) break;
    sum = next;
  }
  return sum;
}
