import type { Tx } from '../db/connect.ts';
import type { Role } from '../http/policy.ts';
import { memberOf } from './store.ts';

/** The role of a person in a workspace; undefined when they are no member or a disabled one. */
export async function activeRole(workspaceId: string, tx: Tx, userId: string): Promise<Role | undefined> {
  const member = await memberOf(workspaceId, tx, userId);
  return member && member.disabledAt === null ? member.role : undefined;
}
