import type { Tx } from '../db/connect.ts';
import { Problem } from '../http/problem.ts';
import type { Wave } from '../surveys/schema.ts';
import { findSchedule, type StoredSchedule } from './schedule-store.ts';

type Days = Pick<Wave, 'startsOn' | 'endsOn'>;
type Planned = Pick<StoredSchedule, 'sendAt'>;

/** What the planned time and the days of a wave have against each other, and which of the two days it is. */
function clashOf({ startsOn, endsOn }: Days, { sendAt }: Planned) {
  const day = sendAt?.slice(0, 10);
  if (day && endsOn && day > endsOn) {
    const message = `The mails are planned for ${day}, after the wave’s last day, ${endsOn}: none would go out.`;
    return { field: 'endsOn', message } as const;
  }
  if (day && startsOn && day < startsOn) {
    const message = `The mails are planned for ${day}, before the wave’s first day, ${startsOn}: their links would take no answers yet.`;
    return { field: 'startsOn', message } as const;
  }
  return undefined;
}

/** Throws where mails planned so would never go out, or lead to a survey that has not begun. */
export function refuseOutsideDays(days: Days, planned: Planned): void {
  const clash = clashOf(days, planned);
  if (!clash) return;
  throw new Problem('unprocessable', clash.message, { fields: [{ field: 'body.sendAt', message: clash.message }] });
}

/** The same when the days change and the planned time stands. Mails that are out already can't be in the way. */
export async function refuseBesidePlan(workspaceId: string, tx: Tx, wave: Wave, now: Date): Promise<void> {
  const schedule = await findSchedule(workspaceId, tx, wave.id);
  if (!schedule || schedule.endedAt !== null) return;
  if (schedule.status !== 'draft' && (schedule.sendAt ?? '') < now.toISOString()) return;
  const clash = clashOf(wave, schedule);
  if (!clash) return;
  throw new Problem('unprocessable', clash.message, {
    fields: [{ field: `body.${clash.field}`, message: clash.message }],
  });
}

/** What the days have against a start now, one sentence each. A day begins and ends as it does for answers. */
export function problemsOfDays(wave: Days, schedule: Planned, now: Date): string[] {
  const dayIn = (hours: number) => new Date(now.getTime() + hours * 3_600_000).toISOString().slice(0, 10);
  const { startsOn, endsOn } = wave;
  if (endsOn && endsOn < dayIn(-12)) return [`The wave’s last day, ${endsOn}, is over: nobody could answer any more.`];
  const clash = clashOf(wave, schedule);
  if (clash) return [clash.message];
  return schedule.sendAt === null && startsOn && startsOn > dayIn(14)
    ? [`The wave’s first day is ${startsOn}: links take no answers before. Plan the mails for that day or a later one.`]
    : [];
}
