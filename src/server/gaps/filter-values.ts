import { AUDIENCES } from '../../core/perspective.ts';
import { MOST_VALUES, releasableFilters } from '../../core/small-groups.ts';
import type { Tx } from '../db/connect.ts';
import { type AttributeValue, atomDimension } from '../responses/answer-counts.ts';
import { postgresAnswerCounts } from '../responses/postgres-answer-counts.ts';
import { workspaceSettings } from '../workspaces/settings.ts';
import { PROTECTED } from './report-parts.ts';
import type { FilterValues } from './schema.ts';

/**
 * What the report can be filtered by. Of leaders and staff only what may be shown for at least one item is offered:
 * a list of values, too, can tell who is there.
 */
export async function filterValues(workspaceId: string, tx: Tx): Promise<FilterValues> {
  const counts = postgresAnswerCounts(tx);
  const { anonymityThreshold } = await workspaceSettings(workspaceId, tx);
  const customers = await counts.counts(workspaceId, { audiences: ['customer'], groupBy: ['channel', 'month'] });
  const attributes = await counts.attributes(workspaceId);
  const offered = new Map<string, Map<(typeof PROTECTED)[number], Set<string>>>();
  for (const { audience, atoms } of await counts.atoms(workspaceId, { audiences: PROTECTED })) {
    if (audience === 'customer') continue;
    for (const [dimension, values] of releasableFilters(atoms, anonymityThreshold).offered) {
      const byAudience = offered.get(dimension) ?? new Map<(typeof PROTECTED)[number], Set<string>>();
      const known = byAudience.get(audience) ?? new Set<string>();
      for (const value of values) known.add(value);
      offered.set(dimension, byAudience.set(audience, known));
    }
  }
  const offeredValues = (dimension: string) => [...(offered.get(dimension)?.values() ?? [])].flatMap((set) => [...set]);
  const sorted = (values: readonly (string | null | undefined)[]) =>
    [...new Set(values.filter((value) => typeof value === 'string' && value !== ''))].sort() as string[];
  return {
    channels: sorted([...customers.map((cell) => cell.groups[0]), ...offeredValues('channel')]),
    months: sorted([...customers.map((cell) => cell.groups[1]), ...offeredValues('month')]),
    attributes: [...new Set(attributes.map((one) => one.name))].sort().map((name) => {
      const own = attributes.filter((one) => one.name === name);
      const ofCustomers = own.filter((one) => one.audience === 'customer');
      const most = [...ofCustomers].sort((a, b) => b.n - a.n || (a.value < b.value ? -1 : 1)).slice(0, MOST_VALUES);
      return {
        name,
        audiences: AUDIENCES.filter((audience) => own.some((one) => one.audience === audience)),
        values: together(most, offeredValues(atomDimension({ attribute: name })), anonymityThreshold),
        truncated: ofCustomers.length > most.length,
      };
    }),
  };
}

/** Customers' values with how many responses each has, where that is not too few to say, and the others without. */
function together(customers: readonly AttributeValue[], others: readonly string[], threshold: number) {
  const n = new Map(customers.map((one) => [one.value, one.n]));
  return [...new Set([...n.keys(), ...others])].sort().map((value) => {
    const known = n.get(value);
    return known !== undefined && known >= threshold ? { value, n: known } : { value };
  });
}
