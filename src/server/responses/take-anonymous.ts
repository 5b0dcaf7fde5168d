import { sql } from 'kysely';
import type { Tx } from '../db/connect.ts';
import { prepareBatch } from './count-delta.ts';
import { lockProtected, publishWaiting } from './publish-waiting.ts';
import { type MergedResponse, nameOf, upsertAnswers, upsertMerged } from './take-parts.ts';
import { mixWaiting } from './write-anew.ts';

/**
 * Stores responses of leaders, staff and anonymous customers: without a contact, to wait until enough others wait, too.
 * What is added to a published one waits beside it. Each response comes with all of its answers. `read` is run when
 * nobody else can write answers to these surveys until the transaction ends, and says what is to be stored.
 */
export async function writeAnonymous(
  workspaceId: string,
  tx: Tx,
  surveyIds: readonly string[],
  read: () => Promise<readonly MergedResponse[]>,
): Promise<void> {
  await lockProtected(workspaceId, tx, surveyIds);
  const responses = (await read()).map((response) => ({ ...response, contactId: null }));
  if (responses.length === 0) return;
  const places = new Map(
    (await upsertMerged(workspaceId, tx, responses, false)).map((place) => [nameOf(place), place.id]),
  );
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
