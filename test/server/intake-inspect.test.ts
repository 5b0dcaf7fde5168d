import { createHash, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { DEFAULT_LIMITS } from '../../src/server/http/rate-limit.ts';
import { responseKey } from '../../src/server/intake/response-key.ts';
import { addWholeResponses } from '../../src/server/intake/whole-responses.ts';
import { addResponses } from '../../src/server/responses/verbs.ts';
import { type Company, openWorld, type Reply, TERN_FERRIES, type World } from '../world.ts';
import { type Listening, listening, part, quota, send } from './intake-world.ts';
import { differingCells } from './small-workspace.ts';

let world: World;
let tern: Company;
let survey: Listening;
let link: string;
beforeAll(async () => {
  world = await openWorld();
  tern = await world.company(TERN_FERRIES);
  survey = await listening(world, tern.id);
  link = await survey.link();
});
afterAll(() => world.close());

const rows = <T>(statement: ReturnType<typeof sql<T>>): Promise<T[]> =>
  inWorkspace(world.database.app.db, tern.id, async (tx) => (await statement.execute(tx)).rows);
const ask = (method: string, path: string, body?: unknown, of: Listening = survey): Promise<Reply> =>
  world.ask(tern.people.owner, method, `/api/v1/workspaces/${tern.id}/surveys/${of.surveyId}${path}`, body);
const reasonOf = async (response: string) =>
  (await rows(sql<{ reason: string }>`SELECT reason FROM set_apart_responses WHERE key = ${responseKey(response)}`))[0]
    ?.reason;
const counted = async (response: string) =>
  (await rows(sql`SELECT FROM responses WHERE key = ${responseKey(response)}`)).length;
const countsAgree = async () =>
  expect(await inWorkspace(world.database.app.db, tern.id, (tx) => differingCells(tx, tern.id))).toEqual([]);

test('suspicious answers are kept, not counted, and the sender is told nothing', async () => {
  const five = [1, 2, 3, 4, 5];
  const test = await survey.link({ test: true });
  const cases: [string | undefined, object][] = [
    ['test', part(test, five)],
    ['internal', part(link, five, { internal: true })],
    ['trap', part(link, five, { trap: 'http://casino.example' })],
    ['too_fast', part(link, five, { took: 1_200, finished: true })],
    ['too_fast', part(link, [1, 2, 3], { took: 1_900, finished: true })],
    [undefined, part(link, five, { took: 2_100, finished: true, trap: '' })],
  ];
  for (const [reason, body] of cases) {
    const { response, finished } = body as { response: string; finished: boolean };
    expect((await send(world, body)).json).toEqual({ stored: true, finished });
    expect([await reasonOf(response), await counted(response)]).toEqual([reason, reason ? 0 : 1]);
    expect(await rows(sql`SELECT FROM outbox WHERE subject = ${responseKey(response)}`)).toHaveLength(reason ? 0 : 1);
  }
  // What began well and turns out to be a trap is taken out of the numbers with all it said before.
  const turned = part(link, [4, 4]);
  await send(world, turned);
  await send(world, { ...turned, part: 1, answers: { q2: 1 }, trap: 'x' });
  await send(world, { ...turned, part: 2, answers: { q3: 1 }, finished: true });
  expect([await reasonOf(turned.response), await counted(turned.response)]).toEqual(['trap', 0]);
  await countsAgree();
});

test('proof of work is asked for by links that want it', async () => {
  const working = await survey.link();
  await rows(sql`UPDATE survey_links SET work = 8 WHERE token = ${working}`);
  const body = part(working, [3]);
  const zero = (work: number) => createHash('sha256').update(`${body.response}${work}`).digest()[0] === 0;
  let work = 0;
  while (!zero(work)) work += 1;
  await send(world, { ...body, work: String(work) });
  expect(await reasonOf(body.response)).toBeUndefined();
  // One text in 256 is no work at all.
  let lazy = part(working, [3]);
  const free = () => createHash('sha256').update(`${lazy.response}nothing`).digest()[0] === 0;
  while (free()) lazy = part(working, [3]);
  await send(world, { ...lazy, work: 'nothing' });
  expect(await reasonOf(lazy.response)).toBe('no_work');
});

test('whoever sends too many from one network is set apart first and sent away then, whatever headers say', async () => {
  const limits = {
    ...DEFAULT_LIMITS,
    responses: { burst: 3, perSecond: 0.001 },
    parts: { burst: 6, perSecond: 0.001 },
  };
  const guarded = await openWorld({ database: world.database, app: { limits } });
  const own = await survey.link();
  const bodies = Array.from({ length: 8 }, () => part(own, [5]));
  const statuses = [];
  for (const [i, body] of bodies.entries()) {
    const headers = { 'x-forwarded-for': `10.0.0.${i}`, 'cf-connecting-ip': `10.1.0.${i}` };
    statuses.push((await send(guarded, body, headers)).status);
  }
  expect(statuses).toEqual([200, 200, 200, 200, 200, 200, 429, 429]);
  const reasons = await Promise.all(bodies.map((body) => reasonOf(body.response)));
  expect(reasons.filter((reason) => reason === 'flood')).toHaveLength(3);
  await guarded.close();
});

test('what was set apart names the version that was answered', async () => {
  const own = await listening(world, tern.id);
  const way = await own.link();
  await send(world, part(way, [1], { internal: true }));
  const version = await own.publish({});
  await send(world, part(way, [2], { internal: true, version }));
  const { responses } = (await ask('GET', '/set-apart', undefined, own)).json;
  const read = responses.map((one: { version: number; answers: { q0: number } }) => [one.answers.q0, one.version]);
  expect(new Map(read)).toEqual(
    new Map([
      [1, version - 1],
      [2, version],
    ]),
  );
});

test('people look at what was set apart, let it count or leave it apart', async () => {
  const own = await listening(world, tern.id);
  const way = await own.link();
  const bodies = Array.from({ length: 4 }, (_, i) => part(way, [1 + i], { internal: true, finished: i > 0 }));
  for (const body of bodies) await send(world, body);
  const list = await ask('GET', '/set-apart?limit=3', undefined, own);
  expect(list.json.counts).toEqual([{ audience: 'customer', reason: 'internal', waiting: 4, dismissed: 0 }]);
  expect(list.json.responses).toHaveLength(3);
  const rest = await ask('GET', `/set-apart?limit=3&after=${list.json.next}`, undefined, own);
  expect([...list.json.responses, ...rest.json.responses].map((one) => one.key).sort()).toEqual(
    bodies.map((body) => responseKey(body.response)).sort(),
  );
  const [first, second] = bodies;
  const some = { audience: 'customer', keys: [responseKey(first?.response as string)] };
  expect((await ask('POST', '/set-apart/dismiss', some, own)).json).toEqual({ changed: 1, left: 0, undoable: [] });
  const all = { audience: 'customer', reason: 'internal' };
  expect((await ask('POST', '/set-apart/accept', all, own)).json).toMatchObject({ changed: 3, left: 0 });
  expect(await Promise.all(bodies.map((body) => counted(body.response)))).toEqual([0, 1, 1, 1]);
  expect(await rows(sql`SELECT kind FROM outbox WHERE subject = ${responseKey(second?.response as string)}`)).toEqual([
    { kind: 'response.finished' },
  ]);
  // A late part of an accepted response does not take it out again.
  await send(world, { ...second, part: 1, answers: { q1: 5 } });
  expect(await counted(second?.response as string)).toBe(1);
  expect((await ask('POST', '/set-apart/accept', some, own)).json.changed).toBe(1);
  const log = await world.ask(tern.people.owner, 'GET', `/api/v1/workspaces/${tern.id}/audit?limit=2`);
  expect(log.json.entries.map((entry: { action: string }) => entry.action)).toEqual([
    'responses.accept',
    'responses.accept',
  ]);
  expect(log.text).not.toContain(responseKey(first?.response as string));
  await countsAgree();

  const single = await ask('GET', '/responses?limit=2', undefined, own);
  expect(single.json.responses.map((one: { answers: object }) => one.answers)).toEqual([{ q0: 1 }, expect.any(Object)]);
  const more = await ask('GET', `/responses?limit=2&before=${single.json.next}`, undefined, own);
  expect(more.json.responses).toHaveLength(2);
  expect((await ask('DELETE', `/responses/${responseKey(first?.response as string)}`, undefined, own)).status).toBe(
    204,
  );
  expect((await ask('DELETE', `/responses/${responseKey(first?.response as string)}`, undefined, own)).status).toBe(
    404,
  );
  await countsAgree();
});

test('staff’s answers that were dismissed together are let count together, and only they', async () => {
  const own = await listening(world, tern.id);
  const way = await own.link({ audience: 'staff' });
  for (let i = 0; i < 6; i += 1) await send(world, part(way, [2], { internal: true, finished: true }));
  const counts = async () => (await ask('GET', '/set-apart', undefined, own)).json.counts;
  const all = { audience: 'staff', reason: 'internal' };
  expect((await ask('POST', '/set-apart/dismiss', all, own)).json).toMatchObject({ changed: 6, left: 0 });
  await send(world, part(way, [5], { internal: true, finished: true }));
  expect(await counts()).toEqual([{ ...all, waiting: 1, dismissed: 6 }]);
  const back = await ask('POST', '/set-apart/accept', { ...all, dismissed: true }, own);
  expect(back.json).toEqual({ changed: 6, left: 0, undoable: [] });
  expect(await counts()).toEqual([{ ...all, waiting: 1, dismissed: 0 }]);
  await countsAgree();
});

test('exactly as many as a quota takes get in, whoever comes at once', async () => {
  const own = await listening(world, tern.id, {
    quotas: [quota(10, { if: { of: 'answer', key: 'q0', is: 'ge', value: 4 } })],
  });
  const way = await own.link();
  const bodies = Array.from({ length: 50 }, () => part(way, [5, 1], { finished: true }));
  const others = Array.from({ length: 5 }, () => part(way, [1], { finished: true }));
  const replies = await Promise.all([...bodies, ...others].map((body) => send(world, body)));
  expect(new Set(replies.map((reply) => reply.text))).toEqual(new Set(['{"stored":true,"finished":true}']));
  const inside = await Promise.all(bodies.map((body) => counted(body.response)));
  expect(inside.filter((n) => n === 1)).toHaveLength(10);
  expect(await Promise.all(others.map((body) => counted(body.response)))).toEqual([1, 1, 1, 1, 1]);
  const count = () => rows(sql<{ n: number }>`SELECT n FROM quota_counts WHERE survey_id = ${own.surveyId}`);
  expect(await count()).toEqual([{ n: 10 }]);
  // One that began before the quota was full leaves the numbers when it ends; one deleted makes room.
  const late = part(way, [4]);
  await send(world, late);
  await send(world, { ...late, part: 1, answers: {}, finished: true });
  expect([await reasonOf(late.response), await counted(late.response)]).toEqual(['quota', 0]);
  await ask('DELETE', `/responses/${responseKey(bodies[inside.indexOf(1)]?.response as string)}`, undefined, own);
  expect(await count()).toEqual([{ n: 9 }]);
  const room = part(way, [5], { finished: true });
  await send(world, room);
  expect(await counted(room.response)).toBe(1);
  const respondents = `/api/v1/workspaces/${tern.id}/respondents?key=`;
  const erased = await world.ask(tern.people.owner, 'DELETE', `${respondents}${responseKey(room.response)}`);
  expect([erased.json, await count()]).toEqual([{ responses: 1 }, [{ n: 9 }]]);
  await world.ask(tern.people.owner, 'DELETE', `${respondents}${responseKey(others[0]?.response as string)}`);
  expect(await count()).toEqual([{ n: 9 }]);
  await countsAgree();
});

test('what another program says of staff is not kept with their answers', async () => {
  const own = await listening(world, tern.id);
  const { json: wave } = await ask('POST', '/waves', { name: 'spring', audience: 'staff' }, own);
  const responses = ['w1', 'w2'].map((key) => ({ key, answers: { q0: 3 }, attributes: { team: key }, channel: 'api' }));
  await inWorkspace(world.database.app.db, tern.id, async (tx) => {
    const whole = { audience: 'staff' as const, responses, waveId: wave.id };
    await addWholeResponses(tern.id, tx, own.surveyId, whole, '2026-03-04');
    expect((await sql`SELECT attributes, published FROM responses WHERE key IN ('w1', 'w2')`.execute(tx)).rows).toEqual(
      Array(2).fill({ attributes: {}, published: false }),
    );
  });
});

test('another program adds whole responses, all or none, once', async () => {
  const response = (key: string, q0: unknown, more: object = {}) => ({
    key,
    answers: { q0 },
    contactKey: 'c-1',
    attributes: { plan: 'gold' },
    answeredOn: '2026-03-04',
    channel: 'shop',
    ...more,
  });
  const body = { audience: 'customer', responses: [response('a', 5), response('b', 1), response('c', null)] };
  const wrong = await ask('POST', '/responses', { ...body, responses: [...body.responses, response('d', 9)] });
  expect([wrong.status, wrong.json.fields[0].field]).toEqual([422, 'body.responses.3.answers.q0']);
  expect(await counted('a')).toBe(0);
  expect((await ask('POST', '/responses', body)).json).toEqual({ added: 3, known: 0, setApart: 0 });
  expect((await ask('POST', '/responses', body)).json).toEqual({ added: 0, known: 3, setApart: 0 });
  const other = await ask('POST', '/responses', {
    audience: 'customer',
    responses: [response('e', 2), response('b', 2)],
  });
  expect([other.status, other.json.fields[0].field]).toEqual([409, 'body.responses.1.key']);
  expect(await counted('e')).toBe(0);
  expect(await rows(sql`SELECT answered_on, channel, attributes, finished FROM responses WHERE key = 'a'`)).toEqual([
    { answeredOn: '2026-03-04', channel: 'shop', attributes: { plan: 'gold' }, finished: true },
  ]);
  expect(
    await rows(
      sql`SELECT DISTINCT c.key FROM responses r JOIN contacts c ON c.id = r.contact_id WHERE r.key IN ('a', 'b')`,
    ),
  ).toEqual([{ key: 'c-1' }]);
  expect(await rows(sql`SELECT FROM outbox WHERE subject IN ('a', 'b', 'c')`)).toHaveLength(3);
  const staff = {
    audience: 'staff',
    responses: Array.from({ length: 5 }, (_, i) => ({
      key: `s${i}`,
      answers: { q0: 3 },
      attributes: { team: `${i}` },
    })),
  };
  expect((await ask('POST', '/responses', staff)).json.added).toBe(5);
  expect((await ask('GET', '/responses')).json.withheld).toEqual([
    // Nothing of leaders is published; whether somebody waits is not said.
    { audience: 'leadership', published: 0, because: expect.stringContaining('promised') },
    { audience: 'staff', published: 5, because: expect.stringContaining('promised') },
  ]);
  const published = sql`SELECT payload ->> 'count' AS n FROM outbox WHERE kind = 'responses.published' AND survey_id = ${survey.surveyId}`;
  expect(await rows(published)).toEqual([{ n: '5' }]);
  await countsAgree();
  const thousand = Array.from({ length: 1_000 }, () => ({ key: randomUUID(), answers: { q0: 4, q1: 2 } }));
  expect((await ask('POST', '/responses', { audience: 'customer', responses: thousand })).json.added).toBe(1_000);
  await countsAgree();
});

test('whole responses wait for an import that holds the counts, however long', async () => {
  const add = (key: string) =>
    ask('POST', '/responses', { audience: 'customer', responses: [{ key, answers: { q0: 5 }, channel: 'wait' }] });
  expect((await add('wait-1')).status).toBe(200);
  const holder = new pg.Client(world.database.superuserUrl);
  await holder.connect();
  await holder.query('BEGIN');
  await holder.query(`SELECT FROM answer_counts WHERE workspace_id = '${tern.id}' FOR UPDATE`);
  const added = add('wait-2');
  const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  await expect.poll(async () => (await holder.query(waiting)).rowCount, { timeout: 10_000 }).toBe(1);
  // Longer than parts of respondents would wait before they try again.
  await new Promise((resolve) => setTimeout(resolve, 800));
  await holder.query('COMMIT');
  await holder.end();
  expect((await added).json).toEqual({ added: 1, known: 0, setApart: 0 });
  await countsAgree();
});

test('an import says what a full quota set apart', async () => {
  const own = await listening(world, tern.id, { quotas: [quota(2)] });
  const responses = ['x', 'y', 'z'].map((key) => ({ key, answers: { q0: 3 } }));
  const add = async () => (await ask('POST', '/responses', { audience: 'customer', responses }, own)).json;
  expect(await add()).toEqual({ added: 2, known: 0, setApart: 1 });
  expect(await add()).toEqual({ added: 0, known: 3, setApart: 0 });
  expect(await rows(sql`SELECT reason FROM set_apart_responses WHERE key = 'z'`)).toEqual([{ reason: 'quota' }]);
});

test('who is erased by the id of a response is erased from what was set apart too, and stays so', async () => {
  const trapped = part(link, [1, 2], { trap: 'x' });
  const other = part(link, [3], { trap: 'x' });
  for (const body of [trapped, other]) await send(world, body);
  const erase = () =>
    world.ask(
      tern.people.owner,
      'DELETE',
      `/api/v1/workspaces/${tern.id}/respondents?key=${responseKey(trapped.response)}`,
    );
  const erased = await erase();
  expect([erased.status, erased.json]).toEqual([200, { responses: 1 }]);
  expect([await reasonOf(trapped.response), await reasonOf(other.response)]).toEqual([undefined, 'trap']);
  const hash = createHash('sha256')
    .update(`respondent\n${survey.surveyId}\ncustomer\n${responseKey(trapped.response)}`)
    .digest();
  expect(await rows(sql`SELECT FROM erasures WHERE hash = ${hash}`)).toHaveLength(1);
  expect((await erase()).status).toBe(404);
});

test('that responses were let count is taken back, exactly, and only that', async () => {
  const own = await listening(world, tern.id, {
    quotas: [quota(10, { if: { of: 'answer', key: 'q0', is: 'ge', value: 4 } })],
  });
  const way = await own.link({ channel: 'shop' });
  const contacts = await rows(sql<{ id: string }>`SELECT id FROM contacts LIMIT 1`);
  const [fast, dismissed, begun] = [
    part(way, [5, 1], { finished: true, took: 100, language: 'de' }),
    part(way, [4], { finished: true, internal: true }),
    part(way, [2, null], { trap: 'x' }),
  ];
  const good = part(way, [4], { finished: true });
  for (const body of [fast, dismissed, begun, good]) await send(world, body);
  await rows(sql`UPDATE set_apart_responses SET contact_id = ${contacts[0]?.id}, attributes = '{"plan": "gold"}'
    WHERE key = ${responseKey(fast.response)}`);
  const keys = [fast, dismissed, begun].map((body) => responseKey(body.response));
  await ask('POST', '/set-apart/dismiss', { audience: 'customer', keys: [responseKey(dismissed.response)] }, own);
  const apart = () => rows(sql`SELECT * FROM set_apart_responses WHERE survey_id = ${own.surveyId} ORDER BY key`);
  const full = () => rows(sql`SELECT quota_id, n FROM quota_counts WHERE survey_id = ${own.surveyId}`);
  const counts = () =>
    rows(sql`SELECT c.* FROM answer_counts c WHERE item_id = ANY(${own.items}::uuid[]) ORDER BY c::text`);
  const before = [await apart(), await full(), await counts()];
  expect(before[0]).toHaveLength(3);

  const accepted = await ask('POST', '/set-apart/accept', { audience: 'customer', keys }, own);
  expect(accepted.json).toEqual({ changed: 3, left: 0, undoable: [...keys].sort() });
  expect(await full()).toEqual([{ quotaId: 'enough', n: 3 }]);
  const { responses } = (await ask('GET', '/responses', undefined, own)).json;
  expect(
    new Map(responses.map((one: { key: string; acceptedReason: string }) => [one.key, one.acceptedReason])),
  ).toEqual(
    new Map([
      [responseKey(fast.response), 'too_fast'],
      [responseKey(dismissed.response), 'internal'],
      [responseKey(begun.response), 'trap'],
      [responseKey(good.response), null],
    ]),
  );
  // Nobody picks what counts: what was never set apart stays.
  const again = await ask('POST', '/set-apart/again', { keys: [...keys, responseKey(good.response), 'unknown'] }, own);
  expect(again.json).toEqual({ changed: 3 });
  expect([await apart(), await full(), await counts()]).toEqual(before);
  expect(await Promise.all(keys.map(counted))).toEqual([0, 0, 0]);
  expect(await counted(good.response)).toBe(1);
  await countsAgree();
  expect((await ask('POST', '/set-apart/again', { keys }, own)).json).toEqual({ changed: 0 });

  // What came between goes with it, and it can be let count once more.
  await ask('POST', '/set-apart/accept', { audience: 'customer', keys }, own);
  await send(world, { ...begun, part: 1, answers: { q2: 3 }, finished: true, trap: '' });
  expect((await ask('POST', '/set-apart/again', { keys }, own)).json).toEqual({ changed: 3 });
  const given = sql<{
    given: object;
  }>`SELECT given FROM set_apart_responses WHERE key = ${responseKey(begun.response)}`;
  expect((await rows(given))[0]?.given).toMatchObject({ q0: { value: 2 }, q1: { value: null }, q2: { value: 3 } });
  expect(await full()).toEqual(before[1]);
  await countsAgree();

  // Others are told of it once, however often it is let count.
  const told = sql<{
    subject: string;
    kind: string;
  }>`SELECT subject, kind FROM outbox WHERE survey_id = ${own.surveyId}`;
  const toldOnce = [fast, dismissed, begun, good].map((body) => `response.finished ${responseKey(body.response)}`);
  await ask('POST', '/set-apart/accept', { audience: 'customer', keys }, own);
  expect((await rows(told)).map(({ kind, subject }) => `${kind} ${subject}`).sort()).toEqual(
    [`response.started ${responseKey(begun.response)}`, ...toldOnce].sort(),
  );
  await ask('POST', '/set-apart/again', { keys }, own);

  // What a file said of one since is not what was set apart.
  await ask('POST', '/set-apart/accept', { audience: 'customer', keys }, own);
  const [item] = own.items;
  const said = {
    key: responseKey(fast.response),
    audience: 'customer' as const,
    answers: [{ itemId: item ?? '', lens: 'experience' as const, value: 2 }],
  };
  await inWorkspace(world.database.app.db, tern.id, (tx) => addResponses(tern.id, tx, own.surveyId, [said]));
  expect((await ask('POST', '/set-apart/again', { keys }, own)).json).toEqual({ changed: 2 });
  expect(await counted(fast.response)).toBe(1);
  await countsAgree();

  // Anonymous customers' responses are published together: none of them is taken out.
  const anonymous = await listening(world, tern.id, {
    settings: { progress: true, back: true, anonymousCustomers: true, askAgainAfterDays: null },
  });
  const five = Array.from({ length: 5 }, () => ({ key: randomUUID(), answers: { q0: 4 } }));
  await ask('POST', '/responses', { audience: 'customer', responses: five }, anonymous);
  expect((await ask('POST', '/set-apart/again', { keys: five.map(({ key }) => key) }, anonymous)).status).toBe(403);
});
