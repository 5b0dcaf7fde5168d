import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../../src/server/db/connect.ts';
import { inWorkspacePipeline } from '../../src/server/db/pipeline.ts';
import { type TestDatabase, testDatabase } from './database.ts';

let database: TestDatabase;
const ID = '11111111-1111-4111-8111-111111111111';
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

test('values of every kind come back as they were sent, under the names of the program', async () => {
  const day = new Date('2026-03-29T01:30:00.123Z');
  const rows = await inWorkspacePipeline(database.app, ID, async (tx) => {
    const all = await Promise.all(
      [1, 2].map((n) =>
        sql<Record<string, unknown>>`SELECT ${n}::integer AS one_number, ${'a"b\\c,{}'}::text AS text_1,
          ${['x"y', 'a\\b', 'NULL', '', null]}::text[] AS some_texts, ${[1.5, null]}::double precision[] AS numbers,
          ${day}::timestamptz AS at_time, ${Buffer.from([0, 92, 255])}::bytea AS bytes, ${{ a_b: [1, 'ü'] }}::jsonb AS as_json,
          ${true}::boolean AS yes, ${null}::text AS nothing, current_setting('parallax.workspace_id') AS workspace_id`.execute(
          tx,
        ),
      ),
    );
    return all.flatMap((one) => one.rows);
  });
  const expected = (oneNumber: number) => ({
    oneNumber,
    text1: 'a"b\\c,{}',
    someTexts: ['x"y', 'a\\b', 'NULL', '', null],
    numbers: [1.5, null],
    atTime: day,
    bytes: Buffer.from([0, 92, 255]),
    asJson: { a_b: [1, 'ü'] },
    yes: true,
    nothing: null,
    workspaceId: ID,
  });
  expect(rows).toEqual([expected(1), expected(2)]);
});

test('on a new connection, too, statements run in the order in which they were started', async () => {
  for (let turns = 0; turns < 40; turns++) {
    const fresh = connect(database.appUrl, { max: 1 });
    const [entered, , seen] = await inWorkspacePipeline(fresh, ID, async (tx, later) => {
      const first = sql<{ id: string }>`SELECT current_setting('parallax.workspace_id', true) AS id`.execute(tx);
      const second = sql`SELECT set_config('parallax.test', ${String(turns)}, true)`.execute(tx);
      later(first, second);
      for (let i = 0; i < turns; i++) await null;
      const third = sql<{ n: string }>`SELECT current_setting('parallax.test', true) AS n`.execute(tx);
      return Promise.all([first, second, third]);
    });
    expect([entered.rows, seen.rows]).toEqual([[{ id: ID }], [{ n: String(turns) }]]);
    await fresh.close();
  }
});

test('one statement that fails is the reason of all, and nothing of the transaction stays', async () => {
  const after: unknown[] = [];
  const failing = inWorkspacePipeline(database.app, ID, async (tx, later) => {
    later(
      sql`SELECT 1`.execute(tx),
      sql`SELECT 1 / ${0}::integer`.execute(tx),
      sql`SELECT 2`.execute(tx).catch((error) => after.push(error)),
    );
  });
  await expect(failing).rejects.toMatchObject({ code: '22012' });
  expect(after).toHaveLength(1);
  // The connection goes on, and so do statements that it had not got to know.
  for (let i = 0; i < 6; i++) {
    const answer = await inWorkspacePipeline(database.app, ID, (tx) => sql<{ n: number }>`SELECT 2 AS n`.execute(tx));
    expect(answer.rows).toEqual([{ n: 2 }]);
  }
});

test('a failure that nobody looks at does not end as a commit', async () => {
  const swallowed = inWorkspacePipeline(database.app, ID, async (tx) => {
    await sql`SELECT nothing FROM nowhere`.execute(tx).catch(() => {});
  });
  await expect(swallowed).rejects.toThrow(/rolled back/);
});

test('a connection that dies says so to all who wait, and the next is a new one', async () => {
  const dying = inWorkspacePipeline(database.app, ID, (tx) =>
    Promise.all([sql`SELECT pg_terminate_backend(pg_backend_pid())`.execute(tx), sql`SELECT 1`.execute(tx)]),
  );
  await expect(dying).rejects.toThrow();
  const next = await inWorkspacePipeline(database.app, ID, (tx) => sql`SELECT 1 AS n`.execute(tx));
  expect(next.rows).toEqual([{ n: 1 }]);
});

test('work in two steps cannot be left to run until the commit', async () => {
  const inTwoSteps = inWorkspacePipeline(database.app, ID, async (tx, later) => {
    later(sql`SELECT 1`.execute(tx).then(() => sql`SELECT 2`.execute(tx)));
  });
  await expect(inTwoSteps).rejects.toThrow(/after the commit: SELECT 2/);
});
