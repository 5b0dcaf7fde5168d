import { expect, test } from 'vitest';
import { BLANK } from '../../core/survey/blank.ts';
import type { SurveyDefinition } from '../../core/survey/definition.ts';
import { inOrder } from './given.ts';
import { newQuestion } from './question-types.ts';

const en = (text: string) => ({ customer: { en: text } });
const row = (id: string) => ({ id, text: en(id) });
const survey: SurveyDefinition = {
  ...BLANK,
  pages: [
    {
      id: 'p1',
      questions: [
        { ...newQuestion('nps', 'how_likely_are_you'), text: en('How likely?') },
        { ...newQuestion('matrix', 'services'), rows: [row('wifi'), row('ice'), row('boarding')] },
      ] as SurveyDefinition['pages'][number]['questions'],
    },
    { id: 'p2', questions: [newQuestion('long', 'why')] },
  ],
};

test('answers stand in the order of the questions and rows, not shortest key first; unknown ones last', () => {
  // As the database gives them back: by length, then by letter.
  const stored = {
    ab: 1,
    why: 'wind',
    'services.ice': 2,
    'services.gone': 9,
    'services.wifi': 3,
    'services.boarding': 4,
    how_likely_are_you: 10,
  };
  expect(inOrder(survey, stored).map(([key]) => key)).toEqual([
    'how_likely_are_you',
    'services.wifi',
    'services.ice',
    'services.boarding',
    'why',
    'ab',
    'services.gone',
  ]);
  expect(inOrder(survey, stored)).toContainEqual(['why', 'wind']);
  expect(inOrder(null, stored)).toEqual(Object.entries(stored));
});
