import { ONE_FILTER_ONLY, type ReleasableFilters, releasableFilters } from '../../core/small-groups.ts';
import { atomDimension, type CellAtoms } from '../responses/answer-counts.ts';
import { isLastOfMonth } from '../responses/months.ts';
import type { Condition } from './gap-filters.ts';

/**
 * Whether the filtered answers of leaders or staff to one item under one lens may be shown: true, or the sentence that
 * says why not. One condition at a time, and only values that core/small-groups.ts lets out for exactly the people who
 * answered this item.
 */
export function mayShow(
  cell: CellAtoms | undefined,
  conditions: readonly Condition[],
  threshold: number,
): true | string {
  const binding = conditions.filter((condition) => !coversEverybody(cell, condition));
  const [condition] = binding;
  // Nobody answered, or everybody is meant: the report's own threshold decides.
  if (!cell || !condition) return true;
  if (binding.length > 1) return ONE_FILTER_ONLY;
  const filters = releasableFilters(cell.atoms, threshold);
  if (condition.by !== 'period') {
    const dimension = atomDimension(condition.by === 'channel' ? 'channel' : { attribute: condition.name });
    return allAllowed(filters, dimension, condition.values);
  }
  const { since, until } = condition;
  if ((since && !since.endsWith('-01')) || (until && !isLastOfMonth(until))) return WHOLE_MONTHS_ONLY;
  const months = [...new Set(cell.atoms.map((atom) => atom.key.month ?? ''))];
  return allAllowed(
    filters,
    'month',
    months.filter((month) => month !== '' && inPeriod(month, since, until)),
  );
}

const WHOLE_MONTHS_ONLY =
  'Answers of leaders and staff can be filtered by whole months only, so that nobody can be recognised.';

function allAllowed(filters: ReleasableFilters, dimension: string, values: readonly string[]): true | string {
  for (const value of values) {
    const allowed = filters.allows(dimension, value);
    if (allowed !== true) return allowed;
  }
  return true;
}

/** True where a condition leaves nobody out, so that it tells nothing that the whole audience does not. */
function coversEverybody(cell: CellAtoms | undefined, condition: Condition): boolean {
  return (cell?.atoms ?? []).every(({ key }) => {
    if (condition.by === 'channel') return condition.values.includes(key.channel ?? '');
    if (condition.by === 'attribute') {
      return condition.values.includes(key[atomDimension({ attribute: condition.name })] ?? '');
    }
    return key.month !== '' && inPeriod(key.month ?? '', condition.since, condition.until);
  });
}

/** Whether the whole month lies in the period. */
function inPeriod(month: string, since: string | undefined, until: string | undefined): boolean {
  return (
    (!since || since <= `${month}-01`) &&
    (!until || until.slice(0, 7) > month || (until.slice(0, 7) === month && isLastOfMonth(until)))
  );
}
