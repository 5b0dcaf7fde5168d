import { expect, test } from 'vitest';
import { blocksOf, spansOf } from './blocks.ts';

test('the Markdown of the methods pages becomes blocks', () => {
  const text =
    '# Title\n\nOne\nline.\n\n- a\n  more\n- b\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n```ts\na\n\nb\n```\n\n## Next\nText';
  expect(blocksOf(text)).toEqual([
    { kind: 'heading', level: 1, text: 'Title' },
    { kind: 'paragraph', text: 'One line.' },
    { kind: 'list', items: ['a more', 'b'] },
    { kind: 'table', head: ['x', 'y'], rows: [['1', '2']] },
    { kind: 'code', text: 'a\n\nb' },
    { kind: 'heading', level: 2, text: 'Next' },
    { kind: 'paragraph', text: 'Text' },
  ]);
});

test('HTML stays text', () => {
  expect(blocksOf('<b>x</b>')).toEqual([{ kind: 'paragraph', text: '<b>x</b>' }]);
});

test('code, strong words and links to other pages inside a line', () => {
  expect(spansOf('see `x` and **y** in [the gap](gap.md), not [z](javascript:1)')).toEqual([
    { kind: 'text', text: 'see ' },
    { kind: 'code', text: 'x' },
    { kind: 'text', text: ' and ' },
    { kind: 'strong', text: 'y' },
    { kind: 'text', text: ' in ' },
    { kind: 'page', text: 'the gap', name: 'gap' },
    { kind: 'text', text: ', not [z](javascript:1)' },
  ]);
});
