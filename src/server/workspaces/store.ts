import type { Tx } from '../db/connect.ts';

export interface WorkspaceRow {
  id: string;
  name: string;
  sample: boolean;
  anonymityThreshold: number;
  commentThreshold: number;
  targetPomp: number;
  level: number;
  headlineItemId: string | null;
}

export type WorkspaceChange = Partial<Omit<WorkspaceRow, 'id' | 'sample'>>;

const WORKSPACE = [
  'id',
  'name',
  'sample',
  'anonymityThreshold',
  'commentThreshold',
  'targetPomp',
  'level',
  'headlineItemId',
] as const;

export function workspaceRow(workspaceId: string, tx: Tx): Promise<WorkspaceRow | undefined> {
  return tx.selectFrom('workspaces').select(WORKSPACE).where('id', '=', workspaceId).executeTakeFirst();
}

export async function insertWorkspace(
  workspaceId: string,
  tx: Tx,
  workspace: { name: string; sample: boolean },
): Promise<void> {
  // No RETURNING: the row would have to pass the policy for reading, which is not there before there is a member.
  await tx
    .insertInto('workspaces')
    .values({ id: workspaceId, ...workspace, headlineItemId: null })
    .execute();
}

export async function updateWorkspace(workspaceId: string, tx: Tx, change: WorkspaceChange): Promise<void> {
  await tx.updateTable('workspaces').set(change).where('id', '=', workspaceId).execute();
}

export async function deleteWorkspaceRow(workspaceId: string, tx: Tx): Promise<void> {
  await tx.deleteFrom('workspaces').where('id', '=', workspaceId).execute();
}

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
