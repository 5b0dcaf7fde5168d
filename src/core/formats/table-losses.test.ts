import { expect, test } from 'vitest';
import { formatFile, formatTools } from '../../../test/format-files.ts';
import { formatOf } from './formats.ts';

/** The sentences about a table, and how many responses it gives. */
function read(table: string[][]) {
  const file = formatFile({ table });
  const { losses, responses } = formatOf(file)!.readAnswers!(file, formatTools);
  return { told: losses.map(({ message }) => message), n: responses.length };
}

test('rows without an answer, and more attributes than are kept, are told', () => {
  const more = Array.from({ length: 103 }, (_, i) => `field${i}`);
  const ids = ['_recordId', 'duration', 'QID1', ...more].map((id) => JSON.stringify({ ImportId: id }));
  const head = ['ResponseId', 'Duration', 'Q1', ...more];
  const { told, n } = read([
    head,
    head,
    ids,
    ['R_1', '60', '5', ...more],
    ['R_2', '60', '', ...more],
    head.map(() => ''),
  ]);
  expect(n).toBe(1);
  expect(told).toEqual([
    expect.stringMatching(/When somebody began, how long it took/),
    '1 rows answer no question and are left out.',
    'Only 100 columns that are no questions are kept.',
  ]);
});

test('SurveyMonkey and Google Forms: columns that are not kept are named', () => {
  const monkey = read([
    ['Respondent ID', 'Collector ID', 'Start Date', 'End Date', 'How was it?'],
    ['', '', '', '', 'Response'],
    ['1', '9', '03/04/2026', '03/14/2026', 'Good'],
  ]);
  expect(monkey.told).toEqual(['The column “Collector ID” is not kept.', 'The column “Start Date” is not kept.']);
  const forms = read([
    ['Timestamp', 'Score', 'How was it?', ''],
    ['2026/03/04 5:06:07 PM GMT+1', '7 / 10', 'Good', 'lost'],
  ]);
  expect(forms.told).toContain('The column “Score” is not kept.');
  expect(forms.told).toContain('Column 4 has no heading; it is not kept.');
});

test('an export of ours: weights, contacts, waves and ratings of tables do not come in again, which is told', () => {
  const headings = ['_response', '_day', '_wave', '_contact', '_weight', 'q1', '_item.boarding.experience'];
  const { told } = read([headings, ['a', '2026-03-04', 'w', 'c', '2.5', '4', '3']]);
  expect(told).toHaveLength(4);
  expect(read([headings, ['a', '2026-03-04', '', '', '1', '4', '']]).told).toEqual([]);
});
