import type { Tx } from '../db/connect.ts';

export interface RememberedRequest {
  requestHash: Buffer;
  status: number | null;
  body: unknown;
}

/** True when this request is the first with its key; false when there is a row already. */
export async function claimKey(
  workspaceId: string,
  tx: Tx,
  claim: { actorId: string; key: string; requestHash: Buffer; now: Date },
): Promise<boolean> {
  const row = await tx
    .insertInto('idempotencyKeys')
    .values({
      workspaceId,
      actorId: claim.actorId,
      key: claim.key,
      requestHash: claim.requestHash,
      status: null,
      body: null,
      createdAt: claim.now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('key')
    .executeTakeFirst();
  return row !== undefined;
}

export function rememberedRequest(
  workspaceId: string,
  tx: Tx,
  actorId: string,
  key: string,
): Promise<RememberedRequest | undefined> {
  return tx
    .selectFrom('idempotencyKeys')
    .select(['requestHash', 'status', 'body'])
    .where('workspaceId', '=', workspaceId)
    .where('actorId', '=', actorId)
    .where('key', '=', key)
    .executeTakeFirst();
}

export async function rememberAnswer(
  workspaceId: string,
  tx: Tx,
  answer: { actorId: string; key: string; status: number; body: string | null; requestHash: Buffer },
): Promise<void> {
  await tx
    .updateTable('idempotencyKeys')
    .set({ status: answer.status, body: answer.body, requestHash: answer.requestHash })
    .where('workspaceId', '=', workspaceId)
    .where('actorId', '=', answer.actorId)
    .where('key', '=', answer.key)
    .execute();
}

export async function forgetKey(workspaceId: string, tx: Tx, actorId: string, key: string): Promise<void> {
  await tx
    .deleteFrom('idempotencyKeys')
    .where('workspaceId', '=', workspaceId)
    .where('actorId', '=', actorId)
    .where('key', '=', key)
    .execute();
}

export async function forgetKeysBefore(workspaceId: string, tx: Tx, before: Date): Promise<void> {
  await tx
    .deleteFrom('idempotencyKeys')
    .where('workspaceId', '=', workspaceId)
    .where('createdAt', '<', before)
    .execute();
}
