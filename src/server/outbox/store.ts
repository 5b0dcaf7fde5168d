import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../db/connect.ts';
import type { NewEvent } from './schema.ts';

/** One statement with one text, however many events there are. Ids rise in the order of the list. */
export async function insertEvents(
  workspaceId: string,
  tx: Tx,
  events: readonly NewEvent[],
  dispatchedAt: Date | null,
): Promise<void> {
  // A published batch is kept with its day only: the moment would say when the last of its answers came.
  await sql`INSERT INTO outbox (workspace_id, kind, subject, survey_id, payload, created_at, dispatched_at)
    SELECT ${workspaceId}::uuid, e.kind, e.subject, e."surveyId", e.payload,
      CASE e.kind WHEN 'responses.published' THEN date_trunc('day', now(), 'UTC') ELSE now() END,
      ${dispatchedAt}::timestamptz
    FROM jsonb_to_recordset(${JSON.stringify(events)}::jsonb) AS e (kind text, subject text, "surveyId" uuid, payload jsonb)`.execute(
    tx,
  );
}

/** Responses that a file brought, one row each: `response`, `channel`, `day`. */
export type ImportedRows = RawBuilder<{ response: string; channel: string; day: string | null }>;

/** One event for each row of a query, however many there are. What an event holds is what is named here, and no more. */
export async function insertImported(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  rows: ImportedRows,
  dispatchedAt: Date | null,
): Promise<void> {
  await sql`INSERT INTO outbox (workspace_id, kind, subject, survey_id, payload, dispatched_at)
    SELECT ${workspaceId}::uuid, 'response.imported', r.response, ${surveyId}::uuid,
      jsonb_build_object('survey', ${surveyId}::uuid, 'audience', 'customer', 'channel', r.channel,
        'response', r.response, 'at', r.day),
      ${dispatchedAt}::timestamptz
    FROM (${rows}) AS r`.execute(tx);
}

/** Kind and subject of those of these events about a survey that were written down before; reads the whole outbox. */
export async function standingEvents(
  workspaceId: string,
  tx: Tx,
  events: readonly NewEvent[],
): Promise<Pick<StoredEvent, 'kind' | 'subject'>[]> {
  const { rows } = await sql<Pick<StoredEvent, 'kind' | 'subject'>>`
    SELECT DISTINCT o.kind, o.subject
    FROM jsonb_to_recordset(${JSON.stringify(events)}::jsonb) AS e (kind text, subject text, "surveyId" uuid)
      JOIN outbox o ON o.workspace_id = ${workspaceId} AND o.kind = e.kind AND o.subject = e.subject
        AND o.survey_id = e."surveyId"`.execute(tx);
  return rows;
}

export interface StoredEvent {
  id: number;
  kind: string;
  subject: string;
  surveyId: string | null;
  payload: unknown;
  createdAt: Date;
}

const EVENT = ['id', 'kind', 'subject', 'surveyId', 'payload', 'createdAt'] as const;

/** An event that goes to one endpoint only and is therefore never dispatched. */
export async function insertDispatched(workspaceId: string, tx: Tx, event: NewEvent, now: Date): Promise<number> {
  const row = await tx
    .insertInto('outbox')
    .values({
      workspaceId,
      kind: event.kind,
      subject: event.subject,
      surveyId: event.surveyId ?? null,
      payload: JSON.stringify(event.payload),
      createdAt: now,
      dispatchedAt: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

/** The oldest events that were not handed to endpoints yet. */
export function waitingEvents(workspaceId: string, tx: Tx, limit: number): Promise<Omit<StoredEvent, 'payload'>[]> {
  return tx
    .selectFrom('outbox')
    .select(['id', 'kind', 'subject', 'surveyId', 'createdAt'])
    .where('workspaceId', '=', workspaceId)
    .where('dispatchedAt', 'is', null)
    .orderBy('id')
    .limit(limit)
    .execute();
}

export async function setDispatched(workspaceId: string, tx: Tx, ids: readonly number[], now: Date): Promise<void> {
  await sql`UPDATE outbox SET dispatched_at = ${now} WHERE workspace_id = ${workspaceId} AND id = ANY(${ids}::bigint[])`.execute(
    tx,
  );
}

/** For a workspace in which nobody wants to know: the oldest are done with in one statement; returns how many. */
export async function dispatchToNobody(workspaceId: string, tx: Tx, now: Date, limit: number): Promise<number> {
  const done = await sql`UPDATE outbox SET dispatched_at = ${now} WHERE workspace_id = ${workspaceId} AND id IN (
      SELECT id FROM outbox WHERE workspace_id = ${workspaceId} AND dispatched_at IS NULL ORDER BY id LIMIT ${limit})`.execute(
    tx,
  );
  return Number(done.numAffectedRows ?? 0);
}

export function eventsById(workspaceId: string, tx: Tx, ids: readonly number[]): Promise<StoredEvent[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return tx
    .selectFrom('outbox')
    .select(EVENT)
    .where('workspaceId', '=', workspaceId)
    .where('id', 'in', [...ids])
    .execute();
}

/** Events of these kinds and surveys (none: of all) that were stored in a span of time, oldest first. */
export async function eventsBetween(
  workspaceId: string,
  tx: Tx,
  span: { from: Date; to: Date; kinds: readonly string[]; surveyIds: readonly string[]; limit: number },
): Promise<Pick<StoredEvent, 'id' | 'subject'>[]> {
  let query = tx
    .selectFrom('outbox')
    .select(['id', 'subject'])
    .where('workspaceId', '=', workspaceId)
    .where('createdAt', '>=', span.from)
    .where('createdAt', '<', span.to)
    .where('kind', 'in', [...span.kinds]);
  if (span.surveyIds.length > 0) query = query.where('surveyId', 'in', [...span.surveyIds]);
  return query.orderBy('id').limit(span.limit).execute();
}

/** Deletes the oldest events, with their deliveries; returns how many went. */
export async function deleteEventsBefore(workspaceId: string, tx: Tx, before: Date, limit: number): Promise<number> {
  const gone = await sql`DELETE FROM outbox WHERE workspace_id = ${workspaceId} AND id IN (
      SELECT id FROM outbox WHERE workspace_id = ${workspaceId} AND created_at < ${before} ORDER BY id LIMIT ${limit})`.execute(
    tx,
  );
  return Number(gone.numAffectedRows ?? 0);
}

export async function deleteEventsAbout(workspaceId: string, tx: Tx, subjects: readonly string[]): Promise<void> {
  await sql`DELETE FROM outbox WHERE workspace_id = ${workspaceId} AND subject = ANY(${subjects}::text[])`.execute(tx);
}
