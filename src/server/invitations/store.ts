import type { Tx } from '../db/connect.ts';

/** Stores invitations in the order of their hashes, so that the place of a row says nothing about the place in the list. */
export async function insertInvitations(
  workspaceId: string,
  tx: Tx,
  waveId: string,
  tokenHashes: readonly Buffer[],
): Promise<void> {
  const rows = [...tokenHashes]
    .sort(Buffer.compare)
    .map((tokenHash) => ({ workspaceId, waveId, tokenHash, minted: true }));
  await tx.insertInto('invitations').values(rows).execute();
}

export async function countInvitations(
  workspaceId: string,
  tx: Tx,
  waveId: string,
): Promise<{ made: number; used: number }> {
  const row = await tx
    .selectFrom('invitations')
    .select((e) => [
      e.fn.countAll<number>().as('made'),
      e.fn.countAll<number>().filterWhere('used', '=', true).as('used'),
    ])
    .where('workspaceId', '=', workspaceId)
    .where('waveId', '=', waveId)
    .executeTakeFirstOrThrow();
  return { made: Number(row.made), used: Number(row.used) };
}

/** Whether a wave has links that were made for nobody in particular, and links of contacts. */
export async function kindsOfLinks(
  workspaceId: string,
  tx: Tx,
  waveId: string,
): Promise<{ minted: boolean; ofContacts: boolean }> {
  const rows = await tx
    .selectFrom('invitations')
    .select('minted')
    .distinct()
    .where('workspaceId', '=', workspaceId)
    .where('waveId', '=', waveId)
    .execute();
  return { minted: rows.some(({ minted }) => minted), ofContacts: rows.some(({ minted }) => !minted) };
}

export async function findInvitation(
  workspaceId: string,
  tx: Tx,
  tokenHash: Buffer,
): Promise<{ waveId: string; used: boolean; contactId: string | null } | undefined> {
  return tx
    .selectFrom('invitations')
    .select(['waveId', 'used', 'contactId'])
    .where('workspaceId', '=', workspaceId)
    .where('tokenHash', '=', tokenHash)
    .executeTakeFirst();
}
