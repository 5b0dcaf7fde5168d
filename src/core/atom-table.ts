import type { Atom } from './small-groups.ts';

/** One attribute, the month or the channel; a missing value is the value '' and is never offered. */
export interface Dimension {
  readonly name: string;
  /** Sorted. */
  readonly values: readonly string[];
  /** Code (index into `values`) of each point. */
  readonly codes: Uint16Array;
}

export type Refusal = 'too_many_values' | 'too_many_dimensions';

export interface Limits {
  readonly mostValues: number;
  readonly mostDimensions: number;
}

/** The atoms as points: one column per distinct combination of values, answer and release, with its number of people. */
export class AtomTable {
  readonly dimensions: readonly Dimension[];
  /** Dimensions that are not shown at the last release, and why. */
  readonly refused: ReadonlyMap<string, Refusal>;
  readonly n: Int32Array;
  /** What the people of a point answered; NaN where that is not known. */
  readonly value: Float64Array;
  /** Release of each point, counted from 0 without holes. */
  readonly release: Uint16Array;
  /** The numbers of the releases, rising. */
  readonly releases: readonly number[];
  private readonly refusedAt: readonly ReadonlyMap<string, Refusal>[];

  constructor(atoms: readonly Atom[], limits: Limits) {
    const releases = [...new Set(atoms.map((atom) => atom.release ?? 0))].sort((a, b) => a - b);
    const names = [...new Set(atoms.flatMap((atom) => Object.keys(atom.key)))].sort();
    // What was shown at an earlier release counts for ever, also when the dimension has grown too large since.
    const refusedAt = releases.map((last) => refusals(atoms, names, last, limits));
    const used = names.filter((name) => refusedAt.some((refused) => !refused.has(name)));
    const points = new Map<string, { values: string[]; release: number; n: number; value: number }>();
    for (const atom of atoms) {
      const values = used.map((name) => atom.key[name] ?? '');
      const release = releases.indexOf(atom.release ?? 0);
      const { value = Number.NaN } = atom;
      const id = JSON.stringify([release, values, value]);
      const seen = points.get(id);
      if (seen) seen.n += atom.n;
      else points.set(id, { values, release, n: atom.n, value });
    }
    // Sorted, so that the answer does not depend on the order of the atoms.
    const sorted = [...points].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, point]) => point);
    this.refusedAt = refusedAt;
    this.refused = refusedAt.at(-1) ?? new Map();
    this.n = Int32Array.from(sorted, (point) => point.n);
    this.value = Float64Array.from(sorted, (point) => point.value);
    this.release = Uint16Array.from(sorted, (point) => point.release);
    this.releases = releases;
    this.dimensions = used.map((name, d) => {
      const values = [...new Set(sorted.map((point) => point.values[d]!))].sort();
      const code = new Map(values.map((value, i) => [value, i]));
      return { name, values, codes: Uint16Array.from(sorted, (point) => code.get(point.values[d]!)!) };
    });
  }

  get width(): number {
    return this.n.length;
  }

  /** The dimensions that could be shown at a release. */
  dimensionsAt(release: number): readonly Dimension[] {
    return this.dimensions.filter(({ name }) => !this.refusedAt[release]?.has(name));
  }

  /** Everybody published up to a release. */
  totalRow(release: number): Uint8Array {
    return Uint8Array.from(this.release, (own) => (own <= release ? 1 : 0));
  }

  /** Everybody with one value of a dimension, published up to a release. */
  valueRow(dimension: Dimension, code: number, release: number): Uint8Array {
    return Uint8Array.from(dimension.codes, (own, i) => (own === code && this.release[i]! <= release ? 1 : 0));
  }

  /** People per value of a dimension, published up to a release. */
  sizes(dimension: Dimension, release: number): number[] {
    const sizes = new Array<number>(dimension.values.length).fill(0);
    dimension.codes.forEach((code, i) => {
      if (this.release[i]! <= release) sizes[code]! += this.n[i]!;
    });
    return sizes;
  }

  people(row: Uint8Array): number {
    let sum = 0;
    for (let i = 0; i < row.length; i += 1) if (row[i] === 1) sum += this.n[i]!;
    return sum;
  }
}

/** The dimensions that cannot be shown of what was published up to a release. */
function refusals(
  atoms: readonly Atom[],
  names: readonly string[],
  last: number,
  limits: Limits,
): Map<string, Refusal> {
  const refused = new Map<string, Refusal>();
  const published = atoms.filter((atom) => (atom.release ?? 0) <= last);
  let used = 0;
  for (const name of names) {
    const distinct = new Set(published.map((atom) => atom.key[name] ?? '').filter((value) => value !== ''));
    if (distinct.size > limits.mostValues) refused.set(name, 'too_many_values');
    else if (distinct.size > 0 && used === limits.mostDimensions) refused.set(name, 'too_many_dimensions');
    else if (distinct.size > 0) used += 1;
  }
  return refused;
}
