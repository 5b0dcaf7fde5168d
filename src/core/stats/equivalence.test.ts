import { describe, expect, it } from 'vitest';
import { close, closeRelative, said } from '../../../test/expectations.ts';
import { reference } from '../../../test/reference-data.ts';
import type { Summary } from '../summary.ts';
import { tost } from './equivalence.ts';
import { newcombeDifference } from './newcombe-difference.ts';
import { criticalT } from './student-t.ts';
import { symmetricTolerance, verdict } from './verdict.ts';
import { welch } from './welch.ts';

interface Case {
  inputs: {
    m1: number;
    sd1: number;
    n1: number;
    m2: number;
    sd2: number;
    n2: number;
    low: number;
    high: number;
    alpha: number;
    equal_var: boolean;
  };
  diff: number;
  se: number;
  df: number;
  t_lower: number;
  p_lower: number;
  t_upper: number;
  p_upper: number;
  p_tost: number;
  ci_1m2a: [number, number];
  ci_1ma: [number, number];
  p_difference: number;
  equivalent: boolean;
}

/** A group of which only mean, spread and size are known. */
function known(mean: number, sd: number, n: number): Summary {
  const variance = sd * sd;
  const base = { n, sumOfWeights: n, mean, variance, sd, df: n - 1, effectiveN: n, offMode: n, census: false };
  return { ...base, seSquared: variance / n, min: mean - sd, max: mean + sd };
}

function agree(want: Case): void {
  const { m1, sd1, n1, m2, sd2, n2, low, high, alpha, equal_var } = want.inputs;
  if (!equal_var) {
    const difference = said(welch(known(m1, sd1, n1), known(m2, sd2, n2)));
    close([difference.estimate, difference.se, difference.df], [want.diff, want.se, want.df]);
    close(difference.interval, want.ci_1ma);
    close(difference.intervalAt(0.9), want.ci_1m2a);
    closeRelative(difference.pValue, want.p_difference);
  }
  const got = tost(want.diff, want.se, want.df, low, high, alpha);
  close([got.tLower, got.tUpper], [want.t_lower, want.t_upper]);
  closeRelative(got.pLower, want.p_lower);
  closeRelative(got.pUpper, want.p_upper);
  closeRelative(got.pValue, want.p_tost);
  close(got.interval, want.ci_1m2a);
  expect(got.equivalent).toBe(want.equivalent);
}

describe('equivalence', () => {
  it.each(['welch_d043', 'pooled_d048'])('the published example, %s', (name) => {
    agree(reference('equivalence', 'published', 0, 'expected', name));
  });

  it.each([
    ['closed', 'aligned'],
    ['closed_nonzero', 'aligned_not_zero'],
    ['open', 'open'],
    ['undetermined', 'undetermined'],
  ])('%s in the reference is the verdict %s', (name, want) => {
    const expected = reference<Case>('equivalence', 'reference', 0, 'expected', name);
    agree(expected);
    const { low, high } = expected.inputs;
    expect(verdict(expected.ci_1ma, expected.ci_1m2a, { low, high })).toBe(want);
  });

  it('shares decide by the Newcombe interval', () => {
    const cases = reference<{ x1: number; n1: number; x2: number; n2: number; ci90: [number, number] }[]>(
      'equivalence',
      'reference',
      1,
      'expected',
    );
    const verdicts = cases.map(({ x1, n1, x2, n2, ci90 }) => {
      const at = (level: number) => said(newcombeDifference({ x: x1, n: n1 }, { x: x2, n: n2 }, level)).interval;
      close(at(0.9), ci90);
      return verdict(at(0.95), at(0.9), symmetricTolerance(0.05));
    });
    expect(verdicts).toEqual(['undetermined', 'aligned']);
  });

  it('an asymmetric tolerance forgives on one side only', () => {
    expect(verdict([0.1, 0.4], [0.12, 0.38], { low: -0.2, high: 1 })).toBe('aligned_not_zero');
    expect(verdict([-0.4, -0.1], [-0.38, -0.12], { low: -0.2, high: 1 })).toBe('open');
  });

  it('touching 0 or the tolerance is not beyond it', () => {
    expect(verdict([0, 0.4], [0.1, 0.25], symmetricTolerance(0.25))).toBe('undetermined');
    expect(verdict([0, 0.4], [0.1, 0.2499], symmetricTolerance(0.25))).toBe('aligned');
  });

  it('two censuses decide by the estimate alone', () => {
    expect(tost(0.1, 0, Number.POSITIVE_INFINITY, -0.25, 0.25)).toMatchObject({ equivalent: true, pValue: 0 });
    expect(tost(0.3, 0, Number.POSITIVE_INFINITY, -0.25, 0.25)).toMatchObject({ equivalent: false, pValue: 1 });
  });

  it('the interval and the test agree', () => {
    for (const estimate of [-0.3, -0.1, 0, 0.12, 0.24]) {
      for (const se of [0.01, 0.05, 0.08, 0.2]) {
        const got = tost(estimate, se, 12, -0.25, 0.25);
        const half = criticalT(0.9, 12) * se;
        expect(got.equivalent).toBe(estimate - half > -0.25 && estimate + half < 0.25);
      }
    }
  });
});
