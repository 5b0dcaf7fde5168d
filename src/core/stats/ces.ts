import { type CannotSay, isCannotSay } from '../cannot-say.ts';
import type { Distribution } from '../distribution.ts';
import type { Scale } from '../scale.ts';
import { summarise } from '../summary.ts';
import { csat } from './csat.ts';
import { meanInterval } from './mean-interval.ts';
import type { BoxShare } from './top-box.ts';
import type { WelchResult } from './welch.ts';

export interface Ces {
  readonly n: number;
  /** In points of the scale. */
  readonly mean: number;
  /** Interval of the mean and its standard error, or why it can't be given. */
  readonly meanResult: WelchResult | CannotSay;
  /** Share of the two best points: "the company made it easy". */
  readonly top: BoxShare;
}

/**
 * CES: how easy did the company make it? Mean and top-2 share of "the company made it easy", 1–7 or 1–5.
 *
 * Variant: t interval for the mean, Wilson for the share. For a scale where low is easy declare `direction: 'down'`.
 * Too little: no answers → `no_answers`; the interval of the mean alone needs two different answers.
 *
 * Source: Dixon, Freeman & Toman 2010, Harvard Business Review 88(7); Lewis & Sauro 2016 (reading).
 *
 * @example
 * ces(fromValues([6, 7, 5, 7, 6, 4, 7, 6]), SCALES['1-7']).mean // 6
 */
export function ces(counts: Distribution, scale: Scale, level = 0.95, population?: number): Ces | CannotSay {
  const summary = summarise(counts, population);
  if (isCannotSay(summary)) return summary;
  const top = csat(counts, scale, level, population);
  if (isCannotSay(top)) return top;
  return { n: summary.n, mean: summary.mean, meanResult: meanInterval(summary, level), top };
}
