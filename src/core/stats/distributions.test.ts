import { describe, expect, it } from 'vitest';
import reference from '../../../test/reference/distributions.json' with { type: 'json' };
import { betaCdf, betaQuantile } from './beta-distribution.ts';
import { chiSquareCdf, chiSquareQuantile, chiSquareUpper } from './chi-square.ts';
import { fCdf, fQuantile, fUpper } from './f-distribution.ts';
import { logGamma } from './log-gamma.ts';
import { noncentralTCdf } from './noncentral-t.ts';
import { normalCdf, normalQuantile } from './normal.ts';
import { studentTCdf, studentTQuantile } from './student-t.ts';
import { studentizedRangeCdf, studentizedRangeQuantile } from './studentized-range.ts';

/** Relative error, absolute where the true value is 0. */
function error(got: number, want: number): number {
  return want === 0 ? Math.abs(got) : Math.abs(got / want - 1);
}

/** Rows of fixed length: a missing column is a broken reference file, not a zero. */
function column(row: readonly number[], index: number): number {
  const value = row[index];
  if (value === undefined) throw new Error(`reference row ${JSON.stringify(row)} has no column ${index}`);
  return value;
}

/** Asserts one message per bad row, so that a failure names its arguments. */
function holds(rows: readonly (readonly number[])[], check: (at: (i: number) => number) => readonly number[]): void {
  for (const row of rows) {
    for (const e of check((i) => column(row, i))) expect(e, JSON.stringify(row)).toBeLessThan(1e-10);
  }
}

describe('distribution functions, relative error below 1e-10 in both tails', () => {
  it('ln gamma', () =>
    holds(reference.gamma, (at) => [Math.min(error(logGamma(at(0)), at(1)), Math.abs(logGamma(at(0)) - at(1)))]));
  it('normal', () =>
    holds(reference.normal, (at) => [
      error(normalCdf(at(0)), at(1)),
      at(0) < 6 ? error(normalQuantile(at(1)), at(0)) : 0,
    ]));
  it('Student t', () =>
    holds(reference.t, (at) => [
      error(studentTCdf(at(0), at(1)), at(2)),
      // Beyond 0.999 the distribution function itself carries too few digits of the tail to give t back.
      at(2) < 0.999 ? error(studentTQuantile(at(2), at(1)), at(0)) : 0,
    ]));
  it('F', () =>
    holds(reference.f, (at) => [
      error(fUpper(at(0), at(1), at(2)), at(3)),
      Math.abs(fCdf(at(0), at(1), at(2)) - (1 - at(3))),
      at(3) > 1e-5 ? error(fQuantile(1 - at(3), at(1), at(2)), at(0)) : 0,
    ]));
  it('chi-square', () =>
    holds(reference.chi, (at) => [
      error(chiSquareCdf(at(0), at(1)), at(2)),
      error(chiSquareUpper(at(0), at(1)), at(3)),
      at(3) > 1e-5 ? error(chiSquareQuantile(at(2), at(1)), at(0)) : 0,
    ]));
  it('beta', () =>
    holds(reference.beta, (at) => [
      error(betaCdf(at(0), at(1), at(2)), at(3)),
      at(3) < 0.999 ? error(betaQuantile(at(3), at(1), at(2)), at(0)) : 0,
    ]));
  it('noncentral t', () => holds(reference.noncentral_t, (at) => [error(noncentralTCdf(at(0), at(1), at(2)), at(3))]));
  it('studentised range, to 1e-9 absolute', () => {
    for (const [q = 0, k = 0, df = 0, p = 0] of reference.studentized_range) {
      expect(Math.abs(studentizedRangeCdf(q, k, df) - p)).toBeLessThan(1e-9);
      expect(Math.abs(studentizedRangeQuantile(p, k, df) - q)).toBeLessThan(1e-6);
    }
  });
  it('has the ends', () => {
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
    expect(studentTQuantile(0.975, Number.POSITIVE_INFINITY)).toBe(normalQuantile(0.975));
    expect(fCdf(0, 2, 3)).toBe(0);
    expect(betaQuantile(1, 2, 3)).toBe(1);
    expect(chiSquareQuantile(0, 2)).toBe(0);
  });
});
