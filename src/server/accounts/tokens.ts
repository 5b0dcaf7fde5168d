import { createHash, randomBytes } from 'node:crypto';

const SECRET = '[A-Za-z0-9_-]{43}';
const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

/** 256 random bits as base64url: 43 characters. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * What is stored of a token. A plain SHA-256 is enough: the token has 256 random bits, so there is nothing to guess,
 * and the hash can be looked up by index without comparing secrets in the program.
 */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** `plx` is an API key, `inv` an invitation to a workspace, `ans` a personal link to answer: the prefix is the purpose, and a token of one is never taken for the other. */
export type WorkspaceTokenKind = 'plx' | 'inv' | 'ans';

/** A token that belongs to one workspace and names it, so that it can be looked up inside that workspace's wall. */
export function newWorkspaceToken(kind: WorkspaceTokenKind, workspaceId: string): string {
  return `${kind}_${workspaceId}_${newToken()}`;
}

/** The workspace that a token names; undefined unless it has exactly the form of its kind. */
export function workspaceOfToken(kind: WorkspaceTokenKind, token: string): string | undefined {
  return new RegExp(`^${kind}_(${UUID})_${SECRET}$`).exec(token)?.[1];
}
