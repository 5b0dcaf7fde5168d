import { type CannotSay, cannotSay, type Interval } from '../cannot-say.ts';
import { type Distribution, isWeighted, size } from '../distribution.ts';
import { normalCdf, normalQuantile } from './normal.ts';
import { seededRandom } from './seeded-random.ts';

export interface BootstrapOptions {
  /** Confidence level; 0.95. */
  readonly level?: number;
  /** `bca` follows skewness and bias, `percentile` is the plain one; BCa where nothing is said. */
  readonly method?: 'percentile' | 'bca';
  /** Any whole number; 1. */
  readonly seed?: number;
  /** 2,000 or more; 5,000 for BCa at 99 %. */
  readonly resamples?: number;
}

export interface Bootstrap {
  /** The statistic of the answers themselves, not of the resamples. */
  readonly estimate: number;
  readonly interval: Interval;
  readonly level: number;
  readonly method: 'percentile' | 'bca';
  /** Below 20 answers the level is only roughly kept. */
  readonly approximate: boolean;
  /** With these three anybody can repeat the result. */
  readonly seed: number;
  readonly resamples: number;
  readonly algorithm: 'xoshiro128**';
}

/** Below this the resamples repeat the sample's accidents. */
const FEWEST = 8;

/**
 * Where may any statistic of one group lie, when no formula fits: a skewed mean, a median, a ratio?
 *
 * Variant: resamples respondents from the counts; percentile interval, or BCa (bias-corrected and accelerated, jackknife
 * by leaving out one answer of each value). Same seed, same result, on every machine; seed, number and algorithm are
 * part of it.
 *
 * Too little: fewer than 8 answers → `too_few_answers`; a statistic that never varies → `no_variation`. Weighted answers
 * → `not_estimable`: they have to be resampled within strata.
 *
 * Source: Efron 1987, JASA 82:171; DiCiccio & Efron 1996, Statistical Science 11:189.
 *
 * @param statistic of the counts; must give a number for every resample
 *
 * @example
 * const answers = fromValues([5, 4, 5, 3, 5, 1, 4, 5, 2, 5, 4, 5]);
 * bootstrap(answers, (counts) => summarise(counts).mean, { seed: 7 }).estimate // 4
 */
export function bootstrap(
  counts: Distribution,
  statistic: (counts: Distribution) => number,
  options: BootstrapOptions = {},
): Bootstrap | CannotSay {
  const { level = 0.95, method = 'bca', seed = 1, resamples = 5000 } = options;
  const n = size(counts);
  if (n < FEWEST) return cannotSay('too_few_answers', `because a bootstrap needs at least ${FEWEST} answers`);
  if (isWeighted(counts)) {
    return cannotSay('not_estimable', 'because weighted answers have to be resampled within their strata');
  }
  const estimate = statistic(counts);
  const values = resample(counts, n, statistic, seed, resamples);
  if (values[0] === values.at(-1)) return cannotSay('no_variation', 'because the answers do not vary');
  const tail = (1 - level) / 2;
  const shares = method === 'bca' ? bcaShares(counts, statistic, values, estimate, tail) : [tail, 1 - tail];
  const interval: Interval = [quantile(values, shares[0] as number), quantile(values, shares[1] as number)];
  const settings = { seed, resamples, algorithm: 'xoshiro128**' as const };
  return { estimate, interval, level, method, approximate: n < 20, ...settings };
}

/** Sorted values of the statistic over resamples. */
function resample(
  counts: Distribution,
  n: number,
  statistic: (counts: Distribution) => number,
  seed: number,
  resamples: number,
): number[] {
  const random = seededRandom(seed);
  // One entry for each answer, so that drawing an entry draws a respondent.
  const owners = counts.flatMap((count, index) => new Array<number>(count.n).fill(index));
  const values: number[] = [];
  for (let b = 0; b < resamples; b++) {
    const drawn = new Array<number>(counts.length).fill(0);
    for (let i = 0; i < n; i++) {
      const owner = owners[random.below(n)] as number;
      drawn[owner] = (drawn[owner] as number) + 1;
    }
    values.push(statistic(recount(counts, (index) => drawn[index] as number)));
  }
  return values.sort((a, b) => a - b);
}

/** The counts with other numbers of answers; values that nobody drew disappear. */
function recount(counts: Distribution, times: (index: number) => number): Distribution {
  return counts.flatMap(({ value }, index) => {
    const n = times(index);
    return n > 0 ? [{ value, n, w: n, ww: n }] : [];
  });
}

/** Where BCa reads the two limits off the resamples: moved for median bias and for a spread that changes with the mean. */
function bcaShares(
  counts: Distribution,
  statistic: (counts: Distribution) => number,
  values: readonly number[],
  estimate: number,
  tail: number,
): [number, number] {
  // Median bias: how far the share of resamples below the estimate is from one half (kept off 0 and 1).
  const below = values.reduce((sum, value) => sum + (value < estimate ? 1 : value === estimate ? 0.5 : 0), 0);
  const bias = normalQuantile(Math.min(1 - 0.5 / values.length, Math.max(0.5 / values.length, below / values.length)));
  // Acceleration from the jackknife; leaving out any answer of one value gives the same, so once for each value.
  const left = counts.map(({ n }, index) => ({
    n,
    value: statistic(recount(counts, (i) => (counts[i]?.n ?? 0) - (i === index ? 1 : 0))),
  }));
  const all = left.reduce((sum, { n }) => sum + n, 0);
  const mean = left.reduce((sum, { n, value }) => sum + n * value, 0) / all;
  const second = left.reduce((sum, { n, value }) => sum + n * (mean - value) ** 2, 0);
  const third = left.reduce((sum, { n, value }) => sum + n * (mean - value) ** 3, 0);
  const acceleration = second > 0 ? third / (6 * second ** 1.5) : 0;
  const share = (p: number): number => {
    const z = bias + normalQuantile(p);
    return normalCdf(bias + z / (1 - acceleration * z));
  };
  return [share(tail), share(1 - tail)];
}

/** Linear between order statistics (type 7). */
function quantile(sorted: readonly number[], share: number): number {
  const at = Math.min(Math.max(share, 0), 1) * (sorted.length - 1);
  const low = sorted[Math.floor(at)] as number;
  const high = sorted[Math.ceil(at)] as number;
  return low + (high - low) * (at - Math.floor(at));
}
