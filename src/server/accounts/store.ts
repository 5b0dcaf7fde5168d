import { sql } from 'kysely';
import type { Database, Tx } from '../db/connect.ts';

/** Accounts stand above workspaces: these tables have no workspace_id, and only this file names them. */
type Source = Database | Tx;

export interface User {
  id: string;
  email: string;
  name: string;
  passwordHash: string | null;
  credentialVersion: number;
  disabledAt: Date | null;
}

const USER = ['id', 'email', 'name', 'passwordHash', 'credentialVersion', 'disabledAt'] as const;

export function userById(source: Source, id: string): Promise<User | undefined> {
  return source.selectFrom('users').select(USER).where('id', '=', id).executeTakeFirst();
}

export function userByEmail(source: Source, email: string): Promise<User | undefined> {
  return source.selectFrom('users').select(USER).where('email', '=', email.toLowerCase()).executeTakeFirst();
}

export async function usersByIds(source: Source, ids: readonly string[]): Promise<User[]> {
  if (ids.length === 0) return [];
  return source.selectFrom('users').select(USER).where('id', 'in', ids).execute();
}

export async function anyUserExists(source: Source): Promise<boolean> {
  return (await source.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined;
}

/** Makes callers of this transaction take turns until it ends. */
export async function takeTurns(tx: Tx, what: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtext(${`parallax.${what}`}))`.execute(tx);
}

export function insertUser(
  tx: Source,
  user: { email: string; name: string; passwordHash: string | null },
): Promise<User> {
  return tx
    .insertInto('users')
    .values({ ...user, email: user.email.toLowerCase() })
    .returning(USER)
    .executeTakeFirstOrThrow();
}

export async function renameUser(tx: Source, id: string, name: string): Promise<void> {
  await tx.updateTable('users').set({ name }).where('id', '=', id).execute();
}

/** Sets the password and with it ends every session and link issued before. */
export async function setPassword(tx: Source, id: string, passwordHash: string): Promise<void> {
  await tx
    .updateTable('users')
    .set((eb) => ({ passwordHash, credentialVersion: eb('credentialVersion', '+', 1) }))
    .where('id', '=', id)
    .execute();
}

/** Ends every session and link issued before: they carry an older credential version. */
export async function raiseCredentialVersion(tx: Source, id: string): Promise<void> {
  await tx
    .updateTable('users')
    .set((eb) => ({ credentialVersion: eb('credentialVersion', '+', 1) }))
    .where('id', '=', id)
    .execute();
}

export async function insertSession(
  tx: Source,
  session: { tokenHash: Buffer; userId: string; credentialVersion: number; expiresAt: Date },
): Promise<void> {
  await tx.insertInto('sessions').values(session).execute();
}

/**
 * The person whose session this is. Everything that can end it is asked here at every request: expiry, sign-out,
 * a newer credential version, a disabled account. Nothing is cached.
 */
export async function userOfSession(source: Source, tokenHash: Buffer, now: Date): Promise<string | undefined> {
  const row = await source
    .selectFrom('sessions as s')
    .innerJoin('users as u', 'u.id', 's.userId')
    .select('u.id')
    .where('s.tokenHash', '=', tokenHash)
    .where('s.expiresAt', '>', now)
    .where('u.disabledAt', 'is', null)
    .whereRef('s.credentialVersion', '=', 'u.credentialVersion')
    .executeTakeFirst();
  return row?.id;
}

export async function deleteSession(source: Source, tokenHash: Buffer): Promise<void> {
  await source.deleteFrom('sessions').where('tokenHash', '=', tokenHash).execute();
}

export async function deleteSessionsOf(source: Source, userId: string): Promise<void> {
  await source.deleteFrom('sessions').where('userId', '=', userId).execute();
}

export type TokenPurpose = 'setup' | 'sign_in';

export async function insertOneTimeToken(
  tx: Source,
  token: {
    tokenHash: Buffer;
    purpose: TokenPurpose;
    userId: string | null;
    credentialVersion: number | null;
    expiresAt: Date;
  },
): Promise<void> {
  await tx
    .insertInto('oneTimeTokens')
    .values({ ...token, usedAt: null })
    .execute();
}

/**
 * Uses up a token: one statement, so that of two simultaneous uses one gets it. Undefined when it is unknown, of
 * another purpose, expired, used, or from before the last change of the account.
 */
export async function useOneTimeToken(
  tx: Source,
  tokenHash: Buffer,
  purpose: TokenPurpose,
  now: Date,
): Promise<{ userId: string | null } | undefined> {
  return tx
    .updateTable('oneTimeTokens as t')
    .set({ usedAt: now })
    .where('t.tokenHash', '=', tokenHash)
    .where('t.purpose', '=', purpose)
    .where('t.usedAt', 'is', null)
    .where('t.expiresAt', '>', now)
    .where((eb) =>
      eb.or([
        eb('t.userId', 'is', null),
        eb.exists(
          eb
            .selectFrom('users as u')
            .select('u.id')
            .whereRef('u.id', '=', 't.userId')
            .whereRef('u.credentialVersion', '=', 't.credentialVersion')
            .where('u.disabledAt', 'is', null),
        ),
      ]),
    )
    .returning('t.userId')
    .executeTakeFirst();
}

/** Throws away what can no longer be used; called at sign-in, so that the tables stay small without a job. */
export async function deleteExpired(tx: Source, now: Date): Promise<void> {
  await tx.deleteFrom('sessions').where('expiresAt', '<', now).execute();
  await tx.deleteFrom('oneTimeTokens').where('expiresAt', '<', now).execute();
}
