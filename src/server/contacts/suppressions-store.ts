import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Tx } from '../db/connect.ts';

/** What is kept of an address that must not be asked. The same text is hashed in SQL where a list is merged. */
const hashOfEmail = (email: string) => createHash('sha256').update(`email\n${email.toLowerCase()}`).digest();

/** Erased outweighs unsubscribed: it also keeps the person from being stored again by a list. */
export async function suppress(
  workspaceId: string,
  tx: Tx,
  email: string,
  reason: 'unsubscribed' | 'erased',
  now: Date,
): Promise<void> {
  await sql`INSERT INTO suppressions AS s (workspace_id, email_hash, reason, since)
    VALUES (${workspaceId}, ${hashOfEmail(email)}, ${reason}, ${now})
    ON CONFLICT (workspace_id, email_hash) DO UPDATE SET reason = excluded.reason WHERE excluded.reason = 'erased'`.execute(
    tx,
  );
}

/** Since when the address must not be asked; undefined when it may be. */
export async function suppressedSince(workspaceId: string, tx: Tx, email: string): Promise<Date | undefined> {
  const row = await tx
    .selectFrom('suppressions')
    .select('since')
    .where('workspaceId', '=', workspaceId)
    .where('emailHash', '=', hashOfEmail(email))
    .executeTakeFirst();
  return row?.since;
}

/** After a new consent of the person. */
export async function liftSuppression(workspaceId: string, tx: Tx, email: string): Promise<void> {
  await tx
    .deleteFrom('suppressions')
    .where('workspaceId', '=', workspaceId)
    .where('emailHash', '=', hashOfEmail(email))
    .execute();
}
