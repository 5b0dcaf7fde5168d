import type { Connection } from '../db/connect.ts';
import { vacuumInvitations } from '../invitations/ticketed.ts';
import { vacuumMarks } from './store.ts';

const running = new WeakMap<Connection, Promise<void>>();

/**
 * Takes away what the files of the database still hold of marks that were written anew: the order in which they came.
 * Several at once share one run. It fails without harm, such as where a PostgreSQL before 17 lets only the owner of a table
 * do it; its own autovacuum then does a part of it later.
 */
export async function leaveNoTrace(workspaceId: string, connection: Connection): Promise<void> {
  if (running.has(connection)) return running.get(connection);
  const run = vacuumMarks(workspaceId, connection.db)
    .then(() => vacuumInvitations(workspaceId, connection.db))
    .catch(() => {})
    .finally(() => running.delete(connection));
  running.set(connection, run);
  return run;
}
