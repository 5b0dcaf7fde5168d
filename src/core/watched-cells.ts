import type { AtomTable } from './atom-table.ts';
import { PRIME } from './linear-span.ts';

/** One aggregate that was let in: the total (dimension −1), or one value of a dimension, as of a release. */
export interface Aggregate {
  readonly dimension: number;
  readonly release: number;
  readonly row: Uint8Array;
}

/** People per group, and the sums of the null vectors over it: a group whose sums are all 0 is determined. */
interface Sums {
  readonly n: Int32Array;
  /** Lowest and highest answer; equal where all gave the same one. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly z: readonly Int32Array[];
}

/** Group of each point. */
interface Grouping {
  readonly ids: Int32Array;
  readonly count: number;
}

/**
 * True when the aggregates determine some group of 1 to k − 1 people, or of up to 2k − 1 who all said the same. Looked at are: people who are alike in all
 * aggregates, or in those of one or of two dimensions; the cells of one and of two dimensions in every stretch of
 * releases; those of one dimension and an aggregate of an earlier release, up to every release; and what is left when
 * one of these is taken away from another.
 *
 * @param nulls null vectors of the span of the aggregates
 * @param aggregates all that are let in
 * @param release the release up to which people are published
 */
export function revealsSmallGroup(
  table: AtomTable,
  nulls: readonly Int32Array[],
  aggregates: readonly Aggregate[],
  release: number,
  k: number,
): boolean {
  const watch = new Watch(table, nulls, release, k);
  const alike = table.dimensions.map((_, d) =>
    watch.alike(aggregates.filter(({ dimension }) => dimension < 0 || dimension === d)),
  );
  const cells = table.dimensions.map(({ codes, values }) => ({ ids: Int32Array.from(codes), count: values.length }));
  return (
    watch.exposes(watch.alike(aggregates)) ||
    alike.some((grouping) => watch.exposes(grouping)) ||
    cells.some((grouping) => watch.exposesOverTime(grouping)) ||
    everyPair(alike, (a, b) => watch.crossingExposes(a, b, 0, release)) ||
    everyPair(cells, (a, b) => watch.crossingExposesOverTime(a, b)) ||
    watch.earlierExposes(
      aggregates.filter((aggregate) => aggregate.release < release),
      cells,
    )
  );
}

function everyPair<T>(list: readonly T[], test: (a: T, b: T) => boolean): boolean {
  return list.some((a, i) => list.slice(i + 1).some((b) => test(a, b)));
}

class Watch {
  private readonly table: AtomTable;
  private readonly nulls: readonly Int32Array[];
  private readonly release: number;
  private readonly k: number;

  constructor(table: AtomTable, nulls: readonly Int32Array[], release: number, k: number) {
    this.table = table;
    this.nulls = nulls;
    this.release = release;
    this.k = k;
  }

  /** Groups of people who are in exactly the same of these aggregates. */
  alike(aggregates: readonly Aggregate[]): Grouping {
    const ids = new Int32Array(this.table.width);
    let count = 1;
    for (const { row } of aggregates) {
      const names = new Int32Array(count * 2).fill(-1);
      count = 0;
      for (let point = 0; point < ids.length; point += 1) {
        const name = ids[point]! * 2 + row[point]!;
        if (names[name]! < 0) names[name] = count++;
        ids[point] = names[name]!;
      }
    }
    return { ids, count };
  }

  exposes(grouping: Grouping): boolean {
    const sums = this.sums(grouping, 0, this.release);
    return sums.n.some((_, group) => this.secret(sums, group) && determined(sums, group));
  }

  /** The groups in every stretch of releases up to the present one. */
  exposesOverTime(grouping: Grouping): boolean {
    for (let from = 0; from <= this.release; from += 1) {
      for (let to = from; to <= this.release; to += 1) {
        const sums = this.sums(grouping, from, to);
        if (sums.n.some((_, group) => this.secret(sums, group) && determined(sums, group))) return true;
      }
    }
    return false;
  }

  /** In every stretch of releases: what somebody sees who compares any two of them. */
  crossingExposesOverTime(a: Grouping, b: Grouping): boolean {
    for (let from = 0; from <= this.release; from += 1) {
      for (let to = from; to <= this.release; to += 1) if (this.crossingExposes(a, b, from, to)) return true;
    }
    return false;
  }

  /** Whether a determined crossing of two groups, or what is left of them without it, is small. */
  crossingExposes(a: Grouping, b: Grouping, from: number, to: number): boolean {
    const crossing = this.sums(cross(a, b), from, to);
    const left = this.sums(a, from, to);
    const right = this.sums(b, from, to);
    const all = this.sums(this.everybody(), from, to);
    for (let i = 0; i < a.count; i += 1) {
      for (let j = 0; j < b.count; j += 1) {
        const inner = i * b.count + j;
        if (determined(crossing, inner) && this.leavesSmall(crossing, inner, left, i, right, j, all)) return true;
      }
    }
    return false;
  }

  /** Whether an aggregate of an earlier release, crossed with a cell as of that or a later one, leaves a small group. */
  earlierExposes(earlier: readonly Aggregate[], groupings: readonly Grouping[]): boolean {
    const bounds = Array.from({ length: this.release + 1 }, (_, bound) => bound);
    const everybody = bounds.map((bound) => this.sums(this.everybody(), 0, bound).n[0]!);
    const members = earlier.map(({ row }) => Int32Array.from(row.keys()).filter((point) => row[point] === 1));
    const sizes = earlier.map(({ row }) => this.table.people(row));
    return groupings.some((grouping) => {
      const cells = bounds.map((bound) => this.sums(grouping, 0, bound));
      const known = cells.map((cell) => determinedGroups(cell));
      return earlier.some((aggregate, i) => {
        const crossing = this.sums(grouping, 0, this.release, members[i]);
        return determinedGroups(crossing).some((group) => {
          const both = crossing.n[group]!;
          if (this.secret(crossing, group) || this.small(sizes[i]! - both)) return true;
          return bounds.slice(aggregate.release).some((bound) => {
            if (!known[bound]!.includes(group)) return false;
            const cell = cells[bound]!.n[group]!;
            return this.small(cell - both) || this.small(everybody[bound]! - sizes[i]! - cell + both);
          });
        });
      });
    });
  }

  private everybody(): Grouping {
    return { ids: new Int32Array(this.table.width), count: 1 };
  }

  /** Fewer people than the threshold, or fewer than twice that who all said the same. */
  private secret(sums: Sums, group: number): boolean {
    const n = sums.n[group]!;
    return this.small(n) || (n > 0 && n < 2 * this.k && sums.low[group] === sums.high[group]);
  }

  private small(n: number): boolean {
    return n > 0 && n < this.k;
  }

  /** The four parts into which two groups cut everybody: is one of them small and determined? */
  private leavesSmall(
    crossing: Sums,
    inner: number,
    left: Sums,
    i: number,
    right: Sums,
    j: number,
    all: Sums,
  ): boolean {
    const both = crossing.n[inner]!;
    const one = left.n[i]!;
    const other = right.n[j]!;
    const knowsOne = determined(left, i);
    const knowsOther = determined(right, j);
    return (
      this.secret(crossing, inner) ||
      (knowsOne && this.small(one - both)) ||
      (knowsOther && this.small(other - both)) ||
      (knowsOne && knowsOther && this.small(all.n[0]! - one - other + both) && determined(all, 0))
    );
  }

  /** Sums per group over the points published in a stretch of releases, or over some of them. */
  private sums({ ids, count }: Grouping, from: number, to: number, members?: Int32Array): Sums {
    const { n: people, release, value } = this.table;
    const n = new Int32Array(count);
    const low = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
    const high = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
    const z = this.nulls.map(() => new Int32Array(count));
    const length = members?.length ?? ids.length;
    for (let i = 0; i < length; i += 1) {
      const point = members ? members[i]! : i;
      const own = release[point]!;
      if (own < from || own > to) continue;
      const group = ids[point]!;
      n[group]! += people[point]!;
      // An answer that is not known is NaN, which stays NaN and equals nothing.
      low[group] = Math.min(low[group]!, value[point]!);
      high[group] = Math.max(high[group]!, value[point]!);
      for (let w = 0; w < z.length; w += 1) {
        const sums = z[w]!;
        sums[group] = (sums[group]! + this.nulls[w]![point]!) % PRIME;
      }
    }
    return { n, low, high, z };
  }
}

function cross(a: Grouping, b: Grouping): Grouping {
  return { ids: a.ids.map((id, point) => id * b.count + b.ids[point]!), count: a.count * b.count };
}

function determined(sums: Sums, group: number): boolean {
  for (const z of sums.z) if (z[group] !== 0) return false;
  return true;
}

function determinedGroups(sums: Sums): number[] {
  const groups: number[] = [];
  for (let group = 0; group < sums.n.length; group += 1) if (determined(sums, group)) groups.push(group);
  return groups;
}
