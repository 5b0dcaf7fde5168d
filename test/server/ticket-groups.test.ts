import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Label } from '../../src/core/ticket-groups.ts';
import { hashToken, newWorkspaceToken } from '../../src/server/accounts/tokens.ts';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { publishTask } from '../../src/server/intake/publish-task.ts';
import { removeWave } from '../../src/server/surveys/verbs.ts';
import { inviteInGroups } from '../../src/server/tickets/groups.ts';
import { type Company, nobody, openWorld, TERN_FERRIES, type World } from '../world.ts';
import { type Listening, listening } from './intake-world.ts';
import { Device } from './ticket-device.ts';

const SETTINGS = { progress: true, back: true, anonymousCustomers: false, askAgainAfterDays: null };
const NAMES = ['department', 'team'];

let world: World;
let tern: Company;
let survey: Listening;
beforeAll(async () => {
  world = await openWorld();
  tern = await world.company(TERN_FERRIES);
  survey = await listening(world, tern.id, {
    settings: { ...SETTINGS, keptAttributes: NAMES },
    languages: ['en', 'de'],
  });
});
afterAll(() => world.close());

const owner = (method: string, path: string, body?: unknown) =>
  world.ask(tern.people.owner, method, `/api/v1/workspaces/${tern.id}${path}`, body);
const inside = <T>(work: Parameters<typeof inWorkspace<T>>[2]) => inWorkspace(world.database.app.db, tern.id, work);
const rows = <T>(query: ReturnType<typeof sql<T>>) => inside(async (tx) => (await query.execute(tx)).rows);
const pause = { took: 60_000 };

async function newWave(audience = 'staff', surveyId = survey.surveyId): Promise<string> {
  return (await owner('POST', `/surveys/${surveyId}/waves`, { name: randomUUID(), audience })).json.id;
}
const tokens = (n: number) => Array.from({ length: n }, () => newWorkspaceToken('ans', tern.id));
const times = (n: number, label: Label): Label[] => Array.from({ length: n }, () => label);

/** Invites people with these attributes, all at once, and returns their devices in the same order. */
async function invite(
  waveId: string,
  labels: readonly Label[],
  again = false,
): Promise<{ devices: Device[]; alone: number }> {
  const links = tokens(labels.length);
  const people = labels.map((attributes, i) => ({ tokenHash: hashToken(links[i] ?? ''), attributes }));
  const everybody = async () => people;
  const alone = await inside((tx) => inviteInGroups(tern.id, tx, { waveId, names: NAMES, people, everybody, again }));
  return { devices: links.map((token) => new Device(world, token)), alone: alone.size };
}
const groupsOf = (waveId: string) =>
  rows(sql<{ number: number; attributes: Label; people: number }>`
    SELECT number, attributes, people FROM ticket_groups WHERE wave_id = ${waveId} ORDER BY number`);
const responses = (waveId: string) =>
  rows(sql<{ attributes: Label; published: boolean; language: string | null; release: number; value: number }>`
    SELECT attributes, published, language, release, (given -> 'q0' ->> 'value')::int AS value FROM responses WHERE wave_id = ${waveId}`);
const [SALES, SALES_A, OPS, LEGAL] = [
  { department: 'Sales' },
  { department: 'Sales', team: 'A' },
  { department: 'Ops' },
  { department: 'Legal' },
];

test('people are told what their answers keep, and the ticket proves the group and nothing else', async () => {
  const waveId = await newWave();
  const { devices } = await invite(waveId, [
    ...times(6, SALES_A),
    ...times(5, OPS),
    ...times(4, SALES),
    ...times(1, LEGAL),
  ]);
  expect(await groupsOf(waveId)).toEqual([
    { number: 0, attributes: {}, people: 5 },
    { number: 1, attributes: OPS, people: 5 },
    { number: 2, attributes: SALES_A, people: 6 },
  ]);
  const texts = await Promise.all([0, 6, 15].map(async (i) => (await devices[i]?.open())?.json.text));
  expect(texts).toEqual([
    'Your answers are kept with: department Sales, team A (6 people are asked there).',
    'Your answers are kept with: department Ops (5 people are asked there).',
    'Your answers are kept without anything about you.',
  ]);
  const [sales, ops] = [await devices[0]?.fetchTicket(), await devices[6]?.fetchTicket()];
  expect([sales?.split('.').slice(1, 3), ops?.split('.').slice(1, 3)]).toEqual([
    [waveId, '2'],
    [waveId, '1'],
  ]);
  // Somebody of one group cannot answer as another one.
  const [one, two] = [sales?.split('.') ?? [], ops?.split('.') ?? []];
  for (const forged of [
    [one[0], one[1], '1', one[3], one[4]],
    [one[0], one[1], one[3], one[4]],
    [one[0], one[1], '3', one[3], one[4]],
    [two[0], two[1], '2', two[3], two[4]],
  ]) {
    const body = {
      ticket: forged.join('.'),
      response: randomUUID(),
      version: 1,
      part: 1,
      answers: { q0: 1 },
      finished: true,
      ...pause,
    };
    expect((await world.ask(nobody, 'POST', '/api/v1/responses', body)).status).toBe(404);
  }
  expect((await devices[0]?.send({ q0: 5 }, { language: 'de', ...pause }))?.status).toBe(200);
  expect(await responses(waveId)).toMatchObject([{ attributes: SALES_A, published: false, language: null, value: 5 }]);
});

test('a survey names at most three attributes, each once, and none that is a hidden field', async () => {
  const { id } = (await owner('POST', '/surveys', { name: 'Names' })).json;
  const { definition, revision } = (await owner('GET', `/surveys/${id}/draft`)).json;
  const put = (keptAttributes: readonly unknown[]) => {
    const settings = { ...definition.settings, keptAttributes };
    return owner('PUT', `/surveys/${id}/draft`, {
      definition: { ...definition, hidden: ['plan'], settings },
      revision,
    });
  };
  for (const wrong of [['a', 'a'], ['plan'], ['a', 'b', 'c', 'd'], [''], ['a\nb'], ['constructor'], [7], [' a']]) {
    const reply = await put(wrong);
    expect([wrong, reply.status, reply.json.fields?.[0].field]).toEqual([
      wrong,
      400,
      expect.stringContaining('settings.keptAttributes'),
    ]);
  }
  expect((await put(['department', 'team', 'Größe: m²'])).status).toBe(200);
});

test('a wave of fewer than the threshold is one group, and a survey that keeps nothing has none', async () => {
  const waveId = await newWave();
  const { devices } = await invite(waveId, [SALES, SALES, OPS]);
  expect(await groupsOf(waveId)).toEqual([{ number: 0, attributes: {}, people: 3 }]);
  expect((await devices[0]?.fetchTicket())?.split('.')).toHaveLength(4);
});

test('the groups stand once somebody opens a link; who is invited later joins the one that fits', async () => {
  const waveId = await newWave();
  await invite(waveId, times(5, SALES), true);
  const { devices } = await invite(waveId, [...times(5, SALES_A), ...times(5, OPS)], true);
  // Nobody has opened yet: made anew, and of the first five nobody knows any more what they are.
  expect((await groupsOf(waveId)).map(({ people }) => people)).toEqual([5, 5, 5]);
  await devices[0]?.open();
  const later = await invite(waveId, [...times(7, { department: 'Sales', team: 'B' }), OPS], true);
  expect(later.alone).toBe(0);
  expect(await groupsOf(waveId)).toEqual([
    { number: 0, attributes: {}, people: 12 },
    { number: 1, attributes: OPS, people: 6 },
    { number: 2, attributes: SALES_A, people: 5 },
  ]);
  expect((await later.devices[7]?.open())?.json.text).toContain('department Ops (6 people');
});

test('who would be alone with what the answers keep is not invited', async () => {
  const waveId = await newWave();
  const { devices } = await invite(waveId, [...times(5, SALES), ...times(5, OPS)]);
  await devices[0]?.open();
  expect((await invite(waveId, [LEGAL])).alone).toBe(1);
  const links = await owner('POST', `/waves/${waveId}/invitations`, { count: 4 });
  expect([links.status, links.json.detail]).toEqual([409, expect.stringContaining('invited by mail or in a file')]);
  // Five who fit nowhere are a group.
  expect((await invite(waveId, times(5, LEGAL))).alone).toBe(0);
  expect((await groupsOf(waveId))[0]).toEqual({ number: 0, attributes: {}, people: 5 });
  expect((await invite(waveId, [LEGAL])).alone).toBe(0);
});

test('"used" is told of enough people of one group at once, and never leaves a few', async () => {
  const waveId = await newWave();
  const { devices } = await invite(waveId, [...times(5, SALES), ...times(11, OPS)]);
  const used = () =>
    rows(sql<{ g: number; n: number }>`SELECT group_number AS g, count(*)::int AS n FROM invitations
      WHERE wave_id = ${waveId} AND used GROUP BY 1 ORDER BY 1`);
  const [sales, ops] = [devices.slice(0, 5), devices.slice(5)];
  for (const device of [...sales.slice(0, 4), ...ops.slice(0, 4)]) await device.ask();
  expect(await used()).toEqual([]);
  await ops[4]?.ask();
  expect(await used()).toEqual([{ g: 1, n: 5 }]);
  for (const device of ops.slice(5, 10)) await device.ask();
  expect(await used()).toEqual([{ g: 1, n: 5 }]);
  await sales[4]?.ask();
  expect(await used()).toEqual([
    { g: 1, n: 5 },
    { g: 2, n: 5 },
  ]);
  await ops[10]?.ask();
  expect((await used()).map(({ n }) => n)).toEqual([11, 5]);
});

test('answers are published when enough that keep the same wait together', async () => {
  const waveId = await newWave();
  const { devices } = await invite(waveId, [...times(12, SALES), ...times(8, OPS)]);
  const [sales, ops] = [devices.slice(0, 12), devices.slice(12)];
  for (const device of [...sales.slice(0, 4), ...ops.slice(0, 4)]) await device.send({ q0: 3 }, pause);
  expect((await responses(waveId)).filter(({ published }) => published)).toEqual([]);
  await sales[4]?.send({ q0: 3 }, pause);
  expect((await responses(waveId)).filter(({ published }) => published)).toEqual(
    Array(5).fill(expect.objectContaining({ attributes: SALES })),
  );
  const report = (await owner('GET', '/gaps')).json;
  expect(report.held).toContainEqual({ audience: 'staff', sentence: expect.stringContaining('that keep attributes') });
});

test('the report is split by what answers with tickets keep', async () => {
  const other = await listening(world, tern.id, { settings: { ...SETTINGS, keptAttributes: ['department'] } });
  const waveId = await newWave('staff', other.surveyId);
  const { devices } = await invite(waveId, [...times(6, SALES), ...times(7, OPS)]);
  for (const [i, device] of devices.entries()) await device.send({ q0: i < 6 ? (i % 2) + 1 : 4 + (i % 2) }, pause);
  const item = `item_0_${other.surveyId}`;
  const shown = async (query: string) => {
    const report = (await owner('GET', `/gaps?item=${other.items[0]}${query}`)).json;
    return report.perspectives.find(
      (one: { item: string; audience: string }) => one.item === item && one.audience === 'staff',
    );
  };
  expect((await shown('')).n).toBe(10);
  const [sales, ops] = [await shown('&attribute=department:Sales'), await shown('&attribute=department:Ops')];
  expect([sales.n, ops.n]).toEqual([5, 5]);
  expect(sales.mean).toBeLessThan(2);
  expect(ops.mean).toBeGreaterThan(4);
  const offered = (await owner('GET', '/filters')).json.attributes.find(
    (one: { name: string }) => one.name === 'department',
  );
  expect(offered.values.map((one: { value: string }) => one.value)).toEqual(expect.arrayContaining(['Ops', 'Sales']));
});

test('after a week what waits gives up attributes, and fewer than the threshold wait on', async () => {
  const waveId = await newWave();
  const labels = [
    ...times(5, SALES_A),
    ...times(5, { department: 'Sales', team: 'B' }),
    ...times(5, OPS),
    ...times(5, LEGAL),
  ];
  const { devices } = await invite(waveId, labels);
  const few = [...devices.slice(0, 3), ...devices.slice(5, 8), ...devices.slice(10, 12)];
  for (const device of few) await device.send({ q0: 3 }, pause);
  const run = () => publishTask.run(world.services, tern.id, new AbortController().signal);
  world.advance(7 * 86_400_000);
  await run();
  expect((await responses(waveId)).filter(({ published }) => published)).toEqual([]);
  world.advance(86_400_000);
  await run();
  const published = (await responses(waveId)).filter((one) => one.published);
  // Two of Ops alone would be known, so those of Sales give up what they have, too.
  expect(published.map(({ attributes }) => attributes)).toEqual(Array(8).fill({}));
  const lone = [devices[15], devices[16]];
  for (const device of lone) await device?.send({ q0: 2 }, pause);
  world.advance(30 * 86_400_000);
  await run();
  expect((await responses(waveId)).filter((one) => !one.published)).toHaveLength(2);
});

/** A survey of its own, with what it stores of staff. */
async function apart() {
  const { surveyId } = await listening(world, tern.id, { settings: { ...SETTINGS, keptAttributes: ['department'] } });
  const stored = async (published: boolean) =>
    (
      await rows(sql<{ attributes: Label; value: number }>`SELECT attributes, (given -> 'q0' ->> 'value')::int AS value
        FROM responses WHERE survey_id = ${surveyId} AND published = ${published}`)
    )
      .map(({ attributes, value }) => `${attributes.department ?? 'nothing'} ${value}`)
      .sort();
  const later = (days: number) => {
    world.advance(days * 86_400_000);
    return publishTask.run(world.services, tern.id, new AbortController().signal);
  };
  const waveId = randomUUID();
  await rows(
    sql`INSERT INTO waves (workspace_id, id, survey_id, name, audience) VALUES (${tern.id}, ${waveId}, ${surveyId}, 'Spring', 'staff')`,
  );
  return { surveyId, waveId, stored, later };
}

test.each(['by an editor', 'without a word'])(
  'a wave that is deleted %s takes along what its waiting answers keep',
  async (how) => {
    const { surveyId, waveId, stored, later } = await apart();
    const { devices } = await invite(waveId, [...times(8, SALES), ...times(5, OPS)]);
    for (const device of devices.slice(0, 5)) await device.send({ q0: 5 }, pause);
    expect(await stored(true)).toEqual(Array(5).fill('Sales 5'));
    await devices[0]?.send({ q0: 1 }, pause);
    for (const device of devices.slice(6, 11)) await device.send({ q0: 3 }, pause);
    expect(await stored(false)).toHaveLength(6);
    if (how === 'by an editor') await inside((tx) => removeWave(tern.id, tx, waveId));
    else await rows(sql`DELETE FROM waves WHERE id = ${waveId}`);
    await later(2);
    // One changed answer alone would be seen in the number of those who keep the same.
    expect(await stored(true)).toEqual([...Array(5).fill('Sales 5'), ...Array(5).fill('nothing 3')]);
    expect(await stored(false)).toEqual(['nothing 1']);
    expect(await rows(sql`SELECT FROM waves WHERE survey_id = ${surveyId}`)).toEqual([]);
  },
);

test('what is added to a published response waits for others alike, however long', async () => {
  const { waveId, stored, later } = await apart();
  const { devices } = await invite(waveId, [...times(12, SALES), ...times(8, OPS)]);
  for (const device of devices.slice(0, 5)) await device.send({ q0: 5 }, pause);
  await devices[0]?.send({ q0: 1 }, pause);
  for (const i of [5, 6, 12, 13]) await devices[i]?.send({ q0: 3 }, pause);
  await later(9);
  expect(await stored(true)).toEqual(Array(5).fill('Sales 5'));
  await devices[14]?.send({ q0: 3 }, pause);
  await later(9);
  const given = [...Array(5).fill('Sales 5'), ...Array(5).fill('nothing 3')];
  expect(await stored(true)).toEqual(given);
  expect(await stored(false)).toEqual(['Sales 1']);
  for (const device of devices.slice(1, 4)) await device.send({ q0: 2 }, pause);
  expect(await stored(true)).toEqual(given);
  await devices[4]?.send({ q0: 2 }, pause);
  expect((await stored(true)).filter((one) => one.startsWith('Sales'))).toEqual([
    'Sales 1',
    ...Array(4).fill('Sales 2'),
  ]);
});
