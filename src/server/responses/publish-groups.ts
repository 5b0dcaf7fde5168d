import { type RawBuilder, sql } from 'kysely';
import { type Label, ticketGroups } from '../../core/ticket-groups.ts';
import type { Tx } from '../db/connect.ts';

/** Finished, or begun before this day (YYYY-MM-DD); of `responses`. */
export const ripe = (unfinishedBefore: string | null): RawBuilder<boolean> =>
  sql<boolean>`(finished OR coalesce(answered_on < ${unfinishedBefore}::date, false))`;

/** Waves of these surveys in which answers wait that keep attributes. */
const keepingWaves = (workspaceId: string, surveyIds: readonly string[]) => sql`
  SELECT wave_id FROM responses WHERE workspace_id = ${workspaceId} AND survey_id = ANY(${surveyIds}::uuid[])
    AND NOT published AND given IS NOT NULL AND NOT handed_in AND wave_id IS NOT NULL AND attributes <> '{}'`;

/** Whether a response (of `responses`) waits for others that keep the same attributes, and not just for others. What was handed in keeps none. */
export const waitsForAlike = (workspaceId: string, surveyIds: readonly string[]): RawBuilder<boolean> =>
  sql<boolean>`(given IS NOT NULL AND NOT handed_in AND coalesce(wave_id IN (${keepingWaves(workspaceId, surveyIds)}), false))`;

/** Whether nothing is published yet of a response (`w`). */
export const isNew = (workspaceId: string): RawBuilder<boolean> => sql<boolean>`NOT EXISTS (
  SELECT FROM responses p WHERE p.workspace_id = ${workspaceId} AND p.survey_id = w.survey_id
    AND p.audience = w.audience AND p.key = w.key AND p.published)`;

/** What waits in these surveys, of this wave or of none, gives up its attributes: nobody can be told to be alike there any more. */
export async function dropKept(
  workspaceId: string,
  tx: Tx,
  surveyIds: readonly string[],
  waveId: string | null,
): Promise<void> {
  await sql`UPDATE responses SET attributes = '{}' WHERE workspace_id = ${workspaceId}
    AND survey_id = ANY(${surveyIds}::uuid[]) AND NOT published AND given IS NOT NULL AND attributes <> '{}'
    AND wave_id IS NOT DISTINCT FROM ${waveId}::uuid`.execute(tx);
}

/** What comes in one step is at least a third of what is published of the wave: few steps can be followed exactly. */
const STEP = 3;

/**
 * Puts into `batch_ids` what is due of the waves whose answers keep attributes: responses of which at least the anonymity
 * threshold keep the same ones, once there are enough of them together. So every number, however it is filtered, is
 * a sum over sets of at least so many people. Returns how many are due.
 */
export async function fillAlike(
  workspaceId: string,
  tx: Tx,
  surveyIds: readonly string[],
  unfinishedBefore: string | null,
): Promise<number> {
  const due = await sql`
    WITH ripe AS MATERIALIZED (
      SELECT id, survey_id, audience, wave_id, attributes FROM responses w
      WHERE workspace_id = ${workspaceId} AND survey_id = ANY(${surveyIds}::uuid[]) AND NOT published
        AND ${ripe(unfinishedBefore)} AND ${waitsForAlike(workspaceId, surveyIds)} AND ${isNew(workspaceId)}
    ), alike AS (
      SELECT survey_id, audience, wave_id, attributes, count(*) AS n FROM ripe GROUP BY 1, 2, 3, 4
      HAVING count(*) >= anonymity_threshold()
    ), enough AS (
      SELECT survey_id, audience, wave_id FROM alike a GROUP BY 1, 2, 3
      HAVING sum(n) * ${STEP}::integer >= (SELECT count(*) FROM responses p WHERE p.workspace_id = ${workspaceId}
        AND p.survey_id = a.survey_id AND p.audience = a.audience AND p.wave_id = a.wave_id AND p.published)
    )
    INSERT INTO batch_ids (id)
    SELECT id FROM ripe JOIN alike USING (survey_id, audience, wave_id, attributes)
      JOIN enough USING (survey_id, audience, wave_id)`.execute(tx);
  return Number(due.numAffectedRows ?? 0n);
}

/** A wave in which enough responses have waited too long for others that keep the same attributes. */
export interface Overdue {
  readonly surveyId: string;
  readonly waveId: string;
}

/**
 * Waves in which at least the anonymity threshold of responses from before this day (YYYY-MM-DD) wait for others like them.
 * What waits beside a published one has its day, and is never overdue: it would change the number of those alike alone.
 */
export async function overdueWaves(workspaceId: string, tx: Tx, before: string): Promise<Overdue[]> {
  const { rows } = await sql<Overdue>`
    SELECT survey_id, wave_id FROM responses w WHERE workspace_id = ${workspaceId} AND NOT published
      AND given IS NOT NULL AND NOT handed_in AND wave_id IS NOT NULL AND ${isNew(workspaceId)}
    GROUP BY survey_id, audience, wave_id
    HAVING count(*) FILTER (WHERE answered_on < ${before}::date) >= anonymity_threshold()
      AND bool_or(attributes <> '{}') ORDER BY 1, 2`.execute(tx);
  return rows;
}

/**
 * Puts into `batch_ids` the responses of a wave from before this day of which nothing is published yet. They give up attributes, the last of `names` first,
 * until at least the anonymity threshold of them keep the same ones. Returns how many.
 */
export async function fillOverdue(
  workspaceId: string,
  tx: Tx,
  { surveyId, waveId }: Overdue,
  names: readonly string[],
  before: string,
): Promise<number> {
  const { rows } = await sql<{ id: number; attributes: Label; k: number }>`
    SELECT w.id, w.attributes, anonymity_threshold() AS k FROM responses w
    WHERE w.workspace_id = ${workspaceId} AND w.survey_id = ${surveyId} AND w.wave_id = ${waveId} AND NOT w.published
      AND w.given IS NOT NULL AND NOT w.handed_in AND w.answered_on < ${before}::date AND ${isNew(workspaceId)} ORDER BY w.id`.execute(
    tx,
  );
  const k = Number(rows[0]?.k ?? 0);
  if (rows.length === 0 || rows.length < k) return 0;
  // A name that the survey gave up since is given up first.
  const held = [...new Set(rows.flatMap(({ attributes }) => Object.keys(attributes)))].sort();
  const order = [...names, ...held.filter((name) => !names.includes(name))];
  const { of, groups } = ticketGroups(
    rows.map(({ attributes }) => attributes),
    order,
    k,
  );
  const due = rows.map(({ id }, i) => ({ id, attributes: groups[of[i] ?? 0]?.label ?? {} }));
  await sql`
    WITH due AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(due)}::jsonb) AS d (id bigint, attributes jsonb)
    ), coarser AS (
      UPDATE responses r SET attributes = d.attributes FROM due d
      WHERE r.workspace_id = ${workspaceId} AND r.id = d.id AND r.attributes <> d.attributes
    )
    INSERT INTO batch_ids (id) SELECT id FROM due`.execute(tx);
  return due.length;
}
