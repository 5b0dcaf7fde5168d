import type { Tx } from '../db/connect.ts';
import { Problem } from '../http/problem.ts';
import { countRespondents, removeAnswers } from '../responses/remove.ts';
import { deleteItems, listItems, lockItems, newestTolerances, type StoredItem, unknownItems } from './store.ts';

export { listItems, type StoredItem } from './store.ts';

/** Share of a scale's range, for items without a tolerance of their own: 0.25 points on a scale from 1 to 5. */
export const DEFAULT_TOLERANCE_SHARE = 0.0625;

/** Throws `unprocessable` unless all ids are items of the workspace, and keeps them from being deleted meanwhile. */
export async function requireItems(workspaceId: string, tx: Tx, ids: readonly string[]): Promise<void> {
  const unknown = await unknownItems(workspaceId, tx, ids);
  if (unknown.length > 0) {
    throw new Problem('unprocessable', `There is no item ${unknown.slice(0, 5).join(', ')} in this workspace.`);
  }
}

/** The workspace's tolerance as a share of a scale's range, with who set it and when; the default where nobody has. */
export async function toleranceShare(
  workspaceId: string,
  tx: Tx,
): Promise<{ share: number; setBy: string | null; setAt: string | null }> {
  const set = (await newestTolerances(workspaceId, tx)).get(null);
  return set
    ? { share: set.value, setBy: set.setBy, setAt: set.setAt.toISOString() }
    : { share: DEFAULT_TOLERANCE_SHARE, setBy: null, setAt: null };
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
