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
  readonly z: readonly Int32Array[];
}

/** Group of each point. */
interface Grouping {
  readonly ids: Int32Array;
  readonly count: number;
}

/**
 * True when the aggregates determine some group of 1 to k − 1 people. Looked at are: people who are alike in all
 * aggregates, or in those of one or of two dimensions; the cells of one dimension in every stretch of releases; the
 * cells of two dimensions up to and since every release; and what is left when one of these, or an aggregate of an
 * earlier release, is taken away from another.
 *
 * @param nulls null vectors of the span of the aggregates
 * @param aggregates all that are let in, the new ones from index `before` on
 * @param release the release up to which people are published
 */
export function revealsSmallGroup(
  table: AtomTable,
  nulls: readonly Int32Array[],
  aggregates: readonly Aggregate[],
  before: number,
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
    watch.differenceExposes(aggregates, before)
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
    let ids = new Int32Array(this.table.width);
    let count = 1;
    for (const { row } of aggregates) {
      const names = new Map<number, number>();
      ids = ids.map((own, point) => {
        const name = own * 2 + row[point]!;
        const id = names.get(name) ?? names.size;
        names.set(name, id);
        return id;
      });
      count = names.size;
    }
    return { ids, count };
  }

  exposes(grouping: Grouping): boolean {
    const sums = this.sums(grouping, 0, this.release);
    return sums.n.some((n, group) => this.small(n) && determined(sums, group));
  }

  /** The groups in every stretch of releases up to the present one. */
  exposesOverTime(grouping: Grouping): boolean {
    for (let from = 0; from <= this.release; from += 1) {
      for (let to = from; to <= this.release; to += 1) {
        const sums = this.sums(grouping, from, to);
        if (sums.n.some((n, group) => this.small(n) && determined(sums, group))) return true;
      }
    }
    return false;
  }

  /** Up to every release, and since it: what somebody sees who compares two releases. */
  crossingExposesOverTime(a: Grouping, b: Grouping): boolean {
    for (let bound = 0; bound <= this.release; bound += 1) {
      if (this.crossingExposes(a, b, 0, bound)) return true;
      if (bound > 0 && this.crossingExposes(a, b, bound, this.release)) return true;
    }
    return false;
  }

  /** Whether a determined crossing of two groups, or what is left of them without it, is small. */
  crossingExposes(a: Grouping, b: Grouping, from: number, to: number): boolean {
    const crossing = this.sums(cross(a, b), from, to);
    const left = this.sums(a, from, to);
    const right = this.sums(b, from, to);
    const all = this.sums({ ids: new Int32Array(a.ids.length), count: 1 }, from, to);
    for (let i = 0; i < a.count; i += 1) {
      for (let j = 0; j < b.count; j += 1) {
        const inner = i * b.count + j;
        if (determined(crossing, inner) && this.leavesSmall(crossing, inner, left, i, right, j, all)) return true;
      }
    }
    return false;
  }

  /**
   * Whether a new aggregate and one of an earlier release leave a small group when one is taken from the other. Those
   * of one release are crossings of values, looked at already.
   */
  differenceExposes(aggregates: readonly Aggregate[], before: number): boolean {
    const all = this.sums(this.set(this.table.totalRow(this.release)), 0, this.release);
    const whole: Sums = { n: all.n.slice(1), z: all.z.map((z) => z.slice(1)) };
    return aggregates.slice(before).some((newer) =>
      aggregates.slice(0, before).some((older) => {
        if (older.release === newer.release) return false;
        const a = this.set(older.row);
        const b = this.set(newer.row);
        const crossing = this.sums(cross(a, b), 0, this.release);
        const left = this.sums(a, 0, this.release);
        const right = this.sums(b, 0, this.release);
        return determined(crossing, 3) && this.leavesSmall(crossing, 3, left, 1, right, 1, whole);
      }),
    );
  }

  private set(row: Uint8Array): Grouping {
    return { ids: Int32Array.from(row), count: 2 };
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
      this.small(both) ||
      (knowsOne && this.small(one - both)) ||
      (knowsOther && this.small(other - both)) ||
      (knowsOne && knowsOther && this.small(all.n[0]! - one - other + both) && determined(all, 0))
    );
  }

  private sums({ ids, count }: Grouping, from: number, to: number): Sums {
    const { n: people, release } = this.table;
    const n = new Int32Array(count);
    const z = this.nulls.map(() => new Int32Array(count));
    for (let point = 0; point < ids.length; point += 1) {
      const own = release[point]!;
      if (own < from || own > to) continue;
      const group = ids[point]!;
      n[group]! += people[point]!;
      for (let w = 0; w < z.length; w += 1) {
        const sums = z[w]!;
        sums[group] = (sums[group]! + this.nulls[w]![point]!) % PRIME;
      }
    }
    return { n, z };
  }
}

function cross(a: Grouping, b: Grouping): Grouping {
  return { ids: a.ids.map((id, point) => id * b.count + b.ids[point]!), count: a.count * b.count };
}

function determined(sums: Sums, group: number): boolean {
  return sums.z.every((z) => z[group] === 0);
}
