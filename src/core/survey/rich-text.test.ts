import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { rounds } from '../../../test/deep.ts';
import { type Block, isSafeAddress, parseRichText, type Span } from './rich-text.ts';

vi.setConfig({ testTimeout: rounds(30_000, 600_000) });

const spansOf = (blocks: readonly Block[]): Span[] =>
  blocks.flatMap((block) => (block.type === 'list' ? block.items.flat() : block.spans)) as Span[];
const spans = (text: string) => spansOf(parseRichText(text));
const textOf = (text: string) =>
  spans(text)
    .map((span) => span.text)
    .join('');

describe('marks', () => {
  test.each<[string, Span[]]>([
    ['plain', [{ text: 'plain' }]],
    ['a **b** c', [{ text: 'a ' }, { text: 'b', bold: true }, { text: ' c' }]],
    ['a *b* c', [{ text: 'a ' }, { text: 'b', italic: true }, { text: ' c' }]],
    ['***both***', [{ text: 'both', bold: true, italic: true }]],
    [
      '**a *b* c**',
      [
        { text: 'a ', bold: true },
        { text: 'b', bold: true, italic: true },
        { text: ' c', bold: true },
      ],
    ],
    ['2 * 3 * 4', [{ text: '2 * 3 * 4' }]],
    ['5* hotel', [{ text: '5* hotel' }]],
    ['a ** b', [{ text: 'a ** b' }]],
    ['**open', [{ text: '**open' }]],
    ['**a** b** c', [{ text: 'a', bold: true }, { text: ' b** c' }]],
    ['****', [{ text: '****' }]],
    ['**', [{ text: '**' }]],
    ['[us](https://a.example/x?y=1#z)', [{ text: 'us', href: 'https://a.example/x?y=1#z' }]],
    ['[mail](mailto:a@b.example)', [{ text: 'mail', href: 'mailto:a@b.example' }]],
    [
      'see **[us](http://a.example)** now',
      [{ text: 'see ' }, { text: 'us', bold: true, href: 'http://a.example' }, { text: ' now' }],
    ],
    ['[a **b** c](https://a.example)', [{ text: 'a **b** c', href: 'https://a.example' }]],
    ['[](https://a.example)', [{ text: '[](https://a.example)' }]],
    ['<b>x</b> &amp;', [{ text: '<b>x</b> &amp;' }]],
  ])('%s', (text, expected) => {
    expect(parseRichText(text)).toEqual([{ type: 'paragraph', spans: expected }]);
  });

  test('paragraphs, line breaks and lists', () => {
    expect(parseRichText('One\ntwo\r\n\r\n\n Three \n- a\n* **b**\n1. c\n2) d\nFour')).toEqual([
      { type: 'paragraph', spans: [{ text: 'One\ntwo' }] },
      { type: 'paragraph', spans: [{ text: 'Three' }] },
      { type: 'list', ordered: false, items: [[{ text: 'a' }], [{ text: 'b', bold: true }]] },
      { type: 'list', ordered: true, items: [[{ text: 'c' }], [{ text: 'd' }]] },
      { type: 'paragraph', spans: [{ text: 'Four' }] },
    ]);
    expect(parseRichText('')).toEqual([]);
    expect(parseRichText('\n \n')).toEqual([]);
    expect(parseRichText('-\n- ')).toEqual([{ type: 'paragraph', spans: [{ text: '-\n-' }] }]);
  });
});

describe('addresses', () => {
  const HOSTILE = [
    'javascript:alert(1)',
    'JaVaScRiPt:alert1',
    'java\tscript:alert1',
    'java\nscript:alert1',
    '\u0001javascript:alert1',
    ' javascript:alert1',
    'javascript&colon;alert1',
    '&#106;avascript:alert1',
    'javascript://%0aalert1',
    'javascript:https://a.example',
    'data:text/html,<script>alert1</script>',
    'data:text/html;base64,PHNjcmlwdD4=',
    'vbscript:msgbox',
    'file:///etc/passwd',
    'blob:https://a.example/1',
    'about:blank',
    'view-source:https://a.example',
    'intent://scan/#Intent;end',
    'tel:123',
    'ftp://a.example',
    '//evil.example',
    '/relative',
    'relative',
    '#fragment',
    'https:evil.example',
    'https:/evil.example',
    'https:\\\\evil.example',
    'https://\\evil.example',
    'https://',
    'https:///evil.example',
    'https://bank.example@evil.example',
    'https://user:pass@evil.example',
    'https://bank.example\\@evil.example',
    'https://{{hidden:host}}/x',
    'https://a.{{hidden:host}}',
    'mailto:',
    'mailto:nobody',
    'mailto:a@b@c',
    'https://[::1',
    'https://a b',
    'https://a.example:99999',
  ];

  test.each(HOSTILE)('%j is text', (address) => {
    expect(isSafeAddress(address)).toBe(false);
    expect(spans(`[x](${address})`).filter((span) => span.href !== undefined)).toEqual([]);
  });

  test('what is refused is shown as it was written', () => {
    expect(textOf('[x](javascript:alert1)')).toBe('[x](javascript:alert1)');
    expect(textOf('a [x](data:text/html,y) **b**')).toBe('a [x](data:text/html,y) b');
  });

  test.each([
    'https://a.example',
    'http://a.example:8080/x',
    'HTTPS://A.example/ü',
    'https://münchen.example/',
    'https://a.example/{{hidden:order}}?name={{attribute:name}}',
    'https://a.example?u=https://b.example@c',
    'https://[::1]:4300/s',
    'mailto:a+b@c.example?subject=Hello',
  ])('%s is a link', (address) => {
    expect(isSafeAddress(address)).toBe(true);
  });

  test('every address that passes is what a browser reads as one: its scheme, its host, no user', () => {
    const pieces = fc.constantFrom(
      'http',
      'https',
      'mailto',
      'javascript',
      ':',
      '/',
      '//',
      '@',
      '\\',
      'a.example',
      'x',
      '%0a',
      '?',
      '#',
      '.',
      '{{hidden:a}}',
      'ı',
      '\u200b',
      '：',
      '[',
      ']',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(pieces).map((all) => all.join('')),
          fc.array(pieces).map((all) => `https://a.example${all.join('')}`),
          fc.string(),
          fc.webUrl(),
        ),
        (address) => {
          if (!isSafeAddress(address)) return;
          const url = new URL(address);
          expect(['http:', 'https:', 'mailto:']).toContain(url.protocol);
          expect(url.username + url.password).toBe('');
          expect(address.toLowerCase().startsWith(url.protocol)).toBe(true);
          if (url.protocol !== 'mailto:') expect(url.host).not.toBe('');
        },
      ),
      { numRuns: rounds(5000, 200_000) },
    );
  });
});

describe('values', () => {
  test('are put in after the marks were read, and never become marks', () => {
    const fill = (text: string) => text.replace('{{x}}', '**b** [win](https://evil.example)\n\n- c');
    const blocks = parseRichText('Hello **{{x}}**, [order](https://a.example/?o={{x}})', fill, (it) =>
      it.replace('{{x}}', encodeURIComponent('a/b?c')),
    );
    expect(blocks).toEqual([
      {
        type: 'paragraph',
        spans: [
          { text: 'Hello ' },
          { text: '**b** [win](https://evil.example)\n\n- c', bold: true },
          { text: ', ' },
          { text: 'order', href: 'https://a.example/?o=a%2Fb%3Fc' },
        ],
      },
    ]);
  });
});

describe('hostile length', () => {
  const SEEDS = [
    '*',
    '**',
    '***',
    '[',
    ']',
    '(',
    '[a](',
    '[a](b',
    '![a](https://b',
    '[[',
    '**a',
    '*a ',
    '** a',
    '- ',
    '1. ',
    ' ',
    '\n',
    '\r',
    '- *',
    '{{',
    '[a](https://b.example)',
    '*[',
    '*a*',
    '**a** ',
  ];

  // Reading that looks at every pair of 65,536 characters would not come to an end within the limit of a test.
  test.each(SEEDS)('%j over and over gives no more than was given', (seed) => {
    for (let power = 10; power <= 16; power++) {
      const text = seed.repeat(2 ** power / seed.length);
      const found = spans(text);
      expect(found.length).toBeLessThanOrEqual(text.length);
      expect(found.reduce((sum, span) => sum + span.text.length, 0)).toBeLessThanOrEqual(text.length);
    }
  });

  test('nothing is invented: the text is a subsequence of what was written', () => {
    const pieces = fc.constantFrom(...SEEDS, 'a', 'b c', 'https://a.example', ')', '.', '\t');
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (all) => {
        const text = all.join('');
        let from = 0;
        for (const span of spans(text)) {
          for (const char of span.text) {
            const at = text.indexOf(char === '\n' ? '' : char, from);
            expect(at).toBeGreaterThanOrEqual(from);
            from = char === '\n' ? from : at + 1;
          }
          if (span.href !== undefined) expect(isSafeAddress(span.href)).toBe(true);
        }
        // Letters are never marks: none of them is lost.
        expect(textOf(text).replaceAll(/[^abc]/g, '').length).toBeGreaterThanOrEqual(
          all.filter((it) => it === 'a' || it === 'b c').length,
        );
      }),
      { numRuns: rounds(2000, 50_000) },
    );
  });
});
