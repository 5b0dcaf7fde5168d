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
  // Held against an erasure from here on, before any response is locked; in order, so that two batches can't cross.
  await sql`
    INSERT INTO batch_contacts (audience, contact_key, contact_id)
    SELECT audience, key, id FROM (
      SELECT c.audience, c.key, c.id FROM contacts c
      WHERE c.workspace_id = ${workspaceId} AND c.audience = 'customer' AND c.key IN (SELECT contact_key FROM ${staged})
      ORDER BY c.key FOR KEY SHARE OF c
    ) AS held`.execute(tx);
}

/** A person may stand in one list this often; only the last of more rows are looked at. */
const MOST_TURNS = 50;

/**
 * Merges the list into the contacts: the same person is found by key, then by e-mail address (unless both sides have
 * keys and these differ); what a row leaves out stays, attributes are added, of several rows of one person the last one
 * holds. Who was erased is left out; who unsubscribed stays so.
 */
export async function mergePeople(
  workspaceId: string,
  tx: Tx,
): Promise<{ made: number; changed: number; leftOut: number }> {
  const left = await sql`DELETE FROM people p USING suppressions s
    WHERE s.workspace_id = ${workspaceId} AND s.reason = 'erased' AND p.email IS NOT NULL
      AND s.email_hash = sha256(convert_to('email' || E'\n' || lower(p.email), 'UTF8'))`.execute(tx);
  await sql`UPDATE people p SET turn = numbered.turn FROM (
      SELECT place, row_number() OVER (PARTITION BY audience, identity ORDER BY place DESC) AS turn FROM (
        SELECT place, audience, coalesce('k' || key, 'e' || lower(email), 'p' || place) AS identity FROM people) AS named
    ) AS numbered WHERE numbered.place = p.place`.execute(tx);
  await sql`CREATE INDEX ON people (turn)`.execute(tx);
  await sql`ANALYZE people`.execute(tx);
  // The database may know nothing of contacts that came a moment ago, and would look through all of them for each row.
  const large = (await sql`SELECT FROM people OFFSET 500 LIMIT 1`.execute(tx)).rows.length > 0;
  if (large)
    await sql`SELECT set_config('enable_nestloop', 'off', true), set_config('work_mem', '64MB', true)`.execute(tx);
  const { rows } = await sql<{ turn: number }>`SELECT DISTINCT turn FROM people WHERE turn <= ${MOST_TURNS}
    ORDER BY turn DESC`.execute(tx);
  const total = { made: 0, changed: 0 };
  for (const { turn } of rows) {
    // Those with a key first: a row with nothing but their address then finds them.
    for (const keyed of [true, false]) {
      const { made, changed } = await mergeTurn(workspaceId, tx, turn, keyed);
      total.made += made;
      total.changed += changed;
    }
  }
  await sql`UPDATE contacts c SET unsubscribed_at = s.since FROM people p, suppressions s
    WHERE c.workspace_id = ${workspaceId} AND c.unsubscribed_at IS NULL AND s.workspace_id = c.workspace_id
      AND p.email IS NOT NULL AND c.email = lower(p.email)
      AND s.email_hash = sha256(convert_to('email' || E'\n' || lower(p.email), 'UTF8'))`.execute(tx);
  if (large) await sql`SELECT set_config('enable_nestloop', 'on', true)`.execute(tx);
  return { ...total, leftOut: Number(left.numAffectedRows ?? 0n) };
}

/** One row of each person, either those with a key or those without. */
async function mergeTurn(
  workspaceId: string,
  tx: Tx,
  turn: number,
  keyed: boolean,
): Promise<{ made: number; changed: number }> {
  const these = sql`p.turn = ${turn} AND p.key IS ${sql.raw(keyed ? 'NOT NULL' : 'NULL')}`;
  if (keyed) {
    await sql`UPDATE people p SET contact_id = c.id FROM contacts c
      WHERE ${these} AND c.workspace_id = ${workspaceId} AND c.audience = p.audience AND c.key = p.key`.execute(tx);
  }
  // The oldest with this address; two rows with different keys never both take the same one.
  await sql`UPDATE people p SET contact_id = found.id FROM (
      SELECT DISTINCT ON (id) place, id FROM (
        SELECT DISTINCT ON (p.place) p.place, c.id FROM people p
        JOIN contacts c ON c.workspace_id = ${workspaceId} AND c.email = lower(p.email) AND c.audience = p.audience
        WHERE ${these} AND p.contact_id IS NULL AND p.email IS NOT NULL ${keyed ? sql`AND c.key IS NULL` : sql``}
        ORDER BY p.place, c.created_at, c.id) AS oldest
      ORDER BY id, place) AS found
    WHERE p.place = found.place`.execute(tx);
  const changed = await sql`UPDATE contacts c SET
      key = coalesce(p.key, c.key), email = coalesce(p.email, c.email), name = coalesce(p.name, c.name),
      language = coalesce(p.language, c.language), time_zone = coalesce(p.time_zone, c.time_zone),
      attributes = c.attributes || p.attributes,
      bounced_at = CASE WHEN lower(p.email) <> lower(c.email) THEN NULL ELSE c.bounced_at END,
      bounced_because = CASE WHEN lower(p.email) <> lower(c.email) THEN NULL ELSE c.bounced_because END,
      soft_bounces = CASE WHEN lower(p.email) <> lower(c.email) THEN '{}' ELSE c.soft_bounces END,
      address_works_since = CASE WHEN lower(p.email) <> lower(c.email) THEN NULL ELSE c.address_works_since END,
      consent = coalesce(p.consent, c.consent),
      consent_to = CASE WHEN p.consent IS NULL THEN c.consent_to ELSE p.consent_to END,
      consent_at = CASE WHEN p.consent IS NULL THEN c.consent_at ELSE p.consent_at END,
      consent_source = CASE WHEN p.consent IS NULL THEN c.consent_source ELSE p.consent_source END
    FROM people p WHERE ${these} AND c.workspace_id = ${workspaceId} AND c.id = p.contact_id`.execute(tx);
  const made =
    await sql`INSERT INTO contacts AS c (workspace_id, audience, key, email, name, language, time_zone, attributes,
      consent, consent_to, consent_at, consent_source)
    SELECT ${workspaceId}::uuid, p.audience, p.key, p.email, p.name, p.language, p.time_zone, p.attributes,
      p.consent, p.consent_to, p.consent_at, p.consent_source
    FROM people p WHERE ${these} AND p.contact_id IS NULL ORDER BY p.audience, p.key
    ON CONFLICT (workspace_id, audience, key) DO UPDATE SET name = coalesce(excluded.name, c.name),
      email = coalesce(excluded.email, c.email), attributes = c.attributes || excluded.attributes`.execute(tx);
  return { made: Number(made.numAffectedRows ?? 0n), changed: Number(changed.numAffectedRows ?? 0n) };
}
