import { expect, test } from 'vitest';
import { hasPattern, pattern } from './pattern.ts';
import { SCALES } from './scale.ts';

const scale = SCALES['1-5'];

test('an open gap is a blind spot when more is believed than lived, a hidden strength when less', () => {
  expect(pattern('open', 0.8, 3, scale, 70)).toBe('blind_spot');
  expect(pattern('open', -0.8, 3, scale, 70)).toBe('hidden_strength');
});

test('where lower is better, believing a lower value is believing more', () => {
  const effort = { ...scale, direction: 'down', topBox: 1 } as const;
  expect(pattern('open', -0.8, 3, effort, 70)).toBe('blind_spot');
  expect(pattern('open', 0.8, 3, effort, 70)).toBe('hidden_strength');
});

test('aligned: the customers decide whether a strength or a pain is shared, exactly from the target on', () => {
  expect(pattern('aligned', 0, 3.8, scale, 70)).toBe('shared_strength');
  expect(pattern('aligned_not_zero', 0.1, 3.79, scale, 70)).toBe('shared_pain');
});

test('undetermined is unknown, whatever the estimate', () => {
  expect(pattern('undetermined', 2, 4.9, scale, 70)).toBe('unknown');
});

test('only a belief against what customers live has a pattern', () => {
  const lived = { audience: 'customer', lens: 'experience' } as const;
  expect(hasPattern({ audience: 'staff', lens: 'belief' }, lived)).toBe(true);
  expect(hasPattern({ audience: 'leadership', lens: 'belief' }, { audience: 'staff', lens: 'belief' })).toBe(false);
  expect(hasPattern({ audience: 'leadership', lens: 'promise' }, lived)).toBe(false);
});
