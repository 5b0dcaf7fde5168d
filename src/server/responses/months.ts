/** Whether a day (YYYY-MM-DD) is the last of its month. */
export function isLastOfMonth(day: string): boolean {
  return lastOfMonth(day.slice(0, 7)) === day;
}

/** The last day of a month given as YYYY-MM. */
export function lastOfMonth(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return `${month}-${new Date(Date.UTC(year, number, 0)).getUTCDate()}`;
}
