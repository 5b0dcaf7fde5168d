import { sql } from 'kysely';
import type { Audience } from '../../core/perspective.ts';
import type { Merged } from '../../core/survey/parts.ts';
import type { Tx } from '../db/connect.ts';
import type { MergedResponse } from './take-parts.ts';

/** One customer's response as people look at it. */
export interface SingleResponse {
  readonly id: number;
  readonly key: string;
  readonly contactId: string | null;
  readonly waveId: string | null;
  readonly channel: string;
  readonly language: string | null;
  readonly answeredOn: string | null;
  readonly version: number | null;
  readonly finished: boolean;
  readonly attributes: Readonly<Record<string, string>>;
  /** Null where it was imported: then only the values of items are known. */
  readonly given: Merged['answers'] | null;
  /** What it was set apart for before somebody let it count; that can be taken back. */
  readonly acceptedReason: string | null;
}

/** Customers' responses to a survey, the newest first, from before `before` on. */
export async function customersResponses(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  page: { before?: number | undefined; limit: number },
): Promise<SingleResponse[]> {
  const { rows } = await sql<SingleResponse>`
    SELECT id, key, contact_id, wave_id, channel, language, answered_on, survey_version AS version, finished, attributes, given,
      accepted_reason
    FROM responses WHERE workspace_id = ${workspaceId} AND survey_id = ${surveyId} AND audience = 'customer' AND published
      AND id < ${page.before ?? Number.MAX_SAFE_INTEGER}::bigint
    ORDER BY id DESC LIMIT ${page.limit}`.execute(tx);
  return rows;
}

/** Published responses to a survey by audience. */
export async function publishedByAudience(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
): Promise<{ audience: Audience; n: number }[]> {
  const { rows } = await sql<{ audience: Audience; n: number }>`
    SELECT audience, count(*) AS n FROM responses
    WHERE workspace_id = ${workspaceId} AND survey_id = ${surveyId} AND published GROUP BY 1 ORDER BY 1`.execute(tx);
  return rows;
}

/** Which of these responses belong to a contact or a wave, other than `waveId`. */
export async function linkedKeys(
  workspaceId: string,
  tx: Tx,
  { surveyId, audience, waveId }: { surveyId: string; audience: Audience; waveId: string | undefined },
  keys: readonly string[],
): Promise<Set<string>> {
  const { rows } = await sql<{ key: string }>`
    SELECT key FROM responses WHERE workspace_id = ${workspaceId} AND survey_id = ${surveyId} AND audience = ${audience}
      AND key = ANY(${keys}::text[]) AND (contact_id IS NOT NULL
        OR (wave_id IS NOT NULL AND wave_id IS DISTINCT FROM ${waveId ?? null}::uuid))`.execute(tx);
  return new Set(rows.map((row) => row.key));
}

/** What a customer's response was before it was let count. */
export interface Accepted {
  readonly key: string;
  readonly reason: string;
  readonly dismissedAt: Date | null;
}

/** Remembers of customers' responses that were just let count what they had been. */
export async function markAccepted(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  accepted: readonly Accepted[],
): Promise<void> {
  if (accepted.length === 0) return;
  const rows = accepted.map(({ key, reason, dismissedAt }) => ({ key, reason, dismissed_at: dismissedAt }));
  await sql`
    UPDATE responses r SET accepted_reason = m.reason, accepted_dismissed_at = m.dismissed_at
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS m (key text, reason text, dismissed_at timestamptz)
    WHERE r.workspace_id = ${workspaceId} AND r.survey_id = ${surveyId} AND r.audience = 'customer' AND r.published
      AND r.key = m.key`.execute(tx);
}

/** Of these customers' responses those that were let count, with what findStored does not say of them. */
export async function findAccepted(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  keys: readonly string[],
): Promise<(Accepted & Pick<MergedResponse, 'waveId' | 'contactId' | 'language'>)[]> {
  const { rows } = await sql<Accepted & Pick<MergedResponse, 'waveId' | 'contactId' | 'language'>>`
    SELECT key, accepted_reason AS reason, accepted_dismissed_at AS dismissed_at, wave_id, contact_id, language
    FROM responses WHERE workspace_id = ${workspaceId} AND survey_id = ${surveyId} AND audience = 'customer' AND published
      AND key = ANY(${keys}::text[]) AND accepted_reason IS NOT NULL`.execute(tx);
  return rows;
}
