import { expect, test } from 'vitest';
import { checkSurvey } from './check-survey.ts';
import type { Question, SurveyDefinition, Wording } from './definition.ts';

type Written = Readonly<Record<string, string>>;
const WAS: Wording = {
  customer: { en: 'How was the delivery?', de: 'Wie war die Lieferung?', fr: 'Comment était la livraison ?' },
  staff: { en: 'How is delivery for customers?', de: 'Wie ist die Lieferung?', fr: 'Comment est la livraison ?' },
};
const thanks: Written = { en: 'Thank you', de: 'Danke', fr: 'Merci' };

function survey(text: Wording, change: Partial<SurveyDefinition> = {}, pageId = 'p1'): SurveyDefinition {
  const way: Question = {
    id: 'w',
    type: 'single',
    text: { customer: { en: 'How did you come?', de: 'Wie kamen Sie?', fr: 'Comment êtes-vous venu ?' } },
    choices: [
      { id: 'a', text: { customer: { en: 'By boat', de: 'Mit dem Schiff', fr: 'En bateau' } } },
      { id: 'b', text: { customer: { en: 'By train', de: 'Mit dem Zug', fr: 'En train' } } },
    ],
  };
  return {
    format: 'parallax-survey/1',
    title: { customer: { en: 'Your visit', de: 'Ihr Besuch', fr: 'Votre visite' } },
    languages: ['en', 'de', 'fr'],
    audiences: ['staff', 'customer'],
    pages: [{ id: pageId, questions: [{ id: 'q1', type: 'long', text }, way] }],
    endings: [{ id: 'thanks', title: { customer: thanks } }],
    hidden: [],
    quotas: [],
    appearance: {},
    settings: { progress: true, back: true, anonymousCustomers: false, askAgainAfterDays: 90 },
    ...change,
  };
}

const behind = (now: SurveyDefinition, previous: SurveyDefinition | undefined = survey(WAS)) =>
  checkSurvey(now, { items: new Map(), redirectHosts: [], previous }).filter(({ code }) => code === 'text_behind');
const worded = (customer: Written, staff: Written = WAS.staff ?? {}): Wording => ({ customer, staff });

test('translations, and what staff read, that did not follow the first language', () => {
  const now = worded({ ...WAS.customer, en: 'How was the price?' });
  expect(behind(survey(now))).toEqual([
    {
      level: 'warning',
      code: 'text_behind',
      page: 'p1',
      question: 'q1',
      language: 'de',
      audience: 'staff',
      message:
        'Changed in English for customers, not in German, French and not for staff: “How was the delivery?” reads “How was the price?” now. Who reads the others is still asked the old. Change them as well, or leave them if they say the same.',
    },
  ]);
  // Nothing was published before, or nothing since.
  expect(checkSurvey(survey(now), { items: new Map(), redirectHosts: [] }).map(({ code }) => code)).not.toContain(
    'text_behind',
  );
  expect(behind(survey(now), survey(now))).toEqual([]);
});

test('only those that stayed behind are named, and staff’s own wording has translations of its own', () => {
  const followed = worded({ en: 'How was the price?', de: 'Wie war der Preis?', fr: WAS.customer?.fr ?? '' }, {});
  expect(behind(survey(followed), survey(worded(WAS.customer ?? {}, {})))).toMatchObject([
    { language: 'fr', message: expect.stringMatching(/^Changed in English, not in French: “How was the delivery\?”/) },
  ]);
  const staff = worded(WAS.customer ?? {}, { ...WAS.staff, en: 'What do customers think of the price?' });
  expect(behind(survey(staff))).toMatchObject([
    { audience: 'staff', message: expect.stringMatching(/^Changed in English for staff, not in German, French: “How/) },
  ]);
  const all = worded({ en: 'A?', de: 'B?', fr: 'C?' }, { en: 'D?', de: 'E?', fr: 'F?' });
  expect(behind(survey(all))).toEqual([]);
});

test('a full stop, a translation that is added or taken away, a question that moves: nothing stays behind', () => {
  expect(behind(survey(worded({ ...WAS.customer, en: 'how was the delivery' })))).toEqual([]);
  expect(behind(survey(worded({ en: 'Price?', de: '' }, {})))).toEqual([]);
  expect(behind(survey(WAS, {}, 'p9'))).toEqual([]);
  expect(behind(survey(worded({ ...WAS.customer, en: 'Price?' }), {}, 'p9'))).toHaveLength(1);
});

test('one warning for a question, however many of its texts; the title and endings for themselves', () => {
  const was = survey(WAS);
  const now: SurveyDefinition = {
    ...was,
    title: { customer: { ...was.title.customer, en: 'Your flight' } },
    endings: [{ id: 'thanks', title: { customer: { ...thanks, en: 'Tell us more' } } }],
    pages: was.pages.map((page) => ({
      ...page,
      questions: page.questions.map((one) =>
        one.type === 'single'
          ? {
              ...one,
              choices: one.choices.map(({ id, text }) => ({
                id,
                text: { customer: { ...text.customer, en: `Not ${text.customer?.en}` } },
              })),
            }
          : one,
      ),
    })),
  };
  expect(behind(now, was).map(({ message }) => message.split(' now.')[0])).toEqual([
    'Changed in English, not in German, French: the title “Your visit” reads “Your flight”',
    'Changed in English, not in German, French: in “How did you come?” the choice “By boat” reads “Not By boat”',
    'Changed in English, not in German, French: the ending thanks “Thank you” reads “Tell us more”',
  ]);
  expect(behind(now, was)[1]?.message).toContain('So did 1 more text of it.');
});
