import { editors, readers } from '../http/policy.ts';
import { type Route, route } from '../http/route.ts';
import { deletesAnswers } from '../items/routes.ts';
import { deletionSchema } from '../items/schema.ts';
import {
  journeyListSchema,
  journeyPathSchema,
  listQuerySchema,
  madeSchema,
  namedChangeSchema,
  newNamedSchema,
  newTouchpointSchema,
  stagePathSchema,
  touchpointChangeSchema,
  touchpointPathSchema,
} from './schema.ts';
import { insertJourney } from './store.ts';
import { addStage, addTouchpoint, changeNamed, changeTouchpoint, journeyTree, removeLevel } from './verbs.ts';

const tag = 'Journeys';
const W = '/api/v1/workspaces/{workspaceId}';
const refusesAnswers = 'refuses while its items have answers, unless withAnswers=true';

const journeys: readonly Route[] = [
  route(
    {
      method: 'get',
      path: `${W}/journeys`,
      summary: 'The map: journeys, stages, touchpoints and items',
      tag,
      policy: readers,
      query: listQuerySchema,
      answer: journeyListSchema,
    },
    (context, { query }) =>
      context.inWorkspace(async (tx) => ({
        journeys: await journeyTree(context.workspaceId, tx, query.archived === 'true'),
      })),
  ),
  route(
    {
      method: 'post',
      path: `${W}/journeys`,
      summary: 'Add a journey',
      tag,
      policy: editors,
      body: newNamedSchema,
      status: 201,
      answer: madeSchema,
    },
    (context, { body }) =>
      context.inWorkspace(async (tx) => {
        const id = await insertJourney(context.workspaceId, tx, body.name);
        await context.audit(tx, 'journey.create', { kind: 'journey', id }, body);
        return { id };
      }),
  ),
  route(
    {
      method: 'patch',
      path: `${W}/journeys/{journeyId}`,
      summary: 'Rename or move a journey',
      tag,
      policy: editors,
      params: journeyPathSchema,
      body: namedChangeSchema,
      status: 204,
    },
    (context, { params, body }) =>
      context.inWorkspace(async (tx) => {
        await changeNamed(context.workspaceId, tx, 'journeys', params.journeyId, body);
        await context.audit(tx, 'journey.change', { kind: 'journey', id: params.journeyId }, body);
        return undefined;
      }),
  ),
  route(
    {
      method: 'delete',
      path: `${W}/journeys/{journeyId}`,
      summary: `Delete a journey; ${refusesAnswers}`,
      tag,
      policy: editors,
      params: journeyPathSchema,
      query: deletionSchema,
      status: 204,
    },
    (context, { params, query }) =>
      context.inWorkspace(async (tx) => {
        const { journeyId: id } = params;
        const gone = await removeLevel(context.workspaceId, tx, 'journeys', id, deletesAnswers(context, query));
        await context.audit(tx, 'journey.delete', { kind: 'journey', id }, gone);
        return undefined;
      }),
  ),
];

const stages: readonly Route[] = [
  route(
    {
      method: 'post',
      path: `${W}/journeys/{journeyId}/stages`,
      summary: 'Add a stage to a journey',
      tag,
      policy: editors,
      params: journeyPathSchema,
      body: newNamedSchema,
      status: 201,
      answer: madeSchema,
    },
    (context, { params, body }) =>
      context.inWorkspace(async (tx) => {
        const id = await addStage(context.workspaceId, tx, params.journeyId, body.name);
        await context.audit(tx, 'stage.create', { kind: 'stage', id }, body);
        return { id };
      }),
  ),
  route(
    {
      method: 'patch',
      path: `${W}/stages/{stageId}`,
      summary: 'Rename or move a stage',
      tag,
      policy: editors,
      params: stagePathSchema,
      body: namedChangeSchema,
      status: 204,
    },
    (context, { params, body }) =>
      context.inWorkspace(async (tx) => {
        await changeNamed(context.workspaceId, tx, 'stages', params.stageId, body);
        await context.audit(tx, 'stage.change', { kind: 'stage', id: params.stageId }, body);
        return undefined;
      }),
  ),
  route(
    {
      method: 'delete',
      path: `${W}/stages/{stageId}`,
      summary: `Delete a stage; ${refusesAnswers}`,
      tag,
      policy: editors,
      params: stagePathSchema,
      query: deletionSchema,
      status: 204,
    },
    (context, { params, query }) =>
      context.inWorkspace(async (tx) => {
        const { stageId: id } = params;
        const gone = await removeLevel(context.workspaceId, tx, 'stages', id, deletesAnswers(context, query));
        await context.audit(tx, 'stage.delete', { kind: 'stage', id }, gone);
        return undefined;
      }),
  ),
];

const touchpoints: readonly Route[] = [
  route(
    {
      method: 'post',
      path: `${W}/stages/{stageId}/touchpoints`,
      summary: 'Add a touchpoint to a stage',
      tag,
      policy: editors,
      params: stagePathSchema,
      body: newTouchpointSchema,
      status: 201,
      answer: madeSchema,
    },
    (context, { params, body }) =>
      context.inWorkspace(async (tx) => {
        const id = await addTouchpoint(context.workspaceId, tx, params.stageId, body);
        await context.audit(tx, 'touchpoint.create', { kind: 'touchpoint', id }, { name: body.name });
        return { id };
      }),
  ),
  route(
    {
      method: 'patch',
      path: `${W}/touchpoints/{touchpointId}`,
      summary: 'Change or move a touchpoint; choose its owner team and lead item',
      tag,
      policy: editors,
      params: touchpointPathSchema,
      body: touchpointChangeSchema,
      status: 204,
    },
    (context, { params, body }) =>
      context.inWorkspace(async (tx) => {
        await changeTouchpoint(context.workspaceId, tx, params.touchpointId, body);
        await context.audit(tx, 'touchpoint.change', { kind: 'touchpoint', id: params.touchpointId }, body);
        return undefined;
      }),
  ),
  route(
    {
      method: 'delete',
      path: `${W}/touchpoints/{touchpointId}`,
      summary: `Delete a touchpoint; ${refusesAnswers}`,
      tag,
      policy: editors,
      params: touchpointPathSchema,
      query: deletionSchema,
      status: 204,
    },
    (context, { params, query }) =>
      context.inWorkspace(async (tx) => {
        const { touchpointId: id } = params;
        const gone = await removeLevel(context.workspaceId, tx, 'touchpoints', id, deletesAnswers(context, query));
        await context.audit(tx, 'touchpoint.delete', { kind: 'touchpoint', id }, gone);
        return undefined;
      }),
  ),
];

export const journeyRoutes: readonly Route[] = [...journeys, ...stages, ...touchpoints];
