import type { Gap } from './gap.ts';
import type { Comparison } from './gap-compare.ts';
import type { Pair } from './gap-pairs.ts';

export function moreAnswers(_pair: Pair, _comparison: Comparison, _level: number): Gap['moreAnswers'] {
  return null;
}
