import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../db/connect.ts';

/** First day of a date's month; null where there is no date. */
export const monthOf = (date: string): RawBuilder<string | null> =>
  sql.raw(`${date} - (extract(day FROM ${date})::integer - 1)`);

/**
 * Working tables of one transaction. They stay with the connection, emptied by every commit: making them anew for each
 * single response would cost more than storing it.
 */
const SESSION_TABLES = `
  SET LOCAL client_min_messages = error;
  CREATE TEMP TABLE IF NOT EXISTS batch_contacts (audience audience, contact_key text, contact_id uuid)
    ON COMMIT DELETE ROWS;
  CREATE TEMP TABLE IF NOT EXISTS batch_responses (id bigint, audience audience, response_key text, fresh boolean,
    published boolean, channel text, month date, weight numeric, place tid, pieces bigint) ON COMMIT DELETE ROWS;
  CREATE TEMP TABLE IF NOT EXISTS batch_ids (id bigint, twin_id bigint) ON COMMIT DELETE ROWS;
  CREATE TEMP TABLE IF NOT EXISTS count_delta (item_id uuid, audience audience, lens lens, channel text, month date,
    value double precision, n bigint, w numeric, ww numeric) ON COMMIT DELETE ROWS;
  DELETE FROM batch_contacts; DELETE FROM batch_responses; DELETE FROM batch_ids; DELETE FROM count_delta;
  SET LOCAL client_min_messages = notice;
  SET LOCAL work_mem = '64MB';`;

/** Makes and empties the working tables, and gives this transaction room to sort and hash in memory. */
export async function prepareBatch(workspaceId: string, tx: Tx): Promise<void> {
  if (!workspaceId) throw new Error('prepareBatch needs a workspace id');
  for (const statement of SESSION_TABLES.split(';')) {
    if (statement.trim()) await sql.raw(statement).execute(tx);
  }
}

/**
 * Notes what the stored answers of these responses add to the counts (`sign` 1) or must be taken away (`sign` −1), as
 * they stand at this moment. Call with −1 before a change and with 1 after it.
 */
export async function noteContributions(
  workspaceId: string,
  tx: Tx,
  sign: 1 | -1,
  ids: RawBuilder<unknown>,
): Promise<void> {
  await sql`
    INSERT INTO count_delta (item_id, audience, lens, channel, month, value, n, w, ww)
    SELECT a.item_id, r.audience, a.lens, r.channel, ${monthOf('r.answered_on')}, a.value,
      ${sign}::integer * count(*), ${sign}::integer * sum(r.weight), ${sign}::integer * sum(r.weight * r.weight)
    FROM responses r JOIN answers a ON a.workspace_id = r.workspace_id AND a.response_id = r.id
    WHERE r.workspace_id = ${workspaceId} AND r.published AND r.id IN (${ids})
    GROUP BY 1, 2, 3, 4, 5, 6`.execute(tx);
}

/**
 * Puts everything that was noted into the counts, in one statement and in the order of the cells: two transactions
 * that change the same cells meet in the same order and wait for each other instead of deadlocking. Therefore at most
 * one call per transaction should touch the same audience.
 */
export async function mergeDelta(workspaceId: string, tx: Tx): Promise<void> {
  await sql`
    INSERT INTO answer_counts (workspace_id, item_id, audience, lens, channel, month, value, n, w, ww)
    SELECT ${workspaceId}::uuid, item_id, audience, lens, channel, month, value, sum(n), sum(w), sum(ww)
    FROM count_delta GROUP BY item_id, audience, lens, channel, month, value
    HAVING sum(n) <> 0 OR sum(w) <> 0 OR sum(ww) <> 0
    ORDER BY audience DESC, item_id, lens, channel, month, value
    ON CONFLICT (workspace_id, item_id, audience, lens, channel, month, value)
    DO UPDATE SET n = answer_counts.n + EXCLUDED.n, w = answer_counts.w + EXCLUDED.w,
      ww = answer_counts.ww + EXCLUDED.ww`.execute(tx);
  const removed = await sql`SELECT FROM count_delta WHERE n < 0 LIMIT 1`.execute(tx);
  if (removed.rows.length > 0) {
    await sql`DELETE FROM answer_counts WHERE workspace_id = ${workspaceId} AND n = 0`.execute(tx);
  }
  await sql`DELETE FROM count_delta`.execute(tx);
}
