import { constants, createPrivateKey, generateKeyPair, privateDecrypt } from 'node:crypto';
import { promisify } from 'node:util';
import type { Config } from '../config.ts';
import type { Tx } from '../db/connect.ts';
import { Problem } from '../http/problem.ts';
import { seal, unseal } from '../webhooks/seal.ts';
import { findKey, insertKey, lockMarks, type TicketKey } from './store.ts';

const makeKeyPair = promisify(generateKeyPair);

/** The key of a wave's tickets, made when it is first needed. */
export async function ensureKey(workspaceId: string, tx: Tx, config: Config, waveId: string): Promise<TicketKey> {
  const there = await findKey(workspaceId, tx, waveId);
  if (there) return there;
  // Of many who open the first links at once, one makes the key.
  await lockMarks(workspaceId, tx, waveId);
  const meanwhile = await findKey(workspaceId, tx, waveId);
  if (meanwhile) return meanwhile;
  const { privateKey, publicKey } = await makeKeyPair('rsa', { modulusLength: 2048 });
  const modulus = Buffer.from(publicKey.export({ format: 'jwk' }).n ?? '', 'base64url').toString('hex');
  const text = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const made = { modulus, sealedPrivate: seal(config.secretKey, belongsTo(workspaceId, waveId), text) };
  await insertKey(workspaceId, tx, waveId, made);
  return made;
}

/** Signs a blinded number with the key of the wave. Throws conflict where SECRET_KEY is not the one it was sealed with. */
export async function signBlinded(
  workspaceId: string,
  tx: Tx,
  config: Config,
  waveId: string,
  blinded: string,
): Promise<string> {
  const { modulus, sealedPrivate } = await ensureKey(workspaceId, tx, config, waveId);
  if (BigInt(`0x${blinded}`) >= BigInt(`0x${modulus}`)) {
    const message = 'The number is not below the modulus of this wave.';
    throw new Problem('unprocessable', message, { fields: [{ field: 'body.blinded', message }] });
  }
  const text = unseal(config.secretKey, belongsTo(workspaceId, waveId), sealedPrivate);
  if (text === undefined) {
    throw new Problem(
      'conflict',
      'The personal links of this wave ended with the SECRET_KEY that they were made with.',
    );
  }
  const key = { key: createPrivateKey(text), padding: constants.RSA_NO_PADDING };
  return privateDecrypt(key, Buffer.from(blinded.padStart(modulus.length, '0'), 'hex')).toString('hex');
}

const belongsTo = (workspaceId: string, waveId: string) => `ticket key ${workspaceId} ${waveId}`;

const KEPT = 500;
const kept = new Map<string, string>();

/** The modulus of a wave's tickets, which never changes; undefined where no ticket was ever given. */
export async function ticketModulus(workspaceId: string, tx: Tx, waveId: string): Promise<string | undefined> {
  const name = `${workspaceId} ${waveId}`;
  const modulus = kept.get(name) ?? (await findKey(workspaceId, tx, waveId))?.modulus;
  if (modulus === undefined) return undefined;
  kept.delete(name);
  kept.set(name, modulus);
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT) break;
    kept.delete(oldest);
  }
  return modulus;
}
