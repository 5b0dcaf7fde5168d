import { randomBytes } from 'node:crypto';

const UUID_BYTES = 16;
const RANDOM_BYTES = 9;
const FORM = /^[A-Za-z0-9_-]{34}$/;

/**
 * The token of an open link: the workspace and 72 random bits, 34 characters. It stands on posters and in web pages, so
 * it is no secret; the random part keeps strangers from finding links by trying.
 */
export function newLinkToken(workspaceId: string): string {
  const workspace = Buffer.from(workspaceId.replaceAll('-', ''), 'hex');
  return Buffer.concat([workspace, randomBytes(RANDOM_BYTES)]).toString('base64url');
}

/** The ones that came last: a link is read with every part of every answer. */
const READ = 10_000;
const read = new Map<string, string>();

/** The workspace that a link names, so that it can be looked up inside that workspace's wall; undefined for other texts. */
export function workspaceOfLink(token: string): string | undefined {
  const known = read.get(token);
  if (known) return known;
  if (!FORM.test(token)) return undefined;
  const hex = Buffer.from(token, 'base64url').subarray(0, UUID_BYTES).toString('hex');
  const workspaceId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  if (read.size >= READ) read.clear();
  read.set(token, workspaceId);
  return workspaceId;
}
