/**
 * Only a path of our own: `//elsewhere` and full addresses fall back to the start. So do control characters, which
 * browsers leave out of addresses before they read them.
 */
export function safeReturn(path: string | undefined): string {
  return path && /^\/(?![/\\])\P{Cc}*$/u.test(path) ? path : '/';
}
