import { type RawBuilder, sql } from 'kysely';
import type { Audience } from '../../core/perspective.ts';
import type { Merged } from '../../core/survey/parts.ts';
import type { Tx } from '../db/connect.ts';
import type { Pick } from './inspect-schema.ts';
import type { Reason } from './store.ts';

export interface SetApartCount {
  readonly audience: Audience;
  readonly reason: Reason;
  readonly waiting: number;
  readonly dismissed: number;
}

export async function countSetApart(workspaceId: string, tx: Tx, surveyId: string): Promise<SetApartCount[]> {
  const { rows } = await sql<SetApartCount>`
    SELECT audience, reason, count(*) FILTER (WHERE dismissed_at IS NULL) AS waiting, count(dismissed_at) AS dismissed
    FROM set_apart_responses WHERE workspace_id = ${workspaceId} AND survey_id = ${surveyId}
    GROUP BY 1, 2 ORDER BY 1, 2`.execute(tx);
  return rows;
}

export interface SetApartRow {
  readonly key: string;
  readonly reason: Reason;
  readonly channel: string;
  readonly language: string | null;
  readonly answeredOn: string;
  /** The version that was answered. */
  readonly version: number;
  readonly finished: boolean;
  readonly given: Merged['answers'];
}

/** Customers' responses that were set apart, in the order of their keys, from behind `after` on. */
export async function listSetApart(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  query: { reason?: Reason | undefined; dismissed: boolean; after?: string | undefined; limit: number },
): Promise<SetApartRow[]> {
  const reason = query.reason ? sql`reason = ${query.reason}` : sql`true`;
  const { rows } = await sql<SetApartRow>`
    SELECT key, reason, channel, language, answered_on, survey_version AS version, finished, given FROM set_apart_responses
    WHERE workspace_id = ${workspaceId} AND survey_id = ${surveyId} AND audience = 'customer' AND ${reason}
      AND (dismissed_at IS NOT NULL) = ${query.dismissed}::boolean AND key > ${query.after ?? ''}
    ORDER BY key LIMIT ${query.limit}`.execute(tx);
  return rows;
}

/** Keys of what is meant, at most `limit`; dismissed ones only where they are named or asked for. */
export async function pickKeys(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  pick: Pick,
  limit: number,
): Promise<string[]> {
  const { rows } = await sql<{ key: string }>`
    SELECT key FROM set_apart_responses WHERE ${meant(workspaceId, surveyId, pick)} ORDER BY key LIMIT ${limit}`.execute(
    tx,
  );
  return rows.map((row) => row.key);
}

function meant(
  workspaceId: string,
  surveyId: string,
  { audience, keys, reason, dismissed }: Pick,
): RawBuilder<boolean> {
  const which = keys
    ? sql`key = ANY(${keys}::text[])`
    : sql`reason = ${reason} AND (dismissed_at IS NOT NULL) = ${dismissed}::boolean`;
  return sql`workspace_id = ${workspaceId} AND survey_id = ${surveyId} AND audience = ${audience} AND ${which}`;
}

export async function markDismissed(
  workspaceId: string,
  tx: Tx,
  which: { surveyId: string; audience: Audience; keys: readonly string[] },
  now: Date,
): Promise<void> {
  await sql`UPDATE set_apart_responses SET dismissed_at = ${now} WHERE workspace_id = ${workspaceId}
    AND survey_id = ${which.surveyId} AND audience = ${which.audience} AND key = ANY(${which.keys}::text[])
    AND dismissed_at IS NULL`.execute(tx);
}

export async function deleteSetApart(
  workspaceId: string,
  tx: Tx,
  which: { surveyId: string; audience: Audience; keys: readonly string[] },
): Promise<void> {
  await sql`DELETE FROM set_apart_responses WHERE workspace_id = ${workspaceId} AND survey_id = ${which.surveyId}
    AND audience = ${which.audience} AND key = ANY(${which.keys}::text[])`.execute(tx);
}

/** When these were dismissed, by their keys; nothing for those that wait. */
export async function dismissals(
  workspaceId: string,
  tx: Tx,
  which: { surveyId: string; audience: Audience; keys: readonly string[] },
): Promise<Map<string, Date>> {
  const { rows } = await sql<{ key: string; dismissedAt: Date }>`
    SELECT key, dismissed_at FROM set_apart_responses WHERE workspace_id = ${workspaceId}
      AND survey_id = ${which.surveyId} AND audience = ${which.audience} AND key = ANY(${which.keys}::text[])
      AND dismissed_at IS NOT NULL`.execute(tx);
  return new Map(rows.map((row) => [row.key, row.dismissedAt]));
}
