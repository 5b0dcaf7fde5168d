import type { Config } from '../config.ts';
import type { Database, Tx } from '../db/connect.ts';
import { anyUserExists, insertOneTimeToken, type User, userByEmail } from './store.ts';
import { hashToken, newToken } from './tokens.ts';

const HOUR_MS = 3_600_000;

/** How long links hold, in hours: one to be copied by hand travels slower than a mail. */
export const LINK_HOURS = { setup: 7 * 24, mailed: 1, copied: 24 } as const;

/** Addresses come from PUBLIC_URL alone, never from what a request says; the token is in the fragment, which no server, proxy or Referer sees. */
export function linkTo(config: Config, page: 'setup' | 'sign-in' | 'invite' | 's', token: string): string {
  return `${config.publicUrl}/${page}#token=${token}`;
}

/** The link that makes its first visitor the owner; undefined once anyone has an account. */
export async function firstSignInLink(
  db: Database,
  config: Config,
  now: Date = new Date(),
): Promise<string | undefined> {
  if (await anyUserExists(db)) return undefined;
  const token = newToken();
  await insertOneTimeToken(db, {
    tokenHash: hashToken(token),
    purpose: 'setup',
    userId: null,
    credentialVersion: null,
    expiresAt: new Date(now.getTime() + LINK_HOURS.setup * HOUR_MS),
  });
  return linkTo(config, 'setup', token);
}

/** A link that signs one person in, once; a later change of password or state of the account ends it. */
export async function newSignInLink(
  tx: Tx | Database,
  config: Config,
  user: Pick<User, 'id' | 'credentialVersion'>,
  now: Date,
  hours: number,
): Promise<string> {
  const token = newToken();
  await insertOneTimeToken(tx, {
    tokenHash: hashToken(token),
    purpose: 'sign_in',
    userId: user.id,
    credentialVersion: user.credentialVersion,
    expiresAt: new Date(now.getTime() + hours * HOUR_MS),
  });
  return linkTo(config, 'sign-in', token);
}

/** For the command line, on the machine itself. Undefined when nobody active has this address. */
export async function signInLinkFor(db: Database, config: Config, email: string): Promise<string | undefined> {
  const user = await userByEmail(db, email);
  if (!user || user.disabledAt) return undefined;
  return newSignInLink(db, config, user, new Date(), LINK_HOURS.copied);
}
