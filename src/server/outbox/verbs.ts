import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../db/connect.ts';
import { EVENT_PAYLOADS, type NewEvent } from './schema.ts';
import { deleteEventsAbout, type ImportedRows, insertEvents, insertImported, standingEvents } from './store.ts';

/**
 * Writes down, in the transaction of the change itself, what has to be told to others: either both are stored or
 * neither. Call `wake(workspaceId)` after the commit. Throws when a payload holds anything that its kind may not tell.
 * A writer that keeps new listeners away (`holdListeners`) and sees that there are none may say so with the present time:
 * then nothing waits to be dispatched.
 */
export async function writeOutbox(
  workspaceId: string,
  tx: Tx,
  events: readonly NewEvent[],
  toNobodyAt: Date | null = null,
): Promise<void> {
  if (events.length === 0) return;
  for (const event of events) EVENT_PAYLOADS[event.kind].parse(event.payload);
  await insertEvents(workspaceId, tx, events, toNobodyAt);
}

/** Writes down what a file brought, like `writeOutbox`, for any number of responses at once. */
export async function writeImported(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  rows: ImportedRows,
  toNobodyAt: Date | null,
): Promise<void> {
  await insertImported(workspaceId, tx, surveyId, rows, toNobodyAt);
}

/**
 * Those of these events of surveys that do not stand in the outbox, with the same kind and subject: for what can be undone
 * and done again, and is to be told once. It knows as far back as events are kept.
 */
export async function notYetTold(workspaceId: string, tx: Tx, events: readonly NewEvent[]): Promise<NewEvent[]> {
  if (events.length === 0) return [];
  const told = await standingEvents(workspaceId, tx, events);
  const names = new Set(told.map(({ kind, subject }) => `${kind} ${subject}`));
  return events.filter(({ kind, subject }) => !names.has(`${kind} ${subject}`));
}

/**
 * Until the transaction ends no endpoint is added or switched on. Who does that calls `awaitWriters` first, and so waits
 * for the writers that have seen none.
 */
export async function holdListeners(workspaceId: string, tx: Tx): Promise<void> {
  await sql`SELECT ${holdingListeners(workspaceId)}`.execute(tx);
}

/** The same within another statement. */
export const holdingListeners = (workspaceId: string): RawBuilder<unknown> =>
  sql`pg_advisory_xact_lock_shared(hashtextextended(${`listeners ${workspaceId}`}, 0))`;

export async function awaitWriters(workspaceId: string, tx: Tx): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`listeners ${workspaceId}`}, 0))`.execute(tx);
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
