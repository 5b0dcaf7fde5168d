import { describe, expect, it } from 'vitest';
import { close, said } from '../../../test/expectations.ts';
import { reference } from '../../../test/reference-data.ts';
import { isCannotSay } from '../cannot-say.ts';
import { fromValues } from '../distribution.ts';
import { SCALES } from '../scale.ts';
import { ces } from './ces.ts';
import { clopperPearson } from './clopper-pearson.ts';
import { csat, isTopTwo } from './csat.ts';
import { newcombeDifference } from './newcombe-difference.ts';
import { topBox, topBoxDifference } from './top-box.ts';
import { wilsonInterval } from './wilson-interval.ts';

type Pair = [number, number];

describe('Wilson and Clopper-Pearson', () => {
  it("gives Newcombe's published limits, and R's to nine digits", () => {
    const cases = reference<{ x: number; n: number; published: Pair; full: Pair; clopper_pearson: Pair }[]>(
      'proportions',
      'published',
      0,
      'expected',
    );
    for (const { x, n, published, full, clopper_pearson } of cases) {
      close(said(wilsonInterval(x, n)).interval, published, 0.00005);
      close(said(wilsonInterval(x, n)).interval, full, 1e-9);
      close(said(clopperPearson(x, n)).interval, clopper_pearson, 1e-9);
    }
  });

  it('holds from 5 to 1,000 answers, at 0 % and 100 %, at three levels', () => {
    const cases = reference<{ x: number; n: number; ci90: Pair; ci95: Pair; ci99: Pair }[]>(
      'proportions',
      'reference',
      0,
      'expected',
    );
    expect(cases.length).toBeGreaterThan(20);
    for (const { x, n, ci90, ci95, ci99 } of cases) {
      close(said(wilsonInterval(x, n, 0.9)).interval, ci90, 1e-9);
      close(said(wilsonInterval(x, n, 0.95)).interval, ci95, 1e-9);
      close(said(wilsonInterval(x, n, 0.99)).interval, ci99, 1e-9);
    }
  });

  it('cannot say anything of nobody', () => {
    expect(wilsonInterval(0, 0)).toMatchObject({ code: 'no_answers' });
    expect(clopperPearson(0, 0)).toMatchObject({ code: 'no_answers' });
  });
});

describe('difference of two shares', () => {
  it("gives Newcombe's published limits", () => {
    const cases = reference<
      {
        inputs: { x1: number; n1: number; x2: number; n2: number };
        method10_published: Pair;
        method10_full: Pair;
      }[]
    >('proportions', 'published', 1, 'expected');
    for (const { inputs, method10_published, method10_full } of cases) {
      const { x1, n1, x2, n2 } = inputs;
      const { interval } = said(newcombeDifference({ x: x1, n: n1 }, { x: x2, n: n2 }));
      close(interval, method10_published, 0.00005);
      close(interval, method10_full, 1e-9);
    }
  });

  it('reproduces the founding 80/8, for each number of customers that might have been asked', () => {
    const bain = reference<{
      leader_yes: number;
      leader_n: number;
      cases: { customer_n: number; customer_yes: number; diff: number; newcombe95: Pair }[];
    }>('proportions', 'reference', 1, 'expected');
    for (const { customer_n, customer_yes, diff, newcombe95 } of bain.cases) {
      const result = said(
        newcombeDifference({ x: bain.leader_yes, n: bain.leader_n }, { x: customer_yes, n: customer_n }),
      );
      close(result.estimate, diff, 1e-9);
      close(result.interval, newcombe95, 1e-9);
    }
    close(said(wilsonInterval(bain.leader_yes, bain.leader_n)).interval, [0.757, 0.839], 0.0005);
  });
});

describe('top box, CSAT and CES', () => {
  const answers = fromValues([5, 4, 3, 5, 2, 4, 4, 1]);

  it('agrees with Wilson for plain answers', () => {
    close(said(topBox(answers, (v) => v >= 5)).interval, said(wilsonInterval(2, 8)).interval, 1e-12);
    close(said(csat(answers, SCALES['1-5'])).estimate, 5 / 8, 1e-15);
  });

  it('keeps the width of Wilson where everybody agrees, and has none for a census', () => {
    const all = fromValues([5, 5, 5, 5, 5]);
    close(said(topBox(all, (v) => v >= 5)).interval, said(wilsonInterval(5, 5)).interval, 1e-12);
    const census = said(topBox(answers, (v) => v >= 5, 0.95, 8));
    expect(census).toMatchObject({ census: true, interval: [0.25, 0.25] });
  });

  it('narrows by the finite population', () => {
    const width = (population?: number) => {
      const [low, high] = said(topBox(answers, (v) => v >= 4, 0.95, population)).interval;
      return high - low;
    };
    expect(width(10)).toBeLessThan(width(20));
    expect(width(20)).toBeLessThan(width());
    close(width(1000), width(), 1e-12);
  });

  it('works for one answer, and for weights through the effective count', () => {
    expect(said(topBox(fromValues([5]), (v) => v >= 5)).interval).toEqual(said(wilsonInterval(1, 1)).interval);
    const weighted = said(topBox(fromValues([5, 5, 3, 3], [3, 1, 3, 1]), (v) => v >= 5));
    close(weighted.estimate, 0.5, 1e-12);
    close(weighted.n, 3.2, 1e-12);
  });

  it('compares two audiences, one of them a census', () => {
    const leaders = fromValues([5, 5, 4, 5, 5]);
    const customers = fromValues([3, 5, 2, 4, 1, 3, 3, 5, 2, 2]);
    const isTop = (v: number) => v >= 5;
    const { interval } = said(topBoxDifference(leaders, customers, isTop));
    close(interval, said(newcombeDifference({ x: 4, n: 5 }, { x: 2, n: 10 })).interval, 1e-12);
    const census = said(topBoxDifference(leaders, customers, isTop, 0.95, { from: 5 }));
    const [low, high] = said(wilsonInterval(2, 10)).interval;
    close(census.interval, [0.8 - high, 0.8 - low], 1e-12);
  });

  it('knows the two best points of short scales, and the end that is good', () => {
    expect([3, 4, 5].map((v) => isTopTwo(SCALES['1-5'], v))).toEqual([false, true, true]);
    expect([5, 6, 7].map((v) => isTopTwo(SCALES['1-7'], v))).toEqual([false, true, true]);
    expect([8, 9, 10].map((v) => isTopTwo(SCALES['0-10'], v))).toEqual([false, true, true]);
    expect([0, 1].map((v) => isTopTwo(SCALES['yes/no'], v))).toEqual([false, true]);
    const effort = { ...SCALES['1-7'], direction: 'down' as const, topBox: 1 };
    expect([1, 2, 3].map((v) => isTopTwo(effort, v))).toEqual([true, true, false]);
  });

  it('gives CES as mean and share, and the mean alone without variation', () => {
    const same = said(ces(fromValues([6, 6, 6]), SCALES['1-7']));
    expect(same.mean).toBe(6);
    expect(isCannotSay(same.meanResult)).toBe(true);
    expect(same.top.estimate).toBe(1);
    expect(ces([], SCALES['1-7'])).toMatchObject({ code: 'no_answers' });
  });
});
