import { editors, readers } from '../http/policy.ts';
import { type Route, route } from '../http/route.ts';
import { wavePathSchema } from '../surveys/schema.ts';
import { invitationCountSchema, madeLinksSchema, newInvitationsSchema } from './schema.ts';
import { linkCount, makeLinks } from './verbs.ts';

const tag = 'Personal links';
const WAVE = '/api/v1/workspaces/{workspaceId}/waves/{waveId}/invitations';

export const invitationRoutes: readonly Route[] = [
  route(
    {
      method: 'post',
      path: WAVE,
      summary: 'Make personal links to a wave; each is used once, without an account, and shown only now',
      tag,
      policy: editors,
      params: wavePathSchema,
      body: newInvitationsSchema,
      status: 201,
      answer: madeLinksSchema,
      secretAnswer: true,
    },
    (context, { params, body }) =>
      context.inWorkspace(async (tx) => {
        const links = await makeLinks(context.workspaceId, tx, context, params.waveId, body.count);
        await context.audit(tx, 'invitations.create', { kind: 'wave', id: params.waveId }, { count: body.count });
        return { links };
      }),
  ),
  route(
    {
      method: 'get',
      path: WAVE,
      summary:
        'How many personal links of a wave were made and used; of leaders, staff and anonymous customers in steps of the threshold',
      tag,
      policy: readers,
      params: wavePathSchema,
      answer: invitationCountSchema,
    },
    (context, { params }) => context.inWorkspace((tx) => linkCount(context.workspaceId, tx, params.waveId)),
  ),
];
