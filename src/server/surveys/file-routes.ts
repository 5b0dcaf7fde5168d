import { TEMPLATES } from '../../core/survey/templates.ts';
import { attachment } from '../http/file-name.ts';
import { anyone, editors, readers, signedIn } from '../http/policy.ts';
import { type RequestContext, type Route, route } from '../http/route.ts';
import { surveyCopySchema } from './edit-schema.ts';
import {
  madeFromFileSchema,
  surveyFileInAnswer,
  surveyFileInBody,
  surveyFileJsonSchema,
  templateListSchema,
} from './file-schema.ts';
import { duplicateSurvey, type Saver, surveyFile, surveyFromFile } from './make-survey.ts';
import { surveyPathSchema, surveySchema } from './schema.ts';

const tag = 'Survey files';
const SURVEYS = '/api/v1/workspaces/{workspaceId}/surveys';

export const saverOf = ({ caller, now }: RequestContext): Saver => ({
  savedBy: caller.kind === 'user' ? caller.userId : null,
  savedAt: now(),
});

export const surveyFileRoutes: readonly Route[] = [
  route(
    {
      method: 'get',
      path: '/api/v1/survey-templates',
      summary: 'Surveys to begin with, in English, German, Spanish, French and Dutch',
      tag,
      policy: signedIn,
      answer: templateListSchema,
    },
    async () => ({
      templates: TEMPLATES.map(({ id, name, description, definition }) => ({ id, name, description, definition })),
    }),
  ),
  route(
    {
      method: 'get',
      path: '/api/v1/survey-file.schema.json',
      summary: 'JSON Schema of survey files',
      tag,
      policy: anyone,
      produces: 'application/schema+json',
    },
    async () =>
      new Response(JSON.stringify(surveyFileJsonSchema(), null, 2), {
        headers: { 'Content-Type': 'application/schema+json' },
      }),
  ),
  route(
    {
      method: 'get',
      path: `${SURVEYS}/{surveyId}/file`,
      summary: 'The draft of a survey with its items, as one file',
      tag,
      policy: readers,
      params: surveyPathSchema,
      answer: surveyFileInAnswer,
    },
    async (context, { params }) => {
      const file = await context.inWorkspace((tx) => surveyFile(context.workspaceId, tx, params.surveyId));
      context.headers.set(
        'Content-Disposition',
        attachment([file.name, context.now().toISOString().slice(0, 10)], 'json'),
      );
      return file;
    },
  ),
  route(
    {
      method: 'post',
      path: `${SURVEYS}/from-file`,
      summary: 'Make a survey from a file, with the items that are missing',
      tag,
      policy: editors,
      body: surveyFileInBody,
      maxBody: 1024 * 1024,
      maxKeys: 100_000,
      status: 201,
      answer: madeFromFileSchema,
    },
    (context, { body }) =>
      context.inWorkspace(async (tx) => {
        const made = await surveyFromFile(context.workspaceId, tx, body, saverOf(context));
        const { id, name, created } = made;
        await context.audit(tx, 'survey.create', { kind: 'survey', id }, { name, from: 'file', items: created });
        return made;
      }),
  ),
  route(
    {
      method: 'post',
      path: `${SURVEYS}/{surveyId}/duplicate`,
      summary: 'Make a survey with the same draft, and none of the answers, links and versions',
      tag,
      policy: editors,
      params: surveyPathSchema,
      body: surveyCopySchema,
      status: 201,
      answer: surveySchema,
    },
    (context, { params: { surveyId }, body }) =>
      context.inWorkspace(async (tx) => {
        const made = await duplicateSurvey(context.workspaceId, tx, surveyId, body.name, saverOf(context));
        const detail = { ...body, from: surveyId };
        await context.audit(tx, 'survey.create', { kind: 'survey', id: made.id }, detail);
        return { ...made, responses: 0, version: null };
      }),
  ),
];
