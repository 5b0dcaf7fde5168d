import type { Database, Tx } from '../db/connect.ts';
import { asPerson } from '../db/transaction.ts';
import type { Role } from '../http/policy.ts';

export interface Membership {
  workspaceId: string;
  name: string;
  role: Role;
  sample: boolean;
}

/** The workspaces that a person may enter, by name. Disabled memberships are not among them. */
export function membershipsOf(db: Database, userId: string): Promise<Membership[]> {
  return asPerson(db, userId, (tx) => visibleMemberships(tx, userId));
}

/** The same inside a transaction that already works for this person. */
export function visibleMemberships(tx: Tx, userId: string): Promise<Membership[]> {
  return tx
    .selectFrom('members as m')
    .innerJoin('workspaces as w', 'w.id', 'm.workspaceId')
    .select(['m.workspaceId', 'w.name', 'm.role', 'w.sample'])
    .where('m.userId', '=', userId)
    .where('m.disabledAt', 'is', null)
    .orderBy('w.name')
    .orderBy('m.workspaceId')
    .execute();
}
