import { BLANK } from '../../core/survey/blank.ts';
import { editors, readers } from '../http/policy.ts';
import { type Route, route } from '../http/route.ts';
import { deletesAnswers } from '../items/routes.ts';
import { deletionSchema } from '../items/schema.ts';
import { refuseBesidePlan } from '../mailings/verbs.ts';
import { surveyEditRoutes } from './edit-routes.ts';
import { saverOf, surveyFileRoutes } from './file-routes.ts';
import { surveyFromTemplate } from './from-template.ts';
import { surveyLinkRoutes } from './link-routes.ts';
import { makeSurvey } from './make-survey.ts';
import { surveyPosterRoutes } from './poster-routes.ts';
import {
  newSurveySchema,
  newWaveSchema,
  surveyListSchema,
  surveyPathSchema,
  surveySchema,
  waveChangeSchema,
  waveListSchema,
  wavePathSchema,
  waveSchema,
} from './schema.ts';
import {
  changeWave,
  insertWave,
  listWaves,
  removeSurvey,
  removeWave,
  requireSurvey,
  surveysWithResponses,
} from './verbs.ts';

const tag = 'Surveys';
const W = '/api/v1/workspaces/{workspaceId}';

const surveys: readonly Route[] = [
  route(
    { method: 'get', path: `${W}/surveys`, summary: 'Surveys', tag, policy: readers, answer: surveyListSchema },
    (context) =>
      context.inWorkspace(async (tx) => ({
        surveys: await surveysWithResponses(context.workspaceId, tx, context.now()),
      })),
  ),
  route(
    {
      method: 'post',
      path: `${W}/surveys`,
      summary: 'Add a survey, empty or from a template',
      tag,
      policy: editors,
      body: newSurveySchema,
      status: 201,
      answer: surveySchema,
    },
    (context, { body }) =>
      context.inWorkspace(async (tx) => {
        const { name, template } = body;
        const { survey, created } = template
          ? await surveyFromTemplate(context.workspaceId, tx, { ...body, template }, saverOf(context))
          : {
              survey: await makeSurvey(context.workspaceId, tx, name, BLANK, saverOf(context)),
              created: [],
            };
        const detail = template ? { name, template, items: created } : { name };
        await context.audit(tx, 'survey.create', { kind: 'survey', id: survey.id }, detail);
        return { ...survey, responses: 0, version: null };
      }),
  ),
  route(
    {
      method: 'delete',
      path: `${W}/surveys/{surveyId}`,
      summary: 'Delete a survey; refuses while it has responses, unless withAnswers=true',
      tag,
      policy: editors,
      params: surveyPathSchema,
      query: deletionSchema,
      status: 204,
    },
    (context, { params, query }) =>
      context.inWorkspace(async (tx) => {
        const { surveyId: id } = params;
        const gone = await removeSurvey(context.workspaceId, tx, id, deletesAnswers(context, query));
        await context.audit(tx, 'survey.delete', { kind: 'survey', id }, gone);
        return undefined;
      }),
  ),
];

const waves: readonly Route[] = [
  route(
    {
      method: 'get',
      path: `${W}/surveys/{surveyId}/waves`,
      summary: 'Waves of a survey',
      tag,
      policy: readers,
      params: surveyPathSchema,
      answer: waveListSchema,
    },
    (context, { params }) =>
      context.inWorkspace(async (tx) => {
        await requireSurvey(context.workspaceId, tx, params.surveyId);
        return { waves: await listWaves(context.workspaceId, tx, params.surveyId) };
      }),
  ),
  route(
    {
      method: 'post',
      path: `${W}/surveys/{surveyId}/waves`,
      summary: 'Add a wave to a survey',
      tag,
      policy: editors,
      params: surveyPathSchema,
      body: newWaveSchema,
      status: 201,
      answer: waveSchema,
    },
    (context, { params, body }) =>
      context.inWorkspace(async (tx) => {
        await requireSurvey(context.workspaceId, tx, params.surveyId);
        const wave = await insertWave(context.workspaceId, tx, params.surveyId, body);
        await context.audit(tx, 'wave.create', { kind: 'wave', id: wave.id }, body);
        return wave;
      }),
  ),
  route(
    {
      method: 'patch',
      path: `${W}/waves/{waveId}`,
      summary: 'Change a wave',
      tag,
      policy: editors,
      params: wavePathSchema,
      body: waveChangeSchema,
      answer: waveSchema,
    },
    (context, { params, body }) =>
      context.inWorkspace(async (tx) => {
        const wave = await changeWave(context.workspaceId, tx, params.waveId, body);
        await refuseBesidePlan(context.workspaceId, tx, wave, context.now());
        await context.audit(tx, 'wave.change', { kind: 'wave', id: params.waveId }, body);
        return wave;
      }),
  ),
  route(
    {
      method: 'delete',
      path: `${W}/waves/{waveId}`,
      summary: 'Delete a wave; its responses stay in the survey',
      tag,
      policy: editors,
      params: wavePathSchema,
      status: 204,
    },
    (context, { params }) =>
      context.inWorkspace(async (tx) => {
        const gone = await removeWave(context.workspaceId, tx, params.waveId);
        await context.audit(tx, 'wave.delete', { kind: 'wave', id: params.waveId }, gone);
        return undefined;
      }),
  ),
];

export const surveyRoutes: readonly Route[] = [
  ...surveys,
  ...waves,
  ...surveyEditRoutes,
  ...surveyLinkRoutes,
  ...surveyPosterRoutes,
  ...surveyFileRoutes,
];
