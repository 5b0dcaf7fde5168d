/** Attributes with their values; a missing value is left out. */
export type Label = Readonly<Record<string, string>>;

/** What a group of people has in common; nobody of it can be told from the others by its answers' attributes. */
export interface TicketGroup {
  readonly label: Label;
  /** A whole number, at least the threshold unless there is just one group. */
  readonly people: number;
}

/**
 * Which attributes anonymous answers may keep: people are put into groups of at least `k` who share what is kept of them.
 *
 * Whoever shares all attributes with enough others keeps them. The others lose the last one and are looked at again, with
 * those who have no value there, and so on, down to no attribute at all. Where fewer than `k` end there, the smallest group
 * loses its attributes and joins them, until they are enough: otherwise "kept without anything" would name them. A group of
 * people who lost the same attribute is a union of small cells, and is counted as a cell of its own.
 *
 * @param people the attributes of each person who is asked; others than those of `names` are not looked at
 * @param names the attributes in the order of their weight: the last one is lost first
 * @param k the anonymity threshold, a whole number from 2
 * @returns `of`: the group of each person, in the order of `people`, as a place in `groups`; `groups`: each at least `k`
 * people or just one, the one without attributes first where there is one, the others by their values
 * @throws RangeError for a threshold below 2 or not whole
 * @example
 * const [north, south] = [{ site: 'North' }, { site: 'South' }];
 * ticketGroups([north, north, south, south, south, {}, {}], ['site'], 2).groups.map(({ people }) => people) // [2, 2, 3]
 */
export function ticketGroups(
  people: readonly Label[],
  names: readonly string[],
  k: number,
): { readonly of: readonly number[]; readonly groups: readonly TicketGroup[] } {
  if (!Number.isInteger(k) || k < 2) throw new RangeError('the anonymity threshold is a whole number from 2');
  const keys: string[] = people.map(() => keyOf({}));
  let left = people.map((_, i) => i);
  for (let depth = names.length; depth > 0 && left.length > 0; depth -= 1) {
    const kept = names.slice(0, depth);
    for (const i of left) keys[i] = keyOf(only(people[i] ?? {}, kept));
    const sizes = sizesOf(keys);
    left = left.filter((i) => (sizes.get(keys[i] ?? '') ?? 0) < k);
  }
  for (const i of left) keys[i] = keyOf({});
  joinRest(keys, k);
  const rest = keyOf({});
  const sorted = [...sizesOf(keys)].sort(([a], [b]) => (a === rest || (b !== rest && a < b) ? -1 : 1));
  const place = new Map(sorted.map(([key], i) => [key, i]));
  return {
    of: keys.map((key) => place.get(key) ?? 0),
    groups: sorted.map(([key, size]) => ({ label: Object.fromEntries(JSON.parse(key)), people: size })),
  };
}

/** The smallest groups lose their attributes until nobody, or at least `k` people, have none. */
function joinRest(keys: string[], k: number): void {
  const rest = keyOf({});
  for (;;) {
    const sizes = sizesOf(keys);
    const without = sizes.get(rest) ?? 0;
    if (without === 0 || without >= k || sizes.size === 1) return;
    const [smallest] = [...sizes].filter(([key]) => key !== rest).sort(([a, n], [b, m]) => n - m || (a < b ? -1 : 1));
    for (const [i, key] of keys.entries()) if (key === smallest?.[0]) keys[i] = rest;
  }
}

/**
 * The group that somebody belongs to who is asked later, as a place in `groups`: the one that keeps most of what this person
 * is; undefined where none fits.
 */
export function groupForLater(
  person: Label,
  names: readonly string[],
  groups: readonly { readonly label: Label }[],
): number | undefined {
  const place = new Map(groups.map(({ label }, i) => [keyOf(label), i]));
  for (let depth = names.length; depth >= 0; depth -= 1) {
    const found = place.get(keyOf(only(person, names.slice(0, depth))));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Of these attributes those that have a value; own ones alone, so that a name such as "constructor" finds nothing. */
const only = (person: Label, names: readonly string[]): Label =>
  Object.fromEntries(
    names.flatMap((name) => (Object.hasOwn(person, name) && person[name] ? [[name, person[name]]] : [])),
  );

/** The same for labels that say the same. */
const keyOf = (label: Label): string => JSON.stringify(Object.entries(label).sort(([a], [b]) => (a < b ? -1 : 1)));

function sizesOf(keys: readonly string[]): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const key of keys) sizes.set(key, (sizes.get(key) ?? 0) + 1);
  return sizes;
}
