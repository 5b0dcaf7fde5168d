import { restDays } from '../asks/rest-days.ts';
import { saveTimeZone, workspaceTimeZone } from '../asks/time-zone.ts';
import { wake } from '../background/background.ts';
import { namesOf } from '../contacts/verbs.ts';
import { csvLine, UTF8_MARK } from '../csv.ts';
import type { Tx } from '../db/connect.ts';
import { editors, exporters, leads, readers } from '../http/policy.ts';
import { Problem } from '../http/problem.ts';
import { type RequestContext, type Route, route } from '../http/route.ts';
import { wavePathSchema } from '../surveys/schema.ts';
import { isProtected, requireWave } from '../surveys/verbs.ts';
import { mailServerProblem } from './deliver.ts';
import { handedOutOf, linksOfWave } from './hand-out.ts';
import { previewMail, sendTestMail } from './preview.ts';
import { progressOfWave } from './progress.ts';
import { listMails, sendAgain } from './queue-store.ts';
import { mailSettings, type StoredSchedule, saveMailSettings } from './schedule-store.ts';
import {
  estimateQuerySchema,
  estimateSchema,
  type MailSettings,
  mailListQuerySchema,
  mailListSchema,
  mailPathSchema,
  mailSettingsChangeSchema,
  mailSettingsSchema,
  previewQuerySchema,
  progressQuerySchema,
  progressSchema,
  renderedSchema,
  type Schedule,
  scheduleChangeSchema,
  scheduleSchema,
  startedSchema,
  steerSchema,
  testSentSchema,
} from './schema.ts';
import { unsubscribeRoutes } from './unsubscribe-routes.ts';
import { changeSchedule, estimateWave, scheduleOf, startWave, steerWave } from './waves.ts';

const tag = 'Waves by mail';
const W = '/api/v1/workspaces/{workspaceId}';
const WAVE = `${W}/waves/{waveId}`;
const params = wavePathSchema;

async function shownSettings(context: RequestContext, tx: Tx): Promise<MailSettings> {
  const { workspaceId, config } = context;
  return {
    ...(await mailSettings(workspaceId, tx)),
    timeZone: await workspaceTimeZone(workspaceId, tx),
    from: config.mailFrom,
    mailReady: isReady(context),
  };
}

const isReady = ({ config }: RequestContext) => config.smtpUrl !== null && config.mailFrom !== null;
async function shown(context: RequestContext, tx: Tx, schedule: StoredSchedule): Promise<Schedule> {
  const { surveyId, audience } = await requireWave(context.workspaceId, tx, schedule.waveId);
  const anonymous = await isProtected(context.workspaceId, tx, surveyId, audience);
  const rest = await restDays(context.workspaceId, tx, surveyId);
  const handedOut = await handedOutOf(context.workspaceId, tx, schedule.waveId);
  return { ...schedule, mailReady: isReady(context), anonymous, handedOut, restDays: rest };
}
const facts = (context: RequestContext) => ({ now: context.now(), mailReady: isReady(context) });

const scheduling: readonly Route[] = [
  route(
    {
      method: 'get',
      path: `${WAVE}/schedule`,
      summary: 'How a wave goes out by mail',
      tag,
      policy: exporters,
      params,
      answer: scheduleSchema,
    },
    (context, { params: { waveId } }) =>
      context.inWorkspace(async (tx) => shown(context, tx, await scheduleOf(context.workspaceId, tx, waveId))),
  ),
  route(
    {
      method: 'put',
      path: `${WAVE}/schedule`,
      summary: 'Set how a wave goes out: whom, when, with which reminders and words',
      tag,
      policy: editors,
      params,
      body: scheduleChangeSchema,
      answer: scheduleSchema,
    },
    (context, { params: { waveId }, body }) =>
      context.inWorkspace(async (tx) => {
        const schedule = await changeSchedule(context.workspaceId, tx, waveId, body);
        await context.audit(tx, 'wave.schedule', { kind: 'wave', id: waveId });
        return shown(context, tx, schedule);
      }),
  ),
  route(
    {
      method: 'get',
      path: `${WAVE}/estimate`,
      summary: 'What starting the wave now would do: whom it would ask, whom not and by which rule',
      tag,
      policy: exporters,
      params,
      query: estimateQuerySchema,
      answer: estimateSchema,
    },
    (context, { params: { waveId }, query: { by } }) =>
      context.inWorkspace((tx) => estimateWave(context.workspaceId, tx, waveId, { ...facts(context), by })),
  ),
  route(
    {
      method: 'post',
      path: `${WAVE}/start`,
      summary: 'Draw the people and send the invitations at the planned time',
      tag,
      policy: editors,
      params,
      answer: startedSchema,
    },
    async (context, { params: { waveId } }) => {
      const started = await context.inWorkspace(async (tx) => {
        const done = await startWave(context.workspaceId, tx, waveId, { ...facts(context), config: context.config });
        await context.audit(tx, 'wave.start', { kind: 'wave', id: waveId }, done);
        return done;
      });
      wake(context.workspaceId);
      return started;
    },
  ),
  route(
    {
      method: 'post',
      path: `${WAVE}/steer`,
      summary: 'Pause, resume or cancel a wave; what is sent stays sent',
      tag,
      policy: editors,
      params,
      body: steerSchema,
      answer: scheduleSchema,
    },
    async (context, { params: { waveId }, body }) => {
      const schedule = await context.inWorkspace(async (tx) => {
        await steerWave(context.workspaceId, tx, waveId, body.what, context.now());
        await context.audit(tx, `wave.${body.what}`, { kind: 'wave', id: waveId });
        return shown(context, tx, await scheduleOf(context.workspaceId, tx, waveId));
      });
      wake(context.workspaceId);
      return schedule;
    },
  ),
];

const watching: readonly Route[] = [
  route(
    {
      method: 'get',
      path: `${WAVE}/progress`,
      summary: 'How far a wave has come, with its response rate; of leaders and staff in steps of the threshold',
      tag,
      policy: readers,
      params,
      query: progressQuerySchema,
      answer: progressSchema,
    },
    (context, { params: { waveId }, query }) =>
      context.inWorkspace((tx) =>
        progressOfWave(context.workspaceId, tx, context.config, waveId, {
          by: query.by,
          segments: query.segments === 'true',
          mailServer: mailServerProblem(context.config, context.now()),
        }),
      ),
  ),
  route(
    {
      method: 'get',
      path: `${WAVE}/mails`,
      summary: 'Whom a wave has not reached, and why',
      tag,
      policy: exporters,
      params,
      query: mailListQuerySchema,
      answer: mailListSchema,
    },
    (context, { params: { waveId }, query }) =>
      context.inWorkspace(async (tx) => {
        const rows = await listMails(context.workspaceId, tx, waveId, { ...query, limit: query.limit + 1 });
        const page = rows.slice(0, query.limit);
        const names = await namesOf(
          context.workspaceId,
          tx,
          page.map(({ contactId }) => contactId),
        );
        return {
          mails: page.map((mail) => ({ ...mail, contact: names.get(mail.contactId) ?? '' })),
          next: rows.length > page.length ? (page.at(-1)?.id ?? null) : null,
        };
      }),
  ),
  route(
    {
      method: 'post',
      path: `${WAVE}/mails/{mailId}/again`,
      summary: 'Send a mail once more that failed, or of which nobody knows whether it arrived',
      tag,
      policy: editors,
      params: mailPathSchema,
      status: 204,
    },
    async (context, { params: { waveId, mailId } }) => {
      await context.inWorkspace(async (tx) => {
        if (!(await sendAgain(context.workspaceId, tx, waveId, mailId, context.now()))) {
          throw new Problem('not_found', 'There is no such mail that could be sent again.');
        }
        await context.audit(tx, 'mail.again', { kind: 'mail', id: mailId });
      });
      wake(context.workspaceId);
      return undefined;
    },
  ),
  route(
    {
      method: 'post',
      path: `${WAVE}/mail-preview`,
      summary: 'What a mail of the wave looks like',
      tag,
      policy: exporters,
      params,
      body: previewQuerySchema,
      answer: renderedSchema,
    },
    (context, { params: { waveId }, body }) =>
      context.inWorkspace((tx) => previewMail(context.workspaceId, tx, context.config, waveId, body)),
  ),
  route(
    {
      method: 'post',
      path: `${WAVE}/test-mail`,
      summary: 'Send a mail of the wave to the person who is signed in',
      tag,
      // Never an API key: a key has no address.
      policy: { who: 'member', roles: ['owner', 'lead', 'analyst'] },
      params,
      body: previewQuerySchema,
      answer: testSentSchema,
      attemptsBy: 'account',
    },
    async (context, { params: { waveId }, body }) => ({ to: await sendTestMail(context, waveId, body) }),
  ),
  route(
    {
      method: 'post',
      path: `${WAVE}/personal-links`,
      summary:
        'Personal links of everybody whom the schedule draws and who may be asked now, as CSV, to send them by other means; the header Left-Out says how many others there are, such as `this_survey=2, quarantined=1`',
      tag,
      policy: leads,
      params,
      produces: 'text/csv',
      secretAnswer: true,
    },
    async (context, { params: { waveId } }) => {
      const { rows, leftOut } = await linksOfWave(context, waveId);
      const lines = [['key', 'name', 'email', 'language', 'link', 'round'], ...rows].map((cells) => csvLine(cells));
      return new Response(UTF8_MARK + lines.join(''), {
        headers: {
          'Content-Type': 'text/csv; charset=utf-8',
          'Content-Disposition': 'attachment; filename="personal-links.csv"',
          'Left-Out': [...leftOut].map(([rule, people]) => `${rule}=${people}`).join(', '),
        },
      });
    },
  ),
];

const settings: readonly Route[] = [
  route(
    {
      method: 'get',
      path: `${W}/mail-settings`,
      summary: 'How fast mails go out, and what holds for contacts without a language or time zone',
      tag,
      policy: readers,
      answer: mailSettingsSchema,
    },
    (context) => context.inWorkspace((tx) => shownSettings(context, tx)),
  ),
  route(
    {
      method: 'patch',
      path: `${W}/mail-settings`,
      summary: 'Change how mails go out',
      tag,
      policy: editors,
      body: mailSettingsChangeSchema,
      answer: mailSettingsSchema,
    },
    (context, { body }) =>
      context.inWorkspace(async (tx) => {
        const { timeZone, ...change } = body;
        if (timeZone !== undefined) await saveTimeZone(context.workspaceId, tx, timeZone);
        await saveMailSettings(context.workspaceId, tx, change);
        await context.audit(tx, 'mail.settings', { kind: 'workspace' });
        return shownSettings(context, tx);
      }),
  ),
];

export const mailingRoutes: readonly Route[] = [...scheduling, ...watching, ...settings, ...unsubscribeRoutes];
