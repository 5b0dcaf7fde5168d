import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { type Company, LANTERN_HOTELS, nobody, openWorld, TERN_FERRIES, type World } from '../world.ts';
import { fingerprint } from './neighbour.ts';
import { differingCells } from './small-workspace.ts';

let world: World;
let tern: Company;
let lantern: Company;
let survey: string;
let items: [string, string];

beforeAll(async () => {
  world = await openWorld();
  tern = await world.company(TERN_FERRIES);
  lantern = await world.company(LANTERN_HOTELS);
  const journey = (await owner('POST', '/journeys', { name: 'Crossing' })).json.id;
  const stage = (await owner('POST', `/journeys/${journey}/stages`, { name: 'Harbour' })).json.id;
  const touchpoint = (await owner('POST', `/stages/${stage}/touchpoints`, { name: 'Boarding' })).json.id;
  const add = async (body: object) =>
    (await owner('POST', `/touchpoints/${touchpoint}/items`, { scale: { min: 1, max: 5, topBox: 5 }, ...body })).json
      .id;
  const wording = { staff: 'How do passengers find boarding?' };
  items = [await add({ name: 'Boarding', wording }), await add({ name: 'Queue' })];
  await owner('PATCH', '', { headlineItemId: items[0] });
  survey = (await owner('POST', '/surveys', { name: 'Mirror' })).json.id;
});
afterAll(() => world.close());

const owner = (method: string, path: string, body?: unknown) =>
  world.ask(tern.people.owner, method, `/api/v1/workspaces/${tern.id}${path}`, body);
const wave = async (audience: string, more: object = {}): Promise<string> =>
  (await owner('POST', `/surveys/${survey}/waves`, { name: audience, audience, ...more })).json.id;
async function links(waveId: string, count: number): Promise<string[]> {
  const made = await owner('POST', `/waves/${waveId}/invitations`, { count });
  expect(made.status).toBe(201);
  return made.json.links.map((link: string) => link.split('#token=')[1]);
}
const open = (token: string | undefined) => world.ask(nobody, 'POST', '/api/v1/invitations/open', { token });
const answer = (token: string | undefined, answers: unknown) =>
  world.ask(nobody, 'POST', '/api/v1/invitations/answer', { token, answers });
const give = (token: string | undefined, value: number | null) => answer(token, [{ itemId: items[0], value }]);
const counted = async (audience: string) =>
  (await owner('GET', '/gaps')).json.perspectives
    .filter((one: { audience: string }) => one.audience === audience)
    .map(({ n, mean, lens }: { n: number; mean: number; lens: string }) => ({ n, mean, lens }));
const stored = (waveId: string) =>
  inWorkspace(world.database.app.db, tern.id, (tx) =>
    tx.selectFrom('responses').selectAll().where('workspaceId', '=', tern.id).where('waveId', '=', waveId).execute(),
  );

test('a customer answers once, counts at once, and the second opening is refused', async () => {
  const waveId = await wave('customer');
  const [first, ...others] = await links(waveId, 7);
  expect((await open(first)).json).toEqual({
    workspace: TERN_FERRIES,
    survey: 'Mirror',
    audience: 'customer',
    protected: false,
    threshold: 5,
    items: [
      { id: items[0], touchpoint: 'Boarding', wording: 'Boarding', scale: expect.objectContaining({ min: 1, max: 5 }) },
      { id: items[1], touchpoint: 'Boarding', wording: 'Queue', scale: expect.objectContaining({ step: 1 }) },
    ],
  });
  const thanks = await answer(first, [
    { itemId: items[0], value: 4 },
    { itemId: items[1], value: null },
  ]);
  expect([thanks.status, thanks.json]).toEqual([201, { thanks: true }]);
  for (const [i, value] of [2, 3, 3, 3].entries()) expect((await give(others[i], value)).status).toBe(201);
  expect(await counted('customer')).toEqual([{ n: 5, mean: 3, lens: 'experience' }]);
  // Customers need no batch: the sixth shows as soon as given.
  expect((await give(others[4], 3)).status).toBe(201);
  expect(await counted('customer')).toEqual([{ n: 6, mean: 3, lens: 'experience' }]);
  for (const reply of [await open(first), await give(first, 5)]) {
    expect([reply.status, reply.json.detail]).toEqual([410, expect.stringContaining('has been used')]);
  }
  expect((await owner('GET', `/waves/${waveId}/invitations`)).json).toEqual({ made: 7, used: 6, usedInStepsOf: null });
});

test('staff wait for their batch; the report, the number used and what is stored tell of no one person', async () => {
  const waveId = await wave('staff');
  const tokens = await links(waveId, 7);
  expect((await open(tokens[0])).json).toMatchObject({
    protected: true,
    items: [{ wording: 'How do passengers find boarding?' }, { wording: 'Queue' }],
  });
  const used = async () => (await owner('GET', `/waves/${waveId}/invitations`)).json;
  for (const token of tokens.slice(0, 4)) expect((await give(token, 5)).status).toBe(201);
  expect(await counted('staff')).toEqual([]);
  expect(await used()).toEqual({ made: 7, used: 0, usedInStepsOf: 5 });
  expect((await give(tokens[4], 4)).status).toBe(201);
  expect(await counted('staff')).toEqual([{ n: 5, mean: 4.8, lens: 'belief' }]);
  expect((await give(tokens[5], 1)).status).toBe(201);
  expect(await counted('staff')).toEqual([{ n: 5, mean: 4.8, lens: 'belief' }]);
  expect(await used()).toEqual({ made: 7, used: 5, usedInStepsOf: 5 });
  const rows = await stored(waveId);
  expect(rows).toHaveLength(6);
  for (const row of rows) {
    expect(row.answeredOn).toBe(world.services.now().toISOString().slice(0, 10));
    expect(row).toMatchObject({ attributes: {}, contactId: null, channel: '' });
    for (const token of tokens) expect(token).not.toContain(row.key);
  }
  // One transaction for both would carry the same number in the row of the link and in that of the answer.
  const { rows: joined } = await inWorkspace(world.database.app.db, tern.id, (tx) =>
    sql`SELECT FROM invitations i JOIN responses r ON r.xmin::text = i.xmin::text`.execute(tx),
  );
  expect(joined).toEqual([]);
  for (const token of tokens) expect(world.logged()).not.toContain(token);
});

test('of 20 submissions at once with one link exactly one counts', async () => {
  const waveId = await wave('customer');
  const [token] = await links(waveId, 1);
  const statuses = await Promise.all(
    Array.from({ length: 20 }, async (_, i) => (await give(token, 1 + (i % 5))).status),
  );
  expect(statuses.sort()).toEqual([201, ...Array(19).fill(410)]);
  expect(await stored(waveId)).toHaveLength(1);
  const cells = await inWorkspace(world.database.app.db, tern.id, (tx) => differingCells(tx, tern.id));
  expect(cells).toEqual([]);
});

test('what does not fit is refused by field, and the link stays unused', async () => {
  const [token] = await links(await wave('customer'), 1);
  const old = (await owner('GET', '/journeys')).json.journeys[0].stages[0].touchpoints[0].id;
  const scale = { min: 1, max: 5, topBox: 5 };
  const archived = (await owner('POST', `/touchpoints/${old}/items`, { name: 'Old', scale })).json.id;
  await owner('PATCH', `/items/${archived}`, { archived: true });
  const refused = async (answers: unknown) => {
    const reply = await answer(token, answers);
    return [reply.status, ...(reply.json.fields ?? []).map((one: { field: string }) => one.field)];
  };
  const [itemId] = items;
  expect(await refused([])).toEqual([400, 'body.answers']);
  expect(await refused([{ itemId, value: '5' }])).toEqual([400, 'body.answers.0.value']);
  for (const value of [0, 6, 2.5, -1, 1e300]) {
    expect(await refused([{ itemId, value }])).toEqual([422, 'body.answers.0.value']);
  }
  expect(await refused([{ itemId: archived, value: 3 }])).toEqual([422, 'body.answers.0.itemId']);
  expect(await refused([{ itemId: tern.id, value: 3 }])).toEqual([422, 'body.answers.0.itemId']);
  const twice = [itemId, itemId?.toUpperCase()].map((id) => ({ itemId: id, value: 3 }));
  expect(await refused(twice)).toEqual([422, 'body.answers.1.itemId']);
  expect((await give(token, 3)).status).toBe(201);
});

test('a link opens its own workspace alone, and dies with its wave, its last day and its workspace', async () => {
  const [token = ''] = await links(await wave('customer'), 1);
  const before = await fingerprint(world.database.app, lantern.id);
  const moved = token.replace(tern.id, lantern.id);
  for (const wrong of [moved, 'x', token.slice(0, -1), token.replace('ans_', 'inv_'), `${token}x`]) {
    expect([(await open(wrong)).status, (await give(wrong, 3)).status]).toEqual([404, 404]);
  }
  expect(await fingerprint(world.database.app, lantern.id)).toBe(before);
  const foreign = `/api/v1/workspaces/${lantern.id}/waves/${await wave('customer')}/invitations`;
  expect((await world.ask(lantern.people.owner, 'POST', foreign, { count: 1 })).status).toBe(404);

  const gone = await wave('leadership');
  const [dead] = await links(gone, 1);
  expect((await owner('DELETE', `/waves/${gone}`)).status).toBe(204);
  expect([(await open(dead)).status, (await give(dead, 3)).status]).toEqual([404, 404]);

  const [late] = await links(await wave('customer', { endsOn: '2026-01-31' }), 1);
  const ended = await give(late, 3);
  expect([ended.status, ended.json.detail]).toEqual([410, expect.stringContaining('ended on 2026-01-31')]);

  const simulated = await wave('staff', { simulated: true });
  expect((await owner('POST', `/waves/${simulated}/invitations`, { count: 1 })).status).toBe(409);

  const closing = await world.company('Closing');
  const there = (method: string, path: string, body?: unknown) =>
    world.ask(closing.people.owner, method, `/api/v1/workspaces/${closing.id}${path}`, body);
  const other = (await there('POST', '/surveys', { name: 'S' })).json.id;
  const itsWave = (await there('POST', `/surveys/${other}/waves`, { name: 'W', audience: 'staff' })).json.id;
  const made = await there('POST', `/waves/${itsWave}/invitations`, { count: 1 });
  expect((await there('DELETE', '')).status).toBe(204);
  expect((await open(made.json.links[0].split('=')[1])).status).toBe(404);
});

test('a link whose answers could not be stored works again', async () => {
  const waveId = await wave('customer');
  const [token] = await links(waveId, 1);
  const client = new pg.Client(world.database.ownerUrl);
  await client.connect();
  try {
    await client.query('REVOKE INSERT ON responses FROM parallax_app');
    expect((await give(token, 3)).status).toBe(500);
    expect(await stored(waveId)).toEqual([]);
  } finally {
    await client.query('GRANT INSERT ON responses TO parallax_app');
    await client.end();
  }
  expect((await give(token, 3)).status).toBe(201);
  expect(await stored(waveId)).toHaveLength(1);
});

test('making links is audited with their number alone; answering leaves no entry; no token is stored', async () => {
  const waveId = await wave('leadership');
  const tokens = await links(waveId, 3);
  const log = async () => (await owner('GET', '/audit?limit=5')).json.entries;
  const [entry] = await log();
  expect(entry).toMatchObject({ action: 'invitations.create', subject: { id: waveId }, detail: { count: 3 } });
  expect((await give(tokens[0], 3)).status).toBe(201);
  expect((await log())[0].id).toBe(entry.id);
  for (const count of [0, 501, 1.5]) {
    expect((await owner('POST', `/waves/${waveId}/invitations`, { count })).status).toBe(400);
  }
  const rows = await inWorkspace(world.database.app.db, tern.id, (tx) =>
    tx.selectFrom('invitations').selectAll().where('workspaceId', '=', tern.id).execute(),
  );
  expect(Object.keys(rows[0] ?? {}).sort()).toEqual(['contactId', 'responseKey', 'tokenHash', 'used', 'waveId', 'workspaceId']);
});
