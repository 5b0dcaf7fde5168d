import { editors, readers } from '../http/policy.ts';
import { type Route, route } from '../http/route.ts';
import { refuseBesideTickets } from '../invitations/verbs.ts';
import { linkChangeSchema, linkListSchema, linkPathSchema, linkSchema, newLinkSchema } from './link-schema.ts';
import { linksOf } from './link-store.ts';
import { addLink, changeLink, toLink } from './links.ts';
import { surveyPathSchema } from './schema.ts';
import { requireSurvey } from './store.ts';

const tag = 'Survey links';
const LINKS = '/api/v1/workspaces/{workspaceId}/surveys/{surveyId}/links';

export const surveyLinkRoutes: readonly Route[] = [
  route(
    {
      method: 'get',
      path: LINKS,
      summary: 'Open links of a survey; the ones for trying it out come last',
      tag,
      policy: readers,
      params: surveyPathSchema,
      answer: linkListSchema,
    },
    (context, { params }) =>
      context.inWorkspace(async (tx) => {
        await requireSurvey(context.workspaceId, tx, params.surveyId);
        const rows = await linksOf(context.workspaceId, tx, params.surveyId);
        return { links: rows.map((row) => toLink(context.config, row)) };
      }),
  ),
  route(
    {
      method: 'post',
      path: LINKS,
      summary: 'Make an open link: whoever has it may answer',
      tag,
      policy: editors,
      params: surveyPathSchema,
      body: newLinkSchema,
      status: 201,
      answer: linkSchema,
    },
    (context, { params: { surveyId: id }, body }) =>
      context.inWorkspace(async (tx) => {
        const link = await addLink(context.workspaceId, tx, id, body);
        if (link.waveId) await refuseBesideTickets(context.workspaceId, tx, link.waveId, 'body.waveId');
        await context.audit(tx, 'survey_link.create', { kind: 'survey', id }, { ...body, token: link.token });
        return toLink(context.config, link);
      }),
  ),
  route(
    {
      method: 'patch',
      path: `${LINKS}/{token}`,
      summary: 'Change an open link, close it or open it again',
      tag,
      policy: editors,
      params: linkPathSchema,
      body: linkChangeSchema,
      answer: linkSchema,
    },
    (context, { params, body }) =>
      context.inWorkspace(async (tx) => {
        const link = await changeLink(context.workspaceId, tx, params, body, context.now());
        // Its wave may have begun to invite while the link was closed.
        if (link.waveId && (body.waveId || body.closed === false)) {
          const field = body.waveId ? 'body.waveId' : 'body.closed';
          await refuseBesideTickets(context.workspaceId, tx, link.waveId, field);
        }
        const detail = { ...body, token: params.token };
        await context.audit(tx, 'survey_link.change', { kind: 'survey', id: params.surveyId }, detail);
        return toLink(context.config, link);
      }),
  ),
];
