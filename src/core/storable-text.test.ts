import fc from 'fast-check';
import { expect, test } from 'vitest';
import { beginning, storableJson, storableText } from './storable-text.ts';

const HALF_OR_NUL = /\0|\p{Surrogate}/u;
/** Mostly of what matters: halves, whole pairs, NUL, backslashes, and what looks like an escape. */
const texts = fc
  .array(
    fc.oneof(
      fc.constantFrom('\0', '\ud83d', '\ude00', '😀', '\\', '\\u0000', '\\ud800', '"', 'u', 'é', '\ufffd'),
      fc.string({ maxLength: 3 }),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''));

test('a text holds neither NUL nor half of a pair, and is as it was where it held none', () => {
  expect(storableText('a\ud800b\udc00\ud83d😀\0')).toBe('a\ufffdb\ufffd\ufffd😀\ufffd');
  fc.assert(
    fc.property(texts, (text) => {
      const made = storableText(text);
      expect(made).not.toMatch(HALF_OR_NUL);
      expect(made).toHaveLength(text.length);
      if (!HALF_OR_NUL.test(text)) expect(made).toBe(text);
    }),
  );
});

test('what JSON says is the storable form of what it said, however it is escaped', () => {
  const escaped = (text: string, hex: (code: string) => string) =>
    JSON.stringify(text).replace(
      /[^\x20-\x7e]/g,
      (unit) => `\\u${hex(unit.charCodeAt(0).toString(16).padStart(4, '0'))}`,
    );
  fc.assert(
    fc.property(texts, fc.boolean(), (text, isUpper) => {
      const json = escaped(text, (hex) => (isUpper ? hex.toUpperCase() : hex));
      expect(JSON.parse(json)).toBe(text);
      expect(JSON.parse(storableJson(json))).toBe(storableText(text));
      expect(JSON.parse(storableJson(JSON.stringify(text)))).toBe(storableText(text));
    }),
  );
});

test('a beginning does not end within a pair', () => {
  expect(['a😀b', 'a😀'].map((text) => [1, 2, 3, 4].map((most) => beginning(text, most)))).toEqual([
    ['a', 'a', 'a😀', 'a😀b'],
    ['a', 'a', 'a😀', 'a😀'],
  ]);
});
