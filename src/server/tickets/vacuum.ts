import type { Connection } from '../db/connect.ts';
import { vacuumInvitations } from '../invitations/ticketed.ts';
import { vacuumMarks } from './store.ts';

const running = new WeakMap<Connection, Promise<void>>();
const next = new WeakMap<Connection, Promise<void>>();

/**
 * Takes away what the files of the database still hold of marks that were written anew: the order in which they came.
 * `batch`: the invitations were written anew, too. All who come while one run is under way share the next one. It fails
 * without harm, such as where a PostgreSQL before 17 lets only the owner of a table do it; its own autovacuum then does a
 * part of it later.
 */
export function leaveNoTrace(workspaceId: string, connection: Connection, batch: boolean): Promise<void> {
  const shared = next.get(connection);
  if (shared && !batch) return shared;
  const run = (running.get(connection) ?? Promise.resolve())
    .then(async () => {
      next.delete(connection);
      await vacuumMarks(workspaceId, connection.db);
      if (batch) await vacuumInvitations(workspaceId, connection.db);
    })
    .catch(() => {});
  running.set(connection, run);
  next.set(connection, run);
  return run;
}
