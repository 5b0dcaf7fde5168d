import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rounds } from '../../../test/deep.ts';
import { surveyArbitrary } from '../../../test/survey-arbitrary.ts';
import type { SurveyDefinition } from '../../core/survey/definition.ts';
import { mirrorSurvey } from '../../core/survey/mirror.ts';
import { testsIn } from '../../core/survey/quotas.ts';
import {
  addPage,
  addQuestion,
  changeQuestion,
  movePage,
  moveQuestion,
  placeQuestion,
  putLanguages,
  putText,
  questionsOf,
  removePage,
  removeQuestion,
  renameQuestion,
} from './edit.ts';
import { newQuestion, QUESTION_GROUPS } from './question-types.ts';

const TYPES = QUESTION_GROUPS.flatMap(({ types }) => types.map(({ type }) => type));
const idsOf = (survey: SurveyDefinition) => questionsOf(survey).map(({ id }) => id);

test('every kind of question is offered once, with its own fields', () => {
  expect(new Set(TYPES).size).toBe(18);
  for (const type of TYPES) expect(newQuestion(type, 'q').type).toBe(type);
});

describe('any survey', () => {
  test('moving a question changes the order and nothing else; up takes back down', () => {
    fc.assert(
      fc.property(surveyArbitrary, fc.nat(), (survey, n) => {
        const ids = idsOf(survey);
        const id = ids[n % Math.max(ids.length, 1)];
        if (id === undefined) return;
        const moved = moveQuestion(survey, id, 1);
        expect(idsOf(moved).toSorted()).toEqual(ids.toSorted());
        if (moved !== survey) expect(idsOf(moveQuestion(moved, id, -1))).toEqual(ids);
      }),
      { numRuns: rounds(100, 2_000) },
    );
  });

  test('a question is put where it is wanted, and stands there once', () => {
    fc.assert(
      fc.property(surveyArbitrary, fc.nat(), fc.nat(), fc.nat(20), (survey, n, p, index) => {
        const ids = idsOf(survey);
        const id = ids[n % Math.max(ids.length, 1)];
        const page = survey.pages[p % Math.max(survey.pages.length, 1)];
        if (id === undefined || !page) return;
        const placed = placeQuestion(survey, id, page.id, index);
        expect(idsOf(placed).toSorted()).toEqual(ids.toSorted());
        const there = placed.pages.find((one) => one.id === page.id)?.questions.map((one) => one.id) ?? [];
        expect(there.indexOf(id)).toBe(Math.min(index, there.length - 1));
      }),
      { numRuns: rounds(100, 2_000) },
    );
  });

  test('what is added can be taken out again without a trace', () => {
    fc.assert(
      fc.property(surveyArbitrary, fc.constantFrom(...TYPES), (survey, type) => {
        const page = survey.pages[0];
        if (!page) return;
        const added = addQuestion(survey, page.id, newQuestion(type, 'brand_new'), page.questions[0]?.id);
        expect(removeQuestion(added, 'brand_new')).toEqual(survey);
        const paged = addPage(survey, { id: 'brand_new', questions: [] }, page.id);
        expect(removePage(paged, 'brand_new')).toEqual(survey);
        expect(movePage(movePage(paged, 'brand_new', 1), 'brand_new', -1).pages.length).toBe(survey.pages.length + 1);
      }),
      { numRuns: rounds(100, 2_000) },
    );
  });

  test('a question that is renamed is named anew everywhere, and back', () => {
    fc.assert(
      fc.property(surveyArbitrary, fc.nat(), (survey, n) => {
        const ids = idsOf(survey);
        const id = ids[n % Math.max(ids.length, 1)];
        if (id === undefined) return;
        const renamed = renameQuestion(survey, id, 'another_name');
        const keys = renamed.pages
          .flatMap((page) => [
            page.showIf,
            ...(page.jumps ?? []).map((jump) => jump.if),
            ...page.questions.map((q) => q.showIf),
          ])
          .flatMap(testsIn)
          .filter(({ of }) => of === 'answer')
          .map(({ key }) => key.split('.')[0]);
        expect(keys).not.toContain(id);
        expect(renameQuestion(renamed, 'another_name', id)).toEqual(survey);
      }),
      { numRuns: rounds(100, 2_000) },
    );
  });

  test('a language that is taken out leaves no text, and nothing else is lost', () => {
    fc.assert(
      fc.property(surveyArbitrary, (survey) => {
        const left = putLanguages(
          survey,
          survey.languages.filter((one) => one !== 'de'),
        );
        if (survey.languages.includes('de')) expect(JSON.stringify(left)).not.toContain('"de":');
        expect(idsOf(left)).toEqual(idsOf(survey));
      }),
      { numRuns: rounds(50, 1_000) },
    );
  });
});

test('a text that is emptied is gone, and staff read the customers’ again', () => {
  const wording = putText({ customer: { en: 'How clean?' } }, 'staff', 'en', 'How clean do they find it?');
  expect(wording).toEqual({ customer: { en: 'How clean?' }, staff: { en: 'How clean do they find it?' } });
  expect(putText(wording, 'staff', 'en', '')).toEqual({ customer: { en: 'How clean?' } });
  expect(putText({ customer: { en: 'x' } }, 'customer', 'en', '')).toEqual({ customer: {} });
});

test('a placeholder follows a renamed question', () => {
  const survey = mirrorSurvey(
    {
      format: 'parallax-survey/1',
      title: { customer: { en: 'T' } },
      languages: ['en'],
      audiences: ['customer'],
      pages: [
        {
          id: 'p',
          questions: [
            { id: 'q1', type: 'short', text: { customer: { en: 'Name?' } } },
            { id: 'q10', type: 'long', text: { customer: { en: 'And {{answer:q1|you}}, {{answer:q10|}}?' } } },
          ],
        },
      ],
      endings: [{ id: 'e', title: { customer: { en: 'Thanks {{ answer:q1 |}}' } } }],
      hidden: [],
      quotas: [],
      appearance: {},
      settings: { progress: true, back: true, anonymousCustomers: false, askAgainAfterDays: null },
    },
    { audiences: ['staff'], importance: false },
  );
  const renamed = renameQuestion(survey, 'q1', 'name');
  expect(questionsOf(renamed)[1]?.text.customer?.['en']).toBe('And {{answer:name|you}}, {{answer:q10|}}?');
  expect(renamed.endings[0]?.title.customer?.['en']).toContain('{{answer:name');
  expect(changeQuestion(renamed, 'nothing', () => newQuestion('nps', 'x'))).toEqual(renamed);
});
