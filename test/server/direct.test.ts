import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from '../../src/server/http/app.ts';
import { answerDirectly } from '../../src/server/http/direct.ts';
import { DEFAULT_LIMITS, RateLimiter } from '../../src/server/http/rate-limit.ts';
import { ROUTES } from '../../src/server/http/registry.ts';
import { openWorld, TERN_FERRIES, type World } from '../world.ts';
import { listening, part } from './intake-world.ts';

/** The short way and the long one, side by side on real sockets: whatever is sent, both say the same. */
let world: World;
let link: string;
const servers: Server[] = [];
const ports: { direct: number; long: number } = { direct: 0, long: 0 };
let answered = 0;

beforeAll(async () => {
  world = await openWorld();
  const tern = await world.company(TERN_FERRIES);
  link = await (await listening(world, tern.id)).link();
  for (const way of ['direct', 'long'] as const) {
    const limiter = new RateLimiter(() => world.services.now().getTime());
    const shared = {
      limits: { ...DEFAULT_LIMITS, public: { burst: 40, perSecond: 0.001 } },
      limiter,
      draining: () => false,
    };
    const listener = getRequestListener(createApp(world.services, shared).fetch);
    const direct = answerDirectly(world.services, ROUTES, shared);
    const server = createServer((request, response) => {
      if (way === 'direct' && direct(request, response)) answered += 1;
      else void listener(request, response);
    });
    ports[way] = await new Promise((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
    });
    servers.push(server);
  }
});
afterAll(async () => {
  for (const server of servers) server.close();
  await world.close();
});

async function both(init: RequestInit & { path?: string }, times = 1) {
  const seen = [];
  for (const port of [ports.direct, ports.long]) {
    let answer = new Response();
    let text = '';
    for (let i = 0; i < times; i++) {
      answer = await fetch(`http://127.0.0.1:${port}${init.path ?? '/api/v1/responses'}`, { method: 'POST', ...init });
      text = await answer.text();
    }
    const headers = Object.fromEntries(
      [...answer.headers].filter(
        ([name]) => !/^(date|keep-alive|connection|content-length|transfer-encoding)$/.test(name),
      ),
    );
    const id = headers['x-request-id'] ?? '';
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    seen.push({
      status: answer.status,
      headers: { ...headers, 'x-request-id': '', 'retry-after': '' },
      text: text.replaceAll(id, ''),
    });
  }
  expect(seen[0]).toEqual(seen[1]);
  return seen[0]?.status;
}

test('both ways give the same answers, headers and refusals', async () => {
  const plain = { 'content-type': 'text/plain' };
  const body = JSON.stringify(part(link, [5, 4]));
  expect(await both({ body, headers: plain })).toBe(200);
  expect(await both({ body, headers: { 'content-type': 'application/json; charset=utf-8' } })).toBe(200);
  expect(await both({ body: JSON.stringify({ ...JSON.parse(body), answers: { q0: 1 } }), headers: plain })).toBe(409);
  expect(await both({ body: JSON.stringify(part(link, [9])), headers: plain })).toBe(422);
  expect(await both({ body: JSON.stringify(part('nobody knows it', [1])), headers: plain })).toBe(404);
  expect(await both({ body: '{"link":', headers: plain })).toBe(400);
  expect(await both({ body: '', headers: plain })).toBe(400);
  expect(await both({ body: '[]', headers: plain })).toBe(400);
  expect(await both({ body: '{"__proto__":{}}', headers: plain })).toBe(400);
  expect(await both({ body: `${'['.repeat(500)}`, headers: plain })).toBe(400);
  expect(await both({ body: Buffer.from([0xff, 0xfe]), headers: plain })).toBe(400);
  expect(await both({ body, headers: { 'content-type': 'application/x-www-form-urlencoded' } })).toBe(415);
  expect(await both({ body: `{"a":"${'x'.repeat(70_000)}"}`, headers: plain })).toBe(413);
  expect(
    await both({ body, headers: { ...plain, cookie: `parallax=${randomUUID()}`, authorization: 'Bearer x' } }),
  ).toBe(200);
  const took = answered;
  expect(took).toBeGreaterThan(10);
  expect(await both({ body, headers: plain, path: '/api/v1/responses?x=1' })).toBe(400);
  expect(await both({ method: 'PUT', body, headers: plain })).toBe(405);
  expect(await both({ method: 'OPTIONS' })).toBe(204);
  expect(answered).toBe(took);
  expect(await both({ body, headers: plain }, 45)).toBe(429);
});
