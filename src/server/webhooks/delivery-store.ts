import { sql } from 'kysely';
import type { Tx } from '../db/connect.ts';

/** One attempt: when, how long it took, and a status or why there was none. */
export interface AttemptEntry {
  at: string;
  ms: number;
  status?: number;
  failed?: string;
}

export interface Delivery {
  id: string;
  eventId: number;
  subject: string;
  state: 'waiting' | 'delivered' | 'dead';
  attempts: number;
  dueAt: Date;
  log: AttemptEntry[];
}

export interface Claimed {
  id: string;
  eventId: number;
  attempts: number;
}

interface ForEndpoint {
  readonly endpointId: string;
  readonly eventId: number;
  readonly subject: string;
}

/** One row per event and endpoint, at most once whoever tries: the key decides. */
export async function insertDeliveries(
  workspaceId: string,
  tx: Tx,
  deliveries: readonly ForEndpoint[],
  now: Date,
): Promise<void> {
  await sql`INSERT INTO webhook_deliveries (workspace_id, endpoint_id, event_id, subject, due_at)
    SELECT ${workspaceId}, d."endpointId", d."eventId", d.subject, ${now}
    FROM jsonb_to_recordset(${JSON.stringify(deliveries)}::jsonb) AS d ("endpointId" uuid, "eventId" bigint, subject text)
    ON CONFLICT (workspace_id, endpoint_id, event_id) DO NOTHING`.execute(tx);
}

/** Puts events in line for an endpoint once more, as if for the first time; returns how many. */
export async function replayDeliveries(
  workspaceId: string,
  tx: Tx,
  deliveries: readonly ForEndpoint[],
  options: { now: Date; states: readonly Delivery['state'][] },
): Promise<number> {
  const done = await sql`INSERT INTO webhook_deliveries AS old (workspace_id, endpoint_id, event_id, subject, due_at)
    SELECT ${workspaceId}, d."endpointId", d."eventId", d.subject, ${options.now}
    FROM jsonb_to_recordset(${JSON.stringify(deliveries)}::jsonb) AS d ("endpointId" uuid, "eventId" bigint, subject text)
    ON CONFLICT (workspace_id, endpoint_id, event_id) DO UPDATE
      SET state = 'waiting', attempts = 0, due_at = excluded.due_at, lease = NULL, leased_until = NULL
      WHERE old.state = ANY(${options.states}) AND (old.leased_until IS NULL OR old.leased_until <= ${options.now})`.execute(
    tx,
  );
  return Number(done.numAffectedRows ?? 0);
}

/** Endpoints that are on, not paused, and have something due that nobody holds. */
export async function endpointsWithDue(workspaceId: string, tx: Tx, now: Date): Promise<string[]> {
  const found = await sql<{ id: string }>`SELECT e.id FROM webhook_endpoints e
    WHERE e.workspace_id = ${workspaceId} AND e.enabled AND (e.paused_until IS NULL OR e.paused_until <= ${now})
      AND EXISTS (SELECT FROM webhook_deliveries d WHERE d.workspace_id = ${workspaceId} AND d.endpoint_id = e.id
        AND d.state = 'waiting' AND d.due_at <= ${now} AND (d.leased_until IS NULL OR d.leased_until <= ${now}))`.execute(
    tx,
  );
  return found.rows.map((row) => row.id);
}

/**
 * Takes what is due at one endpoint, oldest first; until the lease ends nobody else does. A delivery waits for an
 * earlier one about the same subject, so that a receiver never learns of an end before the beginning. Asked per row, by
 * index, and in the order of an index: a long line must not be read as a whole for each few that are taken from it.
 */
export async function claimDue(
  workspaceId: string,
  tx: Tx,
  endpointId: string,
  claim: { lease: string; now: Date; until: Date; limit: number; only?: string },
): Promise<Claimed[]> {
  const only = claim.only === undefined ? sql`` : sql`AND c.id = ${claim.only}`;
  // MATERIALIZED: a plan that asks the subquery once per row would take others each time, and more than the limit.
  const taken = await sql<Claimed>`WITH due AS MATERIALIZED (
      SELECT c.id FROM webhook_deliveries c
      WHERE c.workspace_id = ${workspaceId} AND c.endpoint_id = ${endpointId} AND c.state = 'waiting' ${only}
        AND c.due_at <= ${claim.now} AND (c.leased_until IS NULL OR c.leased_until <= ${claim.now})
        AND c.event_id = (SELECT min(e.event_id) FROM webhook_deliveries e WHERE e.workspace_id = ${workspaceId}
          AND e.endpoint_id = ${endpointId} AND e.subject = c.subject AND e.state = 'waiting')
      ORDER BY c.due_at LIMIT ${claim.limit} FOR UPDATE SKIP LOCKED
    )
    UPDATE webhook_deliveries d SET lease = ${claim.lease}, leased_until = ${claim.until}
    WHERE d.workspace_id = ${workspaceId} AND d.id IN (SELECT id FROM due)
    RETURNING d.id, d.event_id, d.attempts`.execute(tx);
  return taken.rows.toSorted((a, b) => a.eventId - b.eventId);
}

/** Writes down how an attempt went; false when the lease is somebody else's by now, who writes it down then. */
export async function markAttempt(
  workspaceId: string,
  tx: Tx,
  delivery: { id: string; lease: string },
  result: { state: Delivery['state']; dueAt: Date; entry: AttemptEntry },
): Promise<boolean> {
  const done = await sql`UPDATE webhook_deliveries SET state = ${result.state}, attempts = attempts + 1,
      due_at = ${result.dueAt}, lease = NULL, leased_until = NULL,
      log = (CASE WHEN jsonb_array_length(log) >= 20 THEN log - 0 ELSE log END) || ${JSON.stringify([result.entry])}::jsonb
    WHERE workspace_id = ${workspaceId} AND id = ${delivery.id} AND lease = ${delivery.lease}`.execute(tx);
  return Number(done.numAffectedRows ?? 0) > 0;
}

/** Gives a delivery back untouched: the server is stopping, and that is no fault of the receiver. */
export async function releaseLease(workspaceId: string, tx: Tx, id: string, lease: string): Promise<void> {
  await tx
    .updateTable('webhookDeliveries')
    .set({ lease: null, leasedUntil: null })
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', id)
    .where('lease', '=', lease)
    .execute();
}

const DELIVERY = ['id', 'eventId', 'subject', 'state', 'attempts', 'dueAt', 'log'] as const;

/** Newest first. */
export async function listDeliveries(
  workspaceId: string,
  tx: Tx,
  endpointId: string,
  page: { state?: Delivery['state'] | undefined; before?: number | undefined; limit: number },
): Promise<Delivery[]> {
  let query = tx
    .selectFrom('webhookDeliveries')
    .select(DELIVERY)
    .where('workspaceId', '=', workspaceId)
    .where('endpointId', '=', endpointId);
  if (page.state !== undefined) query = query.where('state', '=', page.state);
  if (page.before !== undefined) query = query.where('eventId', '<', page.before);
  return (await query.orderBy('eventId', 'desc').limit(page.limit).execute()) as Delivery[];
}

export async function findDelivery(
  workspaceId: string,
  tx: Tx,
  endpointId: string,
  find: { id: string } | { eventId: number },
): Promise<Delivery | undefined> {
  const query = tx
    .selectFrom('webhookDeliveries')
    .select(DELIVERY)
    .where('workspaceId', '=', workspaceId)
    .where('endpointId', '=', endpointId);
  const found = 'id' in find ? query.where('id', '=', find.id) : query.where('eventId', '=', find.eventId);
  return (await found.executeTakeFirst()) as Delivery | undefined;
}

/** Per endpoint: how many wait and how many were given up. */
export async function countDeliveries(
  workspaceId: string,
  tx: Tx,
): Promise<Map<string, { waiting: number; dead: number }>> {
  const rows = await tx
    .selectFrom('webhookDeliveries')
    .select((eb) => [
      'endpointId',
      eb.fn.countAll<number>().filterWhere('state', '=', 'waiting').as('waiting'),
      eb.fn.countAll<number>().filterWhere('state', '=', 'dead').as('dead'),
    ])
    .where('workspaceId', '=', workspaceId)
    .where('state', '<>', 'delivered')
    .groupBy('endpointId')
    .execute();
  return new Map(rows.map(({ endpointId, waiting, dead }) => [endpointId, { waiting, dead }]));
}
