import { sql } from 'kysely';
import type { Tx } from '../db/connect.ts';

export type MailState =
  | 'waiting'
  | 'sending'
  | 'sent'
  | 'settled'
  | 'skipped'
  | 'bounced'
  | 'failed'
  | 'unclear'
  | 'cancelled';

export interface QueuedMail {
  readonly id: string;
  readonly waveId: string;
  readonly contactId: string;
  /** 0: the invitation; 1 to 3: reminders. */
  readonly number: number;
  readonly attempts: number;
  readonly scheduledAt: Date;
}

/** How long a worker may take over a mail before another one may. Longer than every timeout of a delivery together. */
const LEASE_MS = 5 * 60_000;

/** Adds mails; one that is there already (same wave, person and number) stays as it is. */
export async function enqueueMails(
  workspaceId: string,
  tx: Tx,
  waveId: string,
  number: number,
  mails: readonly { contactId: string; scheduledAt: Date }[],
): Promise<void> {
  await sql`INSERT INTO mail_queue (workspace_id, wave_id, contact_id, number, scheduled_at)
    SELECT ${workspaceId}::uuid, ${waveId}::uuid, m.contact_id, ${number}, m.scheduled_at
    FROM unnest(${mails.map(({ contactId }) => contactId)}::uuid[], ${mails.map(({ scheduledAt }) => scheduledAt)}::timestamptz[])
      AS m (contact_id, scheduled_at)
    ON CONFLICT (workspace_id, wave_id, contact_id, number) DO NOTHING`.execute(tx);
}

/** Takes mails of running waves that are due, so that no other worker takes them for five minutes. */
export async function takeDue(workspaceId: string, tx: Tx, now: Date, limit: number): Promise<QueuedMail[]> {
  const { rows } = await sql<QueuedMail>`
    UPDATE mail_queue SET leased_until = ${new Date(now.getTime() + LEASE_MS)}
    WHERE workspace_id = ${workspaceId} AND id IN (
      SELECT m.id FROM mail_queue m
      WHERE m.workspace_id = ${workspaceId} AND m.state = 'waiting' AND m.scheduled_at <= ${now}
        AND (m.leased_until IS NULL OR m.leased_until < ${now})
        AND EXISTS (SELECT FROM wave_plans p WHERE p.workspace_id = m.workspace_id AND p.wave_id = m.wave_id AND p.status = 'running')
      ORDER BY m.scheduled_at, m.id LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    RETURNING id, wave_id, contact_id, number, attempts, scheduled_at`.execute(tx);
  return rows;
}

const ofRunning = (workspaceId: string) => sql`EXISTS (SELECT FROM wave_plans p
  WHERE p.workspace_id = ${workspaceId} AND p.wave_id = m.wave_id AND p.status = 'running')`;

/** Counts a try, for the rate and for the ask that stands in the ledger now; false when the mail is not to be sent any more. */
export async function markTried(workspaceId: string, tx: Tx, id: string, now: Date): Promise<boolean> {
  const { rows } = await sql`
    UPDATE mail_queue m SET attempts = attempts + 1, tried_at = ${now}, leased_until = ${new Date(now.getTime() + LEASE_MS)}
    WHERE workspace_id = ${workspaceId} AND id = ${id} AND state = 'waiting' AND ${ofRunning(workspaceId)}
    RETURNING id`.execute(tx);
  return rows.length > 0;
}

/**
 * Says that the mail is being handed over from now on; false when somebody else was faster, or the wave was paused. Has
 * to be committed before the first byte of the message: whatever happens afterwards, it is not sent twice.
 */
export async function markSending(workspaceId: string, tx: Tx, id: string, now: Date): Promise<boolean> {
  const { rows } = await sql`
    UPDATE mail_queue m SET state = 'sending', leased_until = ${new Date(now.getTime() + LEASE_MS)}
    WHERE workspace_id = ${workspaceId} AND id = ${id} AND state = 'waiting' AND ${ofRunning(workspaceId)}
    RETURNING id`.execute(tx);
  return rows.length > 0;
}

/** How a mail ended, with the rule and the sentence that say why. */
export async function endMail(
  workspaceId: string,
  tx: Tx,
  id: string,
  state: Exclude<MailState, 'waiting' | 'sending'>,
  why: { rule: string | null; because: string | null } = { rule: null, because: null },
): Promise<void> {
  await tx
    .updateTable('mailQueue')
    .set({ state, leasedUntil: null, ...why, ...(state === 'settled' && { triedAt: null, attempts: 0 }) })
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', id)
    .execute();
}

/** Not now: it was certainly not accepted, and is tried again then. */
export async function sendLater(
  workspaceId: string,
  tx: Tx,
  id: string,
  then: { at: Date; attempts: number; because: string },
): Promise<void> {
  await tx
    .updateTable('mailQueue')
    .set({ state: 'waiting', leasedUntil: null, scheduledAt: then.at, attempts: then.attempts, because: then.because })
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', id)
    .execute();
}

/** Gives mails back that were taken and not begun. */
export async function giveBack(workspaceId: string, tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .updateTable('mailQueue')
    .set({ leasedUntil: null })
    .where('workspaceId', '=', workspaceId)
    .where('id', 'in', [...ids])
    .where('state', '=', 'waiting')
    .execute();
}

/** Mails that were being handed over when their process ended: nobody knows whether they arrived. */
export async function findUnclear(workspaceId: string, tx: Tx, now: Date): Promise<number> {
  const changed = await tx
    .updateTable('mailQueue')
    .set({
      state: 'unclear',
      leasedUntil: null,
      because: 'The server stopped while this mail was being handed over. It may have arrived.',
    })
    .where('workspaceId', '=', workspaceId)
    .where('state', '=', 'sending')
    .where('leasedUntil', '<', now)
    .executeTakeFirst();
  return Number(changed.numUpdatedRows);
}

/** How many mails were handed to the mail server since then. */
export async function triedSince(workspaceId: string, tx: Tx, since: Date): Promise<number> {
  const row = await tx
    .selectFrom('mailQueue')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('workspaceId', '=', workspaceId)
    .where('triedAt', '>', since)
    .executeTakeFirstOrThrow();
  return row.n;
}

/** Waiting mails of a wave are not sent any more. */
export async function cancelWaiting(workspaceId: string, tx: Tx, waveId: string, because: string): Promise<void> {
  await tx
    .updateTable('mailQueue')
    .set({ state: 'cancelled', leasedUntil: null, rule: 'wave_over', because })
    .where('workspaceId', '=', workspaceId)
    .where('waveId', '=', waveId)
    .where('state', '=', 'waiting')
    .execute();
}

/** An unclear or failed mail is sent once more, because somebody decided so. False when it is neither. */
export async function sendAgain(workspaceId: string, tx: Tx, waveId: string, id: string, now: Date): Promise<boolean> {
  const row = await tx
    .updateTable('mailQueue')
    .set({ state: 'waiting', scheduledAt: now, attempts: 1, leasedUntil: null, because: null, rule: null })
    .where('workspaceId', '=', workspaceId)
    .where('waveId', '=', waveId)
    .where('id', '=', id)
    .where('state', 'in', ['unclear', 'failed'])
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

export async function countMails(
  workspaceId: string,
  tx: Tx,
  waveId: string,
): Promise<{ number: number; state: MailState; n: number }[]> {
  const rows = await tx
    .selectFrom('mailQueue')
    .select((e) => ['number', 'state', e.fn.countAll<number>().as('n')])
    .where('workspaceId', '=', workspaceId)
    .where('waveId', '=', waveId)
    .groupBy(['number', 'state'])
    .orderBy('number')
    .orderBy('state')
    .execute();
  return rows as { number: number; state: MailState; n: number }[];
}

/** How many were not asked, by rule. */
export async function countSkipped(
  workspaceId: string,
  tx: Tx,
  waveId: string,
): Promise<{ rule: string; because: string; n: number }[]> {
  const { rows } = await sql<{ rule: string; because: string; n: number }>`
    SELECT coalesce(rule, '') AS rule, coalesce(min(because), '') AS because, count(*) AS n FROM mail_queue
    WHERE workspace_id = ${workspaceId} AND wave_id = ${waveId} AND state = 'skipped' AND number = 0
    GROUP BY 1 ORDER BY 3 DESC, 1`.execute(tx);
  return rows;
}

/** Invitations of a wave in one state, from behind `after` on. */
export async function listMails(
  workspaceId: string,
  tx: Tx,
  waveId: string,
  query: { state: MailState; limit: number; after?: string | undefined },
): Promise<{ id: string; contactId: string; number: number; rule: string | null; because: string | null }[]> {
  let select = tx
    .selectFrom('mailQueue')
    .select(['id', 'contactId', 'number', 'rule', 'because'])
    .where('workspaceId', '=', workspaceId)
    .where('waveId', '=', waveId)
    .where('state', '=', query.state);
  if (query.after) select = select.where('id', '>', query.after);
  return select.orderBy('id').limit(query.limit).execute();
}

/** Contacts whose invitation was handed over, or may have been. */
export async function invitedContacts(workspaceId: string, tx: Tx, waveId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('mailQueue')
    .select('contactId')
    .where('workspaceId', '=', workspaceId)
    .where('waveId', '=', waveId)
    .where('number', '=', 0)
    .where('state', 'in', ['sent', 'unclear'])
    .execute();
  return rows.map(({ contactId }) => contactId);
}

/** When the next waiting mail of a wave is due; null when none waits. */
export async function nextMailAt(workspaceId: string, tx: Tx, waveId: string): Promise<Date | null> {
  const row = await tx
    .selectFrom('mailQueue')
    .select((e) => e.fn.min('scheduledAt').as('at'))
    .where('workspaceId', '=', workspaceId)
    .where('waveId', '=', waveId)
    .where('state', '=', 'waiting')
    .executeTakeFirst();
  return row?.at ?? null;
}

/** For the export of a person. */
export async function mailsOfContact(
  workspaceId: string,
  tx: Tx,
  contactId: string,
): Promise<{ waveId: string; number: number; state: string; at: string | null; because: string | null }[]> {
  const rows = await tx
    .selectFrom('mailQueue')
    .select(['waveId', 'number', 'state', 'triedAt', 'because'])
    .where('workspaceId', '=', workspaceId)
    .where('contactId', '=', contactId)
    .orderBy('waveId')
    .orderBy('number')
    .execute();
  return rows.map(({ triedAt, ...mail }) => ({ ...mail, at: triedAt?.toISOString() ?? null }));
}
