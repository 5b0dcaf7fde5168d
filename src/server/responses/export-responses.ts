import { sql } from 'kysely';
import type { Audience, Lens } from '../../core/perspective.ts';
import type { Given } from '../../core/survey/definition.ts';
import type { Merged } from '../../core/survey/parts.ts';
import type { Tx } from '../db/connect.ts';

/** One customer's response with everything that is known of it. */
export interface ExportedResponse {
  readonly id: number;
  readonly key: string;
  readonly contactId: string | null;
  readonly waveId: string | null;
  readonly channel: string;
  readonly language: string | null;
  readonly answeredOn: string | null;
  readonly version: number | null;
  readonly finished: boolean;
  readonly weight: number;
  readonly attributes: Readonly<Record<string, string>>;
  readonly given: Merged['answers'] | null;
  /** Of responses without `given`: the values of items. */
  readonly items: readonly { readonly itemId: string; readonly lens: Lens; readonly value: number | null }[];
}

/** Customers' published responses to a survey in the order of their ids, after `after` and up to `upTo`. */
export async function customersResponsesFrom(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  page: { readonly after: number; readonly upTo: number; readonly limit: number },
): Promise<ExportedResponse[]> {
  const { rows } = await sql<ExportedResponse>`
    SELECT r.id, r.key, r.contact_id, r.wave_id, r.channel, r.language, r.answered_on, r.survey_version AS version,
      r.finished, r.weight::float8 AS weight, r.attributes, r.given,
      CASE WHEN r.given IS NULL THEN coalesce((
        SELECT jsonb_agg(jsonb_build_object('itemId', a.item_id, 'lens', a.lens, 'value', a.value))
        FROM answers a WHERE a.workspace_id = ${workspaceId} AND a.response_id = r.id), '[]'::jsonb) ELSE '[]'::jsonb END AS items
    FROM responses r WHERE r.workspace_id = ${workspaceId} AND r.survey_id = ${surveyId} AND r.audience = 'customer'
      AND r.published AND r.id > ${page.after}::bigint AND r.id <= ${page.upTo}::bigint
    ORDER BY r.id LIMIT ${page.limit}`.execute(tx);
  return rows;
}

/** The last id of a survey's responses; 0 without one. */
export async function lastResponseId(workspaceId: string, tx: Tx, surveyId: string): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    SELECT coalesce(max(id), 0) AS id FROM responses
    WHERE workspace_id = ${workspaceId} AND survey_id = ${surveyId}`.execute(tx);
  return Number(rows[0]?.id ?? 0);
}

/**
 * How many people of an audience gave which answer in which release, here or handed in; texts among the answers, too. Answers that don't
 * count, because their responses lead past them, are left out.
 */
export async function publishedAnswers(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  audience: Audience,
): Promise<{ key: string; value: Given; release: number; handedIn: boolean; n: number }[]> {
  const { rows } = await sql<{ key: string; value: Given; release: number; handedIn: boolean; n: number }>`
    SELECT g.key, g.value->'value' AS value, coalesce(r.release, 0) AS release, r.handed_in, count(*)::int AS n
    FROM responses r CROSS JOIN LATERAL jsonb_each(r.given) AS g (key, value)
    WHERE r.workspace_id = ${workspaceId} AND r.survey_id = ${surveyId} AND r.audience = ${audience}::audience
      AND r.published AND r.given IS NOT NULL AND g.value -> 'left' IS NULL
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`.execute(tx);
  return rows;
}
