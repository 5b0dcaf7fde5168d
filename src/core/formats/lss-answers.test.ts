import { expect, test } from 'vitest';
import { formatFile, formatTools } from '../../../test/format-files.ts';
import { limeSurveyAnswers } from './lss-answers.ts';

const HEADINGS = [
  'id',
  'submitdate',
  'lastpage',
  'startlanguage',
  'seed',
  'token',
  'stay',
  'stay[other]',
  'tick[SQ001]',
  'tick[SQ002]',
  'room[SQ001]',
  'room[SQ002]',
  'rank[1]',
  'rank[2]',
  'names[SQ001]',
  'words. In your own words?',
];

test('answers come with their id, day and language, and parts find their question', () => {
  const { fields, responses } = limeSurveyAnswers.readAnswers!(
    formatFile({
      table: [
        HEADINGS,
        [
          '7',
          '2026-03-04 10:11:12',
          '2',
          'de-informal',
          '1',
          'secret',
          'A1',
          '',
          'Y',
          '',
          'A3',
          'A1',
          'A2',
          'A1',
          'Ann',
          'x',
        ],
        ['8', '', '1', 'en', '1', '', '-oth-', 'fun', '', '', '', '', '', '', '', '{question_not_shown}'],
        Array.from({ length: HEADINGS.length }, () => ''),
      ],
    }),
    formatTools,
  );
  const of = (row: number) => Object.fromEntries(responses[row]!.cells);
  expect(responses).toHaveLength(2);
  expect(responses[0]).toMatchObject({ id: '7', day: '2026-03-04', language: 'de-informal', finished: true });
  expect(of(0)).toEqual({
    stay: 'A1',
    'tick[SQ001]': true,
    'tick[SQ002]': false,
    'room[SQ001]': '3',
    'room[SQ002]': '1',
    'rank[1]': ['A2', 'A1'],
    'names[SQ001]': 'Ann',
    'words. In your own words?': 'x',
  });
  expect(responses[1]).toMatchObject({ id: '8', day: null, finished: false });
  expect(of(1)).toEqual({ stay: '_other', 'stay[other]': 'fun' });
  const field = (heading: string) => fields.find(({ id }) => id === heading);
  expect(field('room[SQ002]')).toMatchObject({ question: 'room', part: { kind: 'row', id: 'SQ002' } });
  expect(field('tick[SQ001]')).toMatchObject({ question: 'tick', part: { kind: 'choice', id: 'SQ001' } });
  expect(field('names[SQ001]')).toMatchObject({ question: 'names_SQ001' });
  expect(field('words. In your own words?')).toMatchObject({ question: 'words', text: 'In your own words?' });
  expect(JSON.stringify([fields, responses.map(({ attributes }) => [...attributes])])).not.toContain('secret');
});
