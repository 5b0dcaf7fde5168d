import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../db/connect.ts';

export interface Endpoint {
  id: string;
  type: string;
  name: string;
  sealedUrl: Buffer;
  shownUrl: string;
  events: string[];
  surveyIds: string[];
  enabled: boolean;
  disabledBecause: string | null;
  failingSince: Date | null;
  pausedUntil: Date | null;
  sealedSecret: Buffer | null;
  sealedPrevious: Buffer | null;
  previousUntil: Date | null;
  createdAt: Date;
}

export function listEndpoints(workspaceId: string, tx: Tx): Promise<Endpoint[]> {
  return tx
    .selectFrom('webhookEndpoints')
    .selectAll()
    .where('workspaceId', '=', workspaceId)
    .orderBy('createdAt')
    .orderBy('id')
    .execute();
}

export async function anyEnabled(workspaceId: string, tx: Tx): Promise<boolean> {
  const { rows } = await sql<{ any: boolean }>`
    SELECT EXISTS (SELECT FROM webhook_endpoints WHERE workspace_id = ${workspaceId} AND enabled) AS any`.execute(tx);
  return rows[0]?.any ?? true;
}

/** What `anyEnabled` says, within another statement. */
export const isAnyEnabled = (workspaceId: string): RawBuilder<boolean> =>
  sql<boolean>`EXISTS (SELECT FROM webhook_endpoints WHERE workspace_id = ${workspaceId} AND enabled)`;

export function findEndpoint(workspaceId: string, tx: Tx, id: string): Promise<Endpoint | undefined> {
  return tx
    .selectFrom('webhookEndpoints')
    .selectAll()
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirst();
}

export type NewEndpoint = Pick<
  Endpoint,
  'id' | 'type' | 'name' | 'sealedUrl' | 'shownUrl' | 'events' | 'surveyIds' | 'sealedSecret' | 'createdAt'
>;

export async function insertEndpoint(workspaceId: string, tx: Tx, endpoint: NewEndpoint): Promise<void> {
  await tx
    .insertInto('webhookEndpoints')
    .values({
      workspaceId,
      ...endpoint,
      disabledBecause: null,
      failingSince: null,
      pausedUntil: null,
      sealedPrevious: null,
      previousUntil: null,
    })
    .execute();
}

export type EndpointChange = Partial<Omit<Endpoint, 'id' | 'createdAt' | 'type'>>;

/** False when there is none. */
export async function updateEndpoint(
  workspaceId: string,
  tx: Tx,
  id: string,
  change: EndpointChange,
): Promise<boolean> {
  const row = await tx
    .updateTable('webhookEndpoints')
    .set(change)
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row.numUpdatedRows > 0n;
}

export async function deleteEndpoint(workspaceId: string, tx: Tx, id: string): Promise<boolean> {
  const row = await tx
    .deleteFrom('webhookEndpoints')
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row.numDeletedRows > 0n;
}

/** Before its deliveries are marked: whoever deletes it locks in the same order. */
export async function lockEndpoint(workspaceId: string, tx: Tx, id: string): Promise<void> {
  await tx
    .selectFrom('webhookEndpoints')
    .select('id')
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', id)
    .forNoKeyUpdate()
    .execute();
}

/**
 * After an attempt that failed: since when all of them do. Switches the endpoint off when that is longer ago than
 * `limit`, and says whether it did.
 */
export async function endpointFailed(
  workspaceId: string,
  tx: Tx,
  id: string,
  fact: { now: Date; limit: Date; gone: boolean; pausedUntil: Date | null },
): Promise<boolean> {
  const row = await sql<{ off: boolean }>`
    UPDATE webhook_endpoints e SET
      failing_since = coalesce(e.failing_since, ${fact.now}),
      paused_until = greatest(e.paused_until, ${fact.pausedUntil}::timestamptz),
      enabled = NOT (${fact.gone} OR coalesce(e.failing_since, ${fact.now}) < ${fact.limit}),
      disabled_because = CASE WHEN ${fact.gone} THEN 'gone'
        WHEN coalesce(e.failing_since, ${fact.now}) < ${fact.limit} THEN 'failing' END,
      owners_told = NOT (${fact.gone} OR coalesce(e.failing_since, ${fact.now}) < ${fact.limit})
    WHERE workspace_id = ${workspaceId} AND id = ${id} AND enabled
    RETURNING NOT enabled AS off`.execute(tx);
  return row.rows[0]?.off ?? false;
}

export async function endpointAnswered(workspaceId: string, tx: Tx, id: string): Promise<void> {
  await tx
    .updateTable('webhookEndpoints')
    .set({ failingSince: null })
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', id)
    .where('failingSince', 'is not', null)
    .execute();
}

/** Endpoints that were switched off by themselves and of which nobody was told; taken by one process alone. */
export async function takeUntold(
  workspaceId: string,
  tx: Tx,
): Promise<{ id: string; name: string; disabledBecause: string | null }[]> {
  return tx
    .updateTable('webhookEndpoints')
    .set({ ownersTold: true })
    .where('workspaceId', '=', workspaceId)
    .where('ownersTold', '=', false)
    .returning(['id', 'name', 'disabledBecause'])
    .execute();
}

export async function giveUntoldBack(workspaceId: string, tx: Tx, id: string): Promise<void> {
  await tx
    .updateTable('webhookEndpoints')
    .set({ ownersTold: false })
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', id)
    .where('enabled', '=', false)
    .execute();
}
