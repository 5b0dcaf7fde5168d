import type { Tx } from '../db/connect.ts';

/** Deletes every response of a workspace with answers and counts; only for deleting the workspace itself. */
export async function removeAllResponses(workspaceId: string, tx: Tx): Promise<void> {
  await tx.deleteFrom('answers').where('workspaceId', '=', workspaceId).execute();
  await tx.deleteFrom('answerCounts').where('workspaceId', '=', workspaceId).execute();
  await tx.deleteFrom('responses').where('workspaceId', '=', workspaceId).execute();
}
