import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Config } from '../config.ts';

const KEY_END_BYTES = 9;
const UUID_BYTES = 16;

/** The random end of a new site's key: 12 characters. */
export function newKeyEnd(): string {
  return randomBytes(KEY_END_BYTES).toString('base64url');
}

/**
 * The public key of a site: the workspace, so that it can be looked up inside that workspace's wall, and the random
 * end. Only the end is stored, so that a copy of the workspace has keys of its own.
 */
export function siteKey(workspaceId: string, keyEnd: string): string {
  const workspace = Buffer.from(workspaceId.replaceAll('-', ''), 'hex');
  return Buffer.concat([workspace, Buffer.from(keyEnd, 'base64url')]).toString('base64url');
}

/** Workspace and end of a key; undefined for other texts. */
export function readSiteKey(key: string): { workspaceId: string; keyEnd: string } | undefined {
  if (!/^[A-Za-z0-9_-]{34}$/.test(key)) return undefined;
  const bytes = Buffer.from(key, 'base64url');
  const hex = bytes.subarray(0, UUID_BYTES).toString('hex');
  const workspaceId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { workspaceId, keyEnd: bytes.subarray(UUID_BYTES).toString('base64url') };
}

/** Derived from the server's key, so that no copy of the database holds it. Another version is another secret. */
export function siteSecret({ secretKey }: Pick<Config, 'secretKey'>, siteId: string, version: number): string {
  return createHmac('sha256', secretKey).update(`site\n${siteId}\n${version}`).digest('base64url');
}

/**
 * Whether somebody who holds the site's secret vouches for this person, or for this person with these attributes: then
 * the text of the attributes is signed as it stands, behind a line break. No id of a person has one, so that neither
 * signature can pass for the other.
 */
export function isSigned(
  secret: string,
  { person, text }: { readonly person: string; readonly text: string | null },
  signature: string | undefined,
): boolean {
  if (signature === undefined || person.includes('\n')) return false;
  const signed = text === null ? person : `${person}\n${text}`;
  const expected = createHmac('sha256', secret).update(signed).digest();
  const given = Buffer.from(signature, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
