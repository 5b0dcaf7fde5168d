import type { Tx } from '../db/connect.ts';
import { revokeApiKeysBy } from './store.ts';

/** Ends the keys that a person made and so knows; for when they lose access or rights. */
export async function revokeApiKeysMadeBy(workspaceId: string, tx: Tx, userId: string, now: Date): Promise<void> {
  await revokeApiKeysBy(workspaceId, tx, userId, now);
}
