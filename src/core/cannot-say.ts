/**
 * The typed answer "cannot say, because …". Statistics return it instead of NaN, 0 or an exception
 * when the data do not carry the number that was asked for.
 */
export interface CannotSay {
  /** Starts with "because", reads as a sentence for the person who asked, never names an internal. */
  readonly cannotSay: string;
  readonly code: CannotSayCode;
}

export type CannotSayCode =
  | 'no_answers'
  | 'too_few_answers'
  | 'no_variation'
  | 'too_alike_to_show'
  | 'one_audience_only'
  | 'different_scales'
  | 'not_paired'
  | 'protected'
  | 'no_headline'
  | 'not_estimable';

export function cannotSay(code: CannotSayCode, because: string): CannotSay {
  return { cannotSay: because, code };
}

export function isCannotSay(value: unknown): value is CannotSay {
  return typeof value === 'object' && value !== null && 'cannotSay' in value;
}

/** A closed interval `[lower, upper]` in the unit of its estimate. */
export type Interval = readonly [lower: number, upper: number];
