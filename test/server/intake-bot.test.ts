import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { createApp } from '../../src/server/http/app.ts';
import { DEFAULT_LIMITS } from '../../src/server/http/rate-limit.ts';
import { type Company, openWorld, TERN_FERRIES, type World } from '../world.ts';
import { type Listening, listening, part } from './intake-world.ts';

/**
 * A robot that sends 1,000 responses a second while people answer now and then. The clock is the test's, so that minutes
 * pass in no more time than the work takes, and nobody is measured: how long people wait meanwhile is bench/'s to say.
 */
const PER_SECOND = 1_000;
/** Robots say 1, people 4 or 5: what counts of whom can be read from the report. */
const ROBOTS_SAY = 1;

let world: World;
let tern: Company;
let app: ReturnType<typeof createApp>;
let clock = Date.parse('2026-11-22T09:00:00Z');
beforeAll(async () => {
  world = await openWorld();
  tern = await world.company(TERN_FERRIES);
  const log = world.services.log.child({}, { level: 'error' });
  app = createApp({ ...world.services, log, now: () => new Date(clock) }, { limits: DEFAULT_LIMITS });
});
afterAll(() => world.close());

/** From a network, as the socket says it: robots write into their headers what they like. */
async function post(body: object, network: string, i: number): Promise<number> {
  const headers = { 'content-type': 'text/plain', 'x-forwarded-for': `10.${i % 250}.${i % 249}.${i % 251}` };
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  const reply = await app.request('/api/v1/responses', init, { incoming: { socket: { remoteAddress: network } } });
  await reply.arrayBuffer();
  return reply.status;
}

interface Attack {
  readonly seconds: number;
  readonly networks: number;
  /** What the robot sends besides its answers, as if it had taken its time. */
  readonly robot?: object;
  /** What people's devices send besides. */
  person?(response: string): object;
}

/** One person a second, each from a network of their own, among the robot's. Returns how many each of them sent. */
async function attack(link: string, { seconds, networks, robot = {}, person = () => ({}) }: Attack) {
  const statuses = new Set<number>();
  let sent = 0;
  for (let second = 0; second < seconds; second++) {
    for (let i = 0; i < PER_SECOND; i += 100) {
      const robots = Array.from({ length: 100 }, (_, k) => {
        const body = part(link, [ROBOTS_SAY, ROBOTS_SAY, ROBOTS_SAY], { finished: true, ...robot });
        return post(body, `198.51.${(i + k) % networks}.7`, i + k);
      });
      sent += robots.length;
      await Promise.all(robots);
      clock += 100;
    }
    const body = part(link, [4 + (second % 2), 4, 5], { finished: true });
    statuses.add(await post({ ...body, ...person(body.response) }, `203.0.${second}.9`, second));
  }
  expect([...statuses]).toEqual([200]);
  return { sent, people: seconds };
}

/** What the report counts of an item, by value; and who was set apart, by what they said. */
async function results(survey: Listening) {
  const report = await world.ask(tern.people.lead, 'GET', `/api/v1/workspaces/${tern.id}/gaps`);
  const mine = report.json.perspectives.filter(({ item }: { item: string }) => item === `item_0_${survey.surveyId}`);
  const counts = new Map<number, number>(
    mine.flatMap((one: { counts: { value: number; n: number }[] }) => one.counts.map(({ value, n }) => [value, n])),
  );
  const apart = await inWorkspace(world.database.app.db, tern.id, async (tx) => {
    const { rows } = await sql<{ reason: string; people: number; robots: number }>`
      SELECT reason, count(*) FILTER (WHERE (given -> 'q0' ->> 'value')::float > ${ROBOTS_SAY}) AS people,
        count(*) FILTER (WHERE (given -> 'q0' ->> 'value')::float = ${ROBOTS_SAY}) AS robots
      FROM set_apart_responses WHERE survey_id = ${survey.surveyId} GROUP BY reason ORDER BY reason`.execute(tx);
    return rows;
  });
  return { robots: counts.get(ROBOTS_SAY) ?? 0, people: (counts.get(4) ?? 0) + (counts.get(5) ?? 0), apart };
}

test.each([
  ['that is faster than anybody reads', { took: 400 }, 'too_fast'],
  ['that fills in every field it finds', { trap: 'http://casino.example' }, 'trap'],
])('of a robot in 50 networks %s nothing counts, and of people everything', async (_, robot, reason) => {
  const survey = await listening(world, tern.id);
  const { sent, people } = await attack(await survey.link(), { seconds: 5, networks: 50, robot });
  expect(await results(survey)).toEqual({ robots: 0, people, apart: [{ reason, people: 0, robots: sent }] });
});

test('of a robot in one network that behaves like people less than 1 % counts, and of people everything', {
  timeout: 240_000,
}, async () => {
  const survey = await listening(world, tern.id);
  const { sent, people } = await attack(await survey.link(), { seconds: 90, networks: 1 });
  const { burst, perSecond } = DEFAULT_LIMITS.responses;
  const found = await results(survey);
  expect(found.robots / sent).toBeLessThan(0.01);
  expect(found.robots).toBeLessThanOrEqual(burst + perSecond * 90 + 1);
  expect(found.people).toBe(people);
  expect(found.apart).toEqual([{ reason: 'flood', people: 0, robots: expect.any(Number) }]);
});

test('a robot in 50 networks has the allowance of each of them, and takes nobody else’s', async () => {
  const survey = await listening(world, tern.id);
  const usual = app;
  const limits = { ...DEFAULT_LIMITS, responses: { burst: 3, perSecond: 0.001 } };
  app = createApp({ ...world.services, now: () => new Date(clock) }, { limits });
  const { sent, people } = await attack(await survey.link(), { seconds: 5, networks: 50 });
  app = usual;
  const apart = [{ reason: 'flood', people: 0, robots: sent - 150 }];
  expect(await results(survey)).toEqual({ robots: 150, people, apart });
});

test('of a robot in 50 networks that behaves like people nothing counts where the link asks for proof of work', async () => {
  const survey = await listening(world, tern.id);
  const link = await survey.link();
  await inWorkspace(world.database.app.db, tern.id, (tx) =>
    sql`UPDATE survey_links SET work = 12 WHERE token = ${link}`.execute(tx),
  );
  const { sent, people } = await attack(link, {
    seconds: 10,
    networks: 50,
    person: (response) => ({ work: workFor(response) }),
  });
  const found = await results(survey);
  // One in 4,096 is work by chance.
  expect(found.robots / sent).toBeLessThan(0.01);
  expect(found.people).toBe(people);
  expect(found.apart).toEqual([{ reason: 'no_work', people: 0, robots: sent - found.robots }]);
});

function workFor(response: string): string {
  for (let work = 0; ; work++) {
    const hash = createHash('sha256').update(`${response}${work}`).digest();
    if (hash.readUInt16BE(0) < 16) return String(work);
  }
}
