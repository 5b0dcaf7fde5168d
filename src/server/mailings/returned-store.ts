import { sql } from 'kysely';
import type { Tx } from '../db/connect.ts';

/** Whose mails these are, by the ids in their `Message-ID`. */
export async function recipientsOf(
  workspaceId: string,
  tx: Tx,
  mailIds: readonly string[],
): Promise<Map<string, string>> {
  if (mailIds.length === 0) return new Map();
  const rows = await tx
    .selectFrom('mailQueue')
    .select(['id', 'contactId'])
    .where('workspaceId', '=', workspaceId)
    .where('id', 'in', [...mailIds])
    .execute();
  return new Map(rows.map(({ id, contactId }) => [id, contactId]));
}

/** The days, YYYY-MM-DD (UTC), since then on which the mail server took a mail to each contact. */
export async function mailedDays(
  workspaceId: string,
  tx: Tx,
  contactIds: readonly string[],
  since: Date,
): Promise<Map<string, string[]>> {
  const { rows } = await sql<{ contactId: string; days: string[] }>`
    SELECT contact_id, array_agg(DISTINCT to_char(tried_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')) AS days FROM mail_queue
    WHERE workspace_id = ${workspaceId} AND contact_id = ANY(${contactIds}::uuid[]) AND tried_at >= ${since}
      AND state IN ('sent', 'unclear')
    GROUP BY contact_id`.execute(tx);
  return new Map(rows.map(({ contactId, days }) => [contactId, days.sort()]));
}

/**
 * These mails did not arrive after all; of contacts whose mail nobody named, the last one since then. An invitation then
 * counts as one that did not reach its person. What is not written down of protected audiences (`settled`) stays so.
 */
export async function markReturned(
  workspaceId: string,
  tx: Tx,
  mails: { readonly ids: readonly string[]; readonly lastOf: readonly string[]; readonly since: Date },
  because: string,
): Promise<void> {
  await sql`UPDATE mail_queue SET state = 'bounced', rule = 'bounced', because = ${because}
    WHERE workspace_id = ${workspaceId} AND state IN ('sent', 'unclear') AND (id = ANY(${mails.ids}::uuid[]) OR id IN (
      SELECT DISTINCT ON (contact_id) id FROM mail_queue
      WHERE workspace_id = ${workspaceId} AND contact_id = ANY(${mails.lastOf}::uuid[]) AND state IN ('sent', 'unclear')
        AND tried_at >= ${mails.since}
      ORDER BY contact_id, tried_at DESC))`.execute(tx);
}
