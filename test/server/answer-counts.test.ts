import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CountsQuery } from '../../src/server/responses/answer-counts.ts';
import { postgresAnswerCounts } from '../../src/server/responses/postgres-answer-counts.ts';
import type { NewResponse } from '../../src/server/responses/schema.ts';
import { addResponses, removeResponses, waitingResponses } from '../../src/server/responses/verbs.ts';
import { answerCountsContract, type ContractSubject } from './answer-counts.contract.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { differingCells, type SmallWorkspace, smallWorkspace } from './small-workspace.ts';

let database: TestDatabase;
let subject: ContractSubject;
beforeAll(async () => {
  database = await testDatabase();
  const workspace = await smallWorkspace(database);
  const responses = publishedResponses(workspace);
  await workspace.inside((tx) => addResponses(workspace.id, tx, workspace.surveyId, responses));
  // A second workspace with the same answers: nothing of it may ever be counted in the first.
  const other = await smallWorkspace(database, 'Other');
  await other.inside((tx) => addResponses(other.id, tx, other.surveyId, publishedResponses(other)));
  subject = {
    workspaceId: workspace.id,
    items: workspace.items,
    responses,
    ask: (question) => workspace.inside((tx) => question(postgresAnswerCounts(tx))),
  };
});
afterAll(() => database.close());

answerCountsContract('PostgreSQL', () => subject);

/** 300 customers, 40 staff and 9 leaders, each with a different mixture of what can be missing. */
function publishedResponses(workspace: SmallWorkspace): NewResponse[] {
  const response = fc.record(
    {
      answeredOn: fc.constantFrom(
        '2026-01-01',
        '2026-01-10',
        '2026-01-31',
        '2026-02-14',
        '2026-02-28',
        '2026-03-01',
        null,
      ),
      channel: fc.constantFrom('web', 'store', '', 'e-mail'),
      weight: fc.constantFrom(0.1, 0.7, 1, 2.5),
      attributes: fc.dictionary(fc.constantFrom('region', 'tier'), fc.constantFrom('north', 'süd', "O'Hare", '"'), {
        maxKeys: 2,
      }),
      answers: fc.uniqueArray(
        fc.record({
          itemId: fc.constantFrom(...workspace.items),
          lens: fc.constantFrom(
            'experience' as const,
            'experience' as const,
            'expectation' as const,
            'belief' as const,
          ),
          value: fc.constantFrom(1, 2, 3, 4, 5, 4.5, null),
        }),
        { selector: ({ itemId, lens }) => `${itemId} ${lens}`, minLength: 3, maxLength: 9 },
      ),
    },
    { requiredKeys: ['answers'] },
  );
  const audience = (i: number) => (i < 300 ? 'customer' : i < 340 ? 'staff' : 'leadership');
  return fc
    .sample(response, { numRuns: 349, seed: 7 })
    .map((one, i) => ({ ...one, key: `r${i}`, audience: audience(i) }));
}

const responseOf = (workspace: SmallWorkspace): fc.Arbitrary<NewResponse> =>
  fc.record(
    {
      key: fc.integer({ min: 1, max: 12 }).map(String),
      audience: fc.constantFrom('customer', 'staff', 'leadership'),
      answeredOn: fc.constantFrom('2026-01-31', '2026-02-01', '2026-02-28', null),
      channel: fc.constantFrom('web', 'store', "O'Brien; DROP TABLE answers", ''),
      weight: fc.constantFrom(0.1, 0.7, 1, 2.5),
      attributes: fc.dictionary(fc.constantFrom('region', 'tier'), fc.constantFrom('north', 'süd'), { maxKeys: 2 }),
      answers: fc.array(
        fc.record({
          itemId: fc.constantFrom(...workspace.items),
          lens: fc.constantFrom('experience', 'belief'),
          value: fc.constantFrom(1, 2, 3, 4, 5, null),
        }),
        { maxLength: 6 },
      ),
    },
    { requiredKeys: ['key', 'audience', 'answers'] },
  );

type Step = { kind: 'add'; responses: NewResponse[] } | { kind: 'remove'; key: string };

test('whatever is added, changed and removed, the rollup equals the bare count', async () => {
  const workspace = await smallWorkspace(database);
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('add' as const),
        responses: fc.array(responseOf(workspace), { maxLength: 15 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('remove' as const), key: fc.integer({ min: 1, max: 12 }).map(String) }),
    },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
      await workspace.inside((tx) => removeResponses(workspace.id, tx, { surveyId: workspace.surveyId }));
      for (const one of steps) {
        await workspace.inside((tx) =>
          one.kind === 'add'
            ? addResponses(workspace.id, tx, workspace.surveyId, one.responses).then(() => undefined)
            : removeResponses(workspace.id, tx, { key: one.key }).then(() => undefined),
        );
        expect(await workspace.inside((tx) => differingCells(tx, workspace.id))).toEqual([]);
        const waiting = await workspace.inside((tx) => waitingResponses(workspace.id, tx));
        expect(waiting.every((row) => row.n < 5)).toBe(true);
      }
    }),
    { numRuns: 40, seed: 20261122 },
  );
});

test('writers that overlap neither deadlock nor lose a count', async () => {
  const workspace = await smallWorkspace(database);
  const batches = fc.sample(fc.array(responseOf(workspace), { minLength: 5, maxLength: 30 }), {
    numRuns: 120,
    seed: 3,
  });
  const left = batches.entries();
  const failures: string[] = [];
  const writer = async () => {
    for (const [i, responses] of left) {
      const work = workspace.inside(async (tx) => {
        if (i % 6 === 5) await removeResponses(workspace.id, tx, { key: String(1 + (i % 12)) });
        else await addResponses(workspace.id, tx, workspace.surveyId, responses);
      });
      await work.catch((error: Error) => failures.push(error.message));
    }
  };
  // As many as there are connections: each always has work in hand.
  await Promise.all(Array.from({ length: 8 }, writer));
  expect(failures).toEqual([]);
  expect(await workspace.inside((tx) => differingCells(tx, workspace.id))).toEqual([]);
  const waiting = await workspace.inside((tx) => waitingResponses(workspace.id, tx));
  expect(waiting.every((row) => row.n < 5)).toBe(true);
});

test("a staff member's changed answer waits for its batch, an unchanged one adds nothing to it", async () => {
  const workspace = await smallWorkspace(database);
  const staff = (i: number, value: number): NewResponse => ({
    key: `s${i}`,
    audience: 'staff',
    answers: [{ itemId: workspace.items[0], lens: 'belief', value }],
  });
  const add = (responses: NewResponse[]) =>
    workspace.inside((tx) => addResponses(workspace.id, tx, workspace.surveyId, responses));
  const shown = async () => {
    const cells = await subjectOf(workspace, { audiences: ['staff'] });
    return cells.flatMap((cell) => cell.counts.map(({ value, n }) => `${n} × ${value}`));
  };
  await add([0, 1, 2, 3, 4, 5].map((i) => staff(i, 3)));
  expect(await shown()).toEqual(['6 × 3']);
  // The same again, and one that changed: were they a batch, the change would be that one person's.
  await add([staff(0, 5), ...[1, 2, 3, 4, 5].map((i) => staff(i, 3))]);
  expect(await shown()).toEqual(['6 × 3']);
  expect(await workspace.inside((tx) => waitingResponses(workspace.id, tx))).toMatchObject([
    { audience: 'staff', n: 1 },
  ]);
  await add([staff(0, 4), ...[1, 2, 3, 4].map((i) => staff(i, 1))]);
  expect(await shown()).toEqual(['4 × 1', '1 × 3', '1 × 4']);
  expect(await workspace.inside((tx) => differingCells(tx, workspace.id))).toEqual([]);
});

const subjectOf = (workspace: SmallWorkspace, query: CountsQuery) =>
  workspace.inside((tx) => postgresAnswerCounts(tx).counts(workspace.id, query));
