import { sql } from 'kysely';
import type { Audience } from '../../core/perspective.ts';
import type { Tx } from '../db/connect.ts';
import { writeOutbox } from '../outbox/verbs.ts';
import { mergeDelta, noteContributions, prepareBatch } from './count-delta.ts';
import { fillChanges } from './publish-changes.ts';
import { dropKept, fillAlike, fillOverdue, type Overdue, ripe, waitsForAlike } from './publish-groups.ts';
import { makeAlike } from './write-anew.ts';

/** Responses that wait in one survey and audience for enough others. */
interface Waiting {
  readonly surveyId: string;
  readonly audience: Audience;
  readonly n: number;
}

/** How many responses of leaders, staff and anonymous customers wait for each batch, and whether for others that keep the same attributes. */
export async function waitingResponses(
  workspaceId: string,
  tx: Tx,
): Promise<(Waiting & { readonly forAlike: boolean })[]> {
  const { rows } = await sql<Waiting & { forAlike: boolean }>`
    SELECT survey_id, audience, count(*) AS n, bool_or(given IS NOT NULL AND wave_id IS NOT NULL AND NOT handed_in AND attributes <> '{}') AS for_alike
    FROM responses
    WHERE workspace_id = ${workspaceId} AND NOT published GROUP BY survey_id, audience, ${POOL}
    ORDER BY audience, survey_id, n DESC
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
 * Publishes, for leaders, for staff and for anonymous customers, what waits in these surveys where at least as many wait as the anonymity
 * threshold asks for: nobody's answers can then be had by comparing the numbers before and after. A changed answer of
 * somebody already published takes the place of the old one. One that is not finished waits until it is, or
 * was begun before the day `unfinishedBefore`. Returns how many responses were published; the outbox tells of each batch.
 * The caller holds the surveys' locks (`lockProtected`) and has prepared the batch tables.
 */
export async function publishWaiting(
  workspaceId: string,
  tx: Tx,
  surveyIds: readonly string[],
  unfinishedBefore: string | null = null,
): Promise<number> {
  await dropKept(workspaceId, tx, surveyIds, null);
  await dropUnchanged(workspaceId, tx, surveyIds);
  await sql`DELETE FROM batch_ids`.execute(tx);
  const alike = await fillAlike(workspaceId, tx, surveyIds, unfinishedBefore);
  // What people answered here and is new waits for others that are new; what changes answers, see `fillChanges`.
  const due = await sql`
    WITH ripe AS MATERIALIZED (
      SELECT w.id, w.survey_id, w.audience, w.pool, p.id AS twin_id
      FROM (SELECT *, ${POOL} AS pool FROM responses WHERE workspace_id = ${workspaceId}
          AND survey_id = ANY(${surveyIds}::uuid[]) AND NOT published AND ${ripe(unfinishedBefore)}
          AND NOT ${waitsForAlike(workspaceId, surveyIds)}) w
        LEFT JOIN responses p ON p.workspace_id = ${workspaceId}
          AND p.survey_id = w.survey_id AND p.audience = w.audience AND p.key = w.key AND p.published
      WHERE w.handed_in OR p.id IS NULL
    )
    INSERT INTO batch_ids (id, twin_id)
    SELECT id, twin_id FROM ripe
    WHERE (survey_id, audience, pool) IN (
      SELECT survey_id, audience, pool FROM ripe GROUP BY 1, 2, 3 HAVING count(*) >= anonymity_threshold())`.execute(
    tx,
  );
  const changes = await fillChanges(workspaceId, tx, surveyIds, unfinishedBefore);
  const published = alike + changes + Number(due.numAffectedRows ?? 0n);
  if (published > 0) await publishBatch(workspaceId, tx);
  return published;
}

/** Publishes the responses in `batch_ids`, each in the place of its published twin where it has one. */
async function publishBatch(workspaceId: string, tx: Tx): Promise<void> {
  await makeAlike(workspaceId, tx);
  await tellOfBatches(workspaceId, tx);
  const twins = sql`SELECT twin_id FROM batch_ids WHERE twin_id IS NOT NULL`;
  await noteContributions(workspaceId, tx, -1, twins);
  await sql`
    INSERT INTO answers (workspace_id, response_id, item_id, lens, value)
    SELECT a.workspace_id, b.twin_id, a.item_id, a.lens, a.value
    FROM batch_ids b JOIN answers a ON a.workspace_id = ${workspaceId} AND a.response_id = b.id
    WHERE b.twin_id IS NOT NULL
    ON CONFLICT (workspace_id, response_id, item_id, lens) DO UPDATE SET value = EXCLUDED.value`.execute(tx);
  // A response that came in parts waits with all of its answers: one that it lacks was taken back.
  await sql`
    DELETE FROM answers a USING batch_ids b, responses w, responses p
    WHERE w.workspace_id = ${workspaceId} AND w.id = b.id AND w.given IS NOT NULL
      AND p.workspace_id = ${workspaceId} AND p.id = b.twin_id AND p.given IS NOT NULL
      AND a.workspace_id = ${workspaceId} AND a.response_id = p.id AND NOT EXISTS (
        SELECT FROM answers n WHERE n.workspace_id = ${workspaceId} AND n.response_id = w.id AND n.item_id = a.item_id
          AND n.lens = a.lens)`.execute(tx);
  await sql`
    UPDATE responses p SET answered_on = coalesce(w.answered_on, p.answered_on), weight = w.weight,
      channel = CASE w.channel WHEN '' THEN p.channel ELSE w.channel END, wave_id = coalesce(w.wave_id, p.wave_id),
      attributes = p.attributes || w.attributes, ${GIVEN}
    FROM batch_ids b JOIN responses w ON w.workspace_id = ${workspaceId} AND w.id = b.id
    WHERE p.workspace_id = ${workspaceId} AND p.id = b.twin_id`.execute(tx);
  const merged = sql`SELECT id FROM batch_ids WHERE twin_id IS NOT NULL`;
  await sql`DELETE FROM answers WHERE workspace_id = ${workspaceId} AND response_id IN (${merged})`.execute(tx);
  await sql`DELETE FROM responses WHERE workspace_id = ${workspaceId} AND id IN (${merged})`.execute(tx);
  // Only anonymous customers wait. What was handed in is a release of its own: its people are watched by themselves.
  await sql`UPDATE responses SET published = true, release = handed_in::integer + CASE WHEN audience <> 'customer' THEN (
      SELECT coalesce(max(release), 0) + 1 FROM responses WHERE workspace_id = ${workspaceId} AND audience <> 'customer')
    ELSE (SELECT coalesce(max(release), 0) + 1 FROM responses
      WHERE workspace_id = ${workspaceId} AND audience = 'customer' AND release IS NOT NULL) END
    WHERE workspace_id = ${workspaceId} AND id IN (SELECT id FROM batch_ids WHERE twin_id IS NULL)`.execute(tx);
  await noteContributions(workspaceId, tx, 1, sql`SELECT coalesce(twin_id, id) FROM batch_ids`);
  await mergeDelta(workspaceId, tx);
}

/** Before a wave is deleted: what waits of it keeps no attributes, because it waits no longer for others alike. */
export async function forgetKept(
  workspaceId: string,
  tx: Tx,
  { surveyId, waveId }: { readonly surveyId: string; readonly waveId: string },
): Promise<void> {
  await lockProtected(workspaceId, tx, [surveyId]);
  await dropKept(workspaceId, tx, [surveyId], waveId);
}

/**
 * Publishes, in every survey, the batches that became due because unfinished responses from before this day (YYYY-MM-DD)
 * wait no longer. Returns how many responses were published.
 */
export async function publishUnfinished(workspaceId: string, tx: Tx, before: string): Promise<number> {
  const { rows } = await sql<{ surveyId: string }>`
    SELECT DISTINCT survey_id FROM (
      SELECT survey_id FROM responses WHERE workspace_id = ${workspaceId} AND NOT published AND ${ripe(before)}
      GROUP BY survey_id, audience, ${POOL} HAVING count(*) >= anonymity_threshold()) AS due`.execute(tx);
  const surveyIds = rows.map((row) => row.surveyId);
  if (surveyIds.length === 0) return 0;
  await prepareBatch(workspaceId, tx);
  await lockProtected(workspaceId, tx, surveyIds);
  return publishWaiting(workspaceId, tx, surveyIds, before);
}

/**
 * Publishes responses of a wave that waited from before this day (YYYY-MM-DD) for others that keep the same attributes:
 * with fewer attributes, at least the anonymity threshold alike. `names`: the attributes that answers may keep, the last
 * one is given up first. Returns how many responses were published.
 */
export async function publishOverdue(
  workspaceId: string,
  tx: Tx,
  wave: Overdue,
  names: readonly string[],
  before: string,
): Promise<number> {
  await prepareBatch(workspaceId, tx);
  await lockProtected(workspaceId, tx, [wave.surveyId]);
  await dropUnchanged(workspaceId, tx, [wave.surveyId]);
  await sql`DELETE FROM batch_ids`.execute(tx);
  const published = await fillOverdue(workspaceId, tx, wave, names, before);
  if (published > 0) await publishBatch(workspaceId, tx);
  return published;
}

/**
 * What came by links waits for others of its wave: the invitations of a wave are known, and a lone response of it would be
 * known with them. What was imported waits for others of its survey. What was handed in never waits with what people
 * answered here: whoever handed in all but one of a batch would read that one off the numbers.
 */
const POOL = sql`(CASE WHEN given IS NOT NULL AND wave_id IS NOT NULL THEN wave_id::text ELSE '' END
  || CASE WHEN handed_in THEN ' handed in' ELSE '' END)`;

/** What came in parts, from a waiting response (`w`) into its published twin (`p`). */
const GIVEN = sql`given = coalesce(w.given, p.given), parts = coalesce(w.parts, p.parts),
  finished = w.finished OR p.finished, survey_version = coalesce(w.survey_version, p.survey_version),
  language = coalesce(w.language, p.language)`;

/** One row of the outbox per batch: how many, never who. */
async function tellOfBatches(workspaceId: string, tx: Tx): Promise<void> {
  const { rows } = await sql<Waiting & { at: string }>`
    SELECT r.survey_id, r.audience, count(*) AS n, to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS at
    FROM batch_ids b JOIN responses r ON r.workspace_id = ${workspaceId} AND r.id = b.id
    GROUP BY 1, 2 ORDER BY 1, 2`.execute(tx);
  const events = rows.map(({ surveyId, audience, n, at }) => ({
    kind: 'responses.published' as const,
    subject: surveyId,
    surveyId,
    payload: { survey: surveyId, audience, count: n, at },
  }));
  await writeOutbox(workspaceId, tx, events);
}

/**
 * A waiting response that says what is already published adds nothing, and must not count towards a batch: otherwise
 * somebody could send the same again and again until another's answer stands alone.
 */
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
        SELECT FROM jsonb_each(w.given) g
        WHERE p.given IS NULL OR g.value -> 'value' IS DISTINCT FROM p.given -> g.key -> 'value'
          OR g.value -> 'left' IS DISTINCT FROM p.given -> g.key -> 'left')
      AND NOT EXISTS (
        SELECT FROM answers a LEFT JOIN answers b ON b.workspace_id = a.workspace_id AND b.response_id = p.id
          AND b.item_id = a.item_id AND b.lens = a.lens
        WHERE a.workspace_id = w.workspace_id AND a.response_id = w.id
          AND (b.response_id IS NULL OR a.value IS DISTINCT FROM b.value))`.execute(tx);
  if (Number(same.numAffectedRows ?? 0n) === 0) return;
  // Which parts came is still worth knowing: the same part again must be recognised.
  await sql`
    UPDATE responses p SET ${GIVEN} FROM batch_ids b JOIN responses w ON w.workspace_id = ${workspaceId} AND w.id = b.id
    WHERE w.given IS NOT NULL AND p.workspace_id = ${workspaceId} AND p.survey_id = w.survey_id
      AND p.audience = w.audience AND p.key = w.key AND p.published`.execute(tx);
  const ids = sql`SELECT id FROM batch_ids`;
  await sql`DELETE FROM answers WHERE workspace_id = ${workspaceId} AND response_id IN (${ids})`.execute(tx);
  await sql`DELETE FROM responses WHERE workspace_id = ${workspaceId} AND id IN (${ids})`.execute(tx);
}
