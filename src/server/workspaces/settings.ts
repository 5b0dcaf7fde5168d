import type { Tx } from '../db/connect.ts';
import { notFound, Problem } from '../http/problem.ts';
import { workspaceToleranceShare } from '../items/verbs.ts';
import { removeAllResponses } from '../responses/remove-all.ts';
import type { WorkspaceSettings } from './schema.ts';
import { deleteWorkspaceRow, updateWorkspace, type WorkspaceChange, workspaceRow } from './store.ts';

/** The settings of a workspace with its tolerance. Throws not_found when it is gone. */
export async function workspaceSettings(workspaceId: string, tx: Tx): Promise<WorkspaceSettings> {
  const row = await workspaceRow(workspaceId, tx);
  if (!row) throw notFound('This workspace');
  return { ...row, toleranceShare: await workspaceToleranceShare(workspaceId, tx) };
}

/** Changes settings. Thresholds go up only: answers were given under the promise of the present one. */
export async function changeSettings(workspaceId: string, tx: Tx, change: WorkspaceChange): Promise<void> {
  const before = await workspaceSettings(workspaceId, tx);
  for (const field of ['anonymityThreshold', 'commentThreshold'] as const) {
    const wanted = change[field];
    if (wanted !== undefined && wanted < before[field]) {
      const message = `It is ${before[field]} and can be raised, never lowered: answers were given under that promise.`;
      throw new Problem('unprocessable', message, { fields: [{ field: `body.${field}`, message }] });
    }
  }
  if (Object.keys(change).length === 0) return;
  try {
    await updateWorkspace(workspaceId, tx, change);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === '23503') {
      const message = 'There is no such item in this workspace.';
      throw new Problem('unprocessable', message, { fields: [{ field: 'body.headlineItemId', message }] });
    }
    throw error;
  }
}

/** Deletes a workspace and everything in it, for good. */
export async function deleteWorkspace(workspaceId: string, tx: Tx): Promise<void> {
  await removeAllResponses(workspaceId, tx);
  await deleteWorkspaceRow(workspaceId, tx);
}
