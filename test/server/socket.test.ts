import { request as httpRequest, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/server/http/rate-limit.ts';
import { type Company, openWorld, TERN_FERRIES, type World } from '../world.ts';

/** What only a real connection shows: addresses, bodies that never end, and what two programs may read differently. */
let world: World;
let tern: Company;
let server: Server;
let port: number;
beforeAll(async () => {
  world = await openWorld({ app: { limits: { ...DEFAULT_LIMITS, address: { burst: 200, perSecond: 0.001 } } } });
  tern = await world.company(TERN_FERRIES);
  server = createAdaptorServer({ fetch: world.app.fetch }) as Server;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await world.close();
});

/** Sends bytes as they are and returns the first line of the answer. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
      if (answer.includes('\r\n')) {
        socket.destroy();
        resolve(answer.split('\r\n')[0] ?? '');
      }
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer.split('\r\n')[0] ?? ''));
    socket.setTimeout(5_000, () => socket.destroy());
  });
}

test('a body of 100 MB is refused before it has arrived', async () => {
  const status = await new Promise<number>((resolve, reject) => {
    const request = httpRequest(
      {
        port,
        host: '127.0.0.1',
        method: 'POST',
        path: '/api/v1/session',
        headers: { 'content-type': 'application/json', 'content-length': 100_000_000 },
      },
      (response) => {
        resolve(response.statusCode ?? 0);
        request.destroy();
      },
    );
    request.on('error', (error) => ('code' in error && error.code === 'ECONNRESET' ? undefined : reject(error)));
    request.write('{');
  });
  expect(status).toBe(413);
});

test('an endless chunked body is cut off', async () => {
  const status = await new Promise<number>((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const request = httpRequest(
      {
        port,
        host: '127.0.0.1',
        method: 'POST',
        path: '/api/v1/session',
        headers: { 'content-type': 'application/json' },
      },
      (response) => {
        clearInterval(timer);
        resolve(response.statusCode ?? 0);
        request.destroy();
      },
    );
    request.on('error', (error) =>
      'code' in error && /ECONNRESET|EPIPE/.test(String(error.code)) ? undefined : reject(error),
    );
    timer = setInterval(() => request.write('x'.repeat(100_000)), 5);
  });
  expect(status).toBe(413);
});

test.each([
  ['two lengths', 'POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}'],
  [
    'length and chunks',
    'POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  ['a header without a name', 'GET /api/v1/session HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n'],
  ['a bare line feed in a header', 'GET /api/v1/session HTTP/1.1\r\nHost: x\r\nA: b\nCookie: c\u0000\r\n\r\n'],
  ['20 KB of headers', `GET /api/v1/session HTTP/1.1\r\nHost: x\r\nA: ${'b'.repeat(20_000)}\r\n\r\n`],
  ['no host', 'GET /api/v1/session HTTP/1.1\r\n\r\n'],
])('%s is refused by the server itself', async (_, text) => {
  expect(await raw(text)).toMatch(/^HTTP\/1\.1 4\d\d /);
});

test.each([
  '//api/v1/workspaces',
  '/api/v1//workspaces',
  '/api/v1/workspaces/',
  '/api/v1/workspaces;x=1',
  '/api/v1/%77orkspaces',
  '/API/v1/workspaces',
  '/api/v1/./workspaces',
  '/x/../api/v1/workspaces',
  'http://evil.example/api/v1/workspaces',
])('another spelling of an address, %s, opens nothing to somebody without a session', async (path) => {
  expect(await raw(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`)).not.toMatch(/ 200 OK.*json/);
  const answer = await raw(`DELETE ${path}/${tern.id} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n`);
  expect(answer).toMatch(/ 4\d\d /);
});

test('the limit counts the address of the socket, whatever the headers say', async () => {
  const statuses: number[] = [];
  for (let i = 0; i < 250; i++) {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/session`, {
      headers: { 'x-forwarded-for': `10.0.${i % 7}.${i}`, 'x-real-ip': `10.1.0.${i}` },
    });
    statuses.push(response.status);
    await response.arrayBuffer();
  }
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(50);
  expect(statuses.at(-1)).toBe(429);
});
