import { sql } from 'kysely';
import type { Tx } from '../db/connect.ts';

/**
 * Finds or makes the contact of every customer key in a staged batch and fills the batch's table `batch_contacts`
 * with them. Leaders' and staff's answers are never linked to a contact: they are anonymous.
 */
export async function contactsOfStaged(workspaceId: string, tx: Tx, stagedTable: string): Promise<void> {
  const staged = sql.table(stagedTable);
  const any = await sql`SELECT FROM ${staged} WHERE contact_key IS NOT NULL AND audience = 'customer' LIMIT 1`.execute(
    tx,
  );
  if (any.rows.length === 0) return;
  await sql`
    INSERT INTO contacts (workspace_id, audience, key)
    SELECT DISTINCT ${workspaceId}::uuid, audience, contact_key FROM ${staged}
    WHERE contact_key IS NOT NULL AND audience = 'customer' ORDER BY 2, 3
    ON CONFLICT (workspace_id, audience, key) DO NOTHING`.execute(tx);
  await sql`
    INSERT INTO batch_contacts (audience, contact_key, contact_id)
    SELECT c.audience, c.key, c.id FROM contacts c
    WHERE c.workspace_id = ${workspaceId} AND c.audience = 'customer' AND c.key IN (SELECT contact_key FROM ${staged})`.execute(
    tx,
  );
}
