import { type Interval, isCannotSay } from './cannot-say.ts';
import type { ReportItem } from './gap.ts';
import type { Comparison } from './gap-compare.ts';
import type { Pair } from './gap-pairs.ts';
import type { Audience } from './perspective.ts';
import { scaleRange } from './scale.ts';
import { gamesHowell } from './stats/games-howell.ts';
import type { Summary } from './summary.ts';

interface Looked {
  readonly item: ReportItem;
  readonly pair: Pair;
  readonly comparison: Comparison;
}

const AUDIENCE_PAIRS = { delivery: 1, front_line: 2, alignment: 0 } as const;

/**
 * Games-Howell intervals of the delivery, front-line and alignment gap, which hold together, for every item of which all
 * three are shown; by position in the input. Not for paired answers: these intervals are for independent audiences.
 */
export function simultaneousIntervals(looked: readonly Looked[], level: number): Map<number, Interval> {
  const intervals = new Map<number, Interval>();
  const byItem = new Map<string, { at: number; gap: Looked }[]>();
  for (const [at, gap] of looked.entries()) {
    if (gap.comparison.within !== null || !gap.pair.kind || !(gap.pair.kind in AUDIENCE_PAIRS)) continue;
    byItem.set(gap.item.key, [...(byItem.get(gap.item.key) ?? []), { at, gap }]);
  }
  for (const gaps of byItem.values()) {
    const groups = gaps.length === 3 ? threeAudiences(gaps.map(({ gap }) => gap)) : null;
    if (!groups) continue;
    const pairs = gamesHowell(groups.summaries, level);
    if (isCannotSay(pairs)) continue;
    for (const { at, gap } of gaps) {
      const pair = pairs[AUDIENCE_PAIRS[gap.pair.kind as keyof typeof AUDIENCE_PAIRS]];
      if (pair) intervals.set(at, groups.mixed ? inUnitOf(gap.comparison, pair.interval) : pair.interval);
    }
  }
  return intervals;
}

/** Leaders, staff, customers on one common unit: points, or percent of the maximum where the scales differ. */
function threeAudiences(gaps: readonly Looked[]): { summaries: Summary[]; mixed: boolean } | null {
  const mixed = gaps.some(({ comparison }) => comparison.converted);
  const found = new Map<Audience, Summary>();
  for (const { pair, comparison } of gaps) {
    if (mixed && !comparison.converted) continue;
    found.set(pair.from.audience, comparison.summaries[0]);
    found.set(pair.to.audience, comparison.summaries[1]);
  }
  const [leaders, staff, customers] = [found.get('leadership'), found.get('staff'), found.get('customer')];
  return leaders && staff && customers ? { summaries: [leaders, staff, customers], mixed } : null;
}

/** Back from percent of the maximum to points, for the one pair of the three that shares a scale. */
function inUnitOf({ converted, scale }: Comparison, interval: Interval): Interval {
  if (converted) return interval;
  const points = scaleRange(scale) / 100;
  const [low, high] = [interval[0] * points, interval[1] * points];
  return scale.direction === 'up' ? [low, high] : [-high, -low];
}
