import { constants, createHash, generateKeyPairSync, privateDecrypt, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { blindTicket, isTicket, sha256, unblindTicket } from './blind.ts';

const random = () => randomBytes(32).toString('hex');
function keyPair() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = Buffer.from(publicKey.export({ format: 'jwk' }).n ?? '', 'base64url').toString('hex');
  const sign = (blinded: string) =>
    privateDecrypt(
      { key: privateKey, padding: constants.RSA_NO_PADDING },
      Buffer.from(blinded.padStart(512, '0'), 'hex'),
    ).toString('hex');
  return { key, sign };
}

test('hashes as SHA-256 does, at every length around the borders of blocks', () => {
  for (let length = 0; length < 200; length++) {
    const text = randomBytes(length).toString('base64').slice(0, length);
    expect(sha256(text)).toBe(createHash('sha256').update(text).digest('hex'));
  }
});

test('a signature given blindly holds for its serial, its key and nothing else', () => {
  const { key, sign } = keyPair();
  for (let i = 0; i < 5; i++) {
    const [serial, chance] = [random(), random()];
    const blinded = blindTicket(key, serial, chance);
    const ticket = unblindTicket(key, chance, sign(blinded));
    expect(isTicket(key, serial, ticket)).toBe(true);
    expect(isTicket(key, random(), ticket)).toBe(false);
    expect(isTicket(keyPair().key, serial, ticket)).toBe(false);
    expect(isTicket(key, serial, sign(blinded))).toBe(false);
    expect(isTicket(key, serial, unblindTicket(key, random(), sign(blinded)))).toBe(false);
    // The same ticket, asked for again, is the same number: a lost answer costs nobody their say.
    expect(blindTicket(key, serial, chance)).toBe(blinded);
    expect(blindTicket(key, serial, random())).not.toBe(blinded);
  }
});
