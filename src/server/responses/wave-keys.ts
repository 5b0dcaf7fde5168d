import { type RawBuilder, sql } from 'kysely';
import type { Audience } from '../../core/perspective.ts';
import type { Tx } from '../db/connect.ts';

/**
 * The key of a response that was imported into a wave: numbers that another tool counts from 1 in every wave are other
 * people each time. What went out of here with its wave in the key is not given it twice.
 */
export function keyInWave(waveId: string, id: string): string {
  return id.startsWith(`${waveId}:`) ? id : `${waveId}:${id}`;
}

/** A response whose key is this id, in whatever wave. */
export const isOriginally = (key: RawBuilder<string>, id: string): RawBuilder<boolean> =>
  sql<boolean>`(${key} = ${id} OR (${key} ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}:' AND substr(${key}, 38) = ${id}))`;

/**
 * Keys of a wave's responses that are without the wave: they came by a link, through the sample, or with an import from
 * before waves were part of keys. Such a response is updated under the key that it has. `among`: only these.
 */
export async function plainKeys(
  workspaceId: string,
  tx: Tx,
  { surveyId, audience, waveId }: { surveyId: string; audience: Audience; waveId: string },
  among: readonly string[] | null = null,
): Promise<Set<string>> {
  const { rows } = await sql<{ key: string }>`
    SELECT key FROM responses WHERE workspace_id = ${workspaceId} AND survey_id = ${surveyId} AND audience = ${audience}
      AND wave_id = ${waveId} AND NOT starts_with(key, ${`${waveId}:`})
      AND (${among}::text[] IS NULL OR key = ANY(${among}::text[]))`.execute(tx);
  return new Set(rows.map(({ key }) => key));
}
