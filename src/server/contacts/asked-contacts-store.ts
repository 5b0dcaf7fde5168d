import { sql } from 'kysely';
import type { Audience } from '../../core/perspective.ts';
import type { Tx } from '../db/connect.ts';

/** What decides whether a contact may be asked at all. */
export interface AskedContact {
  readonly id: string;
  readonly audience: Audience;
  readonly language: string | null;
  readonly attributes: Readonly<Record<string, string>>;
  /** Unsubscribed, or refused consent: holds for every channel. */
  readonly optedOut: boolean;
}

const COLUMNS = sql`id, audience, language, attributes, (unsubscribed_at IS NOT NULL OR consent IS FALSE) AS opted_out`;

/** Those of these contacts that are of this workspace, by id. */
export async function askedContacts(
  workspaceId: string,
  tx: Tx,
  contactIds: readonly string[],
): Promise<Map<string, AskedContact>> {
  const { rows } = await sql<AskedContact>`SELECT ${COLUMNS} FROM contacts
    WHERE workspace_id = ${workspaceId} AND id = ANY(${contactIds}::uuid[])`.execute(tx);
  return new Map(rows.map((row) => [row.id, row]));
}

/** The customer whom the organisation knows by this key. */
export async function customerByKey(workspaceId: string, tx: Tx, key: string): Promise<AskedContact | undefined> {
  const { rows } = await sql<AskedContact>`SELECT ${COLUMNS} FROM contacts
    WHERE workspace_id = ${workspaceId} AND audience = 'customer' AND key = ${key}`.execute(tx);
  return rows[0];
}

/** Customers in the order of their ids, which are random: the first so many are a fair sample of all. */
export async function customersInOrder(
  workspaceId: string,
  tx: Tx,
  limit: number,
  after: string | null,
): Promise<AskedContact[]> {
  const { rows } = await sql<AskedContact>`SELECT ${COLUMNS} FROM contacts
    WHERE workspace_id = ${workspaceId} AND audience = 'customer' AND (${after}::uuid IS NULL OR id > ${after}::uuid)
    ORDER BY id LIMIT ${limit}`.execute(tx);
  return rows;
}

export async function countCustomers(workspaceId: string, tx: Tx): Promise<number> {
  const { rows } = await sql<{ n: number }>`SELECT count(*) AS n FROM contacts
    WHERE workspace_id = ${workspaceId} AND audience = 'customer'`.execute(tx);
  return rows[0]?.n ?? 0;
}
