import { setSessionCookie, userIdOf } from '../accounts/routes.ts';
import { describeSession } from '../accounts/session-info.ts';
import { anyone, leads, owners, type Role } from '../http/policy.ts';
import { notFound, Problem } from '../http/problem.ts';
import { type RequestContext, type Route, route } from '../http/route.ts';
import { workspaceSettings } from '../workspaces/settings.ts';
import { changeMember, listMembers, removeMember } from './change-members.ts';
import { acceptInvite, deliverInvite, invite } from './invitations.ts';
import {
  acceptAnswer,
  acceptBody,
  inviteBody,
  inviteList,
  inviteParams,
  memberBody,
  memberLink,
  memberList,
  memberParams,
  newInvite,
} from './schema.ts';
import { memberSignInLink } from './sign-in-link.ts';
import { openInvites, revokeInvite } from './store.ts';

const tag = 'Members';
const PATH = '/api/v1/workspaces/{workspaceId}';

/** The caller's role; these policies let no API key through. */
function roleOf(context: RequestContext): Role {
  if (!context.role) throw new Problem('forbidden', 'An API key cannot do this.');
  return context.role;
}

const memberRoutesOfWorkspace: readonly Route[] = [
  route(
    {
      method: 'get',
      path: `${PATH}/members`,
      summary: 'Members with their roles',
      tag,
      policy: { who: 'member', roles: ['owner', 'lead', 'analyst', 'team_lead', 'viewer'] },
      answer: memberList,
    },
    (context) => context.inWorkspace(async (tx) => ({ members: await listMembers(context.workspaceId, tx) })),
  ),
  route(
    {
      method: 'patch',
      path: `${PATH}/members/{userId}`,
      summary: 'Change a role, disable or enable; a disabled member is out at the next request',
      tag,
      policy: leads,
      params: memberParams,
      body: memberBody,
      answer: memberList,
    },
    (context, { params, body }) =>
      context.inWorkspace(async (tx) => {
        await changeMember(context.workspaceId, tx, roleOf(context), params.userId, body, context.now());
        await context.audit(tx, 'member.change', { kind: 'user', id: params.userId }, body);
        return { members: await listMembers(context.workspaceId, tx) };
      }),
  ),
  route(
    {
      method: 'delete',
      path: `${PATH}/members/{userId}`,
      summary: 'Remove a member',
      tag,
      policy: leads,
      params: memberParams,
    },
    (context, { params }) =>
      context.inWorkspace(async (tx) => {
        await removeMember(context.workspaceId, tx, roleOf(context), params.userId, context.now());
        await context.audit(tx, 'member.remove', { kind: 'user', id: params.userId });
        return undefined;
      }),
  ),
  route(
    {
      method: 'post',
      path: `${PATH}/members/{userId}/sign-in-link`,
      summary: 'Make a one-time sign-in link for a member, to hand over',
      tag,
      policy: owners,
      params: memberParams,
      status: 201,
      answer: memberLink,
      secretAnswer: true,
    },
    async (context, { params }) => {
      const link = await memberSignInLink(context, context.workspaceId, userIdOf(context), params.userId);
      await context.inWorkspace((tx) => context.audit(tx, 'member.sign_in_link', { kind: 'user', id: params.userId }));
      return { link };
    },
  ),
];

const inviteRoutes: readonly Route[] = [
  route(
    {
      method: 'get',
      path: `${PATH}/invites`,
      summary: 'Invitations that can still be accepted',
      tag,
      policy: leads,
      answer: inviteList,
    },
    (context) =>
      context.inWorkspace(async (tx) => {
        const invites = await openInvites(context.workspaceId, tx, context.now());
        return {
          invites: invites.map((row) => ({
            ...row,
            createdAt: row.createdAt.toISOString(),
            expiresAt: row.expiresAt.toISOString(),
          })),
        };
      }),
  ),
  route(
    {
      method: 'post',
      path: `${PATH}/invites`,
      summary: 'Invite one address in one role; never above your own',
      tag,
      policy: leads,
      body: inviteBody,
      status: 201,
      answer: newInvite,
      secretAnswer: true,
    },
    async (context, { body }) => {
      const made = await context.inWorkspace(async (tx) => {
        const by = { userId: userIdOf(context), role: roleOf(context) };
        const { id, token } = await invite(context.workspaceId, tx, by, body, context.now());
        await context.audit(tx, 'invite.create', { kind: 'invite', id }, { role: body.role });
        const { name } = await workspaceSettings(context.workspaceId, tx);
        return { id, token, email: body.email, workspaceName: name };
      });
      return deliverInvite(context, made);
    },
  ),
  route(
    {
      method: 'delete',
      path: `${PATH}/invites/{inviteId}`,
      summary: 'Withdraw an invitation',
      tag,
      policy: leads,
      params: inviteParams,
    },
    (context, { params }) =>
      context.inWorkspace(async (tx) => {
        if (!(await revokeInvite(context.workspaceId, tx, params.inviteId, context.now()))) {
          throw notFound('This invitation');
        }
        await context.audit(tx, 'invite.revoke', { kind: 'invite', id: params.inviteId });
        return undefined;
      }),
  ),
  route(
    {
      method: 'post',
      path: '/api/v1/invites/accept',
      summary: 'Accept an invitation with the token of its link',
      tag,
      policy: anyone,
      body: acceptBody,
      answer: acceptAnswer,
    },
    async (context, { body }) => {
      const accepted = await acceptInvite(context, context.caller, body);
      if (accepted.sessionToken) setSessionCookie(context, accepted.sessionToken);
      return { workspaceId: accepted.workspaceId, session: await describeSession(context, accepted.userId) };
    },
  ),
];

export const memberRoutes: readonly Route[] = [...memberRoutesOfWorkspace, ...inviteRoutes];
