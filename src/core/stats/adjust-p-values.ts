export type Adjustment = 'BH' | 'BY' | 'Holm' | 'Bonferroni';

/**
 * What do p-values become when many gaps were looked at?
 *
 * - BH (Benjamini-Hochberg): false discovery rate; the default for a report, rejected at q = .10.
 * - BY (Benjamini-Yekutieli): the same under any dependence.
 * - Holm: family-wise error, for the few headline claims. Bonferroni: for comparison.
 *
 * The family is all items × pairs of one report. Order of the input is kept; an empty list stays empty. Every p must be
 * a number from 0 to 1: leave out what has no p-value before.
 *
 * Source: Benjamini & Hochberg 1995, JRSS B 57:289; Benjamini & Yekutieli 2001, Annals of Statistics 29:1165;
 * Holm 1979, Scandinavian J. Statistics 6:65.
 *
 * @example
 * adjustPValues([0.01, 0.04, 0.03, 0.005, 0.5], 'BH') // [0.025, 0.05, 0.05, 0.025, 0.5]
 */
export function adjustPValues(pValues: readonly number[], method: Adjustment = 'BH'): number[] {
  const m = pValues.length;
  const order = pValues.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  const adjusted = new Array<number>(m).fill(1);
  if (method === 'BH' || method === 'BY') {
    const harmonic = method === 'BY' ? pValues.reduce((sum, _, i) => sum + 1 / (i + 1), 0) : 1;
    // From the largest down: an adjusted p may not exceed that of a larger p.
    let smallest = 1;
    for (const [rank, { p, index }] of [...order.entries()].reverse()) {
      smallest = Math.min(smallest, (harmonic * p * m) / (rank + 1));
      adjusted[index] = smallest;
    }
    return adjusted;
  }
  let largest = 0;
  for (const [rank, { p, index }] of order.entries()) {
    largest = Math.max(largest, Math.min(1, p * (method === 'Holm' ? m - rank : m)));
    adjusted[index] = largest;
  }
  return adjusted;
}
