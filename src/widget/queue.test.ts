import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { pause } from './queue.ts';

const HOUR = 3_600_000;
const RESPONSE = '6f2a1c1e-3a50-4d0a-9a3b-6f6d0f0c9f11';

/** A server that can be down, and remembers what it acknowledged. */
const server = { status: 0, stored: [] as string[], asked: 0 };
/** What outlives a reload: this browser refuses IndexedDB. */
let storage: Record<string, string>;

beforeEach(() => {
  vi.useFakeTimers();
  Object.assign(server, { status: 200, stored: [], asked: 0 });
  storage = Object.create({
    setItem: (key: string, value: string) => {
      storage[key] = value;
    },
    removeItem: (key: string) => delete storage[key],
  });
  vi.stubGlobal('localStorage', storage);
  vi.stubGlobal('navigator', {});
  vi.stubGlobal('addEventListener', () => undefined);
  vi.stubGlobal('fetch', async (_: string, { body }: { body: string }) => {
    server.asked++;
    if (server.status === 0) throw new TypeError('no network');
    if (server.status === 200) server.stored.push(body);
    const type = server.status === 200 ? 'application/json' : 'application/problem+json';
    const stored = server.status === 200;
    return new Response(JSON.stringify({ stored }), { status: server.status, headers: { 'Content-Type': type } });
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const part = (number: number) => ({
  link: 'l',
  response: RESPONSE,
  version: 1,
  part: number,
  answers: { [`q${number}`]: number },
  finished: false,
  took: 60_000,
});

/** The page as it begins after a reload: nothing in memory. */
async function load() {
  vi.resetModules();
  return import('./queue.ts');
}

test('a day without a server, reloads in between, and every part arrives once', async () => {
  server.status = 0;
  let queue = await load();
  for (let i = 0; i < 24; i++) {
    queue.send('/responses', part(i));
    await vi.advanceTimersByTimeAsync(HOUR);
    if (i % 5 === 4) {
      vi.clearAllTimers();
      queue = await load();
      queue.adopt();
    }
  }
  expect(queue.unsent(RESPONSE)).toEqual({ waiting: 24, refused: 0 });
  // Patient: every five minutes at most once it knows, not every second.
  expect(server.asked).toBeLessThan(24 * 40);
  server.status = 200;
  await vi.advanceTimersByTimeAsync(600_000);
  expect(server.stored.map((body) => JSON.parse(body).part).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 24 }, (_, i) => i),
  );
  expect(queue.unsent(RESPONSE)).toEqual({ waiting: 0, refused: 0 });
  expect(Object.keys(storage)).toEqual([]);
});

test('what the server will never take is kept, said, and not sent again', async () => {
  server.status = 410;
  const queue = await load();
  queue.send('/responses', part(0));
  await vi.advanceTimersByTimeAsync(HOUR);
  expect(server.asked).toBe(1);
  expect(queue.unsent(RESPONSE)).toEqual({ waiting: 0, refused: 1 });
  expect(Object.keys(storage)).toHaveLength(1);
});

test('a number that is taken is changed, and not for ever', async () => {
  server.status = 409;
  const queue = await load();
  queue.send('/responses', part(0));
  await vi.advanceTimersByTimeAsync(HOUR);
  expect(server.asked).toBe(4);
  expect(queue.unsent(RESPONSE)).toEqual({ waiting: 0, refused: 1 });
});

test('what waits for a network goes out in order, one response a second, and what leaves with the page at once', async () => {
  server.status = 0;
  let queue = await load();
  const key = (i: number) => RESPONSE.replace(/..$/, String(i + 10));
  for (let i = 0; i < 30; i++) {
    for (const number of [0, 1, 2]) queue.send('/responses', { ...part(number), response: key(i) });
    await vi.advanceTimersByTimeAsync(1000);
  }
  vi.clearAllTimers();
  queue = await load();
  server.status = 200;
  queue.adopt();
  const begun = () => new Set(server.stored.map((body) => JSON.parse(body).response)).size;
  for (let second = 0; second < 29; second++) {
    await vi.advanceTimersByTimeAsync(second ? 1000 : 0);
    expect(begun()).toBe(second + 1);
    expect(queue.unsent(RESPONSE).waiting).toBeGreaterThanOrEqual(29 - second);
  }
  queue.send('/responses', { ...part(0), response: key(80) });
  queue.send('/responses', { ...part(1), response: key(80) });
  queue.flush(key(80));
  await vi.advanceTimersByTimeAsync(0);
  expect(server.stored.slice(-2).map((body) => JSON.parse(body).response)).toEqual([key(80), key(80)]);
  await vi.advanceTimersByTimeAsync(5000);
  expect(server.stored).toHaveLength(92);
  expect(new Set(server.stored).size).toBe(92);
  expect(queue.unsent(RESPONSE)).toEqual({ waiting: 0, refused: 0 });
});

test('only our own word ends the waiting, whatever a proxy between says', async () => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.stubGlobal('localStorage', storage);
  vi.stubGlobal('navigator', {});
  let retry = () => {};
  vi.stubGlobal('addEventListener', (_: string, listener: () => void) => {
    retry = listener;
  });
  const html = [200, 201, 204, 302, 400, 403, 404, 409, 410, 413, 502].map((status) => ({
    status,
    type: 'text/html',
    body: status === 204 ? '' : '<h1>Back soon</h1>',
  }));
  const json = (status: number, body: string, type = 'application/json') => ({ status, type, body });
  const answers = [
    ...html,
    json(200, ''),
    json(200, '{"stored":fal'),
    json(200, '{"status":"maintenance"}'),
    json(404, '{"error":"Not Found"}'),
    json(500, '{"code":"internal"}', 'application/problem+json'),
    json(200, '{"stored":true,"finished":false}'),
    json(410, '{"code":"gone"}', 'application/problem+json'),
  ];
  const heard: unknown[] = [];
  const proxy = createServer((request, response) => {
    const { status, type, body } = answers[heard.length]!;
    request.on('data', (data) => heard.push(JSON.parse(String(data)).part));
    request.on('end', () => response.writeHead(status, { 'Content-Type': type }).end(body));
  });
  await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/responses`;
  const queue = await load();
  queue.adopt();
  const told = () => new Promise<void>((done) => void queue.onQueue(done));
  const last = answers.length - 1;
  for (let i = 0; i < last; i++) {
    const next = told();
    if (i) retry();
    else queue.send(address, part(0));
    await next;
    expect(heard, JSON.stringify(answers[i])).toEqual(Array(i + 1).fill(0));
    expect(queue.unsent(RESPONSE)).toEqual({ waiting: i < last - 1 ? 1 : 0, refused: 0 });
    expect(Object.keys(storage)).toHaveLength(i < last - 1 ? 1 : 0);
  }
  const refused = told();
  queue.send(address, part(1));
  await refused;
  expect(queue.unsent(RESPONSE)).toEqual({ waiting: 0, refused: 1 });
  proxy.close();
});

test('pauses grow from about a second to five minutes', () => {
  expect([0, 1, 5, 20].map((failures) => pause(failures, 1))).toEqual([1000, 2000, 32_000, 300_000]);
  expect(pause(0, 0)).toBe(500);
});
