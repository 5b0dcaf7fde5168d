import { type CannotSay, cannotSay } from '../cannot-say.ts';
import { addDistributions, type Distribution, size } from '../distribution.ts';
import { chiSquareUpper } from './chi-square.ts';

export interface KruskalWallis {
  /** H, corrected for ties. */
  readonly statistic: number;
  readonly df: number;
  readonly pValue: number;
}

/**
 * Does any of several audiences tend to answer higher? The rank form of the analysis of variance, unweighted.
 *
 * Variant: H with tie correction, chi-square with k - 1 degrees of freedom. Assumes equal shape under "no difference".
 *
 * Too little: fewer than two groups with answers → `one_audience_only`; all answers equal → `no_variation`.
 *
 * Source: Kruskal & Wallis 1952, JASA 47:583.
 *
 * @example
 * kruskalWallis([fromValues([1, 2, 3]), fromValues([4, 5, 6])]).statistic // 3.857143
 */
export function kruskalWallis(groups: readonly Distribution[]): KruskalWallis | CannotSay {
  const answered = groups.filter((group) => size(group) > 0);
  if (answered.length < 2) return cannotSay('one_audience_only', 'because only one audience has answered');
  const midranks = new Map<number, number>();
  let below = 0;
  let tieTerm = 0;
  for (const { value, n } of addDistributions(...answered)) {
    midranks.set(value, below + (n + 1) / 2);
    tieTerm += n ** 3 - n;
    below += n;
  }
  const centre = (below + 1) / 2;
  const correction = 1 - tieTerm / (below ** 3 - below);
  if (!(correction > 0)) return cannotSay('no_variation', 'because everybody gave the same answer');
  let sum = 0;
  for (const group of answered) {
    const ranks = group.reduce((total, { value, n }) => total + n * ((midranks.get(value) as number) - centre), 0);
    sum += (ranks * ranks) / size(group);
  }
  const statistic = ((12 / (below * (below + 1))) * sum) / correction;
  const df = answered.length - 1;
  return { statistic, df, pValue: chiSquareUpper(statistic, df) };
}
