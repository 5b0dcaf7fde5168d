import type { Distribution } from './distribution.ts';
import { size } from './distribution.ts';
import { MOST_RELEASES, ReleaseHistory } from './release-history.ts';

/**
 * People who cannot be told apart by any filter: the same attribute values, month and channel, published in the same
 * release. For a report these are the people who answered ONE item under ONE lens; somebody who skipped the item is
 * not in it, or the difference of two numbers of answers would single out who did.
 */
export interface Atom {
  /** Dimension to value, for example `{ department: 'Terminal', month: '2026-03', channel: 'link' }`. */
  readonly key: Readonly<Record<string, string>>;
  /** People, a whole number from 1. */
  readonly n: number;
  /** What all of them answered, in points of the scale. Without it unanimity cannot be watched. */
  readonly value?: number;
  /** Number of the batch in which they were published, rising with time; one batch where nothing is said. */
  readonly release?: number;
}

/** Which single filters may be answered for a protected audience. The same for every role. */
export interface ReleasableFilters {
  /** Whether the whole audience may be shown. */
  readonly total: boolean;
  /**
   * Whether one dimension may be filtered to one value: true, or the sentence that says why not. A value that nobody
   * has is allowed and has no answers. Values of one dimension that are all allowed may be added up (months to a
   * period). Filters on two dimensions at once are never allowed.
   */
  allows(dimension: string, value: string): true | string;
  /**
   * Where a filter is not allowed any more because too few people joined the group since: the release up to which it
   * can still be shown, as it was then. The present release where it is allowed; undefined where it never was.
   */
  asOf(dimension: string, value: string): number | undefined;
  /** The values that may be offered, now or as of an earlier release, by dimension, sorted; never the missing one. */
  readonly offered: ReadonlyMap<string, readonly string[]>;
}

/** The most values a dimension may have before it is refused as an identifier in disguise. */
export const MOST_VALUES = 50;
/** The most dimensions that are looked at, in order of their names; further ones are refused. */
export const MOST_DIMENSIONS = 12;

/**
 * Decides which filters may be answered for a protected audience (leadership, staff, anonymous surveys), so that
 * nobody can see or compute a group of fewer than `k` people.
 *
 * The total is taken first, then the dimensions in the order of their names, each from its largest value to its
 * smallest. A cell is let in when it has at least `k` people and when, together with everything let in before (at
 * earlier releases too), exact elimination over the atoms determines no group of 1 to k − 1 people, and no group of
 * fewer than 2k who all gave the same answer. Nothing deeper than one dimension is let in.
 *
 * Source: Cox 1980, JASA 75:377; Willenborg & de Waal 2001, Elements of Statistical Disclosure Control. The
 * assumptions and limits are in docs/methods/anonymity.md.
 *
 * @param k the anonymity threshold, a whole number from 2 (5 or more in the product)
 * @throws RangeError for a threshold below 2 or not whole, and for an atom whose `n` is not a whole number from 0
 * @example
 * const filters = releasableFilters([{ key: { site: 'North' }, n: 9 }, { key: { site: 'South' }, n: 7 }, { key: { site: 'West' }, n: 2 }], 5);
 * filters.allows('site', 'North') // true
 * filters.allows('site', 'South') === true // false
 */
export function releasableFilters(atoms: Iterable<Atom>, k: number): ReleasableFilters {
  if (!Number.isInteger(k) || k < 2) throw new RangeError('the anonymity threshold is a whole number from 2');
  const people = [...atoms].filter((atom) => {
    if (!Number.isInteger(atom.n) || atom.n < 0) throw new RangeError('an atom has a whole number of people');
    return atom.n > 0;
  });
  if (new Set(people.map(({ release = 0 }) => release)).size > MOST_RELEASES) return onlyTotal(people, k);
  const history = new ReleaseHistory(people, k, { mostValues: MOST_VALUES, mostDimensions: MOST_DIMENSIONS });
  return {
    total: history.total,
    offered: history.offered(),
    asOf: (dimension, value) => history.asOf(dimension, value),
    allows(dimension, value) {
      if (!history.total) return belowThreshold(k);
      switch (history.state(dimension, value)) {
        case 'allowed':
        case 'nobody':
          return true;
        case 'too_many_values':
          return `${dimension} has too many distinct values to show safely.`;
        case 'too_many_dimensions':
          return `${dimension} cannot be shown safely beside so many other attributes.`;
        case 'withheld':
          return wouldTell(k);
      }
    },
  };
}

/**
 * After so many releases that their history is not followed any more, no value is shown. Thousands of batches, as of anonymous
 * customers, must not cost the time of following them.
 */
function onlyTotal(people: readonly Atom[], k: number): ReleasableFilters {
  const newest = people.reduce((last, { release = 0 }) => Math.max(last, release), 0);
  const total = totalAsOf(people, k) === newest;
  return {
    total,
    offered: new Map(),
    asOf: () => undefined,
    allows(dimension, value) {
      if (!total) return belowThreshold(k);
      // Somebody of whom nothing is known has the value '', which is never offered.
      const isThere = value === '' || people.some(({ key }) => key[dimension] === value);
      return isThere ? wouldTell(k) : true;
    },
  };
}

/**
 * The release up to which a whole protected audience may be shown: the last one at which at least `k` people had joined
 * since it was shown before, and not fewer than 2k who all gave the same answer. Undefined before the first such release.
 * People here are those who answered one item: of a batch of `k` people only some may have.
 *
 * @example
 * totalAsOf([{ key: {}, n: 9, release: 1 }, { key: {}, n: 3, release: 2 }], 5) // 1
 */
export function totalAsOf(atoms: Iterable<Atom>, k: number): number | undefined {
  const joined = new Map<number, Atom[]>();
  for (const atom of atoms) {
    const { release = 0 } = atom;
    const known = joined.get(release);
    if (known) known.push(atom);
    else joined.set(release, [atom]);
  }
  let shown: number | undefined;
  let since = 0;
  let values = new Set<number | undefined>();
  for (const [release, people] of [...joined].sort(([a], [b]) => a - b)) {
    for (const { n, value } of people) {
      since += n;
      values.add(value);
    }
    const alike = values.size === 1 && !values.has(undefined) && since < 2 * k;
    if (since < k || alike) continue;
    shown = release;
    since = 0;
    values = new Set();
  }
  return shown;
}

/** What the screen says where a whole protected audience is too small. */
export function belowThreshold(k: number): string {
  return `Shown from ${k} people on, so that nobody can be recognised.`;
}

/** What the screen says where a group is too small, or would tell of one: the same for both, so that it does not say which. */
export function wouldTell(k: number): string {
  return `This group is not shown: it has fewer than ${k} people, or would let a group of fewer than ${k} be worked out.`;
}

/** What the screen says where two filters at once are asked of a protected audience. */
export const ONE_FILTER_ONLY =
  'Answers of leaders, staff and anonymous customers can be filtered by one attribute, period or channel at a time, so that nobody can be recognised.';

/** Whether the answers that wait may be published, and how many are missing. */
export interface Batch {
  readonly due: boolean;
  /** Further people needed before the batch is published; 0 when it is due. */
  readonly missing: number;
}

/**
 * Answers of protected audiences are published in batches of at least `k` people, so that the numbers before and
 * after differ by at least that many.
 *
 * @param waiting people whose answers are not yet published
 * @example
 * batchDue(3, 5).missing // 2
 */
export function batchDue(waiting: number, k: number): Batch {
  return { due: waiting >= k, missing: Math.max(0, k - waiting) };
}

/**
 * The sentence for the screen while responses wait; undefined when nothing waits or the batch is due. It does not tell how
 * many wait: who watches that number rise while people are asked learns who has answered. `forAlike`: they keep attributes,
 * and wait for others that keep the same ones.
 */
export function batchSentence(
  audience: 'leadership' | 'staff' | 'customer',
  waiting: number,
  k: number,
  forAlike = false,
): string | undefined {
  const { due } = batchDue(waiting, k);
  if ((due && !forAlike) || waiting <= 0) return undefined;
  const who = { leadership: 'leaders', staff: 'staff', customer: 'customers' }[audience];
  return forAlike
    ? `Answers of ${who} wait: those that keep attributes are published once at least ${k} people wait with the same ones, or after a week with fewer attributes.`
    : `Answers of ${who} wait: they are shown as soon as at least ${k} people’s are there. How many wait is not told, so that nobody can be watched answering.`;
}

/**
 * True when the answers would reveal what every single person said: all of 1 to 2k − 1 people gave the same answer.
 *
 * @example
 * tooAlikeToShow(fromValues([5, 5, 5, 5, 5, 5]), 5) // true
 */
export function tooAlikeToShow(counts: Distribution, k: number): boolean {
  return counts.length === 1 && size(counts) < 2 * k;
}

/**
 * True when a share of `hits` in `n` reveals unanimity in a small group: nobody or everybody, of fewer than 2k people.
 * Such a share is hidden, with its interval.
 *
 * @example
 * shareRevealsUnanimity(8, 8, 5) // true
 */
export function shareRevealsUnanimity(hits: number, n: number, k: number): boolean {
  return n > 0 && n < 2 * k && (hits <= 0 || hits >= n);
}
