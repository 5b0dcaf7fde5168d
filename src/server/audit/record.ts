import type { Tx } from '../db/connect.ts';
import type { Caller } from '../http/route.ts';
import { insertAuditEntry } from './store.ts';

export { auditEntriesOf } from './store.ts';

/** Writes one entry in the same transaction as the change, so that neither exists without the other. */
export async function recordAudit(
  workspaceId: string,
  tx: Tx,
  caller: Caller,
  action: string,
  subject: { kind: string; id?: string },
  detail: Record<string, unknown> = {},
): Promise<void> {
  await insertAuditEntry(workspaceId, tx, {
    actorKind: caller.kind === 'anonymous' ? 'system' : caller.kind,
    actorId: caller.kind === 'user' ? caller.userId : caller.kind === 'api_key' ? caller.keyId : null,
    action,
    subjectKind: subject.kind,
    subjectId: subject.id ?? null,
    detail,
  });
}
