import { dayIn } from '../../core/survey/ask-rules.ts';
import { NO_MOMENTS } from '../../core/survey/moments.ts';
import { askedContacts, namesOf } from '../contacts/verbs.ts';
import { editors, exporters, leads, readers } from '../http/policy.ts';
import { notFound, Problem } from '../http/problem.ts';
import { type Route, route } from '../http/route.ts';
import { requireSurvey } from '../surveys/verbs.ts';
import { askingSettings, saveAskingSettings, saveMoments } from './moments-store.ts';
import { readPerson } from './person.ts';
import { previewAsking } from './preview.ts';
import {
  askingSettingsSchema,
  contactPathSchema,
  decisionPageSchema,
  decisionQuerySchema,
  momentsSchema,
  newQuarantineBody,
  previewBody,
  previewSchema,
  quarantineListSchema,
  type SurveyAsking,
  surveyAskingBody,
  surveyAskingSchema,
  surveyPathSchema,
} from './schema.ts';
import { findDecisions } from './store.ts';
import { type SurveyFacts, surveyFacts } from './survey-facts.ts';
import { deleteQuarantine, quarantineOf, saveQuarantine } from './visitor-store.ts';

const tag = 'Moments';
const W = '/api/v1/workspaces/{workspaceId}';
const ASKING = `${W}/surveys/{surveyId}/asking`;

const moments: readonly Route[] = [
  route(
    {
      method: 'get',
      path: ASKING,
      summary: 'When, where and whom a survey asks',
      tag,
      policy: readers,
      params: surveyPathSchema,
      answer: surveyAskingSchema,
    },
    (context, { params }) =>
      context.inWorkspace(async (tx) => {
        await requireSurvey(context.workspaceId, tx, params.surveyId);
        const facts = await surveyFacts(context.workspaceId, tx, params.surveyId);
        return stored(facts);
      }),
  ),
  route(
    {
      method: 'put',
      path: ASKING,
      summary: 'Set when, where and whom a survey asks; refuses when it was changed since the named revision',
      tag,
      policy: editors,
      params: surveyPathSchema,
      body: surveyAskingBody,
      answer: surveyAskingSchema,
    },
    (context, { params, body }) =>
      context.inWorkspace(async (tx) => {
        const { workspaceId } = context;
        const { name } = await requireSurvey(workspaceId, tx, params.surveyId);
        if (!(await saveMoments(workspaceId, tx, params.surveyId, body.moments, body.revision))) {
          throw new Problem(
            'conflict',
            'Somebody else has changed when this survey asks. Read it again, then make your change.',
          );
        }
        const { on, share, priority } = body.moments;
        await context.audit(
          tx,
          'moments.change',
          { kind: 'survey', id: params.surveyId },
          { name, on, share, priority },
        );
        return stored(await surveyFacts(workspaceId, tx, params.surveyId));
      }),
  ),
  route(
    {
      method: 'post',
      path: `${ASKING}/preview`,
      summary: 'How many people would be asked this week, and why the others would not; changes nothing',
      tag,
      policy: editors,
      params: surveyPathSchema,
      body: previewBody,
      answer: previewSchema,
    },
    (context, { params, body }) =>
      context.inWorkspace(async (tx) => {
        await requireSurvey(context.workspaceId, tx, params.surveyId);
        return previewAsking(context.workspaceId, tx, params.surveyId, context.now(), body.moments);
      }),
  ),
];

/** As it was stored; a field that came later has the value that asks nobody more. */
function stored({ moments, revision, repeatOfSurvey }: SurveyFacts): SurveyAsking {
  return { moments: momentsSchema.parse({ ...NO_MOMENTS, ...moments }), revision, repeatOfSurvey };
}

const people: readonly Route[] = [
  route(
    {
      method: 'get',
      path: `${W}/ask-decisions`,
      summary: 'Why people were asked or not, the newest first; kept for 90 days',
      tag,
      policy: exporters,
      query: decisionQuerySchema,
      answer: decisionPageSchema,
    },
    (context, { query }) =>
      context.inWorkspace(async (tx) => {
        const { person, ...others } = query;
        const { timeZone } = await askingSettings(context.workspaceId, tx);
        const found = await findDecisions(context.workspaceId, tx, {
          ...others,
          timeZone,
          limit: query.limit + 1,
          person: person === undefined ? undefined : readPerson(person),
        });
        const page = found.slice(0, query.limit);
        return { decisions: page, next: found.length > page.length ? (page.at(-1)?.id ?? null) : null };
      }),
  ),
  route(
    {
      method: 'get',
      path: `${W}/asking-settings`,
      summary: 'What holds for asking in all surveys',
      tag,
      policy: readers,
      answer: askingSettingsSchema,
    },
    (context) => context.inWorkspace((tx) => askingSettings(context.workspaceId, tx)),
  ),
  route(
    {
      method: 'put',
      path: `${W}/asking-settings`,
      summary: 'Set what holds for asking in all surveys',
      tag,
      policy: leads,
      body: askingSettingsSchema,
      answer: askingSettingsSchema,
    },
    (context, { body }) =>
      context.inWorkspace(async (tx) => {
        await saveAskingSettings(context.workspaceId, tx, body);
        await context.audit(tx, 'asking.change', { kind: 'workspace', id: context.workspaceId }, body);
        return askingSettings(context.workspaceId, tx);
      }),
  ),
  route(
    {
      method: 'get',
      path: `${W}/quarantine`,
      summary: 'Contacts whom nobody asks, for a while or for good, the newest first; also those whose time is over',
      tag,
      policy: exporters,
      answer: quarantineListSchema,
    },
    (context) =>
      context.inWorkspace(async (tx) => {
        const { workspaceId } = context;
        const { timeZone } = await askingSettings(workspaceId, tx);
        const today = dayIn(context.now().getTime(), timeZone);
        const all = await quarantineOf(workspaceId, tx);
        const ids = all.map(({ contactId }) => contactId);
        const names = await namesOf(workspaceId, tx, ids);
        return {
          quarantined: all.map((one) => ({
            ...one,
            contact: names.get(one.contactId) ?? '',
            over: one.until !== null && one.until < today,
          })),
        };
      }),
  ),
  route(
    {
      method: 'post',
      path: `${W}/quarantine`,
      summary: 'Ask a contact no more, for a while or for good; once more changes until when',
      tag,
      policy: editors,
      body: newQuarantineBody,
      status: 204,
    },
    (context, { body }) =>
      context.inWorkspace(async (tx) => {
        const { workspaceId } = context;
        if (!(await askedContacts(workspaceId, tx, [body.contactId])).has(body.contactId.toLowerCase())) {
          throw notFound('This contact');
        }
        await saveQuarantine(workspaceId, tx, body, context.now());
        await context.audit(tx, 'quarantine.add', { kind: 'contact', id: body.contactId }, { until: body.until });
        return undefined;
      }),
  ),
  route(
    {
      method: 'delete',
      path: `${W}/quarantine/{contactId}`,
      summary: 'End the quarantine of a contact',
      tag,
      policy: editors,
      params: contactPathSchema,
      status: 204,
    },
    (context, { params }) =>
      context.inWorkspace(async (tx) => {
        if (!(await deleteQuarantine(context.workspaceId, tx, params.contactId))) throw notFound('This quarantine');
        await context.audit(tx, 'quarantine.end', { kind: 'contact', id: params.contactId });
        return undefined;
      }),
  ),
];

export const askRoutes: readonly Route[] = [...moments, ...people];
