import { type RawBuilder, sql } from 'kysely';
import type { Audience, Lens } from '../../core/perspective.ts';
import type { Merged } from '../../core/survey/parts.ts';
import type { Tx } from '../db/connect.ts';
import { mergeDelta, noteContributions, prepareBatch } from './count-delta.ts';
import { lockProtected } from './publish-waiting.ts';
import type { ResponseFilter } from './schema.ts';
import { isOriginally } from './wave-keys.ts';

/**
 * Deletes the responses that the filter means, with their answers, and takes them out of the counts. Returns how many.
 * Throws when the filter is empty, so that a missing id can never mean "all responses".
 */
export async function removeResponses(workspaceId: string, tx: Tx, where: ResponseFilter): Promise<number> {
  await prepareBatch(workspaceId, tx);
  // As every writer of protected answers does, before any row is locked: otherwise the two orders could cross.
  const surveys = await sql<{ surveyId: string }>`
    SELECT DISTINCT survey_id FROM responses r
    WHERE ${condition(workspaceId, where)} AND (r.audience <> 'customer' OR NOT r.published)
  `.execute(tx);
  const surveyIds = surveys.rows.map((row) => row.surveyId);
  await lockProtected(workspaceId, tx, surveyIds);
  const picked = await sql`
    INSERT INTO batch_ids (id) SELECT id FROM (
      SELECT id FROM responses r WHERE ${condition(workspaceId, where)}
      ORDER BY r.survey_id, r.audience, r.key, r.published FOR UPDATE
    ) AS locked`.execute(tx);
  const removed = Number(picked.numAffectedRows ?? 0n);
  if (removed === 0) return 0;
  const ids = sql`SELECT id FROM batch_ids`;
  await noteContributions(workspaceId, tx, -1, ids);
  await sql`DELETE FROM answers WHERE workspace_id = ${workspaceId} AND response_id IN (${ids})`.execute(tx);
  await sql`DELETE FROM responses WHERE workspace_id = ${workspaceId} AND id IN (${ids})`.execute(tx);
  await mergeDelta(workspaceId, tx);
  return removed;
}

/** How many responses the filter means. */
export async function countResponses(workspaceId: string, tx: Tx, where: ResponseFilter): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    SELECT count(*) AS n FROM responses r WHERE ${condition(workspaceId, where)}`.execute(tx);
  return rows[0]?.n ?? 0;
}

/** How many people have finished a response that the filter means; a changed one that waits beside the published is one. */
export async function countFinished(workspaceId: string, tx: Tx, where: ResponseFilter): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    SELECT count(DISTINCT (r.survey_id, r.audience, r.key)) AS n FROM responses r
    WHERE ${condition(workspaceId, where)} AND r.finished`.execute(tx);
  return rows[0]?.n ?? 0;
}

/** Published responses of each survey: what waits shows in its batch, here too. */
export async function responsesBySurvey(workspaceId: string, tx: Tx): Promise<Map<string, number>> {
  const { rows } = await sql<{ surveyId: string; n: number }>`
    SELECT survey_id, count(*) AS n FROM responses WHERE workspace_id = ${workspaceId} AND published GROUP BY survey_id`.execute(
    tx,
  );
  return new Map(rows.map((row) => [row.surveyId, row.n]));
}

/** The same by wave; null: of no wave. */
export async function responsesByWave(
  workspaceId: string,
  tx: Tx,
): Promise<{ readonly surveyId: string; readonly waveId: string | null; readonly n: number }[]> {
  const { rows } = await sql<{ surveyId: string; waveId: string | null; n: number }>`
    SELECT survey_id, wave_id, count(*) AS n FROM responses
    WHERE workspace_id = ${workspaceId} AND published GROUP BY survey_id, wave_id`.execute(tx);
  return rows;
}

/** Survey, audience and original id of the responses that the filter means. */
export async function responseKeys(
  workspaceId: string,
  tx: Tx,
  where: ResponseFilter,
): Promise<{ surveyId: string; audience: Audience; key: string }[]> {
  const { rows } = await sql<{ surveyId: string; audience: Audience; key: string }>`
    SELECT DISTINCT survey_id, audience, key FROM responses r WHERE ${condition(workspaceId, where)}`.execute(tx);
  return rows;
}

interface ContactResponse {
  readonly surveyId: string;
  readonly key: string;
  readonly answeredOn: string | null;
  readonly channel: string;
  readonly weight: number;
  readonly language: string | null;
  readonly finished: boolean;
  readonly attributes: Record<string, string>;
  /** Everything that was answered, texts and choices too; null where only values of items were imported. */
  readonly given: Merged['answers'] | null;
  readonly answers: readonly { readonly itemId: string; readonly lens: Lens; readonly value: number | null }[];
}

/** Every response of one contact with all that it holds. */
export async function responsesOfContact(workspaceId: string, tx: Tx, contactId: string): Promise<ContactResponse[]> {
  const { rows } = await sql<ContactResponse>`
    SELECT r.survey_id, r.key, r.answered_on, r.channel, r.weight, r.language, r.finished,
      r.attributes, r.given, coalesce(a.answers, '[]') AS answers
    FROM responses r LEFT JOIN LATERAL (
      SELECT jsonb_agg(jsonb_build_object('itemId', item_id, 'lens', lens, 'value', value) ORDER BY item_id, lens) AS answers
      FROM answers WHERE workspace_id = ${workspaceId} AND response_id = r.id
    ) a ON true
    WHERE ${condition(workspaceId, { contactId })} ORDER BY r.survey_id, r.key`.execute(tx);
  return rows;
}

/** How many responses hold an answer to one of these items. */
export async function countRespondents(workspaceId: string, tx: Tx, itemIds: readonly string[]): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    SELECT count(DISTINCT response_id) AS n FROM answers
    WHERE workspace_id = ${workspaceId} AND item_id = ANY(${itemIds}::uuid[])`.execute(tx);
  return rows[0]?.n ?? 0;
}

/** Deletes every answer to these items; the responses stay. Returns how many answers went. */
export async function removeAnswers(workspaceId: string, tx: Tx, itemIds: readonly string[]): Promise<number> {
  const gone = await sql`
    DELETE FROM answers WHERE workspace_id = ${workspaceId} AND item_id = ANY(${itemIds}::uuid[])`.execute(tx);
  await sql`DELETE FROM answer_counts WHERE workspace_id = ${workspaceId} AND item_id = ANY(${itemIds}::uuid[])`.execute(
    tx,
  );
  return Number(gone.numAffectedRows ?? 0n);
}

function condition(workspaceId: string, where: ResponseFilter): RawBuilder<boolean> {
  const parts = [
    where.surveyId && sql`r.survey_id = ${where.surveyId}`,
    where.waveId && sql`r.wave_id = ${where.waveId}`,
    where.contactId && sql`r.contact_id = ${where.contactId}`,
    where.key && sql`r.key = ${where.key}`,
    where.originalId && isOriginally(sql`r.key`, where.originalId),
    where.ids && sql`r.id = ANY(${where.ids}::bigint[])`,
  ].filter((part) => typeof part === 'object');
  if (parts.length === 0) throw new Error('a filter without any condition would mean every response');
  if (where.audience) parts.push(sql`r.audience = ${where.audience}`);
  return sql`r.workspace_id = ${workspaceId} AND ${sql.join(parts, sql` AND `)}`;
}
