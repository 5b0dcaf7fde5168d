import { sql } from 'kysely';
import type { Database, Tx } from '../db/connect.ts';

export interface TicketKey {
  readonly modulus: string;
  readonly sealedPrivate: Buffer;
}

export function findKey(workspaceId: string, tx: Tx, waveId: string): Promise<TicketKey | undefined> {
  return tx
    .selectFrom('ticketKeys')
    .select(['modulus', 'sealedPrivate'])
    .where('workspaceId', '=', workspaceId)
    .where('waveId', '=', waveId)
    .executeTakeFirst();
}

export async function insertKey(workspaceId: string, tx: Tx, waveId: string, key: TicketKey): Promise<void> {
  await tx
    .insertInto('ticketKeys')
    .values({ workspaceId, waveId, ...key })
    .execute();
}

/** Tickets of one wave are given one after the other; its key is made once. */
export async function lockMarks(workspaceId: string, tx: Tx, waveId: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`tickets ${workspaceId} ${waveId}`}, 0))`.execute(tx);
}

export interface Mark {
  readonly mark: Buffer;
  readonly blindedHash: Buffer;
}

export function findMarks(workspaceId: string, tx: Tx, waveId: string): Promise<Mark[]> {
  return tx
    .selectFrom('ticketMarks')
    .select(['mark', 'blindedHash'])
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
    .values(marks.map((mark) => ({ workspaceId, waveId, ...mark })))
    .execute();
}

/** Writes the table to a new file without the rows that were replaced; it is small. */
export async function vacuumMarks(workspaceId: string, db: Database): Promise<void> {
  if (!workspaceId) throw new Error('vacuumMarks needs a workspace id');
  await sql`VACUUM (FULL, SKIP_LOCKED) ticket_marks`.execute(db);
}
