import { BlockList, isIP } from 'node:net';

/** What the operator lets Parallax reach besides public https addresses: the setting OUTBOUND_ALLOW. */
export interface Allowed {
  hosts: ReadonlySet<string>;
  addresses: BlockList;
}

/** Reads OUTBOUND_ALLOW: host names, addresses and CIDR ranges, which the settings have checked. */
export function readAllowed(entries: readonly string[]): Allowed {
  const hosts = new Set<string>();
  const addresses = new BlockList();
  for (const entry of entries) {
    const [address = '', bits] = entry.split('/');
    const version = isIP(address);
    if (version === 0) hosts.add(entry.toLowerCase());
    else addresses.addSubnet(address, Number(bits ?? (version === 4 ? 32 : 128)), version === 4 ? 'ipv4' : 'ipv6');
  }
  return { hosts, addresses };
}

export function allowsAddress(allowed: Allowed, address: string): boolean {
  const version = isIP(address);
  return version !== 0 && !address.includes('%') && allowed.addresses.check(address, version === 4 ? 'ipv4' : 'ipv6');
}
