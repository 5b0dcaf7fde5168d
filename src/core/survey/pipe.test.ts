import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { rounds } from '../../../test/deep.ts';
import type { FlowState } from './flow.ts';
import { fillIn, labelsOf } from './pipe.ts';
import type { Questionnaire } from './questionnaire.ts';

vi.setConfig({ testTimeout: rounds(30_000, 600_000) });

const STATE: FlowState = {
  answers: {
    q1: 7,
    q2: 'slow',
    q3: ['c2', '_other', 'c1'],
    'q3.other': 'the {{hidden:order}} <b>',
    q4: 'c1',
    q5: null,
    q6: '  ',
    'q7.row': 3,
    q8: [],
  },
  hidden: { order: 'A-17', evil: '{{attribute:name}} **x** $& $1' },
  attributes: { name: 'Ann', 'Customer type': 'gold', c1: 'c1' },
};
const choices = [
  { id: 'c1', text: 'Price' },
  { id: 'c2', text: 'Service' },
];
const ASKED: Pick<Questionnaire, 'pages'> = {
  pages: [
    { id: 'p1', questions: [{ id: 'q2', type: 'short', text: '' }] },
    {
      id: 'p2',
      questions: [
        { id: 'q3', type: 'multiple', text: '', choices, other: true },
        { id: 'q4', type: 'single', text: '', choices },
      ],
    },
  ],
};
const fill = (text: string, state = STATE) => fillIn(text, state, labelsOf(ASKED, state));

describe('fillIn', () => {
  test.each([
    ['Nothing to do', 'Nothing to do'],
    ['Hello {{attribute:name|there}}!', 'Hello Ann!'],
    ['Hello {{attribute:surname|there}}!', 'Hello there!'],
    ['Hello {{attribute:surname}}!', 'Hello !'],
    ['{{attribute:Customer type}} {{ attribute:name }}', 'gold {{ attribute:name }}'],
    ['{{attribute: name |x}}', 'Ann'],
    ['Order {{hidden:order|}}: {{answer:q1|–}}', 'Order A-17: 7'],
    ['“{{answer:q2|}}” {{answer:q7.row}}', '“slow” 3'],
    ['{{answer:q3|nothing}}', 'Service, the {{hidden:order}} <b>, Price'],
    ['{{answer:q4|nothing}}', 'Price'],
    ['{{attribute:c1}}', 'c1'],
    ['{{answer:q5|no matter}}{{answer:q6| at all}}{{answer:q8|!}}', 'no matter at all!'],
    ['{{hidden:evil}}', '{{attribute:name}} **x** $& $1'],
    ['{{answer:constructor|no}}{{hidden:__proto__|pe}}', 'nope'],
    ['{{other:x|y}} {{answer:}} {{answer:q1', '{{other:x|y}} {{answer:}} {{answer:q1'],
    ['{{{answer:q1}}}', '{7}'],
    ['{{answer:q1|a|b}}', '7'],
    ['{{answer:none|a|b}}', 'a|b'],
  ])('%s', (text, expected) => {
    expect(fill(text)).toBe(expected);
  });

  test('“other” without a text beside it is not shown as an id', () => {
    expect(fill('{{answer:q4|none}}', { ...STATE, answers: { q4: '_other' } })).toBe('none');
  });

  test('in an address every value is encoded', () => {
    const address = fillIn(
      'https://a.example/{{hidden:evil}}?n={{attribute:x|a b}}',
      STATE,
      () => undefined,
      encodeURIComponent,
    );
    expect(address).toBe('https://a.example/%7B%7Battribute%3Aname%7D%7D%20**x**%20%24%26%20%241?n=a%20b');
  });

  test('text without placeholders stays as it is, and a value appears as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (around, value) => {
        const plain = around.replaceAll('{', '');
        expect(fill(plain)).toBe(plain);
        const state = { ...STATE, hidden: { v: value } };
        expect(fill(`${plain}{{hidden:v|-}}${plain}`, state)).toBe(plain + (value.trim() ? value : '-') + plain);
      }),
      { numRuns: rounds(1000, 50_000) },
    );
  });
});
