import { ApiProblem, type FieldProblem } from '../api.ts';

/** Labels of the fields that a form shows, by the name that the API has for them. */
export type FieldLabels = ReadonlyMap<string, string>;

/** `body.moments.until` is called moments.until where it is typed. */
const nameOf = (field: string) => field.replace(/^(?:body|query|header)\.?/, '');

/** The shown field that a problem belongs to: itself, or the list or group that it is a part of. */
function placeOf(field: string, labels: FieldLabels): { readonly name: string; readonly part: string } | undefined {
  const name = nameOf(field);
  const at = [...labels.keys()]
    .filter((shown) => name === shown || name.startsWith(`${shown}.`))
    .sort((a, b) => b.length - a.length)[0];
  return at === undefined ? undefined : { name: at, part: name.slice(at.length + 1) };
}

/** What has to be said at each shown field. */
export function problemsAtFields(error: unknown, labels: FieldLabels): Record<string, string[]> {
  const said: Record<string, string[]> = {};
  for (const { field, message } of fieldsOf(error)) {
    const place = placeOf(field, labels);
    if (!place) continue;
    const { name, part } = place;
    said[name] = [...(said[name] ?? []), sentence(part === '' ? message : `${wordsOf(part)}: ${message}`)];
  }
  return said;
}

/** What is left to say of a problem away from the fields: its sentence, unless a field says it, and fields that none shows. */
export function problemsElsewhere(
  error: unknown,
  labels: FieldLabels,
): { readonly sentence: string | null; readonly fields: readonly FieldProblem[] } {
  const text = error instanceof Error ? error.message : 'Something went wrong.';
  const fields = fieldsOf(error);
  const noSuch = fields.find(({ field }) => field.startsWith('path.'));
  if (noSuch) return { sentence: `There is no such ${thingOf(noSuch.field)}.`, fields: [] };
  // The sentence of a wrong request repeats its first field.
  const isRepeated = fields.some(({ field, message }) => text === message || text === `${field}: ${message}`);
  const left = fields
    .filter(({ field }) => !placeOf(field, labels))
    .map(({ field, message }) => ({ field: wordsOf(nameOf(field)), message }));
  return { sentence: isRepeated ? null : text, fields: left };
}

const fieldsOf = (error: unknown) => (error instanceof ApiProblem ? error.fields : []);

/** `repeatDays` is “repeat days”, `origins.2` the third of the origins; a name of the API is no word for anybody. */
function wordsOf(name: string): string {
  return name
    .split('.')
    .map((part) =>
      /^\d+$/.test(part) ? `no. ${Number(part) + 1}` : part.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase(),
    )
    .join(', ');
}

/** `path.contactId` names a contact. */
const thingOf = (field: string) => wordsOf(field.replace(/^path\./, '').replace(/Id$/, ''));

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
