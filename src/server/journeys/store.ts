import { type Selectable, sql } from 'kysely';
import type { Tx } from '../db/connect.ts';
import type { TouchpointsTable } from '../db/tables.ts';
import type { NewTouchpoint, TouchpointChange } from './schema.ts';

type Level = 'journeys' | 'stages' | 'touchpoints';
const PARENT = { journeys: null, stages: 'journey_id', touchpoints: 'stage_id' } as const;

export interface JourneyRow {
  readonly id: string;
  readonly name: string;
}
export interface StageRow extends JourneyRow {
  readonly journeyId: string;
}
export type TouchpointRow = Selectable<TouchpointsTable>;

export function journeyRows(workspaceId: string, tx: Tx): Promise<JourneyRow[]> {
  return tx
    .selectFrom('journeys')
    .select(['id', 'name'])
    .where('workspaceId', '=', workspaceId)
    .orderBy('position')
    .orderBy('id')
    .execute();
}

export function stageRows(workspaceId: string, tx: Tx): Promise<StageRow[]> {
  return tx
    .selectFrom('stages')
    .select(['id', 'name', 'journeyId'])
    .where('workspaceId', '=', workspaceId)
    .orderBy('position')
    .orderBy('id')
    .execute();
}

export function touchpointRows(workspaceId: string, tx: Tx): Promise<TouchpointRow[]> {
  return tx
    .selectFrom('touchpoints')
    .selectAll()
    .where('workspaceId', '=', workspaceId)
    .orderBy('position')
    .orderBy('id')
    .execute();
}

/** Whether the journey, stage or touchpoint is of this workspace. */
export async function exists(workspaceId: string, tx: Tx, level: Level, id: string): Promise<boolean> {
  const found = await tx
    .selectFrom(level)
    .select('id')
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirst();
  return found !== undefined;
}

export async function insertJourney(workspaceId: string, tx: Tx, name: string): Promise<string> {
  const { id } = await tx
    .insertInto('journeys')
    .values({ workspaceId, name })
    .returning('id')
    .executeTakeFirstOrThrow();
  await place(workspaceId, tx, 'journeys', id, Number.MAX_SAFE_INTEGER);
  return id;
}

export async function insertStage(workspaceId: string, tx: Tx, journeyId: string, name: string): Promise<string> {
  const { id } = await tx
    .insertInto('stages')
    .values({ workspaceId, journeyId, name })
    .returning('id')
    .executeTakeFirstOrThrow();
  await place(workspaceId, tx, 'stages', id, Number.MAX_SAFE_INTEGER);
  return id;
}

export async function insertTouchpoint(
  workspaceId: string,
  tx: Tx,
  stageId: string,
  touchpoint: NewTouchpoint,
): Promise<string> {
  const { id } = await tx
    .insertInto('touchpoints')
    .values({ workspaceId, stageId, ...touchpoint })
    .returning('id')
    .executeTakeFirstOrThrow();
  await place(workspaceId, tx, 'touchpoints', id, Number.MAX_SAFE_INTEGER);
  return id;
}

export async function rename(workspaceId: string, tx: Tx, level: Level, id: string, name: string): Promise<void> {
  await tx.updateTable(level).set({ name }).where('workspaceId', '=', workspaceId).where('id', '=', id).execute();
}

export async function updateTouchpoint(
  workspaceId: string,
  tx: Tx,
  id: string,
  { position: _, ...change }: TouchpointChange,
): Promise<void> {
  const values = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  if (Object.keys(values).length === 0) return;
  await tx.updateTable('touchpoints').set(values).where('workspaceId', '=', workspaceId).where('id', '=', id).execute();
}

/** Puts it at `position` among its siblings (a number beyond the end means the end) and numbers them anew. */
export async function place(workspaceId: string, tx: Tx, level: Level, id: string, position: number): Promise<void> {
  const table = sql.table(level);
  const parent = PARENT[level];
  const siblings = parent
    ? sql`${sql.ref(parent)} = (SELECT ${sql.ref(parent)} FROM ${table} WHERE workspace_id = ${workspaceId} AND id = ${id})`
    : sql`true`;
  const { rows } = await sql<{ id: string }>`SELECT id FROM ${table}
    WHERE workspace_id = ${workspaceId} AND ${siblings} ORDER BY position, id`.execute(tx);
  const order = rows.map((row) => row.id).filter((other) => other !== id);
  order.splice(position, 0, id);
  await sql`UPDATE ${table} AS t SET position = o.place - 1
    FROM unnest(${order}::uuid[]) WITH ORDINALITY AS o (id, place)
    WHERE t.workspace_id = ${workspaceId} AND t.id = o.id AND t.position <> o.place - 1`.execute(tx);
}

export async function remove(workspaceId: string, tx: Tx, level: Level, id: string): Promise<void> {
  await tx.deleteFrom(level).where('workspaceId', '=', workspaceId).where('id', '=', id).execute();
}
