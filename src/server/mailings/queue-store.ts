import { type RawBuilder, sql } from 'kysely';
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
  /** 1: the first time that this wave asks this person. */
  readonly round: number;
  /** Of the round. 0: the invitation; 1 to 3: reminders. */
  readonly number: number;
  readonly attempts: number;
  readonly scheduledAt: Date;
}

/** How long a worker may take over a mail before another one may. Longer than every timeout of a delivery together. */
const LEASE_MS = 5 * 60_000;

/** Adds mails; one that is there already (same wave, person, round and number) stays as it is. */
export async function enqueueMails(
  workspaceId: string,
  tx: Tx,
  { waveId, round, number }: Pick<QueuedMail, 'waveId' | 'round' | 'number'>,
  mails: readonly { contactId: string; scheduledAt: Date }[],
): Promise<void> {
  await sql`INSERT INTO mail_queue (workspace_id, wave_id, contact_id, round, number, scheduled_at)
    SELECT ${workspaceId}::uuid, ${waveId}::uuid, m.contact_id, ${round}, ${number}, m.scheduled_at
    FROM unnest(${mails.map(({ contactId }) => contactId)}::uuid[], ${mails.map(({ scheduledAt }) => scheduledAt)}::timestamptz[])
      AS m (contact_id, scheduled_at)
    ON CONFLICT (workspace_id, wave_id, contact_id, round, number) DO NOTHING`.execute(tx);
}

/** Takes mails of running waves that are due, so that no other worker takes them for five minutes. */
export async function takeDue(workspaceId: string, tx: Tx, now: Date, limit: number): Promise<QueuedMail[]> {
  // MATERIALIZED: a plan that asks the subquery once per row would take others each time, and more than the limit.
  const { rows } = await sql<QueuedMail>`
    WITH due AS MATERIALIZED (
      SELECT m.id FROM mail_queue m
      WHERE m.workspace_id = ${workspaceId} AND m.state = 'waiting' AND m.scheduled_at <= ${now}
        AND (m.leased_until IS NULL OR m.leased_until < ${now})
        AND EXISTS (SELECT FROM wave_schedules p WHERE p.workspace_id = m.workspace_id AND p.wave_id = m.wave_id AND p.status = 'running')
      ORDER BY m.scheduled_at, m.id LIMIT ${limit} FOR UPDATE SKIP LOCKED
    )
    UPDATE mail_queue SET leased_until = ${new Date(now.getTime() + LEASE_MS)}
    WHERE workspace_id = ${workspaceId} AND id IN (SELECT id FROM due)
    RETURNING id, wave_id, contact_id, round, number, attempts, scheduled_at`.execute(tx);
  return rows;
}

const ofRunning = (workspaceId: string) => sql`EXISTS (SELECT FROM wave_schedules p
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

/**
 * Ends reminders of whom nobody may know whether they were sent: all in one statement, and alike in every column. Returns
 * the ids of those that were still to be sent.
 */
export async function settleMails(workspaceId: string, tx: Tx, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ id: string }>`
    UPDATE mail_queue m SET state = 'settled', attempts = 0, leased_until = NULL, tried_at = NULL, rule = NULL, because = NULL
    WHERE workspace_id = ${workspaceId} AND id = ANY(${ids}::uuid[]) AND state = 'waiting' AND ${ofRunning(workspaceId)}
    RETURNING id`.execute(tx);
  return new Set(rows.map(({ id }) => id));
}

interface Why {
  readonly rule: string | null;
  readonly because: string | null;
}

/** How a mail ended, with the rule and the sentence that say why. */
export async function endMail(
  workspaceId: string,
  tx: Tx,
  id: string,
  state: Exclude<MailState, 'waiting' | 'sending' | 'settled'>,
  why: Why = { rule: null, because: null },
): Promise<void> {
  await tx
    .updateTable('mailQueue')
    .set({ state, leasedUntil: null, ...why })
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

/** Not before then, by the rules about how often somebody is asked. Nothing was tried. */
export async function moveMail(
  workspaceId: string,
  tx: Tx,
  id: string,
  then: { at: Date; rule: string; because: string },
): Promise<void> {
  await tx
    .updateTable('mailQueue')
    .set({ leasedUntil: null, scheduledAt: then.at, rule: then.rule, because: then.because })
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', id)
    .where('state', '=', 'waiting')
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
export async function findUnclear(
  workspaceId: string,
  tx: Tx,
  now: Date,
): Promise<Pick<QueuedMail, 'waveId' | 'contactId' | 'round' | 'number'>[]> {
  return tx
    .updateTable('mailQueue')
    .set({
      state: 'unclear',
      leasedUntil: null,
      because: 'The server stopped while this mail was being handed over. It may have arrived.',
    })
    .where('workspaceId', '=', workspaceId)
    .where('state', '=', 'sending')
    .where('leasedUntil', '<', now)
    .returning(['waveId', 'contactId', 'round', 'number'])
    .execute();
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

/** Reminders of a person's earlier rounds are not sent once a later one has begun. */
export async function cancelEarlier(
  workspaceId: string,
  tx: Tx,
  { waveId, contactId, round }: Pick<QueuedMail, 'waveId' | 'contactId' | 'round'>,
): Promise<void> {
  await tx
    .updateTable('mailQueue')
    .set({ state: 'cancelled', leasedUntil: null, rule: 'next_round', because: 'The next round has begun.' })
    .where('workspaceId', '=', workspaceId)
    .where('waveId', '=', waveId)
    .where('contactId', '=', contactId)
    .where('round', '<', round)
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

/** How many mails of a round are in a state. */
export interface MailCount extends Pick<QueuedMail, 'round' | 'number'> {
  readonly state: MailState;
  readonly n: number;
  /** The earliest planned time among them. */
  readonly nextAt: Date;
}

export async function countMails(workspaceId: string, tx: Tx, waveId: string): Promise<MailCount[]> {
  const rows = await tx
    .selectFrom('mailQueue')
    .select((e) => ['round', 'number', 'state', e.fn.countAll<number>().as('n'), e.fn.min('scheduledAt').as('nextAt')])
    .where('workspaceId', '=', workspaceId)
    .where('waveId', '=', waveId)
    .groupBy(['round', 'number', 'state'])
    .orderBy('round')
    .orderBy('number')
    .orderBy('state')
    .execute();
  return rows as MailCount[];
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
): Promise<(Pick<QueuedMail, 'id' | 'contactId' | 'round' | 'number'> & Why)[]> {
  let select = tx
    .selectFrom('mailQueue')
    .select(['id', 'contactId', 'round', 'number', 'rule', 'because'])
    .where('workspaceId', '=', workspaceId)
    .where('waveId', '=', waveId)
    .where('state', '=', query.state);
  if (query.after) select = select.where('id', '>', query.after);
  return select.orderBy('id').limit(query.limit).execute();
}

/** Whose invitation was handed over, or may have been, in which rounds: rows of contact_id and round. */
export function invitedSql(workspaceId: string, waveId: string): RawBuilder<unknown> {
  return sql`SELECT contact_id, round FROM mail_queue
    WHERE workspace_id = ${workspaceId} AND wave_id = ${waveId} AND number = 0 AND state IN ('sent', 'unclear')`;
}

/** Those whom a wave has not asked by mail (yet), and why ever: asks whose invitation may be there all the same. */
export async function unreachedAsks(
  workspaceId: string,
  tx: Tx,
  waveId: string,
): Promise<Pick<QueuedMail, 'contactId' | 'round'>[]> {
  return tx
    .selectFrom('mailQueue')
    .select(['contactId', 'round'])
    .where('workspaceId', '=', workspaceId)
    .where('waveId', '=', waveId)
    .where('number', '=', 0)
    .where('state', 'not in', ['sent', 'unclear'])
    .execute();
}

/** Of each of these contacts the round that the wave is in with them, as far as it has come. */
export async function roundsOf(
  workspaceId: string,
  tx: Tx,
  waveId: string,
  now: Date,
): Promise<ReadonlyMap<string, number>> {
  const rows = await tx
    .selectFrom('mailQueue')
    .select((e) => ['contactId', e.fn.max<number>('round').as('round')])
    .where('workspaceId', '=', workspaceId)
    .where('waveId', '=', waveId)
    .where('number', '=', 0)
    .where((e) => e.or([e('state', '!=', 'waiting'), e('scheduledAt', '<=', now)]))
    .groupBy('contactId')
    .execute();
  return new Map(rows.map(({ contactId, round }) => [contactId, round]));
}

/** False of a wave that was not started here: a copy of a workspace has none of the mails, and must not begin to send. */
export async function hasMails(workspaceId: string, tx: Tx, waveId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('mailQueue')
    .select('id')
    .where('workspaceId', '=', workspaceId)
    .where('waveId', '=', waveId)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Whom a wave invites by mail: everybody whose invitation has not failed, been skipped or cancelled. */
export async function plannedContacts(
  workspaceId: string,
  tx: Tx,
  waveId: string,
): Promise<{ contactId: string; state: string }[]> {
  return tx
    .selectFrom('mailQueue')
    .select(['contactId', 'state'])
    .where('workspaceId', '=', workspaceId)
    .where('waveId', '=', waveId)
    .where('number', '=', 0)
    .where('state', 'in', ['waiting', 'sending', 'sent', 'unclear'])
    .orderBy('contactId')
    .execute();
}

/** For the export of a person. */
export async function mailsOfContact(
  workspaceId: string,
  tx: Tx,
  contactId: string,
): Promise<
  { waveId: string; round: number; number: number; state: string; at: string | null; because: string | null }[]
> {
  const rows = await tx
    .selectFrom('mailQueue')
    .select(['waveId', 'round', 'number', 'state', 'triedAt', 'because'])
    .where('workspaceId', '=', workspaceId)
    .where('contactId', '=', contactId)
    .orderBy('waveId')
    .orderBy('round')
    .orderBy('number')
    .execute();
  return rows.map(({ triedAt, ...mail }) => ({ ...mail, at: triedAt?.toISOString() ?? null }));
}
