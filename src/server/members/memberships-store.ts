import type { Tx } from '../db/connect.ts';
import type { Role } from '../http/policy.ts';

/** Where a person is an active member, in a transaction that works for that person (`asPerson`). */
export function membershipsOf(tx: Tx, userId: string): Promise<{ workspaceId: string; role: Role }[]> {
  return tx
    .selectFrom('members')
    .select(['workspaceId', 'role'])
    .where('userId', '=', userId)
    .where('disabledAt', 'is', null)
    .orderBy('workspaceId')
    .execute();
}
