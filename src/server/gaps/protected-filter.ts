import { createHash } from 'node:crypto';
import { type Distribution, distribution } from '../../core/distribution.ts';
import {
  type Atom,
  belowThreshold,
  ONE_FILTER_ONLY,
  type ReleasableFilters,
  releasableFilters,
  totalAsOf,
  wouldTell,
} from '../../core/small-groups.ts';
import { atomDimension, type CellAtoms } from '../responses/answer-counts.ts';
import { isLastOfMonth } from '../responses/months.ts';
import type { Condition } from './gap-filters.ts';

/** The sentence that says why nothing is shown, or what may be: everything, or what was published up to a release. */
type Shown = string | { readonly upToRelease: number | undefined };
const EVERYTHING: Shown = { upToRelease: undefined };

/**
 * What may be shown of the answers of leaders, staff or anonymous customers to one item under one lens, of those that are
 * watched together. One condition at a time, and only values that core/small-groups.ts lets out for exactly the people who
 * answered this item. Where fewer people than the threshold joined since it was last shown, it stays as it was then.
 */
export function mayShow(cell: CellAtoms, conditions: readonly Condition[], threshold: number): Shown {
  const binding = conditions.filter((condition) => !cell.atoms.every(({ key }) => isMeant(key, condition)));
  const [condition] = binding;
  const newest = Math.max(...cell.atoms.map((atom) => atom.release ?? 0));
  const upTo = (release: number | undefined): Shown =>
    release === undefined || release === newest ? EVERYTHING : { upToRelease: release };
  if (!condition) {
    const release = totalAsOf(cell.atoms, threshold);
    if (release !== undefined) return upTo(release);
    return sizeOf(cell) < threshold ? belowThreshold(threshold) : wouldTell(threshold);
  }
  if (binding.length > 1) return ONE_FILTER_ONLY;
  const filters = filtersOf(cell, threshold);
  if (condition.by !== 'period') {
    const dimension = atomDimension(condition.by === 'channel' ? 'channel' : { attribute: condition.name });
    return allShown(filters, dimension, condition.values, upTo);
  }
  if (!isWholeMonths(condition)) return WHOLE_MONTHS_ONLY;
  const months = [...new Set(cell.atoms.map((atom) => atom.key.month ?? ''))];
  return allShown(
    filters,
    'month',
    months.filter((month) => isMeant({ month }, condition)),
    upTo,
  );
}

export const sizeOf = ({ atoms }: CellAtoms): number => atoms.reduce((sum, { n }) => sum + n, 0);

/** The answers of those whom the conditions mean, up to a release; periods in whole months. Anonymous customers have no weights. */
export function answersOf(
  { atoms }: CellAtoms,
  conditions: readonly Condition[],
  upToRelease = Number.POSITIVE_INFINITY,
): Distribution {
  const meant = atoms.filter(
    ({ key, release = 0 }) => release <= upToRelease && conditions.every((condition) => isMeant(key, condition)),
  );
  return distribution(meant.flatMap(({ n, value }) => (value === undefined ? [] : [{ value, n, w: n, ww: n }])));
}

export const isWholeMonths = ({ since, until }: { since?: string | undefined; until?: string | undefined }): boolean =>
  (!since || since.endsWith('-01')) && (!until || isLastOfMonth(until));

const MOST_REMEMBERED = 1000;
const remembered = new Map<string, ReleasableFilters>();

/** The same people asked about another filter, or by somebody else, need not be worked out again. Known by content. */
function filtersOf(cell: CellAtoms, threshold: number): ReleasableFilters {
  const key = createHash('sha256')
    .update(JSON.stringify([threshold, cell.atoms]))
    .digest('base64');
  const filters = remembered.get(key) ?? releasableFilters(cell.atoms, threshold);
  // Last used, last forgotten.
  remembered.delete(key);
  remembered.set(key, filters);
  const [oldest] = remembered.keys();
  if (remembered.size > MOST_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
  return filters;
}

const WHOLE_MONTHS_ONLY =
  'Answers of leaders, staff and anonymous customers can be filtered by whole months only, so that nobody can be recognised.';

/** All values now, or all of them as of the same earlier release. */
function allShown(
  filters: ReleasableFilters,
  dimension: string,
  values: readonly string[],
  upTo: (release: number | undefined) => Shown,
): Shown {
  const refusals = values.map((value) => filters.allows(dimension, value)).filter((allowed) => allowed !== true);
  const [refusal] = refusals;
  if (refusal === undefined) return EVERYTHING;
  const releases = new Set(values.map((value) => filters.asOf(dimension, value)));
  const [release] = releases;
  return releases.size === 1 && release !== undefined ? upTo(release) : refusal;
}

/** Whether people who are alike in this are meant by a condition; of a period, those of whole months. */
function isMeant(key: Atom['key'], condition: Condition): boolean {
  if (condition.by === 'channel') return condition.values.includes(key.channel ?? '');
  if (condition.by === 'attribute') {
    return condition.values.includes(key[atomDimension({ attribute: condition.name })] ?? '');
  }
  const { month = '' } = key;
  return month !== '' && inPeriod(month, condition.since, condition.until);
}

/** Whether the whole month lies in the period. */
function inPeriod(month: string, since: string | undefined, until: string | undefined): boolean {
  return (
    (!since || since <= `${month}-01`) &&
    (!until || until.slice(0, 7) > month || (until.slice(0, 7) === month && isLastOfMonth(until)))
  );
}
