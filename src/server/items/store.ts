import { type RawBuilder, type Selectable, sql } from 'kysely';
import { PREPARED, type Tx } from '../db/connect.ts';
import type { CommitmentsTable, ItemsTable, TolerancesTable } from '../db/tables.ts';
import type { Item, ItemChange, NewItem } from './schema.ts';

export interface StoredItem extends Item {
  readonly touchpointId: string;
}

/** Items in the order of their touchpoint; archived ones only when asked for. */
export async function listItems(
  workspaceId: string,
  tx: Tx,
  options: { archived?: boolean; touchpointIds?: readonly string[]; ids?: readonly string[] } = {},
): Promise<StoredItem[]> {
  let query = tx.selectFrom('items').selectAll().where('workspaceId', '=', workspaceId);
  if (!options.archived) query = query.where('archivedAt', 'is', null);
  if (options.touchpointIds)
    query = query.where('touchpointId', '=', sql<string>`ANY(${options.touchpointIds}::uuid[])`);
  if (options.ids) query = query.where('id', '=', sql<string>`ANY(${options.ids}::uuid[])`);
  const rows = await query.orderBy('position').orderBy('key').execute();
  const tolerances = await newestTolerances(workspaceId, tx);
  const commitments = await tx
    .selectFrom('commitments')
    .selectAll()
    .where('workspaceId', '=', workspaceId)
    .orderBy('lens')
    .execute();
  return rows.map((row) => toItem(row, tolerances, commitments));
}

export async function findItem(workspaceId: string, tx: Tx, itemId: string): Promise<StoredItem | undefined> {
  return (await listItems(workspaceId, tx, { archived: true, ids: [itemId] }))[0];
}

/** Which of these ids are no items of the workspace. The others can't be deleted until the transaction ends. */
export async function unknownItems(workspaceId: string, tx: Tx, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<{ id: string }>`
    ${PREPARED} SELECT id FROM items WHERE workspace_id = ${workspaceId} AND id = ANY(${ids}::uuid[])
    ORDER BY id FOR KEY SHARE`.execute(tx);
  const known = new Set(rows.map((row) => row.id));
  return ids.filter((id) => !known.has(id));
}

/** Whether all of these ids, each named once, are items; those that are can't be deleted until the transaction ends. */
export const areItems = (workspaceId: string, ids: readonly string[]): RawBuilder<boolean> => sql<boolean>`
  (SELECT count(*) FROM (
      SELECT FROM items WHERE workspace_id = ${workspaceId} AND id = ANY(${ids}::uuid[]) ORDER BY id FOR KEY SHARE
    ) AS held) = ${ids.length}::integer`;

/** Holds these items against anyone who is about to write answers to them. */
export async function lockItems(workspaceId: string, tx: Tx, ids: readonly string[]): Promise<void> {
  await tx
    .selectFrom('items')
    .select('id')
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', sql<string>`ANY(${ids}::uuid[])`)
    .orderBy('id')
    .forUpdate()
    .execute();
}

export async function insertItem(
  workspaceId: string,
  tx: Tx,
  touchpointId: string,
  item: NewItem & { key: string; id?: string },
): Promise<string> {
  const last = await tx
    .selectFrom('items')
    .select((e) => e.fn.max('position').as('position'))
    .where('workspaceId', '=', workspaceId)
    .where('touchpointId', '=', touchpointId)
    .executeTakeFirst();
  const row = await tx
    .insertInto('items')
    .values({
      workspaceId,
      ...(item.id === undefined ? {} : { id: item.id }),
      touchpointId,
      key: item.key,
      name: item.name,
      wordingCustomer: item.wording?.customer ?? '',
      wordingStaff: item.wording?.staff ?? '',
      wordingLeadership: item.wording?.leadership ?? '',
      ...scaleColumns(item.scale),
      servqualDimension: item.servqualDimension,
      position: (last?.position ?? -1) + 1,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

export async function updateItem(workspaceId: string, tx: Tx, itemId: string, change: ItemChange): Promise<void> {
  const values = {
    ...(change.key !== undefined && { key: change.key }),
    ...(change.name !== undefined && { name: change.name }),
    ...(change.wording?.customer !== undefined && { wordingCustomer: change.wording.customer }),
    ...(change.wording?.staff !== undefined && { wordingStaff: change.wording.staff }),
    ...(change.wording?.leadership !== undefined && { wordingLeadership: change.wording.leadership }),
    ...(change.scale && scaleColumns(change.scale)),
    ...(change.servqualDimension !== undefined && { servqualDimension: change.servqualDimension }),
    ...(change.archived !== undefined && { archivedAt: change.archived ? sql<Date>`now()` : null }),
  };
  if (Object.keys(values).length > 0) {
    await tx.updateTable('items').set(values).where('workspaceId', '=', workspaceId).where('id', '=', itemId).execute();
  }
  if (change.position !== undefined) await moveItem(workspaceId, tx, itemId, change.position);
}

/** Puts the item at `position` among the items of its touchpoint and numbers them anew. */
async function moveItem(workspaceId: string, tx: Tx, itemId: string, position: number): Promise<void> {
  const siblings = await tx
    .selectFrom('items as sibling')
    .innerJoin('items as self', (join) =>
      join
        .onRef('self.workspaceId', '=', 'sibling.workspaceId')
        .onRef('self.touchpointId', '=', 'sibling.touchpointId')
        .on('self.id', '=', itemId),
    )
    .select('sibling.id')
    .where('sibling.workspaceId', '=', workspaceId)
    .orderBy('sibling.position')
    .orderBy('sibling.key')
    .execute();
  const order = siblings.map((row) => row.id).filter((id) => id !== itemId);
  order.splice(position, 0, itemId);
  await sql`UPDATE items SET position = o.place - 1 FROM unnest(${order}::uuid[]) WITH ORDINALITY AS o (id, place)
    WHERE items.workspace_id = ${workspaceId} AND items.id = o.id`.execute(tx);
}

export async function deleteItems(workspaceId: string, tx: Tx, ids: readonly string[]): Promise<void> {
  await tx
    .deleteFrom('items')
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', sql<string>`ANY(${ids}::uuid[])`)
    .execute();
}

/** Tolerances are never overwritten: who decided what, and when, has to stay visible. */
export async function insertTolerance(
  workspaceId: string,
  tx: Tx,
  tolerance: { itemId: string; value: number; setBy: string | null },
): Promise<void> {
  await tx
    .insertInto('tolerances')
    .values({ workspaceId, ...tolerance })
    .execute();
}

/** The newest tolerance of each item. */
async function newestTolerances(workspaceId: string, tx: Tx): Promise<Map<string | null, Selectable<TolerancesTable>>> {
  const rows = await tx
    .selectFrom('tolerances')
    .distinctOn('itemId')
    .selectAll()
    .where('workspaceId', '=', workspaceId)
    .where('itemId', 'is not', null)
    .orderBy('itemId')
    .orderBy('id', 'desc')
    .execute();
  return new Map(rows.map((row) => [row.itemId, row]));
}

export async function upsertCommitment(
  workspaceId: string,
  tx: Tx,
  commitment: { itemId: string; lens: 'standard' | 'promise'; value: number; statement: string; setBy: string | null },
): Promise<void> {
  const { value, statement, setBy } = commitment;
  await tx
    .insertInto('commitments')
    .values({ workspaceId, ...commitment })
    .onConflict((conflict) =>
      conflict.columns(['workspaceId', 'itemId', 'lens']).doUpdateSet({ value, statement, setBy, setAt: sql`now()` }),
    )
    .execute();
}

export async function deleteCommitment(
  workspaceId: string,
  tx: Tx,
  itemId: string,
  lens: 'standard' | 'promise',
): Promise<boolean> {
  const gone = await tx
    .deleteFrom('commitments')
    .where('workspaceId', '=', workspaceId)
    .where('itemId', '=', itemId)
    .where('lens', '=', lens)
    .executeTakeFirst();
  return gone.numDeletedRows > 0n;
}

function scaleColumns(scale: NewItem['scale']) {
  return {
    scaleMin: scale.min,
    scaleMax: scale.max,
    scaleStep: scale.step,
    scaleDirection: scale.direction,
    scaleTopBox: scale.topBox,
  };
}

function toItem(
  row: Selectable<ItemsTable>,
  tolerances: ReadonlyMap<string | null, Selectable<TolerancesTable>>,
  commitments: readonly Selectable<CommitmentsTable>[],
): StoredItem {
  const tolerance = tolerances.get(row.id);
  return {
    id: row.id,
    touchpointId: row.touchpointId,
    key: row.key,
    name: row.name,
    wording: { customer: row.wordingCustomer, staff: row.wordingStaff, leadership: row.wordingLeadership },
    scale: {
      min: row.scaleMin,
      max: row.scaleMax,
      step: row.scaleStep,
      direction: row.scaleDirection === 'down' ? 'down' : 'up',
      topBox: row.scaleTopBox,
    },
    servqualDimension: row.servqualDimension as Item['servqualDimension'],
    position: row.position,
    archived: row.archivedAt !== null,
    tolerance: tolerance
      ? { value: tolerance.value, setBy: tolerance.setBy, setAt: tolerance.setAt.toISOString() }
      : null,
    commitments: commitments
      .filter((commitment) => commitment.itemId === row.id)
      .map(({ lens, value, statement }) => ({ lens: lens as 'standard' | 'promise', value, statement })),
  };
}
