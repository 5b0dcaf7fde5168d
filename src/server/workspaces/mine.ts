import type { Database } from '../db/connect.ts';
import { asPerson } from '../db/transaction.ts';
import type { Role } from '../http/policy.ts';
import { membershipsOf } from '../members/verbs.ts';
import { visibleWorkspaces } from './across-store.ts';

export { workspacesWithoutOwner } from './across-store.ts';

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
    return (await visibleWorkspaces(tx)).flatMap((workspace) => {
      const role = roles.get(workspace.id);
      return role ? [{ ...workspace, role }] : [];
    });
  });
}
