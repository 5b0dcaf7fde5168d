import type { Config } from '../config.ts';
import { Problem } from '../http/problem.ts';
import { findDestination, type OutboundFailure, type Resolve } from '../outbound/destination.ts';
import type { EndpointType } from './schema.ts';

const SENTENCES: Partial<Record<OutboundFailure, string>> = {
  bad_address: 'This is no address such as https://example.org/hook, without user and password.',
  not_https: 'The address must begin with https://. Whoever runs the server can allow others by OUTBOUND_ALLOW.',
  name_not_found: 'This name was not found. Check its spelling.',
  private_address: 'This address leads into a private network. Whoever runs the server can allow it by OUTBOUND_ALLOW.',
};

/** Refuses, in a sentence, an address that nothing would be sent to anyway. */
export async function requireReachable(config: Config, url: string, resolve?: Resolve): Promise<void> {
  const destination = await findDestination(config, url, resolve);
  if (!('failed' in destination)) return;
  const message = SENTENCES[destination.failed] ?? 'This address cannot be used.';
  throw new Problem('unprocessable', 'Nothing would be sent to this address.', {
    fields: [{ field: 'body.url', message }],
  });
}

/** What is shown of an address: all of a webhook's; of a channel's only the host and the last characters. */
export function shownUrl(type: EndpointType, url: string): string {
  return type === 'webhook' ? url : `${new URL(url).origin}/…${url.slice(-4)}`;
}
