import { Problem } from '../http/problem.ts';
import type { Services } from '../http/route.ts';
import { sendMail } from '../mail.ts';
import { LINK_HOURS, newSignInLink } from './links.ts';
import { verifyPassword } from './password.ts';
import { openSession } from './sessions.ts';
import { useOneTimeToken, userByEmail, userById } from './store.ts';
import { hashToken } from './tokens.ts';

interface SignedIn {
  readonly userId: string;
  readonly sessionToken: string;
}

/** One answer and one duration for everyone who may not in: no such person, no password, a wrong one, disabled. */
export async function signInWithPassword(services: Services, email: string, password: string): Promise<SignedIn> {
  const { db } = services.connection;
  const user = await userByEmail(db, email);
  const right = await verifyPassword(password, user?.passwordHash);
  if (!user || !right || user.disabledAt) {
    throw new Problem('not_signed_in', 'The e-mail address or the password is wrong.');
  }
  const sessionToken = await db.transaction().execute((tx) => openSession(tx, user, services.now()));
  return { userId: user.id, sessionToken };
}

export async function signInWithLink(services: Services, token: string): Promise<SignedIn> {
  const now = services.now();
  return services.connection.db.transaction().execute(async (tx) => {
    const used = await useOneTimeToken(tx, hashToken(token), 'sign_in', now);
    const user = used?.userId ? await userById(tx, used.userId) : undefined;
    if (!user) {
      throw new Problem('gone', 'This link was used already, has expired or was replaced. Ask for a new one.');
    }
    return { userId: user.id, sessionToken: await openSession(tx, user, now) };
  });
}

/**
 * Mails a link to whoever has this address. Runs after the answer has gone out, so that neither answer nor time tells
 * whether there is an account.
 */
export async function mailSignInLink(services: Services, email: string): Promise<void> {
  if (services.config.smtpUrl === null) return;
  const user = await userByEmail(services.connection.db, email);
  if (!user || user.disabledAt) return;
  const link = await newSignInLink(services.connection.db, services.config, user, services.now(), LINK_HOURS.mailed);
  await sendMail(services.config, {
    to: user.email,
    subject: 'Sign in to Parallax',
    text: `Open this link to sign in. It works once, within ${LINK_HOURS.mailed} hour:\n\n${link}\n\nIf you did not ask for it, do nothing.\n`,
  });
}
