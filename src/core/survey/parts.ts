import type { Answers, Given } from './definition.ts';

/**
 * What a respondent's device sends, as often as it likes: the answers since the last part. Parts may come twice, late
 * and in any order; merged they always give the same response.
 */
export interface Part {
  /** Rises with every part that one device makes of one response; from 0. */
  readonly part: number;
  readonly answers: Answers;
  /** The respondent reached an ending. */
  readonly finished: boolean;
}

export interface MergedAnswer {
  readonly value: Given;
  /** The part that it came with. */
  readonly part: number;
  /** It is kept and counts no more: the finished response leads past its question (left-answers.ts). */
  readonly left?: true;
}

/** Parts merged so far. Of two parts with the same answer key the one with the higher number holds. */
export interface Merged {
  readonly answers: Readonly<Record<string, MergedAnswer>>;
  /** Number of the part → fingerprint of what it held: the same number with another content is refused. */
  readonly parts: Readonly<Record<string, string>>;
  readonly finished: boolean;
}

export const NOTHING_MERGED: Merged = { answers: {}, parts: {}, finished: false };
