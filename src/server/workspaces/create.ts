import { randomUUID } from 'node:crypto';
import { recordAudit } from '../audit/record.ts';
import type { Tx } from '../db/connect.ts';
import { enterWorkspace } from '../db/transaction.ts';
import { addMember } from '../members/change-members.ts';
import { insertWorkspace } from './store.ts';

/** Makes an empty workspace with one owner; the transaction works for the new workspace from then on. */
export async function createWorkspace(tx: Tx, name: string, ownerId: string): Promise<string> {
  const workspaceId = randomUUID();
  await enterWorkspace(tx, workspaceId);
  await insertWorkspace(workspaceId, tx, { name, sample: false });
  await addMember(workspaceId, tx, ownerId, 'owner');
  await recordAudit(
    workspaceId,
    tx,
    { kind: 'user', userId: ownerId },
    'workspace.create',
    { kind: 'workspace', id: workspaceId },
    { name },
  );
  return workspaceId;
}
