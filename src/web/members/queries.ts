import { queryOptions } from '@tanstack/react-query';
import type { Role } from '../../server/http/policy.ts';
import type { InviteAnswer, MemberAnswer } from '../../server/members/schema.ts';
import { get, inWorkspace } from '../api.ts';

export type Member = MemberAnswer;
export type Invitation = InviteAnswer;

export const membersQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'members'],
    queryFn: ({ signal }) =>
      get<{ readonly members: readonly Member[] }>(inWorkspace(workspaceId, 'members'), {}, signal),
  });
export const invitesQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'invites'],
    queryFn: ({ signal }) =>
      get<{ readonly invites: readonly Invitation[] }>(inWorkspace(workspaceId, 'invites'), {}, signal),
  });

export const ROLE_NAMES: Record<Role, string> = {
  owner: 'owner',
  lead: 'lead',
  analyst: 'analyst',
  team_lead: 'team lead',
  viewer: 'viewer',
};
export const ROLE_MEANINGS: Record<Role, string> = {
  owner: 'everything, people and the workspace itself included',
  lead: 'everything but people and the workspace itself',
  analyst: 'sets up, imports and exports',
  team_lead: 'reads; carries what their team owns',
  viewer: 'reads',
};

/** From most to least. */
export const ROLES = Object.keys(ROLE_NAMES) as readonly Role[];
