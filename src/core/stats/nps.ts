import { type CannotSay, type Interval, isCannotSay } from '../cannot-say.ts';
import { type Distribution, distribution } from '../distribution.ts';
import { summarise } from '../summary.ts';
import { effectiveCount } from './effective-count.ts';
import { criticalZ } from './normal.ts';
import { tangoInterval } from './tango-interval.ts';

export interface Nps {
  /** Promoters - detractors, -1 to 1; times 100 for points. */
  readonly estimate: number;
  /** Tango's score interval. */
  readonly interval: Interval;
  readonly level: number;
  /** Answers, without weights. */
  readonly n: number;
  /** Shares, 0 to 1. */
  readonly promoters: number;
  readonly passives: number;
  readonly detractors: number;
  /** Of one answer: p + d - (p - d)². */
  readonly variance: number;
  /** Standard error: sqrt(variance/n) for plain answers, linearised for weighted ones. */
  readonly se: number;
  /** Answers that the interval counts (n for plain answers; see `effectiveCount`). */
  readonly effectiveN: number;
}

/**
 * NPS: promoters (9–10) minus detractors (0–6) of a 0–10 answer.
 *
 * Variant: Tango's score interval, because promoters minus detractors of one multinomial is the same quantity as a paired
 * difference; it keeps its width for five promoters of five, where the Wald interval has none. Weighted NPS is the
 * weighted mean of +1, 0, -1. A census has no width. Show the mean of the 0–10 answer beside it: it is about twice as
 * precise.
 *
 * Too little: no answers → `no_answers`.
 *
 * Source: Reichheld 2003, Harvard Business Review 81(12); Tango 1998, Statistics in Medicine 17:891.
 *
 * @param counts answers on 0–10
 *
 * @example
 * nps(fromValues([10, 9, 9, 8, 7, 10, 3, 6, 9, 5])).estimate // 0.2
 */
export function nps(counts: Distribution, level = 0.95, population?: number): Nps | CannotSay {
  const signs = summarise(
    distribution(counts.map(({ value, n, w, ww }) => ({ value: npsClass(value), n, w, ww }))),
    population,
  );
  if (isCannotSay(signs)) return signs;
  const share = (sign: number) =>
    counts.reduce((sum, { value, w }) => sum + (npsClass(value) === sign ? w : 0), 0) / signs.sumOfWeights;
  const promoters = share(1);
  const detractors = share(-1);
  const estimate = promoters - detractors;
  const variance = Math.max(0, promoters + detractors - estimate * estimate);
  const m = effectiveCount(signs, population);
  const interval: Interval =
    m === Number.POSITIVE_INFINITY ? [estimate, estimate] : tangoInterval(promoters * m, detractors * m, m, level);
  const shares = { promoters, passives: share(0), detractors };
  return { estimate, interval, level, n: signs.n, ...shares, variance, se: Math.sqrt(variance / m), effectiveN: m };
}

/** +1 promoter, 0 passive, -1 detractor. */
export function npsClass(value: number): -1 | 0 | 1 {
  if (value >= 9) return 1;
  return value >= 7 ? 0 : -1;
}

export interface AdjustedWald {
  readonly estimate: number;
  readonly se: number;
  readonly interval: Interval;
}

/**
 * The simple alternative interval: three pseudo-answers (¾ promoter, 1½ passive, ¾ detractor), then Wald, clipped.
 *
 * Used for the p-value of a difference. Any n from 0 on gives an answer.
 *
 * Source: Rocks 2016, The American Statistician 70:365.
 *
 * @example
 * adjustedWaldNps(15, 13, 8, 0.9).interval // [-0.0238488, 0.3828232]
 */
export function adjustedWaldNps(promoters: number, passives: number, detractors: number, level = 0.95): AdjustedWald {
  const n = promoters + passives + detractors + 3;
  const p = (promoters + 0.75) / n;
  const d = (detractors + 0.75) / n;
  const estimate = p - d;
  const se = Math.sqrt((p + d - estimate * estimate) / n);
  const half = criticalZ(level) * se;
  return { estimate, se, interval: [Math.max(-1, estimate - half), Math.min(1, estimate + half)] };
}
