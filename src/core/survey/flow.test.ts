import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { rounds } from '../../../test/deep.ts';
import { answersArbitrary, stateArbitrary, surveyArbitrary } from '../../../test/survey-arbitrary.ts';
import { AUDIENCES } from '../perspective.ts';
import type { Condition, Given, Test } from './definition.ts';
import {
  type FlowState,
  holds,
  isEmpty,
  nextStep,
  pathTo,
  progressOf,
  type Step,
  shuffled,
  visibleQuestions,
} from './flow.ts';
import type { AskedPage, Questionnaire } from './questionnaire.ts';
import { questionnaireFor } from './questionnaire-for.ts';

vi.setConfig({ testTimeout: rounds(30_000, 600_000) });

const NOTHING: FlowState = { answers: {}, hidden: {}, attributes: {} };
const about = (given: Given | undefined): FlowState => ({
  ...NOTHING,
  answers: given === undefined ? {} : { q: given },
});
const check = (given: Given | undefined, is: Test['is'], value?: Test['value']) =>
  holds({ of: 'answer', key: 'q', is, ...(value !== undefined && { value }) }, about(given));

describe('conditions', () => {
  test.each<[Given | undefined, Test['is'], Test['value'] | undefined, boolean]>([
    [7, 'eq', 7, true],
    [7, 'eq', '7', true],
    [7, 'ne', 7, false],
    [7, 'ne', 8, true],
    ['007', 'eq', '7', false],
    [1, 'eq', true, true],
    [0, 'eq', true, false],
    [true, 'eq', true, true],
    [false, 'eq', 0, true],
    [6, 'le', 6, true],
    [6, 'lt', 6, false],
    [10, 'gt', 9, true],
    [10, 'ge', '9', true],
    ['10', 'gt', '9', true],
    ['2026-05-02', 'gt', '2026-05-01', true],
    ['2026-05-01', 'ge', '2026-05-01', true],
    ['2026-05-01', 'lt', '2026-05-01', false],
    ['2026-04-30', 'lt', '2026-05-01', true],
    ['apple', 'lt', 'banana', false],
    ['apple', 'ge', 'banana', false],
    ['', 'lt', 5, false],
    [null, 'lt', 5, false],
    [null, 'le', 0, false],
    [null, 'ge', 0, false],
    [null, 'eq', 0, false],
    [null, 'ne', 0, true],
    [null, 'answered', undefined, true],
    [null, 'empty', undefined, false],
    [false, 'answered', undefined, true],
    [0, 'answered', undefined, true],
    ['  ', 'answered', undefined, false],
    [[], 'empty', undefined, true],
    [undefined, 'empty', undefined, true],
    [undefined, 'answered', undefined, false],
    ['c1', 'in', ['c1', 'c2'], true],
    ['c3', 'in', ['c1', 'c2'], false],
    ['c1', 'in', 'c1', true],
    [3, 'in', [1, 2, 3], true],
    [['c1', 'c3'], 'in', ['c3'], true],
    [['c1', 'c3'], 'has', 'c3', true],
    [['c1', 'c3'], 'has', 'c', false],
    [['c1', 'c3'], 'has', ['c2', 'c1'], true],
    [['c1'], 'eq', 'c1', true],
    [['c1', 'c2'], 'eq', 'c1', false],
    [['c1', 'c2'], 'ne', 'c1', true],
    ['Far too SLOW today', 'has', 'slow', true],
    ['Far too slow today', 'has', ['quick', 'TODAY'], true],
    ['Far too slow today', 'has', 'fast', false],
    ['', 'has', '', false],
    [['c1'], 'lt', 5, false],
    [5, 'eq', undefined, false],
    [5, 'eq', [5, 6], false],
  ])('%j %s %j: %s', (given, is, value, expected) => {
    expect(check(given, is, value)).toBe(expected);
  });

  test('of a key that nothing is known of, only `empty` and `ne` hold', () => {
    const tests = ['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'in', 'has', 'answered', 'empty'] as const;
    for (const of of ['answer', 'hidden', 'attribute'] as const) {
      for (const key of ['nothing', 'constructor', 'toString', '__proto__', 'hasOwnProperty']) {
        for (const value of [0, '', 'a', false, ['a'], [], [0]]) {
          expect(tests.filter((is) => holds({ of, key, is, value }, NOTHING))).toEqual(['ne', 'empty']);
        }
        expect(tests.filter((is) => holds({ of, key, is }, NOTHING))).toEqual(['ne', 'empty']);
      }
    }
  });

  test('answers, hidden fields and attributes are different things', () => {
    const state: FlowState = { answers: { a: 1 }, hidden: { a: '2' }, attributes: { a: '3' } };
    const value = (of: Test['of']) => [1, 2, 3].filter((n) => holds({ of, key: 'a', is: 'eq', value: n }, state));
    expect([value('answer'), value('hidden'), value('attribute')]).toEqual([[1], [2], [3]]);
  });

  test('all, any, not', () => {
    const yes: Condition = { of: 'answer', key: 'q', is: 'empty' };
    const no: Condition = { not: yes };
    expect(holds(undefined, NOTHING)).toBe(true);
    expect(holds(no, NOTHING)).toBe(false);
    expect(holds({ all: [] }, NOTHING)).toBe(true);
    expect(holds({ any: [] }, NOTHING)).toBe(false);
    expect(holds({ all: [yes, no] }, NOTHING)).toBe(false);
    expect(holds({ any: [no, { all: [yes, { not: no }] }] }, NOTHING)).toBe(true);
  });

  test('numbers: exactly one of less, equal, greater; `le` and `ge` are their unions; `ne` is the opposite of `eq`', () => {
    const numbers = fc.integer({ min: -3, max: 3 });
    fc.assert(
      fc.property(numbers, fc.oneof(numbers, numbers.map(String)), (a, b) => {
        const at = (is: Test['is']) => check(a, is, b);
        expect([at('lt'), at('eq'), at('gt')].filter(Boolean)).toHaveLength(1);
        expect(at('le')).toBe(at('lt') || at('eq'));
        expect(at('ge')).toBe(at('gt') || at('eq'));
        expect(at('ne')).toBe(!at('eq'));
      }),
    );
  });
});

describe('order', () => {
  const LIST = ['a', 'b', 'c', 'd'];

  test('the same seed gives the same order, on every machine', () => {
    expect(shuffled(LIST, 'response-1')).toEqual(shuffled(LIST, 'response-1'));
    expect(['s1', 's2', 's3', 's4'].map((seed) => shuffled(LIST, seed).join(''))).toMatchInlineSnapshot(`
      [
        "bcad",
        "dacb",
        "dacb",
        "cadb",
      ]
    `);
  });

  test('nothing is lost or doubled, and the list itself stays as it is', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.string(), (list, seed) => {
        const before = [...list];
        expect([...shuffled(list, seed)].sort()).toEqual([...list].sort());
        expect(list).toEqual(before);
      }),
    );
  });

  // Chi-square with 23 degrees of freedom passes 60 once in 30,000 times; the seeds are fixed, so this never flickers.
  test.each(['', 'page-1', 'q7'])('every one of the 24 orders comes equally often (%j)', (suffix) => {
    const counts = new Map<string, number>();
    const n = 24_000;
    for (let i = 0; i < n; i++) {
      const seed = `018f3c2a-0000-7000-8000-${String(i).padStart(12, '0')}${suffix}`;
      const key = shuffled(LIST, seed).join('');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    const chi = [...counts.values()].reduce((sum, count) => sum + (count - n / 24) ** 2 / (n / 24), 0);
    expect(chi).toBeLessThan(60);
  });

  test('in a long list every item comes to every place as often', () => {
    const list = Array.from({ length: 12 }, (_, i) => i);
    const n = 12_000;
    const counts = list.map(() => list.map(() => 0));
    for (let i = 0; i < n; i++) {
      for (const [place, item] of shuffled(list, `r${i}`).entries()) counts[item]![place]! += 1;
    }
    // 144 places with 1,000 expected each: five standard deviations.
    for (const count of counts.flat()) expect(Math.abs(count - n / 12)).toBeLessThan(5 * Math.sqrt(n / 12));
  });

  test('two pages of one response have orders of their own', () => {
    const page = (id: string): AskedPage => ({
      id,
      shuffle: true,
      questions: LIST.map((q) => ({ id: q, type: 'short', text: '' })),
    });
    const order = (id: string, seed: string) =>
      visibleQuestions(page(id), NOTHING, seed)
        .map((q) => q.id)
        .join('');
    const same = Array.from({ length: 2400 }, (_, i) => order('p1', `s${i}`) === order('p2', `s${i}`));
    expect(same.filter(Boolean).length).toBeLessThan(160); // 100 by chance
    expect(order('p1', 'x')).toBe(order('p1', 'x'));
  });

  test('without shuffle the order is the one of the definition, without those that are not shown', () => {
    const page: AskedPage = {
      id: 'p',
      questions: [
        { id: 'a', type: 'nps', text: '' },
        { id: 'b', type: 'short', text: '', showIf: { of: 'answer', key: 'a', is: 'le', value: 6 } },
        { id: 'c', type: 'short', text: '' },
      ],
    };
    const ids = (state: FlowState) => visibleQuestions(page, state, 'seed').map((q) => q.id);
    expect(ids(NOTHING)).toEqual(['a', 'c']);
    expect(ids({ ...NOTHING, answers: { a: 3 } })).toEqual(['a', 'b', 'c']);
  });
});

const page = (id: string, more: Partial<AskedPage> = {}): AskedPage => ({
  id,
  questions: [{ id: `${id}q`, type: 'nps', text: '' }],
  ...more,
});
const made = (pages: AskedPage[], more: Partial<Questionnaire> = {}): Questionnaire => ({
  survey: 's',
  version: 1,
  audience: 'customer',
  language: 'en',
  languages: ['en'],
  direction: 'ltr',
  title: '',
  threshold: null,
  test: false,
  pages,
  endings: [
    { id: 'thanks', title: '' },
    { id: 'sorry', title: '' },
  ],
  hidden: [],
  attributes: {},
  full: [],
  appearance: {},
  progress: true,
  back: true,
  work: 0,
  ...more,
});
const at = (step: Step) => ('page' in step ? step.page.id : step.ending.id);
const low = (key: string): Condition => ({ of: 'answer', key, is: 'le', value: 6 });
const answered = (answers: FlowState['answers']): FlowState => ({ ...NOTHING, answers });

describe('ways', () => {
  test('one page after the other, then the first ending', () => {
    const survey = made([page('1'), page('2')]);
    expect([null, '1', '2'].map((from) => at(nextStep(survey, from, NOTHING)))).toEqual(['1', '2', 'thanks']);
  });

  test('the first jump that holds wins', () => {
    const jumps = [
      { if: low('1q'), to: 'sorry' },
      { if: { all: [] }, to: '3' },
    ];
    const survey = made([page('1', { jumps }), page('2'), page('3')]);
    expect(at(nextStep(survey, '1', answered({ '1q': 2 })))).toBe('sorry');
    expect(at(nextStep(survey, '1', answered({ '1q': 9 })))).toBe('3');
  });

  test('jumps back, to the page itself and to nowhere are ignored, and the next one counts', () => {
    const always: Condition = { all: [] };
    const jumps = ['2', '1', 'gone', '4'].map((to) => ({ if: always, to }));
    const survey = made([page('1'), page('2', { jumps }), page('3'), page('4')]);
    expect(at(nextStep(survey, '2', NOTHING))).toBe('4');
    expect(at(nextStep(made([page('1'), page('2', { jumps: jumps.slice(0, 3) }), page('3')]), '2', NOTHING))).toBe('3');
  });

  test('pages are passed over that are hidden, empty, or show none of their questions; their jumps are not taken', () => {
    const jumps = [{ if: { all: [] }, to: 'sorry' }];
    const never: Condition = { any: [] };
    const survey = made([
      page('hidden', { showIf: never, jumps }),
      page('empty', { questions: [], jumps }),
      page('blank', { questions: [{ id: 'x', type: 'nps', text: '', showIf: never }], jumps }),
      page('shown'),
    ]);
    expect(at(nextStep(survey, null, NOTHING))).toBe('shown');
  });

  test('a jump to a hidden page goes on from there', () => {
    const survey = made([
      page('1', { jumps: [{ if: { all: [] }, to: '3' }] }),
      page('2'),
      page('3', { showIf: { any: [] } }),
      page('4'),
    ]);
    expect(at(nextStep(survey, '1', NOTHING))).toBe('4');
  });

  test('a full quota leads to its ending as soon as the respondent matches, whatever the jumps say', () => {
    const jumps = [{ if: { all: [] } as Condition, to: 'thanks' }];
    const survey = made([page('1', { jumps }), page('2')], { full: [{ if: low('1q'), ending: 'sorry' }] });
    expect(at(nextStep(survey, null, NOTHING))).toBe('1');
    expect(at(nextStep(survey, '1', answered({ '1q': 3 })))).toBe('sorry');
    expect(at(nextStep(survey, '1', answered({ '1q': 8 })))).toBe('thanks');
    expect(at(nextStep(made([page('1')], { full: [{ ending: 'sorry' }] }), null, NOTHING))).toBe('sorry');
    expect(at(nextStep(made([page('1')], { full: [{ ending: 'gone' }] }), null, NOTHING))).toBe('1');
  });

  test('without pages it ends at once', () => {
    expect(at(nextStep(made([]), null, NOTHING))).toBe('thanks');
    expect(at(nextStep(made([], { endings: [] }), null, NOTHING))).toBe('');
  });

  test('the path leaves out pages that the answers no longer lead along', () => {
    const survey = made([page('1', { jumps: [{ if: low('1q'), to: '3' }] }), page('2'), page('3')]);
    const path = (answers: FlowState['answers']) => pathTo(survey, answered(answers)).map((each) => each.id);
    expect(path({ '1q': 9, '2q': 4 })).toEqual(['1', '2', '3']);
    expect(path({ '1q': 2, '2q': 4 })).toEqual(['1', '3']);
  });

  test('progress counts the questions before the page', () => {
    const two = { questions: ['a', 'b'].map((id) => ({ id, type: 'nps' as const, text: '' })) };
    const survey = made([page('1'), page('2', two), page('3')]);
    const progress = [null, '1', '2', '3'].map((from) => progressOf(survey, nextStep(survey, from, NOTHING)));
    expect(progress).toEqual([0, 0.25, 0.75, 1]);
  });
});

describe('of any questionnaire', () => {
  const walks = surveyArbitrary.chain((definition) =>
    fc.record({
      questionnaire: fc.constantFrom(...AUDIENCES).map((audience) =>
        questionnaireFor({
          surveyId: 's',
          version: 1,
          definition,
          audience,
          threshold: null,
          test: false,
          attributes: {},
          fullQuotas: ['t0'],
          work: 0,
        }),
      ),
      // The state changes at every step: somebody answers, goes back in another tab, a hidden field comes late.
      states: fc.array(
        stateArbitrary(
          fc.constantFrom(...definition.audiences).chain((audience) => answersArbitrary(definition, audience)),
        ),
        {
          minLength: 1,
          maxLength: 8,
        },
      ),
      seed: fc.string(),
    }),
  );

  test('every walk ends at an ending after at most one step per page, and progress only grows', () => {
    let longest = 0;
    const endings = new Set<string>();
    fc.assert(
      fc.property(walks, ({ questionnaire, states, seed }) => {
        let from: string | null = null;
        let progress = 0;
        for (let steps = 1; ; steps++) {
          expect(steps).toBeLessThanOrEqual(questionnaire.pages.length + 1);
          const state: FlowState = states[(steps - 1) % states.length]!;
          const step: Step = nextStep(questionnaire, from, state);
          const now = progressOf(questionnaire, step);
          expect(now).toBeGreaterThanOrEqual(progress);
          expect(now).toBeLessThanOrEqual(1);
          progress = now;
          longest = Math.max(longest, steps);
          if ('ending' in step) {
            endings.add(step.ending.id);
            expect(progress).toBe(1);
            break;
          }
          expect(visibleQuestions(step.page, state, seed).length).toBeGreaterThan(0);
          expect(holds(step.page.showIf, state)).toBe(true);
          from = step.page.id;
        }
      }),
      { numRuns: rounds(1000, 10_000) },
    );
    // The surveys are no trivial ones.
    expect(longest).toBeGreaterThan(3);
    expect([...endings].sort()).toEqual(['e0', 'e1']);
  });

  test('the path is what a walk with these answers passes, in the order of the questionnaire', () => {
    fc.assert(
      fc.property(walks, ({ questionnaire, states }) => {
        const state = states[0]!;
        const path = pathTo(questionnaire, state).map((each) => each.id);
        const steps = [null, ...path].map((from) => nextStep(questionnaire, from, state));
        expect(steps.slice(0, -1).map(at)).toEqual(path);
        expect(steps.at(-1)).toHaveProperty('ending');
        // In the order of the questionnaire, each page once.
        expect(questionnaire.pages.map((each) => each.id).filter((id) => path.includes(id))).toEqual(path);
      }),
      { numRuns: rounds(300, 5000) },
    );
  });
});

test('empty is what says nothing', () => {
  expect([undefined, '', ' \n', []].every((given) => isEmpty(given))).toBe(true);
  expect([null, 0, false, 'a', ['a']].some((given) => isEmpty(given))).toBe(false);
});
