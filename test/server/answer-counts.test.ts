import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { NewResponse } from '../../src/server/responses/schema.ts';
import { addResponses, removeResponses, waitingResponses } from '../../src/server/responses/verbs.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { differingCells, type SmallWorkspace, smallWorkspace } from './small-workspace.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

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
