import { editors, exporters, importers, leads } from '../http/policy.ts';
import { type Route, route } from '../http/route.ts';
import { surveyPathSchema } from '../surveys/schema.ts';
import { isProtected, requireSurvey } from '../surveys/verbs.ts';
import { acceptSetApart, deleteResponse, dismissSetApart, listResponses } from './inspect.ts';
import {
  addedSchema,
  againSchema,
  pickedSchema,
  pickSchema,
  responseListSchema,
  responsePathSchema,
  responsesQuerySchema,
  setAgainSchema,
  setApartListSchema,
  setApartQuerySchema,
  wholeResponsesSchema,
} from './inspect-schema.ts';
import { countSetApart, listSetApart } from './inspect-store.ts';
import { setApartAgain } from './set-apart-again.ts';
import { addWholeResponses } from './whole-responses.ts';

const tag = 'Responses';
const S = '/api/v1/workspaces/{workspaceId}/surveys/{surveyId}';

export const inspectRoutes: readonly Route[] = [
  route(
    {
      method: 'get',
      path: `${S}/responses`,
      summary: "Customers' responses one by one, newest first; leaders', staff's and anonymous ones are only counted",
      tag,
      policy: exporters,
      params: surveyPathSchema,
      query: responsesQuerySchema,
      answer: responseListSchema,
    },
    (context, { params, query }) =>
      context.inWorkspace((tx) => listResponses(context.workspaceId, tx, params.surveyId, query)),
  ),
  route(
    {
      method: 'post',
      path: `${S}/responses`,
      summary: 'Add up to 1,000 whole responses, all or none; the same key again changes nothing',
      tag,
      policy: importers,
      params: surveyPathSchema,
      maxBody: 8 * 1024 * 1024,
      maxKeys: 250_000,
      body: wholeResponsesSchema,
      answer: addedSchema,
    },
    (context, { params, body }) =>
      context.inWorkspace(async (tx) => {
        const today = context.now().toISOString().slice(0, 10);
        const done = await addWholeResponses(context.workspaceId, tx, params.surveyId, body, today);
        const detail = { audience: body.audience, ...done };
        await context.audit(tx, 'responses.add', { kind: 'survey', id: params.surveyId }, detail);
        return done;
      }),
  ),
  route(
    {
      method: 'delete',
      path: `${S}/responses/{key}`,
      summary: "Delete one customer's response; it is taken out of every number",
      tag,
      policy: leads,
      params: responsePathSchema,
      status: 204,
    },
    (context, { params }) =>
      context.inWorkspace(async (tx) => {
        const { surveyId, key } = params;
        const removed = await deleteResponse(context.workspaceId, tx, surveyId, key);
        await context.audit(tx, 'response.delete', { kind: 'survey', id: surveyId }, { responses: removed });
        return undefined;
      }),
  ),
  route(
    {
      method: 'get',
      path: `${S}/set-apart`,
      summary: 'Responses that are kept without being counted, and why',
      tag,
      policy: exporters,
      params: surveyPathSchema,
      query: setApartQuerySchema,
      answer: setApartListSchema,
    },
    (context, { params, query }) =>
      context.inWorkspace(async (tx) => {
        const { workspaceId } = context;
        await requireSurvey(workspaceId, tx, params.surveyId);
        const hidden = await isProtected(workspaceId, tx, params.surveyId, 'customer');
        const filter = { ...query, dismissed: query.dismissed === 'true' };
        const rows = hidden ? [] : await listSetApart(workspaceId, tx, params.surveyId, filter);
        return {
          counts: await countSetApart(workspaceId, tx, params.surveyId),
          responses: rows.map(({ given, ...row }) => ({
            ...row,
            answers: Object.fromEntries(Object.entries(given).map(([key, { value }]) => [key, value])),
          })),
          next: rows.length === query.limit ? (rows.at(-1)?.key ?? null) : null,
        };
      }),
  ),
  ...(['accept', 'dismiss'] as const).map((what) =>
    route(
      {
        method: 'post',
        path: `${S}/set-apart/${what}`,
        summary:
          what === 'accept'
            ? 'Let responses count that were set apart, by their keys or all of one reason, dismissed ones too'
            : 'Say of responses that they stay apart, by their keys or all of one reason',
        tag,
        policy: editors,
        params: surveyPathSchema,
        body: pickSchema,
        answer: pickedSchema,
      },
      (context, { params, body }) =>
        context.inWorkspace(async (tx) => {
          const { workspaceId } = context;
          const { surveyId } = params;
          const keys =
            what === 'accept'
              ? await acceptSetApart(workspaceId, tx, surveyId, body)
              : await dismissSetApart(workspaceId, tx, surveyId, body, context.now());
          const detail = {
            audience: body.audience,
            reason: body.reason ?? null,
            ...(body.dismissed && { dismissed: true }),
            responses: keys.length,
          };
          await context.audit(tx, `responses.${what}`, { kind: 'survey', id: surveyId }, detail);
          const counts = await countSetApart(workspaceId, tx, surveyId);
          const left = counts.find(({ audience, reason }) => audience === body.audience && reason === body.reason);
          const open = what === 'accept' && !(await isProtected(workspaceId, tx, surveyId, body.audience));
          const more = (body.dismissed ? left?.dismissed : left?.waiting) ?? 0;
          return { changed: keys.length, left: more, undoable: open ? keys : [] };
        }),
    ),
  ),
  route(
    {
      method: 'post',
      path: `${S}/set-apart/again`,
      summary: 'Set customers’ responses apart again that were let count, for the reason that they had',
      tag,
      policy: editors,
      params: surveyPathSchema,
      body: againSchema,
      answer: setAgainSchema,
    },
    (context, { params, body }) =>
      context.inWorkspace(async (tx) => {
        const { workspaceId } = context;
        const { surveyId } = params;
        const keys = await setApartAgain(workspaceId, tx, surveyId, body.keys);
        const detail = { audience: 'customer', responses: keys.length };
        await context.audit(tx, 'responses.set_apart_again', { kind: 'survey', id: surveyId }, detail);
        return { changed: keys.length };
      }),
  ),
];
