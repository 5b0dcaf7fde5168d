import { type CannotSay, cannotSay } from '../cannot-say.ts';
import type { Summary } from '../summary.ts';

/** Fewest answers on a side, and fewest of them that differ from the most common one. */
export const VERDICT_NEEDS = { answers: 10, offMode: 3 } as const;

/**
 * May a t-based interval (Welch, one-sample, paired) carry a verdict, or is it only shown?
 *
 * Calibration says where the 95 % interval keeps its promise. With answers that pile up at one end of the scale, as
 * satisfied customers' do, it covers as little as 83 % at 10 answers and 88 % at 20; but nearly all misses come from
 * samples in which one or two answers carry the whole variance. Where at least 3 of at least 10 answers differ from the
 * most common one, it covers 91 % or more in every case tried, and 93 % or more for symmetric answers. A side of which
 * everybody answered (or a constant) has no sampling error and is always good enough.
 *
 * For a paired gap pass the summary of the differences. A share with Newcombe's interval needs only the 10 answers.
 *
 * Source: `test/calibration.test.ts`, which holds these bands.
 *
 * @returns null when a verdict may be given, else why it must stay `undetermined`
 *
 * @example
 * verdictAllowed(summarise(fromValues([5, 5, 5, 5, 5, 5, 5, 5, 5, 1]))).code // 'too_few_answers'
 */
export function verdictAllowed(...sides: readonly Summary[]): CannotSay | null {
  for (const side of sides) {
    if (side.census) continue;
    if (Math.min(side.n, side.effectiveN) < VERDICT_NEEDS.answers) {
      return cannotSay('too_few_answers', `because a side has fewer than ${VERDICT_NEEDS.answers} answers`);
    }
    if (side.offMode < VERDICT_NEEDS.offMode) {
      const others = side.offMode === 1 ? 'only one answer differs' : `only ${side.offMode} answers differ`;
      return cannotSay('too_few_answers', `because ${others} from the most common one on a side`);
    }
  }
  return null;
}
