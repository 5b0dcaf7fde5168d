import type { Interval } from '../cannot-say.ts';
import { criticalT, studentTCdf } from './student-t.ts';

export interface Tost {
  readonly tLower: number;
  readonly pLower: number;
  readonly tUpper: number;
  readonly pUpper: number;
  /** The larger of the two: evidence that the gap lies inside the tolerance. */
  readonly pValue: number;
  /** At level 1 - 2 alpha: inside the tolerance exactly when `equivalent`. */
  readonly interval: Interval;
  readonly equivalent: boolean;
}

/**
 * Is the gap inside the tolerance? Two one-sided tests, the statistic behind "aligned" and "closed".
 *
 * Asks the opposite of the usual test: the burden is on closeness, so few answers can never prove it. The tolerance must
 * be chosen before the answers are seen, and may be asymmetric. A `se` of 0 (two censuses) decides by the estimate alone.
 *
 * Source: Schuirmann 1987, J. Pharmacokinetics and Biopharmaceutics 15:657; Lakens 2017, Social Psychological and
 * Personality Science 8:355.
 *
 * @param se standard error of the estimate, same unit
 * @param low lower end of the tolerance (negative), `high` its upper end
 *
 * @example
 * tost(0.03, 0.1313028920, 181.1343671605, -0.3835686770, 0.3835686770).pValue // 0.0038755
 */
export function tost(estimate: number, se: number, df: number, low: number, high: number, alpha = 0.05): Tost {
  if (se === 0) {
    const equivalent = estimate > low && estimate < high;
    const pLower = estimate > low ? 0 : 1;
    const pUpper = estimate < high ? 0 : 1;
    const far = (d: number) => (d === 0 ? 0 : Math.sign(d) * Number.POSITIVE_INFINITY);
    const t = { tLower: far(estimate - low), tUpper: far(estimate - high) };
    return { ...t, pLower, pUpper, pValue: Math.max(pLower, pUpper), interval: [estimate, estimate], equivalent };
  }
  const tLower = (estimate - low) / se;
  const tUpper = (estimate - high) / se;
  const pLower = studentTCdf(-tLower, df);
  const pUpper = studentTCdf(tUpper, df);
  const half = criticalT(1 - 2 * alpha, df) * se;
  const pValue = Math.max(pLower, pUpper);
  return {
    tLower,
    pLower,
    tUpper,
    pUpper,
    pValue,
    interval: [estimate - half, estimate + half],
    equivalent: pValue < alpha,
  };
}
