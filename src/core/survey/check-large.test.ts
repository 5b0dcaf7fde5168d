import { expect, test } from 'vitest';
import { checkSteps, checkSurvey } from './check-survey.ts';
import type { Condition, Question, SurveyDefinition } from './definition.ts';

/*
 * Surveys that the API lets in and that were made to be slow to check: what is not looked at any further, and what
 * therefore is not claimed of them. That no pattern takes long is asserted in test/patterns.test.ts.
 */
const en = (text: string) => ({ customer: { en: text } });
const EMPTY: SurveyDefinition = {
  format: 'parallax-survey/1',
  title: en('T'),
  languages: ['en'],
  audiences: ['customer'],
  pages: [],
  endings: [{ id: 'e', title: en('Thanks') }],
  hidden: ['h'],
  quotas: [],
  appearance: {},
  settings: { progress: true, back: true, anonymousCustomers: false, askAgainAfterDays: null },
};
const check = (questions: readonly Question[], change: Partial<SurveyDefinition> = {}) =>
  checkSurvey({ ...EMPTY, pages: [{ id: 'p', questions }], ...change }, { items: new Map(), redirectHosts: [] });
const counted = (found: ReturnType<typeof check>) => {
  const counts: Record<string, number> = {};
  for (const { code } of found) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
};
const many = <T>(n: number, one: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => one(i));
const rating = (id: string, text: string): Question => ({ id, type: 'rating', min: 1, max: 5, text: en(text) });
const shown = (id: string, showIf: Condition): Question => ({ id, type: 'yesno', text: en('Well?'), showIf });

test('how a text is put is not judged while it is too long', () => {
  const leading = (marks: number) => rating('q', `Don't you agree that it was fast and friendly${'-'.repeat(marks)}?`);
  expect(counted(check([leading(1900)]))).toEqual({ no_item: 1, double_barrelled: 1, leading: 1 });
  expect(counted(check([leading(1990)]))).toEqual({ text_too_long: 1, no_item: 1 });
  // Nor does it count for how hard the whole is to read.
  const hard = 'Notwithstanding organisational considerations, participants characterise administrative procedures. ';
  const statement = (times: number): Question => ({ id: 's', type: 'statement', text: en(hard.repeat(times)) });
  expect(counted(check([statement(15), rating('q', 'Well?')]))).toHaveProperty('hard_to_read');
  expect(counted(check([statement(25), rating('q', 'Well?')]))).not.toHaveProperty('hard_to_read');
});

test('it is checked in parts, between which others have their turn', () => {
  const definition = { ...EMPTY, pages: [{ id: 'p', questions: [rating('q', "Don't you agree?")] }] };
  const options = { items: new Map(), redirectHosts: [] };
  const steps = checkSteps(definition, options);
  const results = many(8, () => steps.next());
  expect(results.map(({ done }) => done)).toEqual([...Array(7).fill(false), true]);
  expect(results.at(-1)?.value).toEqual(checkSurvey(definition, options));
  expect(counted(checkSurvey(definition, options))).toEqual({ no_item: 1, leading: 1 });
});

test('of a survey that asks for too much only that is told', () => {
  const rows = many(100, (j) => ({ id: `r${j}`, text: en('') }));
  const matrix = many(11, (i): Question => ({ id: `q${i}`, type: 'matrix', min: 1, max: 5, text: en('?'), rows }));
  expect(counted(check(matrix))).toEqual({ too_many: 1 });
});

test('a thousand findings are listed, errors first, and the others counted', () => {
  const placeholders = many(6, (i) => `{{hidden:gone${i}}}`).join(' ');
  const questions = many(200, (i) => rating(`q${i}`, placeholders));
  const found = check(questions, { quotas: [{ id: 'k', name: 'K', limit: 0, ending: 'e' }] });
  expect(found).toHaveLength(1001);
  expect([found[0]?.level, found[0]?.code]).toEqual(['error', 'bad_quota']);
  // One error, and for 200 questions: no item, six placeholders, and how long it takes.
  expect(found.at(-1)).toEqual({
    level: 'warning',
    code: 'more',
    message: 'There are 402 more like these, which are not listed. Settle these first.',
  });
});

test('a placeholder that shows nothing is told once for each text', () => {
  expect(counted(check([rating('q', '{{hidden:gone}} '.repeat(100))])).placeholder).toBe(1);
});

test('conditions on very long values, or on parts among very many, are not decided', () => {
  const equal = (value: string): Condition => ({ of: 'hidden', key: 'h', is: 'eq', value });
  const part = (value: string): Condition => ({ of: 'hidden', key: 'h', is: 'has', value });
  const unreachable = (...all: Condition[]) => counted(check([rating('q', 'Well?'), shown('w', { all })])).unreachable;
  expect(unreachable(equal('a'), equal('b'))).toBe(1);
  expect(unreachable(equal('a'.repeat(201)), equal('b'))).toBeUndefined();
  expect(unreachable(equal('a'), part('b'))).toBe(1);
  expect(unreachable(equal('a'), part('b'), ...many(11, (i) => part(`c${i}`)))).toBeUndefined();
  expect(unreachable(equal('a'), equal('b'), ...many(30, (i) => equal(`c${i}`)))).toBe(1);
});

test('conditions on many keys with many values end in "anything", not in hours', () => {
  const hidden = many(50, (i) => `h${i}`);
  const differs = (key: string, value: string): Condition => ({ of: 'hidden', key, is: 'ne', value });
  const wide: Condition = { all: hidden.map((key, i) => differs(key, `v${i}`)) };
  const cases: Condition = { any: hidden.slice(1).map((key, i) => differs(key, `w${i}`)) };
  const impossible: Condition = { all: [differs('h0', 'x'), { not: differs('h0', 'x') }] };
  const pages = many(60, (p) => ({
    id: `p${p}`,
    showIf: p % 2 === 0 ? wide : cases,
    questions: [shown(`q${p}`, cases), shown(`r${p}`, p === 0 || p === 59 ? impossible : wide)],
  }));
  const values = (k: number): Condition => ({ any: hidden.map((key) => differs(key, `z${k}`)) });
  const quotas = many(36, (k) => ({ id: `k${k}`, name: 'K', limit: 1, ending: 'e', if: values(k) }));
  const found = check([], { pages, hidden, quotas }).filter(({ code }) => code === 'unreachable');
  // The first is decided; by the last one everything counts as possible.
  expect(found.map(({ question }) => question)).toEqual(['r0']);
});
