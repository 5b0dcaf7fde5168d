import { type CannotSay, cannotSay, isCannotSay } from '../cannot-say.ts';
import type { Distribution } from '../distribution.ts';
import { summarise } from '../summary.ts';

export interface Stratum {
  readonly counts: Distribution;
  /** People in the stratum, at least as many as answered. */
  readonly population: number;
}

export interface StratifiedMean {
  readonly mean: number;
  readonly se: number;
  /** Sum over the whole population, such as hours waited by all customers. */
  readonly total: number;
  readonly totalSe: number;
  /** Answers minus strata. */
  readonly df: number;
}

/**
 * The mean of a whole organisation from branches or segments that were sampled apart.
 *
 * Variant: each stratum counts by its population; variance Σ (N_h/N)² (1 - n_h/N_h) s_h²/n_h, the textbook form with
 * 1 - n/N in every stratum. Answers inside a stratum count equally (weights are not used).
 *
 * Too little: no strata → `no_answers`; a stratum with fewer than two answers → `too_few_answers` (merge it with a
 * neighbour).
 *
 * Source: Cochran 1977, Sampling Techniques, 5.3; Lumley 2010, Complex Surveys.
 *
 * @example
 * stratifiedMean([{ counts: fromValues([4, 5, 3]), population: 30 }, { counts: fromValues([2, 3]), population: 10 }]).mean // 3.625
 */
export function stratifiedMean(strata: readonly Stratum[]): StratifiedMean | CannotSay {
  if (strata.length === 0) return cannotSay('no_answers', 'because nobody has answered');
  let population = 0;
  let total = 0;
  let variance = 0;
  let answers = 0;
  for (const stratum of strata) {
    const summary = summarise(stratum.counts.map(({ value, n }) => ({ value, n, w: n, ww: n })));
    if (isCannotSay(summary) || summary.variance === null) {
      return cannotSay('too_few_answers', 'because one stratum has fewer than two answers');
    }
    const size = stratum.population;
    population += size;
    answers += summary.n;
    total += size * summary.mean;
    variance += size * size * Math.max(0, 1 - summary.n / size) * (summary.variance / summary.n);
  }
  const totalSe = Math.sqrt(variance);
  return { mean: total / population, se: totalSe / population, total, totalSe, df: answers - strata.length };
}
