import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AddressRule, addressMatches, propertiesMatch, triggerInWords } from './moments.ts';

const shop = 'https://shop.example/checkout/pay?step=2#card';

test.each<[AddressRule['is'], string, boolean]>([
  ['contains', 'checkout', true],
  ['contains', 'shop.example', false],
  ['contains', 'https://shop.example/che', true],
  ['contains', 'card', false],
  ['contains', '#card', true],
  ['equals', '/checkout/pay?step=2', true],
  ['equals', '/checkout/pay', false],
  ['equals', 'https://shop.example/checkout/pay?step=2', true],
  ['starts', '/checkout', true],
  ['starts', 'checkout', false],
  ['glob', '/checkout/*', true],
  ['glob', '/checkout/*?step=2', true],
  ['glob', '/*/pay*', true],
  ['glob', '*', true],
  ['glob', '/checkout', false],
  ['glob', '*step', false],
  ['glob', '/checkout/pay?step=2*2', false],
  ['glob', 'https://*.example/*', true],
  ['glob', 'https://*.other/*', false],
])('%s %s: %s', (is, value, expected) => {
  expect(addressMatches({ is, value }, shop)).toBe(expected);
});

test('a glob agrees with the regular expression that it stands for', () => {
  const piece = fc.constantFrom('a', 'b', '*', '.', '(', '?');
  const text = fc.array(fc.constantFrom('a', 'b', '.', '(', '?'), { maxLength: 10 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 7 }), text, (pattern, path) => {
      const value = `/${pattern.join('')}`;
      const expression = value.replace(/[.(?]/g, '\\$&').replaceAll('*', '.*');
      expect(addressMatches({ is: 'glob', value }, `https://x.example/${path}`)).toBe(
        new RegExp(`^${expression}$`).test(`/${path}`),
      );
    }),
    { numRuns: 2_000 },
  );
});

test('properties are compared as they are meant, own ones only', () => {
  const all = (where: Parameters<typeof propertiesMatch>[0]) =>
    propertiesMatch(where, { total: '120', plan: 'pro', tags: 'new,vip', trial: false });
  expect(all([])).toBe(true);
  expect(
    all([
      { property: 'total', is: 'gt', value: 99 },
      { property: 'plan', is: 'eq', value: 'pro' },
      { property: 'tags', is: 'has', value: 'vip' },
      { property: 'trial', is: 'eq', value: false },
    ]),
  ).toBe(true);
  expect(all([{ property: 'total', is: 'le', value: 119 }])).toBe(false);
  expect(all([{ property: 'plan', is: 'gt', value: 1 }])).toBe(false);
  expect(all([{ property: 'absent', is: 'ne', value: 1 }])).toBe(true);
  expect(all([{ property: 'constructor', is: 'has', value: 'Object' }])).toBe(false);
});

test('an abandonment reads as what did not happen', () => {
  expect(
    triggerInWords({
      kind: 'abandonment',
      pages: [],
      began: { event: 'cart' },
      finished: { page: { is: 'starts', value: '/thanks' } },
      seconds: 120,
      leaving: true,
    }),
  ).toBe('began cart, did not reach page /thanks');
});
