import { sql } from 'kysely';
import type { Tx } from '../db/connect.ts';
import { prepareBatch } from './count-delta.ts';
import { lockProtected, publishWaiting } from './publish-waiting.ts';
import { type MergedResponse, nameOf, type ResponseName } from './take-parts.ts';
import { mixWaiting } from './write-anew.ts';
import { RECORD, rowOf, upsertAnswers } from './write-merged.ts';

/** A response of leaders, staff or anonymous customers. */
interface AnonymousResponse extends MergedResponse {
  /** A file or another program handed it in; nobody answered here. */
  readonly handedIn: boolean;
}

/**
 * Stores responses of leaders, staff and anonymous customers: without a contact, to wait until enough others wait, too.
 * What is added to a published one waits beside it. Each response comes with all of its answers. `read` is run when
 * nobody else can write answers to these surveys until the transaction ends, and says what is to be stored.
 */
export async function writeAnonymous(
  workspaceId: string,
  tx: Tx,
  surveyIds: readonly string[],
  read: () => Promise<readonly AnonymousResponse[]>,
): Promise<void> {
  await lockProtected(workspaceId, tx, surveyIds);
  const responses = (await read()).map((response) => ({ ...response, contactId: null }));
  if (responses.length === 0) return;
  const places = new Map((await upsertWaiting(workspaceId, tx, responses)).map((place) => [nameOf(place), place.id]));
  await sql`DELETE FROM answers WHERE workspace_id = ${workspaceId}
    AND response_id = ANY(${[...places.values()]}::bigint[])`.execute(tx);
  await upsertAnswers(
    workspaceId,
    tx,
    responses.flatMap((response) =>
      response.answers.map((answer) => ({ id: places.get(nameOf(response)) ?? 0, answer })),
    ),
  );
  await mixWaiting(workspaceId, tx, surveyIds, [...places.values()]);
  await prepareBatch(workspaceId, tx);
  await publishWaiting(workspaceId, tx, surveyIds);
}

/** Writes the rows of waiting responses in the order of their keys, in which every writer locks them. */
async function upsertWaiting(
  workspaceId: string,
  tx: Tx,
  responses: readonly AnonymousResponse[],
): Promise<(ResponseName & { id: number })[]> {
  const records = responses.map((response) => ({ ...rowOf(response), handed_in: response.handedIn }));
  const { rows } = await sql<ResponseName & { id: number }>`
    INSERT INTO responses (workspace_id, survey_id, audience, key, wave_id, contact_id, answered_on, channel, attributes,
      survey_version, given, parts, finished, language, published, handed_in)
    SELECT ${workspaceId}::uuid, survey_id, audience, key, wave_id, contact_id, answered_on, channel, attributes,
      survey_version, given, parts, finished, language, false, handed_in
    FROM jsonb_to_recordset(${JSON.stringify(records)}::jsonb) AS m (${RECORD}, handed_in boolean)
    ORDER BY survey_id, audience, key
    ON CONFLICT (workspace_id, survey_id, audience, key, published) DO UPDATE SET given = EXCLUDED.given,
      parts = EXCLUDED.parts, handed_in = EXCLUDED.handed_in, finished = EXCLUDED.finished, attributes = EXCLUDED.attributes || responses.attributes,
      survey_version = EXCLUDED.survey_version, language = coalesce(EXCLUDED.language, responses.language),
      contact_id = coalesce(responses.contact_id, EXCLUDED.contact_id)
    RETURNING id, survey_id, audience, key`.execute(tx);
  return rows;
}
