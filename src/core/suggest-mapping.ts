import type { DetectedColumn, Role } from './detect-columns.ts';
import { itemKey } from './item-key.ts';
import type { Mapping, NewItem, WideItem } from './mapping.ts';
import { isAudience } from './perspective.ts';
import { beginning } from './storable-text.ts';

export interface Suggestion {
  readonly mapping: Mapping;
  /** What the person should check, one sentence each. */
  readonly warnings: string[];
}

/**
 * A first mapping from what detection found, to be looked at and changed: long when the columns say item and value,
 * else wide with every rating column as an item. `questions` are the texts of a second header row.
 */
export function suggestMapping(
  columns: readonly DetectedColumn[],
  questions: readonly string[] | null = null,
): Suggestion {
  const firstWith = (role: Role) => columns.find((column) => column.role === role);
  const item = firstWith('item');
  const value = firstWith('value');
  return item && value ? suggestLong(columns, item, value) : suggestWide(columns, questions);
}

function suggestLong(columns: readonly DetectedColumn[], item: DetectedColumn, value: DetectedColumn): Suggestion {
  const warnings: string[] = [];
  const shared = sharedParts(columns, warnings);
  const named = (role: Role) => {
    const found = columns.find((column) => column.role === role);
    return found ? { [role]: found.name } : {};
  };
  const audience = columns.find((column) => column.role === 'audience');
  if (!audience)
    warnings.push('No column says the audience; all rows are taken as customers. Change that if it is wrong.');
  const { attributes, dateFormat, ...names } = shared;
  const mapping: Mapping = {
    layout: 'long',
    columns: {
      ...names,
      ...named('audience'),
      ...named('lens'),
      ...named('scale'),
      item: item.name,
      value: value.name,
    },
    ...(audience ? {} : { audience: 'customer' as const }),
    attributes,
    ...(dateFormat ? { dateFormat } : {}),
    ...codeLists(value),
  };
  return { mapping, warnings };
}

function suggestWide(columns: readonly DetectedColumn[], questions: readonly string[] | null): Suggestion {
  const warnings: string[] = [];
  const { attributes, ...shared } = sharedParts(columns, warnings);
  const items: WideItem[] = [];
  const newItems: [string, NewItem][] = [];
  const taken = new Set<string>();
  columns.forEach((column, i) => {
    if (column.role !== 'rating' && column.role !== 'value') return;
    const key = freshKey(column.name, taken);
    items.push({
      columns: [column.name],
      item: key,
      ...(column.scale ? { scale: column.scale } : {}),
      ...codeLists(column),
    });
    const name = beginning(questions?.[i] || column.name, 200);
    newItems.push([key, { name, ...(column.scale ? { scale: column.scale } : {}) }]);
  });
  if (items.length === 0) warnings.push('No column looks like a rating. Name the rated columns under items.');
  const audienceColumn = columns.find(
    (column) => column.role === 'audience' && column.samples.some((text) => isAudience(text.toLowerCase())),
  );
  if (!audienceColumn)
    warnings.push('No column says the audience; all rows are taken as customers. Change that if it is wrong.');
  const mapping: Mapping = {
    layout: 'wide',
    audience: audienceColumn ? { column: audienceColumn.name } : { constant: 'customer' },
    ...shared,
    attributes,
    items,
    newItems: Object.fromEntries(newItems),
  };
  return { mapping, warnings };
}

function sharedParts(columns: readonly DetectedColumn[], warnings: string[]) {
  const best = (role: Role, prefer?: RegExp) => {
    const found = columns.filter((column) => column.role === role);
    return found.find((column) => prefer?.test(column.name)) ?? found[0];
  };
  const respondent = best('respondent', /^resp/i) ?? uniqueFirst(columns);
  const weight = best('weight');
  const at = best('at', /end|record|submit|complete|^at$|answer/i);
  const channel = best('channel');
  if (!respondent) {
    warnings.push(
      'No column holds an id of the respondent: importing the same file again updates it, any other file adds to it.',
    );
  }
  if (at && /check that|rejected/.test(at.reason)) warnings.push(`Column "${at.name}": ${at.reason}.`);
  const unread = columns.find(({ name, role }) => /^at$/i.test(name) && role !== 'at' && role !== 'empty');
  if (!at && unread) {
    warnings.push(`Column "${unread.name}" is not read as the day of the answer: too few of its values are days.`);
  }
  return {
    ...(respondent ? { respondent: respondent.name } : {}),
    ...(weight ? { weight: weight.name } : {}),
    ...(at ? { at: at.name } : {}),
    ...(at?.dateFormat ? { dateFormat: at.dateFormat } : {}),
    ...(channel ? { channel: channel.name } : {}),
    attributes: columns.filter((column) => column.role === 'attribute').map((column) => column.name),
  };
}

/** Ids often stand first without being called so: `dbn`, `Kennung`. */
function uniqueFirst(columns: readonly DetectedColumn[]): DetectedColumn | undefined {
  const first = columns[0];
  return first?.role === 'text' && first.reason === 'different in every row' ? first : undefined;
}

function codeLists(column: DetectedColumn): Pick<WideItem, 'missing' | 'notApplicable' | 'values'> {
  const coded = (meaning: string) => column.codes.filter((code) => code.meaning === meaning).map((code) => code.code);
  const missing = coded('missing');
  const notApplicable = coded('not_applicable');
  return {
    ...(missing.length > 0 ? { missing } : {}),
    ...(notApplicable.length > 0 ? { notApplicable } : {}),
    ...(column.values ? { values: column.values } : {}),
  };
}

function freshKey(name: string, taken: Set<string>): string {
  const plain = itemKey(name);
  let key = plain;
  for (let n = 2; taken.has(key); n++) key = `${plain}_${n}`;
  taken.add(key);
  return key;
}
