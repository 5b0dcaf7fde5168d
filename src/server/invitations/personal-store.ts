import { type RawBuilder, sql } from 'kysely';
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

/** Somebody who was asked, in one round. */
export interface Ask {
  readonly contactId: string;
  readonly round: number;
}

/** Asks of a wave: SQL whose rows have contact_id and round. */
interface AsksOfWave {
  readonly waveId: string;
  readonly asks: RawBuilder<unknown>;
}

/** Of these asks those whose links say nothing of whose they are, in order, from behind `after` on. */
export async function unlinkedAmong(
  workspaceId: string,
  tx: Tx,
  { waveId, asks, after, limit }: AsksOfWave & { readonly after: Ask | undefined; readonly limit: number },
): Promise<Ask[]> {
  const behind = after ? sql`AND (contact_id, round) > (${after.contactId}::uuid, ${after.round}::integer)` : sql``;
  const { rows } =
    await sql<Ask>`SELECT contact_id, round FROM (${withLinks(workspaceId, { waveId, asks, used: [] })}) AS asks
    WHERE linked IS NULL ${behind} ORDER BY 1, 2 LIMIT ${limit}`.execute(tx);
  return rows;
}

/**
 * The same asks with `answered`: whether their link was used, as the link says or, where it says nothing of whose it is,
 * whether they are among `used`.
 */
export function answeredSql(
  workspaceId: string,
  asks: AsksOfWave & { readonly used: readonly Ask[] },
): RawBuilder<unknown> {
  return sql`SELECT contact_id, round, coalesce(linked, found) AS answered FROM (${withLinks(workspaceId, asks)}) AS asks`;
}

/**
 * Asks with what their links say (`linked`; null without one that has a contact) and whether they are among `used`. Grouped
 * and not joined: of a wave that was sent a moment ago the database knows no numbers, and would compare each with each.
 */
function withLinks(
  workspaceId: string,
  { waveId, asks, used }: AsksOfWave & { readonly used: readonly Ask[] },
): RawBuilder<unknown> {
  // After a change of the server's key somebody may have two links for one round.
  return sql`SELECT contact_id, round, bool_or(linked) AS linked, bool_or(found) AS found FROM (
      SELECT contact_id, round, true AS asked, null::boolean AS linked, false AS found FROM (${asks}) AS asks
      UNION ALL
      SELECT contact_id, round, false, used, false FROM invitations
      WHERE workspace_id = ${workspaceId} AND wave_id = ${waveId} AND contact_id IS NOT NULL
      UNION ALL
      SELECT contact_id, round, false, null, true FROM unnest(
        ${used.map(({ contactId }) => contactId)}::uuid[], ${used.map(({ round }) => round)}::integer[]) AS found (contact_id, round)
    ) AS facts GROUP BY contact_id, round HAVING bool_or(asked)`;
}
