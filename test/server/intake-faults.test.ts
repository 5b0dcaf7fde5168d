import { randomUUID } from 'node:crypto';
import { Agent, createServer, type Server } from 'node:http';
import { connect, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Connection, connect as connectDatabase } from '../../src/server/db/connect.ts';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { answerDirectly } from '../../src/server/http/direct.ts';
import { RateLimiter } from '../../src/server/http/rate-limit.ts';
import { ROUTES } from '../../src/server/http/registry.ts';
import type { Services } from '../../src/server/http/route.ts';
import type { Sending } from '../../src/server/intake/batch.ts';
import { partFingerprint } from '../../src/server/intake/fingerprint.ts';
import { IntakeQueue } from '../../src/server/intake/queue.ts';
import { responseKey } from '../../src/server/intake/response-key.ts';
import { partSchema } from '../../src/server/intake/schema.ts';
import { addResponses, removeResponses } from '../../src/server/responses/verbs.ts';
import { postResponse } from '../answering.ts';
import { rounds } from '../deep.ts';
import { type Company, openWorld, TERN_FERRIES, type World } from '../world.ts';
import { type Listening, listening, part, send } from './intake-world.ts';
import { differingCells } from './small-workspace.ts';

const ANY = { burst: 1e12, perSecond: 1e12 };
const LIMITS = { address: ANY, public: ANY, parts: ANY, responses: ANY, visits: ANY, account: ANY, attempts: ANY };

let world: World;
let tern: Company;
let survey: Listening;
let link: string;
/** Two processes' worth of servers on one database. */
const servers: Server[] = [];
const ports: number[] = [];
const closing: (() => Promise<void>)[] = [];
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

beforeAll(async () => {
  world = await openWorld();
  tern = await world.company(TERN_FERRIES);
  survey = await listening(world, tern.id);
  link = await survey.link();
  ports.push(await serve(world.database.app), await serveAnother());
});
afterAll(async () => {
  agent.destroy();
  for (const server of servers) server.closeAllConnections();
  for (const server of servers) server.close();
  for (const close of closing) await close();
  await world.close();
});

function serve(connection: Connection): Promise<number> {
  const services: Services = { ...world.services, connection };
  const limiter = new RateLimiter(() => 0);
  const direct = answerDirectly(services, ROUTES, { limits: LIMITS, limiter, draining: () => false });
  const server = createServer((request, response) => void direct(request, response));
  servers.push(server);
  return listen(server);
}

/** One that knows nothing yet of what the others have read or fetched. */
function serveAnother(): Promise<number> {
  const connection = connectDatabase(world.database.appUrl, { max: 8 });
  closing.push(() => connection.close());
  return serve(connection);
}

function listen(server: Server | TcpServer): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
}

const rows = <T>(statement: ReturnType<typeof sql<T>>): Promise<T[]> =>
  inWorkspace(world.database.app.db, tern.id, async (tx) => (await statement.execute(tx)).rows);
/** Of a failure of the database; throws what is none. */
function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === '40P01') return error.code;
  throw error;
}
const countsAgree = async () =>
  expect(await inWorkspace(world.database.app.db, tern.id, (tx) => differingCells(tx, tern.id))).toEqual([]);

/** Hands everything through, and cuts every third answer as soon as the server has begun to give it. */
function cuttingProxy(target: number): TcpServer {
  let answers = 0;
  return createTcpServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    client.pipe(upstream);
    upstream.on('data', (bytes) => {
      answers += 1;
      if (answers % 3 === 0) client.destroy();
      else client.write(bytes);
    });
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
  });
}

test('500 responses, each posted 64 times at once by lines that are cut, are 500 responses with 500 events', async () => {
  const proxies = ports.map(cuttingProxy);
  const through = await Promise.all(proxies.map(listen));
  const bodies = Array.from({ length: 500 }, () => part(link, [5, 4, 3, 2, 1], { finished: true }));
  const posts = bodies.flatMap((body) =>
    Array.from({ length: 64 }, (_, i) => ({ body, port: through[i % 2] as number })),
  );
  const replies = new Map<string, number>();
  let cut = 0;
  let next = 0;
  await Promise.all(
    Array.from({ length: 64 }, async () => {
      for (let post = posts[next++]; post; post = posts[next++]) {
        const reply = await postResponse(post.port, post.body, agent).catch(() => undefined);
        const said = reply ? `${reply.status} ${reply.text}` : '';
        if (!reply) cut += 1;
        else replies.set(said, (replies.get(said) ?? 0) + 1);
      }
    }),
  );
  for (const proxy of proxies) proxy.close();
  expect([...replies.keys()]).toEqual(['200 {"stored":true,"finished":true}']);
  expect(cut).toBeGreaterThan(5_000);
  const keys = bodies.map((body) => responseKey(body.response));
  expect(await rows(sql`SELECT count(*) AS n FROM responses WHERE key = ANY(${keys})`)).toEqual([{ n: 500 }]);
  expect(await rows(sql`SELECT count(*) AS n FROM outbox WHERE subject = ANY(${keys})`)).toEqual([{ n: 500 }]);
  await countsAgree();
}, 180_000);

test('connections that are torn out of the database lose nothing that was acknowledged and double nothing', async () => {
  const admin = new pg.Client(world.database.superuserUrl);
  await admin.connect();
  const acknowledged = new Set<string>();
  let running = true;
  const killer = (async () => {
    while (running) {
      await admin.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'parallax_app'`,
      );
      await sleep(120);
    }
  })();
  const parts: ReturnType<typeof part>[] = [];
  await Promise.all(
    Array.from({ length: 32 }, async (_, sender) => {
      for (let i = 0; i < rounds(12, 300); i++) {
        const body = part(link, [1 + (i % 5), 3], { finished: true });
        parts.push(body);
        for (;;) {
          const reply = await postResponse(ports[sender % 2] as number, body, agent).catch(() => undefined);
          if (reply?.status === 200) break;
          await sleep(5);
        }
        acknowledged.add(responseKey(body.response));
      }
    }),
  );
  running = false;
  await killer;
  await admin.end();
  const keys = [...acknowledged];
  expect(keys).toHaveLength(parts.length);
  expect(await rows(sql`SELECT count(*) AS n FROM responses WHERE key = ANY(${keys})`)).toEqual([{ n: keys.length }]);
  expect(await rows(sql`SELECT count(*) AS n FROM outbox WHERE subject = ANY(${keys})`)).toEqual([{ n: keys.length }]);
  await countsAgree();
});

test('one part that the database cannot take harms no other of its batch', async () => {
  const bad = part(link, [1], { finished: true });
  await rows(sql`SELECT 1`);
  const admin = new pg.Client(world.database.superuserUrl);
  await admin.connect();
  await admin.query(`ALTER TABLE responses ADD CONSTRAINT no_such_key CHECK (key <> '${responseKey(bad.response)}')`);
  const good = Array.from({ length: 40 }, () => part(link, [2], { finished: true }));
  const replies = await Promise.all([...good.slice(0, 20), bad, ...good.slice(20)].map((body) => send(world, body)));
  await admin.query('ALTER TABLE responses DROP CONSTRAINT no_such_key');
  await admin.end();
  expect(replies.map((reply) => reply.status)).toEqual([...Array(20).fill(200), 422, ...Array(20).fill(200)]);
  await countsAgree();
});

test('whatever comes at once, parts, imports, deletions and acceptances, the counts are the answers', async () => {
  const own = await listening(world, tern.id);
  const way = await own.link();
  const keys = Array.from({ length: 6 }, () => randomUUID());
  const value = fc.constantFrom<number | null | undefined>(1, 2, 3, 4, 5, null, undefined);
  const action = fc.record({
    what: fc.constantFrom('part', 'part', 'part', 'part', 'import', 'delete', 'accept'),
    key: fc.nat(keys.length - 1),
    part: fc.nat(3),
    values: fc.array(value, { minLength: 1, maxLength: 4 }),
    odd: fc.boolean(),
  });
  const { db } = world.database.app;
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 4, maxLength: 24 }), async (actions) => {
      const statuses = await Promise.all(
        actions.map(async ({ what, key: at, part: number, values, odd }, i) => {
          const key = keys[at] as string;
          if (what === 'part') {
            const body = part(way, values, {
              response: key,
              part: number,
              finished: number === 3,
              internal: odd && at < 2,
            });
            return (await postResponse(ports[i % 2] as number, body, agent)).status;
          }
          if (what === 'accept') {
            const path = `/api/v1/workspaces/${tern.id}/surveys/${own.surveyId}/set-apart/accept`;
            return (await world.ask(tern.people.owner, 'POST', path, { audience: 'customer', reason: 'internal' }))
              .status;
          }
          const change = () =>
            inWorkspace(db, tern.id, async (tx) => {
              if (what === 'delete')
                return removeResponses(tern.id, tx, { surveyId: own.surveyId, key: responseKey(key) });
              const responses = [...keys].reverse().map((one) => ({
                key: responseKey(one),
                audience: 'customer' as const,
                ...(odd ? { channel: 'shop', weight: 2.5 } : {}),
                answers: [{ itemId: own.items[0] as string, lens: 'experience' as const, value: 1 + number }],
              }));
              return addResponses(tern.id, tx, own.surveyId, responses);
            });
          // Whoever imports or deletes what is being answered is told now and then to try again; nothing is stored then.
          while ((await change().catch(codeOf)) === '40P01');
          return 200;
        }),
      );
      expect(statuses.filter((status) => status !== 200 && status !== 409)).toEqual([]);
      await countsAgree();
    }),
    { numRuns: rounds(40, 2_000) },
  );
}, 900_000);

test('two processes that race one personal link end with one response that counts', async () => {
  const owner = (path: string, body: unknown) =>
    world.ask(tern.people.owner, 'POST', `/api/v1/workspaces/${tern.id}${path}`, body);
  const wave = await owner(`/surveys/${survey.surveyId}/waves`, { name: randomUUID(), audience: 'customer' });
  const made = await owner(`/waves/${wave.json.id}/invitations`, { count: rounds(20, 300) });
  const tokens: string[] = made.json.links.map((one: string) => one.split('token=')[1]);
  for (const token of tokens) {
    const bodies = [0, 1, 2, 3].map((i) => ({
      ...part('', [1 + i, 5 - i], { finished: true }),
      link: undefined,
      token,
    }));
    const replies = await Promise.all(bodies.map((body, i) => postResponse(ports[i % 2] as number, body, agent)));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 410, 410, 410]);
    const won = bodies[replies.findIndex(({ status }) => status === 200)]?.response;
    const keys = bodies.map((body) => responseKey(body.response));
    expect(await rows(sql`SELECT key FROM responses WHERE key = ANY(${keys})`)).toEqual([
      { key: responseKey(won ?? '') },
    ]);
    expect(await rows(sql`SELECT FROM outbox WHERE subject = ANY(${keys})`)).toHaveLength(1);
  }
  await countsAgree();
});

test('more parts than may wait are sent away to come again, and each is stored once when it does', async () => {
  const locked = new pg.Client(world.database.superuserUrl);
  await locked.connect();
  // Whoever holds the intake keeps every batch waiting.
  await locked.query(`SELECT pg_advisory_lock(hashtextextended('intake ${tern.id}', 0))`);
  const queue = new IntakeQueue(world.services);
  const bodies = Array.from({ length: 8_200 }, () => part(link, [4], { finished: true }));
  const store = async (body: (typeof bodies)[number]) => queue.store(tern.id, sendingOf(body));
  const sent = bodies.map((body) =>
    store(body).then(
      () => true,
      (problem) => problem,
    ),
  );
  await sleep(50);
  await locked.query(`SELECT pg_advisory_unlock(hashtextextended('intake ${tern.id}', 0))`);
  const ends = await Promise.all(sent);
  const refused = bodies.filter((_, i) => ends[i] !== true);
  expect(ends.filter((end) => end === true)).toHaveLength(8_192);
  expect(ends.at(-1)).toMatchObject({ code: 'unavailable', status: 503, retryAfter: 2 });
  await Promise.all(refused.map(store));
  const keys = bodies.map((body) => responseKey(body.response));
  expect(await rows(sql`SELECT count(*) AS n FROM responses WHERE key = ANY(${keys})`)).toEqual([{ n: 8_200 }]);
  await locked.end();
  await countsAgree();
});

test('a sequence of ids that was set back lets no response be written over another', async () => {
  const owner = new pg.Client(world.database.superuserUrl);
  await owner.connect();
  const own = await listening(world, tern.id);
  const way = await own.link();
  const first = part(way, [1, 1], { finished: true });
  expect((await postResponse(ports[0] as number, first, agent)).status).toBe(200);
  const [stored] = await rows(sql`SELECT id, given FROM responses WHERE key = ${responseKey(first.response)}`);
  const { id, given } = stored as { id: number; given: unknown };
  await owner.query("SELECT setval('responses_id_seq', $1, false)", [id]);
  const port = await serveAnother();
  const second = part(way, [5, 5], { finished: true });
  const refused = await postResponse(port, second, agent);
  expect(refused.status).toBeGreaterThanOrEqual(500);
  expect(await rows(sql`SELECT id, given FROM responses WHERE key = ${responseKey(first.response)}`)).toEqual([
    { id, given },
  ]);
  await owner.query("SELECT setval('responses_id_seq', (SELECT max(id) FROM responses))");
  expect((await postResponse(await serveAnother(), second, agent)).status).toBe(200);
  await owner.end();
  await countsAgree();
});

const sendingOf = (body: ReturnType<typeof part>): Sending => {
  const checked = partSchema.parse(body);
  const key = responseKey(checked.response);
  return { body: checked, key, fingerprint: partFingerprint(checked), day: '2026-11-22', flooding: () => false };
};
