import { sql } from 'kysely';
import type { Tx } from '../db/connect.ts';

/**
 * Responses looked at on each of two ways. The version has no index, as every answer that comes in would pay for it: of a
 * million responses the exact answer takes seconds.
 */
const LOOKED_AT = 2_000;

/**
 * The newest version of a survey that has answers; null while none has. It is looked for among the workspace's latest
 * responses, and among those of the survey in the order of their keys: these are made by chance, so that a version which
 * more than a few answered is among them. Only responses that are published count: that somebody answered is not told while
 * a protected audience's batch waits.
 */
export async function lastAnsweredVersion(workspaceId: string, tx: Tx, surveyId: string): Promise<number | null> {
  const { rows } = await sql<{ version: number | null }>`
    SELECT max(version) AS version FROM (
      SELECT survey_version AS version FROM (
        SELECT survey_id, published, survey_version FROM responses WHERE workspace_id = ${workspaceId}
        ORDER BY id DESC LIMIT ${LOOKED_AT}) latest
      WHERE survey_id = ${surveyId} AND published
      UNION ALL
      (SELECT survey_version FROM responses
        WHERE workspace_id = ${workspaceId} AND survey_id = ${surveyId} AND published
        ORDER BY key LIMIT ${LOOKED_AT})) looked_at`.execute(tx);
  return rows[0]?.version ?? null;
}
