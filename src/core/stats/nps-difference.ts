import type { Interval } from '../cannot-say.ts';
import { normalTwoSided } from './normal.ts';
import { type AdjustedWald, adjustedWaldNps, type Nps } from './nps.ts';
import { squareAndAdd } from './square-and-add.ts';

export interface NpsDifference {
  /** NPS(from) - NPS(to), -2 to 2; times 100 for points. */
  readonly estimate: number;
  readonly interval: Interval;
  readonly level: number;
  /** Two-sided, adjusted Wald; may differ from the interval's verdict close to the edge. */
  readonly pValue: number;
}

/**
 * By how much do two independent NPS differ: two audiences, two periods, two segments?
 *
 * Variant: square and add (MOVER) of the two Tango intervals; p-value by adjusted Wald. Both sides must have been
 * computed at the same level. Weighted sides enter with their effective counts; a census side adds no width.
 *
 * Source: Zou & Donner 2008, Statistics in Medicine 27:1693; Rocks 2016, The American Statistician 70:365.
 *
 * @example
 * npsDifference(nps(fromValues([10, 9, 9, 8, 10])), nps(fromValues([6, 7, 10, 5, 8, 3]))).estimate // 1.133333
 */
export function npsDifference(from: Nps, to: Nps): NpsDifference {
  const [lower, upper] = squareAndAdd(from.estimate, from.interval, to.estimate, to.interval);
  const a = adjusted(from);
  const b = adjusted(to);
  const se = Math.hypot(a.se, b.se);
  return {
    estimate: from.estimate - to.estimate,
    interval: [Math.max(-2, lower), Math.min(2, upper)],
    level: from.level,
    pValue: se === 0 ? (a.estimate === b.estimate ? 1 : 0) : normalTwoSided((a.estimate - b.estimate) / se),
  };
}

function adjusted(side: Nps): Pick<AdjustedWald, 'estimate' | 'se'> {
  const m = side.effectiveN;
  if (m === Number.POSITIVE_INFINITY) return { estimate: side.estimate, se: 0 };
  return adjustedWaldNps(side.promoters * m, side.passives * m, side.detractors * m);
}
