import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { responseKey } from '../../src/server/intake/response-key.ts';
import { ownerOf, postResponse, publishRatings, RATINGS, type RatingLink, wholeResponse } from '../answering.ts';
import { rounds } from '../deep.ts';
import { missing, readStored } from '../stored-answers.ts';
import {
  answersUpTo,
  customerVisit,
  goOn,
  inviteStaff,
  PARTS,
  poster,
  type Signed,
  staffVisit,
  type Visit,
} from '../visits.ts';
import { gone, type Launched, launch, postgresPid, query, temporaryFolder } from './launch.ts';

/**
 * Acknowledged means on disk: the whole server is killed at random moments while people answer. Every acknowledged
 * answer must be there once, whole, with its event, and what was not acknowledged is there whole or not at all. Some people
 * send everything at once, some part by part, and staff with tickets, in transactions of their own.
 */
let place: Awaited<ReturnType<typeof temporaryFolder>>;
let survey: RatingLink;
/** Personal links of staff that are not used yet. */
let invited: string[];
beforeAll(async () => {
  place = await temporaryFolder();
  const server = await launch(place.folder);
  await server.ready();
  const token = /#token=(\S+)/.exec(server.output())?.[1] ?? '';
  const ask = await ownerOf(`http://127.0.0.1:${server.port}`, token);
  survey = await publishRatings(ask, ['customer', 'staff']);
  invited = await inviteStaff(ask, survey, 500);
  server.child.kill('SIGTERM');
  await server.exit;
});
afterAll(() => place.remove());

const CONNECTIONS = 10;
const VISITORS = 4;
const STAFF = 2;

/** What the server acknowledged, over all rounds. */
interface Acknowledged {
  readonly whole: Set<string>;
  /** Customers and staff who answer part by part; those who were cut off go on in the next round. */
  readonly visits: Visit[];
  readonly staff: Visit[];
  readonly tickets: Signed[];
}

/** Answers without pause until the server is gone. Every second one again, as a device does that got no reply. */
async function answerUntilCut(port: number, acknowledged: Acknowledged): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS + VISITORS + STAFF });
  const post = poster(port, agent);
  let running = true;
  const repeat = async (work: () => Promise<unknown>) => {
    while (running) {
      await work().catch(() => {
        running = false;
      });
    }
  };
  const whole = async () => {
    const id = randomUUID();
    for (let time = 0; time < 2; time++) {
      const { status, text } = await postResponse(port, wholeResponse(survey.link, id), agent);
      if (status !== 200) throw new Error(`${status} ${text}`);
      acknowledged.whole.add(responseKey(id));
    }
  };
  const cutOff = { visits: leftOf(acknowledged.visits), staff: leftOf(acknowledged.staff) };
  const visit = async () => {
    const one = cutOff.visits.pop() ?? customerVisit(survey);
    if (!acknowledged.visits.includes(one)) acknowledged.visits.push(one);
    await goOn(post, one);
  };
  const member = async () => {
    const known = cutOff.staff.pop();
    const token = known ? undefined : invited.pop();
    if (!known && token === undefined) return sleep(50);
    const one = known ?? (await staffVisit(post, token ?? '', (signed) => acknowledged.tickets.push(signed)));
    if (!known) acknowledged.staff.push(one);
    await goOn(post, one);
  };
  const times = (n: number, work: () => Promise<unknown>) => Array.from({ length: n }, () => repeat(work));
  await Promise.all([...times(CONNECTIONS, whole), ...times(VISITORS, visit), ...times(STAFF, member)]);
  agent.destroy();
}

const leftOf = (visits: readonly Visit[]) => visits.filter(({ next }) => next < PARTS);

async function kill(server: Launched, everything: boolean): Promise<void> {
  const pid = postgresPid(place.folder);
  server.child.kill('SIGKILL');
  if (everything) process.kill(-pid, 'SIGKILL');
  await server.exit;
  if (everything) await gone(pid);
}

test(
  'killed at random moments under load: nothing acknowledged is lost, doubled or half stored',
  async () => {
    const acknowledged: Acknowledged = { whole: new Set(), visits: [], staff: [], tickets: [] };
    const readyAfter: number[] = [];
    for (let round = 0; round < rounds(40, 1_000); round++) {
      const began = performance.now();
      const server = await launch(place.folder);
      await server.ready();
      if (round > 0) readyAfter.push(performance.now() - began);
      const before = acknowledged.whole.size;
      const answering = answerUntilCut(server.port, acknowledged);
      // The first kill comes after the first answer, so that the load is known to reach the server.
      while (round === 0 && acknowledged.whole.size === before && performance.now() - began < 20_000) await sleep(10);
      await sleep(30 + Math.random() * 500);
      await kill(server, round % 2 === 0);
      await answering;
      if (round === 0) expect(acknowledged.whole.size, 'the load reached the server').toBeGreaterThan(before);
    }
    const server = await launch(place.folder);
    await server.ready();
    await expectWhole(acknowledged);
    await expectSigned(server.port, acknowledged.tickets);
    server.child.kill('SIGTERM');
    await server.exit;
    const sorted = readyAfter.sort((a, b) => a - b);
    process.stdout.write(
      `${acknowledged.whole.size} whole, ${acknowledged.visits.length} visits of customers and ${acknowledged.staff.length} of staff acknowledged over ${readyAfter.length + 1} kills; ready again after a kill: median ${Math.round(
        sorted[sorted.length >> 1] ?? 0,
      )} ms, slowest ${Math.round(sorted.at(-1) ?? 0)} ms (Node's own start included)\n`,
    );
  },
  rounds(2_400_000, 14_400_000),
);

async function expectWhole(acknowledged: Acknowledged): Promise<void> {
  const stored = await readStored((statement) => query(place.folder, statement));
  const visits = new Map([...acknowledged.visits, ...acknowledged.staff].map((one) => [one.key, one]));
  // Whole responses and the parts of visits are there altogether or not at all.
  const torn = [...stored.values()].filter(
    ({ key, given }) => Object.keys(given).length % (visits.has(key) ? RATINGS / PARTS : RATINGS) !== 0,
  );
  expect(torn).toEqual([]);
  expect([...acknowledged.whole].filter((id) => !stored.has(id))).toEqual([]);
  const lost = [...visits.values()].flatMap(({ response, key, next }) =>
    missing(stored, key, answersUpTo(response, next)),
  );
  expect(lost).toEqual([]);
  const staff = new Set(acknowledged.staff.map(({ key }) => key));
  expect([...stored.values()].filter(({ key, audience }) => (audience === 'staff') !== staff.has(key))).toEqual([]);
  // More than one part each: the load was what it is meant to be.
  for (const ones of [acknowledged.visits, acknowledged.staff]) expect(ones.some(({ next }) => next > 1)).toBe(true);
}

/** An invitation that got its ticket stays used by it: the same number is signed again, another one is not. */
async function expectSigned(port: number, tickets: readonly Signed[]): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  for (const { token, blinded, signed } of tickets.slice(-40)) {
    const again = await postResponse(port, { token, blinded }, agent, '/api/v1/tickets');
    expect([again.status, JSON.parse(again.text).signed]).toEqual([200, signed]);
    const other = await postResponse(port, { token, blinded: another(blinded) }, agent, '/api/v1/tickets');
    expect(other.status).not.toBe(200);
  }
  agent.destroy();
}

const another = (number: string) => `${number.startsWith('1') ? '2' : '1'}${number.slice(1)}`;
