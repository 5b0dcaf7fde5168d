/** Only a path of our own: `//elsewhere` and full addresses fall back to the start. */
export function safeReturn(path: string | undefined): string {
  return path?.startsWith('/') && !/^\/[/\\]/.test(path) ? path : '/';
}
