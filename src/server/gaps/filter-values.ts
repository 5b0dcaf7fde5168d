import { size } from '../../core/distribution.ts';
import { AUDIENCES } from '../../core/perspective.ts';
import { MOST_VALUES, releasableFilters } from '../../core/small-groups.ts';
import type { Tx } from '../db/connect.ts';
import { type AttributeValue, atomDimension, type CellAtoms, type CountCell } from '../responses/answer-counts.ts';
import { postgresAnswerCounts } from '../responses/postgres-answer-counts.ts';
import { workspaceSettings } from '../workspaces/settings.ts';
import type { FilterValues } from './schema.ts';

/**
 * What the report can be filtered by. Of leaders, staff and anonymous customers only what may be shown for at least one
 * item is offered: a list of values, too, can tell who is there.
 */
export async function filterValues(workspaceId: string, tx: Tx): Promise<FilterValues> {
  const counts = postgresAnswerCounts(tx);
  const { anonymityThreshold } = await workspaceSettings(workspaceId, tx);
  const customers = await counts.counts(workspaceId, { audiences: ['customer'], groupBy: ['channel', 'month'] });
  const attributes = await counts.attributes(workspaceId);
  const watched = await counts.atoms(workspaceId, { audiences: AUDIENCES });
  const named = namedOnly(customers, watched);
  const offered = new Map<string, Set<string>>();
  for (const { atoms } of watched) {
    for (const [dimension, values] of releasableFilters(atoms, anonymityThreshold).offered) {
      const known = offered.get(dimension) ?? new Set<string>();
      for (const value of values) known.add(value);
      offered.set(dimension, known);
    }
  }
  const offeredValues = (dimension: string) => [...(offered.get(dimension) ?? [])];
  const sorted = (values: readonly (string | null | undefined)[]) =>
    [...new Set(values.filter((value) => typeof value === 'string' && value !== ''))].sort() as string[];
  return {
    channels: sorted([...named.map((cell) => cell.groups[0]), ...offeredValues('channel')]),
    months: sorted([...named.map((cell) => cell.groups[1]), ...offeredValues('month')]),
    attributes: [...new Set(attributes.map((one) => one.name))].sort().map((name) => {
      const own = attributes.filter((one) => one.name === name);
      const ofCustomers = own.filter((one) => one.audience === 'customer' && !one.anonymous);
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

/** The channels and months in which there are customers who are not anonymous. */
function namedOnly(customers: readonly CountCell[], watched: readonly CellAtoms[]): CountCell[] {
  const nameOf = (itemId: string, lens: string, channel = '', month = '') =>
    JSON.stringify([itemId, lens, channel, month]);
  const anonymous = new Map<string, number>();
  for (const { itemId, audience, lens, atoms } of watched) {
    if (audience !== 'customer') continue;
    for (const { key, n } of atoms) {
      const name = nameOf(itemId, lens, key.channel, key.month);
      anonymous.set(name, (anonymous.get(name) ?? 0) + n);
    }
  }
  return customers.filter(({ itemId, lens, groups: [channel, month], counts }) => {
    const hidden = anonymous.get(nameOf(itemId, lens, channel ?? '', month ?? ''));
    return hidden === undefined || size(counts) > hidden;
  });
}

/** Customers' values with how many responses each has, where that is not too few to say, and the others without. */
function together(customers: readonly AttributeValue[], others: readonly string[], threshold: number) {
  const n = new Map(customers.map((one) => [one.value, one.n]));
  return [...new Set([...n.keys(), ...others])].sort().map((value) => {
    const known = n.get(value);
    return known !== undefined && known >= threshold ? { value, n: known } : { value };
  });
}
