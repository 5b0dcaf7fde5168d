import type { Database } from '../db/connect.ts';

/** Every workspace of this installation: ids only, to enter them one by one. */
export async function workspaceIds(db: Database): Promise<string[]> {
  const rows = await db.selectFrom('workspaceDirectory').select('workspaceId').orderBy('workspaceId').execute();
  return rows.map((row) => row.workspaceId);
}
