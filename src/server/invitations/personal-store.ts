import { sql } from 'kysely';
import type { Tx } from '../db/connect.ts';

/** An invitation that goes out by mail. Only customers who are not anonymous have a contact in it. */
interface PersonalInvitation {
  readonly tokenHash: Buffer;
  readonly contactId: string | null;
  /** Which time of asking by the wave; of all others than those customers 1. */
  readonly round: number;
}

/** Makes the invitations that are not there yet, in the order of their hashes: the place of a row says nothing. */
export async function ensureInvitations(
  workspaceId: string,
  tx: Tx,
  waveId: string,
  invitations: readonly PersonalInvitation[],
): Promise<void> {
  if (invitations.length === 0) return;
  const sorted = [...invitations].sort((a, b) => Buffer.compare(a.tokenHash, b.tokenHash));
  await sql`INSERT INTO invitations (workspace_id, wave_id, token_hash, contact_id, round)
    SELECT ${workspaceId}::uuid, ${waveId}::uuid, decode(i.hash, 'hex'), i.contact_id, i.round
    FROM unnest(${sorted.map(({ tokenHash }) => tokenHash.toString('hex'))}::text[],
      ${sorted.map(({ contactId }) => contactId)}::uuid[], ${sorted.map(({ round }) => round)}::integer[])
      AS i (hash, contact_id, round)
    ON CONFLICT (workspace_id, token_hash) DO NOTHING`.execute(tx);
}

/** The used ones among these invitations, as hexadecimal hashes. */
export async function usedAmong(
  workspaceId: string,
  tx: Tx,
  tokenHashes: readonly Buffer[],
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ hash: string }>`SELECT encode(token_hash, 'hex') AS hash FROM invitations
    WHERE workspace_id = ${workspaceId} AND used AND token_hash IN (
      SELECT decode(hash, 'hex') FROM unnest(${tokenHashes.map((hash) => hash.toString('hex'))}::text[]) AS t (hash))`.execute(
    tx,
  );
  return new Set(rows.map(({ hash }) => hash));
}

/** The links of a wave that have a contact: whose, of which round, and whether they were used. */
export async function linkedInvitations(
  workspaceId: string,
  tx: Tx,
  waveId: string,
): Promise<{ contactId: string; round: number; used: boolean }[]> {
  return tx
    .selectFrom('invitations')
    .select(['contactId', 'round', 'used'])
    .where('workspaceId', '=', workspaceId)
    .where('waveId', '=', waveId)
    .where('contactId', 'is not', null)
    .$narrowType<{ contactId: string }>()
    .execute();
}
