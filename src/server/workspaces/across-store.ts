import type { Tx } from '../db/connect.ts';

/** The workspaces that row-level security shows in a transaction that works for one person (`asPerson`), by name. */
export function visibleWorkspaces(tx: Tx): Promise<{ id: string; name: string; sample: boolean }[]> {
  return tx.selectFrom('workspaces').select(['id', 'name', 'sample']).orderBy('name').orderBy('id').execute();
}

/**
 * Every workspace, which only the transaction of the very first set-up is shown (migration 0002); any other sees what
 * it sees otherwise.
 */
export async function workspacesWithoutOwner(tx: Tx): Promise<string[]> {
  const rows = await tx.selectFrom('workspaces').select('id').orderBy('createdAt').execute();
  return rows.map((row) => row.id);
}
