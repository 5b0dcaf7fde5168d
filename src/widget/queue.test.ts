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
    return new Response('{}', { status: server.status });
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

test('pauses grow from about a second to five minutes', () => {
  expect([0, 1, 5, 20].map((failures) => pause(failures, 1))).toEqual([1000, 2000, 32_000, 300_000]);
  expect(pause(0, 0)).toBe(500);
});
