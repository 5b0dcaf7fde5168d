import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { connect as connectDatabase } from '../../src/server/db/connect.ts';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { partFingerprint } from '../../src/server/intake/fingerprint.ts';
import { IntakeQueue } from '../../src/server/intake/queue.ts';
import { memoryOf } from '../../src/server/intake/recall.ts';
import { responseKey } from '../../src/server/intake/response-key.ts';
import { type PartBody, partSchema } from '../../src/server/intake/schema.ts';
import { addResponses, removeResponses, type StoredResponse } from '../../src/server/responses/verbs.ts';
import { ratingSurvey } from '../answering.ts';
import { type Company, openWorld, TERN_FERRIES, type World } from '../world.ts';
import { type Listening, listening, part, quota, send } from './intake-world.ts';
import { differingCells } from './small-workspace.ts';

/** What this process remembers of a response saves reading it; the database says whether it still holds. */
let world: World;
let tern: Company;
let own: Listening;
let way: string;
beforeAll(async () => {
  world = await openWorld();
  tern = await world.company(TERN_FERRIES);
});
afterAll(() => world.close());
beforeEach(async () => {
  own = await listening(world, tern.id);
  way = await own.link();
  // The first part by a link is read: from then on the link and the version are known.
  expect((await send(world, part(way, [3]))).status).toBe(200);
});

const rows = <T>(statement: ReturnType<typeof sql<T>>): Promise<T[]> =>
  inWorkspace(world.database.app.db, tern.id, async (tx) => (await statement.execute(tx)).rows);
const countsAgree = async () =>
  expect(await inWorkspace(world.database.app.db, tern.id, (tx) => differingCells(tx, tern.id))).toEqual([]);
const memory = () => memoryOf(world.database.app);
const nameOf = (response: string) => `${own.surveyId} customer ${responseKey(response)}`;
/** As it is handed to the queue. */
const sendingOf = (body: PartBody) => ({
  body,
  key: responseKey(body.response),
  fingerprint: partFingerprint(body),
  day: '2026-11-22',
  flooding: () => false,
});
/** What is remembered of a response, changed. */
function remembered(key: string, change: (response: StoredResponse) => StoredResponse = (same) => same) {
  const found = memory().responses.take(tern.id, nameOf(key));
  if (found) memory().responses.put(tern.id, change(found));
  return found;
}
const valuesOf = async (response: string) => {
  const found = await rows(sql<{ itemId: string; value: number | null }>`
    SELECT a.item_id, a.value FROM answers a JOIN responses r ON r.id = a.response_id AND r.workspace_id = a.workspace_id
    WHERE r.key = ${responseKey(response)}`);
  return Object.fromEntries(found.map(({ itemId, value }) => [own.items.indexOf(itemId), value]));
};
const givenOf = async (response: string) =>
  (
    await rows(
      sql<{ given: unknown; parts: object }>`SELECT given, parts FROM responses WHERE key = ${responseKey(response)}`,
    )
  )[0];
/** Sends the parts of one response one after the other; each is stored. */
async function visit(parts: readonly (readonly (number | null | undefined)[])[], finish = false) {
  const response = randomUUID();
  for (const [number, values] of parts.entries()) {
    const more = { response, part: number, finished: finish && number === parts.length - 1 };
    expect(await send(world, part(way, values, more))).toMatchObject({ status: 200 });
  }
  return response;
}

test('a visit is remembered until it is finished, and only what is new is written', async () => {
  const key = await visit([[1], [undefined, 2], [5, undefined, null]]);
  expect(remembered(key)).toMatchObject({ ours: true, merged: { answers: { q0: { value: 5, part: 2 } } } });
  expect(await valuesOf(key)).toEqual({ 0: 5, 1: 2, 2: null });
  expect(await givenOf(key)).toMatchObject({
    given: { q0: { value: 5, part: 2 }, q1: { value: 2, part: 1 }, q2: { value: null, part: 2 } },
  });
  expect(Object.keys((await givenOf(key))?.parts ?? {})).toEqual(['0', '1', '2']);
  await countsAgree();
  expect((await send(world, part(way, [4], { response: key, part: 3, finished: true }))).json.finished).toBe(true);
  expect(remembered(key)).toBeUndefined();
  expect(await valuesOf(key)).toEqual({ 0: 4, 1: 2, 2: null });
  // A late part finds it in the database.
  expect((await send(world, part(way, [undefined, 1], { response: key, part: 4 }))).json.finished).toBe(true);
  expect(await valuesOf(key)).toEqual({ 0: 4, 1: 1, 2: null });
  await countsAgree();
});

test('memory is what a batch goes by, as long as the row is the one that was written', async () => {
  const key = await visit([[1]]);
  const next = part(way, [undefined, 2], { response: key, part: 1 });
  // As if another part 1 had been stored: only memory says so.
  const lie = (one: StoredResponse): StoredResponse => ({
    ...one,
    merged: one.merged && { ...one.merged, parts: { ...one.merged.parts, 1: 'other' } },
  });
  remembered(key, lie);
  expect((await send(world, next)).status).toBe(409);
  // The same lie of a row that somebody else has written since: now the database is asked.
  expect(remembered(key, lie)).toBeDefined();
  remembered(key, (one) => ({ ...lie(one), writtenBy: '3' }));
  expect((await send(world, next)).status).toBe(200);
  expect(await valuesOf(key)).toEqual({ 0: 1, 1: 2 });
  await countsAgree();
});

test('the same part twice, also while the first is on its way, changes nothing', async () => {
  const key = randomUUID();
  const bodies = [0, 1, 2].map((number) => part(way, [1 + number], { response: key, part: number }));
  for (const body of bodies) {
    const replies = await Promise.all(Array.from({ length: 6 }, () => send(world, body)));
    expect(replies.map(({ status }) => status)).toEqual(Array(6).fill(200));
  }
  expect((await Promise.all(bodies.map((body) => send(world, body)))).every(({ status }) => status === 200)).toBe(true);
  expect((await send(world, part(way, [5], { response: key, part: 1 }))).status).toBe(409);
  expect((await send(world, part(way, [9], { response: key, part: 3 }))).status).toBe(422);
  expect(await valuesOf(key)).toEqual({ 0: 3 });
  expect(remembered(key)).toBeDefined();
  await countsAgree();
});

test('an import or a removal between two parts is seen', async () => {
  const key = await visit([[1, 1]]);
  const answers = [{ itemId: own.items[0] as string, lens: 'experience' as const, value: 4 }];
  await inWorkspace(world.database.app.db, tern.id, (tx) =>
    addResponses(tern.id, tx, own.surveyId, [
      { key: responseKey(key), audience: 'customer', channel: 'shop', weight: 2.5, answers },
    ]),
  );
  expect((await send(world, part(way, [2], { response: key, part: 1 }))).status).toBe(200);
  expect(await valuesOf(key)).toEqual({ 0: 2, 1: 1 });
  await countsAgree();
  // What a file said of it is not what its parts say: it is not remembered any more.
  expect(remembered(key)).toBeUndefined();
  const gone = await visit([[1, 1]]);
  const again = await visit([[1, 1]]);
  await inWorkspace(world.database.app.db, tern.id, (tx) =>
    removeResponses(tern.id, tx, { surveyId: own.surveyId, key: responseKey(gone) }),
  );
  await inWorkspace(world.database.app.db, tern.id, (tx) =>
    removeResponses(tern.id, tx, { surveyId: own.surveyId, key: responseKey(again) }),
  );
  // Its first part once more: that it was stored is no longer true.
  expect((await send(world, part(way, [1, 1], { response: again }))).status).toBe(200);
  expect(await valuesOf(again)).toEqual({ 0: 1, 1: 1 });
  expect((await send(world, part(way, [undefined, 2], { response: gone, part: 1 }))).status).toBe(200);
  expect(await valuesOf(gone)).toEqual({ 1: 2 });
  await countsAgree();
});

/** How many steps did not hold while something was done. */
async function failures(work: () => Promise<void>): Promise<number> {
  const before = memory().failed;
  await work();
  return memory().failed - before;
}

test('a response that was removed and stored anew under its key takes its next part, whoever stored it', async () => {
  const { db } = world.database.app;
  for (const by of ['file', 'process']) {
    const key = await visit([[1, 1]]);
    await inWorkspace(db, tern.id, (tx) =>
      removeResponses(tern.id, tx, { surveyId: own.surveyId, key: responseKey(key) }),
    );
    if (by === 'file') {
      const answers = [{ itemId: own.items[0] as string, lens: 'experience' as const, value: 4 }];
      await inWorkspace(db, tern.id, (tx) =>
        addResponses(tern.id, tx, own.surveyId, [{ key: responseKey(key), audience: 'customer', answers }]),
      );
    } else {
      const other = connectDatabase(world.database.appUrl, { max: 4 });
      const body = partSchema.parse(part(way, [4], { response: key, part: 1 }));
      await new IntakeQueue({ ...world.services, connection: other }).store(tern.id, sendingOf(body));
      await other.close();
    }
    expect(await send(world, part(way, [undefined, 2], { response: key, part: 2 }))).toMatchObject({ status: 200 });
    expect(await valuesOf(key)).toEqual({ 0: 4, 1: 2 });
  }
  await countsAgree();
});

test('surveys and keys of two workspaces that are the same are two responses', async () => {
  const key = await visit([[1]]);
  const known = remembered(key);
  memory().responses.put(randomUUID(), { ...(known as StoredResponse), id: 1, writtenBy: '3' });
  expect(
    await failures(async () => {
      expect((await send(world, part(way, [2], { response: key, part: 1 }))).status).toBe(200);
    }),
  ).toBe(0);
});

test('a key under which something waits to be published is not taken a second time', async () => {
  const settings = { ...ratingSurvey().settings, anonymousCustomers: true };
  const anonymous = await own.publish({ settings });
  const named = await own.publish({});
  const begins = (version: number) => part(way, [1], { response: key, version });
  const key = randomUUID();
  // The version is known from another response.
  expect((await send(world, part(way, [1], { version: named }))).status).toBe(200);
  expect((await send(world, begins(anonymous))).status).toBe(200);
  memory().begun.clear();
  expect((await send(world, begins(named))).status).toBe(409);
  expect(await rows(sql`SELECT FROM responses WHERE key = ${responseKey(key)}`)).toHaveLength(1);
});

test('what was stored is not counted as a beginning when it comes again, and fails nobody else', async () => {
  const key = await visit([[1, 2]], true);
  const again = part(way, [1, 2], { response: key, finished: true });
  const asked: boolean[] = [];
  const queue = new IntakeQueue(world.services);
  const body = partSchema.parse(again);
  const sending = {
    ...sendingOf(body),
    flooding: () => asked.push(true) < 0,
    forgive: () => asked.pop(),
  };
  expect(
    await failures(async () => {
      for (let i = 0; i < 5; i++) expect(await queue.store(tern.id, sending)).toEqual({ stored: true, finished: true });
    }),
  ).toBe(0);
  // As after a restart: once it is met, from then on it is known.
  memory().begun.clear();
  expect(
    await failures(async () => {
      for (let i = 0; i < 5; i++) expect(await queue.store(tern.id, sending)).toEqual({ stored: true, finished: true });
    }),
  ).toBe(1);
  expect(asked).toEqual([]);
});

test('visits of a version whose item was deleted fail no step; one that fails forgets none of the others', async () => {
  const removed = `/api/v1/workspaces/${tern.id}/items/${own.items[0]}?withAnswers=true`;
  const key = await visit([[1, 1]]);
  expect((await world.ask(tern.people.owner, 'DELETE', removed)).status).toBeLessThan(300);
  expect(await failures(async () => void (await visit([[1, 1]])))).toBe(1);
  expect(
    await failures(async () => {
      for (let i = 0; i < 5; i++) await visit([[1, 1], [2]]);
      expect((await send(world, part(way, [2, 2], { response: key, part: 1 }))).status).toBe(200);
    }),
  ).toBe(0);
  await countsAgree();
  const other = await listening(world, tern.id);
  own = other;
  way = await other.link();
  expect((await send(world, part(way, [3]))).status).toBe(200);
  const [one, two] = [await visit([[1]]), await visit([[1]])];
  remembered(one, (response) => ({ ...response, writtenBy: '3' }));
  const replies = await Promise.all([one, two].map((response) => send(world, part(way, [2], { response, part: 1 }))));
  expect(replies.map(({ status }) => status)).toEqual([200, 200]);
  expect(remembered(two)).toMatchObject({ merged: { answers: { q0: { value: 2 } } } });
});

test('ids rise in the order in which responses are stored', async () => {
  const first = await visit([[1]]);
  await inWorkspace(world.database.app.db, tern.id, (tx) =>
    addResponses(tern.id, tx, own.surveyId, [{ key: 'of a file', audience: 'customer', answers: [] }]),
  );
  const last = await visit([[1]]);
  const stored = await rows(sql<{ key: string }>`
    SELECT key FROM responses WHERE key = ANY(${[responseKey(last), 'of a file', responseKey(first)]}) AND survey_id = ${own.surveyId} ORDER BY id`);
  expect(stored.map((row) => row.key)).toEqual([responseKey(first), 'of a file', responseKey(last)]);
});

test('two processes that take parts of one visit in turn lose none of them', async () => {
  const other = connectDatabase(world.database.appUrl, { max: 4 });
  const queues = [world.database.app, other].map((connection) => new IntakeQueue({ ...world.services, connection }));
  const response = randomUUID();
  const takes = [0, 1, 0, 0, 1, 1, 1, 0];
  for (const [number, at] of takes.entries()) {
    const body = partSchema.parse(part(way, [1 + (number % 5), number % 2 ? 2 : 3], { response, part: number }));
    expect(await queues[at]?.store(tern.id, sendingOf(body))).toEqual({ stored: true, finished: false });
  }
  expect(Object.keys((await givenOf(response))?.parts ?? {})).toHaveLength(takes.length);
  expect(await valuesOf(response)).toEqual({ 0: 3, 1: 2 });
  await countsAgree();
  await other.close();
});

test('a link that was closed, changed or bound to a wave meanwhile is asked anew', async () => {
  const key = await visit([[1]]);
  await rows(sql`UPDATE survey_links SET closed_at = now() WHERE token = ${way}`);
  expect((await send(world, part(way, [1]))).status).toBe(410);
  // What has begun may be completed.
  expect((await send(world, part(way, [undefined, 2], { response: key, part: 1 }))).status).toBe(200);
  await rows(sql`UPDATE survey_links SET closed_at = NULL, channel = 'till' WHERE token = ${way}`);
  const later = await visit([[2], [3]]);
  expect(await rows(sql`SELECT channel FROM responses WHERE key = ${responseKey(later)}`)).toEqual([
    { channel: 'till' },
  ]);
  await rows(sql`UPDATE surveys SET archived_at = now() WHERE id = ${own.surveyId}`);
  expect((await send(world, part(way, [1]))).status).toBe(410);
  await countsAgree();
});

test('an item that was deleted between two parts counts no more', async () => {
  const key = await visit([[1, 2]]);
  const removed = `/api/v1/workspaces/${tern.id}/items/${own.items[0]}?withAnswers=true`;
  expect((await world.ask(tern.people.owner, 'DELETE', removed)).status).toBeLessThan(300);
  expect((await send(world, part(way, [5, 4], { response: key, part: 1 }))).status).toBe(200);
  expect(await valuesOf(key)).toEqual({ 1: 4 });
  expect((await send(world, part(way, [3, 3], { response: key, part: 2 }))).status).toBe(200);
  expect(await valuesOf(key)).toEqual({ 1: 3 });
  await countsAgree();
});

test('whoever begins to listen between two parts is told of the second', async () => {
  const first = await visit([[1]]);
  await rows(sql`INSERT INTO webhook_endpoints (workspace_id, id, type, name, sealed_url, shown_url, events, enabled)
    SELECT ${tern.id}, gen_random_uuid(), 'webhook', 'Ear', '\\x00', 'https://example.org', '{}', true`);
  expect((await send(world, part(way, [1, 2], { response: first, part: 1, finished: true }))).status).toBe(200);
  const second = await visit([[1], [2]], true);
  const waiting = await rows(
    sql`SELECT kind FROM outbox WHERE dispatched_at IS NULL AND subject = ANY(${[first, second].map(responseKey)}) ORDER BY id`,
  );
  expect(waiting).toEqual(['finished', 'started', 'finished'].map((what) => ({ kind: `response.${what}` })));
  await rows(sql`DELETE FROM webhook_endpoints`);
  const third = await visit([[1], [2]], true);
  const done = await rows(
    sql`SELECT dispatched_at IS NOT NULL AS told FROM outbox WHERE subject = ${responseKey(third)}`,
  );
  expect(done).toEqual([{ told: true }, { told: true }]);
});

test('a response that was set apart stays apart, and one that is doubted on its way goes there', async () => {
  const trapped = part(way, [1], { trap: 'robot' });
  expect((await send(world, trapped)).status).toBe(200);
  expect((await send(world, part(way, [2], { response: trapped.response, part: 1 }))).status).toBe(200);
  expect(await givenOf(trapped.response)).toBeUndefined();
  const key = await visit([[1], [2]]);
  expect((await send(world, part(way, [3], { response: key, part: 2, trap: 'robot' }))).status).toBe(200);
  expect(await givenOf(key)).toBeUndefined();
  expect((await send(world, part(way, [4], { response: key, part: 3, finished: true }))).status).toBe(200);
  const apart = await rows(sql<{ given: { q0: { value: number } } }>`
    SELECT given FROM set_apart_responses WHERE key = ${responseKey(key)}`);
  expect(apart[0]?.given.q0.value).toBe(4);
  await countsAgree();
});

test('with a quota every part is asked for, and it holds', async () => {
  const version = await own.publish({ quotas: [quota(2)] });
  for (let i = 0; i < 4; i++) {
    const response = randomUUID();
    for (const number of [0, 1]) {
      const more = { response, part: number, version, finished: number === 1 };
      expect((await send(world, part(way, [1 + i], more))).status).toBe(200);
    }
    expect(remembered(response)).toBeUndefined();
  }
  const counted = await rows(
    sql`SELECT FROM responses WHERE survey_id = ${own.surveyId} AND survey_version = ${version}`,
  );
  expect(counted).toHaveLength(2);
  await countsAgree();
});
