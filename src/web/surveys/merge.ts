import type { SurveyDefinition } from '../../core/survey/definition.ts';

type Json = unknown;
type Fields = Readonly<Record<string, Json>>;

/** Two values that JSON writes the same; the order of fields does not count. */
export function same(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, i) => same(one, b[i]));
  if (!isFields(a) || !isFields(b)) return false;
  const keys = Object.keys(a).filter((key) => a[key] !== undefined);
  const others = Object.keys(b).filter((key) => b[key] !== undefined);
  return keys.length === others.length && keys.every((key) => same(a[key], b[key]));
}

const isFields = (value: Json): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * My changes since `base`, made again over theirs. What only one of us touched is as that one left it; where both touched
 * the same thing, mine holds. Nothing stands twice.
 */
export function mergeSurveys(
  base: SurveyDefinition,
  mine: SurveyDefinition,
  theirs: SurveyDefinition,
): SurveyDefinition {
  return eachQuestionOnce(merge(base, mine, theirs) as SurveyDefinition, mine);
}

/** A condition is one thought: half of mine and half of theirs would be nobody's. So is what answers keep, in its order. */
const WHOLE = new Set(['showIf', 'if', 'audiences', 'keptAttributes']);

function merge(base: Json, mine: Json, theirs: Json): Json {
  if (same(mine, base)) return theirs;
  if (same(theirs, base) || same(mine, theirs)) return mine;
  if (isFields(mine) && isFields(theirs) && isFields(base)) {
    const keys = new Set([...Object.keys(theirs), ...Object.keys(mine)]);
    const merged = [...keys].map((key): [string, Json] => [
      key,
      WHOLE.has(key) && !same(mine[key], base[key]) ? mine[key] : merge(base[key], mine[key], theirs[key]),
    ]);
    return Object.fromEntries(merged.filter(([, value]) => value !== undefined));
  }
  if (isKeyed(mine) && isKeyed(theirs) && isKeyed(base)) return mergeLists(base, mine, theirs);
  return mine;
}

type Keyed = readonly (string | { readonly id: string })[];
const keyOf = (one: Keyed[number]) => (typeof one === 'string' ? one : one.id);
const isKeyed = (value: Json): value is Keyed =>
  Array.isArray(value) &&
  value.every((one) => typeof one === 'string' || (isFields(one) && typeof one['id'] === 'string'));

function mergeLists(base: Keyed, mine: Keyed, theirs: Keyed): Json[] {
  const [was, my, their] = [base, mine, theirs].map((list) => new Map(list.map((one) => [keyOf(one), one])));
  if (!was || !my || !their) return [...mine];
  const stays = (key: string): boolean => {
    if (my.has(key) && their.has(key)) return true;
    if (!was.has(key)) return true;
    // One of us took it out: it goes, unless I changed what they took out.
    return my.has(key) && !same(my.get(key), was.get(key));
  };
  const reordered = !same(order(mine, was, their), order(base, my, their));
  const [first, second] = reordered ? [mine, theirs] : [theirs, mine];
  const keys = first.map(keyOf);
  second.forEach((one, i) => {
    const key = keyOf(one);
    if (keys.includes(key)) return;
    const before = second.slice(0, i).findLast((other) => keys.includes(keyOf(other)));
    keys.splice(before === undefined ? 0 : keys.indexOf(keyOf(before)) + 1, 0, key);
  });
  return keys
    .filter(stays)
    .map((key) => merge(was.get(key), my.get(key) ?? their.get(key), their.get(key) ?? my.get(key)));
}

/** The order of those that all three lists have. */
const order = (list: Keyed, ...others: ReadonlyMap<string, Json>[]): string[] =>
  list.map(keyOf).filter((key) => others.every((other) => other.has(key)));

/** When both moved one question to different pages, it stays where I put it. */
function eachQuestionOnce(survey: SurveyDefinition, mine: SurveyDefinition): SurveyDefinition {
  const ids = survey.pages.flatMap((page) => page.questions.map(({ id }) => id));
  if (new Set(ids).size === ids.length) return survey;
  const home = new Map(mine.pages.flatMap((page) => page.questions.map(({ id }) => [id, page.id] as const)));
  const seen = new Set<string>();
  const twice = new Set(ids.filter((id, i) => ids.indexOf(id) !== i));
  const pages = survey.pages.map((page) => ({
    ...page,
    questions: page.questions.filter(({ id }) => {
      if (twice.has(id) && home.has(id) && home.get(id) !== page.id) return false;
      if (seen.has(id)) return false;
      seen.add(id);
      return true;
    }),
  }));
  return { ...survey, pages };
}
