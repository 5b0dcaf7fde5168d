import type { Tx } from '../db/connect.ts';

/** What a personal link says of the person who answers with it. */
export interface Personal {
  readonly waveId: string;
  readonly contactId: string | null;
  readonly used: boolean;
  /** Of customers: the response that was begun with it last. */
  readonly responseKey: string | null;
}

export function findPersonal(workspaceId: string, tx: Tx, tokenHash: Buffer): Promise<Personal | undefined> {
  return tx
    .selectFrom('invitations')
    .select(['waveId', 'contactId', 'used', 'responseKey'])
    .where('workspaceId', '=', workspaceId)
    .where('tokenHash', '=', tokenHash)
    .executeTakeFirst();
}

/** Says which response a customer's link belongs to. False when it was used otherwise meanwhile. */
export async function bindPersonal(
  workspaceId: string,
  tx: Tx,
  tokenHash: Buffer,
  binding: { responseKey: string; used: boolean },
): Promise<boolean> {
  const bound = await tx
    .updateTable('invitations')
    .set(binding)
    .where('workspaceId', '=', workspaceId)
    .where('tokenHash', '=', tokenHash)
    .where((e) => e.or([e('used', '=', false), e('responseKey', '=', binding.responseKey)]))
    .returning('waveId')
    .executeTakeFirst();
  return bound !== undefined;
}
