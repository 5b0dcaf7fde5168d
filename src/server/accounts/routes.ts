import { cookieName, sessionToken } from '../http/authenticate.ts';
import { anyone, signedIn } from '../http/policy.ts';
import { notFound, Problem } from '../http/problem.ts';
import { type RequestContext, type Route, route } from '../http/route.ts';
import { changeName, changePassword, signOutEverywhere } from './change-account.ts';
import {
  accepted,
  accountBody,
  linkBody,
  passwordBody,
  sessionInfo,
  setupBody,
  signInBody,
  signInLinkBody,
} from './schema.ts';
import { describeSession } from './session-info.ts';
import { SESSION_DAYS } from './sessions.ts';
import { setUpOwner } from './set-up.ts';
import { mailSignInLink, signInWithLink, signInWithPassword } from './sign-in.ts';
import { anyUserExists, deleteSession } from './store.ts';
import { hashToken } from './tokens.ts';

const tag = 'Account';

export function setSessionCookie(context: RequestContext, token: string): void {
  const { publicUrl } = context.config;
  const age = token === '' ? 0 : SESSION_DAYS * 86_400;
  const secure = publicUrl.startsWith('https:') ? '; Secure' : '';
  context.headers.append(
    'Set-Cookie',
    `${cookieName(publicUrl)}=${token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${age}${secure}`,
  );
}

/** The signed-in person; policies let nobody else through to where this is used. */
export function userIdOf(context: RequestContext): string {
  if (context.caller.kind !== 'user') throw new Problem('not_signed_in', 'Sign in first.');
  return context.caller.userId;
}

async function signedInAs(context: RequestContext, result: { userId: string; sessionToken: string }) {
  setSessionCookie(context, result.sessionToken);
  return describeSession(context, result.userId);
}

export const accountRoutes: readonly Route[] = [
  route(
    {
      method: 'get',
      path: '/api/v1/session',
      summary: 'Who is signed in, and where they may go',
      tag,
      policy: anyone,
      answer: sessionInfo,
    },
    (context) => describeSession(context, context.caller.kind === 'user' ? context.caller.userId : undefined),
  ),
  route(
    {
      method: 'post',
      path: '/api/v1/session',
      summary: 'Sign in with a password',
      tag,
      policy: anyone,
      body: signInBody,
      attemptsBy: 'email',
      answer: sessionInfo,
    },
    async (context, { body }) => signedInAs(context, await signInWithPassword(context, body.email, body.password)),
  ),
  route(
    { method: 'delete', path: '/api/v1/session', summary: 'Sign out here', tag, policy: anyone },
    async (context) => {
      const token = sessionToken(context.request, context.config.publicUrl);
      if (token) await deleteSession(context.connection.db, hashToken(token));
      setSessionCookie(context, '');
      return undefined;
    },
  ),
  route(
    { method: 'delete', path: '/api/v1/sessions', summary: 'Sign out everywhere', tag, policy: signedIn },
    async (context) => {
      await signOutEverywhere(context, userIdOf(context));
      setSessionCookie(context, '');
      return undefined;
    },
  ),
  route(
    {
      method: 'post',
      path: '/api/v1/sign-in-links',
      summary: 'Mail a sign-in link, if the address has an account',
      tag,
      policy: anyone,
      body: signInLinkBody,
      attemptsBy: 'email',
      status: 202,
      answer: accepted,
    },
    async (context, { body }) => {
      // Not awaited, so that the answer takes as long for an unknown address.
      setImmediate(() => {
        mailSignInLink(context, body.email).catch((error: unknown) =>
          context.log.error({ requestId: context.requestId, err: error }, 'sign-in link not mailed'),
        );
      });
      return { sent: true as const };
    },
  ),
  route(
    {
      method: 'post',
      path: '/api/v1/session/link',
      summary: 'Sign in with the token of a link',
      tag,
      policy: anyone,
      body: linkBody,
      answer: sessionInfo,
    },
    async (context, { body }) => signedInAs(context, await signInWithLink(context, body.token)),
  ),
  route(
    {
      method: 'post',
      path: '/api/v1/setup',
      summary: 'Become the first owner, with the token of the link printed at the first start',
      tag,
      policy: anyone,
      body: setupBody,
      answer: sessionInfo,
    },
    async (context, { body }) => {
      if (await anyUserExists(context.connection.db)) throw notFound('This address');
      return signedInAs(context, await setUpOwner(context, body));
    },
  ),
  route(
    {
      method: 'patch',
      path: '/api/v1/account',
      summary: 'Change your name',
      tag,
      policy: signedIn,
      body: accountBody,
      answer: sessionInfo,
    },
    async (context, { body }) => {
      await changeName(context, userIdOf(context), body.name);
      return describeSession(context, userIdOf(context));
    },
  ),
  route(
    {
      method: 'put',
      path: '/api/v1/account/password',
      summary: 'Set or change your password; ends all other sessions',
      tag,
      policy: signedIn,
      body: passwordBody,
      attemptsBy: 'account',
    },
    async (context, { body }) => {
      setSessionCookie(context, await changePassword(context, userIdOf(context), body));
      return undefined;
    },
  ),
];
