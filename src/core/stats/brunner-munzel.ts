import { type CannotSay, cannotSay, type Interval } from '../cannot-say.ts';
import { type Distribution, size } from '../distribution.ts';
import { logGamma } from './log-gamma.ts';
import { type Relabelling, relabel } from './permutation.ts';
import { placements } from './placements.ts';
import { criticalT, studentTTwoSided } from './student-t.ts';
import { satterthwaite } from './welch.ts';

export interface BrunnerMunzel {
  /** P(from < to) + ½ P(equal), 0 to 1. One minus the `probability` of Cliff's delta. */
  readonly probabilityToHigher: number;
  /** Of that probability, clipped to [0, 1]; null where the groups do not overlap and no width can be given. */
  readonly interval: Interval | null;
  readonly level: number;
  /** Positive when `to` tends to be higher; ±Infinity when the groups do not overlap. */
  readonly statistic: number;
  /** Null for the permutation version and for groups that do not overlap. */
  readonly df: number | null;
  readonly pValue: number;
  /** How p was found: from t, or from relabelling the answers (all ways, or a seeded sample of them). */
  readonly method: 't' | 'permutation';
  readonly resampling: Omit<Relabelling, 'tail' | 'quantile'> | null;
}

export interface BrunnerMunzelOptions {
  /**
   * `auto`: permutation when a side has fewer than 10 answers, or fewer than 3 that differ from its most common one, or
   * the groups do not overlap; t otherwise.
   */
  readonly method?: 'auto' | 't' | 'permutation';
  /** For relabellings too many to enumerate; any whole number, stored with the result. */
  readonly seed?: number;
  /** How many are drawn then; 10,000. */
  readonly resamples?: number;
}

/** From this many answers on each side, so many of them off the mode, the t version holds its level. */
const T_FROM = 10;
const OFF_MODE_FROM = 3;
/** A side this large is not relabelled answer by answer. */
const RELABEL_UP_TO = 500;
/** Nor is one this large when asked for: it would take seconds, and t is as good there. The result says which it was. */
const RELABEL_AT_MOST = 5000;

/**
 * Does one audience tend to rate higher than the other? The default rank test: it allows different shapes and spreads.
 *
 * Variant: studentised, t with Satterthwaite's degrees of freedom; under 10 answers on a side, or where nearly all
 * answers of a side are the same, the permutation version (Neubert & Brunner 2007), exact by enumeration of all tables
 * where there are at most 50,000, else by seeded sampling.
 * Computed from counts in O(categories). Unweighted.
 *
 * Too little: fewer than two answers on a side → `too_few_answers`; all answers equal → `no_variation`.
 *
 * Source: Brunner & Munzel 2000, Biometrical Journal 42:17; Neubert & Brunner 2007, Computational Statistics & Data
 * Analysis 51:5192.
 *
 * @example
 * const x = fromValues([1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 1, 1]);
 * brunnerMunzel(x, fromValues([3, 3, 4, 3, 1, 2, 3, 1, 1, 5, 4])).pValue // 0.005786
 */
export function brunnerMunzel(
  from: Distribution,
  to: Distribution,
  level = 0.95,
  options: BrunnerMunzelOptions = {},
): BrunnerMunzel | CannotSay {
  const n = size(from);
  const m = size(to);
  if (n < 2 || m < 2) return cannotSay('too_few_answers', 'because one side has fewer than two answers');
  const at = placements(from, to);
  if (at.ties === n * m) return cannotSay('no_variation', 'because everybody gave the same answer');
  // Two groups are fully described by the column totals of their common table and one group's cells.
  const columns = at.rows.map((row) => row.from + row.to);
  const observed = studentised(
    at.rows.map((row) => row.from),
    columns,
    n,
    m,
  );
  const { p, se, statistic } = observed;
  const result = { probabilityToHigher: p, level, statistic };
  const method = options.method ?? 'auto';
  const tooMany = Math.min(n, m) > RELABEL_AT_MOST;
  if (method === 't' || tooMany || (method === 'auto' && !needsRelabelling(from, to))) {
    if (se === 0) return { ...result, ...apart(n, m) };
    const df = satterthwaite(observed.fromVariance, n - 1, observed.toVariance, m - 1);
    const half = criticalT(level, df) * se;
    const pValue = studentTTwoSided(statistic, df);
    return { ...result, interval: clip(p - half, p + half), df, pValue, method: 't', resampling: null };
  }
  // Sampled or enumerated, every relabelling keeps the column totals, so only the cells change.
  const { tail, quantile, ...resampling } = relabel(
    columns,
    n,
    (cells) => studentised(cells, columns, n, m).statistic,
    statistic,
    level,
    options,
  );
  // Quantiles of the relabelled statistic take the place of ±t; reversed, as an upper quantile bounds from below.
  const interval = se > 0 ? clip(p - quantile[1] * se, p - quantile[0] * se) : null;
  return { ...result, interval, df: null, pValue: tail, method: 'permutation', resampling };
}

/** Where the t version is too ready to see a difference: few answers, or nearly all of a side alike. */
function needsRelabelling(from: Distribution, to: Distribution): boolean {
  const smaller = Math.min(size(from), size(to));
  const alike = [from, to].some((side) => size(side) - mode(side) < OFF_MODE_FROM);
  return smaller < T_FROM || (alike && smaller <= RELABEL_UP_TO);
}

/** Answers that have the most common value. */
function mode(side: Distribution): number {
  return side.reduce((most, { n }) => Math.max(most, n), 0);
}

/** Groups that do not overlap: of all C(n+m, n) relabellings only this one and its mirror are as far apart. */
function apart(n: number, m: number) {
  const logWays = logGamma(n + m + 1) - logGamma(n + 1) - logGamma(m + 1);
  return {
    interval: null,
    df: null,
    pValue: Math.min(1, 2 * Math.exp(-logWays)),
    method: 'permutation' as const,
    resampling: { algorithm: 'exact enumeration' as const, seed: null, resamples: 2 },
  };
}

/** The statistic for one way of dividing the column totals: `cells` go to `from`, the rest to `to`. */
function studentised(cells: readonly number[], columns: readonly number[], n: number, m: number) {
  // p = P(from < to) + ½ P(=); u = share of `to` below (ties half) seen from one `from` answer, v the reverse.
  let fromBelow = 0;
  let toBelow = 0;
  let sumU = 0;
  let sumUU = 0;
  let sumV = 0;
  let sumVV = 0;
  for (let i = 0; i < cells.length; i++) {
    const x = cells[i] as number;
    const y = (columns[i] as number) - x;
    const u = toBelow + y / 2;
    const v = fromBelow + x / 2;
    sumU += x * u;
    sumUU += x * u * u;
    sumV += y * v;
    sumVV += y * v * v;
    fromBelow += x;
    toBelow += y;
  }
  const p = sumV / (n * m);
  const fromVariance = Math.max(0, sumUU - (sumU * sumU) / n) / ((n - 1) * n * m * m);
  const toVariance = Math.max(0, sumVV - (sumV * sumV) / m) / ((m - 1) * m * n * n);
  const total = fromVariance + toVariance;
  // Only groups that do not overlap have no variance; rounding must not invent one for them.
  const se = p === 0 || p === 1 ? 0 : Math.sqrt(total);
  const distance = p - 0.5;
  const statistic = se > 0 ? distance / se : distance === 0 ? 0 : Math.sign(distance) * Number.POSITIVE_INFINITY;
  return { p, se, statistic, fromVariance, toVariance };
}

/** A probability's interval stays between 0 and 1. */
function clip(lower: number, upper: number): Interval {
  return [Math.max(0, lower), Math.min(1, upper)];
}
