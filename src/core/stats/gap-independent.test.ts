import { describe, expect, it } from 'vitest';
import { close, closeRelative, said } from '../../../test/expectations.ts';
import { csv, reference } from '../../../test/reference-data.ts';
import { type Distribution, fromValues } from '../distribution.ts';
import { summarise } from '../summary.ts';
import { brunnerMunzel } from './brunner-munzel.ts';
import { cliffsDelta, dominanceInWords } from './cliffs-delta.ts';
import { gamesHowell } from './games-howell.ts';
import { kruskalWallis } from './kruskal-wallis.ts';
import { mannWhitney } from './mann-whitney.ts';
import { ordinalDistance } from './ordinal-distance.ts';
import { standardisedDifference } from './standardised-difference.ts';
import { studentizedRangeCdf, studentizedRangeQuantile } from './studentized-range.ts';
import { welch } from './welch.ts';
import { welchAnova } from './welch-anova.ts';

type Pair = [number, number];
interface Comparison {
  n: Pair;
  mean: Pair;
  sd: Pair;
  welch: { diff: number; se: number; t: number; df: number; p: number; ci95: Pair };
  cohen_d_pooled: number;
  hedges_g: number;
  mann_whitney: { W: number; p_continuity_tie_corrected: number; p_no_continuity: number };
  cliff: { delta: number; A12: number; variance_used: number; ci_t: Pair };
  brunner_munzel_x_vs_y: {
    p_x_less_y_plus_half_ties: number;
    statistic: number;
    df: number;
    p_value: number;
    ci: Pair;
  };
}

function agree(x: Distribution, y: Distribution, want: Comparison): void {
  const a = said(summarise(x));
  const b = said(summarise(y));
  expect([a.n, b.n]).toEqual(want.n);
  close([a.mean, b.mean], want.mean);
  close([a.sd ?? Number.NaN, b.sd ?? Number.NaN], want.sd);
  const w = said(welch(a, b));
  close([w.estimate, w.se, w.t ?? Number.NaN, w.df], [want.welch.diff, want.welch.se, want.welch.t, want.welch.df]);
  close(w.interval, want.welch.ci95);
  closeRelative(w.pValue, want.welch.p);
  const d = said(standardisedDifference(a, b));
  close([d.cohenD, d.hedgesG], [want.cohen_d_pooled, want.hedges_g]);
  const u = said(mannWhitney(x, y));
  close(u.statistic, want.mann_whitney.W);
  closeRelative(u.pValue, want.mann_whitney.p_continuity_tie_corrected);
  closeRelative(u.pWithoutContinuity, want.mann_whitney.p_no_continuity);
  const cliff = said(cliffsDelta(x, y));
  close(
    [cliff.estimate, cliff.probability, cliff.variance],
    [want.cliff.delta, want.cliff.A12, want.cliff.variance_used],
  );
  close(cliff.interval, want.cliff.ci_t);
  const bm = said(brunnerMunzel(x, y, 0.95, { method: 't' }));
  const wantBm = want.brunner_munzel_x_vs_y;
  close(
    [bm.probabilityToHigher, bm.statistic, bm.df ?? Number.NaN],
    [wantBm.p_x_less_y_plus_half_ties, wantBm.statistic, wantBm.df],
  );
  closeRelative(bm.pValue, wantBm.p_value);
  close(bm.interval ?? [], wantBm.ci);
}

const published = <T>(index: number, key: string) => reference<T>('gap_independent', 'published', index, key);
const groups = reference<{ leaders: number[]; staff: number[]; customers: number[] }>(
  'gap_independent',
  'reference',
  0,
  'inputs',
);
const leaders = fromValues(groups.leaders);
const staff = fromValues(groups.staff);
const customers = fromValues(groups.customers);
const expected = <T>(...steps: string[]) => reference<T>('gap_independent', 'reference', 0, 'expected', ...steps);

describe('two independent audiences', () => {
  it("Welch: Student's sleep data", () => {
    const { x, y } = published<{ x: number[]; y: number[] }>(0, 'inputs');
    const want = published<{ t: number; df: number; p: number; ci95: Pair }>(0, 'expected');
    const got = said(welch(said(summarise(fromValues(x))), said(summarise(fromValues(y)))));
    close(got.t ?? Number.NaN, want.t, 0.00005);
    close(got.df, want.df, 0.0005);
    close(got.pValue, want.p, 0.000005);
    close(got.interval, want.ci95);
    agree(fromValues(x), fromValues(y), reference('gap_independent', 'reference', 1, 'expected'));
  });

  it('Brunner-Munzel: the shoulder pain example', () => {
    const { x, y } = published<{ x: number[]; y: number[] }>(1, 'inputs');
    const want = published<{ statistic: number; df: number; p: number; p_hat: number; ci95: Pair }>(1, 'expected');
    const got = said(brunnerMunzel(fromValues(x), fromValues(y)));
    // Only three of the fourteen first answers are not 1: just enough for the t version.
    expect(got.method).toBe('t');
    close(got.statistic, want.statistic, 0.0001);
    close(got.df ?? Number.NaN, want.df, 0.001);
    close(got.pValue, want.p, 0.000001);
    close(got.probabilityToHigher, want.p_hat, 0.000001);
    close(got.interval ?? [], want.ci95);
  });

  it("Cliff's delta: the published example", () => {
    const { x, y } = published<{ x: number[]; y: number[] }>(2, 'inputs');
    const want = published<{ delta: number; ci95: Pair }>(2, 'expected');
    const got = said(cliffsDelta(fromValues(x), fromValues(y)));
    close(got.estimate, want.delta);
    close(got.interval, want.ci95);
  });

  it('8 leaders, 20 staff, 40 customers', () => {
    agree(leaders, customers, expected('leaders_minus_customers'));
    agree(staff, customers, expected('staff_minus_customers'));
    agree(leaders, staff, expected('leaders_minus_staff'));
  });

  it('2,571 passengers: satisfaction where finding the way was easy, and where it was not', () => {
    const rows = csv('sample/sfo/sfo_2017.csv.gz').filter((row) => row.sat_all && row.ease_wayfinding);
    const values = (easy: boolean) =>
      fromValues(rows.filter((row) => (row.ease_wayfinding === '5') === easy).map((row) => Number(row.sat_all)));
    agree(values(true), values(false), reference('gap_independent', 'reference', 2, 'expected'));
  });

  it('says the effect in words', () => {
    expect(dominanceInWords(0.8609375, 'leader', 'customer')).toBe(
      'take one leader and one customer at random: in 86 of 100 pairs the leader rates it higher (ties split)',
    );
  });
});

describe('three audiences at once', () => {
  it('Games-Howell gives simultaneous intervals', () => {
    const wants =
      expected<{ diff: number; se: number; df: number; p_games_howell: number; ci: Pair }[]>('games_howell');
    const got = said(gamesHowell([leaders, staff, customers].map((group) => said(summarise(group)))));
    expect(got.map(({ from, to }) => [from, to])).toEqual([
      [0, 1],
      [0, 2],
      [1, 2],
    ]);
    for (const [i, want] of wants.entries()) {
      const pair = got[i];
      if (!pair) throw new Error('a pair is missing');
      close([pair.estimate, pair.se, pair.df, pair.pValue], [want.diff, want.se, want.df, want.p_games_howell]);
      close(pair.interval, want.ci);
    }
  });

  it('Welch ANOVA and Kruskal-Wallis', () => {
    const anova = expected<{ F: number; df: Pair; p: number }>('omnibus', 'welch_anova');
    const got = said(welchAnova([leaders, staff, customers].map((group) => said(summarise(group)))));
    close([got.statistic, ...got.df, got.pValue], [anova.F, ...anova.df, anova.p]);
    const kruskal = expected<{ H: number; df: number; p: number }>('omnibus', 'kruskal_wallis');
    const ranks = said(kruskalWallis([leaders, staff, customers]));
    close([ranks.statistic, ranks.df, ranks.pValue], [kruskal.H, kruskal.df, kruskal.p]);
  });

  it('studentised range: two groups are t, and tables of Tukey', () => {
    // q(.95; k, df) as printed in common tables, three decimals.
    for (const [k, df, q] of [
      [3, 10, 3.877],
      [3, 20, 3.578],
      [4, 30, 3.845],
      [10, 5, 6.995],
      [3, 120, 3.356],
    ] as const) {
      close(studentizedRangeQuantile(0.95, k, df), q, 0.0008);
    }
    close(studentizedRangeCdf(2.228138851964939 * Math.SQRT2, 2, 10), 0.95, 1e-10);
    close(studentizedRangeQuantile(0.95, 3, Number.POSITIVE_INFINITY), 3.314493, 1e-6);
  });
});

describe('too little, or all alike', () => {
  const five = said(summarise(fromValues([5, 5, 5, 5, 5, 5])));
  const other = said(summarise(customers));

  it('Welch gives no number where a side does not vary, but does for a census', () => {
    expect(welch(five, other)).toMatchObject({ code: 'no_variation' });
    const census = said(welch(said(summarise(fromValues([5, 5, 5, 5, 5, 5]), 6)), other));
    close([census.estimate, census.df], [2.25, 39]);
    expect(welch(said(summarise(fromValues([5]))), other)).toMatchObject({ code: 'too_few_answers' });
  });

  it('two censuses have a difference without error', () => {
    const a = said(summarise(fromValues([5, 4]), 2));
    const b = said(summarise(fromValues([3, 3]), 2));
    expect(said(welch(a, b))).toMatchObject({ estimate: 1.5, interval: [1.5, 1.5], t: null, pValue: 0 });
    expect(said(welch(a, a))).toMatchObject({ estimate: 0, pValue: 1 });
  });

  it('the permutation test still speaks when all leaders say 5', () => {
    const got = said(brunnerMunzel(fromValues([5, 5, 5, 5, 5, 5]), customers));
    expect(got.method).toBe('permutation');
    expect(got.pValue).toBeLessThan(0.01);
    expect(got.resampling?.algorithm).toBe('exact enumeration');
  });

  it('groups that do not overlap have an exact p and an open end of the effect', () => {
    const low = fromValues(new Array<number>(12).fill(1).concat([2, 2]));
    const high = fromValues(new Array<number>(10).fill(4).concat([5, 5]));
    const got = said(brunnerMunzel(low, high));
    expect(got).toMatchObject({ probabilityToHigher: 1, statistic: Number.POSITIVE_INFINITY, interval: null });
    closeRelative(got.pValue, 2 / 9657700, 1e-9);
    const [lower, upper] = said(cliffsDelta(high, low)).interval;
    expect(upper).toBe(1);
    close(lower, (12 - 1.959963984540054 ** 2) / (12 + 1.959963984540054 ** 2), 1e-9);
  });

  it('the sampled permutation agrees with the enumerated one, and repeats itself', () => {
    // Decimals make nearly as many columns as answers: more tables than are enumerated.
    const x = fromValues([1.1, 2.3, 3.2, 4.8, 5.1, 2.9, 3.3, 1.7]);
    const y = fromValues([2.2, 3.1, 4.4, 5.2, 4.9, 3.8, 4.1, 5.6, 3.9, 2.6, 4.6, 5.9, 3.5, 4.2]);
    const got = said(brunnerMunzel(x, y, 0.95, { seed: 11 }));
    expect(got.resampling).toMatchObject({ algorithm: 'xoshiro128**', seed: 11, resamples: 10_000 });
    expect(said(brunnerMunzel(x, y, 0.95, { seed: 11 }))).toEqual(got);
    close(got.pValue, said(brunnerMunzel(x, y, 0.95, { seed: 12, resamples: 40_000 })).pValue, 0.01);
    expect(said(brunnerMunzel(y, x, 0.95, { seed: 3 })).pValue).toBeGreaterThan(0);
  });

  it('does not relabel thousands one by one, also when asked to', () => {
    const of = (value: number, n: number) => ({ value, n, w: n, ww: n });
    const many = said(brunnerMunzel([of(5, 100_000)], [of(4, 70_000), of(5, 90_000)], 0.95, { method: 'permutation' }));
    expect(many.method).toBe('t');
    expect(many.pValue).toBeLessThan(1e-12);
  });

  it('typed reasons instead of numbers', () => {
    const same = fromValues([3, 3, 3]);
    expect(brunnerMunzel(same, same)).toMatchObject({ code: 'no_variation' });
    expect(brunnerMunzel(fromValues([3]), same)).toMatchObject({ code: 'too_few_answers' });
    expect(mannWhitney(same, same)).toMatchObject({ code: 'no_variation' });
    expect(cliffsDelta([], same)).toMatchObject({ code: 'no_answers' });
    expect(cliffsDelta(fromValues([3]), same)).toMatchObject({ code: 'too_few_answers' });
    expect(kruskalWallis([same])).toMatchObject({ code: 'one_audience_only' });
    expect(kruskalWallis([same, same])).toMatchObject({ code: 'no_variation' });
    expect(gamesHowell([other])).toMatchObject({ code: 'one_audience_only' });
    expect(gamesHowell([other, five])).toMatchObject({ code: 'no_variation' });
    expect(welchAnova([other])).toMatchObject({ code: 'one_audience_only' });
    expect(standardisedDifference(five, five)).toMatchObject({ code: 'no_variation' });
    expect(ordinalDistance([], same)).toMatchObject({ code: 'no_answers' });
  });

  it('ordinal distance is the mean difference without crossing, and more with it', () => {
    close(ordinalDistance(fromValues([4, 5]), fromValues([1, 2])) as number, 3, 1e-12);
    close(ordinalDistance(fromValues([1, 5]), fromValues([3, 3])) as number, 2, 1e-12);
  });
});
