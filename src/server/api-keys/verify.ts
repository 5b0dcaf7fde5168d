import { hashToken, workspaceOfToken } from '../accounts/tokens.ts';
import { inWorkspace } from '../db/transaction.ts';
import type { Caller, Services } from '../http/route.ts';
import { apiKeyByToken, touchApiKey } from './store.ts';

/** The caller behind an API key, looked up inside the wall of the workspace that the key names. */
export async function callerOfApiKey(services: Services, token: string): Promise<Caller | undefined> {
  const workspaceId = workspaceOfToken('plx', token);
  if (!workspaceId) return undefined;
  const now = services.now();
  return inWorkspace(services.connection.db, workspaceId, async (tx) => {
    const key = await apiKeyByToken(workspaceId, tx, hashToken(token), now);
    if (!key) return undefined;
    const today = now.toISOString().slice(0, 10);
    if (key.lastUsedOn !== today) await touchApiKey(workspaceId, tx, key.id, today);
    return { kind: 'api_key', keyId: key.id, workspaceId, scopes: key.scopes };
  });
}
