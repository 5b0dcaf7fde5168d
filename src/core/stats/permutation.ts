import { logGamma } from './log-gamma.ts';
import { seededRandom } from './seeded-random.ts';

/** How a permutation result was found, to be stored with it. */
export interface Relabelling {
  /** Two-sided: share of relabellings whose statistic is at least as far from 0 as the observed one. */
  readonly tail: number;
  /** Quantiles of the statistic over relabellings at (1 ± level)/2; ±Infinity where they are not finite. */
  readonly quantile: readonly [lower: number, upper: number];
  readonly algorithm: 'exact enumeration' | 'xoshiro128**';
  /** Null for the exact version, which needs none. */
  readonly seed: number | null;
  /** Tables enumerated, or relabellings drawn. */
  readonly resamples: number;
}

/** More tables than this are sampled instead of enumerated (a few milliseconds). */
const ENUMERATE_UP_TO = 50_000;
/** Enough for p = .05 ± .004. */
const DEFAULT_RESAMPLES = 10_000;
/** Any fixed number will do; it only has to be the same everywhere. */
const DEFAULT_SEED = 20_05;
/** Single draws that one call may take (about a second); large groups get fewer resamples, and the result says so. */
const DRAWS = 20_000_000;
const FEWEST_RESAMPLES = 999;

/**
 * How would a statistic of two groups be distributed if the labels meant nothing?
 *
 * Variant: works on counts. Answers of one value are alike, so all relabellings that put the same number of each value
 * into the first group are one table with hypergeometric probability: 8 leaders on a five-point scale have at most 495
 * tables, however many customers there are. All tables are enumerated where there are at most 50,000; otherwise a
 * seeded sample is drawn and the observed labelling counted in, (1 + hits)/(1 + B), so that p is never 0.
 *
 * Source: Phipson & Smyth 2010, Statistical Applications in Genetics and Molecular Biology 9:39 (the added one);
 * Pauly, Asendorf & Konietschke 2016, Biometrical Journal 58:1319 (intervals from permutation quantiles).
 *
 * @param columns answers per value, both groups together
 * @param n size of the first group
 * @param statistic of a table, given the first group's answers per value
 * @param observed its value for the real labels
 *
 * @example
 * relabel([2, 2], 2, ([low]) => 1 - low, 1, 0.95).tail // 0.3333333
 */
export function relabel(
  columns: readonly number[],
  n: number,
  statistic: (cells: readonly number[]) => number,
  observed: number,
  level: number,
  options: { readonly seed?: number; readonly resamples?: number } = {},
): Relabelling {
  // A hair less than the observed value, so that tables that tie with it count although their sums round differently.
  const reach = Math.abs(observed) * (1 - 1e-12);
  const total = columns.reduce((sum, column) => sum + column, 0);
  // The smaller group's tables are as many as the larger one's, and much quicker to walk.
  const small = Math.min(n, total - n);
  const exact = tableCount(columns, small) <= ENUMERATE_UP_TO;
  const seed = options.seed ?? DEFAULT_SEED;
  const affordable = Math.max(FEWEST_RESAMPLES, Math.floor(DRAWS / small));
  const resamples = Math.min(options.resamples ?? DEFAULT_RESAMPLES, affordable);
  const draws: [value: number, weight: number][] = [];
  // The tables are those of the smaller group; the statistic is asked about the first one.
  const add = (cells: readonly number[], weight: number) => {
    const first = small === n ? cells : columns.map((column, i) => column - (cells[i] as number));
    draws.push([statistic(first), weight]);
  };
  if (exact) enumerate(columns, small, add);
  else sample(columns, small, seed, resamples, add);
  // A sample of relabellings includes the one that was observed; the full set has it already.
  let all = exact ? 0 : 1;
  let far = exact ? 0 : 1;
  for (const [value, weight] of draws) {
    all += weight;
    if (Math.abs(value) >= reach) far += weight;
  }
  return {
    tail: Math.min(1, far / all),
    quantile: quantiles(draws, level),
    algorithm: exact ? 'exact enumeration' : 'xoshiro128**',
    seed: exact ? null : seed,
    resamples: draws.length,
  };
}

/** How many tables there are; stops counting beyond the limit. */
function tableCount(columns: readonly number[], n: number): number {
  let ways = new Array<number>(n + 1).fill(0);
  ways[0] = 1;
  for (const column of columns) {
    const next = new Array<number>(n + 1).fill(0);
    // A running sum over the last `column` + 1 entries keeps this linear in n.
    let window = 0;
    for (let k = 0; k <= n; k++) {
      window += ways[k] as number;
      if (k > column) window -= ways[k - column - 1] as number;
      next[k] = window;
    }
    ways = next;
  }
  return ways[n] as number;
}

/** Every table with its probability (up to one common factor). */
function enumerate(columns: readonly number[], n: number, add: (cells: number[], weight: number) => void): void {
  const total = columns.reduce((sum, column) => sum + column, 0);
  const logAll = logChoose(total, n);
  const cells = new Array<number>(columns.length).fill(0);
  // Fills one value after the other; what is left must still fit into the values to come.
  const fill = (index: number, left: number, room: number, logWeight: number): void => {
    const column = columns[index];
    if (column === undefined) {
      add(cells, Math.exp(logWeight));
      return;
    }
    const after = room - column;
    for (let k = Math.max(0, left - after); k <= Math.min(column, left); k++) {
      cells[index] = k;
      fill(index + 1, left - k, after, logWeight + logChoose(column, k));
    }
  };
  fill(0, n, total, -logAll);
}

/** Seeded relabellings: the group is drawn one answer at a time without replacement. */
function sample(
  columns: readonly number[],
  n: number,
  seed: number,
  resamples: number,
  add: (cells: number[], weight: number) => void,
): void {
  const random = seededRandom(seed);
  const total = columns.reduce((sum, column) => sum + column, 0);
  for (let b = 0; b < resamples; b++) {
    const left = [...columns];
    const drawn = new Array<number>(columns.length).fill(0);
    for (let k = 0; k < n; k++) {
      // The pick-th of the answers that are left, found by walking over the values.
      let pick = random.below(total - k);
      let index = 0;
      while (pick >= (left[index] as number)) pick -= left[index++] as number;
      left[index] = (left[index] as number) - 1;
      drawn[index] = (drawn[index] as number) + 1;
    }
    add(drawn, 1);
  }
}

/** Weighted quantiles of the statistic: the first value at which the wanted share has been reached. */
function quantiles(draws: [value: number, weight: number][], level: number): [number, number] {
  const sorted = [...draws].sort((a, b) => a[0] - b[0]);
  const all = draws.reduce((sum, [, weight]) => sum + weight, 0);
  const at = (share: number): number => {
    let sum = 0;
    for (const [value, weight] of sorted) {
      sum += weight;
      if (sum >= share * all * (1 - 1e-12)) return value;
    }
    return Number.POSITIVE_INFINITY;
  };
  return [at((1 - level) / 2), at((1 + level) / 2)];
}

/** ln of n over k, exact for the edges. */
function logChoose(n: number, k: number): number {
  return k === 0 || k === n ? 0 : logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}
