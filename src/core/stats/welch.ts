import { type CannotSay, cannotSay, type Interval } from '../cannot-say.ts';
import type { Summary } from '../summary.ts';
import { criticalT, studentTTwoSided } from './student-t.ts';

/** A difference of two means with all that is derived from its standard error. Unit: points of the scale. */
export interface WelchResult {
  /** mean(from) - mean(to). */
  readonly estimate: number;
  readonly se: number;
  /** Infinity when neither side has sampling error. */
  readonly df: number;
  /** Null when there is no sampling error at all (two censuses). */
  readonly t: number | null;
  /** Two-sided, of "no difference". 0 or 1 without sampling error. */
  readonly pValue: number;
  readonly level: number;
  readonly interval: Interval;
  /** The interval at another level from the same standard error: 0.90 for the verdict, 1 - Rq/m for selected gaps. */
  readonly intervalAt: (level: number) => Interval;
}

/**
 * Do two independent audiences differ in their mean, and by how much?
 *
 * Variant: Welch's t (never pooled: a few leaders vary less than many customers, and pooling would trust them too much);
 * degrees of freedom by Satterthwaite from each side's variance of the mean, which may carry weights and a
 * finite-population factor. A census, or a constant, has none; if one side is such, this is the one-sample t.
 *
 * Assumes independent answers and means that are near normal; with skewed answers and fewer than about 10 on a side see
 * `verdictAllowed`.
 *
 * Too little: fewer than two answers on a side → `too_few_answers`; a side where everybody gave the same answer and that
 * is not a census → `no_variation`, because Welch would take its uncertainty for 0.
 *
 * Source: Welch 1947, Biometrika 34:28; Satterthwaite 1946, Biometrics Bulletin 2:110.
 *
 * @example
 * const a = summarise(fromValues([5, 4, 4, 5, 4, 5, 3, 4]));
 * const b = summarise(fromValues([4, 3, 4, 3, 3, 5, 2, 4, 3, 4, 3, 3, 2, 4, 4, 3, 3, 4, 5, 2]));
 * welch(a, b).estimate // 0.85
 * welch(a, b).pValue // 0.0167274116839287
 */
export function welch(from: Summary, to: Summary, level = 0.95): WelchResult | CannotSay {
  const fromError = samplingVariance(from);
  if (typeof fromError !== 'number') return fromError;
  const toError = samplingVariance(to);
  if (typeof toError !== 'number') return toError;
  const variance = fromError + toError;
  const df = variance === 0 ? Number.POSITIVE_INFINITY : satterthwaite(fromError, from.df, toError, to.df);
  return fromStandardError(from.mean - to.mean, Math.sqrt(variance), df, level);
}

/** The result that follows from an estimate, its standard error and degrees of freedom. */
export function fromStandardError(estimate: number, se: number, df: number, level: number): WelchResult {
  const intervalAt = (at: number): Interval => {
    const half = se === 0 ? 0 : criticalT(at, df) * se;
    return [estimate - half, estimate + half];
  };
  const t = se === 0 ? null : estimate / se;
  const pValue = t === null ? (estimate === 0 ? 1 : 0) : studentTTwoSided(t, df);
  return { estimate, se, df, t, pValue, level, interval: intervalAt(level), intervalAt };
}

/** Satterthwaite's degrees of freedom of a sum of two independent variances of means; not both 0. */
export function satterthwaite(v1: number, df1: number, v2: number, df2: number): number {
  // A side without error brings no degrees of freedom of its own, not even 0 of them (a census of one person).
  const term = (v: number, df: number) => (v === 0 ? 0 : (v * v) / df);
  return (v1 + v2) ** 2 / (term(v1, df1) + term(v2, df2));
}

/** The variance of a side's mean, or why it is not known. */
export function samplingVariance(side: Summary): number | CannotSay {
  if (side.census) return 0;
  if (side.seSquared === null || side.variance === null || side.effectiveN < 2) {
    return cannotSay('too_few_answers', 'because one side has fewer than two answers that count');
  }
  // Averages of equal decimals leave a variance of 1e-32 or so; that is no variation either.
  if (side.variance <= 1e-20 * Math.max(1, side.mean * side.mean)) {
    return cannotSay('no_variation', 'because everybody on one side gave the same answer');
  }
  return side.seSquared;
}
