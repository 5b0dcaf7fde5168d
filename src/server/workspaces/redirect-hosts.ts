import type { Tx } from '../db/connect.ts';

/** Hosts that a survey's ending may lead to; none until somebody names them. */
export async function redirectHosts(workspaceId: string, tx: Tx): Promise<string[]> {
  const row = await tx
    .selectFrom('workspaces')
    .select('redirectHosts')
    .where('id', '=', workspaceId)
    .executeTakeFirstOrThrow();
  return row.redirectHosts;
}

export async function setRedirectHosts(workspaceId: string, tx: Tx, hosts: readonly string[]): Promise<void> {
  await tx
    .updateTable('workspaces')
    .set({ redirectHosts: [...hosts] })
    .where('id', '=', workspaceId)
    .execute();
}
