import { listed, PEOPLE } from './gap-words.ts';
import { AUDIENCES, type Audience } from './perspective.ts';

/** One `attribute=value`. The same attribute twice means either value; different attributes all have to hold. */
export interface Condition {
  readonly attribute: string;
  readonly value: string;
}

/** A row as the filter sees it: the values of the attributes that are asked about, in their order. */
export interface Filterable {
  readonly audience: Audience;
  readonly attributes: readonly string[];
}

/**
 * Which rows a filter leaves. It applies to audiences that carry the attribute (any row of theirs has a value); an
 * audience that does not, such as leaders in a file with the customers' channels, is taken whole, and a note says so.
 *
 * @param attributes the attributes asked about, in the order in which the rows list their values
 */
export function filterOf(
  rows: readonly Filterable[],
  attributes: readonly string[],
  conditions: readonly Condition[],
): { keep: (row: Filterable) => boolean; notes: string[] } {
  const wanted = attributes.map(
    (attribute) => new Set(conditions.filter((one) => one.attribute === attribute).map(({ value }) => value)),
  );
  const carries = attributes.map(() => new Set<Audience>());
  const there = new Set<Audience>();
  for (const { audience, attributes: values } of rows) {
    there.add(audience);
    for (const [i, value] of values.entries()) if (value !== '') carries[i]?.add(audience);
  }
  const keep = (row: Filterable) =>
    row.attributes.every((value, i) => !carries[i]?.has(row.audience) || (wanted[i]?.has(value) ?? true));
  const notes = attributes.flatMap((attribute, i) => {
    const whole = AUDIENCES.filter((audience) => there.has(audience) && !carries[i]?.has(audience));
    const values = [...(wanted[i] ?? [])].join(' or ');
    const said = [`Filtered to ${attribute} = ${values}.`];
    if (whole.length > 0) {
      said.push(
        `${capital(listed(whole.map((audience) => PEOPLE[audience])))} carry no ${attribute} and are taken whole.`,
      );
    }
    return said;
  });
  return { keep, notes };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
