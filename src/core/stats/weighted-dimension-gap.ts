import { type CannotSay, cannotSay } from '../cannot-say.ts';

/** The gap of one dimension (tangibles, reliability, …) and the points that respondents gave to its importance. */
export interface DimensionGap {
  /** Points of the scale, sign as in every gap. */
  readonly gap: number;
  /** Share of the points given out, any unit (100 points by custom); 0 or more. */
  readonly points: number;
}

/**
 * How large is the gap over all dimensions, when some matter more?
 *
 * Variant: mean of the gaps weighted by their points. Compute it within each person first, where persons gave points, and
 * take the mean and interval over persons (`pairedT` with the score against 0); the average points of everybody are
 * only for tables of others.
 *
 * Returns `not_estimable` when no points were given at all.
 *
 * Source: Parasuraman, Zeithaml & Berry 1991, Journal of Retailing 67:420.
 *
 * @example
 * weightedDimensionGap([{ gap: 0.5, points: 70 }, { gap: 0.1, points: 30 }]) // 0.38
 */
export function weightedDimensionGap(dimensions: readonly DimensionGap[]): number | CannotSay {
  const points = dimensions.reduce((sum, dimension) => sum + dimension.points, 0);
  if (!(points > 0)) return cannotSay('not_estimable', 'because no importance points were given');
  return dimensions.reduce((sum, dimension) => sum + dimension.gap * dimension.points, 0) / points;
}
