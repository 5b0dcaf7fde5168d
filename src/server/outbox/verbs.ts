import type { Tx } from '../db/connect.ts';
import { EVENT_PAYLOADS, type NewEvent } from './schema.ts';
import { deleteEventsAbout, insertEvents } from './store.ts';

/**
 * Writes down, in the transaction of the change itself, what has to be told to others: either both are stored or
 * neither. Call `wake(workspaceId)` after the commit. Throws when a payload holds anything that its kind may not tell.
 */
export async function writeOutbox(workspaceId: string, tx: Tx, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  for (const event of events) EVENT_PAYLOADS[event.kind].parse(event.payload);
  await insertEvents(workspaceId, tx, events);
}

/** Forgets what was to be told, or was told, about erased responses. */
export async function forgetEventsAbout(workspaceId: string, tx: Tx, subjects: readonly string[]): Promise<void> {
  if (subjects.length > 0) await deleteEventsAbout(workspaceId, tx, subjects);
}

export type { StoredEvent } from './store.ts';
export {
  deleteEventsBefore,
  dispatchToNobody,
  eventsBetween,
  eventsById,
  insertDispatched,
  setDispatched,
  waitingEvents,
} from './store.ts';
