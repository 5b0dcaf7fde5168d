import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { DEFAULT_LIMITS } from '../../src/server/http/rate-limit.ts';
import { responseKey } from '../../src/server/intake/response-key.ts';
import { type Company, openWorld, TERN_FERRIES, type World } from '../world.ts';
import { type Listening, listening, part, send } from './intake-world.ts';

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

/** Why a response is set apart; undefined where it counts. */
async function reasonOf(response: string): Promise<string | undefined> {
  const found = await inWorkspace(world.database.app.db, tern.id, async (tx) => ({
    apart: (
      await sql<{
        reason: string;
      }>`SELECT reason FROM set_apart_responses WHERE key = ${responseKey(response)}`.execute(tx)
    ).rows,
    counted: (await sql`SELECT FROM responses WHERE key = ${responseKey(response)}`.execute(tx)).rows.length,
  }));
  expect(found.apart.length + found.counted).toBe(1);
  return found.apart[0]?.reason;
}

const apart = (surveyId: string) =>
  inWorkspace(world.database.app.db, tern.id, async (tx) => {
    const of = sql<{
      key: string;
      reason: string;
    }>`SELECT key, reason FROM set_apart_responses WHERE survey_id = ${surveyId}`;
    return (await of.execute(tx)).rows;
  });

/** Sends the parts of one response, in this order: [number, answers, milliseconds, finished]. */
async function sendParts(...parts: [part: number, values: number[], took: number, finished?: boolean][]) {
  const { response } = part(link, []);
  let next = 0;
  for (const [number, values, took, finished = false] of parts) {
    const answers = Object.fromEntries(values.map((value) => [`q${next++}`, value]));
    const body = { ...part(link, []), response, part: number, answers, took, finished };
    expect((await send(world, body)).json).toEqual({ stored: true, finished });
  }
  return reasonOf(response);
}

test('a visit that goes on later is judged by all the time it took, also where its clock begins anew', async () => {
  const nine = [1, 2, 3, 4, 5, 1, 2, 3, 4];
  // A device that keeps the time; and one that does not, which says only how long ago the page was loaded again.
  expect(await sendParts([0, nine, 60_000], [1, [5], 62_000, true])).toBeUndefined();
  expect(await sendParts([0, nine, 60_000], [1, [5], 1_900], [2, [], 1_950, true])).toBeUndefined();
  // Nobody gives three more in half a second, whatever was before.
  expect(await sendParts([0, nine.slice(3), 60_000], [1, [1, 2, 3], 500])).toBe('too_fast');
});

test('a clock that goes on is judged as before', async () => {
  expect(await sendParts([0, [1], 300], [1, [2, 3, 4, 5], 1_000])).toBe('too_fast');
  expect(await sendParts([0, [1], 400], [1, [2], 800], [2, [3], 1_400, true])).toBe('too_fast');
  // Two answers that took their least, and a third after a reload: too little even so.
  expect(await sendParts([0, [1, 2], 600], [1, [3], 500, true])).toBe('too_fast');
});

test('a flood is what one network sends to one survey; of kiosks ten times as much', async () => {
  const limits = { ...DEFAULT_LIMITS, responses: { burst: 4, perSecond: 0.001 } };
  const [few, usual] = [
    await openWorld({ database: world.database, app: { limits } }),
    await openWorld({ database: world.database, app: { limits: DEFAULT_LIMITS } }),
  ];
  const own = await listening(world, tern.id);
  const another = await listening(world, tern.id);
  const floods = async (at: World, links: readonly string[], times: number, by = own) => {
    const bodies = Array.from({ length: times }, (_, i) => part(links[i % links.length] as string, [4]));
    const sent = await Promise.all(bodies.map((body) => send(at, body)));
    expect(new Set(sent.map(({ status }) => status))).toEqual(new Set([200]));
    const keys = new Set<string>(bodies.map((body) => responseKey(body.response)));
    return (await apart(by.surveyId)).filter(({ key, reason }) => keys.has(key) && reason === 'flood').length;
  };
  // Two links of one survey are one survey; another survey is another.
  expect(await floods(few, [await own.link(), await own.link()], 6)).toBe(2);
  expect(await floods(few, [await another.link()], 4, another)).toBe(0);
  const kiosk = await own.link({ channel: 'kiosk' });
  expect(await floods(few, [kiosk], 42)).toBe(2);
  // A day of a kiosk without a network, however it comes; a hall that scans one poster.
  const third = await listening(world, tern.id);
  expect(await floods(usual, [await third.link({ channel: 'kiosk' })], 300, third)).toBe(0);
  expect(await floods(usual, [await third.link()], 500, third)).toBe(0);
  for (const each of [few, usual]) await each.close();
});

test('who reads what is stored learns nothing to write with: the id of the device is kept as a hash', async () => {
  const link = await survey.link();
  const body = part(link, [5, 5], { finished: true });
  expect((await send(world, body)).status).toBe(200);
  const reader = await world.apiKey(tern.id, ['read', 'export']);
  const base = `/api/v1/workspaces/${tern.id}/surveys/${survey.surveyId}`;
  const list = await world.ask(reader, 'GET', `${base}/responses?limit=200`);
  const csv = await world.ask(reader, 'GET', `${base}/export?format=csv`);
  const key = responseKey(body.response);
  for (const { text } of [list, csv]) {
    expect(text).toContain(key);
    expect(text).not.toContain(body.response);
  }
  const dashed = key.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  for (const response of [key, dashed]) {
    await send(world, part(link, [1, 1], { response, part: 9_999, finished: true }));
  }
  const after = await world.ask(reader, 'GET', `${base}/responses?limit=200`);
  const [stored] = after.json.responses.filter((one: { key: string }) => one.key === key);
  expect(stored.answers).toMatchObject({ q0: 5, q1: 5 });
  // The device itself may correct what it said.
  expect((await send(world, { ...body, part: 1, answers: { q0: 4 } })).status).toBe(200);
});
