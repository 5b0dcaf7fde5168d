import { itemKey } from '../../core/item-key.ts';
import type { LongMapping, Mapping, WideItem, WideMapping } from '../../core/mapping.ts';
import type { DetectedColumn } from './queries.ts';

/** What a column is taken for, in both layouts; `ignore` is not read. */
export type ColumnRole =
  | 'ignore'
  | 'rated'
  | 'respondent'
  | 'audience'
  | 'lens'
  | 'item'
  | 'value'
  | 'scale'
  | 'weight'
  | 'at'
  | 'channel'
  | 'contact'
  | 'unit'
  | 'attribute';

export const ROLE_WORDS: Record<ColumnRole, string> = {
  ignore: 'not read',
  rated: 'a rated item',
  respondent: 'id of the respondent',
  audience: 'audience',
  lens: 'lens',
  item: 'name of the item',
  value: 'value',
  scale: 'scale',
  weight: 'weight',
  at: 'day of the answer',
  channel: 'channel',
  contact: 'id of the person',
  unit: 'unit rated together (branch, school)',
  attribute: 'attribute to filter by',
};

const LONG: readonly ColumnRole[] = [
  'respondent',
  'audience',
  'lens',
  'item',
  'value',
  'scale',
  'weight',
  'at',
  'channel',
  'contact',
];
const WIDE: readonly ColumnRole[] = ['respondent', 'audience', 'weight', 'at', 'channel', 'contact', 'unit'];

export function rolesFor(layout: Mapping['layout']): ColumnRole[] {
  return layout === 'long' ? ['ignore', ...LONG, 'attribute'] : ['ignore', 'rated', ...WIDE, 'attribute'];
}

/** The role of every column that the mapping reads. */
export function rolesOf(mapping: Mapping): Map<string, ColumnRole> {
  const roles = new Map<string, ColumnRole>();
  for (const name of mapping.attributes ?? []) roles.set(name, 'attribute');
  if (mapping.layout === 'long') {
    for (const [role, name] of Object.entries(mapping.columns))
      if (name !== undefined) roles.set(name, role as ColumnRole);
    return roles;
  }
  for (const role of ['respondent', 'weight', 'at', 'channel', 'contact', 'unit'] as const) {
    const name = mapping[role];
    if (name !== undefined) roles.set(name, role);
  }
  if ('column' in mapping.audience) roles.set(mapping.audience.column, 'audience');
  for (const item of mapping.items) for (const name of item.columns) roles.set(name, 'rated');
  return roles;
}

/** The mapping with one column taken for something else; a role that only one column can have leaves its former one. */
export function withRole(mapping: Mapping, column: DetectedColumn, role: ColumnRole): Mapping {
  const cleared = withoutColumn(mapping, column.name);
  if (role === 'ignore') return cleared;
  if (role === 'attribute') return { ...cleared, attributes: [...(cleared.attributes ?? []), column.name] };
  return cleared.layout === 'long' ? withLongRole(cleared, column, role) : withWideRole(cleared, column, role);
}

function withLongRole(mapping: LongMapping, column: DetectedColumn, role: ColumnRole): LongMapping {
  const { audience: _, ...rest } = mapping;
  const next = role === 'audience' ? rest : mapping;
  return { ...next, columns: { ...mapping.columns, [role]: column.name }, ...dateFormat(column, role) };
}

function withWideRole(mapping: WideMapping, column: DetectedColumn, role: ColumnRole): WideMapping {
  if (role === 'audience') return { ...mapping, audience: { column: column.name } };
  if (role !== 'rated') return { ...mapping, [role]: column.name, ...dateFormat(column, role) };
  const taken = new Set(mapping.items.map(({ item }) => item));
  let key = itemKey(column.name);
  for (let n = 2; taken.has(key); n++) key = `${itemKey(column.name)}_${n}`;
  const codes = (meaning: string) => column.codes.filter((code) => code.meaning === meaning).map(({ code }) => code);
  const item: WideItem = {
    columns: [column.name],
    item: key,
    ...(column.scale ? { scale: column.scale } : {}),
    ...(codes('missing').length > 0 ? { missing: codes('missing') } : {}),
    ...(codes('not_applicable').length > 0 ? { notApplicable: codes('not_applicable') } : {}),
    ...(column.values ? { values: column.values } : {}),
  };
  return { ...mapping, items: [...mapping.items, item] };
}

function dateFormat(column: DetectedColumn, role: ColumnRole) {
  return role === 'at' && column.dateFormat ? { dateFormat: column.dateFormat } : {};
}

function withoutColumn(mapping: Mapping, name: string): Mapping {
  const attributes = (mapping.attributes ?? []).filter((one) => one !== name);
  if (mapping.layout === 'long') {
    // Item and value stay named: without them there is nothing to read, and the server says so.
    const { item, value, ...others } = mapping.columns;
    const columns: LongMapping['columns'] = { item, value, ...except(others, name) };
    const next: LongMapping = { ...mapping, attributes, columns };
    return columns.audience === undefined && next.audience === undefined ? { ...next, audience: 'customer' } : next;
  }
  const { respondent, weight, at, channel, contact, unit, ...rest } = mapping;
  const audience =
    'column' in mapping.audience && mapping.audience.column === name
      ? { constant: 'customer' as const }
      : mapping.audience;
  const items = mapping.items
    .map((item) => ({ ...item, columns: item.columns.filter((one) => one !== name) }))
    .filter(({ columns }) => columns.length > 0);
  return { ...rest, ...except({ respondent, weight, at, channel, contact, unit }, name), attributes, audience, items };
}

/** The named columns without the one of that name, and without those that are not there. */
function except<Role extends string>(columns: { readonly [R in Role]?: string | undefined }, name: string) {
  const kept = Object.entries(columns).filter(([, column]) => column !== undefined && column !== name);
  return Object.fromEntries(kept) as { readonly [R in Role]?: string };
}

/** A mapping to start from when the person says that the file is of the other layout. */
export function emptyMapping(layout: Mapping['layout'], columns: readonly DetectedColumn[]): Mapping {
  const name = (i: number) => columns[i]?.name ?? columns[0]?.name ?? '';
  return layout === 'long'
    ? { layout: 'long', columns: { item: name(0), value: name(1) }, audience: 'customer', attributes: [] }
    : { layout: 'wide', audience: { constant: 'customer' }, attributes: [], items: [] };
}

/** `6, 11, Blank` to a list and back. */
export function codeList(text: string): string[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
}
