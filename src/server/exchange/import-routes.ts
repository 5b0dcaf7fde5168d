import { cut, idFrom } from '../../core/formats/make.ts';
import { withItems } from '../../core/formats/propose-items.ts';
import type { Audience } from '../../core/perspective.ts';
import { isAnonymous } from '../../core/survey/definition.ts';
import type { Tx } from '../db/connect.ts';
import { editors, importers } from '../http/policy.ts';
import { Problem } from '../http/problem.ts';
import { withUploadedFile } from '../http/receive-file.ts';
import { type RequestContext, type Route, route } from '../http/route.ts';
import { refuseBesideTickets } from '../invitations/verbs.ts';
import { surveyFromFile } from '../surveys/make-survey.ts';
import { surveyPathSchema } from '../surveys/schema.ts';
import { latestVersion, listWaves, requireSurvey } from '../surveys/verbs.ts';
import { brokeOff } from './broke-off.ts';
import type { Ready } from './make-answers.ts';
import { readInThread } from './read-in-thread.ts';
import type { AnswersRead } from './reading.ts';
import {
  type AnswersUpload,
  answersUploadAnswerSchema,
  answersUploadQuerySchema,
  surveyUploadAnswerSchema,
  surveyUploadQuerySchema,
} from './schema.ts';
import { MOST_BYTES } from './source-file.ts';
import { storeAnswers } from './take-answers.ts';

const tag = 'Exchange';
const W = '/api/v1/workspaces/{workspaceId}';

const surveyRoute = route(
  {
    method: 'post',
    path: `${W}/exchange/surveys`,
    summary:
      "Make a survey from another tool's file, or see what it would be; the report says what could not be carried over",
    tag,
    policy: editors,
    query: surveyUploadQuerySchema,
    upload: 'application/octet-stream',
    maxBody: MOST_BYTES,
    answer: surveyUploadAnswerSchema,
  },
  async (context, { query }) => {
    const { workspaceId } = context;
    const { fileName } = query;
    const { format, ...read } = await withUploadedFile(context.config.dataDir, context.request, (file) =>
      readInThread({ kind: 'survey', file, fileName }, async (survey) => survey),
    );
    const name = oneLine(read.name) || 'Survey';
    const proposed = withItems(read.definition, idFrom(name).slice(0, 30));
    const used = query.items === 'true' ? proposed : { definition: read.definition, items: [] };
    const surveyId = query.preview === 'true' ? null : await makeSurvey(context, name, used, format.id);
    return {
      format,
      name,
      definition: used.definition,
      items: proposed.items,
      report: [...read.losses],
      responses: read.responses,
      surveyId,
    };
    async function makeSurvey(
      { caller, now, audit, inWorkspace }: RequestContext,
      wanted: string,
      { definition, items }: ReturnType<typeof withItems>,
      from: string,
    ): Promise<string> {
      return inWorkspace(async (tx) => {
        const saver = { savedBy: caller.kind === 'user' ? caller.userId : null, savedAt: now() };
        const places = { journey: wanted, stage: 'Survey', servqualDimension: null };
        const made = await surveyFromFile(
          workspaceId,
          tx,
          {
            format: 'parallax-survey-file/1',
            name: wanted,
            definition,
            items: items.map((item) => ({ ...item, ...places, touchpoint: item.name })),
          },
          saver,
        );
        await audit(
          tx,
          'survey.create',
          { kind: 'survey', id: made.id },
          { name: made.name, from, items: made.created },
        );
        return made.id;
      });
    }
  },
);

const answersRoute = route(
  {
    method: 'post',
    path: `${W}/surveys/{surveyId}/exchange/answers`,
    summary: "Take answers from another tool's file, or see what they would be; the same file again changes nothing",
    tag,
    policy: importers,
    params: surveyPathSchema,
    query: answersUploadQuerySchema,
    upload: 'application/octet-stream',
    maxBody: MOST_BYTES,
    answer: answersUploadAnswerSchema,
  },
  async (context, { params: { surveyId }, query }) => {
    const { workspaceId } = context;
    const published = await context.inWorkspace(async (tx) => {
      await requireSurvey(workspaceId, tx, surveyId);
      await requireFittingWave(workspaceId, tx, surveyId, query);
      return latestVersion(workspaceId, tx, surveyId);
    });
    if (!published) throw new Problem('conflict', 'This survey has no published version. Publish it first.');
    const { definition, version } = published;
    const { fileName, channel, audience, waveId } = query;
    const chosen = query.bindings.map(withoutBlank);
    const named = !isAnonymous(definition, audience);
    return withUploadedFile(context.config.dataDir, context.request, (file) =>
      readInThread({ kind: 'answers', file, fileName, definition, chosen, channel }, async (read, batches) => {
        if (read.bindings.length === 0) {
          throw new Problem(
            'unprocessable',
            'No column of this file answers a question of the survey. Choose the survey that it belongs to, or bind its columns.',
          );
        }
        return answerOf(read, query.preview === 'true' ? null : await store(read.format.id, batches()));
      }),
    );

    async function store(
      format: string,
      batches: AsyncIterable<readonly Ready[]>,
    ): Promise<NonNullable<AnswersUpload['stored']>> {
      const done = { added: 0, known: 0, updated: 0, kept: 0, setApart: 0 };
      const today = context.now().toISOString().slice(0, 10);
      try {
        for await (const batch of batches) {
          const input = { audience, version, waveId, named, batch };
          const part = await context.inWorkspace((tx) => storeAnswers(workspaceId, tx, surveyId, input, today));
          for (const what of ['added', 'known', 'updated', 'kept', 'setApart'] as const) done[what] += part[what];
        }
      } catch (error) {
        const stays = done.added + done.updated + done.setApart;
        if (stays === 0) throw error;
        // Where not even that can be written down, the first failure is the one to tell.
        await record({ brokeOff: true }).catch(() => undefined);
        throw brokeOff(context, error, stays);
      }
      await record({});
      return done;

      function record(more: { brokeOff?: true }): Promise<void> {
        const detail = { format, audience, ...(waveId ? { waveId } : {}), ...done, ...more };
        const survey = { kind: 'survey', id: surveyId };
        return context.inWorkspace((tx) => context.audit(tx, 'answers.import', survey, detail));
      }
    }
  },
);

async function requireFittingWave(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  { waveId, audience }: { readonly waveId?: string | undefined; readonly audience: Audience },
): Promise<void> {
  if (waveId === undefined) return;
  const wave = (await listWaves(workspaceId, tx, surveyId)).find(({ id }) => id === waveId);
  if (wave?.audience === audience) return refuseBesideTickets(workspaceId, tx, waveId, 'query.waveId');
  const message = wave ? `This wave is one of another audience (${wave.audience}).` : 'The survey has no such wave.';
  throw new Problem('unprocessable', message, { fields: [{ field: 'query.waveId', message }] });
}

const withoutBlank = ({ field, key, choice }: { field: string; key: string; choice?: string | undefined }) => ({
  field,
  key,
  ...(choice === undefined ? {} : { choice }),
});

function answerOf(read: AnswersRead, stored: AnswersUpload['stored']): AnswersUpload {
  return {
    format: read.format,
    responses: read.responses,
    fields: [...read.fields],
    bindings: read.bindings.map(withoutBlank),
    unbound: [...read.unbound],
    faults: read.faults.map(({ row, field, message }) => ({ row, field, message: cut(message, 500) })),
    faultCount: read.faultCount,
    report: [...read.losses],
    sample: read.sample.map(({ key, answers }) => ({ key, answers: { ...answers } })),
    stored,
  };
}

const oneLine = (text: string) => cut(text.replace(/[\s\u2028\u2029]+/g, ' ').trim(), 180);

export const importFileRoutes: readonly Route[] = [surveyRoute, answersRoute];
