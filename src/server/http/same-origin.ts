import { Problem } from './problem.ts';

/**
 * Refuses a state-changing request that another site made the browser send. Browsers say where a request comes from in
 * Sec-Fetch-Site and Origin, and pages can't forge either. A caller with a cookie must say so; one without (a program
 * that signs in or sends an API key) may be silent.
 */
export function refuseCrossSite(request: Request, publicUrl: string, withCookie: boolean): void {
  const site = request.headers.get('sec-fetch-site');
  if (site === 'same-origin') return;
  const origin = request.headers.get('origin');
  const silent = site === null && origin === null;
  if (silent && !withCookie) return;
  if ((site === null || site === 'none') && origin !== null && isOurs(origin, request, publicUrl)) return;
  throw new Problem(
    'forbidden',
    'This request does not come from the dashboard itself. Programs should use an API key instead of a cookie.',
  );
}

/** Also the address that the browser itself used: without PUBLIC_URL people come by localhost and by 127.0.0.1. */
function isOurs(origin: string, request: Request, publicUrl: string): boolean {
  if (origin === new URL(publicUrl).origin) return true;
  try {
    return new URL(origin).host === (request.headers.get('host') ?? '');
  } catch {
    return false;
  }
}
