import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { rounds } from '../../../test/deep.ts';
import { answersArbitrary, surveyArbitrary } from '../../../test/survey-arbitrary.ts';
import { AUDIENCES, type Audience } from '../perspective.ts';
import { customScale, isOnScale, SCALES, type Scale } from '../scale.ts';
import type { Page, Question, SurveyDefinition } from './definition.ts';
import { bindItems, itemAnswers } from './item-answers.ts';
import { mergePart } from './merge-parts.ts';
import { NOTHING_MERGED } from './parts.ts';

vi.setConfig({ testTimeout: rounds(30_000, 600_000) });

const words = { customer: { en: '?' } };
const survey = (pages: readonly Page[], audiences: readonly Audience[] = AUDIENCES): SurveyDefinition => ({
  format: 'parallax-survey/1',
  title: words,
  languages: ['en'],
  audiences,
  pages,
  endings: [{ id: 'e', title: words }],
  hidden: [],
  quotas: [],
  appearance: {},
  settings: { progress: true, back: true, anonymousCustomers: false, askAgainAfterDays: null },
});
const ITEMS = new Map<string, { id: string; scale: Scale }>([
  ['clean', { id: 'id-clean', scale: SCALES['1-5'] }],
  ['quick', { id: 'id-quick', scale: SCALES['1-5'] }],
  ['ease', { id: 'id-ease', scale: SCALES['1-7'] }],
  ['nps', { id: 'id-nps', scale: SCALES['0-10'] }],
  ['wait', { id: 'id-wait', scale: { min: 1, max: 5, step: 1, direction: 'down', topBox: 1 } }],
  ['solved', { id: 'id-solved', scale: SCALES['yes/no'] }],
  ['share', { id: 'id-share', scale: customScale(0, 100) }],
]);
const bind = (questions: readonly Question[], audiences?: readonly Audience[]) =>
  bindItems(survey([{ id: 'p', questions }], audiences), ITEMS);
const rating = (id: string, more: Partial<Extract<Question, { type: 'rating' }>> = {}): Question => ({
  id,
  text: words,
  type: 'rating',
  min: 1,
  max: 5,
  ...more,
});

describe('bindItems', () => {
  test('every type that has a scale, on the scale of its item', () => {
    const { bindings, problems } = bind([
      { id: 'a', text: words, type: 'nps', item: 'nps' },
      { id: 'b', text: words, type: 'csat', look: 'stars', points: 5, item: 'clean', lens: 'expectation' },
      { id: 'c', text: words, type: 'ces', item: 'ease' },
      { id: 'd', text: words, type: 'yesno', item: 'solved' },
      { id: 'e', text: words, type: 'slider', min: 0, max: 100, step: 0.5, item: 'share' },
      rating('f', { item: 'wait' }),
      rating('free'),
      { id: 'g', text: words, type: 'short' },
      {
        id: 'm',
        text: words,
        type: 'matrix',
        min: 1,
        max: 5,
        lens: 'importance',
        rows: [
          { id: 'r1', text: words, item: 'clean' },
          { id: 'r2', text: words },
          { id: 'r3', text: words, item: 'quick' },
        ],
      },
    ]);
    expect(problems).toEqual([]);
    expect(bindings).toEqual({
      a: { itemId: 'id-nps', lens: 'experience', scale: SCALES['0-10'] },
      b: { itemId: 'id-clean', lens: 'expectation', scale: SCALES['1-5'] },
      c: { itemId: 'id-ease', lens: 'experience', scale: SCALES['1-7'] },
      d: { itemId: 'id-solved', lens: 'experience', scale: SCALES['yes/no'] },
      e: { itemId: 'id-share', lens: 'experience', scale: customScale(0, 100) },
      // The direction is the item's: a question has none.
      f: { itemId: 'id-wait', lens: 'experience', scale: ITEMS.get('wait')?.scale },
      'm.r1': { itemId: 'id-clean', lens: 'importance', scale: SCALES['1-5'] },
      'm.r3': { itemId: 'id-quick', lens: 'importance', scale: SCALES['1-5'] },
    });
  });

  test('what cannot be bound is told and left out', () => {
    const { bindings, problems } = bind([
      rating('a', { item: 'gone' }),
      rating('b', { item: 'ease' }),
      { id: 'c', text: words, type: 'slider', min: 1, max: 5, step: 0.5, item: 'clean' },
      { id: 'd', text: words, type: 'matrix', min: 0, max: 4, rows: [{ id: 'r', text: words, item: 'quick' }] },
    ]);
    expect(bindings).toEqual({});
    expect(problems).toEqual([
      { question: 'a', message: 'There is no item “gone”: choose one of the workspace’s items or bind none.' },
      { question: 'b', message: '“b” asks on 1-5, but the item “ease” has 1-7: use the same scale.' },
      { question: 'c', message: '“c” has steps of 0.5, but the item “clean” has steps of 1: use the same steps.' },
      { question: 'd', message: '“d.r” asks on 0-4, but the item “quick” has 1-5: use the same scale.' },
    ]);
  });

  test('one item and lens once per audience', () => {
    const twice = 'ask the same people for the same item and lens: bind only one of them.';
    const first = rating('a', { item: 'clean' });
    expect(bind([first, rating('b', { item: 'clean' })]).problems).toEqual([
      { question: 'b', message: `“b” and “a” ${twice}` },
    ]);
    expect(Object.keys(bind([first, rating('b', { item: 'clean' })]).bindings)).toEqual(['a']);
    const row = { id: 'r', text: words, item: 'clean' };
    expect(bind([first, { id: 'm', text: words, type: 'matrix', min: 1, max: 5, rows: [row] }]).problems).toHaveLength(
      1,
    );
    // Another lens, or other people: no problem.
    expect(bind([first, rating('b', { item: 'clean', lens: 'expectation' })]).problems).toEqual([]);
    const apart = [
      rating('a', { item: 'clean', audiences: ['customer'] }),
      rating('b', { item: 'clean', audiences: ['staff', 'leadership'] }),
    ];
    expect(bind(apart).problems).toEqual([]);
    expect(
      bind([
        rating('a', { item: 'clean', audiences: ['customer', 'staff'] }),
        rating('b', { item: 'clean', audiences: ['staff'] }),
      ]).problems,
    ).toHaveLength(1);
    // A survey that does not ask staff has no such pair, and pages count like questions.
    expect(
      bind([rating('a', { item: 'clean' }), rating('b', { item: 'clean', audiences: ['staff'] })], ['customer'])
        .problems,
    ).toEqual([]);
    const pages: Page[] = [
      { id: '1', audiences: ['customer'], questions: [first] },
      { id: '2', audiences: ['staff'], questions: [rating('b', { item: 'clean' })] },
    ];
    expect(bindItems(survey(pages), ITEMS).problems).toEqual([]);
  });
});

describe('itemAnswers', () => {
  const { bindings } = bind([
    rating('a', { item: 'clean' }),
    rating('b', { item: 'clean', lens: 'importance' }),
    rating('c', { item: 'quick', notApplicable: true }),
    { id: 'constructor', text: words, type: 'nps', item: 'nps' },
  ]);
  const merged = (answers: Record<string, never> | Parameters<typeof mergePart>[1]['answers']) => {
    const result = mergePart(NOTHING_MERGED, { part: 0, answers, finished: true }, 'x');
    if (result === 'conflict') throw new Error('conflict');
    return result;
  };

  test.each(AUDIENCES)('%s: the lens follows from who answered', (audience) => {
    const lens = audience === 'customer' ? 'experience' : 'belief';
    expect(
      itemAnswers(bindings, audience, merged({ b: 5, c: null, a: 4, free: 3, toString: 2, constructor: 9 })),
    ).toEqual([
      { itemId: 'id-clean', lens, value: 4 },
      { itemId: 'id-clean', lens: 'importance', value: 5 },
      { itemId: 'id-quick', lens, value: null },
      { itemId: 'id-nps', lens, value: 9 },
    ]);
  });

  test('what was taken back or is no point of the scale is no value', () => {
    expect(itemAnswers(bindings, 'customer', merged({ a: '', b: 6, c: 2.5 }))).toEqual([]);
    expect(itemAnswers(bindings, 'customer', merged({ a: '4', b: true, c: ['1'] }))).toEqual([]);
  });
});

test('of any survey: at most one value per item and lens, every one a point of its scale, none invented', () => {
  const items = new Map([
    ['i1', { id: '1', scale: SCALES['0-10'] }],
    ['i2', { id: '2', scale: SCALES['1-5'] }],
  ]);
  const answered = surveyArbitrary.chain((definition) =>
    fc
      .constantFrom(...AUDIENCES)
      .chain((audience) =>
        answersArbitrary(definition, audience).map((answers) => ({ definition, audience, answers })),
      ),
  );
  let values = 0;
  fc.assert(
    fc.property(answered, ({ definition, audience, answers }) => {
      const { bindings } = bindItems(definition, items);
      const result = mergePart(NOTHING_MERGED, { part: 0, answers, finished: false }, 'x');
      if (result === 'conflict') throw new Error('conflict');
      const found = itemAnswers(bindings, audience, result);
      values += found.length;
      expect(new Set(found.map(({ itemId, lens }) => `${itemId}:${lens}`)).size).toBe(found.length);
      for (const { itemId, value } of found) {
        const scale = itemId === '1' ? SCALES['0-10'] : SCALES['1-5'];
        expect(value === null || isOnScale(scale, value)).toBe(true);
        expect(Object.values(answers)).toContain(value);
      }
      // Each answer with a binding is a value: the renderer makes only points of the scale.
      expect(found).toHaveLength(Object.keys(answers).filter((key) => Object.hasOwn(bindings, key)).length);
    }),
    { numRuns: rounds(1000, 10_000) },
  );
  expect(values).toBeGreaterThan(10);
});
