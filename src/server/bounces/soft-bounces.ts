/** So many mails in a row, within so many days, and the address counts as one that does not work. */
export const RUN = 3;
export const RUN_DAYS = 30;
/** A mail server gives a mail up after at most so many days. */
const GIVEN_UP_DAYS = 7;

/**
 * The days of the present run of soft bounces once another one has come; the same list when it says nothing new. A run
 * ends by a mail that did not come back, and by time. Days are YYYY-MM-DD, in order.
 *
 * Which mail came back is told by the day: the last one that went out on it or up to a week before. So one mail that is
 * reported on two days counts once, and a report that comes after the next mail went out is taken for that one: there
 * may be one bounce too few in the count, never one too many.
 */
export function nextRun(run: readonly string[], day: string, mailed: readonly string[]): readonly string[] {
  const mailOf = (bounce: string) =>
    mailed.findLast((one) => one <= bounce && daysBetween(one, bounce) <= GIVEN_UP_DAYS);
  if (run.some((known) => known === day || (mailOf(day) !== undefined && mailOf(known) === mailOf(day)))) return run;
  const days = [...run, day].sort();
  const newest = days.at(-1) ?? day;
  let from = 0;
  for (const [i, bounce] of days.entries()) {
    const before = days[i - 1];
    const after = before && (mailOf(before) ?? before);
    const until = mailOf(bounce) ?? bounce;
    const arrived = after !== undefined && mailed.some((one) => one > after && one < until);
    if (arrived || daysBetween(bounce, newest) > RUN_DAYS) from = arrived ? i : i + 1;
  }
  return days.slice(from);
}

const daysBetween = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / 86_400_000;
