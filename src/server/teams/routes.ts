import { leads, readers } from '../http/policy.ts';
import { type Route, route } from '../http/route.ts';
import { newTeamSchema, teamListSchema, teamMemberPathSchema, teamPathSchema, teamSchema } from './schema.ts';
import { addTeamMember, deleteTeam, insertTeam, listTeams, removeTeamMember, renameTeam } from './store.ts';

const tag = 'Teams';
const W = '/api/v1/workspaces/{workspaceId}';

export const teamRoutes: readonly Route[] = [
  route(
    { method: 'get', path: `${W}/teams`, summary: 'Teams', tag, policy: readers, answer: teamListSchema },
    (context) => context.inWorkspace(async (tx) => ({ teams: await listTeams(context.workspaceId, tx) })),
  ),
  route(
    {
      method: 'post',
      path: `${W}/teams`,
      summary: 'Add a team',
      tag,
      policy: leads,
      body: newTeamSchema,
      status: 201,
      answer: teamSchema,
    },
    (context, { body }) =>
      context.inWorkspace(async (tx) => {
        const id = await insertTeam(context.workspaceId, tx, body.name);
        await context.audit(tx, 'team.create', { kind: 'team', id }, body);
        return { id, name: body.name, members: [] };
      }),
  ),
  route(
    {
      method: 'patch',
      path: `${W}/teams/{teamId}`,
      summary: 'Rename a team',
      tag,
      policy: leads,
      params: teamPathSchema,
      body: newTeamSchema,
      status: 204,
    },
    (context, { params, body }) =>
      context.inWorkspace(async (tx) => {
        await renameTeam(context.workspaceId, tx, params.teamId, body.name);
        await context.audit(tx, 'team.change', { kind: 'team', id: params.teamId }, body);
        return undefined;
      }),
  ),
  route(
    {
      method: 'delete',
      path: `${W}/teams/{teamId}`,
      summary: 'Delete a team; its touchpoints have no owner then',
      tag,
      policy: leads,
      params: teamPathSchema,
      status: 204,
    },
    (context, { params }) =>
      context.inWorkspace(async (tx) => {
        await deleteTeam(context.workspaceId, tx, params.teamId);
        await context.audit(tx, 'team.delete', { kind: 'team', id: params.teamId });
        return undefined;
      }),
  ),
  route(
    {
      method: 'put',
      path: `${W}/teams/{teamId}/members/{userId}`,
      summary: 'Add a member of the workspace to a team',
      tag,
      policy: leads,
      params: teamMemberPathSchema,
      status: 204,
    },
    (context, { params }) =>
      context.inWorkspace(async (tx) => {
        await addTeamMember(context.workspaceId, tx, params.teamId, params.userId);
        await context.audit(tx, 'team.add_member', { kind: 'team', id: params.teamId }, { userId: params.userId });
        return undefined;
      }),
  ),
  route(
    {
      method: 'delete',
      path: `${W}/teams/{teamId}/members/{userId}`,
      summary: 'Take a member out of a team',
      tag,
      policy: leads,
      params: teamMemberPathSchema,
      status: 204,
    },
    (context, { params }) =>
      context.inWorkspace(async (tx) => {
        await removeTeamMember(context.workspaceId, tx, params.teamId, params.userId);
        await context.audit(tx, 'team.remove_member', { kind: 'team', id: params.teamId }, { userId: params.userId });
        return undefined;
      }),
  ),
];
