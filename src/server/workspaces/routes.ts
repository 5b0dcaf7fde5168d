import { userIdOf } from '../accounts/routes.ts';
import { leads, owners, readers, signedIn } from '../http/policy.ts';
import { type Route, route } from '../http/route.ts';
import { setWorkspaceToleranceShare } from '../items/verbs.ts';
import { createWorkspace } from './create.ts';
import { myWorkspaces } from './mine.ts';
import {
  newWorkspaceBody,
  settingsBody,
  toleranceBody,
  workspaceList,
  workspaceSettingsAnswer,
  workspaceSummary,
} from './schema.ts';
import { changeSettings, deleteWorkspace, workspaceSettings } from './settings.ts';

const tag = 'Workspaces';
const PATH = '/api/v1/workspaces/{workspaceId}';

export const workspaceRoutes: readonly Route[] = [
  route(
    {
      method: 'get',
      path: '/api/v1/workspaces',
      summary: 'Your workspaces',
      tag,
      policy: signedIn,
      answer: workspaceList,
    },
    async (context) => ({ workspaces: await myWorkspaces(context.connection.db, userIdOf(context)) }),
  ),
  route(
    {
      method: 'post',
      path: '/api/v1/workspaces',
      summary: 'Make a workspace; you become its owner',
      tag,
      policy: signedIn,
      body: newWorkspaceBody,
      status: 201,
      answer: workspaceSummary,
    },
    async (context, { body }) => {
      const id = await context.connection.db
        .transaction()
        .execute((tx) => createWorkspace(tx, body.name, userIdOf(context)));
      return { id, name: body.name, role: 'owner' as const, sample: false };
    },
  ),
  route(
    {
      method: 'get',
      path: PATH,
      summary: 'Settings of a workspace',
      tag,
      policy: readers,
      answer: workspaceSettingsAnswer,
    },
    (context) => context.inWorkspace((tx) => workspaceSettings(context.workspaceId, tx)),
  ),
  route(
    {
      method: 'patch',
      path: PATH,
      summary: 'Change settings; thresholds can only be raised',
      tag,
      policy: leads,
      body: settingsBody,
      answer: workspaceSettingsAnswer,
    },
    (context, { body }) =>
      context.inWorkspace(async (tx) => {
        const change = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
        await changeSettings(context.workspaceId, tx, change);
        await context.audit(tx, 'workspace.change', { kind: 'workspace', id: context.workspaceId }, change);
        return workspaceSettings(context.workspaceId, tx);
      }),
  ),
  route(
    {
      method: 'delete',
      path: PATH,
      summary: 'Delete a workspace with everything in it, for good',
      tag,
      policy: owners,
    },
    async (context) => {
      await context.inWorkspace((tx) => deleteWorkspace(context.workspaceId, tx));
      // Its audit log goes with it, so the server's log is where this is kept.
      context.log.warn(
        { requestId: context.requestId, workspaceId: context.workspaceId, by: userIdOf(context) },
        'workspace deleted',
      );
      return undefined;
    },
  ),
  route(
    {
      method: 'put',
      path: `${PATH}/tolerance`,
      summary: 'Set the tolerance of items without one of their own',
      tag,
      policy: leads,
      body: toleranceBody,
      answer: workspaceSettingsAnswer,
    },
    (context, { body }) =>
      context.inWorkspace(async (tx) => {
        await setWorkspaceToleranceShare(context.workspaceId, tx, body.share, userIdOf(context));
        await context.audit(tx, 'workspace.tolerance', { kind: 'workspace', id: context.workspaceId }, body);
        return workspaceSettings(context.workspaceId, tx);
      }),
  ),
];
