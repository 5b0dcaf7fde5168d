import type { NewContact } from './schema.ts';

/**
 * Says of each row of a list which earlier one is of the same person, the way the list will be merged: by key, then by
 * address unless both rows have keys.
 */
export function earlierRows(): (person: NewContact, row: number) => number | undefined {
  const keys = new Map<string, number>();
  const addresses = new Map<string, { row: number; keyed: boolean }>();
  return ({ audience, key, email }, row) => {
    const byKey = key ? `${audience} ${key}` : undefined;
    const byAddress = email ? `${audience} ${email.toLowerCase()}` : undefined;
    const there = byAddress === undefined ? undefined : addresses.get(byAddress);
    const earlier =
      (byKey === undefined ? undefined : keys.get(byKey)) ?? (there && !(there.keyed && key) ? there.row : undefined);
    if (byKey !== undefined && !keys.has(byKey)) keys.set(byKey, row);
    if (byAddress !== undefined)
      addresses.set(byAddress, { row: there?.row ?? row, keyed: there?.keyed || key !== null });
    return earlier;
  };
}
