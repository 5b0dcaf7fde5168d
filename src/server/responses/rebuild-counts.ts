import { sql } from 'kysely';
import type { Tx } from '../db/connect.ts';
import { monthOf } from './count-delta.ts';

/** Counts the published answers of a workspace anew; for a restore, which brings answers and no counts. */
export async function rebuildCounts(workspaceId: string, tx: Tx): Promise<void> {
  await sql`SET LOCAL work_mem = '64MB'`.execute(tx);
  await sql`DELETE FROM answer_counts WHERE workspace_id = ${workspaceId}`.execute(tx);
  await sql`
    INSERT INTO answer_counts (workspace_id, item_id, audience, lens, channel, month, value, n, w, ww)
    SELECT ${workspaceId}::uuid, a.item_id, r.audience, a.lens, r.channel, ${monthOf('r.answered_on')}, a.value,
      count(*), sum(r.weight), sum(r.weight * r.weight)
    FROM responses r JOIN answers a ON a.workspace_id = ${workspaceId} AND a.response_id = r.id
    WHERE r.workspace_id = ${workspaceId} AND r.published GROUP BY 2, 3, 4, 5, 6, 7`.execute(tx);
}
