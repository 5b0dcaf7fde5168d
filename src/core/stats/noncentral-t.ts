import { normalCdf } from './normal.ts';
import { overStandardDeviation } from './over-standard-deviation.ts';

/**
 * The noncentral t distribution: P(T <= t) when the true difference is `ncp` standard errors. Behind every power.
 *
 * Variant: P = average of Φ(t s - ncp) over the sample standard deviation s, by quadrature to about 1e-12. No series
 * that breaks down for a large noncentrality.
 *
 * Source: Johnson, Kotz & Balakrishnan 1995, Continuous Univariate Distributions 2, chapter 31.
 *
 * @example
 * noncentralTCdf(2, 10, 1.5) // 0.6591540724
 */
export function noncentralTCdf(t: number, df: number, ncp: number): number {
  return overStandardDeviation(df, (s) => normalCdf(t * s - ncp));
}
