import { lookup, Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Config } from '../config.ts';
import { allowsAddress, readAllowed } from './allowed.ts';
import { isPublicAddress } from './special-addresses.ts';

/** Name → all its addresses; throws when there are none. Tests bring their own. */
export type Resolve = (hostname: string) => Promise<string[]>;

/** Where a request may go: the addresses that were checked, and no others. */
export interface Destination {
  readonly url: URL;
  /** Without brackets and final dot. */
  readonly hostname: string;
  readonly addresses: readonly string[];
}

/** Why nothing is sent, or nothing came back; stable codes that the dashboard puts into words. */
export type OutboundFailure =
  | 'bad_address'
  | 'not_https'
  | 'name_not_found'
  | 'private_address'
  | 'unreachable'
  | 'bad_certificate'
  | 'broken_off'
  | 'timeout'
  | 'stopped';

export type OutboundConfig = Pick<Config, 'outboundAllow'>;

/**
 * Reads an address, resolves its name and checks every address that it has: one that is not public refuses them all,
 * since the connection could go to any. Only the operator's OUTBOUND_ALLOW lets private addresses and http: through.
 */
export async function findDestination(
  config: OutboundConfig,
  address: string,
  resolve?: Resolve,
): Promise<Destination | { failed: OutboundFailure }> {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '' || url.hostname === '') {
    return { failed: 'bad_address' };
  }
  const allowed = readAllowed(config.outboundAllow);
  // `new URL` has turned decimal, octal, hexadecimal and full-width spellings into plain addresses by now.
  const hostname = url.hostname.replace(/^\[|\]$|\.$/g, '').toLowerCase();
  const isAllowedHost = allowed.hosts.has(hostname);
  let addresses: string[];
  try {
    addresses = isIP(hostname) ? [hostname] : await (resolve ?? resolver(isAllowedHost))(hostname);
  } catch {
    addresses = [];
  }
  if (addresses.length === 0) return { failed: 'name_not_found' };
  const trusted = isAllowedHost || addresses.every((one) => allowsAddress(allowed, one));
  if (!trusted && !addresses.every((one) => isPublicAddress(one) || allowsAddress(allowed, one))) {
    return { failed: 'private_address' };
  }
  if (url.protocol === 'http:' && !trusted) return { failed: 'not_https' };
  return { url, hostname, addresses };
}

/**
 * Names of strangers are asked from the name server without the thread pool, which a slow name server would otherwise
 * fill up for everybody. Names that the operator allows may also stand in the machine's hosts file.
 */
function resolver(isAllowedHost: boolean): Resolve {
  if (isAllowedHost) {
    return async (hostname) => (await lookup(hostname, { all: true, order: 'verbatim' })).map(({ address }) => address);
  }
  return async (hostname) => {
    const dns = new Resolver({ timeout: 3_000, tries: 2 });
    const found = await Promise.allSettled([dns.resolve4(hostname), dns.resolve6(hostname)]);
    return found.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  };
}
