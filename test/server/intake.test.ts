import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { publishTask } from '../../src/server/intake/publish-task.ts';
import { responseKey } from '../../src/server/intake/response-key.ts';
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
const stored = async (response: string) =>
  (await rows(sql<Record<string, unknown>>`SELECT * FROM responses WHERE key = ${responseKey(response)}`))[0];
const valuesOf = async (response: string) =>
  (
    await rows(
      sql<{
        value: number | null;
      }>`SELECT a.value FROM answers a JOIN responses r ON r.id = a.response_id AND r.workspace_id = a.workspace_id
      WHERE r.key = ${responseKey(response)} ORDER BY array_position(${survey.items}::uuid[], a.item_id)`,
    )
  ).map((row) => row.value);
const eventsOf = async (response: string) =>
  (await rows(sql<{ kind: string }>`SELECT kind FROM outbox WHERE subject = ${responseKey(response)} ORDER BY id`)).map(
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
  // A robot that leaves the time out is not let through as somebody who took long.
  const untimed = await send(world, part(link, [1], { took: undefined }));
  expect([untimed.status, untimed.json.fields]).toEqual([
    400,
    [{ field: 'body.took', message: 'Say how many milliseconds ago the survey was shown, such as 42000.' }],
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

test('leaders and staff wait for each other, unfinished ones for a day, and nothing tells of one of them', async () => {
  const staff = await survey.link({ audience: 'staff' });
  const bodies = Array.from({ length: 5 }, (_, i) =>
    part(staff, [1 + (i % 5), 3], { hidden: { order: 'A' }, finished: i > 0 }),
  );
  const published = async () =>
    (await rows(sql<{ n: number }>`SELECT count(*) AS n FROM responses WHERE audience = 'staff' AND published`))[0]?.n;
  const events = () => rows(sql`SELECT kind, subject, payload FROM outbox WHERE payload ->> 'audience' = 'staff'`);
  for (const body of bodies) expect((await send(world, body)).json.stored).toBe(true);
  expect([await published(), await events()]).toEqual([0, []]);
  const [unfinished] = bodies;
  const last = { ...unfinished, part: 1, answers: { q1: 4 }, finished: true };
  expect((await send(world, last)).json.finished).toBe(true);
  expect(await published()).toBe(5);
  expect(await events()).toMatchObject([
    { kind: 'responses.published', subject: survey.surveyId, payload: { count: 5, audience: 'staff' } },
  ]);
  expect(await stored(unfinished?.response as string)).toMatchObject({ contactId: null, attributes: {}, release: 1 });
  await countsAgree();

  // What is added later waits beside what is published, and fills no batch; what adds nothing is not kept.
  for (const body of bodies) await send(world, { ...body, part: 7, answers: { q0: body.answers.q0 } });
  await send(world, { ...last, part: 8, answers: { q0: 5, q1: '' } });
  expect(await rows(sql`SELECT key FROM responses WHERE NOT published`)).toEqual([
    { key: responseKey(unfinished?.response as string) },
  ]);
  for (let i = 0; i < 5; i++) await send(world, part(staff, [2], { finished: i < 4 }));
  expect(await published()).toBe(5);
  const background = () => publishTask.run(world.services, tern.id, new AbortController().signal);
  world.advance(86_400_000);
  await background();
  expect(await published()).toBe(5);
  world.advance(86_400_000);
  await background();
  expect(await published()).toBe(10);
  // The change stays beside it: alone it would be told by the numbers before and after.
  expect((await valuesOf(unfinished?.response as string)).sort()).toEqual([1, 4, 5]);
  expect(await rows(sql`SELECT key FROM responses WHERE NOT published`)).toHaveLength(1);
  expect(await events()).toHaveLength(2);
  await countsAgree();
});

/** A wave of this audience and as many personal links to it. */
async function personal(audience: 'staff' | 'customer', count: number): Promise<{ waveId: string; tokens: string[] }> {
  const owner = (method: string, path: string, body: unknown) =>
    world.ask(tern.people.owner, method, `/api/v1/workspaces/${tern.id}${path}`, body);
  const wave = await owner('POST', `/surveys/${survey.surveyId}/waves`, { name: randomUUID(), audience });
  const made = await owner('POST', `/waves/${wave.json.id}/invitations`, { count });
  return { waveId: wave.json.id, tokens: made.json.links.map((one: string) => one.split('token=')[1]) };
}

const by = (token: string, values: number[], more: object = {}) => ({
  ...part('', values, more),
  link: undefined,
  token,
});

test('many personal links that are answered at the same moment are bound, each to its response', async () => {
  const { waveId, tokens } = await personal('customer', 40);
  const all = (value: number) =>
    Promise.all(tokens.map((token) => send(world, by(token, [value], { finished: true }))));
  expect((await all(3)).map(({ status }) => status)).toEqual(tokens.map(() => 200));
  expect((await all(2)).map(({ status }) => status)).toEqual(tokens.map(() => 410));
  const [found] = await rows(sql<{ n: number }>`SELECT count(*)::int AS n FROM responses r JOIN invitations i
    ON i.workspace_id = r.workspace_id AND i.response_key = r.key WHERE r.wave_id = ${waveId} AND i.used`);
  expect(found?.n).toBe(40);
  await countsAgree();
});

test("a customer's personal link belongs to one response, which may be completed after it was finished", async () => {
  const { waveId, tokens } = await personal('customer', 2);
  const token = tokens[0] as string;
  const onPhone = by(token, [2, 2]);
  const onLaptop = by(token, [5]);
  await send(world, onPhone);
  expect((await send(world, onLaptop)).json).toEqual({ stored: true, finished: false });
  const end = { ...onLaptop, part: 3, answers: { q1: 4 }, finished: true };
  expect((await send(world, end)).json.finished).toBe(true);
  expect((await send(world, end)).json.finished).toBe(true);
  expect((await send(world, { ...onLaptop, part: 2, answers: { q2: 1 } })).json.finished).toBe(true);
  expect((await send(world, by(token, [1]))).status).toBe(410);
  expect(await valuesOf(onLaptop.response)).toEqual([5, 4, 1]);
  // What was begun on the other device is kept beside, and counts no more.
  expect(await stored(onPhone.response)).toBeUndefined();
  expect(await rows(sql`SELECT reason FROM set_apart_responses WHERE key = ${responseKey(onPhone.response)}`)).toEqual([
    { reason: 'duplicate' },
  ]);
  expect(await stored(onLaptop.response)).toMatchObject({ waveId, channel: 'link' });
  expect((await send(world, by(`${token.slice(0, -3)}AAA`, [1]))).status).toBe(404);
  await countsAgree();
});

test('a personal link of staff is no way in by itself: it is exchanged for a ticket that nobody can join to it', async () => {
  const { tokens } = await personal('staff', 1);
  const reply = await send(world, by(tokens[0] as string, [3]));
  expect([reply.status, reply.json.fields[0].field]).toEqual([422, 'body.token']);
});
