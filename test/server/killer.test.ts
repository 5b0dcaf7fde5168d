import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ownerOf, postResponse, publishRatings, RATINGS, type RatingLink, wholeResponse } from '../answering.ts';
import { rounds } from '../deep.ts';
import { gone, type Launched, launch, postgresPid, query, temporaryFolder } from './launch.ts';

/**
 * Acknowledged means on disk: the whole server is killed at random moments while people answer. Every acknowledged
 * answer must be there once, whole, with its event, and what was not acknowledged is there whole or not at all.
 */
let place: Awaited<ReturnType<typeof temporaryFolder>>;
let survey: RatingLink;
beforeAll(async () => {
  place = await temporaryFolder();
  const server = await launch(place.folder);
  await server.ready();
  const token = /#token=(\S+)/.exec(server.output())?.[1] ?? '';
  survey = await publishRatings(await ownerOf(`http://127.0.0.1:${server.port}`, token));
  server.child.kill('SIGTERM');
  await server.exit;
});
afterAll(() => place.remove());

const CONNECTIONS = 16;

/** Answers without pause until the server is gone. Every second one again, as a device does that got no reply. */
async function answerUntilCut(port: number, acknowledged: Set<string>): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  let running = true;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (running) {
        const id = randomUUID();
        try {
          for (let time = 0; time < 2; time++) {
            const { status, text } = await postResponse(port, wholeResponse(survey.link, id), agent);
            if (status !== 200) throw new Error(`${status} ${text}`);
            acknowledged.add(id);
          }
        } catch {
          running = false;
        }
      }
    }),
  );
  agent.destroy();
}

async function kill(server: Launched, everything: boolean): Promise<void> {
  const pid = postgresPid(place.folder);
  server.child.kill('SIGKILL');
  if (everything) process.kill(-pid, 'SIGKILL');
  await server.exit;
  if (everything) await gone(pid);
}

test('killed at random moments under load: nothing acknowledged is lost, doubled or half stored', async () => {
  const acknowledged = new Set<string>();
  const readyAfter: number[] = [];
  for (let round = 0; round < rounds(40, 1_000); round++) {
    const began = performance.now();
    const server = await launch(place.folder);
    await server.ready();
    if (round > 0) readyAfter.push(performance.now() - began);
    const before = acknowledged.size;
    const answering = answerUntilCut(server.port, acknowledged);
    // The first kill comes after the first answer, so that the load is known to reach the server.
    while (round === 0 && acknowledged.size === before && performance.now() - began < 20_000) await sleep(10);
    await sleep(30 + Math.random() * 500);
    await kill(server, round % 2 === 0);
    await answering;
    if (round === 0) expect(acknowledged.size, 'the load reached the server').toBeGreaterThan(before);
  }
  const server = await launch(place.folder);
  await server.ready();
  await expectWhole(acknowledged);
  server.child.kill('SIGTERM');
  await server.exit;
  const sorted = readyAfter.sort((a, b) => a - b);
  process.stdout.write(
    `${acknowledged.size} acknowledged over ${readyAfter.length + 1} kills; ready again after a kill: median ${Math.round(
      sorted[sorted.length >> 1] ?? 0,
    )} ms, slowest ${Math.round(sorted.at(-1) ?? 0)} ms (Node's own start included)\n`,
  );
}, 2_400_000);

async function expectWhole(acknowledged: ReadonlySet<string>): Promise<void> {
  const rows = await query(
    place.folder,
    `SELECT r.key, count(DISTINCT r.id) AS copies, count(a.item_id) AS answers
     FROM responses r LEFT JOIN answers a ON a.workspace_id = r.workspace_id AND a.response_id = r.id GROUP BY r.key`,
  );
  expect(rows.filter((row) => Number(row.copies) !== 1)).toEqual([]);
  expect(rows.filter((row) => Number(row.answers) !== RATINGS)).toEqual([]);
  // One network that sends as fast as this is set apart from some number on: kept, and as whole as the others.
  const apart = await query(
    place.folder,
    'SELECT key, (SELECT count(*) FROM jsonb_object_keys(given)) AS answers FROM set_apart_responses',
  );
  expect(apart.filter((row) => Number(row.answers) !== RATINGS)).toEqual([]);
  const stored = new Set(rows.map((row) => String(row.key)));
  const kept = new Set(apart.map((row) => String(row.key)));
  expect([...kept].filter((id) => stored.has(id))).toEqual([]);
  expect([...acknowledged].filter((id) => !stored.has(id) && !kept.has(id))).toEqual([]);
  const events = await query(
    place.folder,
    `SELECT subject, count(*) AS n FROM outbox WHERE kind = 'response.finished' GROUP BY subject`,
  );
  expect(events.filter((event) => Number(event.n) !== 1)).toEqual([]);
  expect(new Set(events.map((event) => String(event.subject)))).toEqual(stored);
  const [counted] = await query(place.folder, 'SELECT sum(n)::bigint AS n FROM answer_counts');
  expect(Number(counted?.n)).toBe(rows.length * RATINGS);
}
