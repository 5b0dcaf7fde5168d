import { sql } from 'kysely';
import type { Tx } from '../db/connect.ts';
import type { Role } from '../http/policy.ts';

export interface Member {
  userId: string;
  role: Role;
  disabledAt: Date | null;
  createdAt: Date;
}

const MEMBER = ['userId', 'role', 'disabledAt', 'createdAt'] as const;

export function membersOf(workspaceId: string, tx: Tx): Promise<Member[]> {
  return tx
    .selectFrom('members')
    .select(MEMBER)
    .where('workspaceId', '=', workspaceId)
    .orderBy('createdAt')
    .orderBy('userId')
    .execute();
}

export function memberOf(workspaceId: string, tx: Tx, userId: string): Promise<Member | undefined> {
  return tx
    .selectFrom('members')
    .select(MEMBER)
    .where('workspaceId', '=', workspaceId)
    .where('userId', '=', userId)
    .executeTakeFirst();
}

/** Makes changes of the members of one workspace take turns, so that two owners can't remove each other at once. */
export async function lockMembers(workspaceId: string, tx: Tx): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtext(${`parallax.members.${workspaceId}`}))`.execute(tx);
}

export async function countActiveOwners(workspaceId: string, tx: Tx): Promise<number> {
  const row = await tx
    .selectFrom('members')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('workspaceId', '=', workspaceId)
    .where('role', '=', 'owner')
    .where('disabledAt', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(row.n);
}

export async function insertMember(workspaceId: string, tx: Tx, userId: string, role: Role): Promise<void> {
  await tx.insertInto('members').values({ workspaceId, userId, role, disabledAt: null }).execute();
}

export async function updateMember(
  workspaceId: string,
  tx: Tx,
  userId: string,
  change: { role?: Role; disabledAt?: Date | null },
): Promise<void> {
  await tx
    .updateTable('members')
    .set(change)
    .where('workspaceId', '=', workspaceId)
    .where('userId', '=', userId)
    .execute();
}

export async function deleteMember(workspaceId: string, tx: Tx, userId: string): Promise<void> {
  await tx.deleteFrom('members').where('workspaceId', '=', workspaceId).where('userId', '=', userId).execute();
}

export interface Invite {
  id: string;
  email: string;
  role: Role;
  invitedBy: string | null;
  createdAt: Date;
  expiresAt: Date;
}

const INVITE = ['id', 'email', 'role', 'invitedBy', 'createdAt', 'expiresAt'] as const;

/** Invitations that can still be accepted. */
export function openInvites(workspaceId: string, tx: Tx, now: Date): Promise<Invite[]> {
  return tx
    .selectFrom('invites')
    .select(INVITE)
    .where('workspaceId', '=', workspaceId)
    .where('acceptedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .where('expiresAt', '>', now)
    .orderBy('createdAt')
    .execute();
}

export function inviteByToken(workspaceId: string, tx: Tx, tokenHash: Buffer, now: Date): Promise<Invite | undefined> {
  return tx
    .selectFrom('invites')
    .select(INVITE)
    .where('workspaceId', '=', workspaceId)
    .where('tokenHash', '=', tokenHash)
    .where('acceptedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .where('expiresAt', '>', now)
    .forUpdate()
    .executeTakeFirst();
}

export async function insertInvite(
  workspaceId: string,
  tx: Tx,
  invite: { tokenHash: Buffer; email: string; role: Role; invitedBy: string | null; expiresAt: Date },
): Promise<string> {
  const row = await tx
    .insertInto('invites')
    .values({ workspaceId, ...invite, acceptedAt: null, revokedAt: null })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

export async function markAccepted(workspaceId: string, tx: Tx, inviteId: string, now: Date): Promise<void> {
  await tx
    .updateTable('invites')
    .set({ acceptedAt: now })
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', inviteId)
    .execute();
}

/** True when there was one to revoke. */
export async function revokeInvite(workspaceId: string, tx: Tx, inviteId: string, now: Date): Promise<boolean> {
  const row = await tx
    .updateTable('invites')
    .set({ revokedAt: now })
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', inviteId)
    .where('acceptedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .executeTakeFirst();
  return row.numUpdatedRows > 0n;
}

/** What someone who lost the right to invite has promised no longer holds. */
export async function revokeInvitesBy(workspaceId: string, tx: Tx, userId: string, now: Date): Promise<void> {
  await tx
    .updateTable('invites')
    .set({ revokedAt: now })
    .where('workspaceId', '=', workspaceId)
    .where('invitedBy', '=', userId)
    .where('acceptedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .execute();
}
