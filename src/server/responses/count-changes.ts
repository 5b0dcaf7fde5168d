import { sql } from 'kysely';
import type { Audience, Lens } from '../../core/perspective.ts';
import { PREPARED, type Tx } from '../db/connect.ts';

/** The response whose answers change: what decides which cell they count in, and how much. */
export interface Counted {
  readonly audience: Audience;
  readonly channel: string;
  /** YYYY-MM-DD. */
  readonly answeredOn: string | null;
  /** As PostgreSQL writes it: sums of weights stay exact decimals, never floats. */
  readonly weight: string;
}

interface Change extends Counted {
  readonly itemId: string;
  readonly lens: Lens;
  readonly value: number | null;
  n: number;
}

/**
 * What a transaction changes in the counts, gathered in memory and merged in one statement: for writers that know every
 * old and new value of what they change. Those that don't, gather it in the database (count-delta.ts).
 */
export class CountChanges {
  readonly #changes = new Map<string, Change>();

  /** Notes that an answer counts from now on (`sign` 1) or no longer (−1). */
  note(sign: 1 | -1, of: Counted, answer: { itemId: string; lens: Lens; value: number | null }): void {
    const month = of.answeredOn?.slice(0, 7) ?? '';
    const key = `${answer.itemId} ${of.audience} ${answer.lens} ${answer.value} ${month} ${of.weight} ${of.channel}`;
    const change = this.#changes.get(key);
    if (change) change.n += sign;
    else {
      this.#changes.set(key, {
        audience: of.audience,
        channel: of.channel,
        answeredOn: month ? `${month}-01` : null,
        weight: of.weight,
        itemId: answer.itemId,
        lens: answer.lens,
        value: answer.value,
        n: sign,
      });
    }
  }

  /**
   * Puts everything into the counts in the order of the cells, as `mergeDelta` does: writers meet in one order and wait
   * for each other instead of deadlocking. At most one call per transaction.
   */
  async merge(workspaceId: string, tx: Tx): Promise<void> {
    const changes = [...this.#changes.values()].filter((change) => change.n !== 0);
    if (changes.length === 0) return;
    const merged = sql`
      ${PREPARED} INSERT INTO answer_counts (workspace_id, item_id, audience, lens, channel, month, value, n, w, ww)
      SELECT ${workspaceId}::uuid, item_id, audience, lens, channel, month, value, sum(n), sum(n * weight),
        sum(n * weight * weight)
      FROM unnest(${changes.map((c) => c.itemId)}::uuid[], ${changes.map((c) => c.audience)}::audience[],
        ${changes.map((c) => c.lens)}::lens[], ${changes.map((c) => c.channel)}::text[],
        ${changes.map((c) => c.answeredOn)}::date[], ${changes.map((c) => c.value)}::double precision[],
        ${changes.map((c) => c.n)}::integer[], ${changes.map((c) => c.weight)}::numeric[]
      ) AS d (item_id, audience, lens, channel, month, value, n, weight)
      GROUP BY item_id, audience, lens, channel, month, value
      ORDER BY audience DESC, item_id, lens, channel, month, value
      ON CONFLICT (workspace_id, item_id, audience, lens, channel, month, value)
      DO UPDATE SET n = answer_counts.n + EXCLUDED.n, w = answer_counts.w + EXCLUDED.w,
        ww = answer_counts.ww + EXCLUDED.ww`.execute(tx);
    const fewer = [...new Set(changes.filter((change) => change.n < 0).map((change) => change.itemId))];
    const emptied =
      fewer.length > 0 &&
      sql`DELETE FROM answer_counts WHERE workspace_id = ${workspaceId} AND item_id = ANY(${fewer}::uuid[])
        AND n = 0`.execute(tx);
    await Promise.all([merged, emptied]);
  }
}
