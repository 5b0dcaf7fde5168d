import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Links of one person. They are derived from the server's key, so that they stand nowhere: neither the queue of mails nor
 * a copy of the database says whose link is whose, and a reminder has the same link as the invitation.
 */
function derive(secretKey: string, ...parts: readonly string[]): Buffer {
  return createHmac('sha256', secretKey).update(parts.join('\n')).digest();
}

/**
 * The token of a contact's link to one round of a wave; exactly the form of the personal links that people hand over.
 *
 * @param round 1: the first time that the wave asks this person
 */
export function personalToken(
  secretKey: string,
  workspaceId: string,
  waveId: string,
  contactId: string,
  round: number,
): string {
  const later = round > 1 ? [`round ${round}`] : [];
  const secret = derive(secretKey, 'personal link', workspaceId, waveId, contactId, ...later).toString('base64url');
  return `ans_${workspaceId}_${secret}`;
}

/** The token by which a contact unsubscribes: workspace, contact and a seal, 64 characters. */
export function unsubscribeToken(secretKey: string, workspaceId: string, contactId: string): string {
  const ids = Buffer.concat([bytesOf(workspaceId), bytesOf(contactId)]);
  return Buffer.concat([ids, sealOf(secretKey, ids)]).toString('base64url');
}

/** Undefined for anything that this server did not make. */
export function readUnsubscribeToken(
  secretKey: string,
  token: string,
): { workspaceId: string; contactId: string } | undefined {
  if (!/^[A-Za-z0-9_-]{64}$/.test(token)) return undefined;
  const bytes = Buffer.from(token, 'base64url');
  const ids = bytes.subarray(0, 32);
  if (!timingSafeEqual(sealOf(secretKey, ids), bytes.subarray(32))) return undefined;
  return { workspaceId: uuidOf(ids.subarray(0, 16)), contactId: uuidOf(ids.subarray(16)) };
}

const sealOf = (secretKey: string, ids: Buffer) =>
  derive(secretKey, 'unsubscribe', ids.toString('hex')).subarray(0, 16);
const bytesOf = (uuid: string) => Buffer.from(uuid.replaceAll('-', ''), 'hex');
const uuidOf = (bytes: Buffer) => bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
