import type { Tx } from '../db/connect.ts';

export interface AuditEntry {
  id: number;
  at: Date;
  actorKind: string;
  actorId: string | null;
  action: string;
  subjectKind: string;
  subjectId: string | null;
  detail: unknown;
}

/** There is no update and no delete: the app's role may not, and nothing here tries. */
export async function insertAuditEntry(
  workspaceId: string,
  tx: Tx,
  entry: {
    actorKind: 'user' | 'api_key' | 'system';
    actorId: string | null;
    action: string;
    subjectKind: string;
    subjectId: string | null;
    detail: Record<string, unknown>;
  },
): Promise<void> {
  await tx
    .insertInto('auditLog')
    .values({ workspaceId, ...entry, detail: JSON.stringify(entry.detail) })
    .execute();
}

/** Newest first; `before` is the id of the last entry already seen. */
export function auditEntries(
  workspaceId: string,
  tx: Tx,
  page: { before?: number | undefined; limit: number },
): Promise<AuditEntry[]> {
  return tx
    .selectFrom('auditLog')
    .select(['id', 'at', 'actorKind', 'actorId', 'action', 'subjectKind', 'subjectId', 'detail'])
    .where('workspaceId', '=', workspaceId)
    .$if(page.before !== undefined, (query) => query.where('id', '<', page.before ?? 0))
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute();
}

/** Of one action on one thing, the newest first. */
export function auditEntriesOf(
  workspaceId: string,
  tx: Tx,
  action: string,
  subject: { readonly kind: string; readonly id: string },
): Promise<Pick<AuditEntry, 'at' | 'detail'>[]> {
  return tx
    .selectFrom('auditLog')
    .select(['at', 'detail'])
    .where('workspaceId', '=', workspaceId)
    .where('subjectKind', '=', subject.kind)
    .where('subjectId', '=', subject.id)
    .where('action', '=', action)
    .orderBy('id', 'desc')
    .execute();
}
