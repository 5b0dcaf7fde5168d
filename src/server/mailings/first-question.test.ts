import { expect, test } from 'vitest';
import type { Question, SurveyDefinition } from '../../core/survey/definition.ts';
import { firstQuestionOf } from './first-question.ts';

const say = (text: string) => ({ customer: { en: text, ar: text } });
const survey = (question: Question): SurveyDefinition => ({
  format: 'parallax-survey/1',
  title: say('Tern'),
  languages: ['en', 'ar'],
  audiences: ['customer'],
  pages: [{ id: 'p1', questions: [question] }],
  endings: [{ id: 'e1', title: say('Thank you') }],
  hidden: [],
  quotas: [],
  appearance: {},
  settings: { progress: true, back: true, anonymousCustomers: false, askAgainAfterDays: null },
});
const first = (question: Question, language = 'en') => firstQuestionOf(survey(question), 'customer', language);

test('yes comes before no, as on the page; every other scale rises', () => {
  expect(first({ id: 'q', type: 'yesno', text: say('Solved?') })?.values).toEqual([1, 0]);
  expect(first({ id: 'q', type: 'ces', text: say('Easy?') })?.values).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(first({ id: 'q', type: 'slider', min: 0, max: 10, step: 5, text: say('How?') })?.values).toEqual([0, 5, 10]);
});

test('the line begins where it begins on the page in that language', () => {
  const yes: Question = { id: 'q', type: 'yesno', text: say('Solved?') };
  expect(first(yes, 'en')?.direction).toBe('ltr');
  expect(first(yes, 'ar')?.direction).toBe('rtl');
  expect(first(yes, 'ar-EG')?.direction).toBe('rtl');
});
