/**
 * Two fixed style sheets that React Aria puts into the page: how pressed things scroll on touch screens. Allowed by
 * their hashes alone; test/server/http.test.ts compares them with the library.
 */
export const LIBRARY_STYLES = [
  'sha256-38RhXrc7EdReTKsOm23ZPOCUgniTUUcjky8QOOrQx6o=',
  'sha256-gYiS/BvZvRcK27JIXTuwhZ3hs2+VJ1X+2gUlE+farlg=',
] as const;

/** What each kind of answer may do in a browser: nothing that it does not need, and never anything inline. */
const CONTENT_SECURITY = {
  api: "default-src 'none'; frame-ancestors 'none'",
  docs: "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  dashboard:
    `default-src 'none'; script-src 'self'; style-src 'self' '${LIBRARY_STYLES.join("' '")}'; ` +
    "img-src 'self' data: blob:; font-src 'self'; " +
    "connect-src 'self'; frame-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  /**
   * Where respondents are: text of strangers around scripts of ours. Only the editor's preview may frame it. The one
   * policy for trusted types names the kiosk's service worker, and nothing else.
   */
  survey:
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
    "manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; " +
    "require-trusted-types-for 'script'; trusted-types parallax",
  /** Files for pages of others, and for the service worker that one of them is. */
  widget: "default-src 'none'; connect-src 'self'; frame-ancestors 'none'",
} as const;

export type Surface = keyof typeof CONTENT_SECURITY;

export function setSecurityHeaders(headers: Headers, surface: Surface, publicUrl: string): void {
  headers.set('Content-Security-Policy', CONTENT_SECURITY[surface]);
  headers.set('X-Content-Type-Options', 'nosniff');
  headers.set('X-Frame-Options', surface === 'survey' ? 'SAMEORIGIN' : 'DENY');
  headers.set('Referrer-Policy', 'no-referrer');
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Resource-Policy', surface === 'widget' ? 'cross-origin' : 'same-origin');
  if (surface === 'widget') headers.set('Access-Control-Allow-Origin', '*');
  headers.set('Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()');
  if (publicUrl.startsWith('https:')) headers.set('Strict-Transport-Security', 'max-age=31536000');
  // Unless a route says that its answer holds nothing of anybody.
  if (surface === 'api' && !headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store');
}
