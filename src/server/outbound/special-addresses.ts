import { BlockList, isIP, isIPv4 } from 'node:net';

/**
 * IPv4 addresses that are no public host: the IANA special-purpose registry, multicast, and the one address by which
 * Azure machines reach their host. Cloud metadata (169.254.169.254, 100.100.100.200, 192.0.0.192) lies in these ranges.
 */
const SPECIAL_IPV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['168.63.129.16', 32],
] as const;

/**
 * Only 2000::/3 is given out to public hosts; these parts of it lead elsewhere: protocol assignments with Teredo,
 * documentation, 6to4. Loopback, unique local, link-local, multicast, IPv4-mapped and NAT64 lie outside 2000::/3.
 */
const SPECIAL_IPV6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const special = new BlockList();
for (const [address, bits] of SPECIAL_IPV4) special.addSubnet(address, bits, 'ipv4');
for (const [address, bits] of SPECIAL_IPV6) special.addSubnet(address, bits, 'ipv6');
const given = new BlockList();
given.addSubnet('2000::', 3, 'ipv6');

/** Whether an address, as a resolver or `new URL()` writes it, is a public host's. Anything that is no address is not. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !special.check(address, 'ipv4');
  return (
    isIP(address) === 6 && !address.includes('%') && given.check(address, 'ipv6') && !special.check(address, 'ipv6')
  );
}
