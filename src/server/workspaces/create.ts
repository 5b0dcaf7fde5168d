import { randomUUID } from 'node:crypto';
import { recordAudit } from '../audit/record.ts';
import type { Tx } from '../db/connect.ts';
import { enterWorkspace } from '../db/transaction.ts';
import { addMember } from '../members/change-members.ts';
import { insertWorkspace } from './store.ts';

/** Makes an empty workspace with one owner; the transaction works for the new workspace from then on. */
export async function createWorkspace(tx: Tx, name: string, ownerId: string): Promise<string> {
  return create(tx, { name, sample: false }, ownerId);
}

/** Makes the still empty workspace for sample data; before there is anybody it has no owner, and set-up gives it one. */
export async function createSampleWorkspace(tx: Tx, name: string, ownerId: string | null): Promise<string> {
  return create(tx, { name, sample: true }, ownerId);
}

async function create(tx: Tx, workspace: { name: string; sample: boolean }, ownerId: string | null): Promise<string> {
  const workspaceId = randomUUID();
  await enterWorkspace(tx, workspaceId);
  await insertWorkspace(workspaceId, tx, workspace);
  if (ownerId !== null) await addMember(workspaceId, tx, ownerId, 'owner');
  await recordAudit(
    workspaceId,
    tx,
    ownerId === null ? { kind: 'anonymous' } : { kind: 'user', userId: ownerId },
    'workspace.create',
    { kind: 'workspace', id: workspaceId },
    workspace,
  );
  return workspaceId;
}
