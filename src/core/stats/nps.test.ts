import { describe, expect, it } from 'vitest';
import { close, said } from '../../../test/expectations.ts';
import { csv, reference } from '../../../test/reference-data.ts';
import { fromValues } from '../distribution.ts';
import { goodmanIntervals } from './goodman-intervals.ts';
import { logGamma } from './log-gamma.ts';
import { adjustedWaldNps, nps } from './nps.ts';
import { npsDifference } from './nps-difference.ts';
import { tangoInterval } from './tango-interval.ts';

type Pair = [number, number];
interface Counts {
  promoters: number;
  passives: number;
  detractors: number;
  level: number;
}

/** Answers with the given number of each class. */
function answers(promoters: number, passives: number, detractors: number) {
  const of = (value: number, n: number) => new Array<number>(n).fill(value);
  return fromValues([...of(10, promoters), ...of(8, passives), ...of(3, detractors)]);
}

describe('NPS of one sample', () => {
  it('gives the published worked example', () => {
    const inputs = reference<Counts>('nps', 'published', 0, 'inputs');
    const want = reference<{ nps: number; ci_adjusted_wald: Pair }>('nps', 'published', 0, 'expected');
    const { promoters, passives, detractors, level } = inputs;
    close(said(nps(answers(promoters, passives, detractors))).estimate, want.nps, 0.005);
    close(adjustedWaldNps(promoters, passives, detractors, level).interval, want.ci_adjusted_wald, 0.005);
  });

  it("gives R's numbers: Tango, adjusted Wald, variance, Goodman", () => {
    const cases = reference<
      {
        n: number;
        nps: number;
        variance_mle: number;
        se_wald: number;
        adj_estimate: number;
        adj_se: number;
        ci_adjusted_wald: Pair;
        ci_score_tango: Pair;
        goodman_simultaneous: Pair[];
        inputs: Counts;
      }[]
    >('nps', 'reference', 0, 'expected');
    expect(cases.length).toBe(9);
    for (const want of cases) {
      const { promoters, passives, detractors, level } = want.inputs;
      const got = said(nps(answers(promoters, passives, detractors), level));
      expect(got.n).toBe(want.n);
      close(got.estimate, want.nps);
      close(got.variance, want.variance_mle);
      close(got.se, want.se_wald);
      close(got.interval, want.ci_score_tango);
      close(tangoInterval(promoters, detractors, want.n, level), want.ci_score_tango);
      const adjusted = adjustedWaldNps(promoters, passives, detractors, level);
      close([adjusted.estimate, adjusted.se], [want.adj_estimate, want.adj_se]);
      close(adjusted.interval, want.ci_adjusted_wald);
      const goodman = said(goodmanIntervals([promoters, passives, detractors], level));
      for (const [i, interval] of want.goodman_simultaneous.entries()) close(goodman[i] ?? [], interval);
    }
  });

  it('covers exactly as often as enumerated for Tango and adjusted Wald', () => {
    const table = reference<
      { n: number; p: number; d: number; adjusted: number; tango: number; w_adj: number; w_tango: number }[]
    >('nps_coverage', 'table');
    for (const row of table) {
      const got = { adjusted: 0, tango: 0, w_adj: 0, w_tango: 0 };
      for (let b = 0; b <= row.n; b++) {
        for (let c = 0; b + c <= row.n; c++) {
          const chance = trinomial(row.n, b, c, row.p, row.d);
          const count = ([low, high]: readonly [number, number]) =>
            low <= row.p - row.d + 1e-12 && high >= row.p - row.d - 1e-12 ? chance : 0;
          const tango = tangoInterval(b, c, row.n);
          const adjusted = adjustedWaldNps(b, row.n - b - c, c).interval;
          got.tango += count(tango);
          got.adjusted += count(adjusted);
          got.w_tango += chance * (tango[1] - tango[0]);
          got.w_adj += chance * (adjusted[1] - adjusted[0]);
        }
      }
      close([got.tango, got.adjusted], [row.tango, row.adjusted], 1e-7);
      close([got.w_tango, got.w_adj], [row.w_tango, row.w_adj], 1e-6);
    }
  });

  it('has no width for a census and less for a small population', () => {
    const counts = answers(4, 3, 2);
    expect(said(nps(counts, 0.95, 9)).interval).toEqual([2 / 9, 2 / 9].map((v) => expect.closeTo(v, 12)));
    const [low, high] = said(nps(counts, 0.95, 12)).interval;
    const [wideLow, wideHigh] = said(nps(counts)).interval;
    expect(high - low).toBeLessThan(wideHigh - wideLow);
    expect(nps([])).toMatchObject({ code: 'no_answers' });
  });

  it('weighs answers as the survey package does', () => {
    const rows = csv('sample/sfo/sfo_2017.csv.gz').filter((row) => row.ltr !== undefined);
    const values = rows.map((row) => Number(row.ltr));
    const want = reference<{
      n: number;
      unweighted_nps: number;
      weighted_nps: number;
      se_linearised: number;
      ci95: Pair;
      counts: { promoters: number; passives: number; detractors: number };
    }>('survey', 'reference', 1, 'expected');
    const plain = said(nps(fromValues(values)));
    expect(plain.n).toBe(want.n);
    close(plain.estimate, want.unweighted_nps);
    close([plain.promoters, plain.detractors], [want.counts.promoters / want.n, want.counts.detractors / want.n]);
    const weighted = said(
      nps(
        fromValues(
          values,
          rows.map((row) => Number(row.weight)),
        ),
      ),
    );
    close(weighted.estimate, want.weighted_nps);
    // Tango's interval is not Wald's; at this size they agree to the third digit of their width.
    close(weighted.interval, want.ci95, 0.0005);
    close(weighted.se, want.se_linearised, 1e-5);
  });
});

describe('difference of two NPS', () => {
  it("gives R's interval and p-value", () => {
    type Three = [number, number, number];
    const cases = reference<
      {
        a: Three;
        b: Three;
        level: number;
        diff: number;
        adj_diff: number;
        adj_se: number;
        p_adjusted: number;
        ci_mover_tango: Pair;
      }[]
    >('nps', 'reference', 1, 'expected');
    for (const { a, b, level, diff, adj_diff, adj_se, p_adjusted, ci_mover_tango } of cases) {
      const [one, two] = [adjustedWaldNps(...a), adjustedWaldNps(...b)];
      close([one.estimate - two.estimate, Math.hypot(one.se, two.se)], [adj_diff, adj_se]);
      const got = npsDifference(said(nps(answers(...a), level)), said(nps(answers(...b), level)));
      close(got.estimate, diff);
      close(got.pValue, p_adjusted);
      close(got.interval, ci_mover_tango);
    }
  });
});

function trinomial(n: number, b: number, c: number, p: number, d: number): number {
  const log = (count: number, share: number) => (count === 0 ? 0 : count * Math.log(share)) - logGamma(count + 1);
  return Math.exp(logGamma(n + 1) + log(b, p) + log(c, d) + log(n - b - c, 1 - p - d));
}
