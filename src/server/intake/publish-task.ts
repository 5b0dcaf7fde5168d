import type { Task } from '../background/background.ts';
import { inWorkspace } from '../db/transaction.ts';
import { publishUnfinished } from '../responses/verbs.ts';

const DAY_MS = 86_400_000;

/**
 * Leaders', staff's and anonymous customers' responses that were never finished stop waiting after a day. Only the day on
 * which they began is known, so it is more than 24 hours ago when it is the one before yesterday.
 */
export const publishTask: Task = {
  name: 'publish unfinished responses',
  async run({ connection, now }, workspaceId) {
    const yesterday = new Date(now().getTime() - DAY_MS).toISOString().slice(0, 10);
    await inWorkspace(connection.db, workspaceId, (tx) => publishUnfinished(workspaceId, tx, yesterday));
  },
};
