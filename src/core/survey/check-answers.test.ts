import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { rounds } from '../../../test/deep.ts';
import { answersArbitrary, surveyArbitrary } from '../../../test/survey-arbitrary.ts';
import { AUDIENCES, type Audience } from '../perspective.ts';
import { answerProblem } from './answer-problem.ts';
import { checkAnswers } from './check-answers.ts';
import type { Answers, Given, Page, Question, SurveyDefinition } from './definition.ts';
import { questionnaireFor } from './questionnaire-for.ts';

vi.setConfig({ testTimeout: rounds(30_000, 600_000) });

const words = { customer: { en: '?' } };
const choices = ['c1', 'c2'].map((id) => ({ id, text: words }));
const survey = (
  questions: readonly Question[],
  page: Partial<Page> = {},
  audiences: readonly Audience[] = AUDIENCES,
): SurveyDefinition => ({
  format: 'parallax-survey/1',
  title: words,
  languages: ['en'],
  audiences,
  pages: [{ id: 'p', questions, ...page }],
  endings: [{ id: 'e', title: words }],
  hidden: [],
  quotas: [],
  appearance: {},
  settings: { progress: true, back: true, anonymousCustomers: false, askAgainAfterDays: null },
});

const ALL: readonly Question[] = [
  { id: 'nps', text: words, type: 'nps' },
  { id: 'ces', text: words, type: 'ces', notApplicable: true },
  { id: 'csat', text: words, type: 'csat', look: 'stars', points: 5 },
  { id: 'rating', text: words, type: 'rating', min: 0, max: 6 },
  { id: 'slider', text: words, type: 'slider', min: 0, max: 1, step: 0.1 },
  { id: 'yesno', text: words, type: 'yesno' },
  { id: 'matrix', text: words, type: 'matrix', min: 1, max: 5, notApplicable: true, rows: [{ id: 'a', text: words }] },
  { id: 'single', text: words, type: 'single', choices },
  { id: 'singleo', text: words, type: 'single', choices, other: true },
  { id: 'multi', text: words, type: 'multiple', choices },
  { id: 'multio', text: words, type: 'multiple', choices, other: true },
  { id: 'rank', text: words, type: 'ranking', choices },
  { id: 'short', text: words, type: 'short', maxLength: 5 },
  { id: 'long', text: words, type: 'long' },
  { id: 'huge', text: words, type: 'long', maxLength: 1_000_000 },
  { id: 'number', text: words, type: 'number', min: -1, max: 4, step: 0.5 },
  { id: 'any', text: words, type: 'number' },
  { id: 'date', text: words, type: 'date', min: '2026-01-01', max: '2026-12-31' },
  { id: 'consent', text: words, type: 'consent', required: 'yes' },
  { id: 'statement', text: words, type: 'statement' },
  { id: 'email', text: words, type: 'email' },
  { id: 'contact', text: words, type: 'contact', fields: ['name', 'email'] },
];
const DEFINITION = survey(ALL);
const check = (answers: Answers, audience: Audience = 'customer') => checkAnswers(DEFINITION, audience, answers);

/** Per key what is allowed (everything else of `TRIED` is not), and what the sentence says. */
const RULES: Record<string, { good: Given[]; says: string }> = {
  nps: { good: [0, 1, 4, 5, 10], says: '“nps” has to be a whole number from 0 to 10.' },
  ces: { good: [1, 4, 5, null], says: '“ces” has to be a whole number from 1 to 7, or null where it does not apply.' },
  csat: { good: [1, 4, 5], says: '“csat” has to be a whole number from 1 to 5.' },
  rating: { good: [0, 1, 4, 5], says: '“rating” has to be a whole number from 0 to 6.' },
  slider: { good: [0, 0.5, 0.30000000000000004, 1], says: '“slider” has to be a number in steps of 0.1 from 0 to 1.' },
  yesno: { good: [0, 1], says: '“yesno” has to be a whole number from 0 to 1.' },
  'matrix.a': {
    good: [1, 4, 5, null],
    says: '“matrix.a” has to be a whole number from 1 to 5, or null where it does not apply.',
  },
  single: { good: ['c1'], says: '“single” has to be the id of one choice: c1, c2.' },
  singleo: { good: ['c1', '_other'], says: '“singleo” has to be the id of one choice: c1, c2, _other.' },
  'singleo.other': {
    good: ['c1', '_other', 'toolong', 'a@b.example', '2026-02-28', '2026-02-30', '2027-01-01', '5'],
    says: '“singleo.other” has to be text of at most 10000 characters.',
  },
  multi: {
    good: [['c1'], ['c2', 'c1']],
    says: '“multi” has to be a list of ids of choices, each at most once: c1, c2.',
  },
  multio: {
    good: [['c1'], ['c2', 'c1'], ['c1', '_other']],
    says: '“multio” has to be a list of ids of choices, each at most once: c1, c2, _other.',
  },
  rank: { good: [['c1'], ['c2', 'c1']], says: '“rank” has to be a list of ids of choices, each at most once: c1, c2.' },
  short: { good: ['c1', '5'], says: '“short” has to be text of at most 5 characters.' },
  number: { good: [-1, 0, 0.5, 1, 4], says: '“number” has to be a number in steps of 0.5 from -1 up to 4.' },
  any: { good: [-1, 0, 0.5, 0.25, 0.30000000000000004, 1, 4, 5, 10, 11, 1e300], says: '“any” has to be a number.' },
  date: { good: ['2026-02-28'], says: '“date” has to be a day as YYYY-MM-DD from 2026-01-01 up to 2026-12-31.' },
  consent: { good: [true, false], says: '“consent” has to be true or false.' },
  email: { good: ['a@b.example'], says: '“email” has to be an e-mail address.' },
  'contact.email': { good: ['a@b.example'], says: '“contact.email” has to be an e-mail address.' },
};
const TRIED: Given[] = [
  -1,
  0,
  0.25,
  0.30000000000000004,
  0.5,
  1,
  4,
  5,
  10,
  11,
  1e300,
  NaN,
  Infinity,
  null,
  true,
  false,
  'c1',
  '_other',
  '5',
  'toolong',
  'a@b.example',
  '2026-02-28',
  '2026-02-30',
  '2027-01-01',
  ['c1'],
  ['c2', 'c1'],
  ['c1', 'c1'],
  ['c1', '_other'],
  ['c3'],
  ['constructor'],
];

describe('each type of question', () => {
  test.each(Object.entries(RULES))('%s', (key, { good, says }) => {
    for (const given of TRIED) {
      const allowed = good.some(
        (one) => one === given || (Array.isArray(given) && JSON.stringify(one) === JSON.stringify(given)),
      );
      expect([given, check({ [key]: given })]).toEqual([given, allowed ? [] : [{ key, message: says }]]);
    }
  });

  test('a text has at most 10,000 characters, whatever its question says', () => {
    for (const key of ['long', 'huge', 'multio.other', 'contact.name']) {
      expect(check({ [key]: 'a'.repeat(10_000) })).toEqual([]);
      expect(check({ [key]: 'a'.repeat(10_001) })).toHaveLength(1);
    }
  });

  test('whatever was answered can be taken back', () => {
    for (const key of Object.keys(RULES)) {
      expect(check({ [key]: '' })).toEqual([]);
      expect(check({ [key]: [] })).toEqual([]);
    }
  });

  test('what is no single thing was never sent by a renderer', () => {
    const strange: unknown[] = [{}, { a: 1 }, [[]], [1], ['c1', 2], [null]];
    for (const value of strange) {
      for (const key of Object.keys(RULES)) {
        expect(check({ [key]: value as Given })).toHaveLength(1);
      }
    }
  });
});

describe('keys', () => {
  test.each([
    'unknown',
    '',
    'nps.other',
    'statement',
    'matrix',
    'matrix.b',
    'single.other',
    'contact',
    'contact.phone',
    'NPS',
    'nps ',
    '__proto__',
    'constructor',
    'toString',
  ])('%j is refused', (key) => {
    const answers = JSON.parse(`{${JSON.stringify(key)}: 5}`) as Answers;
    expect(check(answers)).toEqual([{ key, message: `“${key}” is no question of this survey for this audience.` }]);
  });

  test('a long key is shortened in the sentence', () => {
    expect(check({ ['x'.repeat(5000)]: 1 })[0]?.message.length).toBeLessThan(200);
  });

  test('only what this audience is asked', () => {
    const both: Question = { id: 'both', text: words, type: 'nps' };
    const staff: Question = { id: 'staff', text: words, type: 'nps', audiences: ['staff'] };
    const refused = (definition: SurveyDefinition, audience: Audience) =>
      checkAnswers(definition, audience, { both: 5, staff: 5 }).map(({ key }) => key);
    expect(refused(survey([both, staff]), 'staff')).toEqual([]);
    expect(refused(survey([both, staff]), 'customer')).toEqual(['staff']);
    expect(refused(survey([both, staff], { audiences: ['customer'] }), 'staff')).toEqual(['both', 'staff']);
    expect(refused(survey([both, staff], { audiences: ['customer'] }), 'customer')).toEqual(['staff']);
    expect(refused(survey([both, staff], {}, ['customer']), 'staff')).toEqual(['both', 'staff']);
  });

  test('at most 1,000 of them, before anything else is looked at', () => {
    const many = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`q${i}`, 1]));
    expect(check(many(1000))).toHaveLength(1000);
    expect(check(many(1001))).toEqual([{ key: '', message: 'There are 1001 answers; a part holds at most 1000.' }]);
  });

  test('nothing is missing: answers come in parts', () => {
    expect(check({})).toEqual([]);
  });
});

describe('of any survey', () => {
  const answered = surveyArbitrary.chain((definition) =>
    fc
      .constantFrom(...AUDIENCES)
      .chain((audience) =>
        answersArbitrary(definition, audience).map((answers) => ({ definition, audience, answers })),
      ),
  );

  test('what a renderer makes is stored, and what the renderer lets pass is no fault', () => {
    let keys = 0;
    fc.assert(
      fc.property(answered, ({ definition, audience, answers }) => {
        const faults = checkAnswers(definition, audience, answers).map(({ key }) => key);
        keys += Object.keys(answers).length;
        const asked = questionnaireFor({
          surveyId: 's',
          version: 1,
          definition,
          audience,
          threshold: null,
          test: false,
          attributes: {},
          fullQuotas: [],
          work: 0,
        }).pages.flatMap((page) => page.questions);
        // Numbers beyond their bounds are in the material: both sides have to see them.
        const seen = asked.filter((question) => {
          const problem = answerProblem({ ...question, required: 'no' }, { answers, hidden: {}, attributes: {} });
          return problem !== undefined;
        });
        expect([...new Set(faults.map((key) => key.split('.')[0]))].sort()).toEqual(seen.map(({ id }) => id).sort());
      }),
      { numRuns: rounds(1000, 10_000) },
    );
    expect(keys).toBeGreaterThan(100);
  });

  test('whatever is sent instead, it gives sentences and never throws; other audiences’ questions are refused', () => {
    fc.assert(
      fc.property(
        surveyArbitrary,
        fc.constantFrom(...AUDIENCES),
        fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('q0_0', 'q0_1.r0', 'q1_0.other')), fc.jsonValue()),
        (definition, audience, sent) => {
          for (const { key, message } of checkAnswers(definition, audience, sent as Answers)) {
            expect(Object.hasOwn(sent, key)).toBe(true);
            expect(message).toMatch(/^“.*” (has to be|is no question) .*\.$/su);
          }
        },
      ),
      { numRuns: rounds(1000, 10_000) },
    );
  });
});
