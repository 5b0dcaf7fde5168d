import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { type Company, openWorld, TERN_FERRIES, type World } from '../world.ts';
import { type Listening, listening, part, send } from './intake-world.ts';
import { differingCells } from './small-workspace.ts';

let world: World;
let tern: Company;
let survey: Listening;
let link: string;
beforeAll(async () => {
  world = await openWorld();
  tern = await world.company(TERN_FERRIES);
  survey = await listening(world, tern.id, { hidden: ['order'] });
  link = await survey.link();
});
afterAll(() => world.close());

const rows = async <T>(statement: ReturnType<typeof sql<T>>): Promise<T[]> =>
  inWorkspace(world.database.app.db, tern.id, async (tx) => (await statement.execute(tx)).rows);
const stored = async (key: string) =>
  (await rows(sql<Record<string, unknown>>`SELECT * FROM responses WHERE key = ${key}`))[0];
const valuesOf = async (key: string) =>
  (
    await rows(
      sql<{
        value: number | null;
      }>`SELECT a.value FROM answers a JOIN responses r ON r.id = a.response_id AND r.workspace_id = a.workspace_id
      WHERE r.key = ${key} ORDER BY array_position(${survey.items}::uuid[], a.item_id)`,
    )
  ).map((row) => row.value);
const eventsOf = async (key: string) =>
  (await rows(sql<{ kind: string }>`SELECT kind FROM outbox WHERE subject = ${key} ORDER BY id`)).map(
    (row) => row.kind,
  );
const countsAgree = async () =>
  expect(await inWorkspace(world.database.app.db, tern.id, (tx) => differingCells(tx, tern.id))).toEqual([]);

test('parts in any order give one response with its counts and events', async () => {
  const response = randomUUID();
  const first = await send(world, part(link, [5, 4], { response, hidden: { order: 'A-17', other: 'x' } }));
  expect(first.json).toEqual({ stored: true, finished: false });
  expect(first.headers.get('access-control-allow-origin')).toBe('*');
  const last = await send(
    world,
    part(link, [undefined, 2, null], { response, part: 2, finished: true, language: 'en' }),
  );
  expect(last.json).toEqual({ stored: true, finished: true });
  const middle = await send(world, part(link, [undefined, 3, undefined, 1], { response, part: 1 }));
  expect(middle.json).toEqual({ stored: true, finished: true });
  expect(await valuesOf(response)).toEqual([5, 2, null, 1]);
  expect(await stored(response)).toMatchObject({
    channel: 'web',
    finished: true,
    published: true,
    surveyVersion: 1,
    language: 'en',
    attributes: { order: 'A-17' },
    given: { q0: { value: 5, part: 0 }, q1: { value: 2, part: 2 } },
  });
  expect(await eventsOf(response)).toEqual(['response.started', 'response.finished', 'response.changed']);
  await countsAgree();
});

test('an answer that is taken back is gone from the numbers', async () => {
  const response = randomUUID();
  await send(world, part(link, [1, 1], { response }));
  await send(world, { ...part(link, [], { response, part: 1 }), answers: { q0: '' } });
  expect(await valuesOf(response)).toEqual([1]);
  await countsAgree();
});

test('the same part again changes nothing; other content under its number is refused', async () => {
  const body = part(link, [4], { finished: true });
  expect((await send(world, body)).status).toBe(200);
  expect((await send(world, body)).json).toEqual({ stored: true, finished: true });
  const other = await send(world, { ...body, answers: { q0: 3 } });
  expect([other.status, other.json.fields[0].field]).toEqual([409, 'body.part']);
  expect(await valuesOf(body.response)).toEqual([4]);
  expect(await eventsOf(body.response)).toEqual(['response.finished']);
});

test('what cannot be stored is refused with the reason of each answer', async () => {
  const reply = await send(world, { ...part(link, [9, 3]), answers: { q0: 9, q1: 3, nope: 'x' } });
  expect(reply.status).toBe(422);
  expect(reply.json.fields.map((field: { field: string }) => field.field)).toEqual([
    'body.answers.q0',
    'body.answers.nope',
  ]);
  expect((await send(world, part(link, [1], { version: 7 }))).status).toBe(404);
  expect((await send(world, part(`${link.slice(0, -2)}zz`, [1]))).status).toBe(404);
  expect((await send(world, part('nonsense', [1]))).status).toBe(404);
  expect((await send(world, { ...part(link, [1]), answers: { q0: 'x'.repeat(70_000) } })).status).toBe(413);
});

test('a closed link takes no new response, and completes those that have begun', async () => {
  const closing = await survey.link();
  const begun = part(closing, [5]);
  await send(world, begun);
  await rows(sql`UPDATE survey_links SET closed_at = now() WHERE token = ${closing}`);
  expect((await send(world, part(closing, [5]))).status).toBe(410);
  expect((await send(world, { ...begun, part: 1, finished: true, answers: { q1: 2 } })).json.finished).toBe(true);
  expect(await valuesOf(begun.response)).toEqual([5, 2]);
});
