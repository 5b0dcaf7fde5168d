import type { Tx } from '../db/connect.ts';

/** 6.25 % of a scale's range: 0.25 points on 1 to 5. */
const DEFAULT_TOLERANCE_SHARE = 0.0625;

/** The tolerance of items without one of their own, as a share of the scale's range; the newest row holds. */
export async function workspaceToleranceShare(workspaceId: string, tx: Tx): Promise<number> {
  const row = await tx
    .selectFrom('tolerances')
    .select('value')
    .where('workspaceId', '=', workspaceId)
    .where('itemId', 'is', null)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.value ?? DEFAULT_TOLERANCE_SHARE;
}

/** Adds a decision; earlier ones stay, with author and date. */
export async function setWorkspaceToleranceShare(
  workspaceId: string,
  tx: Tx,
  share: number,
  setBy: string | null,
): Promise<void> {
  await tx.insertInto('tolerances').values({ workspaceId, itemId: null, value: share, setBy }).execute();
}
