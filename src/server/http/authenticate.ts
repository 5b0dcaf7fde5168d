import { userOfSessionToken } from '../accounts/sessions.ts';
import { callerOfApiKey } from '../api-keys/verify.ts';
import { Problem } from './problem.ts';
import type { Caller, Services } from './route.ts';

/** `__Host-` makes browsers refuse the cookie from subdomains and over http; it needs https to be set at all. */
export function cookieName(publicUrl: string): string {
  return publicUrl.startsWith('https:') ? '__Host-parallax' : 'parallax';
}

export function sessionToken(request: Request, publicUrl: string): string | undefined {
  const name = cookieName(publicUrl);
  for (const pair of (request.headers.get('cookie') ?? '').split(';')) {
    const [key, ...value] = pair.trim().split('=');
    if (key === name) return value.join('=');
  }
  return undefined;
}

export function hasBearer(request: Request): boolean {
  return request.headers.has('authorization');
}

/**
 * Who is calling. An Authorization header is looked at alone: a cookie beside it counts for nothing, and a bad one is
 * refused rather than passed over. A cookie that no longer holds makes the caller anonymous.
 */
export async function authenticate(services: Services, request: Request): Promise<Caller> {
  const authorization = request.headers.get('authorization');
  if (authorization !== null) {
    const token = /^Bearer ([\w.~+/-]{1,200}=*)$/i.exec(authorization.trim())?.[1];
    const caller = token ? await callerOfApiKey(services, token) : undefined;
    if (!caller) throw new Problem('not_signed_in', 'This API key does not exist, has expired or was revoked.');
    return caller;
  }
  const token = sessionToken(request, services.config.publicUrl);
  const userId = token ? await userOfSessionToken(services, token) : undefined;
  return userId ? { kind: 'user', userId } : { kind: 'anonymous' };
}
