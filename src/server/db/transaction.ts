import { sql } from 'kysely';
import type { Database, Tx } from './connect.ts';

/**
 * Runs `work` in one transaction that can see one workspace: the first wall is the `workspaceId` that every store
 * function asks for, the second is row-level security, which reads the setting made here.
 * Throws when the id is empty, so that a missing id can never mean "all workspaces".
 */
export async function inWorkspace<T>(db: Database, workspaceId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  if (!workspaceId) throw new Error('inWorkspace needs a workspace id');
  return db.transaction().execute(async (tx) => {
    await enterWorkspace(tx, workspaceId);
    return work(tx);
  });
}

/** Lets a transaction that runs already see this workspace instead of the one before, if any. */
export async function enterWorkspace(tx: Tx, workspaceId: string): Promise<void> {
  if (!workspaceId) throw new Error('enterWorkspace needs a workspace id');
  await sql`SELECT set_config('parallax.workspace_id', ${workspaceId}, true)`.execute(tx);
}

/** Runs `work` in one transaction that can see the memberships of one person, across workspaces, read-only. */
export async function asPerson<T>(db: Database, userId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  if (!userId) throw new Error('asPerson needs a user id');
  return db.transaction().execute(async (tx) => {
    await sql`SELECT set_config('parallax.user_id', ${userId}, true)`.execute(tx);
    return work(tx);
  });
}
