import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seal } from '../../src/server/backup/envelope.ts';
import { restoreWorkspace } from '../../src/server/backup/restore-workspace.ts';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import type { NewResponse } from '../../src/server/responses/schema.ts';
import { addResponses } from '../../src/server/responses/verbs.ts';
import { type Company, LANTERN_HOTELS, openWorld, TERN_FERRIES, type World } from '../world.ts';
import { differingCells } from './small-workspace.ts';

let world: World;
let elsewhere: World;
let tern: Company;
let folder: string;
let survey: string;
let file: Buffer;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'parallax-backup-'));
  world = await openWorld({ config: { dataDir: folder } });
  elsewhere = await openWorld({ config: { dataDir: folder } });
  tern = await world.company(TERN_FERRIES);
  await fill(tern);
  file = await exported(tern.id);
});
afterAll(async () => {
  await world.close();
  await elsewhere.close();
  await rm(folder, { recursive: true, force: true });
});

const owner = (company: Company, method: string, at: string, body?: unknown) =>
  world.ask(company.people.owner, method, `/api/v1/workspaces/${company.id}${at}`, body);

async function fill(company: Company): Promise<void> {
  const journey = (await owner(company, 'POST', '/journeys', { name: 'Überfahrt "A"\\n' })).json.id;
  const stage = (await owner(company, 'POST', `/journeys/${journey}/stages`, { name: '\\N\t'.trim() })).json.id;
  const team = (await owner(company, 'POST', '/teams', { name: 'Crew' })).json.id;
  const touchpoint = (
    await owner(company, 'POST', `/stages/${stage}/touchpoints`, {
      name: 'T',
      channels: ['a,b', '{"'],
      ownerTeamId: team,
    })
  ).json.id;
  const items: string[] = [];
  for (const name of ['Boarding', 'Café ☕', 'Overall']) {
    const body = { name, scale: { min: 1, max: 5, topBox: 5 } };
    items.push((await owner(company, 'POST', `/touchpoints/${touchpoint}/items`, body)).json.id);
  }
  await owner(company, 'PATCH', `/touchpoints/${touchpoint}`, { leadItemId: items[2] });
  await owner(company, 'PATCH', '', { headlineItemId: items[2], anonymityThreshold: 6, targetPomp: 65 });
  await owner(company, 'PUT', `/items/${items[0]}/tolerance`, { value: 0.5 });
  await owner(company, 'PUT', `/items/${items[0]}/tolerance`, { value: 0.3 });
  await owner(company, 'PUT', `/items/${items[0]}/commitments/standard`, { value: 4, statement: 'a\nb' });
  survey = (await owner(company, 'POST', '/surveys', { name: 'Mirror' })).json.id;
  await owner(company, 'POST', `/surveys/${survey}/waves`, { name: 'W', audience: 'leadership', audienceSize: 9 });
  const responses = [
    ...people('customer', 300, items),
    ...people('staff', 40, items),
    ...people('leadership', 9, items),
  ];
  await inWorkspace(world.database.app.db, company.id, (tx) => addResponses(company.id, tx, survey, responses));
  // Four that wait, and one changed answer of somebody published.
  const late = people('staff', 4, items).map((one, i) => ({
    ...one,
    key: i === 0 ? 'staff0' : `late${i}`,
    channel: 'x',
  }));
  await inWorkspace(world.database.app.db, company.id, (tx) => addResponses(company.id, tx, survey, late));
}

function people(audience: NewResponse['audience'], n: number, items: readonly string[]): NewResponse[] {
  const lens = audience === 'customer' ? 'experience' : 'belief';
  return Array.from({ length: n }, (_, i) => ({
    key: `${audience}${i}`,
    audience,
    ...(audience === 'customer' ? { contactKey: `K${i % 250}`, weight: 0.1 + (i % 7), channel: 'café' } : {}),
    ...(i % 3 ? { answeredOn: `2026-0${1 + (i % 5)}-15` } : {}),
    attributes: { region: i % 2 ? 'süd' : 'O\'Brien "x"' },
    answers: items.map((itemId, k) => ({ itemId, lens, value: (i + k) % 6 === 0 ? null : 1 + ((i * 7 + k) % 5) })),
  }));
}

async function exported(workspaceId: string, from = world): Promise<Buffer> {
  const response = await from.app.request(`/api/v1/workspaces/${workspaceId}/export`, {
    headers: { cookie: tern.people.owner.cookie },
  });
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

async function restored(bytes: Buffer, at = world, cookie = tern.people.owner.cookie) {
  const response = await at.app.request('/api/v1/workspaces/restore', {
    method: 'POST',
    body: new Uint8Array(bytes),
    headers: { cookie, 'content-type': 'application/gzip', origin: 'http://localhost:4300' },
  });
  return { status: response.status, json: JSON.parse(await response.text()) };
}

const gaps = async (company: { id: string }, at = world, who = tern.people.owner) =>
  (await at.ask(who, 'GET', `/api/v1/workspaces/${company.id}/gaps`)).json;

const workspaces = async () =>
  (await world.ask(tern.people.owner, 'GET', '/api/v1/workspaces')).json.workspaces.length as number;

const withoutOwnId = (report: Record<string, unknown>) => ({ ...report, workspace: null });

test('a restored workspace holds the same rows and gives the same report, here and elsewhere', async () => {
  const report = await gaps(tern);
  expect(report.gaps.length).toBeGreaterThan(3);
  expect(report.held).toHaveLength(1);
  const here = await restored(file);
  expect([here.status, here.json.name, here.json.erased]).toEqual([201, TERN_FERRIES, 0]);
  expect(here.json.rows).toMatchObject({ items: 3, responses: 353, contacts: 250, tolerances: 2, waves: 1 });
  expect(withoutOwnId(await gaps(here.json))).toEqual(withoutOwnId(report));
  const inga = await elsewhere.person('Inga Halvorsen');
  const there = await restored(file, elsewhere, inga.cookie);
  expect([there.status, there.json.rows]).toEqual([201, here.json.rows]);
  expect(withoutOwnId(await gaps(there.json, elsewhere, inga))).toEqual(withoutOwnId(report));
  const { db } = elsewhere.database.app;
  expect(await inWorkspace(db, there.json.id, (tx) => differingCells(tx, there.json.id))).toEqual([]);
  // It can be worked with: the batch that waited is published by two more, and a new audit entry finds its number.
  const items = (await gaps(there.json, elsewhere, inga)).items.map((item: { itemId: string }) => item.itemId);
  await inWorkspace(db, there.json.id, (tx) =>
    addResponses(
      there.json.id,
      tx,
      survey,
      people('staff', 2, items).map((one, i) => ({ ...one, key: `new${i}` })),
    ),
  );
  expect((await gaps(there.json, elsewhere, inga)).held).toEqual([]);
  expect((await elsewhere.ask(inga, 'POST', `/api/v1/workspaces/${there.json.id}/teams`, { name: 'x' })).status).toBe(
    201,
  );
  expect(await inWorkspace(db, there.json.id, (tx) => differingCells(tx, there.json.id))).toEqual([]);
});

test('an export of the restored workspace says the same, line by line', async () => {
  const again = await exported((await restored(file)).json.id);
  const comparable = (bytes: Buffer) => {
    const numbers = new Map<string, string>();
    return gunzipSync(bytes)
      .toString()
      .split('\n')
      .filter((line) => !line.includes('"format"') && !line.includes('sha256') && !line.includes('seal'))
      .filter((line) => !/"(user|system)",/.test(line))
      .map((line) => {
        // Database numbers are given anew, in the same order.
        if (line.startsWith('{"table"')) numbers.clear();
        return line.replace(/^\["(\d+)", /, (whole, id) => {
          if (!numbers.has(id)) numbers.set(id, String(numbers.size));
          return whole.replace(id, `#${numbers.get(id)}`);
        });
      });
  };
  expect(comparable(again)).toEqual(comparable(file));
});

test('every changed, missing or added byte is noticed, and nothing is left half done', async () => {
  const before = await workspaces();
  const target = path.join(folder, 'damaged');
  const caught = async (bytes: Buffer) => {
    await writeFile(target, bytes);
    return restoreWorkspace(world.database.app, target, tern.people.owner.userId).then(
      () => 'restored',
      (error: Error) => error.constructor.name,
    );
  };
  expect(await caught(file)).toBe('restored');
  const outcomes = new Map<string, number>();
  const places = [0, 1, 3, 4, 8, 9, file.length - 1, file.length - 30, file.length - 100, file.length - 116];
  for (let i = 0; i < 200; i += 1) {
    const copy = Buffer.from(file);
    const place = places[i] ?? randomBytes(4).readUInt32LE() % copy.length;
    copy[place] = (copy[place] ?? 0) ^ (1 << (i % 8));
    const outcome = await caught(copy);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  expect([...outcomes]).toEqual([['DamagedBackup', 200]]);
  for (const length of [0, 1, 50, file.length - 1, file.length - 112, Math.floor(file.length / 2)]) {
    expect(await caught(file.subarray(0, length))).toBe('DamagedBackup');
  }
  expect(await caught(Buffer.concat([file, Buffer.from('x')]))).toBe('DamagedBackup');
  expect(await workspaces()).toBe(before + 1);
  expect((await readdir(path.join(folder, 'uploads'))).length).toBe(0);
});

/** Seals a text as an export would be, so that only what it says can be wrong. */
function sealed(text: string): Buffer {
  const body = gzipSync(text);
  return Buffer.concat([body, seal(createHash('sha256').update(body).digest())]);
}

const linesOf = (bytes: Buffer) =>
  gunzipSync(bytes)
    .toString()
    .split('\n')
    .filter((line) => line !== '' && !line.includes('"seal"'));

test('a well-sealed file that says nonsense is refused with a sentence, and leaves nothing', async () => {
  const text = gunzipSync(file)
    .toString()
    .split('\n')
    .filter((line) => !line.includes('"seal"'))
    .join('\n');
  const before = await workspaces();
  const forged: [string, string, RegExp][] = [
    ['content', text.replace('Boarding', 'Bearding'), /counts or checksum differ/],
    ['no end', text.slice(0, text.lastIndexOf('{"rows"')), /has no end/],
    ['newer', text.replace('"version":1', '"version":2'), /newer Parallax/],
    ['not ours', '{"hello":1}\n', /no export of a workspace/],
    ['no lines', 'hello', /cannot be read/],
    ['unknown table', text.replace('{"table":"teams"', '{"table":"users"'), /no table users/],
    ['unknown column', text.replace('"columns":["id","name"]', '"columns":["id","nom"]'), /no column/],
    ['wrong type', text.replace(/\["([0-9a-f-]{36})", "Crew"\]/, '["nobody", "Crew"]'), /cannot be stored/],
  ];
  for (const [what, content, sentence] of forged) {
    const answer = await restored(sealed(content));
    expect(`${what}: ${answer.status} ${answer.json.detail}`).toMatch(new RegExp(`^${what}: 422 .*${sentence.source}`));
  }
  expect((await restored(Buffer.from('a,b\n1,2\n'.repeat(50)))).status).toBe(422);
  expect(await workspaces()).toBe(before);
});

test('an export of an older version is restored under the names of today', async () => {
  const published = (await owner(tern, 'POST', '/surveys', { name: 'Old names', template: 'relationship-nps' })).json
    .id;
  const { definition, revision } = (await owner(tern, 'GET', `/surveys/${published}/draft`)).json;
  const draft = { definition: { ...definition, appearance: { accent: '#112233' } }, revision };
  expect((await owner(tern, 'PUT', `/surveys/${published}/draft`, draft)).status).toBe(200);
  expect((await owner(tern, 'POST', `/surveys/${published}/publish`, {})).json).toEqual({ version: 1 });
  const wave = { name: 'Asked', audience: 'customer' };
  const waveId = (await owner(tern, 'POST', `/surveys/${published}/waves`, wave)).json.id;
  expect((await owner(tern, 'PUT', `/waves/${waveId}/schedule`, { reminders: 1 })).status).toBe(200);
  expect((await owner(tern, 'PATCH', '/mail-settings', { perMinute: 7 })).status).toBe(200);
  const lines = linesOf(await exported(tern.id));
  const settings = lines.findIndex((line) => line.startsWith('{"table":"mail_settings"')) + 1;
  const older = lines.slice(0, -1).map((line, at) => {
    if (at === settings - 1) return line.replace('"columns":[', '"columns":["time_zone",');
    if (at === settings) return line.replace('[', '["Asia/Kolkata", ');
    const renamed = line.replace('{"table":"wave_schedules"', '{"table":"wave_plans"');
    return renamed.replaceAll('\\"appearance\\": {', '\\"theme\\": {');
  });
  expect(older.filter((line) => line.includes('"wave_plans"'))).toHaveLength(1);
  // The draft and the version.
  expect(older.filter((line) => line.includes('\\"theme\\": {\\"accent'))).toHaveLength(2);
  const { wave_schedules: schedules, ...rows } = JSON.parse(lines.at(-1) ?? '').rows;
  const sha256 = createHash('sha256')
    .update(`${older.join('\n')}\n`)
    .digest('hex');
  const end = JSON.stringify({ rows: { ...rows, wave_plans: schedules }, sha256 });
  const back = await restored(sealed(`${[...older, end].join('\n')}\n`));
  expect([back.status, back.json.detail]).toEqual([201, undefined]);
  expect(back.json.rows).toMatchObject({ wave_schedules: 1, mail_settings: 1 });
  const there = (at: string) => world.ask(tern.people.owner, 'GET', `/api/v1/workspaces/${back.json.id}${at}`);
  expect((await there(`/surveys/${published}/draft`)).json.definition).toEqual(draft.definition);
  expect((await there(`/surveys/${published}/versions/1`)).json.definition).toEqual(draft.definition);
  expect((await there(`/waves/${waveId}/schedule`)).json).toMatchObject({ reminders: 1 });
  expect((await there('/mail-settings')).json).toMatchObject({ perMinute: 7, timeZone: 'Asia/Kolkata' });
});

test('only owners take a whole workspace out, no key does, and it is on record', async () => {
  const at = `/api/v1/workspaces/${tern.id}/export`;
  for (const role of ['lead', 'analyst', 'team_lead', 'viewer'] as const) {
    expect((await world.ask(tern.people[role], 'GET', at)).status).toBe(403);
  }
  expect((await world.ask(await world.apiKey(tern.id, ['read', 'export']), 'GET', at)).status).toBe(403);
  const lantern = await world.company(LANTERN_HOTELS);
  expect((await world.ask(lantern.people.owner, 'GET', at)).status).toBe(404);
  const log = (await owner(tern, 'GET', '/audit')).json;
  expect(JSON.stringify(log)).toContain('workspace.export');
});

test('who was erased after the export stays erased when an older export is restored', async () => {
  const company = await world.company('Kite Trains');
  await fill(company);
  const old = await world.app.request(`/api/v1/workspaces/${company.id}/export`, {
    headers: { cookie: company.people.owner.cookie },
  });
  const bytes = Buffer.from(await old.arrayBuffer());
  const contact = (await owner(company, 'GET', '/contacts?search=K17')).json.contacts.find(
    (one: { key: string }) => one.key === 'K17',
  );
  expect((await owner(company, 'DELETE', `/contacts/${contact.id}`)).json).toEqual({ responses: 2 });
  expect((await owner(company, 'DELETE', '/respondents?key=staff7')).json).toEqual({ responses: 1 });
  const back = await restored(bytes, world, company.people.owner.cookie);
  expect([back.status, back.json.erased]).toEqual([201, 3]);
  const report = await gaps(back.json, world, company.people.owner);
  expect(withoutOwnId(report)).toEqual(withoutOwnId(await gaps(company, world, company.people.owner)));
  const found = await world.ask(company.people.owner, 'GET', `/api/v1/workspaces/${back.json.id}/contacts?search=K17`);
  expect(found.json.contacts.map((one: { key: string }) => one.key)).not.toContain('K17');
});
