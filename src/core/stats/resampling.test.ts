import { describe, expect, it } from 'vitest';
import { close, said } from '../../../test/expectations.ts';
import { type Distribution, fromValues } from '../distribution.ts';
import { summarise } from '../summary.ts';
import { bootstrap } from './bootstrap.ts';
import { findRoot } from './find-root.ts';
import { meanInterval } from './mean-interval.ts';
import { relabel } from './permutation.ts';
import { seededRandom } from './seeded-random.ts';

const mean = (counts: Distribution) => said(summarise(counts)).mean;

describe('seeded random numbers', () => {
  it('are these, on every machine', () => {
    const random = seededRandom(42);
    expect([random.next(), random.next(), random.next()]).toMatchInlineSnapshot(`
      [
        660444221,
        3652823732,
        77672526,
      ]
    `);
    expect(seededRandom(42).fraction()).toMatchInlineSnapshot(`0.15377165265745885`);
    expect(seededRandom(-1).below(1000)).toMatchInlineSnapshot(`751`);
  });

  it('fall evenly below any limit', () => {
    const random = seededRandom(5);
    const hits = new Array<number>(7).fill(0);
    for (let i = 0; i < 70_000; i++) {
      const value = random.below(7);
      hits[value] = (hits[value] ?? 0) + 1;
    }
    for (const count of hits) expect(Math.abs(count - 10_000)).toBeLessThan(400);
    expect(random.below(1)).toBe(0);
    const large = random.below(2 ** 52);
    expect(large).toBeGreaterThanOrEqual(0);
    expect(large).toBeLessThan(2 ** 52);
  });
});

describe('bootstrap', () => {
  const symmetric = fromValues(Array.from({ length: 60 }, (_, i) => (i % 5) + 1));
  const skewed = fromValues([1, 1, 1, 1, 1, 2, 2, 2, 3, 5, 9, 1, 1, 2, 1, 1, 3, 1, 14, 1]);

  it('agrees with the t interval where that is right', () => {
    const t = said(meanInterval(said(summarise(symmetric)))).interval;
    for (const method of ['percentile', 'bca'] as const) {
      close(said(bootstrap(symmetric, mean, { method, seed: 3 })).interval, t, 0.05);
    }
  });

  it('BCa follows the skew', () => {
    const percentile = said(bootstrap(skewed, mean, { method: 'percentile', seed: 3 })).interval;
    const bca = said(bootstrap(skewed, mean, { method: 'bca', seed: 3 })).interval;
    expect(bca[0]).toBeGreaterThan(percentile[0]);
    expect(bca[1]).toBeGreaterThan(percentile[1]);
  });

  it('repeats itself with the same seed and says how it was found', () => {
    const got = said(bootstrap(skewed, mean, { seed: 9, resamples: 2000 }));
    expect(said(bootstrap(skewed, mean, { seed: 9, resamples: 2000 }))).toEqual(got);
    expect(got).toMatchObject({ seed: 9, resamples: 2000, algorithm: 'xoshiro128**', approximate: false });
    expect(said(bootstrap(skewed, mean, { seed: 10, resamples: 2000 })).interval).not.toEqual(got.interval);
  });

  it('cannot say from seven answers, without variation, or with weights', () => {
    expect(bootstrap(fromValues([1, 2, 3, 4, 5, 1, 2]), mean)).toMatchObject({ code: 'too_few_answers' });
    expect(bootstrap(fromValues(new Array<number>(9).fill(4)), mean)).toMatchObject({ code: 'no_variation' });
    const weighted = fromValues([1, 2, 3, 4, 5, 1, 2, 3], [1, 1, 2, 1, 1, 1, 1, 1]);
    expect(bootstrap(weighted, mean)).toMatchObject({ code: 'not_estimable' });
    expect(said(bootstrap(fromValues([1, 2, 3, 4, 5, 1, 2, 3]), mean, { seed: 1 })).approximate).toBe(true);
  });
});

describe('relabelling', () => {
  it('enumerates the hypergeometric distribution', () => {
    // Fisher's tea: 4 of 8 cups, all right. One table of 70 on each side.
    const tea = relabel([4, 4], 4, ([right = 0]) => right - 2, 2, 0.95);
    close(tea.tail, 2 / 70, 1e-12);
    expect(tea).toMatchObject({ algorithm: 'exact enumeration', seed: null, resamples: 5 });
  });

  it('is the same whichever group is the smaller one', () => {
    const columns = [3, 5, 2];
    const score = (cells: readonly number[]) => (cells[0] ?? 0) - (cells[2] ?? 0);
    const small = relabel(columns, 4, score, 2, 0.95);
    const large = relabel(columns, 6, (cells) => score(columns.map((c, i) => c - (cells[i] ?? 0))), 2, 0.95);
    close(small.tail, large.tail, 1e-12);
  });
});

describe('bracketed Newton', () => {
  it('finds the root with a slope, without one, and with a useless one', () => {
    const f = (x: number) => x ** 3 - 2;
    close(
      findRoot(f, 0, 4, (x) => 3 * x * x),
      2 ** (1 / 3),
      1e-15,
    );
    close(findRoot(f, 0, 4), 2 ** (1 / 3), 1e-14);
    close(
      findRoot(f, 0, 4, () => 0),
      2 ** (1 / 3),
      1e-14,
    );
  });
});
