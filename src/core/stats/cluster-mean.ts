import { type CannotSay, cannotSay } from '../cannot-say.ts';
import type { Distribution } from '../distribution.ts';

export interface ClusterMean {
  readonly mean: number;
  readonly se: number;
  /** Clusters minus one. */
  readonly df: number;
}

/**
 * The mean when answers come in clusters (branches, teams, flights) that were sampled as a whole, or share a day.
 *
 * Answers of one cluster are alike, so the number of clusters counts, not that of answers.
 * Variant: ratio mean; linearised variance from cluster totals z_c = Σ w(y - ȳ)/Σw: m/(m-1) Σ z_c², times 1 - m/M where
 * the number of all clusters M is known.
 *
 * Too little: fewer than two clusters → `too_few_answers`; only zero weights → `no_answers`.
 *
 * Source: Binder 1983, International Statistical Review 51:279; Lumley 2010, Complex Surveys.
 *
 * @param clusters the answers of each, with weights
 * @param allClusters how many clusters there are, at least as many as given
 *
 * @example
 * clusterMean([fromValues([4, 5, 5]), fromValues([2, 3]), fromValues([4, 4, 3])]).mean // 3.75
 */
export function clusterMean(clusters: readonly Distribution[], allClusters?: number): ClusterMean | CannotSay {
  const totals = clusters.map((counts) => ({
    weight: counts.reduce((sum, { w }) => sum + w, 0),
    value: counts.reduce((sum, { w, value }) => sum + w * value, 0),
  }));
  const m = totals.length;
  const weights = totals.reduce((sum, { weight }) => sum + weight, 0);
  if (!(weights > 0)) return cannotSay('no_answers', 'because nobody has answered');
  if (m < 2) return cannotSay('too_few_answers', 'because there are fewer than two clusters');
  const mean = totals.reduce((sum, { value }) => sum + value, 0) / weights;
  const squares = totals.reduce((sum, { weight, value }) => sum + ((value - mean * weight) / weights) ** 2, 0);
  const remaining = allClusters === undefined ? 1 : Math.max(0, 1 - m / allClusters);
  return { mean, se: Math.sqrt((m / (m - 1)) * squares * remaining), df: m - 1 };
}
