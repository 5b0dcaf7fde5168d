import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { type Company, LANTERN_HOTELS, nobody, openWorld, TERN_FERRIES, type World } from '../world.ts';
import { fingerprint } from './neighbour.ts';
import { differingCells } from './small-workspace.ts';
import { Device } from './ticket-device.ts';

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
  const add = async (body: object) => (await owner('POST', `/touchpoints/${touchpoint}/items`, body)).json.id;
  const wording = { staff: 'How do passengers find boarding?' };
  items = [
    await add({ name: 'Boarding', scale: { min: 1, max: 5, topBox: 5 }, wording }),
    await add({ name: 'Queue', scale: { min: 0, max: 30, step: null, topBox: 25 } }),
  ];
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
  expect([made.status, made.text.slice(0, 300)]).toEqual([201, expect.stringContaining('/s#token=ans_')]);
  return made.json.links.map((link: string) => link.split('#token=')[1]);
}
const open = (token: string | undefined) => world.ask(nobody, 'POST', '/api/v1/questionnaires', { token });
const answer = (token: string | undefined, answers: object, more: object = {}) =>
  world.ask(nobody, 'POST', '/api/v1/responses', {
    token,
    response: randomUUID(),
    version: 1,
    part: 0,
    answers,
    finished: true,
    took: 60_000,
    ...more,
  });
const give = (token: string | undefined, value: number | null) => answer(token, { q1: value });
const counted = async (audience: string) =>
  (await owner('GET', '/gaps')).json.perspectives
    .filter((one: { audience: string }) => one.audience === audience)
    .map(({ n, mean, lens }: { n: number; mean: number; lens: string }) => ({ n, mean, lens }));
const stored = (waveId: string) =>
  inWorkspace(world.database.app.db, tern.id, (tx) =>
    tx.selectFrom('responses').selectAll().where('workspaceId', '=', tern.id).where('waveId', '=', waveId).execute(),
  );

test('the first links publish a survey that nobody wrote questions for: every item, in the wording of each audience', async () => {
  expect((await owner('GET', '/surveys')).json.surveys[0]).toMatchObject({ name: 'Mirror', version: null });
  const [customer] = await links(await wave('customer'), 1);
  const [staff] = await links(await wave('staff'), 1);
  expect((await open(customer)).json).toMatchObject({
    title: 'Mirror',
    version: 1,
    threshold: null,
    pages: [
      {
        title: 'Harbour',
        questions: [
          { id: 'q1', type: 'rating', text: 'Boarding', min: 1, max: 5, notApplicable: true },
          { id: 'q2', type: 'slider', text: 'Queue', min: 0, max: 30 },
        ],
      },
    ],
  });
  expect((await open(staff)).json).toMatchObject({
    version: 1,
    threshold: 5,
    pages: [{ questions: [{ text: 'How do passengers find boarding?' }, { text: 'Queue' }] }],
  });

  const bare = await world.company('Bare');
  const there = (method: string, path: string, body?: unknown) =>
    world.ask(bare.people.owner, method, `/api/v1/workspaces/${bare.id}${path}`, body);
  const other = (await there('POST', '/surveys', { name: 'S' })).json.id;
  const its = (await there('POST', `/surveys/${other}/waves`, { name: 'W', audience: 'staff' })).json.id;
  const nothing = await there('POST', `/waves/${its}/invitations`, { count: 1 });
  expect([nothing.status, nothing.json.detail]).toEqual([409, expect.stringContaining('no items')]);
});

test('a customer answers once, counts at once, and the second opening is refused', async () => {
  const waveId = await wave('customer');
  const [first, ...others] = await links(waveId, 7);
  const thanks = await answer(first, { q1: 4, q2: null });
  expect([thanks.status, thanks.json]).toEqual([200, { stored: true, finished: true }]);
  for (const [i, value] of [2, 3, 3, 3].entries()) expect((await give(others[i], value)).status).toBe(200);
  expect(await counted('customer')).toEqual([{ n: 5, mean: 3, lens: 'experience' }]);
  // Customers need no batch: the sixth shows as soon as given.
  expect((await give(others[4], 3)).status).toBe(200);
  expect(await counted('customer')).toEqual([{ n: 6, mean: 3, lens: 'experience' }]);
  for (const reply of [await open(first), await give(first, 5)]) {
    expect([reply.status, reply.json.detail]).toEqual([410, expect.stringContaining('has been used')]);
  }
  expect((await owner('GET', `/waves/${waveId}/invitations`)).json).toEqual({ made: 7, used: 6, usedInStepsOf: null });
});

test('of 20 submissions at once with one link exactly one counts', async () => {
  const waveId = await wave('customer');
  const [token] = await links(waveId, 1);
  const statuses = await Promise.all(
    Array.from({ length: 20 }, async (_, i) => (await give(token, 1 + (i % 5))).status),
  );
  expect(statuses.sort()).toEqual([200, ...Array(19).fill(410)]);
  expect(await stored(waveId)).toHaveLength(1);
  const cells = await inWorkspace(world.database.app.db, tern.id, (tx) => differingCells(tx, tern.id));
  expect(cells).toEqual([]);
});

test('what does not fit is refused by field, and the link stays unused', async () => {
  const [token] = await links(await wave('customer'), 1);
  const refused = async (answers: object) => {
    const reply = await answer(token, answers);
    return [reply.status, ...(reply.json.fields ?? []).map((one: { field: string }) => one.field)];
  };
  for (const value of ['5', 0, 6, 2.5, -1, 1e300])
    expect(await refused({ q1: value })).toEqual([422, 'body.answers.q1']);
  expect(await refused({ q9: 3 })).toEqual([422, 'body.answers.q9']);
  expect((await give(token, 3)).status).toBe(200);
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
  const [dead = ''] = await links(gone, 1);
  const device = new Device(world, dead);
  const ticket = await device.fetchTicket();
  expect((await owner('DELETE', `/waves/${gone}`)).status).toBe(204);
  expect([(await open(dead)).status, (await device.ask('ff')).status]).toEqual([404, 404]);
  expect((await answer(undefined, { q1: 3 }, { ticket })).status).toBe(404);

  const [late] = await links(await wave('customer', { endsOn: '2026-01-31' }), 1);
  const ended = await give(late, 3);
  expect([ended.status, ended.json.detail]).toEqual([410, expect.stringContaining('ended on 2026-01-31')]);

  const simulated = await wave('staff', { simulated: true });
  expect((await owner('POST', `/waves/${simulated}/invitations`, { count: 1 })).status).toBe(409);

  const closing = await wave('staff');
  const [last = ''] = await links(closing, 1);
  expect((await owner('DELETE', `/surveys/${survey}?withAnswers=true`)).status).toBe(204);
  expect((await open(last)).status).toBe(404);
  survey = (await owner('POST', '/surveys', { name: 'Mirror again' })).json.id;
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
  expect((await give(token, 3)).status).toBe(200);
  expect(await stored(waveId)).toHaveLength(1);
});

test('making links is audited with their number alone; answering leaves no entry; no token is stored', async () => {
  const waveId = await wave('leadership');
  const tokens = await links(waveId, 3);
  const log = async () => (await owner('GET', '/audit?limit=5')).json.entries;
  const [entry] = await log();
  expect(entry).toMatchObject({ action: 'invitations.create', subject: { id: waveId }, detail: { count: 3 } });
  expect((await new Device(world, tokens[0] ?? '').send({ q1: 3 })).status).toBe(200);
  expect((await log())[0].id).toBe(entry.id);
  for (const count of [0, 501, 1.5]) {
    expect((await owner('POST', `/waves/${waveId}/invitations`, { count })).status).toBe(400);
  }
  const rows = await inWorkspace(world.database.app.db, tern.id, (tx) =>
    tx.selectFrom('invitations').selectAll().where('workspaceId', '=', tern.id).execute(),
  );
  expect(Object.keys(rows[0] ?? {}).sort()).toEqual([
    'blindedHash',
    'contactId',
    'groupNumber',
    'minted',
    'responseKey',
    'round',
    'tokenHash',
    'used',
    'waveId',
    'workspaceId',
  ]);
});
