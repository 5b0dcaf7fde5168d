import { sql } from 'kysely';
import type { Merged } from '../../core/survey/parts.ts';
import type { Tx } from '../db/connect.ts';
import { isOriginally, type ResponseName } from '../responses/verbs.ts';
import type { Reason } from './store.ts';

/** Erases what was set apart of one contact, or under one original id. Returns what it was. */
export async function eraseSetApart(
  workspaceId: string,
  tx: Tx,
  {
    contactId,
    originalId,
    surveyId,
    audience,
  }: Partial<Omit<ResponseName, 'key'>> & { readonly contactId?: string; readonly originalId?: string },
): Promise<ResponseName[]> {
  if (contactId === undefined && originalId === undefined) throw new Error('eraseSetApart needs a contact or an id');
  const named = originalId === undefined ? sql`true` : isOriginally(sql`key`, originalId);
  const { rows } = await sql<ResponseName>`
    DELETE FROM set_apart_responses WHERE workspace_id = ${workspaceId}
      AND (${contactId ?? null}::uuid IS NULL OR contact_id = ${contactId ?? null}::uuid)
      AND ${named}
      AND (${surveyId ?? null}::uuid IS NULL OR survey_id = ${surveyId ?? null}::uuid)
      AND (${audience ?? null}::audience IS NULL OR audience = ${audience ?? null}::audience)
    RETURNING survey_id, audience, key`.execute(tx);
  return rows;
}

/** A response of a contact that is kept without being counted. */
interface ContactSetApart {
  readonly surveyId: string;
  readonly key: string;
  readonly reason: Reason;
  readonly answeredOn: string;
  readonly channel: string;
  readonly language: string | null;
  readonly finished: boolean;
  readonly attributes: Record<string, string>;
  readonly given: Merged['answers'];
}

/** Everything that was set apart of one contact, dismissed or not. */
export async function setApartOfContact(workspaceId: string, tx: Tx, contactId: string): Promise<ContactSetApart[]> {
  const { rows } = await sql<ContactSetApart>`
    SELECT survey_id, key, reason, answered_on, channel, language, finished, attributes, given FROM set_apart_responses
    WHERE workspace_id = ${workspaceId} AND contact_id = ${contactId} ORDER BY survey_id, key`.execute(tx);
  return rows;
}

/** At most so many are written anew with each that comes: enough to hide among. */
const HIDING = 300;

/**
 * Writes responses of leaders, staff and anonymous customers that were just set apart once more, together with others of
 * the same audience and in random order: no place and no transaction tells which of them came when.
 */
export async function mixSetApart(workspaceId: string, tx: Tx, fresh: readonly ResponseName[]): Promise<void> {
  if (fresh.length === 0) return;
  const names = fresh.map(({ surveyId, audience, key }) => ({ survey_id: surveyId, audience, key }));
  await sql`
    WITH fresh AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(names)}::jsonb) AS f (survey_id uuid, audience audience, key text)
    ), picked AS MATERIALIZED (
      SELECT s.survey_id, s.audience, s.key FROM set_apart_responses s
      WHERE s.workspace_id = ${workspaceId} AND (s.survey_id, s.audience) IN (SELECT survey_id, audience FROM fresh)
      ORDER BY s.key IN (SELECT key FROM fresh) DESC, random() LIMIT ${fresh.length + HIDING}
    ), gone AS (
      DELETE FROM set_apart_responses s USING picked p
      WHERE s.workspace_id = ${workspaceId} AND s.survey_id = p.survey_id AND s.audience = p.audience AND s.key = p.key
      RETURNING s AS response
    )
    INSERT INTO set_apart_responses
    SELECT p.* FROM gone, LATERAL jsonb_populate_record(gone.response, '{}') AS p ORDER BY random()`.execute(tx);
}
