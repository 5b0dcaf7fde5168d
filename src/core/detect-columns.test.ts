import { expect, test } from 'vitest';
import { ColumnProfiles, detectColumns, detectDates } from './detect-columns.ts';
import { detectLabels } from './detect-labels.ts';
import { detectScale, inferScale } from './detect-scale.ts';
import { suggestMapping } from './suggest-mapping.ts';

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

test('scales and codes from the values that occur', () => {
  const found = (values: number[], hint?: { recommend?: boolean }) => {
    const scale = detectScale(values, hint);
    return scale && `${scale.scale}${scale.codes.map((code) => ` ${code.code}=${code.meaning}`).join('')}`;
  };
  expect(found(range(1, 5))).toBe('1-5');
  expect(found(range(0, 6))).toBe('1-5 6=not_applicable 0=missing');
  expect(found(range(0, 5))).toBe('1-5 0=not_applicable');
  expect(found(range(0, 11))).toBe('0-10 11=missing');
  expect(found(range(0, 10))).toBe('0-10');
  expect(found(range(1, 10))).toBe('1-10');
  expect(found(range(3, 10), { recommend: true })).toBe('0-10');
  expect(found([...range(1, 5), -99, 99])).toBe('1-5 -99=missing 99=missing');
  expect(found([...range(1, 5), 9])).toBe('1-5 9=missing');
  expect(found(range(1, 7))).toBe('1-7');
  expect(found([1.5, 8.7, 9.2])).toBe('0-10');
  expect(found([1, 2])).toBeUndefined();
  expect(found([1, 250, 3000])).toBeUndefined();
});

test('the scale of an item for which nobody says one', () => {
  expect(inferScale([1, 2, 5])?.scale).toBe('1-5');
  expect(inferScale([0, 1])?.scale).toBe('yes/no');
  expect(inferScale([0, 7])?.scale).toBe('0-10');
  expect(inferScale([6.5, 9])?.scale).toBe('1-10');
  expect(inferScale([20, 90])?.scale).toBe('0-100');
  expect(inferScale([-3, 3])?.scale).toBe('-3-3');
  expect(inferScale([])).toBeUndefined();
});

test('answers written as words', () => {
  expect(detectLabels(['Very satisfied', 'Neutral', 'dissatisfied'])).toMatchObject({
    scale: '1-5',
    values: { 'very satisfied': 5, neutral: 3, dissatisfied: 2 },
  });
  expect(detectLabels(['0 - Not at all likely', '5', '10 - Extremely likely'])).toMatchObject({
    scale: '0-10',
    values: { '10 - extremely likely': 10, '5': 5 },
  });
  expect(detectLabels(['Yes', 'No'])).toMatchObject({ scale: 'yes/no' });
  expect(detectLabels(['north', 'south'])).toBeUndefined();
});

test('days: one unmistakable value settles the column, otherwise the person is told', () => {
  expect(detectDates(['03/04/2026', '22/11/2026'], true)).toMatchObject({ format: 'dmy' });
  expect(detectDates(['03/04/2026', '11/22/2026'], true)).toMatchObject({ format: 'mdy' });
  expect(detectDates(['2026-03-04', '2026-11-22 10:00'], false)).toMatchObject({ format: 'iso' });
  expect(detectDates(['46348', '46349'], true)).toMatchObject({ format: 'excel' });
  expect(detectDates(['46348', '46349'], false)).toBeUndefined();
  expect(detectDates(['03/04/2026', '03/05/2026', '03/06/2026'], true)).toMatchObject({
    format: 'mdy',
    reason: expect.stringMatching(/both ways.*check that/),
  });
  expect(detectDates(['22/11/2026', '11/22/2026'], true)?.reason).toMatch(
    /1 the other way round: those rows will be rejected/,
  );
  expect(detectDates(['6:00:00', '8:30 AM'], true)).toBeUndefined();
});

test('days in three formats in one column are read, and the person is told to check', () => {
  expect(detectDates(['2026-01-02', '22/11/2026', '5 Jan 2026'], true)).toEqual({
    format: 'dmy',
    reason: 'days written as 22/11/2026 (day first), among days like 2026-11-22: check that',
  });
  expect(detectDates(['2026-01-02', '03/04/2026', '5 Jan 2026'], true)?.reason).toMatch(
    /^every day with slashes could be read both ways .* among days like 2026-11-22: check that$/,
  );
  expect(detectDates(['n/a soon', '03/04/2026', 'later', 'never'], true)).toBeUndefined();
  const warningsOf = (days: string[]) => {
    const profiles = new ColumnProfiles(['respondent', 'audience', 'item', 'value', 'at']);
    for (const [i, day] of days.entries()) profiles.add([`r${i}`, 'customer', 'q', String(1 + (i % 5)), day]);
    const { mapping, warnings } = suggestMapping(detectColumns(profiles));
    return { at: mapping.layout === 'long' ? mapping.columns.at : undefined, warnings };
  };
  expect(warningsOf(['2026-01-02', '22/11/2026', '5 Jan 2026'])).toEqual({
    at: 'at',
    warnings: [expect.stringMatching(/^Column "at": days written as 22\/11\/2026/)],
  });
  expect(warningsOf(['soon', '22/11/2026', 'later'])).toEqual({
    at: undefined,
    warnings: ['Column "at" is not read as the day of the answer: too few of its values are days.'],
  });
});

test('columns: codes of a block hold in all of it, also where they do not occur', () => {
  const names = ['RespId', 'Q7ART', 'Q7FOOD', 'Q7ALL', 'NETPRO', 'weight', 'EndDate', 'lang', 'comment', 'void'];
  const profiles = new ColumnProfiles(names);
  for (let i = 0; i < 200; i++) {
    const cells = [
      `r${i}`,
      String(i % 7),
      String(1 + (i % 5)),
      String(1 + (i % 4)),
      String(i % 12),
      '0.7',
      `${1 + (i % 28)}/02/2026`,
      ['en', 'es'][i % 2] ?? '',
      `all good ${i}`,
      '',
    ];
    profiles.add(cells);
  }
  const columns = detectColumns(profiles);
  expect(columns.map((column) => column.role)).toEqual([
    'respondent',
    'rating',
    'rating',
    'rating',
    'rating',
    'weight',
    'at',
    'attribute',
    'text',
    'empty',
  ]);
  expect(columns[3]).toMatchObject({
    scale: '1-5',
    codes: [
      { code: '6', meaning: 'not_applicable' },
      { code: '0', meaning: 'missing' },
    ],
  });
  const { mapping, warnings } = suggestMapping(columns);
  expect(mapping).toMatchObject({
    layout: 'wide',
    audience: { constant: 'customer' },
    respondent: 'RespId',
    weight: 'weight',
    at: 'EndDate',
    dateFormat: 'dmy',
    attributes: ['lang'],
    items: [
      { columns: ['Q7ART'], item: 'q7art', scale: '1-5', missing: ['0'], notApplicable: ['6'] },
      { columns: ['Q7FOOD'] },
      { columns: ['Q7ALL'] },
      { columns: ['NETPRO'], scale: '0-10', missing: ['11'] },
    ],
  });
  expect(warnings).toEqual([
    'No column says the audience; all rows are taken as customers. Change that if it is wrong.',
  ]);
});
