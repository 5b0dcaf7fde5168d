import { randomUUID } from 'node:crypto';
import type { SurveyDefinition } from '../../src/core/survey/definition.ts';
import { type Moments, NO_MOMENTS } from '../../src/core/survey/moments.ts';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { ratingSurvey } from '../answering.ts';
import type { World } from '../world.ts';

export const DAY = 86_400_000;

export interface SurveyChange {
  readonly name?: string;
  readonly audiences?: SurveyDefinition['audiences'];
  readonly settings?: Partial<SurveyDefinition['settings']>;
  readonly published?: boolean;
  readonly moments?: Partial<Moments>;
}

/** A survey with one published version, and its moments where some are given. */
export async function addSurvey(world: World, workspaceId: string, change: SurveyChange = {}): Promise<string> {
  const id = randomUUID();
  const { settings, ...plain } = ratingSurvey();
  const definition: SurveyDefinition = {
    ...plain,
    audiences: change.audiences ?? ['customer'],
    settings: { ...settings, ...change.settings },
  };
  await inWorkspace(world.database.app.db, workspaceId, async (tx) => {
    await tx
      .insertInto('surveys')
      .values({ workspaceId, id, name: change.name ?? `Survey ${id}` })
      .execute();
    if (change.published !== false) {
      await tx
        .insertInto('surveyVersions')
        .values({ workspaceId, surveyId: id, version: 1, definition: JSON.stringify(definition), bindings: '{}' })
        .execute();
    }
    if (change.moments) {
      const moments: Moments = { ...NO_MOMENTS, on: true, ...change.moments };
      await tx
        .insertInto('surveyMoments')
        .values({ workspaceId, surveyId: id, moments: JSON.stringify(moments) })
        .execute();
    }
  });
  return id;
}

/** Contacts with keys `prefix1`, `prefix2` …, in this order. */
export async function addContacts(
  world: World,
  workspaceId: string,
  prefix: string,
  count: number,
  more: { audience?: 'customer' | 'staff'; attributes?: Record<string, string> } = {},
): Promise<string[]> {
  const rows = Array.from({ length: count }, (_, i) => ({
    workspaceId,
    id: randomUUID(),
    audience: more.audience ?? ('customer' as const),
    key: `${prefix}${i + 1}`,
    attributes: JSON.stringify(more.attributes ?? {}),
  }));
  await inWorkspace(world.database.app.db, workspaceId, async (tx) => {
    for (let i = 0; i < rows.length; i += 2_000) {
      await tx
        .insertInto('contacts')
        .values(rows.slice(i, i + 2_000))
        .execute();
    }
  });
  return rows.map(({ id }) => id);
}
