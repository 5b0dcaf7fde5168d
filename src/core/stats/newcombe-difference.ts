import { type CannotSay, type Interval, isCannotSay } from '../cannot-say.ts';
import { squareAndAdd } from './square-and-add.ts';
import { type ShareResult, wilsonInterval } from './wilson-interval.ts';

/** How many said yes, and how many answered; decimals when weighted (share × effective n, effective n). */
export interface ShareCount {
  readonly x: number;
  readonly n: number;
}

export interface ShareDifference {
  /** share(from) - share(to), -1 to 1. */
  readonly estimate: number;
  readonly interval: Interval;
  readonly level: number;
  readonly from: ShareResult;
  readonly to: ShareResult;
}

/**
 * By how much do the shares of two independent audiences differ (the "80/8")?
 *
 * Variant: Newcombe's hybrid score interval (his method 10): Wilson limits of each share, then square and add. Good from
 * a handful of answers, and at 0 % and 100 %.
 *
 * Too little: no answers on a side → `no_answers`.
 *
 * Source: Newcombe 1998, Statistics in Medicine 17:873.
 *
 * @example
 * newcombeDifference({ x: 56, n: 70 }, { x: 48, n: 80 }).interval // [0.0524315, 0.3338727]
 */
export function newcombeDifference(from: ShareCount, to: ShareCount, level = 0.95): ShareDifference | CannotSay {
  const a = wilsonInterval(from.x, from.n, level);
  if (isCannotSay(a)) return a;
  const b = wilsonInterval(to.x, to.n, level);
  if (isCannotSay(b)) return b;
  return shareDifference(a, b, level);
}

/** The difference of two shares whose intervals are known, both at `level`. */
export function shareDifference(from: ShareResult, to: ShareResult, level: number): ShareDifference {
  const [lower, upper] = squareAndAdd(from.estimate, from.interval, to.estimate, to.interval);
  const interval: Interval = [Math.max(-1, lower), Math.min(1, upper)];
  return { estimate: from.estimate - to.estimate, interval, level, from, to };
}
