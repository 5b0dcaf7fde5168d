import { expect } from 'vitest';
import { type CannotSay, isCannotSay } from '../src/core/cannot-say.ts';
import type { JointCount } from '../src/core/distribution.ts';

/** The value, where the test is about a number; fails with the reason where it is none. */
export function said<T>(value: T | CannotSay): T {
  if (isCannotSay(value)) throw new Error(`cannot say, ${value.cannotSay}`);
  return value;
}

/** Absolute agreement, 1e-7 unless a file states another tolerance; pairs and lists element by element. */
export function close(got: number | readonly number[], want: number | readonly number[], within = 1e-7): void {
  const gots = typeof got === 'number' ? [got] : got;
  const wants = typeof want === 'number' ? [want] : want;
  expect(gots.length).toBe(wants.length);
  for (const [i, value] of wants.entries()) {
    const off = Math.abs((gots[i] ?? Number.NaN) - value);
    expect(off, `got ${gots.join(', ')}, want ${wants.join(', ')}`).toBeLessThanOrEqual(within);
  }
}

/** Relative agreement, for tiny p-values whose absolute error says nothing. */
export function closeRelative(got: number, want: number, within = 1e-7): void {
  expect(Math.abs(got / want - 1), `got ${got}, want ${want}`).toBeLessThanOrEqual(within);
}

/** Joint counts of single pairs, with a weight each (1 where none is given). */
export function pairsOf(
  values: readonly (readonly [x: number, y: number])[],
  weights?: readonly number[],
): JointCount[] {
  return values.map(([x, y], i) => {
    const w = weights?.[i] ?? 1;
    return { x, y, n: 1, w, ww: w * w };
  });
}
