/** A random UUID (version 4), also on pages without https, where `crypto.randomUUID` is missing. */
export function uuid(): string {
  return '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, (c) =>
    (+c ^ (crypto.getRandomValues(new Uint8Array(1))[0]! & (15 >> (+c / 4)))).toString(16),
  );
}

/**
 * The smallest number n for which SHA-256 of the response's id and n begins with that many zero bits (1 to 32); what it costs
 * is nothing to one person and much to somebody who makes thousands. `none` where the browser computes no hashes
 * (pages without https): the answers are sent all the same.
 */
export async function prove(response: string, bits: number): Promise<string> {
  if (!crypto.subtle) return 'none';
  for (let n = 0; ; n++) {
    const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(response + n));
    if (new DataView(hash).getUint32(0) >>> (32 - bits) === 0) return String(n);
  }
}
