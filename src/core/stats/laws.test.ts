import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { close, said } from '../../../test/expectations.ts';
import { isCannotSay } from '../cannot-say.ts';
import { addDistributions, type Distribution, fromValues } from '../distribution.ts';
import { summarise } from '../summary.ts';
import { brunnerMunzel } from './brunner-munzel.ts';
import { cliffsDelta } from './cliffs-delta.ts';
import { clopperPearson } from './clopper-pearson.ts';
import { tost } from './equivalence.ts';
import { gamesHowell } from './games-howell.ts';
import { goodmanIntervals } from './goodman-intervals.ts';
import { mannWhitney } from './mann-whitney.ts';
import { meanInterval } from './mean-interval.ts';
import { newcombeDifference } from './newcombe-difference.ts';
import { nps } from './nps.ts';
import { npsDifference } from './nps-difference.ts';
import { ordinalDistance } from './ordinal-distance.ts';
import { pairedDominance } from './paired-dominance.ts';
import { pairedT } from './paired-t.ts';
import { tangoInterval } from './tango-interval.ts';
import { topBox } from './top-box.ts';
import { verdict } from './verdict.ts';
import { welch } from './welch.ts';
import { welchAnova } from './welch-anova.ts';
import { wilcoxonSignedRank } from './wilcoxon-signed-rank.ts';
import { wilsonInterval } from './wilson-interval.ts';

/** Fixed seed: the same cases on every run. */
const SETTINGS = { seed: 20_26, numRuns: 150 };

const rating = fc.integer({ min: 1, max: 5 });
const ratings = (min: number, max = 40) => fc.array(rating, { minLength: min, maxLength: max });
/** Every point of the scale is used: at 0 % or 100 % widths shrink with n, not with its root. */
const varied = ratings(30, 60).map((values) => [...values, 1, 2, 3, 4, 5, 8, 8, 8, 10, 10, 10]);
const counts = (min: number, max = 40) => ratings(min, max).map((values) => fromValues(values));
const weighted = fc
  .array(fc.tuple(rating, fc.double({ min: 0.05, max: 8, noNaN: true })), { minLength: 2, maxLength: 30 })
  .map((rows) =>
    fromValues(
      rows.map(([value]) => value),
      rows.map(([, weight]) => weight),
    ),
  );
const pairs = fc
  .array(fc.tuple(rating, rating, fc.integer({ min: 1, max: 4 })), { minLength: 1, maxLength: 20 })
  .map((rows) => rows.map(([x, y, n]) => ({ x, y, n, w: n, ww: n })));

/** Everything that is computed from two groups, as [estimate, interval] pairs. */
function intervals(a: Distribution, b: Distribution): [string, number, readonly number[]][] {
  const results: [string, number, readonly number[]][] = [];
  const add = (name: string, result: unknown, estimate: 'estimate' | 'probabilityToHigher' = 'estimate') => {
    if (isCannotSay(result)) return;
    const { [estimate]: value, interval } = result as Record<string, unknown>;
    if (interval !== null) results.push([name, value as number, interval as number[]]);
  };
  const sa = said(summarise(a));
  const sb = said(summarise(b));
  add('welch', welch(sa, sb));
  add('mean', meanInterval(sa));
  add('cliff', cliffsDelta(a, b));
  add('brunner-munzel t', brunnerMunzel(a, b, 0.95, { method: 't' }), 'probabilityToHigher');
  add('brunner-munzel', brunnerMunzel(a, b), 'probabilityToHigher');
  add(
    'top box',
    topBox(a, (v) => v >= 5),
  );
  add('nps', nps(a));
  add('nps difference', npsDifference(said(nps(a)), said(nps(b))));
  const share = (d: Distribution) => ({
    x: d.filter((c) => c.value >= 4).reduce((s, c) => s + c.n, 0),
    n: said(summarise(d)).n,
  });
  add('newcombe', newcombeDifference(share(a), share(b)));
  add('wilson', wilsonInterval(share(a).x, share(a).n));
  add('clopper-pearson', clopperPearson(share(a).x, share(a).n));
  const games = gamesHowell([sa, sb]);
  if (!isCannotSay(games)) add('games-howell', games[0]);
  return results;
}

/** No number anywhere in a result may be NaN. */
function noNaN(value: unknown, path: string): void {
  if (typeof value === 'number') expect(value, path).not.toBeNaN();
  else if (Array.isArray(value))
    value.forEach((part, i) => {
      noNaN(part, `${path}[${i}]`);
    });
  else if (typeof value === 'object' && value !== null) {
    for (const [key, part] of Object.entries(value)) noNaN(part, `${path}.${key}`);
  }
}

describe('laws', () => {
  it('an interval contains its estimate', () => {
    fc.assert(
      fc.property(counts(1), counts(1), (a, b) => {
        for (const [name, estimate, [low = 0, high = 0]] of intervals(a, b)) {
          expect(low, name).toBeLessThanOrEqual(estimate + 1e-12);
          expect(high, name).toBeGreaterThanOrEqual(estimate - 1e-12);
        }
      }),
      SETTINGS,
    );
  });

  it('nothing is ever NaN, from one answer on', () => {
    const any = fc.oneof(counts(1, 6), counts(1), weighted);
    fc.assert(
      fc.property(any, any, pairs, (a, b, joint) => {
        const sa = said(summarise(a));
        const sb = said(summarise(b));
        const results = {
          sa,
          welch: welch(sa, sb),
          census: welch(said(summarise(a, 1)), sb),
          small: welch(said(summarise(a, 50)), sb),
          cliff: cliffsDelta(a, b),
          bm: brunnerMunzel(a, b),
          mw: mannWhitney(a, b),
          nps: nps(a),
          anova: welchAnova([sa, sb]),
          games: gamesHowell([sa, sb, sa]),
          distance: ordinalDistance(a, b),
          paired: pairedT(joint),
          dominance: pairedDominance(joint),
          wilcoxon: wilcoxonSignedRank(joint),
          goodman: goodmanIntervals([sa.n, sb.n, 0]),
          top: topBox(a, (v) => v >= 5),
        };
        noNaN(results, 'results');
      }),
      SETTINGS,
    );
  });

  it('swapping the groups mirrors everything', () => {
    fc.assert(
      fc.property(counts(2), counts(2), (a, b) => {
        const mirror = ([low, high]: readonly [number, number], around = 0): number[] => [around - high, around - low];
        const ab = welch(said(summarise(a)), said(summarise(b)));
        const ba = welch(said(summarise(b)), said(summarise(a)));
        expect(isCannotSay(ab)).toBe(isCannotSay(ba));
        if (!isCannotSay(ab) && !isCannotSay(ba)) {
          close(ab.interval, mirror(ba.interval), 1e-10);
          close(ab.pValue, ba.pValue, 1e-10);
        }
        const cliff = said(cliffsDelta(a, b));
        const reverse = said(cliffsDelta(b, a));
        close(cliff.interval, mirror(reverse.interval), 1e-10);
        const bm = brunnerMunzel(a, b);
        const bmReverse = brunnerMunzel(b, a);
        expect(isCannotSay(bm)).toBe(isCannotSay(bmReverse));
        if (!isCannotSay(bm) && !isCannotSay(bmReverse)) {
          close(bm.pValue, bmReverse.pValue, 1e-9);
          close(bm.probabilityToHigher, 1 - bmReverse.probabilityToHigher, 1e-12);
          close(bm.probabilityToHigher, 1 - cliff.probability, 1e-12);
        }
        const n = npsDifference(said(nps(a)), said(nps(b)));
        close(n.interval, mirror(npsDifference(said(nps(b)), said(nps(a))).interval), 1e-10);
        close(ordinalDistance(a, b) as number, ordinalDistance(b, a) as number, 1e-10);
      }),
      SETTINGS,
    );
  });

  it('the order of the answers changes nothing', () => {
    fc.assert(
      fc.property(ratings(2), ratings(2), fc.integer(), (a, b, salt) => {
        const shuffled = [...a].sort((x, y) => ((x * 31 + salt) % 7) - ((y * 31 + salt) % 7));
        expect(intervals(fromValues(shuffled), fromValues(b))).toEqual(intervals(fromValues(a), fromValues(b)));
      }),
      SETTINGS,
    );
  });

  it('weights of 1 equal no weights, and only ratios of weights matter', () => {
    fc.assert(
      fc.property(ratings(2), weighted, fc.double({ min: 0.1, max: 50, noNaN: true }), (values, b, factor) => {
        const ones = fromValues(
          values,
          values.map(() => 1),
        );
        expect(intervals(ones, ones)).toEqual(intervals(fromValues(values), fromValues(values)));
        const scaled = b.map((c) => ({ ...c, w: c.w * factor, ww: c.ww * factor * factor }));
        const before = said(summarise(b));
        const after = said(summarise(scaled));
        close(
          [after.mean, after.variance ?? 0, after.seSquared ?? 0, after.df],
          [before.mean, before.variance ?? 0, before.seSquared ?? 0, before.df],
          1e-9,
        );
        close(said(nps(scaled)).interval, said(nps(b)).interval, 1e-9);
      }),
      SETTINGS,
    );
  });

  it('plain answers give the classical formulas to 1e-12', () => {
    fc.assert(
      fc.property(ratings(2), (values) => {
        const n = values.length;
        const mean = values.reduce((a, b) => a + b, 0) / n;
        const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (n - 1);
        const got = said(summarise(fromValues(values)));
        close(
          [got.mean, got.variance ?? -1, got.seSquared ?? -1, got.df],
          [mean, variance, variance / n, n - 1],
          1e-12,
        );
      }),
      SETTINGS,
    );
  });

  it('distributions add up', () => {
    fc.assert(
      fc.property(ratings(1), ratings(1), (a, b) => {
        expect(addDistributions(fromValues(a), fromValues(b))).toEqual(fromValues([...a, ...b]));
      }),
      SETTINGS,
    );
  });

  it('twice the answers shrink the interval by about √2', () => {
    fc.assert(
      fc.property(varied, varied, (a, b) => {
        const once = intervals(fromValues(a), fromValues(b));
        const twice = new Map(intervals(fromValues([...a, ...a]), fromValues([...b, ...b])).map((r) => [r[0], r[2]]));
        for (const [name, , [low = 0, high = 0]] of once) {
          const [low2 = 0, high2 = 0] = twice.get(name) ?? [];
          // Limits at the edge of the scale cannot shrink on both sides.
          if (low <= -0.99 || high >= 0.99) continue;
          const ratio = (high - low) / (high2 - low2);
          expect(ratio, name).toBeGreaterThan(1.3);
          expect(ratio, name).toBeLessThan(1.55);
        }
      }),
      { ...SETTINGS, numRuns: 60 },
    );
  });

  it('a higher level is a wider interval', () => {
    fc.assert(
      fc.property(counts(3), counts(3), (a, b) => {
        const w = welch(said(summarise(a)), said(summarise(b)));
        if (!isCannotSay(w)) {
          const [low90, high90] = w.intervalAt(0.9);
          const [low99, high99] = w.intervalAt(0.99);
          expect(low99).toBeLessThan(low90);
          expect(high99).toBeGreaterThan(high90);
        }
        const d90 = said(cliffsDelta(a, b, 0.9)).interval;
        const d99 = said(cliffsDelta(a, b, 0.99)).interval;
        expect(d99[1] - d99[0]).toBeGreaterThanOrEqual(d90[1] - d90[0]);
      }),
      SETTINGS,
    );
  });

  it('p and interval tell the same: p < .05 exactly when 0 is outside', () => {
    fc.assert(
      fc.property(counts(2), counts(2), (a, b) => {
        const w = welch(said(summarise(a)), said(summarise(b)));
        if (isCannotSay(w)) return;
        const outside = w.interval[0] > 0 || w.interval[1] < 0;
        if (Math.abs(w.pValue - 0.05) > 1e-9) expect(w.pValue < 0.05).toBe(outside);
      }),
      SETTINGS,
    );
  });

  it('equivalence test, interval and verdict agree always', () => {
    const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    fc.assert(
      fc.property(
        number(-1, 1),
        number(0.001, 0.5),
        number(1, 400),
        number(0.05, 0.8),
        number(0.05, 0.8),
        (d, se, df, low, high) => {
          const test = tost(d, se, df, -low, high);
          // Within rounding of the edge either answer is right.
          fc.pre(Math.abs(test.pValue - 0.05) > 1e-9);
          const inside = test.interval[0] > -low && test.interval[1] < high;
          expect(test.equivalent).toBe(inside);
          const aligned = ['aligned', 'aligned_not_zero'].includes(
            verdict([d - se, d + se], test.interval, { low: -low, high }),
          );
          expect(aligned).toBe(inside);
        },
      ),
      { ...SETTINGS, numRuns: 500 },
    );
  });

  it('ordinal distance is never less than the mean difference', () => {
    fc.assert(
      fc.property(counts(1), counts(1), (a, b) => {
        const difference = said(summarise(a)).mean - said(summarise(b)).mean;
        expect(ordinalDistance(a, b) as number).toBeGreaterThanOrEqual(Math.abs(difference) - 1e-9);
      }),
      SETTINGS,
    );
  });

  it('Tango keeps its width at the edges and never leaves [-1, 1]', () => {
    fc.assert(
      fc.property(fc.nat(30), fc.nat(30), fc.nat(30), (b, c, rest) => {
        fc.pre(b + c + rest > 0);
        const n = b + c + rest;
        const [low, high] = tangoInterval(b, c, n);
        expect(low).toBeGreaterThanOrEqual(-1);
        expect(high).toBeLessThanOrEqual(1);
        expect(high - low).toBeGreaterThan(0.5 / (n + 4));
      }),
      SETTINGS,
    );
  });

  it('a smaller population never widens an interval', () => {
    fc.assert(
      fc.property(counts(3), fc.nat(100), fc.nat(100), (a, extra, more) => {
        const n = said(summarise(a)).n;
        const small = said(summarise(a, n + extra)).seSquared ?? 0;
        const large = said(summarise(a, n + extra + more)).seSquared ?? 0;
        expect(small).toBeLessThanOrEqual(large + 1e-15);
      }),
      SETTINGS,
    );
  });
});
