import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { rounds } from '../../../test/deep.ts';
import { answersArbitrary, stateArbitrary, surveyArbitrary } from '../../../test/survey-arbitrary.ts';
import { AUDIENCES } from '../perspective.ts';
import type { Answers, Condition, Given, Page, Question, SurveyDefinition } from './definition.ts';
import { type FlowState, nextStep, pathTo, visibleQuestions } from './flow.ts';
import { type KnownOfRespondent, markLeft } from './left-answers.ts';
import { mergePart } from './merge-parts.ts';
import { type Merged, NOTHING_MERGED, type Part } from './parts.ts';
import type { Questionnaire } from './questionnaire.ts';
import { questionnaireFor } from './questionnaire-for.ts';

vi.setConfig({ testTimeout: rounds(30_000, 600_000) });

const idOf = (key: string) => key.split('.')[0] ?? key;
const sure = { hidden: {}, attributes: {}, doubtful: () => false };
const leftOf = (merged: Merged) =>
  Object.entries(merged.answers)
    .filter(([, { left }]) => left)
    .map(([key]) => key);

const en = (text: string) => ({ customer: { en: text } });
const rating = (id: string, showIf?: Condition): Question => ({
  id,
  type: 'rating',
  min: 1,
  max: 5,
  text: en(id),
  ...(showIf && { showIf }),
});
const is = (key: string, value: Given & (string | number)): Condition => ({ of: 'answer', key, is: 'eq', value });
const survey = (pages: readonly Page[]): SurveyDefinition => ({
  format: 'parallax-survey/1',
  title: en('Survey'),
  languages: ['en'],
  audiences: [...AUDIENCES],
  pages,
  endings: [
    { id: 'end', title: en('Thanks') },
    { id: 'early', title: en('Thanks anyway') },
  ],
  hidden: ['order'],
  quotas: [],
  appearance: {},
  settings: { progress: true, back: true, anonymousCustomers: false, askAgainAfterDays: null },
});
const page = (id: string, questions: readonly Question[], more: Partial<Page> = {}): Page => ({
  id,
  questions,
  ...more,
});

function merge(parts: readonly Part[]): Merged {
  return parts.reduce<Merged>((merged, part) => {
    const next = mergePart(merged, part, JSON.stringify(part));
    if (next === 'conflict') throw new Error('two parts with one number');
    return next;
  }, NOTHING_MERGED);
}
const finished = (answers: Answers) => merge([{ part: 0, answers, finished: true }]);

/** The first question asks a or b; each leads to a page of its own, then both go on. */
const fork = survey([
  page('p1', [rating('q1')], { jumps: [{ if: is('q1', 5), to: 'b' }] }),
  page('a', [rating('a1'), rating('a2', is('a1', 1))], { jumps: [{ if: { not: is('q1', 5) }, to: 'last' }] }),
  page('b', [
    { id: 'b1', type: 'matrix', min: 1, max: 5, text: en('b1'), rows: [{ id: 'r', text: en('r') }] },
    { id: 'b2', type: 'single', other: true, text: en('b2'), choices: [{ id: 'c', text: en('c') }] },
  ]),
  page('last', [rating('q9')]),
]);

describe('a finished response', () => {
  test.each<[string, Answers, string[]]>([
    ['the one way', { q1: 1, a1: 2, q9: 3 }, []],
    [
      'the other way, after the first was left',
      { q1: 5, a1: 2, 'b1.r': 1, b2: '_other', 'b2.other': 'x', q9: 3 },
      ['a1'],
    ],
    ['and back', { q1: 1, a1: 2, 'b1.r': 1, b2: '_other', 'b2.other': 'x', q9: 3 }, ['b1.r', 'b2', 'b2.other']],
    ['a question that was hidden again', { q1: 1, a1: 2, a2: 4, q9: 3 }, ['a2']],
    ['an answer of another question with the same beginning', { q1: 1, q9: 3, toString: 1 }, []],
  ])('%s', (_, answers, left) => {
    expect(leftOf(markLeft(fork, 'customer', finished(answers), sure)).sort()).toEqual(left);
  });

  test('says it again when the way changes, and keeps the other answers as they are', () => {
    const before = markLeft(fork, 'customer', finished({ q1: 5, a1: 2, 'b1.r': 4, q9: 3 }), sure);
    const back = mergePart(before, { part: 1, answers: { q1: 2 }, finished: false }, 'late') as Merged;
    const after = markLeft(fork, 'customer', back, sure);
    expect([leftOf(before), leftOf(after)]).toEqual([['a1'], ['b1.r']]);
    expect(after.answers.q9).toBe(before.answers.q9);
    expect(after.answers.a1).toEqual({ value: 2, part: 0 });
    expect(markLeft(fork, 'customer', after, sure)).toBe(after);
  });

  test('is not judged before it is finished, nor while a part is missing', () => {
    const parts: Part[] = [
      { part: 0, answers: { q1: 1, a1: 2 }, finished: false },
      { part: 1, answers: { q1: 5 }, finished: false },
      { part: 2, answers: { 'b1.r': 2 }, finished: true },
    ];
    const left = (...which: number[]) =>
      leftOf(markLeft(fork, 'customer', merge(which.map((i) => parts[i] as Part)), sure));
    expect([left(0, 1), left(0, 2), left(2), left(1, 2), left(2, 0, 1)]).toEqual([[], [], [], [], ['a1']]);
    const fromOne = merge(parts.map((part) => ({ ...part, part: part.part + 1 })));
    expect(leftOf(markLeft(fork, 'customer', fromOne, sure))).toEqual(['a1']);
    const forgotten: Merged = { ...merge([parts[2] as Part]), parts: { 9: 'x' } };
    const published = { ...forgotten, answers: { ...forgotten.answers, a1: { value: 2, part: -1 } } };
    expect(leftOf(markLeft(fork, 'customer', published, sure))).toEqual(['b1.r']);
  });

  test('what was shown because of something that is not known counts', () => {
    const by = (of: 'hidden' | 'attribute'): SurveyDefinition =>
      survey([
        page('p1', [rating('q1')], { jumps: [{ if: { of, key: 'order', is: 'eq', value: 'x' }, to: 'p3' }] }),
        page('p2', [rating('q2')]),
        page('p3', [rating('q3')]),
      ]);
    const answers = finished({ q1: 1, q2: 2, q3: 3 });
    const left = (definition: SurveyDefinition, known: Partial<KnownOfRespondent>) =>
      leftOf(markLeft(definition, 'customer', answers, { ...sure, ...known }));
    expect(left(by('hidden'), { hidden: { order: 'x' } })).toEqual(['q2']);
    expect(left(by('hidden'), { attributes: { order: 'x' } })).toEqual([]);
    expect(left(by('attribute'), { attributes: { order: 'x' } })).toEqual(['q2']);
    expect(left(by('attribute'), { attributes: { order: 'x' }, doubtful: () => true })).toEqual([]);
  });

  test('a condition on a question that comes later takes nothing away', () => {
    const definition = survey([
      page('p1', [rating('q1')]),
      page('p2', [rating('q2')], { showIf: { of: 'answer', key: 'q3', is: 'empty' } }),
      page('p3', [rating('q3')]),
    ]);
    expect(leftOf(markLeft(definition, 'customer', finished({ q1: 1, q2: 2, q3: 3 }), sure))).toEqual([]);
  });
});

/** One step of somebody who answers: a page back, or some answers and on to the next page. */
type Move = 'back' | Answers;

interface Walked {
  readonly parts: Part[];
  /** Keys of the answers that were on the screen when their page was left for the last time. */
  readonly shown: Set<string>;
  /** Answers as the device has them in the end. */
  readonly answers: Answers;
}

/** What the renderer does (src/widget/visit.ts): everything once answered steers, whether it was left or not. */
function walk(asked: Questionnaire, moves: readonly Move[], rest: Answers, known: Omit<FlowState, 'answers'>): Walked {
  const answers: Record<string, Given> = {};
  const state = { ...known, answers };
  const parts: Part[] = [];
  const trail: { id: string; keys: string[] }[] = [];
  let step = nextStep(asked, null, state);
  let last = 0;
  for (let i = 0; 'page' in step; i++) {
    const { page: here } = step;
    const move: Move = moves[i] ?? rest;
    const given: Record<string, Given> = {};
    if (move !== 'back') {
      for (const question of visibleQuestions(here, state, 'seed')) {
        for (const [key, value] of Object.entries(move)) if (idOf(key) === question.id) given[key] = value;
      }
    }
    Object.assign(answers, given);
    if (move === 'back' && trail.length > 0) {
      const before = trail.pop();
      step = { page: asked.pages.find(({ id }) => id === before?.id) ?? here };
      continue;
    }
    const visible = new Set(visibleQuestions(here, state, 'seed').map(({ id }) => id));
    trail.push({ id: here.id, keys: Object.keys(answers).filter((key) => visible.has(idOf(key))) });
    step = nextStep(asked, here.id, state);
    parts.push({ part: last, answers: given, finished: !('page' in step) });
    last += 1;
  }
  if (parts.length === 0) parts.push({ part: 0, answers: {}, finished: true });
  return { parts, shown: new Set(trail.flatMap(({ keys }) => keys)), answers };
}

const visits = (definitions: fc.Arbitrary<SurveyDefinition>) =>
  definitions
    .chain((definition) =>
      fc.constantFrom(...definition.audiences).chain((audience) => {
        const answers = answersArbitrary(definition, audience);
        const move = fc.oneof({ arbitrary: answers, weight: 2 }, fc.constant('back' as const));
        return fc.record({
          definition: fc.constant(definition),
          audience: fc.constant(audience),
          moves: fc.array(move, { maxLength: 14 }),
          rest: answers,
          known: stateArbitrary(fc.constant({})),
        });
      }),
    )
    .map((visit) => {
      const asked = questionnaireFor({
        ...visit,
        surveyId: 's',
        version: 1,
        language: 'en',
        threshold: null,
        test: false,
        attributes: {},
        fullQuotas: [],
        work: 0,
      });
      const { hidden, attributes } = visit.known;
      return { ...visit, asked, known: { hidden, attributes, doubtful: () => false } };
    });

/** Small surveys with much logic; `ahead`: conditions ask about any question, otherwise only about those before. */
function branching(ahead: boolean): fc.Arbitrary<SurveyDefinition> {
  const condition = (before: number): fc.Arbitrary<Condition> =>
    fc
      .record({
        n: fc.nat({ max: (ahead ? 6 : before) - 1 }),
        value: fc.integer({ min: 1, max: 3 }),
        not: fc.boolean(),
      })
      .map(({ n, value, not }) => (not ? { not: is(`q${n}`, value) } : is(`q${n}`, value)));
  const maybe = (before: number) =>
    before === 0 && !ahead ? fc.constant(undefined) : fc.option(condition(before), { nil: undefined });
  const one = (at: number) => {
    const parts = { pageIf: maybe(at), ownIf: maybe(at), extraIf: maybe(at + 1), jumpIf: maybe(at + 1), by: fc.nat(3) };
    return fc.record(parts).map(({ pageIf, ownIf, extraIf, jumpIf, by }) =>
      page(`p${at}`, [rating(`q${at}`, ahead ? ownIf : undefined), rating(`x${at}`, extraIf)], {
        ...(pageIf && { showIf: pageIf }),
        ...(jumpIf && { jumps: [{ if: jumpIf, to: at + 1 + by > 5 ? 'early' : `p${at + 1 + by}` }] }),
      }),
    );
  };
  return fc.tuple(...[0, 1, 2, 3, 4, 5].map(one)).map(survey);
}

describe('whatever somebody does with the renderer', () => {
  test.each([
    ['of any survey', surveyArbitrary],
    ['of one with much logic', branching(true)],
  ])('what was last shown counts, %s', (_, definitions) => {
    fc.assert(
      fc.property(visits(definitions), ({ definition, audience, asked, moves, rest, known }) => {
        const { parts, shown } = walk(asked, moves, rest, known);
        const marked = markLeft(definition, audience, merge(parts), known);
        expect(leftOf(marked).filter((key) => shown.has(key))).toEqual([]);
      }),
      { numRuns: rounds(1_000, 50_000) },
    );
  });

  test('nothing else does where no condition looks ahead', () => {
    let left = 0;
    fc.assert(
      fc.property(visits(branching(false)), ({ definition, audience, asked, moves, rest, known }) => {
        const { parts, shown, answers } = walk(asked, moves, rest, known);
        const gone = leftOf(markLeft(definition, audience, merge(parts), known));
        const unseen = Object.keys(answers).filter((key) => !shown.has(key));
        expect(gone.sort()).toEqual(unseen.sort());
        left += gone.length;
      }),
      { numRuns: rounds(2_000, 50_000) },
    );
    expect(left).toBeGreaterThan(100);
  });

  test('with everything known it is the path of flow.ts', () => {
    fc.assert(
      fc.property(visits(branching(false)), ({ definition, audience, asked, rest, known }) => {
        const state = { ...known, answers: rest };
        const on = pathTo(asked, state).flatMap((each) => visibleQuestions(each, state, 'seed').map(({ id }) => id));
        const gone = leftOf(markLeft(definition, audience, finished(rest), known));
        expect(gone.sort()).toEqual(
          Object.keys(rest)
            .filter((key) => !on.includes(idOf(key)))
            .sort(),
        );
      }),
      { numRuns: rounds(500, 20_000) },
    );
  });

  test('the order of the parts makes no difference, nor when marks were made in between', () => {
    fc.assert(
      fc.property(visits(branching(true)), fc.infiniteStream(fc.nat()), (visit, numbers) => {
        const { definition, audience, asked, moves, rest, known } = visit;
        const { parts } = walk(asked, moves, rest, known);
        const mark = (merged: Merged) => markLeft(definition, audience, merged, known);
        const [whole] = [mark(merge(parts))];
        const ranks = parts.map(() => numbers.next().value ?? 0);
        const shuffled = parts.map((part, i) => ({ part, rank: ranks[i] ?? 0 })).sort((a, b) => a.rank - b.rank);
        let merged = NOTHING_MERGED;
        for (const { part } of shuffled) {
          const next = mergePart(merged, part, JSON.stringify(part));
          if (next !== 'conflict') merged = mark(next);
        }
        expect(merged).toEqual(whole);
      }),
      { numRuns: rounds(500, 20_000) },
    );
  });
});
