import type { Tx } from '../db/connect.ts';
import { EVENT_PAYLOADS, type NewEvent } from './schema.ts';
import { insertEvents } from './store.ts';

/**
 * Writes down, in the transaction of the change itself, what has to be told to others: either both are stored or
 * neither. Call `wake(workspaceId)` after the commit. Throws when a payload holds anything that its kind may not tell.
 */
export async function writeOutbox(workspaceId: string, tx: Tx, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  for (const event of events) EVENT_PAYLOADS[event.kind].parse(event.payload);
  await insertEvents(workspaceId, tx, events);
}
