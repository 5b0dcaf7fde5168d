import { customScale, isOnScale, SCALES, type Scale, sameScale, scaleName } from './scale.ts';

/** Values of one item, with how often each occurs. */
export type ValueTally = ReadonlyMap<number, number>;

/** Values outside every usual scale are mistakes while they are at most this share; beyond it they are the scale. */
const STRAY_SHARE = 0.1;

/**
 * The scale that an item's values seem to be on, where none was declared: yes/no for 0 and 1 alone, else the smallest of
 * 1–5, 1–7, 0–10 (when a 0 occurs) and 1–10 that holds them; decimals are allowed. Values beyond 0 to 10 make a scale of
 * their own ends, unless they are so few that they rather are mistakes (99 for "no answer"); those are left off the scale
 * and end up in the list of bad rows.
 */
export function inferScale(values: ValueTally): Scale {
  const all = [...values.keys()];
  const usual = all.filter((value) => value >= 0 && value <= 10);
  const total = sum(all, values);
  if (usual.length === 0 || total - sum(usual, values) > STRAY_SHARE * total) {
    return customScale(
      Math.floor(Math.min(...all)),
      Math.max(Math.ceil(Math.max(...all)), Math.floor(Math.min(...all)) + 1),
    );
  }
  const min = Math.min(...usual);
  const max = Math.max(...usual);
  if (max <= 1 && usual.every((value) => value === 0 || value === 1) && min === 0) return SCALES['yes/no'];
  if (min < 1) return decimals(SCALES['0-10'], usual);
  if (max <= 5) return decimals(SCALES['1-5'], usual);
  if (max <= 7) return decimals(SCALES['1-7'], usual);
  return decimals(SCALES['1-10'], usual);
}

function sum(values: readonly number[], tally: ValueTally): number {
  return values.reduce((total, value) => total + (tally.get(value) ?? 0), 0);
}

/** Averages lie between the points; then any decimal is on the scale. */
export function decimals(scale: Scale, values: Iterable<number>): Scale {
  if (scale.step === null) return scale;
  for (const value of values)
    if (!isOnScale(scale, value) && value >= scale.min && value <= scale.max) return { ...scale, step: null };
  return scale;
}

/**
 * The scales of all items of one file without declared scales. Items of one questionnaire share a scale, so that an item
 * on which nobody used the ends is read like its neighbours: what looks like 1–5 becomes 1–7 where another item does,
 * and what looks like 1–10 becomes 0–10. A short scale is never stretched to a long one.
 */
export function inferScales(items: ReadonlyMap<string, ValueTally>): Map<string, Scale> {
  const own = new Map([...items].map(([item, values]) => [item, inferScale(values)]));
  const seen = new Set([...own.values()].map(scaleName));
  const grown = new Map<string, Scale>();
  for (const [item, scale] of own) {
    const values = items.get(item)?.keys() ?? [];
    const name = scaleName(scale);
    if (name === '1-5' && seen.has('1-7')) grown.set(item, decimals(SCALES['1-7'], values));
    else if (name === '1-10' && seen.has('0-10')) grown.set(item, decimals(SCALES['0-10'], values));
    else grown.set(item, scale);
  }
  return grown;
}

/** The scale that most of the given ones agree on; the smaller name decides a draw, whatever their order. */
export function mostCommonScale(scales: ReadonlyMap<Scale, number>): Scale | undefined {
  const groups: { scale: Scale; n: number }[] = [];
  for (const [scale, n] of scales) {
    const group = groups.find((other) => sameScale(other.scale, scale));
    if (group) group.n += n;
    else groups.push({ scale, n });
  }
  groups.sort((a, b) => b.n - a.n || (scaleName(a.scale) < scaleName(b.scale) ? -1 : 1));
  return groups[0]?.scale;
}
