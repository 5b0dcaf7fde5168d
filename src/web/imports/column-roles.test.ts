import { expect, test } from 'vitest';
import type { LongMapping, WideMapping } from '../../core/mapping.ts';
import { codeList, emptyMapping, rolesOf, withRole } from './column-roles.ts';
import type { DetectedColumn } from './queries.ts';

function column(name: string, more: Partial<DetectedColumn> = {}): DetectedColumn {
  return {
    name,
    samples: [],
    role: 'text',
    reason: '',
    scale: null,
    codes: [],
    values: null,
    dateFormat: null,
    filled: 1,
    ...more,
  };
}

const wide: WideMapping = {
  layout: 'wide',
  audience: { constant: 'customer' },
  respondent: 'id',
  attributes: ['gate'],
  items: [{ columns: ['speed'], item: 'speed', scale: '1-5' }],
};
const long: LongMapping = {
  layout: 'long',
  columns: { item: 'what', value: 'score', audience: 'who' },
  attributes: [],
};

test('every column that the mapping reads has its role', () => {
  expect([...rolesOf(wide)]).toEqual([
    ['gate', 'attribute'],
    ['id', 'respondent'],
    ['speed', 'rated'],
  ]);
  expect(rolesOf(long).get('score')).toBe('value');
});

test('a rated column brings what was found out about it: scale, codes, labels', () => {
  const found = column('Clean rooms', {
    scale: '1-5',
    codes: [
      { code: '6', meaning: 'not_applicable', reason: '' },
      { code: '0', meaning: 'missing', reason: '' },
    ],
  });
  const mapping = withRole(wide, found, 'rated');
  expect(mapping.layout === 'wide' && mapping.items.at(-1)).toEqual({
    columns: ['Clean rooms'],
    item: 'clean_rooms',
    scale: '1-5',
    missing: ['0'],
    notApplicable: ['6'],
  });
});

test('two columns of like names make two items', () => {
  const mapping = withRole(wide, column('Speed'), 'rated');
  expect(mapping.layout === 'wide' && mapping.items.map(({ item }) => item)).toEqual(['speed', 'speed_2']);
});

test('a column has one role: taking another leaves the former', () => {
  const mapping = withRole(wide, column('speed'), 'attribute');
  expect(mapping).toMatchObject({ items: [], attributes: ['gate', 'speed'] });
  expect(withRole(wide, column('id'), 'ignore')).not.toHaveProperty('respondent');
  expect(rolesOf(withRole(wide, column('other'), 'respondent')).get('id')).toBeUndefined();
});

test('without an audience column all rows are of one audience, until said otherwise', () => {
  const without = withRole(long, column('who'), 'ignore');
  expect(without).toMatchObject({ audience: 'customer' });
  const again = withRole(without, column('who'), 'audience');
  expect(again).not.toHaveProperty('audience');
  expect(again.layout === 'long' && again.columns.audience).toBe('who');
});

test('item and value of a long file stay named', () => {
  const mapping = withRole(long, column('score'), 'ignore');
  expect(mapping.layout === 'long' && mapping.columns.value).toBe('score');
});

test('an empty mapping of either layout can be begun with', () => {
  expect(emptyMapping('long', [column('a'), column('b')])).toMatchObject({ columns: { item: 'a', value: 'b' } });
  expect(emptyMapping('wide', [])).toMatchObject({ items: [] });
});

test('codes are written with commas', () => {
  expect(codeList(' 6, 11 ,,Blank')).toEqual(['6', '11', 'Blank']);
});
