import { findContacts } from '../contacts/verbs.ts';
import type { Tx } from '../db/connect.ts';
import { isProtected, requireWave } from '../surveys/verbs.ts';
import { enqueueMails, type QueuedMail, settleMails } from './queue-store.ts';
import { reminderAt } from './rounds.ts';
import { findSchedule } from './schedule-store.ts';

/**
 * Reminders of people of whom nobody may know whether they have answered. Only those who have not get one, so nothing that
 * is stored may follow from whether it was sent: all reminders of a batch end in one transaction, everybody's next one is
 * planned in it, and only then is it looked whom to send to. What becomes of such a mail is known to this process alone.
 */

/**
 * Ends the reminders of protected waves among these mails. Returns them as `quiet`, and the mails of which is written down
 * what becomes of them as `others`; what is not to be sent any more is in neither.
 */
export async function settleReminders(
  workspaceId: string,
  tx: Tx,
  mails: readonly QueuedMail[],
  now: Date,
): Promise<{ readonly quiet: QueuedMail[]; readonly others: QueuedMail[] }> {
  const quiet: QueuedMail[] = [];
  const others = mails.filter(({ number }) => number === 0);
  for (const waveId of new Set(mails.filter(({ number }) => number > 0).map((mail) => mail.waveId))) {
    const reminders = mails.filter((mail) => mail.waveId === waveId && mail.number > 0);
    const { surveyId, audience } = await requireWave(workspaceId, tx, waveId);
    if (await isProtected(workspaceId, tx, surveyId, audience)) {
      quiet.push(...(await settleAndPlan(workspaceId, tx, waveId, reminders, now)));
    } else others.push(...reminders);
  }
  return { quiet, others };
}

async function settleAndPlan(
  workspaceId: string,
  tx: Tx,
  waveId: string,
  reminders: readonly QueuedMail[],
  now: Date,
): Promise<QueuedMail[]> {
  const settled = await settleMails(
    workspaceId,
    tx,
    reminders.map(({ id }) => id),
  );
  const ended = reminders.filter(({ id }) => settled.has(id));
  const schedule = await findSchedule(workspaceId, tx, waveId);
  const followed = ended.filter(({ number }) => schedule && number < schedule.reminders);
  if (!schedule || followed.length === 0) return ended;
  const ids = followed.map(({ contactId }) => contactId);
  const people = await findContacts(workspaceId, tx, { ids, limit: ids.length });
  const zones = new Map(people.map(({ id, timeZone }) => [id, timeZone]));
  const steps = new Map(followed.map(({ round, number }) => [`${round} ${number}`, { round, number }]));
  for (const { round, number } of steps.values()) {
    const next = [];
    for (const { contactId } of followed.filter((mail) => mail.round === round && mail.number === number)) {
      const timeZone = zones.get(contactId) ?? null;
      next.push({ contactId, scheduledAt: await reminderAt(workspaceId, tx, schedule, { timeZone, now }) });
    }
    await enqueueMails(workspaceId, tx, { waveId, round, number: number + 1 }, next);
  }
  return ended;
}

interface Owed {
  readonly mail: QueuedMail;
  readonly at: number;
}

/** Ended reminders that the mail server has not taken yet; this process only, and gone with it. */
const owed = new Map<string, Owed[]>();
/** When reminders were handed over in the last minute, which stands nowhere else. */
const handedOver = new Map<string, number[]>();

/** Keeps a reminder until then; it stands in no table that it has not been sent. */
export function oweReminders(workspaceId: string, mails: readonly QueuedMail[], at: Date): void {
  const more = mails.map((mail) => ({ mail, at: at.getTime() }));
  owed.set(workspaceId, [...(owed.get(workspaceId) ?? []), ...more]);
}

/** The reminders that are due again, at most so many. */
export function takeOwed(workspaceId: string, now: Date, limit: number): QueuedMail[] {
  const all = owed.get(workspaceId) ?? [];
  const due = all.filter(({ at }) => at <= now.getTime()).slice(0, limit);
  const left = all.filter((one) => !due.includes(one));
  if (left.length > 0) owed.set(workspaceId, left);
  else owed.delete(workspaceId);
  return due.map(({ mail }) => mail);
}

export function noteHandedOver(workspaceId: string, now: Date): void {
  handedOver.set(workspaceId, [...(handedOver.get(workspaceId) ?? []), now.getTime()]);
}

/** How many reminders this process handed over since then; what was before is forgotten. */
export function handedOverSince(workspaceId: string, since: Date): number {
  const left = (handedOver.get(workspaceId) ?? []).filter((at) => at > since.getTime());
  if (left.length > 0) handedOver.set(workspaceId, left);
  else handedOver.delete(workspaceId);
  return left.length;
}
