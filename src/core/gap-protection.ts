import { type Distribution, type JointCount, size } from './distribution.ts';
import type { PairedCell } from './gap.ts';
import { type Perspective, perspectiveKey } from './perspective.ts';

/**
 * Why a group of answers may not be shown, or null where it may. Two reasons (primary suppression): fewer answers than
 * the threshold k, and everybody the same answer in fewer than 2k, where one number would tell what each person said.
 * The sentence never says how many there are.
 *
 * @param who how the group is called in the sentence, such as "leaders"
 */
export function hiddenBecause(counts: Distribution, minN: number, who: string): string | null {
  const n = size(counts);
  if (n === 0) return `because no answers of ${who} are there`;
  if (n < minN) return `because fewer than ${minN} ${who} answered`;
  if (counts.length === 1 && n < 2 * minN) return tooAlike(who, minN);
  return null;
}

/** The same for pairs: neither side nor the differences may give single answers away. */
export function pairsHiddenBecause(
  counts: readonly JointCount[],
  minN: number,
  within: 'person' | 'unit',
): string | null {
  const n = counts.reduce((sum, count) => sum + count.n, 0);
  const who = within === 'person' ? 'people answered both' : 'units have answers on both sides';
  if (n < minN) return `because fewer than ${minN} ${who}`;
  const alike = (value: (count: JointCount) => number) => new Set(counts.map(value)).size === 1;
  const unanimous =
    alike((count) => count.x) || alike((count) => count.y) || alike((count) => Number((count.x - count.y).toFixed(9)));
  return unanimous && n < 2 * minN ? tooAlike('those who gave both', minN) : null;
}

/** True for a share that tells what everybody in a small group said. */
export function shareTellsAll(share: number, n: number, minN: number): boolean {
  return (share === 0 || share === 1) && n < 2 * minN;
}

/** Says that there is unanimity without saying on what. */
export function tooAlike(who: string, minN: number): string {
  return `because the answers of ${who} are too alike to show while there are fewer than ${2 * minN}`;
}

/**
 * True where showing all n answers of a perspective beside the pairs within persons, which are fewer by less than the
 * threshold, would give the difference away by subtraction. Leaders and staff only: who they are is protected.
 */
export function pairsGiveAway(
  paired: readonly PairedCell[],
  item: string,
  perspective: Perspective,
  n: number,
  minN: number,
): boolean {
  if (perspective.audience === 'customer') return false;
  const key = perspectiveKey(perspective);
  return paired.some((cell) => {
    if (cell.item !== item || cell.within !== 'person') return false;
    if (perspectiveKey(cell.from) !== key && perspectiveKey(cell.to) !== key) return false;
    const left = n - cell.counts.reduce((sum, count) => sum + count.n, 0);
    return left > 0 && left < minN;
  });
}
