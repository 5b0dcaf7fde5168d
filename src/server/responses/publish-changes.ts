import { sql } from 'kysely';
import type { Tx } from '../db/connect.ts';
import { monthOf } from './count-delta.ts';
import { ripe } from './publish-groups.ts';

/**
 * Puts into `batch_ids` what people added here to published responses of their own. It changes numbers that were shown, in
 * their place and without a release: so each question changes for nobody, or for at least the anonymity threshold of people
 * whom no filter and no earlier release tells apart. Others wait, however long. Returns how many are due.
 */
export async function fillChanges(
  workspaceId: string,
  tx: Tx,
  surveyIds: readonly string[],
  unfinishedBefore: string | null,
): Promise<number> {
  const found = await sql`
    INSERT INTO batch_ids (id, twin_id)
    SELECT w.id, p.id
    FROM (SELECT * FROM responses WHERE workspace_id = ${workspaceId} AND survey_id = ANY(${surveyIds}::uuid[])
        AND NOT published AND NOT handed_in AND ${ripe(unfinishedBefore)}) w
      JOIN responses p ON p.workspace_id = ${workspaceId} AND p.survey_id = w.survey_id AND p.audience = w.audience
        AND p.key = w.key AND p.published`.execute(tx);
  let due = Number(found.numAffectedRows ?? 0n);
  // Whoever is taken out may have been one of just enough for another question.
  for (let left = due; left > 0 && due > 0; ) {
    const few = await sql`
      WITH changing AS MATERIALIZED (
        SELECT b.id, q.key AS question, dense_rank() OVER (
          ORDER BY p.survey_id, p.audience, p.wave_id, p.handed_in, p.release, p.channel, ${monthOf('p.answered_on')}, p.attributes) AS kind
        FROM batch_ids b JOIN responses w ON w.workspace_id = ${workspaceId} AND w.id = b.id AND NOT w.handed_in
          JOIN responses p ON p.workspace_id = ${workspaceId} AND p.id = b.twin_id
          CROSS JOIN LATERAL jsonb_object_keys(coalesce(p.given, '{}') || coalesce(w.given, '{}')) AS q (key)
        WHERE (w.given -> q.key -> 'value', w.given -> q.key -> 'left')
          IS DISTINCT FROM (p.given -> q.key -> 'value', p.given -> q.key -> 'left')
      )
      DELETE FROM batch_ids WHERE id IN (
        SELECT id FROM changing WHERE (kind, question) IN (
          SELECT kind, question FROM changing GROUP BY 1, 2 HAVING count(*) < anonymity_threshold()))`.execute(tx);
    left = Number(few.numAffectedRows ?? 0n);
    due -= left;
  }
  return due;
}
