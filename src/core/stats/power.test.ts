import { describe, expect, it } from 'vitest';
import { close, pairsOf, said } from '../../../test/expectations.ts';
import { reference } from '../../../test/reference-data.ts';
import { fromValues } from '../distribution.ts';
import { constantSummary, summarise } from '../summary.ts';
import { finitePopulationFactor, sampleFromPopulation } from './finite-population.ts';
import { moreAnswersNeeded, morePairsNeeded } from './more-answers.ts';
import { noncentralTCdf } from './noncentral-t.ts';
import { pairedT } from './paired-t.ts';
import {
  powerOfEquivalence,
  powerOfPairs,
  powerOfTwoMeans,
  sizeForHalfWidth,
  sizeForPairs,
  sizeForTwoMeans,
  sizeForTwoShares,
  smallestGap,
  smallestGapOfEqualGroups,
} from './power.ts';
import { studentTCdf } from './student-t.ts';

const at = <T>(...steps: (string | number)[]) => reference<T>('power', 'expected', ...steps);
interface Needed {
  delta: number;
  power: number;
  alpha: number;
}

describe('how many answers', () => {
  it('two means, pairs, and the smallest gap', () => {
    for (const want of at<(Needed & { sd: number; n_per_group: number })[]>('t_two_sample')) {
      // The reference comes from an optimiser with a stopping rule of about 1e-4; the power it stands for is exact.
      close(sizeForTwoMeans(want.delta, want.sd, want.power, want.alpha), want.n_per_group, 0.02);
      close(powerOfTwoMeans(want.n_per_group, want.delta, want.sd, want.alpha), want.power, 1e-5);
    }
    for (const want of at<(Needed & { sd_diff: number; n: number })[]>('t_paired')) {
      close(sizeForPairs(want.delta, want.sd_diff, want.power, want.alpha), want.n, 0.02);
      close(powerOfPairs(want.n, want.delta, want.sd_diff, want.alpha), want.power, 1e-5);
    }
    for (const want of at<(Needed & { sd: number; n_per_group: number })[]>('mde_t')) {
      close(smallestGapOfEqualGroups(want.n_per_group, want.sd, want.power, want.alpha), want.delta, 1e-4);
    }
    const { s1, n1, s2, n2, power, alpha, mde } = at<Record<string, number>>('unequal_z', 'case') as Record<
      's1' | 'n1' | 's2' | 'n2' | 'power' | 'alpha' | 'mde',
      number
    >;
    close(smallestGap(s1, n1, s2, n2, power, alpha), mde);
  });

  it('shares, NPS and the finite population', () => {
    for (const want of at<{ p1: number; p2: number; power: number; alpha: number; n_per_group: number }[]>('prop')) {
      close(sizeForTwoShares(want.p1, want.p2, want.power, want.alpha), want.n_per_group, 1e-3);
    }
    const nps = at<{ p: number; d: number; E: number; level: number; n0: number; N: number; n_fpc: number }>(
      'nps_margin',
      'cases',
      0,
    );
    const n0 = sizeForHalfWidth(nps.p + nps.d - (nps.p - nps.d) ** 2, nps.E, nps.level);
    close(n0, nps.n0);
    close(sampleFromPopulation(n0, nps.N), nps.n_fpc);
    const share = at<{ p: number; E: number; level: number; n0: number; n_fpc_N500: number }>('proportion_margin');
    close(sizeForHalfWidth(share.p * (1 - share.p), share.E, share.level), share.n0);
    close(sampleFromPopulation(share.n0, 500), share.n_fpc_N500);
    const fpc = reference<{ N: number; factor: number }>('nps', 'reference', 0, 'expected', 5, 'fpc');
    close(Math.sqrt(finitePopulationFactor(100, fpc.N)), fpc.factor);
    expect(finitePopulationFactor(50, 1000)).toBe(1);
    expect(finitePopulationFactor(9, 9)).toBe(0);
  });

  it('power of equivalence', () => {
    type Case = { n_per_group: number; sd: number; true_delta: number; margin: number; alpha: number; power: number };
    for (const want of at<Case[]>('tost_power_two_sample')) {
      const se = want.sd * Math.sqrt(2 / want.n_per_group);
      const df = 2 * want.n_per_group - 2;
      close(powerOfEquivalence(want.true_delta, se, df, -want.margin, want.margin, want.alpha), want.power);
    }
  });

  it('noncentral t is central t at 0, and 1 - powers of tables', () => {
    for (const [t, df] of [
      [1.3, 4],
      [-2, 11],
      [0.4, 1.5],
      [3, 2000],
    ] as const) {
      close(noncentralTCdf(t, df, 0), studentTCdf(t, df), 1e-10);
    }
  });
});

describe('about how many more answers', () => {
  const leaders = said(summarise(fromValues([5, 4, 4, 5, 4, 3, 4, 5, 4, 3, 4, 4, 5, 4, 4, 5])));
  const customers = said(summarise(fromValues([4, 3, 5, 2, 4, 4, 3, 5, 4, 1, 4, 3])));
  const tolerance = { low: -0.25, high: 0.25 };

  it('is the smallest number that reaches the wanted chance', () => {
    const needed = said(moreAnswersNeeded(leaders, customers, tolerance, 'to'));
    expect(needed).toBeGreaterThan(1);
    const chance = said(moreAnswersNeeded(leaders, customers, tolerance, 'to', { power: 0.7 }));
    expect(chance).toBeLessThan(needed);
  });

  it('cannot be decided by customers alone where the leaders are too few', () => {
    const three = said(summarise(fromValues([5, 3, 4])));
    expect(moreAnswersNeeded(three, customers, tolerance, 'to')).toMatchObject({ code: 'not_estimable' });
  });

  it('a gap on the edge of the tolerance may still be shown to differ from 0', () => {
    const constant = constantSummary(customers.mean + 0.25);
    expect(said(moreAnswersNeeded(constant, customers, tolerance, 'to'))).toBeGreaterThan(100);
  });

  it('ends where the population ends', () => {
    expect(moreAnswersNeeded(leaders, customers, tolerance, 'from', { population: 16 })).toMatchObject({
      code: 'not_estimable',
    });
    const few = said(moreAnswersNeeded(constantSummary(3.6), customers, tolerance, 'to', { population: 20 }));
    expect(few).toBeLessThanOrEqual(8);
  });

  it('works for pairs', () => {
    const pairs = pairsOf([
      [4, 3],
      [5, 5],
      [4, 5],
      [3, 3],
      [5, 4],
      [4, 4],
      [3, 4],
      [5, 4],
    ]);
    const result = said(pairedT(pairs));
    const needed = said(morePairsNeeded(result, tolerance));
    // That many pairs with the same mean and spread reach a verdict with a chance of 80 %.
    const n = 8 + needed;
    const se = result.sdDifference / Math.sqrt(n);
    const chance = powerOfEquivalence(result.estimate, se, n - 1, -0.25, 0.25);
    expect(Math.max(chance, powerOfPairs(n, result.estimate, result.sdDifference))).toBeGreaterThan(0.79);
    expect(morePairsNeeded(said(pairedT(pairs, 0.95, 8)), tolerance)).toMatchObject({ code: 'not_estimable' });
  });
});
