/**
 * Counts per value: the one sufficient statistic. Storage answers questions with distributions, statistics take
 * nothing else, and two distributions add up to the distribution of both groups together.
 */
export interface ValueCount {
  /** A point of the scale, or any decimal where values are averages of a unit. */
  readonly value: number;
  /** How many answers have this value. */
  readonly n: number;
  /** Sum of their weights (equals `n` when unweighted). */
  readonly w: number;
  /** Sum of their squared weights (equals `n` when unweighted). */
  readonly ww: number;
}

/** Sorted by value, each value once, no value with n = 0. */
export type Distribution = readonly ValueCount[];

/** How many respondents (or units) gave `x` under the first and `y` under the second perspective. */
export interface JointCount {
  readonly x: number;
  readonly y: number;
  readonly n: number;
  readonly w: number;
  readonly ww: number;
}

export const EMPTY: Distribution = [];

/** Sorts, merges equal values and drops what has no answers. */
export function distribution(counts: Iterable<ValueCount>): Distribution {
  const byValue = new Map<number, { value: number; n: number; w: number; ww: number }>();
  for (const { value, n, w, ww } of counts) {
    const seen = byValue.get(value);
    if (seen) {
      seen.n += n;
      seen.w += w;
      seen.ww += ww;
    } else byValue.set(value, { value, n, w, ww });
  }
  return [...byValue.values()].filter((count) => count.n > 0).sort((a, b) => a.value - b.value);
}

/** The distribution of single answers, each with a weight (1 where none is given). */
export function fromValues(values: readonly number[], weights?: readonly number[]): Distribution {
  return distribution(
    values.map((value, i) => {
      const w = weights?.[i] ?? 1;
      return { value, n: 1, w, ww: w * w };
    }),
  );
}

/** The distribution of several groups taken together. */
export function addDistributions(...parts: readonly Distribution[]): Distribution {
  return distribution(parts.flat());
}

/** Number of answers. */
export function size(counts: Distribution): number {
  return counts.reduce((sum, count) => sum + count.n, 0);
}

/** True when at least one answer has a weight other than 1. */
export function isWeighted(counts: Distribution): boolean {
  return counts.some((count) => count.w !== count.n || count.ww !== count.n);
}

/** The same answers without their weights, for rank tests, which are unweighted and say so. */
export function unweighted(counts: Distribution): Distribution {
  return counts.map(({ value, n }) => ({ value, n, w: n, ww: n }));
}
