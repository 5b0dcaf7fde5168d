import type { Atom } from './small-groups.ts';

/** One attribute, the month or the channel; a missing value is the value '' and is never offered. */
export interface Dimension {
  readonly name: string;
  /** Sorted. */
  readonly values: readonly string[];
  /** Code (index into `values`) of each point. */
  readonly codes: Uint16Array;
}

/** The atoms as points: one column per distinct combination of values and release, with its number of people. */
export class AtomTable {
  readonly dimensions: readonly Dimension[];
  /** Dimensions that are not looked at, and why. */
  readonly refused: ReadonlyMap<string, 'too_many_values' | 'too_many_dimensions'>;
  readonly n: Int32Array;
  /** Release of each point, counted from 0 without holes. */
  readonly release: Uint16Array;
  readonly releases: number;

  constructor(atoms: readonly Atom[], limits: { mostValues: number; mostDimensions: number }) {
    const names = [...new Set(atoms.flatMap((atom) => Object.keys(atom.key)))].sort();
    const refused = new Map<string, 'too_many_values' | 'too_many_dimensions'>();
    const used: string[] = [];
    for (const name of names) {
      const distinct = new Set(atoms.map((atom) => atom.key[name] ?? '').filter((value) => value !== ''));
      if (distinct.size > limits.mostValues) refused.set(name, 'too_many_values');
      else if (used.length === limits.mostDimensions) refused.set(name, 'too_many_dimensions');
      else used.push(name);
    }
    const releases = [...new Set(atoms.map((atom) => atom.release ?? 0))].sort((a, b) => a - b);
    const points = new Map<string, { values: string[]; release: number; n: number }>();
    for (const atom of atoms) {
      const values = used.map((name) => atom.key[name] ?? '');
      const release = releases.indexOf(atom.release ?? 0);
      const id = JSON.stringify([release, values]);
      const seen = points.get(id);
      if (seen) seen.n += atom.n;
      else points.set(id, { values, release, n: atom.n });
    }
    // Sorted, so that the answer does not depend on the order of the atoms.
    const sorted = [...points].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, point]) => point);
    this.refused = refused;
    this.n = Int32Array.from(sorted, (point) => point.n);
    this.release = Uint16Array.from(sorted, (point) => point.release);
    this.releases = releases.length;
    this.dimensions = used.map((name, d) => {
      const values = [...new Set(sorted.map((point) => point.values[d]!))].sort();
      const code = new Map(values.map((value, i) => [value, i]));
      return { name, values, codes: Uint16Array.from(sorted, (point) => code.get(point.values[d]!)!) };
    });
  }

  get width(): number {
    return this.n.length;
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
