import { criticalT } from './student-t.ts';

/** One row of a published table of paired gaps. */
export interface PublishedGapRow {
  readonly name: string;
  readonly gap: number;
  readonly low: number;
  readonly high: number;
  readonly t: number;
}

export interface ConsistencyResult {
  readonly name: string;
  /** The t that the printed gap and its interval imply. */
  readonly impliedT: number;
  /** |t - implied| / |t|. */
  readonly disagreement: number;
  readonly flagged: boolean;
}

/**
 * Does a published table agree with itself? Recomputes t from each gap and its interval.
 *
 * Rounded means and limits explain about ten percent; more than `allowed` is a misprint or a different method, and the
 * row has to be looked up before it becomes a benchmark. A row whose interval has no width is always flagged.
 *
 * Source: arithmetic of the paired t interval, n - 1 degrees of freedom.
 *
 * @param n respondents behind the table, 2 or more
 *
 * @example
 * checkPublishedGaps([{ name: 'Assurance', gap: -0.18, low: -0.23, high: -0.13, t: -4.87 }], 386)[0].flagged // true
 */
export function checkPublishedGaps(
  rows: readonly PublishedGapRow[],
  n: number,
  level = 0.95,
  allowed = 0.15,
): ConsistencyResult[] {
  return rows.map(({ name, gap, low, high, t }) => {
    const se = (high - low) / 2 / criticalT(level, n - 1);
    const impliedT = gap / se;
    const disagreement = Math.abs(t - impliedT) / Math.abs(t);
    return { name, impliedT, disagreement, flagged: !(disagreement <= allowed) };
  });
}
