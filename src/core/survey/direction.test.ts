import { expect, test } from 'vitest';
import { runningAs } from './direction.ts';
import { questionnaireFor } from './questionnaire-for.ts';
import { parseRichText } from './rich-text.ts';

const [LRI, RLI, PDI] = ['\u2066', '\u2067', '\u2069'];

test('a text of the same direction stays as it is', () => {
  expect(runningAs('Solved?', 'en', 'de')).toBe('Solved?');
  expect(runningAs('هل حُلّت؟', 'ar', 'he')).toBe('هل حُلّت؟');
});

test('a text of the other direction is isolated line by line, marks of lists stay in front', () => {
  expect(runningAs('Solved?', 'en', 'ar')).toBe(`${LRI}Solved?${PDI}`);
  expect(runningAs('שלום!', 'he', 'en')).toBe(`${RLI}שלום!${PDI}`);
  expect(runningAs('', 'en', 'ar')).toBe('');
  const text = runningAs('Think of\n\n- your **last** visit.\n2) all others', 'en', 'ar');
  expect(text).toBe(`${LRI}Think of${PDI}\n\n- ${LRI}your **last** visit.${PDI}\n2) ${LRI}all others${PDI}`);
  expect(parseRichText(text).map(({ type }) => type)).toEqual(['paragraph', 'list', 'list']);
});

test('what is not translated yet keeps its direction inside a survey of the other one', () => {
  const say = (text: string) => ({ customer: { en: text } });
  const questionnaire = questionnaireFor({
    surveyId: '1',
    version: 1,
    definition: {
      format: 'parallax-survey/1',
      title: { customer: { en: 'Tern', ar: 'خرشنة' } },
      languages: ['en', 'ar'],
      audiences: ['customer'],
      pages: [{ id: 'p', questions: [{ id: 'q', type: 'yesno', text: say('Did we solve your problem?') }] }],
      endings: [{ id: 'e', title: say('Thank you!') }],
      hidden: [],
      quotas: [],
      appearance: {},
      settings: { progress: true, back: true, anonymousCustomers: false, askAgainAfterDays: null },
    },
    audience: 'customer',
    language: 'ar',
    threshold: null,
    test: false,
    attributes: {},
    fullQuotas: [],
    work: 0,
  });
  expect(questionnaire).toMatchObject({
    direction: 'rtl',
    title: 'خرشنة',
    pages: [{ questions: [{ text: `${LRI}Did we solve your problem?${PDI}` }] }],
    endings: [{ title: `${LRI}Thank you!${PDI}` }],
  });
});
