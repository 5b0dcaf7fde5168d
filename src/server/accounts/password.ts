import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { Problem } from '../http/problem.ts';

export const PASSWORD_MIN = 12;
/** Long enough for any passphrase; without a limit, hashing megabytes would be a way to keep us busy. */
export const PASSWORD_MAX = 256;

interface Cost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** 64 MiB and about 0.2 s each. Stored with each hash, so that it can be raised later without locking anyone out. */
const COST: Cost = { N: 2 ** 16, r: 8, p: 1 };
const AT_ONCE = 2;
const MAX_WAITING = 40;

let running = 0;
const waiting: (() => void)[] = [];

/** Two hashes at once: a flood of sign-ins waits in line instead of taking all processors and memory. */
async function inLine<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) {
    if (waiting.length >= MAX_WAITING) {
      throw new Problem('unavailable', 'Too many people are signing in just now.', { retryAfter: 10 });
    }
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else {
    running++;
  }
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}

function derive(password: string, salt: Buffer, cost: Cost): Promise<Buffer> {
  const options: ScryptOptions = { ...cost, maxmem: 256 * cost.N * cost.r };
  return inLine(
    () =>
      new Promise((resolve, reject) => {
        // The same text typed on another keyboard may be composed differently; NFKC makes it one.
        scrypt(password.normalize('NFKC'), salt, 32, options, (error, key) => (error ? reject(error) : resolve(key)));
      }),
  );
}

/** `scrypt$N$r$p$salt$key`, with salt and key as base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** No password has this key; comparing with it takes as long as with a real one. */
const NOBODY = ['scrypt', COST.N, COST.r, COST.p, 'AAAAAAAAAAAAAAAAAAAAAA', 'A'.repeat(43)].join('$');

/**
 * Whether the password is the one that was hashed. Without a hash (no such person, or one without a password) it
 * takes the same time and answers false, so that the time tells nobody who has an account.
 */
export async function verifyPassword(password: string, hash: string | null | undefined): Promise<boolean> {
  const [kind, N, r, p, salt = '', key = ''] = (hash ?? NOBODY).split('$');
  if (kind !== 'scrypt') throw new Error('a password hash of an unknown kind');
  const expected = Buffer.from(key, 'base64url');
  const found = await derive(password, Buffer.from(salt, 'base64url'), { N: Number(N), r: Number(r), p: Number(p) });
  return expected.length === found.length && timingSafeEqual(expected, found) && Boolean(hash);
}
