import { sql } from 'kysely';
import { contactsOfStaged } from '../contacts/verbs.ts';
import type { Tx } from '../db/connect.ts';
import { prepareBatch } from './count-delta.ts';
import { createStaged } from './store.ts';

/** Finds or makes the customers of these keys; they can't be erased until the transaction ends. */
export async function contactIds(workspaceId: string, tx: Tx, keys: readonly string[]): Promise<Map<string, string>> {
  if (keys.length === 0) return new Map();
  await prepareBatch(workspaceId, tx);
  await createStaged(workspaceId, tx, 'incoming_contacts');
  await sql`INSERT INTO incoming_contacts (response_key, audience, item_ids, lenses, answer_values, contact_key)
    SELECT '', 'customer', '{}', '{}', '{}', key FROM unnest(${keys}::text[]) AS k (key)`.execute(tx);
  await contactsOfStaged(workspaceId, tx, 'incoming_contacts');
  const { rows } = await sql<{ contactKey: string; contactId: string }>`
    SELECT contact_key, contact_id FROM batch_contacts`.execute(tx);
  return new Map(rows.map((row) => [row.contactKey, row.contactId]));
}
