import { AtomTable, type Dimension, type Limits, type Refusal } from './atom-table.ts';
import { LinearSpan } from './linear-span.ts';
import type { Atom } from './small-groups.ts';
import { type Aggregate, revealsSmallGroup } from './watched-cells.ts';

/** The most aggregates that are taken together; further ones are refused, so that the check stays quick. */
const MOST_AGGREGATES = 400;
/** The most releases whose history is followed; beyond it only the total is shown. */
export const MOST_RELEASES = 24;

export type FilterState = 'allowed' | 'nobody' | 'withheld' | Refusal;

/**
 * Replays, release by release, what could be seen of a protected audience, and so knows what may be seen now: an
 * aggregate is let in when nothing that was ever let in, taken together with it, determines a group of 1 to k − 1.
 */
export class ReleaseHistory {
  /** Whether the whole audience may be shown now. */
  readonly total: boolean;
  private readonly table: AtomTable;
  private readonly k: number;
  private readonly span: LinearSpan;
  /** Everything let in so far, at any release. */
  private readonly aggregates: Aggregate[] = [];
  /** By dimension and value: the last release, counted from 0, at which the value was let in. */
  private readonly lastLetIn = new Map<string, Map<string, number>>();

  constructor(atoms: readonly Atom[], k: number, limits: Limits) {
    this.k = k;
    this.table = new AtomTable(atoms, limits);
    this.span = new LinearSpan(this.table.width, MOST_AGGREGATES);
    let total = false;
    for (let release = 0; release < this.table.releases.length; release += 1) {
      total = this.letIn([{ dimension: -1, release, row: this.table.totalRow(release) }]);
      if (!total || this.table.releases.length > MOST_RELEASES) continue;
      for (const dimension of this.table.dimensionsAt(release)) {
        const last = this.lastLetIn.get(dimension.name) ?? new Map<string, number>();
        for (const code of this.letInValues(dimension, release)) last.set(dimension.values[code]!, release);
        this.lastLetIn.set(dimension.name, last);
      }
    }
    this.total = total;
  }

  /** The values that were let in now or at an earlier release, by dimension, sorted. */
  offered(): Map<string, string[]> {
    return new Map(
      this.table.dimensions
        .filter(({ name }) => !this.table.refused.has(name))
        .map(({ name }) => [name, [...(this.lastLetIn.get(name)?.keys() ?? [])].sort()]),
    );
  }

  /** What is to be said of a filter on one value of one dimension, about everybody who is published. */
  state(name: string, value: string): FilterState {
    const refused = this.table.refused.get(name);
    if (refused) return refused;
    const dimension = this.table.dimensions.find((candidate) => candidate.name === name);
    if (!dimension || (value !== '' && !dimension.values.includes(value))) return 'nobody';
    return this.lastLetIn.get(name)?.get(value) === this.table.releases.length - 1 ? 'allowed' : 'withheld';
  }

  /** The number of the release as of which a filter was last let in. */
  asOf(name: string, value: string): number | undefined {
    const last = this.table.refused.has(name) ? undefined : this.lastLetIn.get(name)?.get(value);
    return last === undefined ? undefined : this.table.releases[last];
  }

  /** The codes of a dimension that are let in at a release. */
  private letInValues(dimension: Dimension, release: number): Set<number> {
    const sizes = this.table.sizes(dimension, release);
    // Largest first; names break ties, so that the order never depends on that of the rows.
    const largestFirst = dimension.values
      .map((value, code) => ({ value, code, n: sizes[code]! }))
      .filter(({ value, n }) => value !== '' && n >= this.k)
      .sort((a, b) => b.n - a.n || (a.value < b.value ? -1 : 1));
    const everybody = sizes.reduce((sum, n) => sum + n, 0);
    let shown = largestFirst.reduce((sum, { n }) => sum + n, 0);
    const candidates = [...largestFirst];
    // What stays hidden follows from the total: it is nobody, or at least k people.
    while (candidates.length > 0 && everybody - shown > 0 && everybody - shown < this.k) shown -= candidates.pop()!.n;
    const d = this.table.dimensions.indexOf(dimension);
    const allowed = this.letInMost(
      candidates.map(({ code }) => ({ dimension: d, release, row: this.table.valueRow(dimension, code, release) })),
    );
    return new Set(candidates.filter((_, i) => allowed[i]).map(({ code }) => code));
  }

  /** Lets in all at once where that is safe, else one half and then the other, down to single aggregates. */
  private letInMost(aggregates: readonly Aggregate[]): boolean[] {
    if (this.letIn(aggregates)) return aggregates.map(() => true);
    if (aggregates.length === 1) return [false];
    const half = Math.ceil(aggregates.length / 2);
    return [...this.letInMost(aggregates.slice(0, half)), ...this.letInMost(aggregates.slice(half))];
  }

  /** Lets in all of them, or none. */
  private letIn(candidates: readonly Aggregate[]): boolean {
    const rank = this.span.rank;
    const before = this.aggregates.length;
    let fresh = false;
    let safe = true;
    for (const candidate of candidates) {
      const outcome = this.table.people(candidate.row) >= this.k ? this.span.add(candidate.row) : 'unknown';
      safe &&= outcome !== 'unknown';
      fresh ||= outcome === 'added';
      if (!safe) break;
      this.aggregates.push(candidate);
    }
    const release = candidates[0]?.release ?? 0;
    if (safe && fresh) {
      safe = !revealsSmallGroup(this.table, this.span.nullVectors(), this.aggregates, release, this.k);
    }
    if (!safe) {
      this.span.backTo(rank);
      this.aggregates.length = before;
    }
    return safe;
  }
}
