import type { Task } from '../background/background.ts';
import { inWorkspace } from '../db/transaction.ts';
import type { Services } from '../http/route.ts';
import { deleteEventsBefore } from '../outbox/verbs.ts';
import { startDue } from './deliver.ts';
import { dispatchEvents } from './dispatch.ts';

const KEEP_MS = 30 * 24 * 3_600_000;
const PRUNE_EVERY_MS = 3_600_000;
const PRUNE_BATCH = 5_000;
const pruned = new Map<string, number>();

/** Hands new events to endpoints, begins to send what is due, and once an hour forgets what is older than 30 days. */
export const webhookTask: Task = {
  name: 'webhooks',
  async run(services, workspaceId, signal) {
    await dispatchEvents(services, workspaceId, signal);
    for (const line of await startDue(services, workspaceId, signal)) {
      // Not waited for: a receiver that hangs must not hold up the other tasks.
      line.catch((error) => {
        // While the server stops, its database goes away under what is still under way; the lease ends by itself.
        if (!signal.aborted) services.log.error({ err: error, workspaceId }, 'webhooks could not be delivered');
      });
    }
    await pruneEvents(services, workspaceId, signal);
  },
};

/** Deletes events older than 30 days, with their deliveries. */
export async function pruneEvents(services: Services, workspaceId: string, signal: AbortSignal): Promise<void> {
  const now = services.now().getTime();
  if (now - (pruned.get(workspaceId) ?? 0) < PRUNE_EVERY_MS) return;
  pruned.set(workspaceId, now);
  let gone: number;
  do {
    gone = await inWorkspace(services.connection.db, workspaceId, (tx) =>
      deleteEventsBefore(workspaceId, tx, new Date(now - KEEP_MS), PRUNE_BATCH),
    );
  } while (gone === PRUNE_BATCH && !signal.aborted);
}
