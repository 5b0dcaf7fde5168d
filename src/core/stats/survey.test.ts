import { describe, expect, it } from 'vitest';
import { close, said } from '../../../test/expectations.ts';
import { csv, externalCsv, numbers, type Row, reference } from '../../../test/reference-data.ts';
import { fromValues } from '../distribution.ts';
import { summarise } from '../summary.ts';
import { clusterMean } from './cluster-mean.ts';
import { designEffect } from './design-effect.ts';
import { nps } from './nps.ts';
import { type RakingCell, rake } from './raking.ts';
import { stratifiedMean } from './stratified-mean.ts';
import { topBox } from './top-box.ts';
import { wilsonInterval } from './wilson-interval.ts';

const expected = <T>(...steps: (string | number)[]) => reference<T>('survey', 'reference', ...steps);

/** Rows by a key, in order of first appearance. */
function groups(rows: readonly Row[], key: (row: Row) => string): Map<string, Row[]> {
  const found = new Map<string, Row[]>();
  for (const row of rows) found.set(key(row), [...(found.get(key(row)) ?? []), row]);
  return found;
}

describe('weighted answers: 8,876 passengers', () => {
  it.each(['2015', '2016', '2017'])('touchpoints of %s: means, linearised errors, top two', (year) => {
    const rows = csv(`sample/sfo/sfo_${year}.csv.gz`);
    const wants = expected<
      Record<string, { n: number; mean: number; weighted: number; se: number; top2: number; top2_wilson95: number[] }>
    >(2, 'expected', `y${year}`);
    for (const [column, want] of Object.entries(wants)) {
      const values = numbers(rows, column);
      const answered = rows.filter((row) => row[column] !== undefined);
      const weights = answered.map((row) => Number(row.weight));
      const plain = said(summarise(fromValues(values)));
      const weighted = said(summarise(fromValues(values, weights)));
      expect(plain.n).toBe(want.n);
      close([plain.mean, weighted.mean], [want.mean, want.weighted]);
      close(Math.sqrt(weighted.seSquared ?? Number.NaN), want.se);
      const top = said(topBox(fromValues(values), (v) => v >= 4));
      close(top.estimate, want.top2);
      close(top.interval, want.top2_wilson95, 1e-9);
    }
  });

  it('NPS: linearised error, Kish effect and effective n', () => {
    const rows = csv('sample/sfo/sfo_2017.csv.gz').filter((row) => row.ltr !== undefined);
    const counts = fromValues(
      numbers(rows, 'ltr'),
      rows.map((row) => Number(row.weight)),
    );
    const want = expected<{ se_linearised: number; kish_deff: number; effective_n: number; weighted_nps: number }>(
      1,
      'expected',
    );
    const signs = counts.map((count) => ({ ...count, value: count.value >= 9 ? 1 : count.value >= 7 ? 0 : -1 }));
    close(Math.sqrt(said(summarise(signs)).seSquared ?? Number.NaN), want.se_linearised);
    const effect = said(designEffect(counts));
    close([effect.designEffect, effect.effectiveN], [want.kish_deff, want.effective_n]);
    close(said(nps(counts)).estimate, want.weighted_nps);
  });
});

describe('designs: California schools (set PARALLAX_REFERENCE_DATA)', () => {
  const strat = externalCsv('survey-api/apistrat.csv');
  const clus = externalCsv('survey-api/apiclus1.csv');

  it.skipIf(!strat)('stratified mean and total', () => {
    const strata = (column: string) =>
      [...groups(strat ?? [], (row) => row.stype ?? '').values()].map((rows) => ({
        counts: fromValues(numbers(rows, column)),
        population: Number(rows[0]?.fpc),
      }));
    const mean = said(stratifiedMean(strata('api00')));
    const want = expected<{ mean: number; se: number }>(0, 'expected', 'strat');
    // The published weights are single-precision numbers (44.2099990844727 for 44.21); the populations are exact.
    close([mean.mean, mean.se], [want.mean, want.se], 1e-6);
    const total = said(stratifiedMean(strata('enroll')));
    const wantTotal = expected<{ total: number; se: number }>(0, 'expected', 'strat_total');
    close([total.total, total.totalSe], [wantTotal.total, wantTotal.se], 1);
  });

  it.skipIf(!clus)('cluster mean', () => {
    const rows = clus ?? [];
    const clusters = [...groups(rows, (row) => row.dnum ?? '').values()].map((school) =>
      fromValues(
        numbers(school, 'api00'),
        school.map((row) => Number(row.pw)),
      ),
    );
    const got = said(clusterMean(clusters, Number(rows[0]?.fpc)));
    const want = expected<{ mean: number; se: number }>(0, 'expected', 'clus');
    close([got.mean, got.se], [want.mean, want.se]);
  });

  it.skipIf(!clus)('raking to two margins', () => {
    const want = expected<{
      margins: Record<string, Record<string, number>>;
      mean_api00: number;
      weight_by_cell: Record<string, number>;
      sum_weights: number;
      kish_deff: number;
    }>(0, 'expected', 'raked');
    const byCell = [...groups(clus ?? [], (row) => `${row.stype}.${row['sch.wide']}`)];
    const cells = byCell.map(([key, rows]): RakingCell => {
      const [stype, wide] = key.split('.') as [string, string];
      return { categories: { stype, 'sch.wide': wide }, n: rows.length, weight: Number(rows[0]?.pw) };
    });
    const got = said(rake(cells, want.margins));
    let sum = 0;
    let total = 0;
    for (const [i, [key, rows]] of byCell.entries()) {
      const weight = got.weights[i] ?? Number.NaN;
      // The reference stopped at a coarser agreement of the margins than this does.
      close(weight / (want.weight_by_cell[key] ?? Number.NaN), 1, 1e-4);
      sum += weight * rows.length;
      total += weight * numbers(rows, 'api00').reduce((a, b) => a + b, 0);
    }
    close(sum, want.sum_weights, 1e-6);
    close(total / sum, want.mean_api00, 0.01);
    close(got.designEffect, want.kish_deff, 1e-4);
  });
});

describe('designs, by hand', () => {
  it('one stratum with an endless population is the plain mean', () => {
    const counts = fromValues([4, 5, 3, 2, 5, 4]);
    const got = said(stratifiedMean([{ counts, population: 1e12 }]));
    const plain = said(summarise(counts));
    close([got.mean, got.se], [plain.mean, Math.sqrt(plain.seSquared ?? Number.NaN)], 1e-9);
    expect(said(stratifiedMean([{ counts, population: 6 }])).se).toBe(0);
  });

  it('clusters of one are the linearised mean; equal clusters have no error', () => {
    const values = [4, 5, 3, 2, 5, 4];
    const singles = said(clusterMean(values.map((v) => fromValues([v]))));
    const plain = said(summarise(fromValues(values)));
    close([singles.mean, singles.se ** 2], [plain.mean, plain.seSquared ?? Number.NaN], 1e-12);
    close(said(clusterMean([fromValues([2, 4]), fromValues([4, 2])])).se, 0, 1e-15);
  });

  it('raking meets the margins, trims, and refuses what cannot be met', () => {
    const cell = (channel: string, age: string, n: number): RakingCell => ({
      categories: { channel, age },
      n,
      weight: 1,
    });
    const cells = [
      cell('shop', 'young', 40),
      cell('shop', 'old', 30),
      cell('web', 'young', 20),
      cell('web', 'old', 10),
    ];
    const margins = { channel: { shop: 50, web: 50 }, age: { young: 45, old: 55 } };
    const got = said(rake(cells, margins));
    const margin = (variable: string, category: string) =>
      cells.reduce((sum, c, i) => sum + (c.categories[variable] === category ? c.n * (got.weights[i] ?? 0) : 0), 0);
    close([margin('channel', 'web'), margin('age', 'old')], [50, 55], 1e-4);
    expect(got).toMatchObject({ smallestCategory: 30, trimmed: 0 });

    const lopsided = [cell('shop', 'young', 500), cell('web', 'young', 2), cell('shop', 'old', 498)];
    const half = { channel: { shop: 500, web: 500 } };
    expect(said(rake(lopsided, half, null)).designEffect).toBeGreaterThan(50);
    expect(said(rake(lopsided, half)).trimmed).toBeGreaterThan(0);

    expect(rake(cells, { channel: { shop: 50, web: 30, phone: 20 } })).toMatchObject({ code: 'not_estimable' });
    expect(rake(cells, { channel: { shop: 100 } })).toMatchObject({ code: 'not_estimable' });
    expect(rake(cells, { ...margins, age: { young: 45, old: 65 } })).toMatchObject({ code: 'not_estimable' });
  });

  it('typed reasons instead of numbers', () => {
    expect(stratifiedMean([])).toMatchObject({ code: 'no_answers' });
    expect(stratifiedMean([{ counts: fromValues([3]), population: 10 }])).toMatchObject({ code: 'too_few_answers' });
    expect(clusterMean([fromValues([3, 4])])).toMatchObject({ code: 'too_few_answers' });
    expect(clusterMean([])).toMatchObject({ code: 'no_answers' });
    expect(designEffect([])).toMatchObject({ code: 'no_answers' });
    expect(summarise([])).toMatchObject({ code: 'no_answers' });
    expect(summarise(fromValues([3], [0]))).toMatchObject({ code: 'no_answers' });
  });

  it('a weighted share never counts more answers than there are', () => {
    const share = said(topBox(fromValues([5, 5, 1, 1], [1, 1, 3, 1]), (v) => v >= 5));
    expect(share.n).toBeLessThanOrEqual(4);
    close(share.interval, said(wilsonInterval(share.estimate * share.n, share.n)).interval, 1e-12);
  });
});
