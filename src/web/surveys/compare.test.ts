import { expect, test } from 'vitest';
import { BLANK } from '../../core/survey/blank.ts';
import type { Question, SurveyDefinition, Text } from '../../core/survey/definition.ts';
import { changesBetween } from './compare.ts';

function survey(customer: Text, staff: Text, rest: Partial<SurveyDefinition> = {}, required?: 'yes'): SurveyDefinition {
  const question: Question = { id: 'q1', type: 'long', text: { customer, staff }, ...(required && { required }) };
  const pages = [{ id: 'p1', questions: [question] }];
  return { ...BLANK, title: { customer: { en: 'Your visit' } }, languages: ['en', 'de'], pages, ...rest };
}
const was = survey({ en: 'How was it?', de: 'Wie war es?' }, { en: 'How is it?' });

test('a text that changed stands beside what it was', () => {
  const now = survey({ en: 'How was the price?', de: 'Wie war der Preis?' }, { en: 'How is the price?' });
  expect(changesBetween(was, now)).toEqual([
    'Changed: “How was it?” is now “How was the price?”; German: “Wie war es?” is now “Wie war der Preis?”; Staff: “How is it?” is now “How is the price?”',
  ]);
});

test('where the name stayed it comes first; where no text changed it stands alone', () => {
  const german = survey({ en: 'How was it?', de: 'Wie war das?' }, { en: 'How is it?' });
  expect(changesBetween(was, german)).toEqual(['Changed: How was it?; German: “Wie war es?” is now “Wie war das?”']);
  const asked = survey({ en: 'How was it?', de: 'Wie war es?' }, { en: 'How is it?' }, {}, 'yes');
  expect(changesBetween(was, asked)).toEqual(['Changed: How was it?']);
  expect(changesBetween(was, was)).toEqual([]);
});

test('the title, too', () => {
  const now = { ...was, title: { customer: { en: 'Your flight' } } };
  expect(changesBetween(was, now)).toEqual(['The title: “Your visit” is now “Your flight”']);
});
