import { sql } from 'kysely';
import type { Tx } from '../db/connect.ts';

/** Late answers to an earlier version may be the very last ones; among so many the newest version is looked for. */
const LOOKED_AT = 200;

/**
 * The newest version of a survey among its latest responses; null while there are none. Only responses that are published
 * count: that somebody answered is not told while a protected audience's batch waits.
 */
export async function lastAnsweredVersion(workspaceId: string, tx: Tx, surveyId: string): Promise<number | null> {
  const { rows } = await sql<{ version: number | null }>`
    SELECT max(version) AS version FROM (
      SELECT survey_version AS version FROM responses
      WHERE workspace_id = ${workspaceId} AND survey_id = ${surveyId} AND published AND survey_version IS NOT NULL
      ORDER BY id DESC LIMIT ${LOOKED_AT}) latest`.execute(tx);
  return rows[0]?.version ?? null;
}
