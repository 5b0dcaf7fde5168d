import type { Tx } from '../db/connect.ts';
import { conflictWhenTaken, refuseUnknown } from '../db/violation.ts';
import { notFound, Problem } from '../http/problem.ts';
import { countRespondents, removeAnswers } from '../responses/verbs.ts';
import type { Item, ItemChange, NewItem } from './schema.ts';
import {
  deleteItems,
  findItem,
  insertItem,
  insertTolerance,
  listItems,
  lockItems,
  type StoredItem,
  unknownItems,
  updateItem,
  upsertCommitment,
} from './store.ts';

export { areItems, listItems, type StoredItem, unknownItems } from './store.ts';
export { setWorkspaceToleranceShare, workspaceToleranceShare } from './workspace-tolerance-store.ts';

/** Throws `unprocessable` unless all ids are items of the workspace, and keeps them from being deleted meanwhile. */
export async function requireItems(workspaceId: string, tx: Tx, ids: readonly string[]): Promise<void> {
  const unknown = await unknownItems(workspaceId, tx, ids);
  if (unknown.length > 0) {
    throw new Problem('unprocessable', `There is no item ${unknown.slice(0, 5).join(', ')} in this workspace.`);
  }
}

/**
 * Deletes items. Where people have answered them, it refuses with how many, unless the answers are meant to go too.
 * Returns how many items and answers went, for the audit log.
 */
export async function removeItems(
  workspaceId: string,
  tx: Tx,
  ids: readonly string[],
  withAnswers: boolean,
): Promise<{ items: number; answers: number }> {
  if (ids.length === 0) return { items: 0, answers: 0 };
  await lockItems(workspaceId, tx, ids);
  const respondents = await countRespondents(workspaceId, tx, ids);
  if (respondents > 0 && !withAnswers) {
    throw new Problem(
      'conflict',
      `${respondents} ${respondents === 1 ? 'response holds' : 'responses hold'} answers to ${ids.length === 1 ? 'this item' : `these ${ids.length} items`}. Archive ${ids.length === 1 ? 'it' : 'them'} to keep the answers, or ask again with ?withAnswers=true to delete both.`,
    );
  }
  const answers = respondents > 0 ? await removeAnswers(workspaceId, tx, ids) : 0;
  await deleteItems(workspaceId, tx, ids);
  return { items: ids.length, answers };
}

/** Deletes the items of these touchpoints, archived ones as well; see `removeItems`. */
export async function removeItemsOf(
  workspaceId: string,
  tx: Tx,
  touchpointIds: readonly string[],
  withAnswers: boolean,
): Promise<{ items: number; answers: number }> {
  const items: StoredItem[] = await listItems(workspaceId, tx, { archived: true, touchpointIds });
  return removeItems(
    workspaceId,
    tx,
    items.map((item) => item.id),
    withAnswers,
  );
}

/**
 * Makes an item at a touchpoint; its key is made from the name where none is given. An import gives the id, because its
 * answers are on their way to the database before the item is made.
 */
export async function addItem(
  workspaceId: string,
  tx: Tx,
  touchpointId: string,
  item: NewItem & { readonly id?: string },
): Promise<Item> {
  const key = item.key ?? (await freeKey(workspaceId, tx, item.name));
  const id = await conflictWhenTaken(
    refuseUnknown(insertItem(workspaceId, tx, touchpointId, { ...item, key }), notFound('This touchpoint')),
    `There is an item with the key ${key} already. Keys name items in files, so each is used once.`,
  );
  return requireItem(workspaceId, tx, id);
}

/** Throws not_found unless the item is of this workspace. */
export async function requireItem(workspaceId: string, tx: Tx, itemId: string): Promise<StoredItem> {
  const item = await findItem(workspaceId, tx, itemId);
  if (!item) throw notFound('This item');
  return item;
}

/**
 * Changes an item. Its scale stays as it is once there are answers: another scale is another question, and starts a
 * new series under a new item.
 */
export async function changeItem(workspaceId: string, tx: Tx, itemId: string, change: ItemChange): Promise<Item> {
  const item = await requireItem(workspaceId, tx, itemId);
  const { topBox: _, ...before } = item.scale;
  const { topBox: __, ...after } = change.scale ?? item.scale;
  if (change.scale && JSON.stringify(before) !== JSON.stringify({ ...before, ...after })) {
    await lockItems(workspaceId, tx, [itemId]);
    const respondents = await countRespondents(workspaceId, tx, [itemId]);
    if (respondents > 0) {
      throw new Problem(
        'conflict',
        `${answersOf(respondents)} on the present scale. Make a new item for the new scale, and archive this one.`,
      );
    }
  }
  await conflictWhenTaken(
    updateItem(workspaceId, tx, itemId, change),
    `There is an item with the key ${change.key} already. Keys name items in files, so each is used once.`,
  );
  return requireItem(workspaceId, tx, itemId);
}

/** Sets the tolerance from now on; the decisions before it stay on record. */
export async function setTolerance(
  workspaceId: string,
  tx: Tx,
  itemId: string,
  value: number,
  setBy: string | null,
): Promise<Item> {
  const { scale } = await requireItem(workspaceId, tx, itemId);
  if (value > scale.max - scale.min) {
    const message = `A tolerance beyond the length of the scale (${scale.max - scale.min} points) would call every gap aligned.`;
    throw new Problem('unprocessable', message, { fields: [{ field: 'body.value', message }] });
  }
  await insertTolerance(workspaceId, tx, { itemId, value, setBy });
  return requireItem(workspaceId, tx, itemId);
}

/** Writes down a standard (what we said we would do internally) or a promise (what we told customers). */
export async function setCommitment(
  workspaceId: string,
  tx: Tx,
  commitment: { itemId: string; lens: 'standard' | 'promise'; value: number; statement: string; setBy: string | null },
): Promise<Item> {
  const { scale } = await requireItem(workspaceId, tx, commitment.itemId);
  if (commitment.value < scale.min || commitment.value > scale.max) {
    const message = `The scale of this item goes from ${scale.min} to ${scale.max}.`;
    throw new Problem('unprocessable', message, { fields: [{ field: 'body.value', message }] });
  }
  await upsertCommitment(workspaceId, tx, commitment);
  return requireItem(workspaceId, tx, commitment.itemId);
}

/** `Quick & friendly!` becomes `quick_friendly`, with a number behind it where that is taken. */
async function freeKey(workspaceId: string, tx: Tx, name: string): Promise<string> {
  const base =
    name
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^_+|(?<!_)_+$/g, '')
      .slice(0, 80) || 'item';
  const taken = new Set((await listItems(workspaceId, tx, { archived: true })).map((item) => item.key));
  for (let i = 1; ; i += 1) {
    const key = i === 1 ? base : `${base}_${i}`;
    if (!taken.has(key)) return key;
  }
}

function answersOf(respondents: number): string {
  return respondents === 1 ? '1 response answers it' : `${respondents} responses answer it`;
}
