import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isCannotSay } from './cannot-say.ts';
import { fromValues, type JointCount } from './distribution.ts';
import type { Cell, Gap, GapReport, PairedCell, ReportInput, ReportItem, ReportOptions } from './gap.ts';
import { gapReport } from './gap-report.ts';
import type { Perspective } from './perspective.ts';
import { SCALES } from './scale.ts';

const LEADERS: Perspective = { audience: 'leadership', lens: 'belief' };
const STAFF: Perspective = { audience: 'staff', lens: 'belief' };
const CUSTOMERS: Perspective = { audience: 'customer', lens: 'experience' };
const EXPECTED: Perspective = { audience: 'customer', lens: 'expectation' };

const reference = JSON.parse(
  readFileSync(new URL('../../test/reference/gap_independent.json', import.meta.url), 'utf8'),
).reference[0];
const { leaders, staff, customers } = reference.inputs as Record<string, number[]>;

const item: ReportItem = { key: 'q', name: 'q', scale: SCALES['1-5'] };
const options: ReportOptions = { level: 0.95, toleranceShare: 0.0625, minN: 5, targetPomp: 70, population: {} };

function cell(perspective: Perspective, values: readonly number[], more: Partial<Cell> = {}): Cell {
  return { item: 'q', ...perspective, counts: fromValues(values), ...more };
}

function report(cells: Cell[], more: Partial<ReportOptions> = {}, input: Partial<ReportInput> = {}): GapReport {
  return gapReport({ items: [item], cells, paired: [], ...input, options: { ...options, ...more } });
}

/** The same answers over and over: 40 become 40 × times. */
const repeat = (values: readonly number[], times: number) => Array.from({ length: times }, () => values).flat();
const gapOf = (of: GapReport, kind: Gap['kind']) => {
  const gap = of.gaps.find((one) => one.kind === kind);
  if (!gap) throw new Error(`no ${kind} in ${JSON.stringify(of.cannotSay)}`);
  return gap;
};
const joint = (pairs: readonly (readonly [number, number])[]): JointCount[] =>
  pairs.map(([x, y]) => ({ x, y, n: 1, w: 1, ww: 1 }));

describe('three audiences', () => {
  const all = report([cell(LEADERS, leaders!), cell(STAFF, staff!), cell(CUSTOMERS, customers!)]);
  const pairs = [
    ['delivery', 'leaders_minus_customers', 1],
    ['front_line', 'staff_minus_customers', 2],
    ['alignment', 'leaders_minus_staff', 0],
  ] as const;

  test.each(pairs)('%s: estimate, interval, p, effect and Games-Howell are those of R', (kind, name, at) => {
    const gap = gapOf(all, kind);
    const expected = reference.expected[name];
    expect(gap.estimate).toBeCloseTo(expected.welch.diff, 9);
    expect(gap.pValue).toBeCloseTo(expected.welch.p, 9);
    for (const end of [0, 1] as const) {
      expect(gap.interval?.[end]).toBeCloseTo(expected.welch.ci95[end], 7);
      expect(gap.effect?.interval?.[end]).toBeCloseTo(expected.cliff.ci_t[end], 7);
      expect(gap.intervalSimultaneous?.[end]).toBeCloseTo(reference.expected.games_howell[at].ci[end], 5);
    }
    expect(gap.effect?.estimate).toBeCloseTo(expected.cliff.delta, 9);
    expect(gap.method).toContain('Welch');
  });

  test('gaps come in the order of the kinds, and p is adjusted over the report', () => {
    expect(all.gaps.map(({ kind }) => kind)).toEqual(['delivery', 'front_line', 'alignment']);
    const adjusted = all.gaps.map(({ pAdjusted }) => pAdjusted);
    const raw = all.gaps.map(({ pValue }) => pValue as number);
    expect(adjusted[0]).toBeCloseTo((raw[0] as number) * 3, 12);
    expect(adjusted[1]).toBeCloseTo(raw[1] as number, 12);
  });

  test('where everybody on both sides answered, the sentence claims no interval', () => {
    const both = report([cell(LEADERS, leaders!), cell(CUSTOMERS, customers!)], {
      population: { leadership: leaders!.length, customer: customers!.length },
      headline: 'q',
    });
    expect(both.headline).toMatchObject({ sentence: expect.stringMatching(/points \(everybody answered, so there/) });
    const gap = gapOf(both, 'delivery');
    expect(gap.interval).toEqual([gap.estimate, gap.estimate]);
    expect(gap.sentence).toMatch(/\(everybody answered, so there is no sampling error\), on the scale 1-5\./);
    expect(gap.sentence).not.toContain('between');
  });

  test('equal means are the same on average, with their interval', () => {
    const gap = gapOf(report([cell(LEADERS, repeat([2, 4], 8)), cell(CUSTOMERS, repeat([1, 5], 20))]), 'delivery');
    expect(gap.estimate).toBe(0);
    expect(gap.sentence).toMatch(/^What leaders believe .* are the same on average \(between -/);
  });

  test('eight leaders give an interval and no verdict; a census of eight gives one', () => {
    expect(gapOf(all, 'delivery')).toMatchObject({
      verdict: 'undetermined',
      pattern: 'unknown',
      n: { from: 8, to: 40 },
    });
    const census = report([cell(LEADERS, leaders!), cell(CUSTOMERS, customers!)], { population: { leadership: 8 } });
    const gap = gapOf(census, 'delivery');
    expect(gap).toMatchObject({ verdict: 'open', pattern: 'blind_spot' });
    expect(gap.method).toContain('all 8 leaders answered');
    expect(gap.sides[0]).toMatchObject({ population: 8, census: true, interval: [4.25, 4.25] });
  });

  test('says about how many more answers would decide, at least up to the ten that a verdict needs', () => {
    const { moreAnswers } = gapOf(all, 'delivery');
    expect(moreAnswers).toMatchObject({ audience: 'leadership', n: 2 });
    expect(gapOf(all, 'delivery').sentence).toContain('about 2 more answers of leaders would decide');
  });

  test('the sentence speaks in points and in pairs of people', () => {
    const { sentence } = gapOf(all, 'delivery');
    expect(sentence).toMatch(
      /^Leaders believe customers get 1\.5 points more than they live \(between 0\.85 and 2\.15, at 95 %\)/,
    );
    expect(sentence).toContain('in 86 of 100 pairs the leader rates it higher (ties split)');
  });
});

describe('verdicts', () => {
  const near = repeat([3, 4, 4, 5, 2, 4, 3, 5, 4, 3], 60);
  test('aligned needs closeness shown, and tells zero from not zero', () => {
    const same = gapOf(report([cell(STAFF, near), cell(CUSTOMERS, near)]), 'front_line');
    expect(same).toMatchObject({ estimate: 0, verdict: 'aligned', pattern: 'shared_pain' });
    const shifted = near.map((value, i) => (i % 8 === 0 ? Math.min(5, value + 1) : value));
    const gap = gapOf(report([cell(STAFF, repeat(shifted, 9)), cell(CUSTOMERS, repeat(near, 9))]), 'front_line');
    expect(gap.verdict).toBe('aligned_not_zero');
  });

  test('a tolerance of the item goes before the share of the scale', () => {
    const own = report([cell(STAFF, near), cell(CUSTOMERS, near)], {}, { items: [{ ...item, tolerance: 0.01 }] });
    expect(gapOf(own, 'front_line')).toMatchObject({ tolerance: 0.01, verdict: 'undetermined' });
  });

  test('everybody the same answer: no Welch, p by permutation, open only when the shares agree', () => {
    const gap = gapOf(report([cell(LEADERS, repeat([5], 12)), cell(CUSTOMERS, customers!)]), 'delivery');
    expect(gap).toMatchObject({ interval: null, verdict: 'open', pattern: 'blind_spot' });
    expect(gap.pValue).toBeLessThan(0.001);
    expect(gap.method).toContain('permutation Brunner-Munzel');
    const close = gapOf(
      report([cell(LEADERS, repeat([5], 12)), cell(CUSTOMERS, [5, 5, 5, 5, 5, 5, 5, 4, 5, 5])]),
      'delivery',
    );
    expect(close.verdict).toBe('undetermined');
  });

  test('everybody of everybody the same answer: estimate 0, nothing tested, nothing decided', () => {
    const gap = gapOf(report([cell(LEADERS, repeat([4], 12)), cell(CUSTOMERS, repeat([4], 30))]), 'delivery');
    expect(gap).toMatchObject({ estimate: 0, interval: null, pValue: null, pAdjusted: null, verdict: 'undetermined' });
  });
});

describe('intervals that may not decide', () => {
  const customersMany = repeat([3, 2, 4, 1, 3, 5, 2, 3], 20);

  test('one answer carries all the variance: shown, not decided, and nobody is told to ask two more', () => {
    const nearly = [...repeat([5], 14), 1];
    const gap = gapOf(report([cell(LEADERS, nearly), cell(CUSTOMERS, customersMany)]), 'delivery');
    expect(gap.interval?.[0]).toBeGreaterThan(0);
    expect(gap).toMatchObject({ verdict: 'undetermined', pattern: 'unknown', moreAnswers: { code: 'not_estimable' } });
    expect(gap.method).toContain('no verdict because only one answer differs');
    expect(gap.sentence).toContain('undetermined, because only one answer differs');
  });

  test('too few on both sides: more of one audience alone would not decide', () => {
    const gap = gapOf(report([cell(LEADERS, leaders!), cell(CUSTOMERS, [3, 2, 4, 1, 3, 5])]), 'delivery');
    expect(gap.moreAnswers).toMatchObject({ cannotSay: 'because both sides have fewer than 10 answers' });
  });

  test('a population that is known but did not all answer shrinks the interval, and says so', () => {
    const cells = [cell(LEADERS, repeat(leaders!, 2)), cell(CUSTOMERS, customersMany)];
    const known = gapOf(report(cells, { population: { leadership: 20 } }), 'delivery');
    const endless = gapOf(report(cells), 'delivery');
    expect(known.interval?.[0]).toBeGreaterThan(endless.interval?.[0] as number);
    expect(known.method).toContain('16 of 20 leaders answered: finite-population correction');
  });
});

describe('what stays hidden', () => {
  test('fewer answers than the threshold: no gap, no perspective, no number in the reason', () => {
    const four = report([cell(LEADERS, [5, 4, 3, 4]), cell(CUSTOMERS, customers!)]);
    expect(four.gaps).toEqual([]);
    expect(four.cannotSay).toMatchObject([{ kind: 'delivery', because: 'because fewer than 5 leaders answered' }]);
    expect(four.perspectives.map(({ audience }) => audience)).toEqual(['customer']);
    expect(report([cell(LEADERS, leaders!), cell(CUSTOMERS, customers!)], { minN: 9 }).gaps).toEqual([]);
  });

  test('unanimity of a small group', () => {
    const alike = report([cell(LEADERS, repeat([5], 9)), cell(CUSTOMERS, customers!)], { headline: 'q' });
    expect(alike.cannotSay[0]?.because).toContain('too alike to show');
    expect(alike.headline).toMatchObject({ code: 'protected' });
    expect(alike.perspectives.map(({ audience }) => audience)).toEqual(['customer']);
  });

  test('a share of 100 % in a small group is unanimity too, though the answers differ', () => {
    const top = report(
      [cell(LEADERS, [9, 10, 9, 10, 10, 9]), cell(CUSTOMERS, repeat([3, 9, 7, 8], 10))],
      { headline: 'q' },
      {
        items: [{ ...item, scale: SCALES['0-10'] }],
      },
    );
    expect(top.headline).toMatchObject({ code: 'too_alike_to_show' });
    expect(top.perspectives[0]).toMatchObject({ audience: 'leadership', topBoxShare: null });
  });

  test('pairs of leaders that are fewer by less than the threshold hide the whole group beside them', () => {
    const expected: Perspective = { audience: 'leadership', lens: 'expectation' };
    const x = [5, 4, 4, 5, 4, 5, 3, 4, 2];
    const paired: PairedCell = {
      item: 'q',
      from: expected,
      to: LEADERS,
      within: 'person',
      counts: joint(x.slice(0, 8).map((value, i) => [value, 1 + (i % 5)] as const)),
    };
    const shown = report(
      [cell(expected, x), cell(LEADERS, repeat([1, 2, 3, 4, 5], 2).slice(0, 8))],
      { only: { from: expected, to: LEADERS } },
      {
        paired: [paired],
      },
    );
    expect(shown.gaps).toHaveLength(1);
    expect(shown.perspectives.map(({ lens }) => lens)).toEqual(['belief']);
  });
});

describe('pairing', () => {
  const x = [7, 6, 7, 5, 6, 7, 6, 5, 7, 6, 4, 7];
  const y = [5, 6, 4, 5, 3, 6, 6, 4, 5, 7, 4, 5];
  const pairs = joint(x.map((value, i) => [value, y[i] as number] as const));
  const cells = [cell(EXPECTED, x), cell(CUSTOMERS, y)];
  const items = [{ ...item, scale: SCALES['1-7'] }];

  test('expectation and experience of the same people: paired t, dominance within pairs', () => {
    const input = {
      items,
      paired: [{ item: 'q', from: EXPECTED, to: CUSTOMERS, within: 'person', counts: pairs } as const],
    };
    const gap = gapOf(report(cells, {}, input), 'service');
    expect(gap).toMatchObject({ method: 'paired t within person', n: { from: 12, to: 12 } });
    expect(gap.effect?.name).toBe('within-pair dominance');
    const turned = report(cells, { only: { from: CUSTOMERS, to: EXPECTED } }, input).gaps[0];
    expect(turned?.estimate).toBeCloseTo(-gap.estimate, 12);
    expect(turned?.kind).toBeNull();
  });

  test('with few who answered both, the two groups are compared instead', () => {
    const counts = pairs.slice(0, 5);
    const few = report(
      cells,
      {},
      { items, paired: [{ item: 'q', from: EXPECTED, to: CUSTOMERS, within: 'person', counts }] },
    );
    expect(gapOf(few, 'service').method).toBe('Welch');
  });

  test('no simultaneous interval for paired answers, which are not independent', () => {
    const within = 'unit' as const;
    const paired = [
      { item: 'q', from: LEADERS, to: CUSTOMERS, within, counts: pairs },
      { item: 'q', from: STAFF, to: CUSTOMERS, within, counts: pairs },
      { item: 'q', from: LEADERS, to: STAFF, within, counts: pairs },
    ];
    const units = report([cell(LEADERS, x), cell(STAFF, x), cell(CUSTOMERS, y)], {}, { items, paired });
    expect(units.gaps.map(({ intervalSimultaneous }) => intervalSimultaneous)).toEqual([null, null, null]);
    expect(units.notes.join(' ')).toContain('n counts units');
  });
});

describe('constants and scales', () => {
  test('a written promise is a constant: one-sample t, no n, no effect', () => {
    const promised = { ...item, commitments: [{ lens: 'promise', value: 4.5 }] } as const;
    const gap = gapOf(report([cell(CUSTOMERS, customers!)], {}, { items: [promised] }), 'promise');
    expect(gap).toMatchObject({ estimate: 1.75, n: { from: null, to: 40 }, effect: null, verdict: 'open' });
    expect(gap.method).toContain('one-sample t against the promise');
    expect(gap.sides[0]).toMatchObject({ n: null, mean: 4.5, interval: null });
  });

  test('expectation without a standard is open by definition, and said so', () => {
    const because = report([cell(EXPECTED, staff!)]).cannotSay[0]?.because;
    expect(because).toBe('because no standard is written down for it; without one this gap is open by definition');
  });

  test('different scales are converted to percent of the maximum possible, tolerance and Games-Howell with them', () => {
    const ten = (values: readonly number[]) => values.map((value) => 1 + (value - 1) * 2.25);
    const cells = [
      cell(LEADERS, ten(leaders!), { scale: SCALES['1-10'] }),
      cell(STAFF, staff!),
      cell(CUSTOMERS, customers!),
    ];
    const mixed = report(cells);
    const plain = report([cell(LEADERS, leaders!), cell(STAFF, staff!), cell(CUSTOMERS, customers!)]);
    const gap = gapOf(mixed, 'delivery');
    expect(gap).toMatchObject({ converted: true, tolerance: 6.25 });
    expect(gap.estimate).toBeCloseTo(gapOf(plain, 'delivery').estimate * 25, 9);
    expect(gap.pValue).toBeCloseTo(gapOf(plain, 'delivery').pValue as number, 12);
    expect(gap.method).toContain('converted to percent of the maximum possible');
    expect(gapOf(mixed, 'front_line')).toMatchObject({ converted: false, tolerance: 0.25 });
    for (const end of [0, 1] as const) {
      const [a, b] = [gapOf(mixed, 'front_line'), gapOf(plain, 'front_line')];
      expect(a.intervalSimultaneous?.[end]).toBeCloseTo(b.intervalSimultaneous?.[end] as number, 9);
    }
  });
});

describe('headline', () => {
  const cells = [
    cell(LEADERS, repeat([5, 5, 5, 5, 4], 4)),
    cell(CUSTOMERS, repeat([5, 2, 3, 4, 1, 3, 4, 2, 3, 4, 3, 2], 8)),
  ];
  test('the own 80/8 with a Newcombe interval', () => {
    const { headline } = report(cells, { headline: 'q' });
    if (isCannotSay(headline)) throw new Error(headline.cannotSay);
    expect(headline.shares[0]).toMatchObject({ share: 0.8, n: 20 });
    expect(headline.shares[1].share).toBeCloseTo(1 / 12, 12);
    expect(headline).toMatchObject({ topBox: 5, verdict: 'open', tolerance: 0.05 });
    expect(headline.sentence).toMatch(/^80 % of 20 leaders .* 8 % of 96 customers do: a difference of 72 points/);
  });
  test('cannot be said without an item, without that item, or without a side', () => {
    expect(report(cells).headline).toMatchObject({ code: 'no_headline' });
    expect(report(cells, { headline: 'zz' }).headline).toMatchObject({ code: 'no_headline' });
    expect(report(cells.slice(1), { headline: 'q' }).headline).toMatchObject({ code: 'one_audience_only' });
  });
});

describe('laws', () => {
  const answers = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 5, maxLength: 40 });
  const between = (from: number[], to: number[], only?: ReportOptions['only']) =>
    report([cell(LEADERS, from), cell(CUSTOMERS, to)], only ? { only } : {}).gaps[0];

  test('swapping the sides flips every sign and nothing else', () => {
    fc.assert(
      fc.property(answers, answers, (from, to) => {
        const a = between(from, to);
        const b = between(from, to, { from: CUSTOMERS, to: LEADERS });
        expect(a === undefined).toBe(b === undefined);
        if (!a || !b) return;
        expect(b.estimate).toBeCloseTo(-a.estimate, 10);
        expect(b.pValue ?? 2).toBeCloseTo(a.pValue ?? 2, 9);
        expect(b.verdict).toBe(a.verdict);
        if (a.interval) expect(b.interval?.[0]).toBeCloseTo(-a.interval[1], 9);
      }),
    );
  });

  test('weights of 1, or of any other one number, change nothing', () => {
    fc.assert(
      fc.property(answers, answers, fc.double({ min: 0.1, max: 9, noNaN: true }), (from, to, w) => {
        const weighted = fromValues(
          to,
          to.map(() => w),
        );
        const a = between(from, to);
        const b = report([cell(LEADERS, from), { item: 'q', ...CUSTOMERS, counts: weighted }]).gaps[0];
        expect(b?.verdict).toBe(a?.verdict);
        if (a?.interval) expect(b?.interval?.[0]).toBeCloseTo(a.interval[0], 8);
      }),
      // Ten answers of one odd weight are ten answers: (10 w)² / (10 w²) was 9.999….
      { examples: [[[1, 1, 1, 1, 2, 3, 3, 3, 3, 3], [2, 1, 1, 1, 2, 1, 1, 2, 1, 1], 2.3567378148215976]] },
    );
  });

  test('interval contains the estimate; the one for selected gaps never misses it', () => {
    fc.assert(
      fc.property(answers, answers, (from, to) => {
        const gap = between(from, to);
        for (const interval of [gap?.interval, gap?.intervalSelected]) {
          if (!gap || !interval) continue;
          expect(interval[0]).toBeLessThanOrEqual(gap.estimate);
          expect(interval[1]).toBeGreaterThanOrEqual(gap.estimate);
        }
      }),
    );
  });

  test('no number of a report is NaN or infinite', () => {
    fc.assert(
      fc.property(answers, answers, fc.integer({ min: 40, max: 60 }), (from, to, people) => {
        const whole = report([cell(LEADERS, from), cell(CUSTOMERS, to)], {
          population: { leadership: people },
          headline: 'q',
        });
        JSON.stringify(whole, (_, value) => {
          if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
          return value;
        });
      }),
    );
  });
});
