import { describe, expect, it } from 'vitest';
import { close, closeRelative, pairsOf, said } from '../../../test/expectations.ts';
import { csv, externalCsv, type Row, reference } from '../../../test/reference-data.ts';
import { fromValues, type JointCount } from '../distribution.ts';
import { summarise } from '../summary.ts';
import { adjustPValues } from './adjust-p-values.ts';
import { differenceReliability } from './difference-reliability.ts';
import { pairedDominance } from './paired-dominance.ts';
import { pairedT } from './paired-t.ts';
import { checkPublishedGaps } from './servqual-consistency.ts';
import { tangoInterval } from './tango-interval.ts';
import { weightedDimensionGap } from './weighted-dimension-gap.ts';
import { wilcoxonSignedRank } from './wilcoxon-signed-rank.ts';

interface Paired {
  n: number;
  mean_x: number;
  sd_x: number;
  mean_y: number;
  sd_y: number;
  r: number;
  mean_diff: number;
  sd_diff: number;
  t: number;
  df: number;
  p: number;
  ci95: [number, number];
  dz: number;
  dav: number;
  wilcoxon_V: number;
  wilcoxon_p: number;
  share_x_lower: number;
  share_tied: number;
  share_x_higher: number;
}

function agree(pairs: readonly JointCount[], want: Paired): void {
  const got = said(pairedT(pairs));
  expect(got.n).toBe(want.n);
  close(
    [got.meanX, got.sdX, got.meanY, got.sdY, got.r ?? Number.NaN, got.estimate, got.sdDifference, got.df],
    [want.mean_x, want.sd_x, want.mean_y, want.sd_y, want.r, want.mean_diff, want.sd_diff, want.df],
  );
  close([got.t ?? Number.NaN, got.dz, got.dav ?? Number.NaN], [want.t, want.dz, want.dav], 1e-6);
  close(got.interval, want.ci95);
  closeRelative(got.pValue, want.p, 1e-6);
  close([got.shareLower, got.shareTied, got.shareHigher], [want.share_x_lower, want.share_tied, want.share_x_higher]);
  // The reference ranks bare floating-point differences; with ties as ties V moves by a few ranks on decimals.
  const rank = said(wilcoxonSignedRank(pairs, 0));
  close(rank.statistic, want.wilcoxon_V);
  close(said(wilcoxonSignedRank(pairs)).statistic, want.wilcoxon_V, 0.03 * want.wilcoxon_V);
  closeRelative(rank.pValue, want.wilcoxon_p, 1e-6);
  const dominance = said(pairedDominance(pairs));
  close(dominance.estimate, want.share_x_higher - want.share_x_lower);
}

/** Pairs of two columns, complete rows only. */
function columns(rows: readonly Row[], x: string, y: string): JointCount[] {
  return pairsOf(
    rows.flatMap((row) => (row[x] === undefined || row[y] === undefined ? [] : [[Number(row[x]), Number(row[y])]])),
  );
}

describe('the same school seen by parents, teachers and students', () => {
  const rows = csv('sample/nyc-school-survey-2011/schools_a.csv');
  const who = { teachers: 't', parents: 'p', students: 's' } as const;
  const pairs = [
    ['teachers', 'parents'],
    ['teachers', 'students'],
    ['parents', 'students'],
  ] as const;

  it.each(['saf', 'com', 'eng', 'aca'])('%s: all three pairs', (domain) => {
    for (const [x, y] of pairs) {
      const want = reference<Paired>('nyc_three_audience', 'expected', domain, `${x}_minus_${y}`);
      agree(columns(rows, `${domain}_${who[x]}_11`, `${domain}_${who[y]}_11`), want);
    }
  });

  it('twelve p-values adjusted together', () => {
    const want = reference<Record<string, number>>('nyc_three_audience', 'bh_all12');
    const keys = Object.keys(want);
    const p = keys.map((key) => {
      const [domain, pair] = key.split('.') as [string, string];
      const [x, y] = pair.split('_minus_') as [keyof typeof who, keyof typeof who];
      return said(pairedT(columns(rows, `${domain}_${who[x]}_11`, `${domain}_${who[y]}_11`))).pValue;
    });
    for (const [i, adjusted] of adjustPValues(p).entries()) closeRelative(adjusted, want[keys[i] ?? ''] ?? 0, 1e-6);
  });
});

describe('expectation and perception of the same person', () => {
  const mobi = externalCsv('ecsi-mobi/mobi.csv');
  const plspm = externalCsv('plspm-satisfaction/satisfaction.csv');

  it.skipIf(!mobi)('ECSI mobile phones (set PARALLAX_REFERENCE_DATA)', () => {
    agree(columns(mobi ?? [], 'PERQ1', 'CUEX1'), reference('gap_paired', 'reference', 0, 'expected'));
  });

  it.skipIf(!plspm)('Spanish bank: items and block means (set PARALLAX_REFERENCE_DATA)', () => {
    const rows = plspm ?? [];
    for (const k of [1, 2, 3, 4, 5]) {
      agree(columns(rows, `qual${k}`, `expe${k}`), reference('gap_paired', 'reference', 2, 'expected', `item${k}`));
    }
    const mean = (row: Row, block: string) =>
      [1, 2, 3, 4, 5].reduce((sum, k) => sum + Number(row[`${block}${k}`]), 0) / 5;
    const blocks = pairsOf(rows.map((row) => [mean(row, 'qual'), mean(row, 'expe')]));
    agree(blocks, reference('gap_paired', 'reference', 1, 'expected'));
  });

  it('flags the misprinted row of a published table, and only that', () => {
    const rows = reference<
      { dimension: string; gap: number; lo: number; hi: number; t: number; implied_t_from_ci: number }[]
    >('gap_paired', 'published', 0, 'expected');
    const checked = checkPublishedGaps(
      rows.map(({ dimension, gap, lo, hi, t }) => ({ name: dimension, gap, low: lo, high: hi, t })),
      386,
    );
    for (const [i, row] of rows.entries()) close(checked[i]?.impliedT ?? 0, row.implied_t_from_ci, 1e-7);
    expect(checked.filter((row) => row.flagged).map((row) => row.name)).toEqual(['Assurance']);
  });

  it('recovers the standard error and correlation that a published row implies', () => {
    const rows = reference<
      { e_sd: number; p_sd: number; gap: number; t: number; implied_se_from_t: number; implied_r: number }[]
    >('gap_paired', 'published', 0, 'expected');
    for (const row of rows) {
      const se = row.gap / row.t;
      close(se, row.implied_se_from_t);
      const variance = se * se * 386;
      close((row.e_sd ** 2 + row.p_sd ** 2 - variance) / (2 * row.e_sd * row.p_sd), row.implied_r);
    }
  });

  it('weighs dimensions by their importance points', () => {
    const rows = reference<{ dimension: string; gap: number }[]>('gap_paired', 'published', 0, 'expected');
    const want = reference<{
      points_of_100: Record<string, number>;
      weighted_gap_with_table: number;
      unweighted_gap: number;
    }>('gap_paired', 'published', 1, 'expected');
    const gaps = (points: (dimension: string) => number) =>
      said(weightedDimensionGap(rows.map(({ dimension, gap }) => ({ gap, points: points(dimension) }))));
    close(
      gaps((dimension) => want.points_of_100[dimension] ?? Number.NaN),
      want.weighted_gap_with_table,
    );
    close(
      gaps(() => 1),
      want.unweighted_gap,
    );
    expect(weightedDimensionGap([{ gap: 1, points: 0 }])).toMatchObject({ code: 'not_estimable' });
  });

  it('a difference of two scores that go together is unreliable', () => {
    close(said(differenceReliability(0.9, 0.8, 0.7)), 0.5, 1e-12);
    expect(differenceReliability(0.6, 0.6, 0.7)).toMatchObject({ code: 'not_estimable' });
    expect(differenceReliability(0.9, 0.9, 1)).toMatchObject({ code: 'not_estimable' });
  });
});

describe('paired statistics at the edges', () => {
  const pairs = pairsOf([
    [7, 5],
    [6, 6],
    [7, 4],
    [5, 5],
    [6, 3],
    [7, 6],
    [4, 5],
  ]);

  it('dominance has the Tango interval of the pairs that differ', () => {
    expect(said(pairedDominance(pairs)).interval).toEqual(tangoInterval(4, 1, 7));
  });

  it('weights act like the linearised weighted mean of the differences', () => {
    const weights = [1, 2, 1, 3, 1, 2, 1];
    const weighted = pairs.map((pair, i) => ({ ...pair, w: weights[i] ?? 1, ww: (weights[i] ?? 1) ** 2 }));
    const want = said(
      summarise(
        fromValues(
          pairs.map(({ x, y }) => x - y),
          weights,
        ),
      ),
    );
    const got = said(pairedT(weighted));
    close([got.estimate, got.se ** 2, got.df], [want.mean, want.seSquared ?? Number.NaN, want.df], 1e-12);
  });

  it('float noise ties: 7.3 - 7.1 equals 7.1 - 6.9', () => {
    const noisy = pairsOf([
      [7.3, 7.1],
      [7.1, 6.9],
      [0.3, 0.1],
      [5.5, 5.7],
      [2.2, 2],
      [3.3, 3.1],
    ]);
    // Six equal distances: the midrank is 3.5, five of them positive.
    close(said(wilcoxonSignedRank(noisy)).statistic, 17.5, 1e-12);
  });

  it('typed reasons instead of numbers', () => {
    expect(pairedT([])).toMatchObject({ code: 'not_paired' });
    expect(pairedT(pairs.slice(0, 1))).toMatchObject({ code: 'too_few_answers' });
    expect(
      pairedT(
        pairsOf([
          [5, 4],
          [4, 3],
          [0.3, -0.7],
        ]),
      ),
    ).toMatchObject({ code: 'no_variation' });
    expect(pairedDominance([])).toMatchObject({ code: 'not_paired' });
    expect(wilcoxonSignedRank(pairs)).toMatchObject({ code: 'too_few_answers' });
  });

  it('a census of pairs has no sampling error, a small population less', () => {
    expect(said(pairedT(pairs, 0.95, 7)).se).toBe(0);
    expect(said(pairedT(pairs, 0.95, 10)).se).toBeLessThan(said(pairedT(pairs)).se);
  });
});
