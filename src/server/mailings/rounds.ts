import { beginning } from '../../core/storable-text.ts';
import { restDays } from '../asks/rest-days.ts';
import { workspaceTimeZone } from '../asks/time-zone.ts';
import { drawContacts } from '../contacts/verbs.ts';
import type { Tx } from '../db/connect.ts';
import type { Wave } from '../surveys/schema.ts';
import { insertWave, requireWave } from '../surveys/verbs.ts';
import { dayAfter, daysLaterAt, localTimeOf, momentOf, soonestAt, zoneOr } from './local-time.ts';
import { cancelWaiting, enqueueMails, hasMails, moveMail, type QueuedMail } from './queue-store.ts';
import { claimDraw, runningSchedules, type StoredSchedule, saveSchedule, setStatus } from './schedule-store.ts';
import { noteLeftOut } from './unreachable.ts';
import { changeOf, filterOf, problemsOf, queueInvitations } from './waves.ts';

/**
 * Asking the same people again. Each customer has a rhythm of their own: when an invitation has ended, however it did, the
 * same transaction schedules that person's next round. Leaders, staff and anonymous customers are asked together, and each
 * round is a wave with keys, tickets and batches of its own: in one wave a batch of five answers might be of three people.
 */

const DAY_MS = 86_400_000;
const DRAW_EVERY_MS = DAY_MS;

type Ended = Pick<QueuedMail, 'waveId' | 'contactId' | 'round' | 'number'>;

/** Schedules the next round of somebody whose invitation has just been sent, or ended otherwise. Does nothing for reminders. */
export async function scheduleNextRound(
  workspaceId: string,
  tx: Tx,
  mail: Ended,
  {
    schedule,
    timeZone,
    now,
  }: { readonly schedule: StoredSchedule; readonly timeZone: string | null; readonly now: Date },
): Promise<void> {
  const { repeatDays, repeatMost, series } = schedule;
  if (mail.number > 0 || repeatDays === null || series !== null) return;
  if (repeatMost !== null && mail.round >= repeatMost) return;
  const { surveyId } = await requireWave(workspaceId, tx, mail.waveId);
  const from = new Date(now.getTime() + (await daysBetween(workspaceId, tx, surveyId, repeatDays)) * DAY_MS);
  const scheduledAt = await soonestFor(workspaceId, tx, schedule, timeZone, from);
  const next = { waveId: mail.waveId, round: mail.round + 1, number: 0 };
  await enqueueMails(workspaceId, tx, next, [{ contactId: mail.contactId, scheduledAt }]);
}

/** A round within the days in which nobody may be asked again would find nobody. */
async function daysBetween(workspaceId: string, tx: Tx, surveyId: string, repeatDays: number): Promise<number> {
  return Math.max(repeatDays, await restDays(workspaceId, tx, surveyId));
}

/** Puts an invitation off until the rule that stands against it is open. */
export async function putOff(
  workspaceId: string,
  tx: Tx,
  mail: Pick<QueuedMail, 'id'>,
  {
    schedule,
    timeZone,
    no,
  }: {
    readonly schedule: StoredSchedule;
    readonly timeZone: string | null;
    readonly no: { readonly rule: string; readonly because: string; readonly notBefore: number };
  },
): Promise<void> {
  const at = await soonestFor(workspaceId, tx, schedule, timeZone, new Date(no.notBefore));
  await moveMail(workspaceId, tx, mail.id, { at, rule: no.rule, because: no.because });
}

/** At the wave's time of day on the person's own clock. */
async function soonestFor(
  workspaceId: string,
  tx: Tx,
  schedule: StoredSchedule,
  timeZone: string | null,
  from: Date,
): Promise<Date> {
  const ownZone = await workspaceTimeZone(workspaceId, tx);
  return soonestAt(from, firstTimeOf(schedule, ownZone).slice(11), zoneOr(timeZone, ownZone));
}

/** When a person who gets a mail now is reminded: at the wave's time of day on the person's own clock. */
export async function reminderAt(
  workspaceId: string,
  tx: Tx,
  schedule: StoredSchedule,
  { timeZone, now }: { readonly timeZone: string | null; readonly now: Date },
): Promise<Date> {
  const ownZone = await workspaceTimeZone(workspaceId, tx);
  const timeOfDay = firstTimeOf(schedule, ownZone).slice(11);
  return daysLaterAt(now, schedule.reminderDays, timeOfDay, zoneOr(timeZone, ownZone));
}

/** When the first mails of a wave went out; of one that was sent at once, on the workspace's clock. */
function firstTimeOf({ sendAt, startedAt }: StoredSchedule, ownZone: string): string {
  return sendAt ?? localTimeOf(new Date(startedAt ?? 0), zoneOr(ownZone, 'UTC'));
}

/** Once a day, whoever has come to belong to a repeating wave of customers since gets a first round, too. */
export async function inviteNewcomers(workspaceId: string, tx: Tx, now: Date): Promise<void> {
  for (const schedule of await runningSchedules(workspaceId, tx)) {
    const { waveId, repeatDays, series, sample } = schedule;
    // A sample is drawn once: with every newcomer it would be another one.
    if (repeatDays === null || series !== null || sample.kind !== 'all') continue;
    if (!(await claimDraw(workspaceId, tx, waveId, { now, before: new Date(now.getTime() - DRAW_EVERY_MS) }))) continue;
    const wave = await requireWave(workspaceId, tx, waveId);
    const filter = await filterOf(workspaceId, tx, wave, schedule);
    const drawn = await drawContacts(workspaceId, tx, filter, sample, schedule.seed);
    const ownZone = await workspaceTimeZone(workspaceId, tx);
    const timeOfDay = firstTimeOf(schedule, ownZone).slice(11);
    await queueInvitations(workspaceId, tx, waveId, drawn, (timeZone) =>
      soonestAt(now, timeOfDay, zoneOr(timeZone, ownZone)),
    );
  }
}

/** Begins the next round of waves of anonymous people whose time has come: one wave for each, whoever looks. */
export async function beginNextWaves(workspaceId: string, tx: Tx, now: Date): Promise<void> {
  for (const schedule of await runningSchedules(workspaceId, tx)) {
    if (schedule.repeatDays === null || schedule.series === null) continue;
    if (schedule.repeatMost !== null && schedule.round >= schedule.repeatMost) continue;
    const wave = await requireWave(workspaceId, tx, schedule.waveId);
    const days = await daysBetween(workspaceId, tx, wave.surveyId, schedule.repeatDays);
    const sendAt = await nextSendAt(workspaceId, tx, { schedule, days, now });
    if (sendAt === undefined || (wave.endsOn && sendAt.slice(0, 10) > wave.endsOn)) continue;
    if (!(await hasMails(workspaceId, tx, wave.id))) continue;
    await beginNextWave(workspaceId, tx, { schedule, wave, sendAt, now });
  }
}

/** When the next round goes out on everybody's own clock, once that day has begun somewhere on Earth. */
async function nextSendAt(
  workspaceId: string,
  tx: Tx,
  { schedule, days, now }: { readonly schedule: StoredSchedule; readonly days: number; readonly now: Date },
): Promise<string | undefined> {
  const ownZone = zoneOr(await workspaceTimeZone(workspaceId, tx), 'UTC');
  const first = firstTimeOf(schedule, ownZone);
  const timeOfDay = first.slice(11);
  const planned = dayAfter(first.slice(0, 10), days);
  if (Date.parse(`${planned}T${timeOfDay}Z`) - 14 * 3_600_000 > now.getTime()) return undefined;
  // After a long pause the rhythm goes on from the next fitting day.
  const soonest = localTimeOf(soonestAt(now, timeOfDay, ownZone), ownZone).slice(0, 10);
  const [, day = planned] = [planned, soonest].sort();
  return `${day}T${timeOfDay}`;
}

interface NextWave {
  readonly schedule: StoredSchedule;
  readonly wave: Wave;
  readonly sendAt: string;
  readonly now: Date;
}

async function beginNextWave(workspaceId: string, tx: Tx, { schedule, wave, sendAt, now }: NextWave): Promise<void> {
  const round = schedule.round + 1;
  const filter = await filterOf(workspaceId, tx, wave, schedule);
  const drawn = await drawContacts(workspaceId, tx, filter, schedule.sample, schedule.seed);
  const problems = await problemsOf(workspaceId, tx, wave, { drawn: drawn.length, mailReady: true });
  const endedBecause =
    problems.length > 0
      ? `Round ${round} could not begin. ${problems.join(' ')}`
      : `Round ${round} has begun, as a wave of its own.`;
  // Of several processes one passes.
  if (!(await setStatus(workspaceId, tx, wave.id, ['running'], { status: 'ended', endedAt: now, endedBecause })))
    return;
  await cancelWaiting(workspaceId, tx, wave.id, endedBecause);
  if (problems.length > 0) return;
  const { surveyId, audience, audienceSize, endsOn } = wave;
  const name = `${beginning(wave.name.replace(/ \(round \d+\)$/, ''), 180)} (round ${round})`;
  const startsOn = wave.startsOn === null ? null : sendAt.slice(0, 10);
  const next = await insertWave(workspaceId, tx, surveyId, {
    name,
    audience,
    audienceSize,
    simulated: false,
    startsOn,
    endsOn,
  });
  await saveSchedule(workspaceId, tx, next.id, { ...changeOf(schedule), sendAt }, schedule.seed);
  const running = {
    status: 'running',
    startedAt: now,
    drawnAt: now,
    series: schedule.series ?? wave.id,
    round,
  } as const;
  await setStatus(workspaceId, tx, next.id, ['draft'], running);
  const ownZone = await workspaceTimeZone(workspaceId, tx);
  await queueInvitations(workspaceId, tx, next.id, drawn, (timeZone) => {
    const zone = zoneOr(timeZone, ownZone);
    const planned = momentOf(sendAt, zone);
    return soonestAt(planned < now ? now : planned, sendAt.slice(11), zone);
  });
  await noteLeftOut(workspaceId, tx, { wave: next, schedule, filter, drawn, now });
}
