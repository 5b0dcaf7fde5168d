import { randomInt } from 'node:crypto';
import { sql } from 'kysely';
import type { Tx } from '../db/connect.ts';

/**
 * Writes responses that came in parts once more, with their answers, under new ids and in random order: neither ids nor
 * places nor the numbers of transactions tell which of them came first. Returns the new id of each. The caller holds the
 * surveys' locks (`lockProtected`).
 */
export async function writeAnew(workspaceId: string, tx: Tx, ids: readonly number[]): Promise<Map<number, number>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ id: number }>`
    SELECT nextval(pg_get_serial_sequence('responses', 'id')) AS id FROM generate_series(1, ${ids.length}::integer)`.execute(
    tx,
  );
  const order = [...ids];
  for (let i = order.length - 1; i > 0; i--) {
    const j = randomInt(i + 1);
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  const next = rows.map((row) => row.id).sort((a, b) => a - b);
  const pairs = sql`unnest(${order}::bigint[], ${next}::bigint[]) AS m (old, new)`;
  // Whole rows, so that a column that is added later is not forgotten; sorted, so that all old ones are gone before.
  await sql`
    WITH gone AS (
      DELETE FROM responses r WHERE workspace_id = ${workspaceId} AND id = ANY(${order}::bigint[]) RETURNING r.id AS old, r AS response
    )
    INSERT INTO responses OVERRIDING SYSTEM VALUE
    SELECT p.* FROM gone JOIN ${pairs} USING (old),
      LATERAL jsonb_populate_record(gone.response, jsonb_build_object('id', m.new)) AS p ORDER BY m.new`.execute(tx);
  await sql`
    WITH gone AS (
      DELETE FROM answers a WHERE workspace_id = ${workspaceId} AND response_id = ANY(${order}::bigint[])
      RETURNING a.response_id AS old, a AS answer
    )
    INSERT INTO answers
    SELECT p.* FROM gone JOIN ${pairs} USING (old),
      LATERAL jsonb_populate_record(gone.answer, jsonb_build_object('response_id', m.new)) AS p
    ORDER BY m.new, p.item_id, p.lens`.execute(tx);
  return new Map(order.map((id, i) => [id, next[i] as number]));
}

/** At most so many of those that wait are written anew with each that comes: enough to hide among. */
const HIDING = 300;

/** Mixes what has just been stored (`fresh`) with what waits already. */
export async function mixWaiting(
  workspaceId: string,
  tx: Tx,
  surveyIds: readonly string[],
  fresh: readonly number[],
): Promise<void> {
  const { rows } = await sql<{ id: number }>`
    SELECT id FROM responses WHERE workspace_id = ${workspaceId} AND survey_id = ANY(${surveyIds}::uuid[])
      AND NOT published AND given IS NOT NULL AND NOT id = ANY(${fresh}::bigint[]) ORDER BY random() LIMIT ${HIDING}`.execute(
    tx,
  );
  await writeAnew(workspaceId, tx, [...fresh, ...rows.map((row) => row.id)]);
}

/**
 * Makes the responses of a batch alike that came in parts (`batch_ids`): one day, no numbers of parts, and the language only
 * where at least `anonymity_threshold()` of each stand together. New ones get new ids.
 */
export async function makeAlike(workspaceId: string, tx: Tx): Promise<void> {
  await sql`
    WITH batch AS (
      SELECT b.id, b.twin_id, r.survey_id, r.audience, r.wave_id, r.handed_in, r.answered_on, r.language
      FROM batch_ids b JOIN responses r ON r.workspace_id = ${workspaceId} AND r.id = b.id WHERE r.given IS NOT NULL
    ), languages AS (
      SELECT survey_id, audience, wave_id, handed_in, min(n) >= anonymity_threshold() AS enough
      FROM (SELECT survey_id, audience, wave_id, handed_in, language, count(*) AS n FROM batch GROUP BY 1, 2, 3, 4, 5) AS each
      GROUP BY 1, 2, 3, 4
    ), days AS (
      SELECT survey_id, audience, wave_id, handed_in, max(answered_on) AS day FROM batch GROUP BY 1, 2, 3, 4
    )
    UPDATE responses r SET parts = '{}', given = ${WITHOUT_PARTS},
      answered_on = CASE WHEN b.twin_id IS NULL THEN d.day ELSE r.answered_on END,
      language = CASE WHEN l.enough THEN r.language END
    FROM batch b JOIN languages l ON (l.survey_id, l.audience, l.handed_in) = (b.survey_id, b.audience, b.handed_in)
        AND l.wave_id IS NOT DISTINCT FROM b.wave_id
      JOIN days d ON (d.survey_id, d.audience, d.handed_in) = (b.survey_id, b.audience, b.handed_in)
        AND d.wave_id IS NOT DISTINCT FROM b.wave_id
    WHERE r.workspace_id = ${workspaceId} AND r.id = b.id`.execute(tx);
  const { rows } = await sql<{ id: number }>`
    SELECT b.id FROM batch_ids b JOIN responses r ON r.workspace_id = ${workspaceId} AND r.id = b.id
    WHERE r.given IS NOT NULL AND b.twin_id IS NULL`.execute(tx);
  const moved = await writeAnew(
    workspaceId,
    tx,
    rows.map((row) => row.id),
  );
  await sql`UPDATE batch_ids b SET id = m.new
    FROM unnest(${[...moved.keys()]}::bigint[], ${[...moved.values()]}::bigint[]) AS m (old, new) WHERE b.id = m.old`.execute(
    tx,
  );
}

/** Whatever comes later holds: every real number of a part is larger. */
const WITHOUT_PARTS = sql`coalesce((SELECT jsonb_object_agg(g.key, g.value || '{"part": -1}') FROM jsonb_each(r.given) g), '{}')`;
