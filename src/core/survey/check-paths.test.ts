import { describe, expect, test } from 'vitest';
import { pathFindings } from './check-paths.ts';
import type { Condition, Page, Question, SurveyDefinition, Test } from './definition.ts';

const en = (text: string) => ({ customer: { en: text } });
const nps: Question = { id: 'nps', type: 'nps', text: en('Recommend?') };
const why: Question = { id: 'why', type: 'long', text: en('Why?') };
const kind: Question = {
  id: 'kind',
  type: 'single',
  text: en('Which kind?'),
  choices: [
    { id: 'shop', text: en('Shop') },
    { id: 'web', text: en('Web') },
  ],
};
const used: Question = { ...kind, id: 'used', type: 'multiple', other: true };
const page = (id: string, questions: readonly Question[], rest: Partial<Page> = {}): Page => ({
  id,
  questions,
  ...rest,
});
const is = (key: string, op: Test['is'], value?: Test['value'], of: Test['of'] = 'answer'): Test => ({
  of,
  key,
  is: op,
  ...(value === undefined ? {} : { value }),
});
const all = (...conditions: readonly Condition[]): Condition => ({ all: conditions });

function findings(pages: readonly Page[], change: Partial<SurveyDefinition> = {}): string[] {
  const definition: SurveyDefinition = {
    format: 'parallax-survey/1',
    title: en('Survey'),
    languages: ['en'],
    audiences: ['customer'],
    pages,
    endings: [{ id: 'end', title: en('Thanks') }],
    hidden: ['order'],
    quotas: [],
    appearance: {},
    settings: { progress: true, back: true, anonymousCustomers: false, askAgainAfterDays: null },
    ...change,
  };
  return pathFindings(definition).map(({ page: at, question, audience, message }) =>
    [question ?? at ?? '-', audience === 'customer' ? '' : audience, message].filter(Boolean).join(' | '),
  );
}

describe('what can be reached is not reported', () => {
  const fine: readonly [string, readonly Page[]][] = [
    ['why after a low score', [page('a', [nps]), page('b', [why], { showIf: is('nps', 'le', 6) })]],
    ['on the same page', [page('a', [nps, { ...why, showIf: is('nps', 'le', 6) }])]],
    [
      'jumping past a page',
      [page('a', [nps], { jumps: [{ if: is('nps', 'ge', 9), to: 'c' }] }), page('b', [why]), page('c', [kind])],
    ],
    ['a page for those who left it out', [page('a', [nps]), page('b', [why], { showIf: is('nps', 'empty') })]],
    [
      'hidden fields and attributes',
      [
        page('a', [nps]),
        page('b', [why], {
          showIf: all(is('order', 'answered', undefined, 'hidden'), is('age', 'gt', 30, 'attribute')),
        }),
      ],
    ],
    [
      'two of several',
      [page('a', [used]), page('b', [why], { showIf: all(is('used', 'has', 'shop'), is('used', 'has', 'web')) })],
    ],
    [
      'a number between',
      [
        page('a', [{ id: 'n', type: 'number', text: en('How many?') }]),
        page('b', [why], { showIf: all(is('n', 'gt', 3), is('n', 'lt', 4)) }),
      ],
    ],
    [
      'parts of a text',
      [page('a', [why]), page('b', [nps], { showIf: all(is('why', 'has', 'price'), is('why', 'has', 'staff')) })],
    ],
    [
      'a date',
      [
        page('a', [{ id: 'd', type: 'date', text: en('When?') }]),
        page('b', [why], { showIf: all(is('d', 'ge', '2026-01-01'), is('d', 'lt', '2027-01-01')) }),
      ],
    ],
    ['other', [page('a', [used]), page('b', [why], { showIf: is('used', 'has', '_other') })]],
  ];
  test.each(fine)('%s', (_, pages) => {
    expect(findings(pages)).toEqual([]);
  });
});

describe('what cannot be reached is, with the reason', () => {
  const dead: readonly [string, readonly Page[], RegExp][] = [
    [
      'a later question',
      [page('a', [why], { showIf: is('nps', 'le', 6) }), page('b', [nps])],
      /^a \| .*“Recommend\?”, which is not asked of them before/,
    ],
    [
      'off the scale',
      [page('a', [nps, { ...why, showIf: is('nps', 'gt', 10) }])],
      /^why \| .*can't be answered with 10/,
    ],
    ['an unknown choice', [page('a', [kind, { ...why, showIf: is('kind', 'eq', 'phone') }])], /^why \| .*"phone"/],
    [
      'both of one choice',
      [page('a', [kind, { ...why, showIf: all(is('kind', 'eq', 'shop'), is('kind', 'eq', 'web')) }])],
      /contradict/,
    ],
    [
      'not what it is',
      [page('a', [nps, { ...why, showIf: all(is('nps', 'le', 6), { not: is('nps', 'lt', 9) }) }])],
      /contradict/,
    ],
    [
      'the page before sends them away',
      [
        page('a', [nps], { jumps: [{ if: is('nps', 'le', 6), to: 'end' }] }),
        page('b', [why], { showIf: is('nps', 'le', 6) }),
      ],
      /^b \| .*contradict each other or those on the way/,
    ],
    [
      'always jumped over',
      [
        page('a', [nps], { jumps: [{ if: { any: [is('nps', 'answered'), is('nps', 'empty')] }, to: 'c' }] }),
        page('b', [why]),
        page('c', [kind]),
      ],
      /^b \| No path leads customers/,
    ],
    [
      'a jump that is never taken',
      [page('a', [nps], { jumps: [{ if: is('nps', 'gt', 10), to: 'end' }] })],
      /^a \| The jump to ending “Thanks” is never taken/,
    ],
    [
      'text that is and is not there',
      [page('a', [why]), page('b', [nps], { showIf: all(is('why', 'answered'), is('why', 'empty')) })],
      /contradict/,
    ],
    [
      'a number above and below',
      [
        page('a', [{ id: 'n', type: 'number', text: en('How many?') }]),
        page('b', [why], { showIf: all(is('n', 'gt', 4), is('n', 'lt', 3)) }),
      ],
      /contradict/,
    ],
    [
      'what depends on what is never shown',
      [
        page('a', [nps, { ...kind, showIf: is('nps', 'gt', 10) }]),
        page('b', [why], { showIf: is('kind', 'eq', 'web') }),
      ],
      /^b \| .*“Which kind\?”/,
    ],
  ];
  test.each(dead)('%s', (_, pages, message) => {
    expect(findings(pages).join('\n')).toMatch(new RegExp(message.source, 'm'));
  });
});

test('for each audience: what only customers are asked can’t decide what leaders see', () => {
  const pages = [
    page('a', [{ ...nps, audiences: ['customer'] }, kind]),
    page('b', [why], { showIf: is('nps', 'le', 6) }),
  ];
  const found = findings(pages, { audiences: ['leadership', 'customer'] });
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(/^b \| leadership \| .*not asked of them before/);
});

test('nothing is known of who answers anonymously, so conditions on attributes never hold', () => {
  const pages = [page('a', [nps]), page('b', [why], { showIf: is('age', 'gt', 30, 'attribute') })];
  expect(findings(pages)).toEqual([]);
  const found = findings(pages, { audiences: ['staff', 'customer'] });
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(/^b \| staff \| .*anonymously, so not age either/);
  expect(
    findings([page('b', [why], { showIf: is('age', 'empty', undefined, 'attribute') })], { audiences: ['staff'] }),
  ).toEqual([]);
});

test('an ending that nothing leads to', () => {
  const endings = [
    { id: 'end', title: en('Thanks') },
    { id: 'full', title: en('We have enough') },
  ];
  expect(findings([page('a', [nps])], { endings })).toHaveLength(1);
  expect(
    findings([page('a', [nps])], { endings, quotas: [{ id: 'q', name: 'All', limit: 9, ending: 'full' }] }),
  ).toEqual([]);
  expect(findings([page('a', [nps], { jumps: [{ if: is('nps', 'lt', 3), to: 'full' }] })], { endings })).toEqual([]);
});

test('very many branches are not followed to the end, and nothing is said of what could not be decided', () => {
  const questions = Array.from({ length: 12 }, (_, i): Question => ({ ...nps, id: `n${i}` }));
  const branches = questions.map(({ id }): Condition => ({ any: [is(id, 'lt', 3), is(id, 'gt', 8)] }));
  expect(findings([page('a', questions), page('b', [why], { showIf: all(...branches) })])).toEqual([]);
});
