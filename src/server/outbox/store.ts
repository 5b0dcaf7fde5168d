import { sql } from 'kysely';
import type { Tx } from '../db/connect.ts';
import type { NewEvent } from './schema.ts';

/** One statement with one text, however many events there are. Ids rise in the order of the list. */
export async function insertEvents(workspaceId: string, tx: Tx, events: readonly NewEvent[]): Promise<void> {
  // A published batch is kept with its day only: the moment would say when the last of its answers came.
  await sql`INSERT INTO outbox (workspace_id, kind, subject, survey_id, payload, created_at)
    SELECT ${workspaceId}, e.kind, e.subject, e."surveyId", e.payload,
      CASE e.kind WHEN 'responses.published' THEN date_trunc('day', now(), 'UTC') ELSE now() END
    FROM jsonb_to_recordset(${JSON.stringify(events)}::jsonb) AS e (kind text, subject text, "surveyId" uuid, payload jsonb)`.execute(
    tx,
  );
}
