const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Waits between the ten attempts: 75 hours and a half in all, so that a receiver may be down over a long weekend. */
const WAITS_MS = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR];

/**
 * How long to wait after so many attempts (1 to 10) that failed; undefined: it was the last.
 * `jitter` from 0 to 1 adds up to a tenth, so that what failed together does not come back together.
 * A receiver that asks for more time gets it.
 */
export function waitAfter(attempts: number, jitter: number, retryAfterSeconds = 0): number | undefined {
  const wait = WAITS_MS[attempts - 1];
  return wait === undefined ? undefined : Math.max(wait * (1 + jitter / 10), retryAfterSeconds * SECOND);
}
