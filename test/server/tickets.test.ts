import { randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { type Company, nobody, openWorld, TERN_FERRIES, type World } from '../world.ts';
import { type Listening, listening, part, send } from './intake-world.ts';
import { Device } from './ticket-device.ts';

let world: World;
let tern: Company;
let survey: Listening;
beforeAll(async () => {
  world = await openWorld();
  tern = await world.company(TERN_FERRIES);
  survey = await listening(world, tern.id);
});
afterAll(() => world.close());

const owner = (method: string, path: string, body?: unknown) =>
  world.ask(tern.people.owner, method, `/api/v1/workspaces/${tern.id}${path}`, body);
const rows = <T>(query: ReturnType<typeof sql<T>>) =>
  inWorkspace(world.database.app.db, tern.id, async (tx) => (await query.execute(tx)).rows);

async function wave(
  audience: 'leadership' | 'staff' | 'customer',
  count: number,
  more: { surveyId?: string; endsOn?: string } = {},
): Promise<{ waveId: string; devices: Device[] }> {
  const { surveyId = survey.surveyId, ...rest } = more;
  const made = await owner('POST', `/surveys/${surveyId}/waves`, { name: randomUUID(), audience, ...rest });
  const { links } = (await owner('POST', `/waves/${made.json.id}/invitations`, { count })).json;
  const devices = links.map((link: string) => new Device(world, link.split('#token=')[1] ?? ''));
  return { waveId: made.json.id, devices };
}
const stored = (waveId: string) =>
  rows(
    sql<{ key: string; given: Record<string, { value: number; part: number }>; published: boolean; finished: boolean }>`
    SELECT key, given, published, finished, parts, answered_on, contact_id, attributes, channel FROM responses WHERE wave_id = ${waveId}`,
  );
const pause = { took: 60_000 };

test('with a ticket one response is given, in parts, from wherever the ticket is', async () => {
  const { waveId, devices } = await wave('staff', 1);
  const [device = new Device(world, '')] = devices;
  const responses = await Promise.all([device, device].map((one, i) => one.send({ [`q${i}`]: 3 + i }, pause)));
  expect(responses.map(({ status }) => status)).toEqual([200, 200]);
  expect((await device.send({ q0: 5 }, pause)).status).toBe(200);
  const [row, ...others] = await stored(waveId);
  expect(others).toEqual([]);
  expect(row).toMatchObject({ published: false, contactId: null, attributes: {}, channel: 'link' });
  expect(Object.fromEntries(Object.entries(row?.given ?? {}).map(([key, { value }]) => [key, value]))).toEqual({
    q0: 5,
    q1: 4,
  });
});

test('the same number is signed again and again, another one never', async () => {
  const { devices } = await wave('leadership', 1);
  const [device = new Device(world, '')] = devices;
  const first = await device.ask();
  expect([first.status, (await device.ask()).json]).toEqual([200, first.json]);
  const other = await new Device(world, device.token).ask();
  expect([other.status, other.json.detail]).toEqual([410, expect.stringContaining('has been used')]);
  // Nobody learns by opening whether somebody has answered.
  expect((await device.open()).status).toBe(200);
  const racing = (await wave('leadership', 1)).devices[0]?.token ?? '';
  const raced = await Promise.all(Array.from({ length: 8 }, () => new Device(world, racing).ask()));
  expect(raced.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(410)]);
});

test('after its batch the same number is still signed, another one still not', async () => {
  const { waveId, devices } = await wave('staff', 12);
  const first = await devices[0]?.ask();
  const used = async () => (await owner('GET', `/waves/${waveId}/invitations`)).json.used;
  const inTable = async () =>
    (await rows(sql<{ n: number }>`SELECT count(*) AS n FROM invitations WHERE wave_id = ${waveId} AND used`))[0]?.n;
  for (const device of devices.slice(1, 4)) await device.ask();
  expect([await used(), await inTable()]).toEqual([0, 0]);
  await devices[4]?.ask();
  expect([await used(), await inTable()]).toEqual([5, 5]);
  // Of five more it is not told: the last two would be known to have answered last.
  for (const device of devices.slice(5, 11)) await device.ask();
  expect([await used(), await inTable()]).toEqual([5, 5]);
  await devices[11]?.ask();
  expect([await used(), await inTable()]).toEqual([10, 12]);
  expect((await devices[0]?.ask())?.json).toEqual(first?.json);
  expect((await new Device(world, devices[0]?.token ?? '').ask()).status).toBe(410);
  // One transaction wrote them all, in the order of their hashes.
  const order = await rows(
    sql<{ hash: string; xmin: string }>`SELECT encode(token_hash, 'hex') AS hash, xmin::text AS xmin FROM invitations
      WHERE wave_id = ${waveId} ORDER BY ctid`,
  );
  expect(new Set(order.map(({ xmin }) => xmin)).size).toBe(1);
  expect(order.map(({ hash }) => hash)).toEqual(order.map(({ hash }) => hash).sort());
});

test('marks leave no trace in the file: each time it is a new one', async () => {
  const { devices } = await wave('staff', 3);
  const client = new pg.Client(world.database.superuserUrl);
  await client.connect();
  const files = new Set<string>();
  for (const device of devices) {
    await device.ask();
    files.add((await client.query("SELECT pg_relation_filenode('ticket_marks') AS file")).rows[0].file);
    const { rows: dead } = await client.query(
      "SELECT pg_relation_size('ticket_marks') AS size, count(*) AS n FROM ticket_marks",
    );
    expect(dead[0].size).toBeLessThanOrEqual(8192 * Math.ceil(dead[0].n / 50));
  }
  await client.end();
  expect(files.size).toBe(3);
});

test('a batch is published as one: no parts, no order, one day', async () => {
  const { waveId, devices } = await wave('staff', 5);
  for (const [i, device] of devices.entries()) {
    if (i === 3) world.advance(86_400_000);
    for (let n = 0; n <= i % 3; n++) await device.send({ q0: 1 + i, q1: n + 1 }, { finished: n === i % 3, ...pause });
  }
  const batch = await rows(
    sql<{ id: number; parts: object; given: object; day: string; xmin: string; value: number; published: boolean }>`
      SELECT id, parts, given, answered_on AS day, xmin::text AS xmin, given -> 'q0' -> 'value' AS value, published
      FROM responses WHERE wave_id = ${waveId} ORDER BY ctid`,
  );
  expect(batch.map(({ value }) => value).sort()).toEqual([1, 2, 3, 4, 5]);
  for (const row of batch) {
    expect(row.published).toBe(true);
    expect(row.parts).toEqual({});
    expect(JSON.stringify(row.given)).not.toMatch(/"part":\s*\d/);
  }
  expect(new Set(batch.map(({ xmin }) => xmin)).size).toBe(1);
  expect(new Set(batch.map(({ day }) => day))).toEqual(new Set([world.services.now().toISOString().slice(0, 10)]));
  // Who goes on after the batch changes their answer when enough others do.
  expect((await devices[0]?.send({ q0: 5 }, pause))?.status).toBe(200);
  expect(await stored(waveId)).toHaveLength(6);
  for (const device of devices.slice(1)) await device.send({ q0: 5 }, pause);
  expect((await stored(waveId)).filter(({ published }) => published)).toHaveLength(5);
});

test('waves do not fill up each other’s batches', async () => {
  const [one, other] = [await wave('leadership', 4), await wave('leadership', 4)];
  for (const device of [...one.devices, ...other.devices]) await device.send({ q0: 3 }, pause);
  expect([...(await stored(one.waveId)), ...(await stored(other.waveId))].filter(({ published }) => published)).toEqual(
    [],
  );
});

test('the language stays where enough of the batch have it, and goes with all where one would stand out', async () => {
  const languages = async (spoken: readonly string[]) => {
    const { waveId, devices } = await wave('staff', spoken.length);
    await Promise.all(
      devices.map((device, i) => device.send({ q0: 3 }, { finished: false, language: spoken[i], ...pause })),
    );
    // All at once: the queue stores them as one batch.
    await Promise.all(devices.map((device) => device.send({ q1: 3 }, pause)));
    return (
      await rows(
        sql<{ language: string | null }>`SELECT language FROM responses WHERE wave_id = ${waveId} AND published`,
      )
    ).map(({ language }) => language);
  };
  expect(await languages(Array(5).fill('de'))).toEqual(Array(5).fill('de'));
  expect(await languages(['de', 'de', 'de', 'de', 'fr'])).toEqual(Array(5).fill(null));
});

test('made-up, borrowed and torn tickets are refused, and a wave that is over takes none', async () => {
  const { devices, waveId } = await wave('staff', 2);
  const elsewhere = await wave('staff', 1);
  const ticket = (await devices[0]?.fetchTicket()) ?? '';
  const [workspaceId, , serial, signature] = ticket.split('.') as [string, string, string, string];
  const refused = async (forged: string) =>
    (
      await world.ask(nobody, 'POST', '/api/v1/responses', {
        ticket: forged,
        response: randomUUID(),
        version: 1,
        part: 1,
        answers: { q0: 1 },
        finished: true,
        ...pause,
      })
    ).status;
  await elsewhere.devices[0]?.fetchTicket();
  for (const forged of [
    `${workspaceId}.${elsewhere.waveId}.${serial}.${signature}`,
    `${workspaceId}.${waveId}.${randomBytes(32).toString('hex')}.${signature}`,
    `${workspaceId}.${waveId}.${serial}.${'f'.repeat(512)}`,
    `${workspaceId}.${waveId}.${serial}.1`,
    `${workspaceId}.${waveId}.${serial.toUpperCase()}.${signature}`,
    `${workspaceId}.${randomUUID()}.${serial}.${signature}`,
    `${randomUUID()}.${waveId}.${serial}.${signature}`,
    `${ticket}0`.slice(0, -40),
    'x',
  ]) {
    expect([forged, await refused(forged)]).toEqual([forged, 404]);
  }
  expect(
    (await world.ask(nobody, 'POST', '/api/v1/tickets', { token: devices[1]?.token, blinded: 'f'.repeat(512) })).status,
  ).toBe(422);
  for (const blinded of ['', 'xyz', 'F0', 'f'.repeat(513), 7]) {
    expect((await world.ask(nobody, 'POST', '/api/v1/tickets', { token: devices[1]?.token, blinded })).status).toBe(
      400,
    );
  }
  expect((await devices[1]?.ask())?.status).toBe(200);

  const over = await wave('staff', 2, { endsOn: world.services.now().toISOString().slice(0, 10) });
  await over.devices[0]?.fetchTicket();
  world.advance(3 * 86_400_000);
  expect((await over.devices[0]?.send({ q0: 2 }, pause))?.status).toBe(410);
  expect((await over.devices[1]?.ask('f'.repeat(512)))?.status).toBe(410);
});

test('customers answer with the link itself, unless their survey is anonymous', async () => {
  const named = await wave('customer', 1);
  const settings = { progress: true, back: true, anonymousCustomers: true, askAgainAfterDays: null };
  const anonymous = await listening(world, tern.id, { settings });
  const quiet = await wave('customer', 1, { surveyId: anonymous.surveyId });
  const [open, hidden] = [named.devices[0], quiet.devices[0]];
  expect((await open?.open())?.json.ticket).toBeUndefined();
  expect((await open?.ask('ff'))?.status).toBe(409);
  expect((await hidden?.send({ q0: 3 }, pause))?.status).toBe(200);
  const { link: _, ...body } = part('', [3]);
  expect((await send(world, { ...body, token: hidden?.token })).status).toBe(422);
  expect((await owner('GET', `/waves/${quiet.waveId}/invitations`)).json).toMatchObject({ usedInStepsOf: 5 });
});
