import { describe, expect, it } from 'vitest';
import { isCannotSay } from '../src/core/cannot-say.ts';
import type { Distribution } from '../src/core/distribution.ts';
import { adjustPValues } from '../src/core/stats/adjust-p-values.ts';
import { brunnerMunzel } from '../src/core/stats/brunner-munzel.ts';
import { cliffsDelta } from '../src/core/stats/cliffs-delta.ts';
import { gamesHowell } from '../src/core/stats/games-howell.ts';
import { logGamma } from '../src/core/stats/log-gamma.ts';
import { newcombeDifference } from '../src/core/stats/newcombe-difference.ts';
import { differencesOf, pairedT } from '../src/core/stats/paired-t.ts';
import { type SeededRandom, seededRandom } from '../src/core/stats/seeded-random.ts';
import { type GapVerdict, symmetricTolerance, verdict } from '../src/core/stats/verdict.ts';
import { verdictAllowed } from '../src/core/stats/verdict-allowed.ts';
import { welch } from '../src/core/stats/welch.ts';
import { wilsonInterval } from '../src/core/stats/wilson-interval.ts';
import { type Summary, summarise } from '../src/core/summary.ts';
import { said } from './expectations.ts';

/**
 * Do intervals cover as often as they say, and do tests err as rarely as they say, at the sizes that occur here:
 * a few leaders against dozens of staff or thousands of customers, on answers that are skewed and tied?
 * Every figure is computed with fixed seeds, or exactly. The bands: at least 93 % for symmetric answers, at least 90 %
 * for skewed ones; where a method falls below, `verdictAllowed` says no.
 */
const PEOPLE = {
  symmetric: [0.1, 0.2, 0.4, 0.2, 0.1],
  flat: [0.2, 0.2, 0.2, 0.2, 0.2],
  skewed: [0.02, 0.05, 0.13, 0.3, 0.5],
  'very skewed': [0.02, 0.03, 0.05, 0.1, 0.8],
  'at the bottom': [0.6, 0.2, 0.1, 0.06, 0.04],
  tied: [0, 0, 0.05, 0.9, 0.05],
  'nearly unanimous': [0.02, 0.02, 0.02, 0.02, 0.92],
} as const satisfies Record<string, readonly number[]>;
type Kind = keyof typeof PEOPLE;
const SYMMETRIC: readonly Kind[] = ['symmetric', 'flat', 'tied'];
const SKEWED: readonly Kind[] = ['skewed', 'very skewed', 'at the bottom', 'nearly unanimous'];

const shares = (kind: Kind): readonly number[] => PEOPLE[kind];
const mean = (kind: Kind) => shares(kind).reduce((sum, p, i) => sum + p * (i + 1), 0);

/** `n` answers of 1 to 5 from people of this kind. */
function draw(random: SeededRandom, kind: Kind, n: number): Distribution {
  const kinds = shares(kind);
  const counts = new Array<number>(kinds.length).fill(0);
  for (let i = 0; i < n; i++) {
    let left = random.fraction();
    let k = 0;
    while (k < kinds.length - 1 && left >= (kinds[k] ?? 0)) left -= kinds[k++] ?? 0;
    counts[k] = (counts[k] ?? 0) + 1;
  }
  return counts.flatMap((count, i) => (count > 0 ? [{ value: i + 1, n: count, w: count, ww: count }] : []));
}

/** A share of yes over trials that had an answer. */
class Rate {
  yes = 0;
  all = 0;
  add(yes: boolean): void {
    this.all++;
    if (yes) this.yes++;
  }
  get share(): number {
    return this.yes / this.all;
  }
}

const covers = ([low, high]: readonly [number, number], truth: number) => low <= truth + 1e-12 && high >= truth - 1e-12;

function pairsOfGroups(kinds: readonly [Kind, Kind], n: number, m: number, times: number, seed: number) {
  const random = seededRandom(seed);
  return Array.from({ length: times }, () => {
    const from = draw(random, kinds[0], n);
    const to = draw(random, kinds[1], m);
    return { from, to, a: said(summarise(from)), b: said(summarise(to)) };
  });
}

function welchCoverage(kinds: readonly [Kind, Kind], n: number, m: number, rule: boolean, times = 2500): Rate {
  const rate = new Rate();
  const truth = mean(kinds[0]) - mean(kinds[1]);
  for (const { a, b } of pairsOfGroups(kinds, n, m, times, 77)) {
    const result = welch(a, b);
    if (isCannotSay(result) || (rule && verdictAllowed(a, b))) continue;
    rate.add(covers(result.interval, truth));
  }
  return rate;
}

describe('Welch: coverage of the 95 % interval', () => {
  it.each([
    [8, 40],
    [8, 2000],
    [40, 2000],
  ])('%i against %i, symmetric or mildly skewed, wherever an interval is shown', (n, m) => {
    for (const kind of SYMMETRIC)
      expect(welchCoverage([kind, 'symmetric'], n, m, false).share, kind).toBeGreaterThan(0.93);
    expect(welchCoverage(['skewed', 'skewed'], n, m, false).share).toBeGreaterThan(0.9);
  });

  it.each([
    [10, 40],
    [10, 2000],
    [12, 2000],
    [20, 40],
    [20, 2000],
    [40, 2000],
  ])('%i against %i, wherever a verdict is allowed, however skewed', (n, m) => {
    for (const kind of SYMMETRIC)
      expect(welchCoverage([kind, 'symmetric'], n, m, true).share, kind).toBeGreaterThan(0.93);
    for (const kind of SKEWED) {
      const rate = welchCoverage([kind, 'symmetric'], n, m, true);
      expect(rate.share, `${kind}, ${rate.all} allowed`).toBeGreaterThan(0.9);
    }
  });

  it('would fall below without the rule: that is why there is one', () => {
    expect(welchCoverage(['very skewed', 'symmetric'], 10, 2000, false).share).toBeLessThan(0.88);
    expect(welchCoverage(['very skewed', 'symmetric'], 20, 2000, false).share).toBeLessThan(0.9);
  });

  it('never allows a verdict at 8, unless all 8 there are have answered', () => {
    for (const { a, b, from } of pairsOfGroups(['flat', 'flat'], 8, 40, 50, 3)) {
      expect(verdictAllowed(a, b)).toMatchObject({ code: 'too_few_answers' });
      expect(verdictAllowed(said(summarise(from, 8)), b)).toBeNull();
    }
  });
});

describe('paired t: coverage of the 95 % interval', () => {
  it.each([10, 12, 20, 40, 100])('%i pairs, wherever a verdict is allowed', (n) => {
    for (const kind of [...SYMMETRIC, ...SKEWED]) {
      const random = seededRandom(5);
      const rate = new Rate();
      for (let trial = 0; trial < 2500; trial++) {
        // Differences of -2 to 2 around a fixed second answer.
        const pairs = draw(random, kind, n).map(({ value, ...count }) => ({ x: value + 2, y: 5, ...count }));
        const result = pairedT(pairs);
        if (isCannotSay(result) || verdictAllowed(said(summarise(differencesOf(pairs))))) continue;
        rate.add(covers(result.interval, mean(kind) - 3));
      }
      expect(rate.share, `${kind}, ${rate.all} allowed`).toBeGreaterThan(SYMMETRIC.includes(kind) ? 0.93 : 0.9);
    }
  });
});

describe('false alarms: two audiences that are alike', () => {
  it.each([
    [8, 40],
    [8, 2000],
    [12, 40],
    [40, 2000],
  ])('%i against %i: Welch and Brunner-Munzel at 5 percent', (n, m) => {
    for (const kind of ['symmetric', 'skewed', 'very skewed', 'tied', 'at the bottom'] as const) {
      const t = new Rate();
      const ranks = new Rate();
      for (const { from, to, a, b } of pairsOfGroups([kind, kind], n, m, 800, 41)) {
        const mean = welch(a, b);
        if (!isCannotSay(mean) && (n < 10 || !verdictAllowed(a, b))) t.add(mean.pValue < 0.05);
        const rank = brunnerMunzel(from, to);
        if (!isCannotSay(rank)) ranks.add(rank.pValue < 0.05);
      }
      // 800 trials: the error of a true 5 % is 0.8 %. At 8 against 2,000 Welch errs in 12 % for answers at the bottom
      // of the scale; it may not decide there, and the rank test stands beside it.
      const undecided = n < 10 && kind === 'at the bottom';
      if (!undecided) expect(t.share, `Welch, ${kind}`).toBeLessThan(SYMMETRIC.includes(kind) ? 0.075 : 0.1);
      expect(ranks.share, `Brunner-Munzel, ${kind}`).toBeLessThan(0.075);
    }
  });

  it('the exact permutation test keeps its level for certain, and is not idle', () => {
    const rate = new Rate();
    for (const { from, to } of pairsOfGroups(['flat', 'flat'], 8, 40, 1500, 8)) {
      const rank = brunnerMunzel(from, to);
      if (!isCannotSay(rank)) rate.add(rank.pValue < 0.05);
    }
    expect(rate.share).toBeLessThan(0.065);
    expect(rate.share).toBeGreaterThan(0.03);
  });

  it('Benjamini-Hochberg over 15 touchpoints of which 5 differ: a tenth of the findings are false at most', () => {
    const random = seededRandom(12);
    let proportion = 0;
    const trials = 300;
    for (let trial = 0; trial < trials; trial++) {
      const p = Array.from({ length: 15 }, (_, i) => {
        const a = said(summarise(draw(random, i < 5 ? 'skewed' : 'symmetric', 40)));
        const b = said(summarise(draw(random, 'symmetric', 400)));
        return said(welch(a, b)).pValue;
      });
      const found = adjustPValues(p).flatMap((q, i) => (q <= 0.1 ? [i] : []));
      proportion += found.length === 0 ? 0 : found.filter((i) => i >= 5).length / found.length;
    }
    expect(proportion / trials).toBeLessThan(0.1);
  });
});

describe('verdicts', () => {
  function verdicts(kinds: readonly [Kind, Kind], shift: number, n: number, m: number, times: number) {
    const counted: Record<GapVerdict | 'refused', number> = {
      open: 0,
      aligned: 0,
      aligned_not_zero: 0,
      undetermined: 0,
      refused: 0,
    };
    const moved = (side: Summary): Summary => ({ ...side, mean: side.mean + shift });
    for (const { a, b } of pairsOfGroups(kinds, n, m, times, 19)) {
      const result = welch(moved(a), b);
      if (isCannotSay(result) || verdictAllowed(a, b)) counted.refused++;
      else counted[verdict(result.interval, result.intervalAt(0.9), symmetricTolerance(0.25))]++;
    }
    return counted;
  }

  it('a gap as large as the tolerance is called aligned in 5 % at most', () => {
    for (const kind of ['symmetric', 'skewed'] as const) {
      const got = verdicts([kind, kind], 0.25, 150, 2000, 2500);
      expect((got.aligned + got.aligned_not_zero) / 2500, kind).toBeLessThan(0.062);
    }
  });

  it('no gap at all is called open in 5 % at most, and mostly aligned when many answered', () => {
    const many = verdicts(['symmetric', 'symmetric'], 0, 400, 2000, 1000);
    expect(many.open / 1000).toBeLessThan(0.06);
    expect((many.aligned + many.aligned_not_zero) / 1000).toBeGreaterThan(0.95);
    // Twelve leaders cannot prove closeness; they are not told that they did.
    const few = verdicts(['symmetric', 'symmetric'], 0, 12, 2000, 1000);
    expect((few.aligned + few.aligned_not_zero) / 1000).toBeLessThan(0.02);
  });
});

describe('three audiences: Games-Howell holds all pairs together', () => {
  it.each([
    ['symmetric', 10, 40, 2000],
    ['skewed', 12, 40, 2000],
    ['skewed', 40, 200, 2000],
  ] as const)('%s, %i, %i and %i', (kind, l, s, c) => {
    const random = seededRandom(31);
    const rate = new Rate();
    for (let trial = 0; trial < 800; trial++) {
      const groups = [l, s, c].map((n) => said(summarise(draw(random, kind, n))));
      if (verdictAllowed(...groups)) continue;
      rate.add(said(gamesHowell(groups)).every((pair) => covers(pair.interval, 0)));
    }
    expect(rate.share).toBeGreaterThan(kind === 'symmetric' ? 0.93 : 0.9);
  });
});

describe('shares, computed exactly', () => {
  function binomial(n: number, x: number, p: number): number {
    const log = (count: number, share: number) => (count === 0 ? 0 : count * Math.log(share));
    const choose = logGamma(n + 1) - logGamma(x + 1) - logGamma(n - x + 1);
    return Math.exp(choose + log(x, p) + log(n - x, 1 - p));
  }

  it.each([
    [5, 0.859, 0.992],
    [200, 0.933, 0.967],
  ])('Wilson at n = %i ranges from %f to %f', (n, lowest, highest) => {
    const intervals = Array.from({ length: n + 1 }, (_, x) => said(wilsonInterval(x, n)).interval);
    const coverage = Array.from({ length: 17 }, (_, i) => 0.1 + i * 0.05).map((p) =>
      intervals.reduce((sum, interval, x) => sum + (covers(interval, p) ? binomial(n, x, p) : 0), 0),
    );
    expect(Math.min(...coverage)).toBeGreaterThan(lowest - 0.002);
    expect(Math.max(...coverage)).toBeLessThan(highest + 0.002);
  });

  it.each([
    [8, 40],
    [12, 400],
    [40, 400],
  ])('Newcombe, %i leaders against %i customers', (n, m) => {
    const shares = [0.05, 0.1, 0.3, 0.5, 0.8, 0.95];
    let total = 0;
    let lowest = 1;
    for (const p1 of shares) {
      for (const p2 of shares) {
        let coverage = 0;
        for (let x = 0; x <= n; x++) {
          for (let y = 0; y <= m; y++) {
            const chance = binomial(n, x, p1) * binomial(m, y, p2);
            if (chance < 1e-9) continue;
            if (covers(said(newcombeDifference({ x, n }, { x: y, n: m })).interval, p1 - p2)) coverage += chance;
          }
        }
        total += coverage;
        lowest = Math.min(lowest, coverage);
      }
    }
    expect(lowest).toBeGreaterThan(0.9);
    expect(total / shares.length ** 2).toBeGreaterThan(0.945);
  });
});

describe("Cliff's delta: coverage of the 95 % interval", () => {
  const delta = ([x, y]: readonly [Kind, Kind]) =>
    shares(x).reduce((sum, p, i) => sum + shares(y).reduce((s, q, j) => s + p * q * Math.sign(i - j), 0), 0);

  function coverage(kinds: readonly [Kind, Kind], n: number, m: number): number {
    const rate = new Rate();
    for (const { from, to } of pairsOfGroups(kinds, n, m, 2000, 77)) {
      rate.add(covers(said(cliffsDelta(from, to)).interval, delta(kinds)));
    }
    return rate.share;
  }

  it('holds for groups that overlap much, and for 40 and more', () => {
    expect(coverage(['flat', 'symmetric'], 8, 40)).toBeGreaterThan(0.93);
    expect(coverage(['skewed', 'skewed'], 8, 40)).toBeGreaterThan(0.9);
    expect(coverage(['skewed', 'symmetric'], 20, 2000)).toBeGreaterThan(0.9);
    expect(coverage(['skewed', 'symmetric'], 40, 2000)).toBeGreaterThan(0.93);
  });

  it('falls below for a few skewed answers far from many others: it is an effect size, never a verdict', () => {
    expect(coverage(['very skewed', 'symmetric'], 8, 2000)).toBeLessThan(0.75);
  });
});
