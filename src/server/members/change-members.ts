import { endAllAccess, peopleByIds } from '../accounts/people.ts';
import { revokeApiKeysMadeBy } from '../api-keys/revoke.ts';
import type { Tx } from '../db/connect.ts';
import { ROLES, type Role } from '../http/policy.ts';
import { notFound, Problem } from '../http/problem.ts';
import type { MemberAnswer } from './schema.ts';
import {
  countActiveOwners,
  deleteMember,
  insertMember,
  lockMembers,
  type Member,
  memberOf,
  membersOf,
  revokeInvitesBy,
  updateMember,
} from './store.ts';

/** Whether someone in role `own` may grant `wanted` or decide about who has it: never above themselves. */
export function mayGrant(own: Role, wanted: Role): boolean {
  return ROLES.indexOf(wanted) >= ROLES.indexOf(own);
}

export async function addMember(workspaceId: string, tx: Tx, userId: string, role: Role): Promise<void> {
  await insertMember(workspaceId, tx, userId, role);
}

export async function listMembers(workspaceId: string, tx: Tx): Promise<MemberAnswer[]> {
  const members = await membersOf(workspaceId, tx);
  const people = await peopleByIds(
    tx,
    members.map((member) => member.userId),
  );
  return members.flatMap((member) => {
    const person = people.get(member.userId);
    if (!person) return [];
    return [
      {
        userId: member.userId,
        name: person.name,
        email: person.email,
        role: member.role,
        disabled: member.disabledAt !== null,
        createdAt: member.createdAt.toISOString(),
      },
    ];
  });
}

/** Changes role or state. A disabled member is out at their next request, and what they had handed out ends too. */
export async function changeMember(
  workspaceId: string,
  tx: Tx,
  own: Role,
  userId: string,
  change: { role?: Role | undefined; disabled?: boolean | undefined },
  now: Date,
): Promise<void> {
  const member = await decideAbout(workspaceId, tx, own, userId);
  const role = change.role ?? member.role;
  if (!mayGrant(own, role)) throw new Problem('forbidden', 'You cannot grant a role above your own.');
  const disabledAt =
    change.disabled === undefined ? member.disabledAt : change.disabled ? (member.disabledAt ?? now) : null;
  if (role !== 'owner' || disabledAt) await keepAnOwner(workspaceId, tx, member);
  await updateMember(workspaceId, tx, userId, { role, disabledAt });
  const lessThanBefore = !mayGrant(role, member.role) || (disabledAt && !member.disabledAt);
  if (lessThanBefore) await endWhatTheyHandedOut(workspaceId, tx, userId, now);
  if (Boolean(disabledAt) !== Boolean(member.disabledAt)) await endAllAccess(tx, userId);
}

export async function removeMember(workspaceId: string, tx: Tx, own: Role, userId: string, now: Date): Promise<void> {
  const member = await decideAbout(workspaceId, tx, own, userId);
  await keepAnOwner(workspaceId, tx, member);
  await endWhatTheyHandedOut(workspaceId, tx, userId, now);
  await deleteMember(workspaceId, tx, userId);
  await endAllAccess(tx, userId);
}

async function decideAbout(workspaceId: string, tx: Tx, own: Role, userId: string): Promise<Member> {
  await lockMembers(workspaceId, tx);
  const member = await memberOf(workspaceId, tx, userId);
  if (!member) throw notFound('This member');
  if (!mayGrant(own, member.role)) {
    throw new Problem('forbidden', 'You cannot decide about someone whose role is above your own.');
  }
  return member;
}

async function keepAnOwner(workspaceId: string, tx: Tx, member: Member): Promise<void> {
  if (member.role !== 'owner' || member.disabledAt) return;
  if ((await countActiveOwners(workspaceId, tx)) <= 1) {
    throw new Problem('conflict', 'A workspace needs an owner. Make someone else an owner first.');
  }
}

/** Invitations and API keys of someone who lost a right would be a way to keep it. */
async function endWhatTheyHandedOut(workspaceId: string, tx: Tx, userId: string, now: Date): Promise<void> {
  await revokeInvitesBy(workspaceId, tx, userId, now);
  await revokeApiKeysMadeBy(workspaceId, tx, userId, now);
}
