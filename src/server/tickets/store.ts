import { sql } from 'kysely';
import type { Database, Tx } from '../db/connect.ts';

export interface TicketKey {
  readonly modulus: string;
  readonly sealedPrivate: Buffer;
}

/** Whose tickets: those of a wave, or of one group of people in it; 0 is the group of whom nothing is kept. */
export interface TicketsOf {
  readonly waveId: string;
  readonly group: number;
}

export function findKey(workspaceId: string, tx: Tx, { waveId, group }: TicketsOf): Promise<TicketKey | undefined> {
  return tx
    .selectFrom('ticketKeys')
    .select(['modulus', 'sealedPrivate'])
    .where('workspaceId', '=', workspaceId)
    .where('waveId', '=', waveId)
    .where('groupNumber', '=', group)
    .executeTakeFirst();
}

export async function insertKey(
  workspaceId: string,
  tx: Tx,
  { waveId, group }: TicketsOf,
  key: TicketKey,
): Promise<void> {
  await tx
    .insertInto('ticketKeys')
    .values({ workspaceId, waveId, groupNumber: group, ...key })
    .execute();
}

/** Whether anybody of the wave can have a ticket. */
export async function anyKey(workspaceId: string, tx: Tx, waveId: string): Promise<boolean> {
  const found = await tx
    .selectFrom('ticketKeys')
    .select('waveId')
    .where('workspaceId', '=', workspaceId)
    .where('waveId', '=', waveId)
    .executeTakeFirst();
  return found !== undefined;
}

/** Tickets of one wave are given one after the other; its key is made once. */
export async function lockMarks(workspaceId: string, tx: Tx, waveId: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`tickets ${workspaceId} ${waveId}`}, 0))`.execute(tx);
}

export interface Mark {
  readonly mark: Buffer;
  readonly blindedHash: Buffer;
  readonly group: number;
}

export function findMarks(workspaceId: string, tx: Tx, waveId: string): Promise<Mark[]> {
  return tx
    .selectFrom('ticketMarks')
    .select(['mark', 'blindedHash', 'groupNumber as group'])
    .where('workspaceId', '=', workspaceId)
    .where('waveId', '=', waveId)
    .execute();
}

/** Writes all marks of a wave anew, in this order: their places and their transaction say nothing of when each came. */
export async function writeMarks(workspaceId: string, tx: Tx, waveId: string, marks: readonly Mark[]): Promise<void> {
  await tx.deleteFrom('ticketMarks').where('workspaceId', '=', workspaceId).where('waveId', '=', waveId).execute();
  if (marks.length === 0) return;
  await tx
    .insertInto('ticketMarks')
    .values(marks.map(({ group, ...mark }) => ({ workspaceId, waveId, groupNumber: group, ...mark })))
    .execute();
}

/** Writes the table to a new file without the rows that were replaced; it is small. */
export async function vacuumMarks(workspaceId: string, db: Database): Promise<void> {
  if (!workspaceId) throw new Error('vacuumMarks needs a workspace id');
  await sql`VACUUM (FULL, SKIP_LOCKED) ticket_marks`.execute(db);
}
