import { afterAll, beforeAll, expect, test } from 'vitest';
import { enterWorkspace } from '../../src/server/db/transaction.ts';
import { addResponses } from '../../src/server/responses/verbs.ts';
import { type Company, LANTERN_HOTELS, openWorld, type Reply, TERN_FERRIES, type World } from '../world.ts';

let world: World;
let tern: Company;
let lantern: Company;
beforeAll(async () => {
  world = await openWorld();
  tern = await world.company(TERN_FERRIES);
  lantern = await world.company(LANTERN_HOTELS);
});
afterAll(() => world.close());

const as = (company: Company, role: keyof Company['people']) => {
  const base = `/api/v1/workspaces/${company.id}`;
  return (method: string, path: string, body?: unknown): Promise<Reply> =>
    world.ask(company.people[role], method, `${base}${path}`, body);
};

/** Makes journey, stage, touchpoint and one item; the shortest way to something that can be answered. */
async function makeItem(company: Company, name: string) {
  const ask = as(company, 'owner');
  const journey = (await ask('POST', '/journeys', { name: `Journey of ${name}` })).json.id as string;
  const stage = (await ask('POST', `/journeys/${journey}/stages`, { name: 'Stage' })).json.id as string;
  const touchpoint = (await ask('POST', `/stages/${stage}/touchpoints`, { name: 'Touchpoint' })).json.id as string;
  const made = await ask('POST', `/touchpoints/${touchpoint}/items`, { name, scale: { min: 1, max: 5, topBox: 5 } });
  expect(made.status).toBe(201);
  return { journey, stage, touchpoint, item: made.json };
}

async function answer(company: Company, itemId: string, people = 3) {
  const survey = (await as(company, 'owner')('POST', '/surveys', { name: `Survey ${itemId}` })).json.id as string;
  await world.database.app.db.transaction().execute(async (tx) => {
    await enterWorkspace(tx, company.id);
    const responses = Array.from({ length: people }, (_, i) => ({
      key: `p${i}`,
      audience: 'customer' as const,
      answers: [{ itemId, lens: 'experience' as const, value: 1 + (i % 5) }],
    }));
    await addResponses(company.id, tx, survey, responses);
  });
  return survey;
}

test('the map: made, named, ordered, changed, with hostile names kept as they are', async () => {
  const ask = as(tern, 'analyst');
  const hostile = `<script>alert(1)</script> '); DROP TABLE items; -- =1+1 ‮ Zürich 日本`;
  const journey = (await ask('POST', '/journeys', { name: hostile })).json.id;
  const stages = await Promise.all(['c', 'a', 'b'].map((name) => ask('POST', `/journeys/${journey}/stages`, { name })));
  const ids = stages.map((reply) => reply.json.id as string);
  await ask('PATCH', `/stages/${ids[1]}`, { position: 0 });
  await ask('PATCH', `/stages/${ids[0]}`, { position: 99, name: 'last' });
  const list = async () =>
    (await ask('GET', '/journeys')).json.journeys.find((one: { id: string }) => one.id === journey);
  const tree = await list();
  expect(tree.name).toBe(hostile);
  expect(tree.stages.map((stage: { name: string }) => stage.name)).toEqual(['a', 'b', 'last']);
  const touchpoint = (await ask('POST', `/stages/${ids[1]}/touchpoints`, { name: 'T', channels: ['web', 'phone'] }))
    .json.id;
  const scale = { min: 0, max: 10, topBox: 9 };
  const first = (await ask('POST', `/touchpoints/${touchpoint}/items`, { name: 'Quick & friendly!', scale })).json;
  const second = (await ask('POST', `/touchpoints/${touchpoint}/items`, { name: 'Quick, friendly', scale })).json;
  expect([first.key, second.key]).toEqual(['quick_friendly', 'quick_friendly_2']);
  expect(first).toMatchObject({ scale: { min: 0, max: 10, step: 1, direction: 'up', topBox: 9 }, tolerance: null });
  await ask('PATCH', `/items/${second.id}`, { position: 0, wording: { customer: 'How quick were we?' } });
  const team = (await as(tern, 'lead')('POST', '/teams', { name: 'Deck crew' })).json;
  const changed = await ask('PATCH', `/touchpoints/${touchpoint}`, {
    leadItemId: second.id,
    ownerTeamId: team.id,
    stageId: ids[2],
  });
  expect(changed.status).toBe(204);
  const moved = (await list()).stages[1].touchpoints[0];
  expect(moved).toMatchObject({ name: 'T', channels: ['web', 'phone'], ownerTeamId: team.id, leadItemId: second.id });
  expect(moved.items.map((item: { id: string }) => item.id)).toEqual([second.id, first.id]);
  expect(moved.items[0].wording).toEqual({ customer: 'How quick were we?', staff: '', leadership: '' });
  expect((await ask('PATCH', `/touchpoints/${touchpoint}`, { ownerTeamId: touchpoint })).status).toBe(422);
});

test('tolerance and commitments are decided with author and date, inside the scale', async () => {
  const { item, touchpoint } = await makeItem(tern, 'Waiting time');
  const ask = as(tern, 'lead');
  const set = await ask('PUT', `/items/${item.id}/tolerance`, { value: 0.5 });
  expect(set.json.tolerance).toMatchObject({ value: 0.5, setBy: tern.people.lead.userId });
  await ask('PUT', `/items/${item.id}/tolerance`, { value: 0.25 });
  expect((await ask('PUT', `/items/${item.id}/tolerance`, { value: 9 })).status).toBe(422);
  expect((await ask('PUT', `/items/${item.id}/commitments/promise`, { value: 7 })).status).toBe(422);
  const promised = await ask('PUT', `/items/${item.id}/commitments/promise`, { value: 4.5, statement: 'On time' });
  expect(promised.json).toMatchObject({
    tolerance: { value: 0.25 },
    commitments: [{ lens: 'promise', value: 4.5, statement: 'On time' }],
  });
  expect((await ask('DELETE', `/items/${item.id}/commitments/promise`)).status).toBe(204);
  expect((await ask('DELETE', `/items/${item.id}/commitments/promise`)).status).toBe(404);
  expect((await ask('PUT', `/items/${item.id}/commitments/belief`, { value: 4 })).status).toBe(400);
  const clash = await ask('POST', `/touchpoints/${touchpoint}/items`, { key: item.key, name: 'x', scale: item.scale });
  expect([clash.status, clash.json.code]).toEqual([409, 'conflict']);
});

test('deleting what has answers is refused with how many; archiving keeps them; only leads delete both', async () => {
  const { item, journey, stage, touchpoint } = await makeItem(tern, 'Boarding');
  const survey = await answer(tern, item.id);
  const ask = as(tern, 'analyst');
  for (const path of [`/items/${item.id}`, `/touchpoints/${touchpoint}`, `/stages/${stage}`, `/journeys/${journey}`]) {
    const refused = await ask('DELETE', path);
    expect([refused.status, refused.json.detail]).toEqual([409, expect.stringContaining('3 responses')]);
    expect((await ask('DELETE', `${path}?withAnswers=true`)).status).toBe(403);
  }
  expect((await ask('DELETE', `/surveys/${survey}`)).status).toBe(409);
  const rescaled = await ask('PATCH', `/items/${item.id}`, { scale: { min: 0, max: 10, topBox: 9 } });
  expect([rescaled.status, rescaled.json.detail]).toEqual([409, expect.stringContaining('new item')]);
  const shown = async (query: string) => JSON.stringify((await ask('GET', `/journeys${query}`)).json).includes(item.id);
  expect((await ask('PATCH', `/items/${item.id}`, { archived: true })).json.archived).toBe(true);
  expect([await shown(''), await shown('?archived=true')]).toEqual([false, true]);
  expect((await ask('PATCH', `/items/${item.id}`, { archived: false })).json.archived).toBe(false);
  expect(await shown('')).toBe(true);
  expect((await as(tern, 'lead')('DELETE', `/journeys/${journey}?withAnswers=true`)).status).toBe(204);
  expect((await ask('DELETE', `/touchpoints/${touchpoint}`)).status).toBe(404);
  const log = await as(tern, 'owner')('GET', '/audit?limit=1');
  expect(JSON.stringify(log.json)).toContain('"answers":3');
});

test('waves, teams and benchmarks: made, changed, listed, deleted', async () => {
  const ask = as(tern, 'owner');
  const survey = (await ask('POST', '/surveys', { name: 'Mirror survey' })).json;
  expect((await ask('POST', '/surveys', { name: 'Mirror survey' })).status).toBe(409);
  const wave = await ask('POST', `/surveys/${survey.id}/waves`, {
    name: 'Spring',
    audience: 'leadership',
    audienceSize: 9,
    startsOn: '2026-03-01',
  });
  expect(wave.json).toMatchObject({ audienceSize: 9, simulated: false, startsOn: '2026-03-01', endsOn: null });
  expect((await ask('PATCH', `/waves/${wave.json.id}`, { endsOn: '2026-02-01' })).status).toBe(422);
  expect((await ask('PATCH', `/waves/${wave.json.id}`, { endsOn: '2026-02-30' })).status).toBe(400);
  expect((await ask('PATCH', `/waves/${wave.json.id}`, { endsOn: '2026-03-31' })).json.endsOn).toBe('2026-03-31');
  expect((await ask('GET', `/surveys/${survey.id}/waves`)).json.waves).toHaveLength(1);
  expect((await ask('DELETE', `/waves/${wave.json.id}`)).status).toBe(204);
  expect((await ask('DELETE', `/surveys/${survey.id}`)).status).toBe(204);

  const team = (await ask('POST', '/teams', { name: 'Harbour' })).json;
  const member = `/teams/${team.id}/members/${tern.people.viewer.userId}`;
  expect((await ask('PUT', member)).status).toBe(204);
  expect((await ask('PUT', member)).status).toBe(204);
  expect((await ask('PUT', `/teams/${team.id}/members/${lantern.people.viewer.userId}`)).status).toBe(422);
  const harbour = (await ask('GET', '/teams')).json.teams.find((one: { id: string }) => one.id === team.id);
  expect(harbour.members).toEqual([tern.people.viewer.userId]);
  expect((await ask('DELETE', member)).status).toBe(204);
  expect((await ask('DELETE', member)).status).toBe(404);

  const own = {
    statement: 'Ours',
    unitCounted: 'guests',
    whoWasAsked: 'guests',
    share: 0.5,
    n: 100,
    dated: '2026',
    source: 'us',
  };
  const made = (await ask('POST', '/benchmarks', own)).json;
  const all = (await ask('GET', '/benchmarks')).json.benchmarks;
  const bain = all.find((one: { id: string }) => one.id === 'bain-2005-firms');
  expect(bain.interval.map((limit: number) => limit.toFixed(3))).toEqual(['0.757', '0.839']);
  expect(all.find((one: { id: string }) => one.id === 'bain-2005-customers')).toMatchObject({
    n: null,
    interval: null,
  });
  expect(all.find((one: { id: string }) => one.id === made.id)).toMatchObject({ shipped: false, share: 0.5 });
  expect((await ask('DELETE', `/benchmarks/${made.id}`)).status).toBe(204);
});

test('what belongs to another workspace is not found, whoever asks and however', async () => {
  const { item, journey, stage, touchpoint } = await makeItem(lantern, 'Breakfast');
  const survey = await answer(lantern, item.id);
  const wave = (await as(lantern, 'owner')('POST', `/surveys/${survey}/waves`, { name: 'W', audience: 'staff' })).json
    .id;
  const team = (await as(lantern, 'owner')('POST', '/teams', { name: 'Kitchen' })).json.id;
  const contact = (await as(lantern, 'owner')('POST', '/contacts', { name: 'Ada' })).json.id;
  const benchmark = (
    await as(lantern, 'owner')('POST', '/benchmarks', {
      statement: 's',
      unitCounted: 'u',
      whoWasAsked: 'w',
      dated: 'd',
      source: 's',
    })
  ).json.id;
  const attempts: [string, string, unknown?][] = [
    ['PATCH', `/journeys/${journey}`, { name: 'x' }],
    ['DELETE', `/journeys/${journey}`],
    ['POST', `/journeys/${journey}/stages`, { name: 'x' }],
    ['PATCH', `/stages/${stage}`, { position: 0 }],
    ['DELETE', `/stages/${stage}`],
    ['POST', `/stages/${stage}/touchpoints`, { name: 'x' }],
    ['PATCH', `/touchpoints/${touchpoint}`, { name: 'x' }],
    ['DELETE', `/touchpoints/${touchpoint}`],
    ['PATCH', `/items/${item.id}`, { name: 'x' }],
    ['DELETE', `/items/${item.id}?withAnswers=true`],
    ['PUT', `/items/${item.id}/tolerance`, { value: 0.1 }],
    ['PUT', `/items/${item.id}/commitments/promise`, { value: 3 }],
    ['DELETE', `/items/${item.id}/commitments/promise`],
    ['GET', `/surveys/${survey}/waves`],
    ['POST', `/surveys/${survey}/waves`, { name: 'x', audience: 'staff' }],
    ['DELETE', `/surveys/${survey}?withAnswers=true`],
    ['PATCH', `/waves/${wave}`, { name: 'x' }],
    ['DELETE', `/waves/${wave}`],
    ['PATCH', `/teams/${team}`, { name: 'x' }],
    ['DELETE', `/teams/${team}`],
    ['PUT', `/teams/${team}/members/${tern.people.owner.userId}`],
    ['GET', `/contacts/${contact}`],
    ['GET', `/contacts/${contact}/export`],
    ['DELETE', `/contacts/${contact}`],
    ['DELETE', `/respondents?key=p0&surveyId=${survey}`],
    ['DELETE', `/benchmarks/${benchmark}`],
  ];
  const statuses = [];
  for (const [method, path, body] of attempts) {
    statuses.push(`${method} ${path} ${(await as(tern, 'owner')(method, path, body)).status}`);
  }
  expect(statuses.filter((line) => !line.endsWith(' 404'))).toEqual([]);
  const foreign = await as(tern, 'owner')('POST', `/touchpoints/${touchpoint}/items`, { name: 'x', scale: item.scale });
  expect(foreign.status).toBe(404);
});
