import { hash } from 'node:crypto';

/**
 * The name under which a response is stored that a device calls `response` (a UUID): 32 hexadecimal digits, always the
 * same. Whoever knows the device's own id can go on with the response; so that id is kept like a password, as a hash, and
 * who reads lists, files or events learns nothing to write with.
 */
export function responseKey(response: string): string {
  return hash('sha256', response).slice(0, 32);
}
