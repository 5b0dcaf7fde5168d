import { type Distribution, size } from '../distribution.ts';

/** One value of the joint scale with what lies below and above it in the other group. */
export interface PlacementRow {
  readonly value: number;
  /** Answers of this value in each group. */
  readonly from: number;
  readonly to: number;
  /** Share of `to` below this value minus share above: what one `from` answer here scores, -1 to 1. */
  readonly fromDominance: number;
  /** Share of `from` above this value minus share below: the same seen from one `to` answer here. */
  readonly toDominance: number;
}

export interface Placements {
  readonly rows: readonly PlacementRow[];
  /** Answers of `from` and of `to`. */
  readonly n: number;
  readonly m: number;
  /** Number of pairs (one of each group) with equal answers. */
  readonly ties: number;
  /** P(from > to) - P(from < to). */
  readonly delta: number;
}

/**
 * Where each answer of one group falls among those of the other: the common ground of Cliff's delta, Brunner-Munzel and
 * Mann-Whitney. From counts, in O(categories); weights are not used. Both groups must have answers.
 *
 * @example
 * placements(fromValues([1, 2, 3]), fromValues([2, 2])).delta // 0
 */
export function placements(from: Distribution, to: Distribution): Placements {
  const n = size(from);
  const m = size(to);
  const merged = merge(from, to);
  const rows: PlacementRow[] = [];
  let fromBelow = 0;
  let toBelow = 0;
  let ties = 0;
  // Counted in whole pairs, so that equal groups give exactly 0.
  let balance = 0;
  for (const [value, x, y] of merged) {
    // Pairs won minus pairs lost by one `from` answer of this value, then the same from the side of `to`.
    const toBalance = toBelow - (m - toBelow - y);
    const fromBalance = n - fromBelow - x - fromBelow;
    rows.push({ value, from: x, to: y, fromDominance: toBalance / m, toDominance: fromBalance / n });
    balance += x * toBalance;
    ties += x * y;
    fromBelow += x;
    toBelow += y;
  }
  return { rows, n, m, ties, delta: balance / (n * m) };
}

/** Both groups' counts per value, in order of value. */
function merge(from: Distribution, to: Distribution): [value: number, x: number, y: number][] {
  const merged: [number, number, number][] = [];
  // Both are sorted by value: one walk along the two of them.
  let i = 0;
  let j = 0;
  while (i < from.length || j < to.length) {
    const a = from[i];
    const b = to[j];
    const value = Math.min(a?.value ?? Number.POSITIVE_INFINITY, b?.value ?? Number.POSITIVE_INFINITY);
    const x = a?.value === value ? a.n : 0;
    const y = b?.value === value ? b.n : 0;
    if (a?.value === value) i++;
    if (b?.value === value) j++;
    merged.push([value, x, y]);
  }
  return merged;
}
