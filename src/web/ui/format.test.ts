import { expect, test } from 'vitest';
import { bytes, fixed, interval, monthRange, percent, pValue, signed } from './format.ts';

test('a real minus sign, a plus where it means something, never minus zero', () => {
  expect(signed(0.934, 2)).toBe('+0.93');
  expect(signed(-0.5)).toBe('−0.5');
  expect(signed(-0.001, 2)).toBe('0.00');
  expect(signed(0.001, 2)).toBe('0.00');
  expect(fixed(-2)).toBe('−2.0');
  expect(interval([-0.2, 1.25], 2)).toBe('[−0.20, 1.25]');
});

test('shares, p-values, dates and sizes as people read them', () => {
  expect(percent(0.833)).toBe('83\u00a0%');
  expect(pValue(null)).toBe('–');
  expect(pValue(0.00004)).toBe('<\u00a00.001');
  expect(monthRange('2015-05-01', '2017-06-30')).toBe('May 2015 to Jun 2017');
  expect(monthRange('2017-06-01', '2017-06-30')).toBe('Jun 2017');
  expect(bytes(2_000_000_000)).toBe('2 GB');
});
