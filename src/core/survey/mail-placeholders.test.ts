import { expect, test } from 'vitest';
import { mailPlaceholderFaults } from './mail-placeholders.ts';

const HAVE = ['Firstname', 'city'];

test.each([
  ['Hi {{attribute:name|there}} of {{attribute: city }}, {{attribute:organisation}}', []],
  ['No placeholders; { one brace } and }', []],
  ['Hi {{attribute:nme}}', ['No contact has the attribute “nme”.']],
  ['{{attribute:firstname|you}}', ['No contact has the attribute “firstname”. There is “Firstname”.']],
  ['{{name}}', ['{{name}} is no placeholder and stands in the mail as it is. Write {{attribute:name}}.']],
  ['{{City}}', ['{{City}} is no placeholder and stands in the mail as it is. Write {{attribute:city}}.']],
  ['{{attribute:}}', ['{{attribute:}} is no placeholder and stands in the mail as it is. Write {{attribute:name}}.']],
  ['{{answer:q1}}', ['{{answer:q1}} is always empty: a mail comes before any answer.']],
  ['Dear {{broken', ['Braces are left open: a placeholder is written {{attribute:name}}.']],
  ['{{attribute:name}}}}', ['Braces are left open: a placeholder is written {{attribute:name}}.']],
  ['{{attribute:nme}} {{attribute:nme}}', ['No contact has the attribute “nme”.']],
])('%s', (text, faults) => {
  expect(mailPlaceholderFaults(text, HAVE)).toEqual(faults);
});

test('of attributes nothing is said before they are known', () => {
  expect(mailPlaceholderFaults('{{attribute:nme}} {{x}}', undefined)).toHaveLength(1);
});
