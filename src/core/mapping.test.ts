import { expect, test } from 'vitest';
import { type LongMapping, mappedColumns, mappingProblems, rowToAnswers, type WideMapping } from './mapping.ts';

const LONG: LongMapping = {
  layout: 'long',
  columns: { respondent: 'id', audience: 'who', item: 'item', value: 'value', at: 'at', weight: 'w' },
  attributes: ['region'],
};
const COLUMNS = ['id', 'who', 'item', 'value', 'at', 'w', 'region'];

test('a long row is one answer with everything of its response', () => {
  const read = rowToAnswers({ ...LONG, scale: '1-5' }, COLUMNS);
  expect(read(['r1', 'Customers', 'boarding', ' 4 ', '2026-03-01', '0,5', 'north'])).toEqual({
    response: {
      key: 'r1',
      audience: 'customer',
      at: '2026-03-01',
      channel: '',
      weight: 0.5,
      contact: null,
      attributes: { region: 'north' },
    },
    answers: [{ audience: 'customer', item: 'boarding', lens: 'experience', value: 4, scale: '1-5' }],
    rejections: [],
  });
  expect(read(['r2', 'staff', 'boarding', '2', '', '', '']).answers[0]).toMatchObject({ lens: 'belief', value: 2 });
});

test('not answered, not applicable and wrong are three different things', () => {
  const read = rowToAnswers(
    { ...LONG, missing: ['0', '-99'], notApplicable: ['6', 'never been there'], values: { top: 5 }, scale: '1-5' },
    COLUMNS,
  );
  const value = (text: string) => read(['r', 'customer', 'i', text, '', '', '']);
  for (const text of ['', ' ', 'NA', 'Blank', '0', '0.0', '-99', '#N/A'])
    expect(value(text), text).toMatchObject({ answers: [], rejections: [] });
  for (const text of ['6', '6.0', 'N/A', 'Never Been There']) expect(value(text).answers[0]?.value, text).toBeNull();
  expect(value('TOP').answers[0]?.value).toBe(5);
  expect(value('4.5').answers[0]?.value).toBe(4.5);
  expect(value('7').rejections).toEqual([{ column: 'value', value: '7', reason: 'is off the scale 1-5' }]);
  for (const text of ['good', '0x5', 'Infinity', '1,234.5', '=5'])
    expect(value(text).rejections[0]?.reason, text).toMatch(/is not a number/);
});

test('yes and no are numbers where the scale says so, and only there', () => {
  const columns = [...COLUMNS, 'scale'];
  const read = rowToAnswers({ ...LONG, columns: { ...LONG.columns, scale: 'scale' } }, columns);
  const value = (text: string, scale: string) => {
    const { answers, rejections } = read(['r', 'customer', 'i', text, '', '', '', scale]);
    return answers[0]?.value ?? rejections[0]?.reason;
  };
  expect(value('Yes', 'yes/no')).toBe(1);
  expect(value('no', 'yes/no')).toBe(0);
  expect(value('1', 'yes/no')).toBe(1);
  expect(value('perhaps', 'yes/no')).toMatch(/is not a number/);
  expect(value('yes', '1-5')).toMatch(/is not a number/);
  const wide: WideMapping = {
    layout: 'wide',
    audience: { constant: 'customer' },
    items: [{ columns: ['a'], item: 'solved', scale: 'yes/no' }],
  };
  expect(rowToAnswers(wide, ['a'])(['ja']).answers[0]?.value).toBe(1);
});

test('a word that every object knows is no scale', () => {
  const columns = [...COLUMNS, 'scale'];
  const read = rowToAnswers({ ...LONG, columns: { ...LONG.columns, scale: 'scale' } }, columns);
  for (const scale of ['constructor', '__proto__'])
    expect(read(['r', 'customer', 'i', '3', '', '', '', scale]).rejections[0]?.reason, scale).toMatch(/is no scale/);
});

test('every reason for a rejection names its column', () => {
  const read = rowToAnswers(LONG, COLUMNS);
  const rejected = (cells: string[]) => read(cells).rejections.map(({ column, reason }) => `${column}: ${reason}`);
  expect(rejected(['r', 'pirates', 'i', '1', '', '', ''])).toEqual([
    'who: is no audience: leadership, staff or customer',
  ]);
  expect(rejected(['r', 'staff', ' ', '1', '', '', ''])).toEqual(['item: is blank: every row has to name its item']);
  expect(rejected(['r', 'staff', 'i', '1', '03/04/2026', '', ''])).toEqual([
    'at: can be read in two ways: set dateFormat to dmy (22/11/2026) or mdy (11/22/2026)',
  ]);
  expect(rejected(['r', 'staff', 'i', '1', '2026-02-30', '-1', ''])).toEqual([
    'at: is no day written as iso',
    'w: is no weight: a number greater than 0',
  ]);
  expect(rejected(['r', 'staff', 'i', '1', '', '', 'x', 'surplus'])[0]).toMatch(/the row has 8 cells, the header 7/);
  expect(rejected(['r', 'staff', 'i', '1', '', '', 'x'.repeat(501)])[0]).toMatch(/region: is longer than 500/);
});

test('days in their formats', () => {
  const day = (text: string, dateFormat?: LongMapping['dateFormat']) =>
    rowToAnswers({ ...LONG, ...(dateFormat ? { dateFormat } : {}) }, COLUMNS)(['r', 'staff', 'i', '1', text, '', ''])
      .response.at;
  expect(day('2026-11-22T10:00:00Z')).toBe('2026-11-22');
  expect(day('03/04/2026', 'dmy')).toBe('2026-04-03');
  expect(day('03/04/2026 10:15', 'mdy')).toBe('2026-03-04');
  expect(day('3.4.26', 'dmy')).toBe('2026-04-03');
  expect(day('46348', 'excel')).toBe('2026-11-22');
  expect(day('22 Nov 2026')).toBe('2026-11-22');
  expect(day('November 22, 2026')).toBe('2026-11-22');
});

const WIDE: WideMapping = {
  layout: 'wide',
  audience: { constant: 'customer' },
  unit: 'school',
  items: [
    { columns: ['q1', 'q2', 'q3'], item: 'quality', scale: '1-10', notApplicable: ['99'] },
    { columns: ['t1'], item: 'quality', audience: 'staff', lens: 'expectation' },
  ],
};
const WIDE_COLUMNS = ['school', 'q1', 'q2', 'q3', 't1'];

test('several columns of one item: the mean when at least half are answered; other audiences in the same row', () => {
  const read = rowToAnswers(WIDE, WIDE_COLUMNS);
  const quality = (...cells: string[]) => read(['S1', ...cells, '']).answers[0];
  expect(quality('4', '6', '8')?.value).toBe(6);
  expect(quality('4', '', '8')?.value).toBe(6);
  expect(quality('4', '', '')).toBeUndefined();
  expect(quality('99', '99', '')?.value).toBeNull();
  expect(quality('', '', '')).toBeUndefined();
  expect(read(['S1', '4', '11', '8', '']).rejections).toEqual([
    { column: 'q2', value: '11', reason: 'is off the scale 1-10' },
  ]);
  expect(read(['S1', '4', '4', '4', '7'])).toMatchObject({
    response: { key: null, attributes: { school: 'S1' } },
    answers: [
      { audience: 'customer', lens: 'experience' },
      { audience: 'staff', item: 'quality', lens: 'expectation', value: 7 },
    ],
  });
});

test('a mapping that does not fit the file says what is wrong, and is not used', () => {
  expect(mappingProblems(WIDE, WIDE_COLUMNS)).toEqual([]);
  expect(mappedColumns(WIDE).sort()).toEqual([...WIDE_COLUMNS].sort());
  expect(mappingProblems(WIDE, ['School', 'q1', 'q2', 'q3'])).toEqual([
    'The file has no column "school"; it has "School".',
    'The file has no column "t1".',
  ]);
  expect(mappingProblems({ ...LONG, scale: 'five' }, COLUMNS)).toEqual([
    '"five" is no scale; write it like 1-5 or yes/no.',
  ]);
  const { audience: _, ...rest } = LONG.columns;
  expect(mappingProblems({ ...LONG, columns: rest }, COLUMNS)[0]).toMatch(/neither an audience column/);
  expect(mappingProblems({ ...WIDE, items: [...WIDE.items, ...WIDE.items] }, WIDE_COLUMNS)).toHaveLength(2);
  expect(() => rowToAnswers(WIDE, ['school'])).toThrow(/no column "q1"/);
});

test('`__proto__` as an attribute or label is a word like any other', () => {
  const columns = ['id', 'who', 'item', 'value', '__proto__'];
  const read = rowToAnswers(
    {
      layout: 'long',
      columns: { audience: 'who', item: 'item', value: 'value' },
      attributes: ['__proto__'],
      values: JSON.parse('{"__proto__": 3}'),
    },
    columns,
  );
  const row = read(['1', 'staff', 'i', '__proto__', 'polluted']);
  expect(row.answers[0]?.value).toBe(3);
  expect(JSON.stringify(row.response.attributes)).toBe('{"__proto__":"polluted"}');
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});
