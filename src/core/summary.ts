import { type CannotSay, cannotSay } from './cannot-say.ts';
import type { Distribution } from './distribution.ts';
import { finitePopulationFactor } from './stats/finite-population.ts';

/** What one group's answers say about its mean. Values are in points of the scale, variances in points squared. */
export interface Summary {
  /** Number of answers. */
  readonly n: number;
  readonly sumOfWeights: number;
  readonly mean: number;
  /** Sample variance s² (divisor n - 1), weighted: Σw(y-ȳ)²/Σw · n/(n-1). Null below two answers. */
  readonly variance: number | null;
  /** Its square root. */
  readonly sd: number | null;
  /**
   * Variance of the mean: n/(n-1) Σw²(y-ȳ)²/(Σw)² (linearised; s²/n when unweighted), times the finite-population
   * factor (N-n)/(N-1) when n/N > 5 %. 0 for a census. Null below two answers.
   */
  readonly seSquared: number | null;
  /** Degrees of freedom of the mean: effective n - 1 (n - 1 when unweighted). */
  readonly df: number;
  /** (Σw)²/Σw², Kish: how many unweighted answers carry as much. Equals n when unweighted. */
  readonly effectiveN: number;
  /** Answers that differ from the most common one; what a small skewed sample has too few of (see `verdictAllowed`). */
  readonly offMode: number;
  /** The population was given and everybody in it answered: no sampling error, measurement error remains. */
  readonly census: boolean;
  readonly min: number;
  readonly max: number;
}

/**
 * Mean, variance and variance of the mean of one group, from its counts per value.
 *
 * Variant: two passes (mean first), so that large values far from zero lose nothing. Weights are treated as sampling
 * weights (Binder 1983; Lumley 2010): only their ratios matter.
 *
 * @param counts answers with weights >= 0
 * @param population how many belong to the group, where it is known; at least n
 * @returns CannotSay `no_answers` when there are none, or all weights are 0
 *
 * @example
 * summarise(fromValues([5, 4, 4, 5, 4, 5, 3, 4])).mean // 4.25
 */
export function summarise(counts: Distribution, population?: number): Summary | CannotSay {
  let n = 0;
  let weights = 0;
  let squares = 0;
  let total = 0;
  let mode = 0;
  for (const count of counts) {
    n += count.n;
    mode = Math.max(mode, count.n);
    weights += count.w;
    squares += count.ww;
    total += count.w * count.value;
  }
  const first = counts[0];
  const last = counts.at(-1);
  if (!first || !last || weights <= 0) return cannotSay('no_answers', 'because nobody has answered');
  const mean = total / weights;
  let spread = 0;
  let linearised = 0;
  for (const { value, w, ww } of counts) {
    spread += w * (value - mean) ** 2;
    linearised += ww * (value - mean) ** 2;
  }
  const kish = (weights * weights) / squares;
  // With equal weights it is n, which rounding must not put below a number of answers that is asked for.
  const effectiveN = Math.abs(kish - n) < 1e-9 * n ? n : kish;
  const census = population !== undefined && n >= population;
  const correction = n / (n - 1);
  const variance = n < 2 ? null : (spread / weights) * correction;
  const factor = population === undefined ? 1 : finitePopulationFactor(n, population);
  return {
    n,
    sumOfWeights: weights,
    mean,
    variance,
    sd: variance === null ? null : Math.sqrt(variance),
    seSquared: n < 2 ? null : (linearised / (weights * weights)) * correction * factor,
    df: effectiveN - 1,
    effectiveN,
    offMode: n - mode,
    census,
    min: first.value,
    max: last.value,
  };
}

/**
 * A written standard or promise as one side of a gap: a number without n, variance or error. Comparing a group with it
 * by `welch` is the one-sample t test, with the sign of the gap kept.
 */
export function constantSummary(value: number): Summary {
  return {
    n: 0,
    sumOfWeights: 0,
    mean: value,
    variance: 0,
    sd: 0,
    seSquared: 0,
    df: Number.POSITIVE_INFINITY,
    effectiveN: Number.POSITIVE_INFINITY,
    offMode: 0,
    census: true,
    min: value,
    max: value,
  };
}
