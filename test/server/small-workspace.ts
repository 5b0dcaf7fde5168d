import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Tx } from '../../src/server/db/connect.ts';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { type NewAnswer, writeAnonymous } from '../../src/server/responses/verbs.ts';
import type { TestDatabase } from './database.ts';

export interface SmallWorkspace {
  readonly id: string;
  /** Items `welcome`, `speed` and `overall` on 1–5, in this order. */
  readonly items: readonly [string, string, string];
  readonly surveyId: string;
  readonly touchpointId: string;
  /** Runs as the app does, inside this workspace. */
  inside<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
}

/** A workspace with one touchpoint, three items and a survey, without any answer. */
export async function smallWorkspace(database: TestDatabase, name = 'Small'): Promise<SmallWorkspace> {
  const id = randomUUID();
  const inside = <T>(work: (tx: Tx) => Promise<T>) => inWorkspace(database.app.db, id, work);
  return inside(async (tx) => {
    await tx.insertInto('workspaces').values({ id, name }).execute();
    const add = async (table: 'journeys' | 'stages' | 'touchpoints' | 'surveys', values: Record<string, string>) => {
      const rowId = randomUUID();
      await tx
        .insertInto(table)
        .values({ workspaceId: id, id: rowId, name: table, ...values } as never)
        .execute();
      return rowId;
    };
    const journeyId = await add('journeys', {});
    const stageId = await add('stages', { journeyId });
    const touchpointId = await add('touchpoints', { stageId });
    const surveyId = await add('surveys', {});
    const items = [randomUUID(), randomUUID(), randomUUID()] as const;
    const keys = ['welcome', 'speed', 'overall'];
    await tx
      .insertInto('items')
      .values(
        items.map((itemId, i) => ({
          workspaceId: id,
          id: itemId,
          touchpointId,
          key: keys[i] ?? '',
          name: keys[i] ?? '',
          scaleMin: 1,
          scaleMax: 5,
          scaleStep: 1,
          scaleTopBox: 5,
          position: i,
        })),
      )
      .execute();
    return { id, items, surveyId, touchpointId, inside };
  });
}

/** Adds finished responses of anonymous customers as intake does, each with its answers to items. */
export async function addAnonymous(
  tx: Tx,
  { id, surveyId }: Pick<SmallWorkspace, 'id' | 'surveyId'>,
  people: readonly (readonly NewAnswer[])[],
  more: (i: number) => Partial<AnonymousResponse> = () => ({}),
): Promise<void> {
  await writeAnonymous(id, tx, [surveyId], async () =>
    people.map((answers, i) => ({
      ...{ surveyId, audience: 'customer', key: randomUUID(), version: 1, waveId: null, contactId: null },
      ...{ channel: 'link', language: null, answeredOn: '2026-03-04', attributes: {}, handedIn: false, takenBack: [] },
      merged: { answers: {}, parts: {}, finished: true },
      answers,
      ...more(i),
    })),
  );
}

type AnonymousResponse = Awaited<ReturnType<Parameters<typeof writeAnonymous>[3]>>[number];

/** Cells in which the rollup and a count of the published answers themselves differ: none, ever. */
export async function differingCells(tx: Tx, workspaceId: string): Promise<unknown[]> {
  const { rows } = await sql`
    WITH bare AS (
      SELECT a.item_id, r.audience, a.lens, r.channel, date_trunc('month', r.answered_on)::date AS month, a.value,
        count(*) AS n, sum(r.weight) AS w, sum(r.weight * r.weight) AS ww
      FROM answers a JOIN responses r ON r.workspace_id = a.workspace_id AND r.id = a.response_id
      WHERE r.published AND r.workspace_id = ${workspaceId} GROUP BY 1, 2, 3, 4, 5, 6),
    kept AS (SELECT item_id, audience, lens, channel, month, value, n, w, ww FROM answer_counts
      WHERE workspace_id = ${workspaceId})
    (SELECT 'only kept', * FROM kept EXCEPT SELECT 'only kept', * FROM bare)
    UNION ALL (SELECT 'only bare', * FROM bare EXCEPT SELECT 'only bare', * FROM kept)`.execute(tx);
  return rows;
}
