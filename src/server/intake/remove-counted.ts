import type { Tx } from '../db/connect.ts';
import { findStored, nameOf, removeResponses, responseKeys, type StoredResponse } from '../responses/verbs.ts';
import { findVersion, type Published } from '../surveys/verbs.ts';
import { countInQuotas } from './quotas.ts';
import { lockIntake } from './store.ts';

/**
 * Deletes the responses that the filter means and takes them out of every count, the quotas' too: whoever is gone makes
 * room. Returns how many rows went. Throws when the filter is empty. Takes the intake lock: call it before locking rows.
 */
export async function removeCounted(
  workspaceId: string,
  tx: Tx,
  where: Parameters<typeof removeResponses>[2],
): Promise<number> {
  await lockIntake(workspaceId, tx);
  const stored = new Map<string, StoredResponse>();
  for (const row of await findStored(workspaceId, tx, await responseKeys(workspaceId, tx, where))) {
    // One that waits beside its published self was counted once, and knows more.
    if (!row.published || !stored.has(nameOf(row))) stored.set(nameOf(row), row);
  }
  const removed = await removeResponses(workspaceId, tx, where);
  // Not through the versions that are kept in memory: a restore reads them in the transaction that writes them.
  const versions = new Map<string, Published | undefined>();
  for (const { merged, version, ...row } of stored.values()) {
    if (!merged?.finished || version === null) continue;
    const name = `${row.surveyId} ${version}`;
    if (!versions.has(name)) versions.set(name, await findVersion(workspaceId, tx, row.surveyId, version));
    const definition = versions.get(name)?.definition;
    if (definition) await countInQuotas(workspaceId, tx, definition, { ...row, merged }, -1);
  }
  return removed;
}
