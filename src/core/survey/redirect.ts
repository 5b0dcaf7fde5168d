/** Undefined for anything but https, and for addresses that carry a user name to look like another host. */
export function redirectHostOf(address: string): string | undefined {
  // Another scheme would run as a script in the page; URL itself forgives blanks before it.
  if (!/^https:\/\//i.test(address)) return undefined;
  try {
    const { hostname, username, password, port } = new URL(address);
    const plain = username === '' && password === '' && hostname !== '';
    return plain ? (port === '' ? hostname : `${hostname}:${port}`) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether an ending may lead there, by the workspace's list of hosts (with `:port` where it is not 443). */
export function isAllowedRedirect(address: string, hosts: readonly string[]): boolean {
  const host = redirectHostOf(address);
  return host !== undefined && hosts.some((known) => known.toLowerCase() === host);
}
