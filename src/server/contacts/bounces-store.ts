import { sql } from 'kysely';
import type { Tx } from '../db/connect.ts';

/** What is known of mail to a contact's address. */
export interface BounceState {
  readonly id: string;
  /** Since when it does not arrive; null while it does. */
  readonly bouncedAt: Date | null;
  readonly bouncedBecause: string | null;
  /** Days, YYYY-MM-DD, in order. */
  readonly softBounces: readonly string[];
}

export interface Addressed extends BounceState {
  readonly email: string;
  /** A report from before says nothing any more. */
  readonly addressWorksSince: Date | null;
}

/** The contacts with these addresses, held until the transaction ends so that reports are counted one after the other. */
export async function addressedBy(workspaceId: string, tx: Tx, emails: readonly string[]): Promise<Addressed[]> {
  const { rows } = await sql<Addressed>`
    SELECT id, email, bounced_at, bounced_because, soft_bounces, address_works_since FROM contacts
    WHERE workspace_id = ${workspaceId} AND email = ANY(${emails}::text[]) ORDER BY id FOR UPDATE`.execute(tx);
  return rows;
}

export async function saveBounceStates(workspaceId: string, tx: Tx, states: readonly BounceState[]): Promise<void> {
  if (states.length === 0) return;
  await sql`UPDATE contacts c SET bounced_at = s."bouncedAt", bounced_because = s."bouncedBecause", soft_bounces = s."softBounces"
    FROM jsonb_to_recordset(${JSON.stringify(states)}::jsonb)
      AS s (id uuid, "bouncedAt" timestamptz, "bouncedBecause" text, "softBounces" text[])
    WHERE c.workspace_id = ${workspaceId} AND c.id = s.id`.execute(tx);
}
