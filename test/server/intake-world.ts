import { randomUUID } from 'node:crypto';
import type { Quota, SurveyDefinition } from '../../src/core/survey/definition.ts';
import { bindItems } from '../../src/core/survey/item-answers.ts';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { newLinkToken } from '../../src/server/surveys/verbs.ts';
import { RATINGS, ratingSurvey } from '../answering.ts';
import { nobody, type Reply, type World } from '../world.ts';

export type Audience = 'leadership' | 'staff' | 'customer';

/** A published survey with ten items, and its links. */
export interface Listening {
  readonly workspaceId: string;
  readonly surveyId: string;
  readonly items: readonly string[];
  link(options?: { audience?: Audience; test?: boolean; channel?: string; closed?: boolean }): Promise<string>;
  /** Publishes another version and returns its number. */
  publish(change: Partial<SurveyDefinition>): Promise<number>;
}

export async function listening(
  world: World,
  workspaceId: string,
  change: Partial<SurveyDefinition> = {},
): Promise<Listening> {
  const { db } = world.database.app;
  const surveyId = randomUUID();
  const items = Array.from({ length: RATINGS }, () => randomUUID());
  let version = 0;
  const scale = { min: 1, max: 5, step: 1, direction: 'up' as const, topBox: 5 };
  await inWorkspace(db, workspaceId, async (tx) => {
    const [journeyId, stageId, touchpointId] = [randomUUID(), randomUUID(), randomUUID()];
    await tx.insertInto('journeys').values({ workspaceId, id: journeyId, name: 'Crossing' }).execute();
    await tx.insertInto('stages').values({ workspaceId, id: stageId, journeyId, name: 'Boarding' }).execute();
    await tx.insertInto('touchpoints').values({ workspaceId, id: touchpointId, stageId, name: 'Pier' }).execute();
    await tx
      .insertInto('items')
      .values(
        items.map((id, i) => ({
          workspaceId,
          id,
          touchpointId,
          key: `item_${i}_${surveyId}`,
          name: `Part ${i}`,
          scaleMin: scale.min,
          scaleMax: scale.max,
          scaleStep: scale.step,
          scaleTopBox: scale.topBox,
        })),
      )
      .execute();
    await tx
      .insertInto('surveys')
      .values({ workspaceId, id: surveyId, name: `Crossing ${surveyId}` })
      .execute();
  });
  const publish = async (more: Partial<SurveyDefinition>) => {
    const ratings = ratingSurvey();
    const pages = ratings.pages.map((page) => ({
      ...page,
      questions: page.questions.map((question) => ({ ...question, notApplicable: true })),
    }));
    const definition = {
      ...ratings,
      pages,
      audiences: ['leadership', 'staff', 'customer'] as const,
      ...change,
      ...more,
    };
    const { bindings } = bindItems(definition, new Map(items.map((id, i) => [`item_${i}`, { id, scale }])));
    version += 1;
    const [frozen, bound] = [JSON.stringify(definition), JSON.stringify(bindings)];
    await inWorkspace(db, workspaceId, (tx) =>
      tx
        .insertInto('surveyVersions')
        .values({ workspaceId, surveyId, version, definition: frozen, bindings: bound })
        .execute(),
    );
    return version;
  };
  await publish({});
  return {
    workspaceId,
    surveyId,
    items,
    publish,
    async link({ audience = 'customer', test = false, channel = 'web', closed = false } = {}) {
      const token = newLinkToken(workspaceId);
      const closedAt = closed ? world.services.now() : null;
      await inWorkspace(db, workspaceId, (tx) =>
        tx
          .insertInto('surveyLinks')
          .values({ workspaceId, token, surveyId, audience, test, channel, closedAt })
          .execute(),
      );
      return token;
    },
  };
}

/** A part with one answer per given value, in the order of the questions; nothing for undefined. */
export function part(link: string, values: readonly (number | null | undefined)[], more: object = {}) {
  const answers = Object.fromEntries(values.flatMap((value, i) => (value === undefined ? [] : [[`q${i}`, value]])));
  return { link, response: randomUUID(), version: 1, part: 0, answers, finished: false, took: 60_000, ...more };
}

export const send = (world: World, body: object, headers: Record<string, string> = {}): Promise<Reply> =>
  world.ask(nobody, 'POST', '/api/v1/responses', body, headers);

export const quota = (limit: number, more: Partial<Quota> = {}): Quota => ({
  id: 'enough',
  name: 'Enough',
  limit,
  ending: 'thanks',
  ...more,
});
