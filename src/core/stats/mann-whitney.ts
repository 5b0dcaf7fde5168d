import { type CannotSay, cannotSay } from '../cannot-say.ts';
import type { Distribution } from '../distribution.ts';
import { normalTwoSided } from './normal.ts';
import { placements } from './placements.ts';

export interface MannWhitney {
  /** U of `from`: pairs in which it is higher, ties counted half (R calls it W). */
  readonly statistic: number;
  /** With tie and continuity correction. */
  readonly pValue: number;
  readonly pWithoutContinuity: number;
}

/**
 * Does one audience rate higher than the other? Kept for comparison with other software: it assumes equal shape, so
 * Brunner-Munzel decides.
 *
 * Variant: normal approximation with tie correction, with and without continuity correction. Unweighted.
 *
 * Too little: no answers on a side → `no_answers`; all answers equal → `no_variation`.
 *
 * Source: Mann & Whitney 1947, Annals of Mathematical Statistics 18:50; Lehmann 1975, Nonparametrics.
 *
 * @example
 * mannWhitney(fromValues([5, 4, 4, 5]), fromValues([3, 2, 4, 1, 3])).statistic // 19
 */
export function mannWhitney(from: Distribution, to: Distribution): MannWhitney | CannotSay {
  const { rows, n, m, delta } = placements(from, to);
  if (n === 0 || m === 0) return cannotSay('no_answers', 'because one side has no answers');
  const all = n + m;
  const tieTerm = rows.reduce((sum, row) => sum + (row.from + row.to) ** 3 - (row.from + row.to), 0);
  const variance = ((n * m) / 12) * (all + 1 - tieTerm / (all * (all - 1)));
  if (!(variance > 1e-12 * n * m)) return cannotSay('no_variation', 'because everybody gave the same answer');
  const statistic = ((1 + delta) / 2) * n * m;
  const distance = Math.abs(statistic - (n * m) / 2);
  return {
    statistic,
    pValue: normalTwoSided(Math.max(0, distance - 0.5) / Math.sqrt(variance)),
    pWithoutContinuity: normalTwoSided(distance / Math.sqrt(variance)),
  };
}
