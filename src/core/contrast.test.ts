import { expect, test } from 'vitest';
import { contrast } from './contrast.ts';

test('agrees with the published ratios', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#FFFFFF')).toBeCloseTo(4.48, 2);
  expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2);
  expect(contrast('#ff0000', '#ffffff')).toBeCloseTo(4, 2);
  expect(contrast('#123456', '#123456')).toBe(1);
});

test('says nothing of what is no colour', () => {
  expect(contrast('red', '#ffffff')).toBeUndefined();
  expect(contrast('#fff', '#ffffff')).toBeUndefined();
});
