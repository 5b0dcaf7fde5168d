import type { Database, Tx } from '../db/connect.ts';
import { asPerson } from '../db/transaction.ts';
import type { Role } from '../http/policy.ts';
import { membershipsOf } from '../members/memberships.ts';

export interface MyWorkspace {
  id: string;
  name: string;
  role: Role;
  sample: boolean;
}

/** The workspaces that a person may enter, by name. Disabled memberships are not among them. */
export function myWorkspaces(db: Database, userId: string): Promise<MyWorkspace[]> {
  return asPerson(db, userId, async (tx) => {
    const roles = new Map((await membershipsOf(tx, userId)).map((member) => [member.workspaceId, member.role]));
    const visible = await tx
      .selectFrom('workspaces')
      .select(['id', 'name', 'sample'])
      .orderBy('name')
      .orderBy('id')
      .execute();
    return visible.flatMap((workspace) => {
      const role = roles.get(workspace.id);
      return role ? [{ ...workspace, role }] : [];
    });
  });
}

/**
 * Every workspace, which only the transaction of the very first set-up is shown (migration 0002); any other sees what
 * it sees otherwise.
 */
export async function workspacesWithoutOwner(tx: Tx): Promise<string[]> {
  const rows = await tx.selectFrom('workspaces').select('id').orderBy('createdAt').execute();
  return rows.map((row) => row.id);
}
