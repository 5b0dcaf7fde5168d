import { sql } from 'kysely';
import type { Tx } from '../db/connect.ts';
import { mergeDelta, noteContributions } from './count-delta.ts';

/** Responses that wait in one survey and audience for enough others. */
interface Waiting {
  readonly surveyId: string;
  readonly audience: 'leadership' | 'staff';
  readonly n: number;
}

/** How many leaders' and staff's responses wait for their batch. */
export async function waitingResponses(workspaceId: string, tx: Tx): Promise<Waiting[]> {
  const { rows } = await sql<Waiting>`
    SELECT survey_id, audience, count(*) AS n FROM responses
    WHERE workspace_id = ${workspaceId} AND NOT published GROUP BY survey_id, audience ORDER BY audience, survey_id
  `.execute(tx);
  return rows;
}

/**
 * Writers of leaders' and staff's answers to one survey take turns until they commit. Otherwise two of them, each
 * seeing only its own waiting answers, could both decide that the batch is still too small.
 */
export async function lockProtected(workspaceId: string, tx: Tx, surveyIds: readonly string[]): Promise<void> {
  for (const surveyId of [...surveyIds].sort()) {
    await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`${workspaceId} ${surveyId}`}, 0))`.execute(tx);
  }
}

/**
 * Publishes, for leaders and for staff, what waits in these surveys where at least as many wait as the anonymity
 * threshold asks for: nobody's answers can then be had by comparing the numbers before and after. A changed answer of
 * somebody already published replaces the old one in the same step. Returns how many responses were published.
 * The caller holds the surveys' locks (`lockProtected`) and has prepared the batch tables.
 */
export async function publishWaiting(workspaceId: string, tx: Tx, surveyIds: readonly string[]): Promise<number> {
  await dropUnchanged(workspaceId, tx, surveyIds);
  await sql`DELETE FROM batch_ids`.execute(tx);
  const due = await sql`
    INSERT INTO batch_ids (id, twin_id)
    SELECT w.id, p.id FROM responses w LEFT JOIN responses p ON p.workspace_id = w.workspace_id
      AND p.survey_id = w.survey_id AND p.audience = w.audience AND p.key = w.key AND p.published
    WHERE w.workspace_id = ${workspaceId} AND w.survey_id = ANY(${surveyIds}::uuid[]) AND NOT w.published AND (w.survey_id, w.audience) IN (
      SELECT survey_id, audience FROM responses WHERE workspace_id = ${workspaceId} AND survey_id = ANY(${surveyIds}::uuid[]) AND NOT published
      GROUP BY survey_id, audience HAVING count(*) >= anonymity_threshold())`.execute(tx);
  const published = Number(due.numAffectedRows ?? 0n);
  if (published === 0) return 0;
  const twins = sql`SELECT twin_id FROM batch_ids WHERE twin_id IS NOT NULL`;
  await noteContributions(workspaceId, tx, -1, twins);
  await sql`
    INSERT INTO answers (workspace_id, response_id, item_id, lens, value)
    SELECT a.workspace_id, b.twin_id, a.item_id, a.lens, a.value
    FROM batch_ids b JOIN answers a ON a.workspace_id = ${workspaceId} AND a.response_id = b.id
    WHERE b.twin_id IS NOT NULL
    ON CONFLICT (workspace_id, response_id, item_id, lens) DO UPDATE SET value = EXCLUDED.value`.execute(tx);
  await sql`
    UPDATE responses p SET answered_on = coalesce(w.answered_on, p.answered_on), weight = w.weight,
      channel = CASE w.channel WHEN '' THEN p.channel ELSE w.channel END, wave_id = coalesce(w.wave_id, p.wave_id),
      attributes = p.attributes || w.attributes
    FROM batch_ids b JOIN responses w ON w.workspace_id = ${workspaceId} AND w.id = b.id
    WHERE p.workspace_id = ${workspaceId} AND p.id = b.twin_id`.execute(tx);
  const merged = sql`SELECT id FROM batch_ids WHERE twin_id IS NOT NULL`;
  await sql`DELETE FROM answers WHERE workspace_id = ${workspaceId} AND response_id IN (${merged})`.execute(tx);
  await sql`DELETE FROM responses WHERE workspace_id = ${workspaceId} AND id IN (${merged})`.execute(tx);
  await sql`UPDATE responses SET published = true, release = (
      SELECT coalesce(max(release), 0) + 1 FROM responses WHERE workspace_id = ${workspaceId} AND audience <> 'customer')
    WHERE workspace_id = ${workspaceId} AND id IN (SELECT id FROM batch_ids WHERE twin_id IS NULL)`.execute(tx);
  await noteContributions(workspaceId, tx, 1, sql`SELECT coalesce(twin_id, id) FROM batch_ids`);
  await mergeDelta(workspaceId, tx);
  return published;
}

/** A waiting response that says what is already published adds nothing, and must not count towards a batch. */
async function dropUnchanged(workspaceId: string, tx: Tx, surveyIds: readonly string[]): Promise<void> {
  await sql`DELETE FROM batch_ids`.execute(tx);
  const same = await sql`
    INSERT INTO batch_ids (id)
    SELECT w.id FROM responses w JOIN responses p ON p.workspace_id = w.workspace_id AND p.survey_id = w.survey_id
      AND p.audience = w.audience AND p.key = w.key AND p.published
    WHERE w.workspace_id = ${workspaceId} AND w.survey_id = ANY(${surveyIds}::uuid[]) AND NOT w.published
      AND (w.weight, coalesce(w.answered_on, p.answered_on), coalesce(w.wave_id, p.wave_id), p.attributes || w.attributes)
        IS NOT DISTINCT FROM (p.weight, p.answered_on, p.wave_id, p.attributes)
      AND w.channel IN ('', p.channel)
      AND NOT EXISTS (
        SELECT FROM answers a LEFT JOIN answers b ON b.workspace_id = a.workspace_id AND b.response_id = p.id
          AND b.item_id = a.item_id AND b.lens = a.lens
        WHERE a.workspace_id = w.workspace_id AND a.response_id = w.id
          AND (b.response_id IS NULL OR a.value IS DISTINCT FROM b.value))`.execute(tx);
  if (Number(same.numAffectedRows ?? 0n) === 0) return;
  const ids = sql`SELECT id FROM batch_ids`;
  await sql`DELETE FROM answers WHERE workspace_id = ${workspaceId} AND response_id IN (${ids})`.execute(tx);
  await sql`DELETE FROM responses WHERE workspace_id = ${workspaceId} AND id IN (${ids})`.execute(tx);
}
