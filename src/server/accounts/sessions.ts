import type { Tx } from '../db/connect.ts';
import type { Services } from '../http/route.ts';
import { deleteExpired, insertSession, type User, userOfSession } from './store.ts';
import { hashToken, newToken } from './tokens.ts';

export const SESSION_DAYS = 30;
const DAY_MS = 86_400_000;

/** Opens a session for a person who has proved who they are; returns the token for the cookie. */
export async function openSession(tx: Tx, user: Pick<User, 'id' | 'credentialVersion'>, now: Date): Promise<string> {
  const token = newToken();
  await deleteExpired(tx, now);
  await insertSession(tx, {
    tokenHash: hashToken(token),
    userId: user.id,
    credentialVersion: user.credentialVersion,
    expiresAt: new Date(now.getTime() + SESSION_DAYS * DAY_MS),
  });
  return token;
}

export function userOfSessionToken(services: Services, token: string): Promise<string | undefined> {
  return userOfSession(services.connection.db, hashToken(token), services.now());
}
