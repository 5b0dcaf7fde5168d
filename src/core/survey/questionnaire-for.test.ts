import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { rounds } from '../../../test/deep.ts';
import { surveyArbitrary } from '../../../test/survey-arbitrary.ts';
import { AUDIENCES } from '../perspective.ts';
import type { Condition, Page, Question, SurveyDefinition } from './definition.ts';
import { isRightToLeft } from './direction.ts';
import { nextStep } from './flow.ts';
import { pickLanguage, type QuestionnaireInput, questionnaireFor } from './questionnaire-for.ts';

vi.setConfig({ testTimeout: rounds(30_000, 600_000) });

const always: Condition = { all: [] };
const words = (en: string) => ({ customer: { en } });
const DEFINITION: SurveyDefinition = {
  format: 'parallax-survey/1',
  title: { customer: { en: 'Airport', de: 'Flughafen' }, staff: { en: 'Airport, for staff' } },
  languages: ['en', 'de', 'fa'],
  audiences: ['leadership', 'staff', 'customer'],
  pages: [],
  endings: [{ id: 'e', title: words('Thanks'), redirect: 'https://shop.example' }],
  hidden: ['order'],
  quotas: [],
  appearance: { accent: '#112233' },
  settings: { progress: true, back: false, anonymousCustomers: false, askAgainAfterDays: 30 },
};
const make = (definition: Partial<SurveyDefinition>, more: Partial<QuestionnaireInput> = {}) =>
  questionnaireFor({
    surveyId: 'survey-1',
    version: 3,
    definition: { ...DEFINITION, ...definition },
    audience: 'customer',
    language: 'en',
    threshold: null,
    test: false,
    attributes: {},
    fullQuotas: [],
    work: 12,
    ...more,
  });
const page = (id: string, questions: readonly Question[], more: Partial<Page> = {}): Page => ({
  id,
  questions,
  ...more,
});
const nps = (id: string, more: Partial<Extract<Question, { type: 'nps' }>> = {}): Question => ({
  id,
  text: words('?'),
  type: 'nps',
  ...more,
});

describe('language', () => {
  test.each([
    [['en', 'de'], 'de', 'de'],
    [['en', 'de'], 'DE', 'de'],
    [['en', 'de'], 'de-AT', 'de'],
    [['en', 'de', 'de-AT'], 'de-AT', 'de-AT'],
    [['en', 'pt-BR'], 'pt', 'pt-BR'],
    [['en', 'pt-BR'], 'pt_PT', 'pt-BR'],
    [['en', 'zh-Hans', 'zh-Hant'], 'zh-Hant-TW', 'zh-Hant'],
    [['en', 'de'], 'fr', 'en'],
    [['de', 'en'], '', 'de'],
    [['en'], '<script>', 'en'],
    [['en', 'de'], 'd', 'en'],
    [[], 'de', 'en'],
  ])('of %j, who prefers %j reads %s', (languages, wish, expected) => {
    expect(pickLanguage(languages, wish)).toBe(expected);
  });

  test.each([
    'ar',
    'ar-EG',
    'fa',
    'he',
    'iw',
    'ur-PK',
    'ps',
    'dv',
    'yi',
    'sd',
    'ug',
    'ckb',
    'ku-Arab',
    'ku-Arab-IQ',
    'pa-Arab',
    'AZ-ARAB',
    'uz-arab-AF',
  ])('%s is written from right to left', (language) => {
    expect(isRightToLeft(language)).toBe(true);
  });

  test.each(['en', 'de-AT', 'ku', 'ku-Latn', 'ar-Latn', 'pa', 'az', 'sl-1994', 'zh-Hant', 'arn', ''])(
    '%s is not',
    (language) => {
      expect(isRightToLeft(language)).toBe(false);
    },
  );

  test('the questionnaire says its own', () => {
    const { language, languages, direction } = make({}, { language: 'fa-IR' });
    expect({ language, languages, direction }).toEqual({
      language: 'fa',
      languages: ['en', 'de', 'fa'],
      direction: 'rtl',
    });
    expect(make({}, { language: undefined })).toMatchObject({ language: 'en', direction: 'ltr' });
  });
});

describe('texts', () => {
  const title = (wording: SurveyDefinition['title'], audience: QuestionnaireInput['audience'], language: string) =>
    make({ title: wording }, { audience, language }).title;

  test('the audience’s own words, otherwise the customers’', () => {
    expect(title(DEFINITION.title, 'staff', 'en')).toBe('Airport, for staff');
    expect(title(DEFINITION.title, 'leadership', 'en')).toBe('Airport');
    expect(title(DEFINITION.title, 'leadership', 'de')).toBe('Flughafen');
  });

  test('own words in the first language rather than the customers’, which ask something else', () => {
    expect(title(DEFINITION.title, 'staff', 'de')).toBe('Airport, for staff');
  });

  test('without a translation the first language, then any', () => {
    // Between isolates, because Persian runs the other way (direction.test.ts).
    expect(title({ customer: { en: 'A', de: 'B' } }, 'customer', 'fa')).toBe('\u2066A\u2069');
    expect(title({ customer: { de: 'B' } }, 'customer', 'fa')).toBe('\u2066B\u2069');
    expect(title({ customer: { fa: ' ', de: 'B' } }, 'customer', 'fa')).toBe('\u2066B\u2069');
    expect(title({ staff: { de: 'S' } }, 'leadership', 'en')).toBe('S');
    expect(title({ staff: { en: '' }, customer: { en: 'C' } }, 'staff', 'en')).toBe('C');
    expect(title({}, 'customer', 'en')).toBe('');
  });
});

test('every type as the renderer needs it', () => {
  const choices = [{ id: 'c1', text: { customer: { de: 'Preis', en: 'Price' } } }];
  const asked = [{ id: 'c1', text: 'Price' }];
  const base = { id: 'q', text: words('Q') };
  const of = (question: Question) => {
    const { id, text, ...rest } = make({ pages: [page('p', [question])] }).pages[0]!.questions[0]!;
    expect({ id, text }).toEqual({ id: 'q', text: 'Q' });
    return rest;
  };
  expect(of({ ...base, type: 'nps', item: 'secret', low: words('Never') })).toEqual({
    type: 'nps',
    min: 0,
    max: 10,
    step: 1,
    low: 'Never',
  });
  expect(of({ ...base, type: 'ces', lens: 'expectation' })).toEqual({ type: 'ces', min: 1, max: 7, step: 1 });
  expect(of({ ...base, type: 'csat', look: 'smileys', points: 3 })).toEqual({
    type: 'csat',
    look: 'smileys',
    min: 1,
    max: 3,
    step: 1,
  });
  expect(of({ ...base, type: 'rating', min: 0, max: 6, notApplicable: true })).toEqual({
    type: 'rating',
    min: 0,
    max: 6,
    step: 1,
    notApplicable: true,
  });
  expect(of({ ...base, type: 'slider', min: 0, max: 100, step: 5 })).toEqual({
    type: 'slider',
    min: 0,
    max: 100,
    step: 5,
  });
  expect(of({ ...base, type: 'yesno', required: 'yes' })).toEqual({
    type: 'yesno',
    min: 0,
    max: 1,
    step: 1,
    required: 'yes',
  });
  expect(of({ ...base, type: 'matrix', min: 1, max: 5, rows: [{ ...choices[0]!, item: 'secret' }] })).toEqual({
    type: 'matrix',
    min: 1,
    max: 5,
    step: 1,
    rows: asked,
  });
  expect(of({ ...base, type: 'single', choices, other: true, shuffle: true })).toEqual({
    type: 'single',
    choices: asked,
    other: true,
    shuffle: true,
  });
  expect(of({ ...base, type: 'ranking', choices })).toEqual({ type: 'ranking', choices: asked });
  expect(of({ ...base, type: 'short', maxLength: 9, help: words('H') })).toEqual({
    type: 'short',
    maxLength: 9,
    help: 'H',
  });
  expect(of({ ...base, type: 'number', min: 0, step: 0.5 })).toEqual({ type: 'number', min: 0, step: 0.5 });
  expect(of({ ...base, type: 'date', max: '2026-01-01' })).toEqual({ type: 'date', max: '2026-01-01' });
  expect(of({ ...base, type: 'contact', fields: ['email'] })).toEqual({ type: 'contact', fields: ['email'] });
  expect(of({ ...base, type: 'statement', showIf: always })).toEqual({ type: 'statement', showIf: always });
});

describe('audiences', () => {
  const definition = {
    pages: [
      page('1', [nps('all'), nps('staff', { audiences: ['staff'] })], {
        jumps: [
          { if: always, to: '3' },
          { if: always, to: '4' },
        ],
      }),
      page('2', [nps('two')]),
      page('3', [nps('three')], { audiences: ['staff'] }),
      page('4', [nps('four', { audiences: ['staff', 'leadership'] })]),
      page('5', [nps('five')]),
      page('6', [nps('six')], { audiences: ['staff'], jumps: [] }),
      page('7', []),
    ],
  };
  const ids = (audience: QuestionnaireInput['audience']) =>
    make(definition, { audience }).pages.map((each) => `${each.id}: ${each.questions.map(({ id }) => id)}`);

  test('get their questions and no others', () => {
    expect(ids('staff')).toEqual(['1: all,staff', '2: two', '3: three', '4: four', '5: five', '6: six']);
    expect(ids('customer')).toEqual(['1: all', '2: two', '5: five']);
    expect(ids('leadership')).toEqual(['1: all', '2: two', '4: four', '5: five']);
    expect(make({ ...definition, audiences: ['staff'] }).pages).toEqual([]);
  });

  test('a jump to a page of others lands where that page would have led on to', () => {
    const lands = (audience: QuestionnaireInput['audience'], from: string) => {
      const step = nextStep(make(definition, { audience }), from, { answers: {}, hidden: {}, attributes: {} });
      return 'page' in step ? step.page.id : step.ending.id;
    };
    expect(lands('staff', '1')).toBe('3');
    expect(lands('leadership', '1')).toBe('4');
    expect(lands('customer', '1')).toBe('5');
    const last = {
      pages: [
        page('1', [nps('a')], { jumps: [{ if: always, to: '3' }] }),
        page('2', [nps('b')]),
        page('3', [nps('c')], { audiences: ['staff'] }),
      ],
    };
    expect(make(last).pages[0]?.jumps).toEqual([{ if: always, to: 'e' }]);
  });
});

test('full quotas of this audience', () => {
  const quota = (id: string, more: object) => ({ id, name: id, limit: 1, ending: 'e', ...more });
  const quotas = [
    quota('a', {}),
    quota('b', { audience: 'staff', if: always }),
    quota('c', { audience: 'customer' }),
    quota('d', {}),
  ];
  const full = (audience: QuestionnaireInput['audience']) =>
    make({ quotas }, { audience, fullQuotas: ['a', 'b', 'c'] }).full;
  expect(full('customer')).toEqual([{ ending: 'e' }, { ending: 'e' }]);
  expect(full('staff')).toEqual([{ ending: 'e' }, { ending: 'e', if: always }]);
  expect(full('leadership')).toEqual([{ ending: 'e' }]);
});

test('only attributes that texts and conditions of this audience use, and none where answers are anonymous', () => {
  const attributes = { name: 'Ann', plan: 'gold', since: '2020', city: 'Rome', salary: '1', job: 'x', code: 'y' };
  const is = (key: string): Condition => ({ not: { any: [{ of: 'attribute', key, is: 'answered' }] } });
  const definition: Partial<SurveyDefinition> = {
    title: words('Hi {{attribute: name |you}}'),
    pages: [
      page('1', [nps('a', { showIf: is('plan'), help: words('{{attribute:since}}') })], {
        jumps: [{ if: is('city'), to: 'e' }],
      }),
      page('2', [nps('b', { text: words('{{attribute:job}} {{answer:code}}') })], { audiences: ['staff'] }),
      page('3', [nps('c', { showIf: { of: 'hidden', key: 'code', is: 'answered' } })]),
    ],
    quotas: [{ id: 'q', name: 'Q', limit: 1, ending: 'e', if: is('salary') }],
  };
  expect(Object.keys(make(definition, { attributes }).attributes)).toEqual(['name', 'plan', 'since', 'city']);
  expect(Object.keys(make(definition, { attributes, fullQuotas: ['q'] }).attributes)).toContain('salary');
  expect(make(definition, { attributes, threshold: 5 }).attributes).toEqual({});
});

test('an ending leads to https addresses of the hosts that are allowed now, and nowhere else', () => {
  const redirect = (address: string, redirectHosts?: readonly string[]) =>
    make({ endings: [{ id: 'e', title: words('T'), redirect: address }] }, redirectHosts ? { redirectHosts } : {})
      .endings[0];
  const shop = ['other.example', 'shop.example', 'Till.Example:8443'];
  for (const good of ['https://shop.example/x', 'HTTPS://SHOP.example/{{answer:q1}}', 'https://till.example:8443/']) {
    expect(redirect(good, shop)).toEqual({ id: 'e', title: 'T', redirect: good });
    expect(redirect(good, ['other.example'])).toEqual({ id: 'e', title: 'T' });
    expect(redirect(good)).toEqual({ id: 'e', title: 'T' });
  }
  for (const bad of [
    'javascript:alert(1)',
    'http://shop.example',
    '//shop.example',
    ' https://shop.example',
    'https:shop.example',
    'https://shop.example:8443',
    'https://shop.example@evil.example',
    'https://evil.example@shop.example',
    'https://{{answer:q1}}.shop.example',
    'https://shop.example.evil.example',
    'data:text/html,x',
  ]) {
    expect(redirect(bad, shop)).toEqual({ id: 'e', title: 'T' });
  }
});

test('of any survey: JSON that says nothing of other audiences, of items or of quotas that are not full', () => {
  const input = fc.record({
    definition: surveyArbitrary,
    audience: fc.constantFrom(...AUDIENCES),
    language: fc.constantFrom('en', 'de-CH', 'ar', 'xx'),
  });
  fc.assert(
    fc.property(input, ({ definition, audience, language }) => {
      const made = make({}, { definition, audience, language });
      expect(JSON.parse(JSON.stringify(made))).toEqual(made);
      const asked = made.pages.flatMap((each) => each.questions.map(({ id }) => id));
      const expected = definition.pages
        .filter((each) => definition.audiences.includes(audience) && each.audiences?.includes(audience) !== false)
        .flatMap((each) => each.questions.filter((question) => question.audiences?.includes(audience) !== false));
      expect(asked).toEqual(expected.map(({ id }) => id));
      expect(made.pages.every((each) => each.questions.length > 0)).toBe(true);
      expect(made.full).toEqual([]);
      expect(JSON.stringify(made)).not.toMatch(/"(item|lens|audiences|limit|points)"/);
    }),
    { numRuns: rounds(500, 5000) },
  );
});
