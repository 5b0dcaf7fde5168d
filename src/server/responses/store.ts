import { type RawBuilder, sql } from 'kysely';
import { contactsOfStaged } from '../contacts/verbs.ts';
import type { Tx } from '../db/connect.ts';
import { requireItems } from '../items/verbs.ts';
import { mergeDelta, monthOf, noteContributions, prepareBatch } from './count-delta.ts';
import { lockProtected, publishWaiting } from './publish-waiting.ts';
import type { AddedResponses, NewResponse } from './schema.ts';
import { type Telling, tellImported } from './tell-imported.ts';

// With its neighbours in this folder the only writer of responses, answers and answer_counts. Whatever changes an
// answer changes its counts in the same transaction, exactly. Writers may overlap: all of them lock responses in the
// order of their keys, then counts in the order of their cells.

/**
 * Makes the temporary table that `addStaged` reads; it ends with the transaction. A row holds a response or a part of
 * one. Its answers are three arrays of one length, each item and lens at most once in them; they may be empty.
 */
export async function createStaged(workspaceId: string, tx: Tx, stagedTable: string): Promise<void> {
  if (!workspaceId) throw new Error('createStaged needs a workspace id');
  await sql`CREATE TEMP TABLE ${sql.table(stagedTable)} (response_key text NOT NULL, audience audience NOT NULL,
    item_ids uuid[] NOT NULL, lenses lens[] NOT NULL, answer_values double precision[] NOT NULL, answered_on date,
    channel text, weight numeric, attributes jsonb, wave_id uuid, contact_key text) ON COMMIT DROP`.execute(tx);
}

/** Adds or updates single responses; the same rules as `addStaged`. */
export async function addResponses(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  responses: readonly NewResponse[],
): Promise<AddedResponses> {
  if (responses.length === 0) return { responses: 0, answers: 0, updated: 0 };
  const rows = responses.map((response) => {
    const last = new Map(response.answers.map((answer) => [`${answer.itemId} ${answer.lens}`, answer]));
    const answers = [...last.values()];
    return {
      response_key: response.key,
      audience: response.audience,
      item_ids: answers.map((answer) => answer.itemId),
      lenses: answers.map((answer) => answer.lens),
      answer_values: answers.map((answer) => answer.value),
      answered_on: response.answeredOn,
      channel: response.channel,
      weight: response.weight,
      attributes: response.attributes,
      wave_id: response.waveId,
      contact_key: response.contactKey,
    };
  });
  await sql`DROP TABLE IF EXISTS pg_temp.incoming_answers`.execute(tx);
  await createStaged(workspaceId, tx, 'incoming_answers');
  await sql`INSERT INTO incoming_answers
    SELECT * FROM jsonb_populate_recordset(NULL::incoming_answers, ${JSON.stringify(rows)}::jsonb)`.execute(tx);
  return addStaged(workspaceId, tx, { surveyId, stagedTable: 'incoming_answers' });
}

/**
 * Adds or updates the responses that lie in a temporary table (see `createStaged`). A response is found by its key
 * within survey and audience; of several rows for the same answer the last written one holds; what a response leaves out (date, channel, weight, wave, contact) keeps its former value, attributes are merged, and
 * answers that are not mentioned stay.
 *
 * Customers' answers count at once. Leaders' and staff's wait for their batch (see `publishWaiting`); a changed one waits
 * beside the published one.
 *
 * With `telling` the outbox is told of each of them, in the same transaction.
 *
 * Throws `unprocessable` where an item is not of this workspace.
 */
export async function addStaged(
  workspaceId: string,
  tx: Tx,
  { surveyId, stagedTable, telling }: { surveyId: string; stagedTable: string; telling?: Telling },
): Promise<AddedResponses> {
  const staged = sql.table(stagedTable);
  await prepareBatch(workspaceId, tx);
  await sql`ANALYZE ${staged} (audience, response_key, contact_key)`.execute(tx);
  const items = await sql<{ itemId: string }>`SELECT DISTINCT unnest(item_ids) AS item_id FROM ${staged}`.execute(tx);
  const itemIds = items.rows.map((row) => row.itemId);
  await requireItems(workspaceId, tx, itemIds);
  const anyProtected = await sql`SELECT FROM ${staged} WHERE audience <> 'customer' LIMIT 1`.execute(tx);
  if (anyProtected.rows.length > 0) await lockProtected(workspaceId, tx, [surveyId]);
  await contactsOfStaged(workspaceId, tx, stagedTable);

  const { responses, updated, whole } = await upsertResponses(workspaceId, tx, surveyId, staged);
  if (updated > 0) await noteContributions(workspaceId, tx, -1, KNOWN);
  if (updated > 0) await updateKnown(workspaceId, tx, staged);
  if (anyProtected.rows.length > 0) await inheritWeights(workspaceId, tx, staged);
  let answers = 0;
  if (whole > 0) answers += await insertWhole(workspaceId, tx, staged);
  if (whole < responses) answers += await upsertOthers(workspaceId, tx, staged);
  await mergeDelta(workspaceId, tx);
  if (anyProtected.rows.length > 0) await publishWaiting(workspaceId, tx, [surveyId]);
  if (telling) await tellImported(workspaceId, tx, surveyId, telling);
  return { responses, answers, updated };
}

/** Responses of the batch that were stored before. */
const KNOWN = sql`SELECT id FROM batch_responses WHERE NOT fresh`;

/** New responses that lie in one staged row: nobody else can have written an answer of theirs, and none comes twice. */
const WHOLE = sql<boolean>`(b.fresh AND b.pieces = 1)`;

async function upsertResponses(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  staged: RawBuilder<unknown>,
): Promise<{ responses: number; updated: number; whole: number }> {
  // The last row of a response speaks for the whole of it: `ctid` is the order of arrival. For a known response the
  // update changes nothing yet. It takes the row's lock, so that its former contribution can be noted before it is
  // replaced. `xmax = 0` tells a new row from a known one.
  await sql`
    WITH last AS MATERIALIZED (
      SELECT audience, response_key, max(ctid) AS place, count(*) AS pieces FROM ${staged} GROUP BY 1, 2
    ), stored AS (
      INSERT INTO responses
        (workspace_id, survey_id, wave_id, contact_id, audience, key, answered_on, channel, weight, attributes, published,
         handed_in)
      SELECT ${workspaceId}::uuid, ${surveyId}::uuid, s.wave_id, c.contact_id, s.audience, s.response_key, s.answered_on,
        coalesce(s.channel, ''), coalesce(s.weight, 1), coalesce(s.attributes, '{}'), s.audience = 'customer', true
      FROM last JOIN ${staged} s ON s.ctid = last.place
        LEFT JOIN batch_contacts c ON c.contact_key = s.contact_key AND c.audience = s.audience
      ORDER BY s.audience, s.response_key
      ON CONFLICT (workspace_id, survey_id, audience, key, published) DO UPDATE SET key = EXCLUDED.key
      RETURNING id, audience, key, xmax = 0 AS fresh, published, channel, ${monthOf('answered_on')} AS month, weight
    )
    INSERT INTO batch_responses (id, audience, response_key, fresh, published, channel, month, weight, place, pieces)
    SELECT id, audience, key, fresh, published, channel, month, weight, place, pieces
    FROM stored JOIN last USING (audience) WHERE last.response_key = stored.key`.execute(tx);
  await sql`ANALYZE batch_responses`.execute(tx);
  const counted = await sql<{ responses: number; updated: number; whole: number }>`
    SELECT count(*) AS responses, count(*) FILTER (WHERE NOT fresh) AS updated, count(*) FILTER (WHERE ${WHOLE}) AS whole
    FROM batch_responses b`.execute(tx);
  return counted.rows[0] ?? { responses: 0, updated: 0, whole: 0 };
}

async function updateKnown(workspaceId: string, tx: Tx, staged: RawBuilder<unknown>): Promise<void> {
  await sql`
    UPDATE responses r SET
      answered_on = coalesce(n.answered_on, r.answered_on), channel = coalesce(n.channel, r.channel),
      weight = coalesce(n.weight, r.weight), wave_id = coalesce(n.wave_id, r.wave_id),
      contact_id = coalesce(n.contact_id, r.contact_id), attributes = r.attributes || coalesce(n.attributes, '{}')
    FROM (
      SELECT b.id, s.answered_on, s.channel, s.weight, s.wave_id, s.attributes, c.contact_id
      FROM batch_responses b JOIN ${staged} s ON s.ctid = b.place
        LEFT JOIN batch_contacts c ON c.contact_key = s.contact_key AND c.audience = s.audience
      WHERE NOT b.fresh
    ) n
    WHERE r.workspace_id = ${workspaceId} AND r.id = n.id
      AND (r.answered_on, r.channel, r.weight, r.wave_id, r.contact_id, r.attributes) IS DISTINCT FROM
        (coalesce(n.answered_on, r.answered_on), coalesce(n.channel, r.channel), coalesce(n.weight, r.weight),
         coalesce(n.wave_id, r.wave_id), coalesce(n.contact_id, r.contact_id),
         r.attributes || coalesce(n.attributes, '{}'))`.execute(tx);
  // What a file says of a response is not what was set apart of it: it can't be put back any more.
  await sql`
    UPDATE responses r SET accepted_reason = NULL, accepted_dismissed_at = NULL
    FROM batch_responses b WHERE NOT b.fresh AND r.workspace_id = ${workspaceId} AND r.id = b.id
      AND r.accepted_reason IS NOT NULL`.execute(tx);
}

/** A changed answer that says nothing of its weight keeps the weight of the published one beside which it waits. */
async function inheritWeights(workspaceId: string, tx: Tx, staged: RawBuilder<unknown>): Promise<void> {
  await sql`
    UPDATE responses w SET weight = p.weight
    FROM responses p, (
      SELECT b.id FROM batch_responses b JOIN ${staged} s ON s.ctid = b.place
      WHERE b.fresh AND NOT b.published AND s.weight IS NULL
    ) n
    WHERE w.workspace_id = ${workspaceId} AND w.id = n.id AND p.workspace_id = ${workspaceId}
      AND p.survey_id = w.survey_id AND p.audience = w.audience AND p.key = w.key AND p.published`.execute(tx);
}

const ANSWERS = sql`unnest(s.item_ids) AS item_id, unnest(s.lenses) AS lens, unnest(s.answer_values) AS value`;

/**
 * Writes the answers of the new responses that lie in one row each, nearly all of a first import, in the order of their
 * key and without looking for former ones; notes what they add to the counts. Returns how many were written.
 */
async function insertWhole(workspaceId: string, tx: Tx, staged: RawBuilder<unknown>): Promise<number> {
  const written = await sql`
    INSERT INTO answers (workspace_id, response_id, item_id, lens, value)
    SELECT ${workspaceId}::uuid, s.id, ${ANSWERS}
    FROM (
      SELECT b.id, s.item_ids, s.lenses, s.answer_values FROM batch_responses b JOIN ${staged} s ON s.ctid = b.place
      WHERE ${WHOLE} ORDER BY b.id
    ) s`.execute(tx);
  await sql`
    INSERT INTO count_delta (item_id, audience, lens, channel, month, value, n, w, ww)
    SELECT item_id, audience, lens, channel, month, value, count(*), sum(weight), sum(weight * weight)
    FROM (
      SELECT b.audience, b.channel, b.month, b.weight, ${ANSWERS}
      FROM batch_responses b JOIN ${staged} s ON s.ctid = b.place WHERE ${WHOLE} AND b.published
    ) AS one
    GROUP BY item_id, audience, lens, channel, month, value`.execute(tx);
  return Number(written.numAffectedRows ?? 0n);
}

/** Writes the answers of all other responses over those that may be there. Returns how many were written. */
async function upsertOthers(workspaceId: string, tx: Tx, staged: RawBuilder<unknown>): Promise<number> {
  const written = await sql`
    INSERT INTO answers (workspace_id, response_id, item_id, lens, value)
    SELECT DISTINCT ON (id, item_id, lens) ${workspaceId}::uuid, id, item_id, lens, value
    FROM (
      SELECT b.id, s.ctid AS place, ${ANSWERS}
      FROM ${staged} s JOIN batch_responses b USING (audience, response_key) WHERE NOT ${WHOLE}
    ) AS one
    ORDER BY id, item_id, lens, place DESC
    ON CONFLICT (workspace_id, response_id, item_id, lens) DO UPDATE SET value = EXCLUDED.value
      WHERE answers.value IS DISTINCT FROM EXCLUDED.value`.execute(tx);
  await noteContributions(workspaceId, tx, 1, sql`SELECT id FROM batch_responses b WHERE NOT ${WHOLE}`);
  return Number(written.numAffectedRows ?? 0n);
}
