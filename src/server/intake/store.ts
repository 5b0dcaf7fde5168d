import { type RawBuilder, sql } from 'kysely';
import type { Merged } from '../../core/survey/parts.ts';
import { PREPARED, type Tx } from '../db/connect.ts';
import { holdingListeners } from '../outbox/verbs.ts';
import { type MergedResponse, nameOf, type ResponseName } from '../responses/verbs.ts';

/** Why answers are kept without being counted. */
export const REASONS = ['test', 'internal', 'trap', 'too_fast', 'no_work', 'flood', 'quota', 'duplicate'] as const;
export type Reason = (typeof REASONS)[number];

export interface SetApart extends MergedResponse {
  readonly reason: Reason;
}

/**
 * Those who merge parts take turns per workspace until they commit, in all processes: what one of them reads stays true
 * while it decides. They would wait for each other at the counts anyway.
 */
export async function lockIntake(workspaceId: string, tx: Tx): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`intake ${workspaceId}`}, 0))`.execute(tx);
}

/**
 * Begins a batch of respondents' parts: it takes the same turn, keeps new listeners away, and fixes the plans of its prepared
 * statements to look up by index, row by row, which is right for every size of the tables: a plan made once for an empty
 * table would read a full one from end to end. From then on it gives up waiting (55P03) before the database finds a circle
 * with an import and picks a victim, which would be the import: parts are tried again by themselves. Returns the number of
 * the transaction, as the rows say it that it writes.
 */
export async function enterIntake(workspaceId: string, tx: Tx): Promise<string> {
  const { rows } = await sql<{ number: string }>`
    SELECT set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true),
      set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
      pg_advisory_xact_lock(hashtextextended(${`intake ${workspaceId}`}, 0)), ${holdingListeners(workspaceId)},
      set_config('lock_timeout', '500ms', true), pg_current_xact_id()::xid::text AS number`.execute(tx);
  if (!rows[0]) throw new Error('A transaction has a number.');
  return rows[0].number;
}

export async function findSetApart(
  workspaceId: string,
  tx: Tx,
  names: readonly ResponseName[],
): Promise<Map<string, SetApart>> {
  if (names.length === 0) return new Map();
  const { rows } = await sql<
    Omit<SetApart, 'merged' | 'version' | 'answers' | 'takenBack'> & {
      surveyVersion: number;
      given: Merged['answers'];
      parts: Merged['parts'];
      finished: boolean;
    }
  >`
    ${PREPARED} SELECT s.survey_id, s.audience, s.key, s.reason, s.survey_version, s.wave_id, s.contact_id, s.channel, s.language,
      s.answered_on, s.attributes, s.given, s.parts, s.finished
    FROM unnest(${names.map((name) => name.surveyId)}::uuid[], ${names.map((name) => name.audience)}::audience[],
      ${names.map((name) => name.key)}::text[]) AS k (survey_id, audience, key)
      CROSS JOIN LATERAL (SELECT * FROM set_apart_responses s WHERE s.workspace_id = ${workspaceId}
        AND s.survey_id = k.survey_id AND s.key = k.key AND s.audience = k.audience OFFSET 0) AS s`.execute(tx);
  return new Map(
    rows.map(({ given, parts, finished, surveyVersion, ...row }) => [
      nameOf(row),
      { ...row, version: surveyVersion, merged: { answers: given, parts, finished }, answers: [], takenBack: [] },
    ]),
  );
}

/** Whether none of these was set apart. */
export const isNoneApart = (workspaceId: string, names: readonly ResponseName[]): RawBuilder<boolean> => sql<boolean>`
  NOT EXISTS (
    SELECT FROM unnest(${names.map((name) => name.surveyId)}::uuid[], ${names.map((name) => name.audience)}::audience[],
      ${names.map((name) => name.key)}::text[]) AS k (survey_id, audience, key)
      CROSS JOIN LATERAL (SELECT FROM set_apart_responses s WHERE s.workspace_id = ${workspaceId}
        AND s.survey_id = k.survey_id AND s.key = k.key AND s.audience = k.audience OFFSET 0) AS s)`;

/** Sets responses apart, or adds to those that are; the first reason stays. */
export async function writeSetApart(workspaceId: string, tx: Tx, responses: readonly SetApart[]): Promise<void> {
  if (responses.length === 0) return;
  const rows = responses.map((response) => ({
    survey_id: response.surveyId,
    audience: response.audience,
    key: response.key,
    reason: response.reason,
    survey_version: response.version,
    wave_id: response.waveId,
    contact_id: response.contactId,
    channel: response.channel,
    language: response.language,
    answered_on: response.answeredOn,
    attributes: response.attributes,
    given: response.merged.answers,
    parts: response.merged.parts,
    finished: response.merged.finished,
  }));
  await sql`
    INSERT INTO set_apart_responses (workspace_id, survey_id, audience, key, reason, survey_version, wave_id, contact_id,
      channel, language, answered_on, attributes, given, parts, finished)
    SELECT ${workspaceId}::uuid, survey_id, audience, key, reason, survey_version, wave_id, contact_id, channel, language,
      answered_on, attributes, given, parts, finished
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS m (survey_id uuid, audience audience, key text, reason text,
      survey_version integer, wave_id uuid, contact_id uuid, channel text, language text, answered_on date,
      attributes jsonb, given jsonb, parts jsonb, finished boolean)
    ORDER BY survey_id, audience, key
    ON CONFLICT (workspace_id, survey_id, audience, key) DO UPDATE SET given = EXCLUDED.given, parts = EXCLUDED.parts,
      finished = EXCLUDED.finished, attributes = EXCLUDED.attributes,
      language = coalesce(EXCLUDED.language, set_apart_responses.language)`.execute(tx);
}

/** How many finished responses each quota of these surveys holds, by survey and quota. */
export async function quotaCounts(
  workspaceId: string,
  tx: Tx,
  surveyIds: readonly string[],
): Promise<Map<string, Map<string, number>>> {
  const counts = new Map<string, Map<string, number>>(surveyIds.map((surveyId) => [surveyId, new Map()]));
  if (surveyIds.length === 0) return counts;
  const { rows } = await sql<{ surveyId: string; quotaId: string; n: number }>`
    SELECT survey_id, quota_id, n FROM quota_counts
    WHERE workspace_id = ${workspaceId} AND survey_id = ANY(${surveyIds}::uuid[])`.execute(tx);
  for (const row of rows) counts.get(row.surveyId)?.set(row.quotaId, row.n);
  return counts;
}

export async function addToQuotas(
  workspaceId: string,
  tx: Tx,
  added: readonly { readonly surveyId: string; readonly quotaId: string; readonly n: number }[],
): Promise<void> {
  for (const { surveyId, quotaId, n } of added) {
    await sql`INSERT INTO quota_counts (workspace_id, survey_id, quota_id, n)
      VALUES (${workspaceId}, ${surveyId}, ${quotaId}, greatest(${n}, 0))
      ON CONFLICT (workspace_id, survey_id, quota_id) DO UPDATE SET n = greatest(quota_counts.n + ${n}, 0)`.execute(tx);
  }
}
