import { sql } from 'kysely';
import type { Tx } from '../db/connect.ts';
import { writeImported, writeOutbox } from '../outbox/verbs.ts';

/** How others are told what a file brought. */
export interface Telling {
  /** Customers are anonymous: only how many, and only where they are enough. */
  readonly anonymous: boolean;
  /**
   * The time where nobody listens, and nobody begins to before the transaction ends (see `writeOutbox`). Asked when
   * everything else is written, since whoever begins to listen waits from then on.
   */
  toNobodyAt(): Promise<Date | null>;
  readonly today: string;
}

/**
 * Writes an event for each customer's response in `batch_responses`; of leaders and staff the batches tell when they are
 * published.
 */
export async function tellImported(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  { anonymous, toNobodyAt, today }: Telling,
): Promise<void> {
  if (!anonymous) {
    const rows = sql<{ response: string; channel: string; day: string | null }>`
      SELECT r.key AS response, r.channel, r.answered_on AS day
      FROM batch_responses b JOIN responses r ON r.workspace_id = ${workspaceId} AND r.id = b.id
      WHERE b.audience = 'customer' AND b.published`;
    await writeImported(workspaceId, tx, surveyId, rows, await toNobodyAt());
    return;
  }
  const { rows } = await sql<{ n: number }>`
    SELECT count(*)::int AS n FROM batch_responses WHERE audience = 'customer' AND fresh
    HAVING count(*) >= anonymity_threshold()`.execute(tx);
  const payload = { survey: surveyId, audience: 'customer' as const, at: today };
  const events = rows.map(({ n }) => ({
    kind: 'responses.published' as const,
    ...{ subject: surveyId, surveyId, payload: { ...payload, count: n } },
  }));
  await writeOutbox(workspaceId, tx, events, await toNobodyAt());
}
