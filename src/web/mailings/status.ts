import type { Schedule } from './queries.ts';

const STATUS_WORDS = {
  draft: 'not started',
  running: 'running',
  paused: 'paused',
  ended: 'ended',
  cancelled: 'cancelled',
} as const;

/** Such as “running, every 90 days”. */
export function statusOf({ status, repeatDays }: Schedule): string {
  return repeatDays === null ? STATUS_WORDS[status] : `${STATUS_WORDS[status]}, every ${days(repeatDays)}`;
}

export const days = (n: number) => (n === 1 ? 'day' : `${n} days`);

/** Whether a local time such as 2026-11-23T09:00 has passed on the clock of this device. */
export const hasPassed = (at: string | null) => at !== null && new Date(at).getTime() < Date.now();

/** Nothing goes out any more, and nothing of it can be changed. */
export const isOver = ({ status }: Pick<Schedule, 'status'>) => status === 'ended' || status === 'cancelled';
