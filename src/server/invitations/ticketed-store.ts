import { sql } from 'kysely';
import type { Database, Tx } from '../db/connect.ts';

/** An invitation that is answered with a ticket. */
export interface Ticketed {
  readonly waveId: string;
  readonly tokenHash: Buffer;
  /** Said in batches: one that got its ticket a moment ago does not say so yet. */
  readonly used: boolean;
  /** Of the number that was signed for it. */
  readonly blindedHash: Buffer | null;
  /** The people whose answers keep the same attributes; 0 where nothing is kept. */
  readonly group: number;
}

export function findTicketed(workspaceId: string, tx: Tx, tokenHash: Buffer): Promise<Ticketed | undefined> {
  return tx
    .selectFrom('invitations')
    .select(['waveId', 'tokenHash', 'used', 'blindedHash', 'groupNumber as group'])
    .where('workspaceId', '=', workspaceId)
    .where('tokenHash', '=', tokenHash)
    .executeTakeFirst();
}

/** How many invitations a group of a wave has, and of how many "used" is told. */
export async function countGroup(
  workspaceId: string,
  tx: Tx,
  { waveId, group }: Pick<Ticketed, 'waveId' | 'group'>,
): Promise<{ made: number; used: number }> {
  const row = await tx
    .selectFrom('invitations')
    .select((e) => [
      e.fn.countAll<number>().as('made'),
      e.fn.countAll<number>().filterWhere('used', '=', true).as('used'),
    ])
    .where('workspaceId', '=', workspaceId)
    .where('waveId', '=', waveId)
    .where('groupNumber', '=', group)
    .executeTakeFirstOrThrow();
  return { made: Number(row.made), used: Number(row.used) };
}

/** Of each group of a wave: the invitations that are not among `unreached`, and all of which "used" is told. */
export async function countGroups(
  workspaceId: string,
  tx: Tx,
  waveId: string,
  unreached: readonly Buffer[],
): Promise<{ group: number; reached: number; used: number }[]> {
  const { rows } = await sql<{ group: number; reached: number; used: number }>`
    SELECT group_number AS "group", count(*) FILTER (WHERE used) AS used, count(*) FILTER (WHERE token_hash NOT IN (
      SELECT decode(hash, 'hex') FROM unnest(${unreached.map((hash) => hash.toString('hex'))}::text[]) AS t (hash))) AS reached
    FROM invitations WHERE workspace_id = ${workspaceId} AND wave_id = ${waveId} GROUP BY 1 ORDER BY 1`.execute(tx);
  return rows;
}

/** The hashes of all links of a wave. */
export async function hashesOfWave(workspaceId: string, tx: Tx, waveId: string): Promise<Buffer[]> {
  const rows = await tx
    .selectFrom('invitations')
    .select('tokenHash')
    .where('workspaceId', '=', workspaceId)
    .where('waveId', '=', waveId)
    .orderBy('tokenHash')
    .execute();
  return rows.map(({ tokenHash }) => tokenHash);
}

/** Puts these links of a wave into groups; the keys are their hashes, hexadecimal. */
export async function putIntoGroups(
  workspaceId: string,
  tx: Tx,
  waveId: string,
  groupOf: ReadonlyMap<string, number>,
): Promise<void> {
  const groups = [...groupOf].map(([hash, group]) => ({ hash, group }));
  await sql`UPDATE invitations i SET group_number = g."group"
    FROM jsonb_to_recordset(${JSON.stringify(groups)}::jsonb) AS g (hash text, "group" integer)
    WHERE i.workspace_id = ${workspaceId} AND i.wave_id = ${waveId} AND i.token_hash = decode(g.hash, 'hex')
      AND i.group_number <> g."group"`.execute(tx);
}

/**
 * Marks all invitations of a wave as used for which `blindedHashOf` knows a number. Every invitation of the wave is written
 * anew, in the order of the hashes: neither its place nor its transaction tells when it was used.
 */
export async function markAllUsed(
  workspaceId: string,
  tx: Tx,
  waveId: string,
  blindedHashOf: (tokenHash: Buffer) => Buffer | undefined,
): Promise<void> {
  await sql`CREATE TEMP TABLE wave_invitations (LIKE invitations) ON COMMIT DROP`.execute(tx);
  const { rows } = await sql<{ tokenHash: Buffer }>`
    WITH gone AS (DELETE FROM invitations WHERE workspace_id = ${workspaceId} AND wave_id = ${waveId} RETURNING *)
    INSERT INTO wave_invitations SELECT * FROM gone RETURNING token_hash`.execute(tx);
  const used = rows.flatMap(({ tokenHash }) => {
    const blinded = blindedHashOf(tokenHash);
    return blinded ? [{ hash: tokenHash.toString('hex'), blinded: blinded.toString('hex') }] : [];
  });
  await sql`UPDATE wave_invitations SET used = true, blinded_hash = decode(u.blinded, 'hex')
    FROM jsonb_to_recordset(${JSON.stringify(used)}::jsonb) AS u (hash text, blinded text)
    WHERE token_hash = decode(u.hash, 'hex')`.execute(tx);
  await sql`INSERT INTO invitations SELECT * FROM wave_invitations ORDER BY token_hash`.execute(tx);
}

/** Frees the places of invitations that were written anew. */
export async function vacuumInvitations(workspaceId: string, db: Database): Promise<void> {
  if (!workspaceId) throw new Error('vacuumInvitations needs a workspace id');
  await sql`VACUUM (SKIP_LOCKED) invitations`.execute(db);
}
