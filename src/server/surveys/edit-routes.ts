import { mirrorSurvey } from '../../core/survey/mirror.ts';
import { peopleByIds } from '../accounts/people.ts';
import { editors, leads, readers } from '../http/policy.ts';
import { type RequestContext, type Route, route } from '../http/route.ts';
import { listItems } from '../items/verbs.ts';
import { lastAnsweredVersion } from '../responses/verbs.ts';
import { redirectHosts, setRedirectHosts } from '../workspaces/verbs.ts';
import { check } from './check.ts';
import { MAX_DEFINITION_BYTES } from './definition-schema.ts';
import { changeSurvey, othersEditing, readDraft, requireDefinition, saveDraft } from './drafts.ts';
import {
  checkedSchema,
  checkSchema,
  draftChangeSchema,
  draftSchema,
  editorsSchema,
  mirroredSchema,
  mirrorSchema,
  presenceSchema,
  publishedSchema,
  publishSchema,
  redirectHostsChangeSchema,
  redirectHostsSchema,
  savedDraftSchema,
  surveyChangeSchema,
  versionListSchema,
  versionPathSchema,
  versionSchema,
} from './edit-schema.ts';
import { differenceBetween, publish } from './publish.ts';
import { surveyPathSchema } from './schema.ts';
import { requireSurvey } from './store.ts';
import { versionsOf } from './version-store.ts';
import { requireVersion } from './versions.ts';

const tag = 'Survey editor';
const W = '/api/v1/workspaces/{workspaceId}';
const SURVEY = `${W}/surveys/{surveyId}`;
/** Room for the fields around the definition. */
const MAX_SURVEY_BODY = MAX_DEFINITION_BYTES + 64 * 1024;
const LARGE = { maxBody: MAX_SURVEY_BODY, maxKeys: 60_000 };

const me = ({ caller }: RequestContext): string | undefined => (caller.kind === 'user' ? caller.userId : undefined);

const drafts: readonly Route[] = [
  route(
    {
      method: 'patch',
      path: SURVEY,
      summary: 'Rename a survey, archive it or bring it back',
      tag,
      policy: editors,
      params: surveyPathSchema,
      body: surveyChangeSchema,
      answer: draftSchema,
    },
    (context, { params: { surveyId: id }, body }) =>
      context.inWorkspace(async (tx) => {
        await changeSurvey(context.workspaceId, tx, id, body, context.now());
        await context.audit(tx, 'survey.change', { kind: 'survey', id }, body);
        return readDraft(context.workspaceId, tx, id, me(context));
      }),
  ),
  route(
    {
      method: 'get',
      path: `${SURVEY}/draft`,
      summary: 'A survey as it is being edited',
      tag,
      policy: readers,
      params: surveyPathSchema,
      answer: draftSchema,
    },
    (context, { params }) =>
      context.inWorkspace((tx) => readDraft(context.workspaceId, tx, params.surveyId, me(context))),
  ),
  route(
    {
      method: 'put',
      path: `${SURVEY}/draft`,
      summary: 'Save the draft over the revision that was loaded; refuses when somebody saved since',
      tag,
      policy: editors,
      params: surveyPathSchema,
      body: draftChangeSchema,
      ...LARGE,
      answer: savedDraftSchema,
    },
    // Not in the audit log: drafts save themselves every few seconds. Publishing is.
    (context, { params, body }) =>
      context.inWorkspace(async (tx) => {
        const savedAt = context.now();
        const save = { ...body, savedBy: me(context) ?? null, savedAt };
        const revision = await saveDraft(context.workspaceId, tx, params.surveyId, save);
        return { revision, savedAt: savedAt.toISOString() };
      }),
  ),
  route(
    {
      method: 'post',
      path: `${SURVEY}/presence`,
      summary: 'Say that the survey is open for editing (holds for 30 seconds), and see who else has it open',
      tag,
      policy: editors,
      params: surveyPathSchema,
      body: presenceSchema,
      answer: editorsSchema,
    },
    (context, { params }) =>
      context.inWorkspace(async (tx) => ({
        editors: await othersEditing(context.workspaceId, tx, params.surveyId, me(context), context.now()),
      })),
  ),
  route(
    {
      method: 'get',
      path: `${SURVEY}/presence`,
      summary: 'Who has the survey open for editing',
      tag,
      policy: editors,
      params: surveyPathSchema,
      answer: editorsSchema,
    },
    (context, { params }) =>
      context.inWorkspace(async (tx) => ({
        editors: await othersEditing(context.workspaceId, tx, params.surveyId, undefined, context.now()),
      })),
  ),
];

const publishing: readonly Route[] = [
  route(
    {
      method: 'post',
      path: `${SURVEY}/check`,
      summary: 'What stands in the way of publishing, and what should be looked at before',
      tag,
      policy: editors,
      params: surveyPathSchema,
      body: checkSchema,
      ...LARGE,
      answer: checkedSchema,
    },
    (context, { params, body }) =>
      context.inWorkspace(async (tx) => {
        const { surveyId } = params;
        const definition = body.definition ?? (await requireDefinition(context.workspaceId, tx, surveyId));
        return { findings: (await check(context.workspaceId, tx, surveyId, definition)).findings };
      }),
  ),
  route(
    {
      method: 'post',
      path: `${SURVEY}/mirror`,
      summary: 'The same survey for further audiences, with importance if wanted; nothing is saved',
      tag,
      policy: editors,
      params: surveyPathSchema,
      body: mirrorSchema,
      ...LARGE,
      answer: mirroredSchema,
    },
    (context, { params, body }) =>
      context.inWorkspace(async (tx) => {
        const definition = body.definition ?? (await requireDefinition(context.workspaceId, tx, params.surveyId));
        const items = await listItems(context.workspaceId, tx);
        const itemNames = new Map(items.map(({ key, name }) => [key, name]));
        return { definition: mirrorSurvey(definition, { ...body, itemNames }) };
      }),
  ),
  route(
    {
      method: 'post',
      path: `${SURVEY}/publish`,
      summary: 'Freeze the draft as the next version, which new respondents get from now on',
      tag,
      policy: editors,
      params: surveyPathSchema,
      body: publishSchema,
      answer: publishedSchema,
    },
    (context, { params: { surveyId: id }, body }) =>
      context.inWorkspace(async (tx) => {
        const by = { ...body, publishedBy: me(context) ?? null, publishedAt: context.now() };
        const version = await publish(context.workspaceId, tx, id, by);
        await context.audit(tx, 'survey.publish', { kind: 'survey', id }, { version });
        return { version };
      }),
  ),
  route(
    {
      method: 'get',
      path: `${SURVEY}/versions`,
      summary: 'Published versions, the latest first',
      tag,
      policy: readers,
      params: surveyPathSchema,
      answer: versionListSchema,
    },
    (context, { params }) =>
      context.inWorkspace(async (tx) => {
        await requireSurvey(context.workspaceId, tx, params.surveyId);
        const rows = await versionsOf(context.workspaceId, tx, params.surveyId);
        const people = await peopleByIds(
          tx,
          rows.flatMap((row) => row.publishedBy ?? []),
        );
        const versions = rows.map(({ version, publishedAt, publishedBy }) => ({
          version,
          publishedAt: publishedAt.toISOString(),
          publishedBy: (publishedBy && people.get(publishedBy)?.name) || null,
        }));
        return { versions, answered: await lastAnsweredVersion(context.workspaceId, tx, params.surveyId) };
      }),
  ),
  route(
    {
      method: 'get',
      path: `${SURVEY}/versions/{version}`,
      summary: 'One published version, with what it changed',
      tag,
      policy: readers,
      params: versionPathSchema,
      answer: versionSchema,
    },
    (context, { params: { surveyId, version } }) =>
      context.inWorkspace(async (tx) => {
        await requireSurvey(context.workspaceId, tx, surveyId);
        const one = await requireVersion(context.workspaceId, tx, surveyId, version);
        const before = version > 1 ? await requireVersion(context.workspaceId, tx, surveyId, version - 1) : undefined;
        return { ...one, difference: before ? differenceBetween(before.definition, one.definition) : null };
      }),
  ),
];

const hosts: readonly Route[] = [
  route(
    {
      method: 'get',
      path: `${W}/redirect-hosts`,
      summary: "Hosts that a survey's ending may lead to",
      tag,
      policy: readers,
      answer: redirectHostsSchema,
    },
    (context) => context.inWorkspace(async (tx) => ({ hosts: await redirectHosts(context.workspaceId, tx) })),
  ),
  route(
    {
      method: 'put',
      path: `${W}/redirect-hosts`,
      summary: "Say to which hosts a survey's ending may lead",
      tag,
      policy: leads,
      body: redirectHostsChangeSchema,
      answer: redirectHostsSchema,
    },
    (context, { body }) =>
      context.inWorkspace(async (tx) => {
        await setRedirectHosts(context.workspaceId, tx, body.hosts);
        await context.audit(tx, 'workspace.redirect_hosts', { kind: 'workspace', id: context.workspaceId }, body);
        return body;
      }),
  ),
];

export const surveyEditRoutes: readonly Route[] = [...drafts, ...publishing, ...hosts];
