import { sql } from 'kysely';
import type { Tx } from '../db/connect.ts';
import { conflictWhenTaken } from '../db/violation.ts';
import type { Contact, NewContact } from './schema.ts';

const shown = sql<string>`coalesce(name, email, key, '')`;

/** Contacts by name (or what stands for it), from behind `after` on. */
export async function findContacts(
  workspaceId: string,
  tx: Tx,
  query: { search?: string | undefined; limit: number; after?: string | undefined; id?: string },
): Promise<Contact[]> {
  let select = tx.selectFrom('contacts').selectAll().where('workspaceId', '=', workspaceId);
  if (query.id) select = select.where('id', '=', query.id);
  if (query.search) {
    const part = `%${query.search.replace(/[\\%_]/g, '\\$&')}%`;
    select = select.where((e) => e.or([e('name', 'ilike', part), e('email', 'ilike', part), e('key', 'ilike', part)]));
  }
  if (query.after) {
    select = select.where(
      sql<boolean>`(${shown}, id) > (SELECT ${shown}, id FROM contacts WHERE workspace_id = ${workspaceId} AND id = ${query.after})`,
    );
  }
  const rows = await select.orderBy(shown).orderBy('id').limit(query.limit).execute();
  return rows.map(({ id, audience, key, email, name, attributes, createdAt }) => ({
    id,
    audience,
    key,
    email,
    name,
    attributes: attributes as Record<string, string>,
    createdAt: createdAt.toISOString(),
  }));
}

export async function insertContact(workspaceId: string, tx: Tx, contact: NewContact): Promise<string> {
  const insert = tx
    .insertInto('contacts')
    .values({ workspaceId, ...contact, attributes: JSON.stringify(contact.attributes) })
    .returning('id')
    .executeTakeFirstOrThrow();
  return (await conflictWhenTaken(insert, 'There is a contact with this key in this audience already.')).id;
}

export async function deleteContact(workspaceId: string, tx: Tx, contactId: string): Promise<void> {
  await tx.deleteFrom('contacts').where('workspaceId', '=', workspaceId).where('id', '=', contactId).execute();
}

/** Holds the contact against new responses until the transaction ends; false when it is not of this workspace. */
export async function lockContact(workspaceId: string, tx: Tx, contactId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('contacts')
    .select('id')
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', contactId)
    .forUpdate()
    .executeTakeFirst();
  return row !== undefined;
}

/** Notes an erasure, so that an older backup can be cleaned of the person; only hashes are kept. */
export async function insertErasures(
  workspaceId: string,
  tx: Tx,
  kind: 'contact' | 'respondent',
  hashes: readonly Buffer[],
): Promise<void> {
  if (hashes.length === 0) return;
  await tx
    .insertInto('erasures')
    .values(hashes.map((hash) => ({ workspaceId, kind, hash })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

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
  // Held against an erasure from here on, before any response is locked; in order, so that two batches can't cross.
  await sql`
    INSERT INTO batch_contacts (audience, contact_key, contact_id)
    SELECT audience, key, id FROM (
      SELECT c.audience, c.key, c.id FROM contacts c
      WHERE c.workspace_id = ${workspaceId} AND c.audience = 'customer' AND c.key IN (SELECT contact_key FROM ${staged})
      ORDER BY c.key FOR KEY SHARE OF c
    ) AS held`.execute(tx);
}
