import { type CannotSay, cannotSay } from '../cannot-say.ts';
import type { JointCount } from '../distribution.ts';
import { normalTwoSided } from './normal.ts';
import { SAME_VALUE } from './paired-dominance.ts';
import { differencesOf } from './paired-t.ts';

export interface WilcoxonSignedRank {
  /** V: sum of the ranks of the positive differences. */
  readonly statistic: number;
  readonly pValue: number;
  /** Pairs that differ; equal pairs are left out. */
  readonly n: number;
}

/** Below this many differing pairs no p-value can fall under .05 and the normal approximation says nothing. */
const FEWEST = 6;

/**
 * Is one of two paired answers systematically higher? The check beside the paired t that uses only ranks.
 *
 * Variant: midranks of |x - y|, equal pairs dropped, normal approximation with correction for ties and for continuity.
 * Differences are rounded to 1e-9 first: 7.3 - 7.1 and 7.1 - 6.9 must tie. (R ranks them as the machine subtracts them,
 * so its V differs by a few ranks on decimals; `resolution` 0 reproduces that.) Unweighted.
 *
 * Assumes differences that are symmetric around their median.
 * Too little: fewer than six pairs that differ → `too_few_answers`.
 *
 * @param resolution differences closer than this are equal; 0 for bare floating-point differences
 *
 * Source: Wilcoxon 1945, Biometrics Bulletin 1:80; Lehmann 1975, Nonparametrics.
 *
 * @example
 * const pairs = [[7, 5], [6, 5], [7, 4], [5, 6], [6, 3], [7, 6], [6, 2]].map(([x, y]) => ({ x, y, n: 1, w: 1, ww: 1 }));
 * wilcoxonSignedRank(pairs).statistic // 26
 */
export function wilcoxonSignedRank(
  pairs: readonly JointCount[],
  resolution = SAME_VALUE,
): WilcoxonSignedRank | CannotSay {
  const sizes = new Map<number, { positive: number; all: number }>();
  for (const { value, n } of differencesOf(pairs, resolution)) {
    if (value === 0) continue;
    const key = Math.abs(value);
    const seen = sizes.get(key) ?? { positive: 0, all: 0 };
    sizes.set(key, { positive: seen.positive + (value > 0 ? n : 0), all: seen.all + n });
  }
  let ranked = 0;
  let statistic = 0;
  let tieTerm = 0;
  for (const [, { positive, all }] of [...sizes].sort((a, b) => a[0] - b[0])) {
    statistic += positive * (ranked + (all + 1) / 2);
    tieTerm += all ** 3 - all;
    ranked += all;
  }
  if (ranked < FEWEST) return cannotSay('too_few_answers', `because fewer than ${FEWEST} pairs differ`);
  const centred = statistic - (ranked * (ranked + 1)) / 4;
  const variance = (ranked * (ranked + 1) * (2 * ranked + 1)) / 24 - tieTerm / 48;
  const z = Math.sign(centred) * Math.max(0, Math.abs(centred) - 0.5);
  return { statistic, pValue: normalTwoSided(z / Math.sqrt(variance)), n: ranked };
}
