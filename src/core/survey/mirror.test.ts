import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AUDIENCES } from '../perspective.ts';
import { lensFor, type Question, type SurveyDefinition } from './definition.ts';
import { mirrorSurvey } from './mirror.ts';

const customer = (en: string, de = `${en} (de)`) => ({ customer: { en, de } });

function survey(questions: readonly Question[], rest: Partial<SurveyDefinition> = {}): SurveyDefinition {
  return {
    format: 'parallax-survey/1',
    title: customer('Your visit'),
    languages: ['en', 'de-AT'],
    audiences: ['customer'],
    pages: [{ id: 'p1', questions }],
    endings: [{ id: 'thanks', title: customer('Thank you') }],
    hidden: [],
    quotas: [],
    appearance: {},
    settings: { progress: true, back: true, anonymousCustomers: false, askAgainAfterDays: 90 },
    ...rest,
  };
}

const delivery: Question = {
  id: 'q1',
  type: 'rating',
  text: customer('How was the delivery?'),
  min: 1,
  max: 5,
  item: 'delivery',
};

test('adds the audiences and copies nothing: the lens follows from the audience', () => {
  const before = survey([delivery, { id: 'q2', type: 'long', text: customer('Why?') }]);
  const after = mirrorSurvey(before, { audiences: ['staff', 'leadership'], importance: false });
  expect(after).toEqual({ ...before, audiences: ['leadership', 'staff', 'customer'] });
  expect(lensFor('staff', 'experience')).toBe('belief');
});

test('consent and contact details stay with customers, unless the question says otherwise', () => {
  const after = mirrorSurvey(
    survey([
      { id: 'c', type: 'consent', text: customer('May we call you?') },
      { id: 'e', type: 'email', text: customer('Your e-mail address'), audiences: ['customer', 'staff'] },
      { id: 'k', type: 'contact', text: customer('Your details'), fields: ['name'] },
    ]),
    { audiences: ['staff'], importance: false },
  );
  expect(after.pages[0]?.questions.map(({ audiences }) => audiences)).toEqual([
    ['customer'],
    ['customer', 'staff'],
    ['customer'],
  ]);
});

test('adds one importance rating per item, on the scale of the item and a page for each, for everybody', () => {
  const matrix: Question = {
    id: 'm',
    type: 'matrix',
    text: customer('How were …'),
    min: 1,
    max: 7,
    rows: [
      { id: 'a', text: customer('Seats'), item: 'seats' },
      { id: 'b', text: customer('Weather') },
      { id: 'c', text: customer('The delivery'), item: 'delivery' },
    ],
  };
  const yes: Question = { id: 'y', type: 'yesno', text: customer('Solved?'), item: 'solved' };
  const after = mirrorSurvey(survey([delivery, matrix, yes]), {
    audiences: ['staff'],
    importance: true,
    itemNames: new Map([['seats', 'Comfort of the seats']]),
  });
  const [, first, second] = after.pages;
  expect([first, second].map((page) => page?.title?.customer?.en)).toEqual([
    'What matters most?',
    'What matters most? (2)',
  ]);
  expect(after.pages.map(({ id, audiences }) => [id, audiences])).toEqual([
    ['p1', undefined],
    ['importance', undefined],
    ['importance2', undefined],
  ]);
  expect([first, second].map((page) => page?.questions.map((one) => [one.id, 'item' in one && one.item]))).toEqual([
    [['q1_importance', 'delivery']],
    [['m_a_importance', 'seats']],
  ]);
  expect(first?.questions[0]).toMatchObject({ type: 'rating', min: 1, max: 5, lens: 'importance' });
  expect(second?.questions[0]).toMatchObject({ min: 1, max: 7 });
  expect(first?.questions[0]?.text.customer?.en).toBe('How important is this to you: “How was the delivery?”');
  expect(second?.questions[0]?.text.staff?.['de-AT']).toBe(
    'Wie wichtig ist unseren Kundinnen und Kunden „Comfort of the seats“?',
  );
  expect(second?.questions[0]?.text.customer?.en).toBe('How important is “Comfort of the seats” to you?');
});

test('importance stands behind the last rating and before consent and contact details; later items join their scale', () => {
  const trust: Question = { ...delivery, id: 'q2', text: customer('Do you trust us?'), item: 'trust' };
  const effort: Question = { id: 'q3', type: 'ces', text: customer('It was easy.'), item: 'effort' };
  const page = (id: string, ...questions: readonly Question[]) => ({ id, questions });
  const pages = [
    page('hello', { id: 's', type: 'statement', text: customer('Welcome') }),
    page('p1', delivery),
    page('why', { id: 'w', type: 'long', text: customer('Why?') }),
    page('consent', { id: 'c', type: 'consent', text: customer('May we call you?') }),
    page('mail', { id: 'e', type: 'email', text: customer('Your e-mail address') }),
  ];
  const options = { audiences: ['staff'] as const, importance: true };
  const after = mirrorSurvey(survey([], { pages }), options);
  expect(after.pages.map(({ id }) => id)).toEqual(['hello', 'p1', 'why', 'importance', 'consent', 'mail']);
  const more = after.pages.map((one) => (one.id === 'p1' ? page('p1', delivery, trust, effort) : one));
  const again = mirrorSurvey({ ...after, pages: more }, options);
  expect(again.pages.map(({ id, questions }) => [id, ...questions.map((one) => one.id)])).toEqual([
    ['hello', 's'],
    ['p1', 'q1', 'q2', 'q3'],
    ['why', 'w'],
    ['importance', 'q1_importance', 'q2_importance'],
    ['importance2', 'q3_importance'],
    ['consent', 'c'],
    ['mail', 'e'],
  ]);
  // Without a page of contact details it is the last, and never before a rating.
  const late = mirrorSurvey(survey([], { pages: [...pages.slice(3), page('p1', delivery)] }), options);
  expect(late.pages.map(({ id }) => id)).toEqual(['consent', 'mail', 'p1', 'importance']);
});

test('items whose importance is asked already get no second question', () => {
  const asked: Question = { ...delivery, id: 'q9', lens: 'importance' };
  const before = survey([delivery, asked]);
  expect(mirrorSurvey(before, { audiences: ['customer'], importance: true })).toEqual(before);
});

test('mirroring twice is the same as once, and the questions that were there stay in their order', () => {
  const id = fc.stringMatching(/^[a-z]{1,3}$/);
  const item = fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined });
  const question: fc.Arbitrary<Question> = fc
    .oneof(
      fc.record({ id, item, type: fc.constantFrom('nps' as const, 'ces' as const, 'yesno' as const) }),
      fc
        .record({
          id,
          item,
          lens: fc.constantFrom('experience' as const, 'importance' as const, 'expectation' as const),
        })
        .map((some) => ({ ...some, type: 'rating' as const, min: 1, max: 5 })),
      fc.record({ id, type: fc.constantFrom('long' as const, 'consent' as const, 'email' as const) }),
    )
    .map(({ ...some }) => {
      const { item: key, ...rest } = { item: undefined, ...some };
      return { ...rest, ...(key === undefined ? {} : { item: key }), text: customer(`Question ${some.id}`) };
    });
  fc.assert(
    fc.property(
      fc.uniqueArray(question, { selector: (one) => one.id, maxLength: 8 }),
      fc.subarray([...AUDIENCES]),
      fc.boolean(),
      (questions, audiences, importance) => {
        const before = survey(questions);
        const once = mirrorSurvey(before, { audiences, importance });
        expect(mirrorSurvey(once, { audiences, importance })).toEqual(once);
        const ids = once.pages.flatMap((page) => page.questions.map((one) => one.id));
        expect(ids.slice(0, questions.length)).toEqual(questions.map((one) => one.id));
        expect(new Set(ids).size).toBe(ids.length);
      },
    ),
    { numRuns: 300 },
  );
});
