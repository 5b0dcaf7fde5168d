import type { MemberRoleType } from '../db/tables.ts';

export type Role = MemberRoleType;

/** From most to least: a person can never grant a role above their own. */
export const ROLES = ['owner', 'lead', 'analyst', 'team_lead', 'viewer'] as const satisfies readonly Role[];

/** What an API key may be allowed to do. */
export const API_SCOPES = ['read', 'write', 'import', 'export'] as const;
export type ApiScope = (typeof API_SCOPES)[number];

/**
 * Who may call a route. Every route declares one; a route without a policy does not compile, and the registry test
 * walks all of them over every role, own and other workspace.
 */
export type Policy =
  | { readonly who: 'anyone' }
  | { readonly who: 'signed_in' }
  | {
      /** A member of the workspace in the path, in one of these roles, or an API key of it with the scope. */
      readonly who: 'member';
      readonly roles: readonly Role[];
      /** Without a scope, no API key may call it. */
      readonly scope?: ApiScope;
    };

export const anyone: Policy = { who: 'anyone' };
export const signedIn: Policy = { who: 'signed_in' };

/** Every role may read what the workspace publishes. */
export const readers: Policy = { who: 'member', roles: ROLES, scope: 'read' };
/** Who sets up the journey, items, surveys and plans. */
export const editors: Policy = { who: 'member', roles: ['owner', 'lead', 'analyst'], scope: 'write' };
/** Who brings data in. */
export const importers: Policy = { who: 'member', roles: ['owner', 'lead', 'analyst'], scope: 'import' };
/** Who takes single answers out. */
export const exporters: Policy = { who: 'member', roles: ['owner', 'lead', 'analyst'], scope: 'export' };
/** Who decides about people and the workspace; never an API key. */
export const owners: Policy = { who: 'member', roles: ['owner'] };
export const leads: Policy = { who: 'member', roles: ['owner', 'lead'] };
