import { constants, createPrivateKey, generateKeyPair, privateDecrypt } from 'node:crypto';
import { promisify } from 'node:util';
import type { Config } from '../config.ts';
import type { Tx } from '../db/connect.ts';
import { Problem } from '../http/problem.ts';
import { seal, unseal } from '../webhooks/seal.ts';
import { findKey, insertKey, lockMarks, type TicketKey, type TicketsOf } from './store.ts';

const makeKeyPair = promisify(generateKeyPair);

/**
 * The key of somebody's tickets, made when it is first needed. `whose` says which one; it is asked anew once no other
 * process can make a key of this wave, because until the first one is there people may be put into other groups.
 */
export async function ensureKey(
  workspaceId: string,
  tx: Tx,
  config: Config,
  whose: () => Promise<TicketsOf>,
): Promise<TicketsOf & Pick<TicketKey, 'modulus'>> {
  const early = await whose();
  const there = await findKey(workspaceId, tx, early);
  if (there) return { ...early, modulus: there.modulus };
  // Of many who open the first links at once, one makes the key.
  await lockMarks(workspaceId, tx, early.waveId);
  const of = await whose();
  const meanwhile = await findKey(workspaceId, tx, of);
  if (meanwhile) return { ...of, modulus: meanwhile.modulus };
  const { privateKey, publicKey } = await makeKeyPair('rsa', { modulusLength: 2048 });
  const modulus = Buffer.from(publicKey.export({ format: 'jwk' }).n ?? '', 'base64url').toString('hex');
  const text = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  await insertKey(workspaceId, tx, of, {
    modulus,
    sealedPrivate: seal(config.secretKey, belongsTo(workspaceId, of), text),
  });
  return { ...of, modulus };
}

/**
 * Signs a blinded number with the key of a wave's group. Throws conflict where SECRET_KEY is not the one that it was sealed
 * with, and where nobody has asked for the questions yet, which is when the key is made.
 */
export async function signBlinded(
  workspaceId: string,
  tx: Tx,
  config: Config,
  of: TicketsOf,
  blinded: string,
): Promise<string> {
  const found = await findKey(workspaceId, tx, of);
  if (!found) throw new Problem('conflict', 'Open the questions first: the number is made with the modulus in them.');
  const { modulus, sealedPrivate } = found;
  if (BigInt(`0x${blinded}`) >= BigInt(`0x${modulus}`)) {
    const message = 'The number is not below the modulus of this wave.';
    throw new Problem('unprocessable', message, { fields: [{ field: 'body.blinded', message }] });
  }
  const text = unseal(config.secretKey, belongsTo(workspaceId, of), sealedPrivate);
  if (text === undefined) {
    throw new Problem(
      'conflict',
      'The personal links of this wave ended with the SECRET_KEY that they were made with.',
    );
  }
  const key = { key: createPrivateKey(text), padding: constants.RSA_NO_PADDING };
  return privateDecrypt(key, Buffer.from(blinded.padStart(modulus.length, '0'), 'hex')).toString('hex');
}

const belongsTo = (workspaceId: string, { waveId, group }: TicketsOf) =>
  `ticket key ${workspaceId} ${waveId}${group > 0 ? ` ${group}` : ''}`;

const KEPT = 500;
const kept = new Map<string, string>();

/** The modulus of a group's tickets, which never changes; undefined where no ticket was ever given. */
export async function ticketModulus(workspaceId: string, tx: Tx, of: TicketsOf): Promise<string | undefined> {
  const name = belongsTo(workspaceId, of);
  const modulus = kept.get(name) ?? (await findKey(workspaceId, tx, of))?.modulus;
  if (modulus === undefined) return undefined;
  kept.delete(name);
  kept.set(name, modulus);
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT) break;
    kept.delete(oldest);
  }
  return modulus;
}
