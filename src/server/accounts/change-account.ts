import { sql } from 'kysely';
import { recordAudit } from '../audit/record.ts';
import type { Tx } from '../db/connect.ts';
import { enterWorkspace } from '../db/transaction.ts';
import { Problem } from '../http/problem.ts';
import type { Services } from '../http/route.ts';
import { membershipsOf } from '../members/verbs.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { openSession } from './sessions.ts';
import { deleteSessionsOf, raiseCredentialVersion, renameUser, setPassword, takeTurns, userById } from './store.ts';

/** What a person changes about themselves is written down in every workspace where they are a member. */
async function auditEverywhere(tx: Tx, userId: string, action: string): Promise<void> {
  await sql`SELECT set_config('parallax.user_id', ${userId}, true)`.execute(tx);
  for (const { workspaceId } of await membershipsOf(tx, userId)) {
    await enterWorkspace(tx, workspaceId);
    await recordAudit(workspaceId, tx, { kind: 'user', userId }, action, { kind: 'user', id: userId });
  }
}

export async function changeName(services: Services, userId: string, name: string): Promise<void> {
  await services.connection.db.transaction().execute(async (tx) => {
    await renameUser(tx, userId, name);
    await auditEverywhere(tx, userId, 'account.rename');
  });
}

/** Sets a new password, ends every other session and link, and opens a new session here; returns its token. */
export async function changePassword(
  services: Services,
  userId: string,
  input: { current?: string | undefined; password: string },
): Promise<string> {
  const before = await userById(services.connection.db, userId);
  if (!before) throw new Problem('not_signed_in', 'Sign in first.');
  if (before.passwordHash !== null && !(await verifyPassword(input.current ?? '', before.passwordHash))) {
    const message = 'This is not your present password.';
    throw new Problem('invalid_request', message, { fields: [{ field: 'body.current', message }] });
  }
  const passwordHash = await hashPassword(input.password);
  return services.connection.db.transaction().execute(async (tx) => {
    await takeTurns(tx, `account.${userId}`);
    const user = await userById(tx, userId);
    // While the password was being hashed, someone else may have changed it or disabled the account.
    if (!user || user.disabledAt || user.credentialVersion !== before.credentialVersion) {
      throw new Problem('not_signed_in', 'Sign in again: your account was changed elsewhere.');
    }
    await setPassword(tx, userId, passwordHash);
    await deleteSessionsOf(tx, userId);
    await auditEverywhere(tx, userId, 'account.password');
    return openSession(tx, { id: userId, credentialVersion: before.credentialVersion + 1 }, services.now());
  });
}

/** Ends every session and every link of this person, this one included. */
export async function signOutEverywhere(services: Services, userId: string): Promise<void> {
  await services.connection.db.transaction().execute(async (tx) => {
    await raiseCredentialVersion(tx, userId);
    await deleteSessionsOf(tx, userId);
    await auditEverywhere(tx, userId, 'account.sign_out_everywhere');
  });
}
