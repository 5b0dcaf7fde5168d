import { type CannotSay, isCannotSay } from '../cannot-say.ts';
import { type Distribution, distribution } from '../distribution.ts';
import { summarise } from '../summary.ts';
import { effectiveCount } from './effective-count.ts';
import { type ShareDifference, shareDifference } from './newcombe-difference.ts';
import { type ShareResult, wilsonInterval } from './wilson-interval.ts';

/** A share with what is needed to compare it. */
export interface BoxShare extends ShareResult {
  /** Answers, without weights. */
  readonly answers: number;
  /** Everybody answered: the interval has no width. */
  readonly census: boolean;
}

/**
 * What share of an audience gave one of the best answers ("superior", top-2-box)?
 *
 * Variant: weighted share; Wilson interval with the effective count (plain answers: n; small populations: more, through
 * the finite-population factor; a census: no width).
 *
 * Too little: no answers → `no_answers`. From one answer on there is an interval, a wide one.
 *
 * Source: as `wilsonInterval` and `effectiveCount`.
 *
 * @param isTop whether a value counts, such as `(value) => isTopBox(scale, value)`
 * @param population how many belong to the audience, where it is known
 *
 * @example
 * topBox(fromValues([5, 4, 5, 3, 5]), (value) => value >= 5).estimate // 0.6
 */
export function topBox(
  counts: Distribution,
  isTop: (value: number) => boolean,
  level = 0.95,
  population?: number,
): BoxShare | CannotSay {
  const indicator = summarise(
    distribution(counts.map(({ value, n, w, ww }) => ({ value: isTop(value) ? 1 : 0, n, w, ww }))),
    population,
  );
  if (isCannotSay(indicator)) return indicator;
  const share = indicator.mean;
  const answers = indicator.n;
  const n = effectiveCount(indicator, population);
  if (n === Number.POSITIVE_INFINITY) {
    return { estimate: share, interval: [share, share], level, n, answers, census: true };
  }
  const wilson = wilsonInterval(share * n, n, level);
  return isCannotSay(wilson) ? wilson : { ...wilson, estimate: share, answers, census: false };
}

/**
 * By how much do the top boxes of two independent audiences differ? Newcombe's interval over `topBox` of each.
 *
 * @example
 * topBoxDifference(fromValues([5, 5, 4, 5]), fromValues([3, 5, 2, 4, 1]), (value) => value >= 5).estimate // 0.55
 */
export function topBoxDifference(
  from: Distribution,
  to: Distribution,
  isTop: (value: number) => boolean,
  level = 0.95,
  population: { readonly from?: number | undefined; readonly to?: number | undefined } = {},
): ShareDifference | CannotSay {
  const a = topBox(from, isTop, level, population.from);
  if (isCannotSay(a)) return a;
  const b = topBox(to, isTop, level, population.to);
  return isCannotSay(b) ? b : shareDifference(a, b, level);
}
