import { type Interval, isCannotSay } from './cannot-say.ts';
import { type Distribution, unweighted } from './distribution.ts';
import type { ReportOptions } from './gap.ts';
import { isTopBox, type Scale } from './scale.ts';
import { brunnerMunzel } from './stats/brunner-munzel.ts';
import { newcombeDifference } from './stats/newcombe-difference.ts';
import { type GapVerdict, symmetricTolerance, verdict } from './stats/verdict.ts';

/** Shares count as aligned within five points: the default tolerance of a share. */
export const SHARE_TOLERANCE = 0.05;

interface Answers {
  readonly scale: Scale;
  readonly counts: Distribution;
  /** A written standard or promise, in place of answers. */
  readonly constant: number | null;
}

export interface UnanimousVerdict {
  readonly pValue: number | null;
  readonly verdict: GapVerdict;
  readonly method: string;
}

/**
 * The verdict where everybody on one side gave the same answer, so that Welch would take its uncertainty for nothing.
 *
 * p is that of the permutation Brunner-Munzel test. The gap is open only when that test and the Newcombe interval of the
 * top-box shares (which keeps its width at 100 %) both see it, in the same direction; else it stays undetermined:
 * neither of them measures how far apart the means may lie, so "aligned" is never given.
 */
export function unanimousVerdict(from: Answers, to: Answers, options: ReportOptions): UnanimousVerdict {
  const nothing = { pValue: null, verdict: 'undetermined' } as const;
  const alike = 'no interval of the mean, because everybody on one side gave the same answer';
  if (from.constant !== null || to.constant !== null) return { ...nothing, method: alike };
  const ranks = brunnerMunzel(unweighted(from.counts), unweighted(to.counts), options.level, { method: 'permutation' });
  if (isCannotSay(ranks)) return { ...nothing, method: 'no interval, because everybody gave the same answer' };
  const method = `permutation Brunner-Munzel, ${alike}`;
  const shares = (level: number): Interval | null => {
    const difference = newcombeDifference(topBoxCount(from), topBoxCount(to), level);
    return isCannotSay(difference) ? null : difference.interval;
  };
  const wide = shares(options.level);
  const narrow = shares(1 - 2 * (1 - options.level));
  if (!wide || !narrow || ranks.pValue >= 1 - options.level) {
    return { pValue: ranks.pValue, verdict: 'undetermined', method };
  }
  const open = verdict(wide, narrow, symmetricTolerance(SHARE_TOLERANCE)) === 'open';
  // A top box that is at the low end of the scale turns the direction of the shares around.
  const up = from.scale.direction === 'up' ? 1 : -1;
  const sameDirection = Math.sign(wide[0]) * up === Math.sign(0.5 - ranks.probabilityToHigher);
  return { pValue: ranks.pValue, verdict: open && sameDirection ? 'open' : 'undetermined', method };
}

function topBoxCount({ counts, scale }: Answers): { x: number; n: number } {
  let x = 0;
  let n = 0;
  for (const count of counts) {
    n += count.n;
    if (isTopBox(scale, count.value)) x += count.n;
  }
  return { x, n };
}
