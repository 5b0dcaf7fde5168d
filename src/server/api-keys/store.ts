import type { Tx } from '../db/connect.ts';
import type { ApiScope } from '../http/policy.ts';

export interface ApiKey {
  id: string;
  name: string;
  scopes: ApiScope[];
  createdBy: string | null;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedOn: string | null;
}

const KEY = ['id', 'name', 'scopes', 'createdBy', 'createdAt', 'expiresAt', 'lastUsedOn'] as const;

/** Keys that are not revoked. */
export async function apiKeysOf(workspaceId: string, tx: Tx): Promise<ApiKey[]> {
  const rows = await tx
    .selectFrom('apiKeys')
    .select(KEY)
    .where('workspaceId', '=', workspaceId)
    .where('revokedAt', 'is', null)
    .orderBy('createdAt')
    .execute();
  return rows as ApiKey[];
}

/** The key with this hash, if it is neither revoked nor expired. */
export async function apiKeyByToken(
  workspaceId: string,
  tx: Tx,
  tokenHash: Buffer,
  now: Date,
): Promise<ApiKey | undefined> {
  const row = await tx
    .selectFrom('apiKeys')
    .select(KEY)
    .where('workspaceId', '=', workspaceId)
    .where('tokenHash', '=', tokenHash)
    .where('revokedAt', 'is', null)
    .where((eb) => eb.or([eb('expiresAt', 'is', null), eb('expiresAt', '>', now)]))
    .executeTakeFirst();
  return row as ApiKey | undefined;
}

export async function insertApiKey(
  workspaceId: string,
  tx: Tx,
  key: {
    name: string;
    tokenHash: Buffer;
    scopes: readonly ApiScope[];
    createdBy: string | null;
    expiresAt: Date | null;
  },
): Promise<string> {
  const row = await tx
    .insertInto('apiKeys')
    .values({ workspaceId, ...key, scopes: [...key.scopes], revokedAt: null, lastUsedOn: null })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

/** Remembers the day only, and writes once a day: enough to find keys that nobody uses. */
export async function touchApiKey(workspaceId: string, tx: Tx, keyId: string, day: string): Promise<void> {
  await tx
    .updateTable('apiKeys')
    .set({ lastUsedOn: day })
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', keyId)
    .execute();
}

/** True when there was one to revoke. */
export async function revokeApiKey(workspaceId: string, tx: Tx, keyId: string, now: Date): Promise<boolean> {
  const row = await tx
    .updateTable('apiKeys')
    .set({ revokedAt: now })
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', keyId)
    .where('revokedAt', 'is', null)
    .executeTakeFirst();
  return row.numUpdatedRows > 0n;
}

export async function revokeApiKeysBy(workspaceId: string, tx: Tx, userId: string, now: Date): Promise<void> {
  await tx
    .updateTable('apiKeys')
    .set({ revokedAt: now })
    .where('workspaceId', '=', workspaceId)
    .where('createdBy', '=', userId)
    .where('revokedAt', 'is', null)
    .execute();
}
