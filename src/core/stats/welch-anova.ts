import { type CannotSay, cannotSay } from '../cannot-say.ts';
import type { Summary } from '../summary.ts';
import { fUpper } from './f-distribution.ts';
import { samplingVariance } from './welch.ts';

export interface WelchAnova {
  readonly statistic: number;
  readonly df: readonly [between: number, within: number];
  readonly pValue: number;
}

/**
 * Do the means of three or more audiences differ at all?
 *
 * Variant: Welch's analysis of variance, without pooling; weights and population enter through the variance of each mean.
 *
 * Assumes independent answers and means near normal.
 * Too little: fewer than two groups → `one_audience_only`; a group with fewer than two answers or without sampling
 * variance → `too_few_answers` or `no_variation` (a census group has no place in this test).
 *
 * Source: Welch 1951, Biometrika 38:330.
 *
 * @example
 * const groups = [[5, 4, 4, 5, 4, 5, 3, 4], [4, 3, 4, 3, 3, 5, 2, 4], [3, 2, 4, 1, 3, 5, 2, 3]].map((v) => summarise(fromValues(v)));
 * welchAnova(groups).pValue // 0.0425
 */
export function welchAnova(groups: readonly Summary[]): WelchAnova | CannotSay {
  const k = groups.length;
  if (k < 2) return cannotSay('one_audience_only', 'because only one audience has answered');
  const precisions: number[] = [];
  for (const group of groups) {
    const variance = samplingVariance(group);
    if (typeof variance !== 'number') return variance;
    if (variance === 0) return cannotSay('no_variation', 'because one side has no sampling error');
    precisions.push(1 / variance);
  }
  const total = precisions.reduce((sum, w) => sum + w, 0);
  const grand = groups.reduce((sum, group, i) => sum + (precisions[i] as number) * group.mean, 0) / total;
  let between = 0;
  let imbalance = 0;
  for (const [i, group] of groups.entries()) {
    const w = precisions[i] as number;
    between += w * (group.mean - grand) ** 2;
    imbalance += (1 - w / total) ** 2 / group.df;
  }
  const statistic = between / (k - 1) / (1 + ((2 * (k - 2)) / (k * k - 1)) * imbalance);
  const df2 = (k * k - 1) / (3 * imbalance);
  return { statistic, df: [k - 1, df2], pValue: fUpper(statistic, k - 1, df2) };
}
