import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createApp } from '../../src/server/http/app.ts';
import { anyone, editors } from '../../src/server/http/policy.ts';
import { DEFAULT_LIMITS } from '../../src/server/http/rate-limit.ts';
import { withUploadedFile } from '../../src/server/http/receive-file.ts';
import { ROUTES } from '../../src/server/http/registry.ts';
import { type Route, route } from '../../src/server/http/route.ts';
import { LIBRARY_STYLES } from '../../src/server/http/security-headers.ts';
import {
  type Company,
  nobody,
  openWorld,
  PASSWORD,
  PUBLIC_URL,
  type Reply,
  TERN_FERRIES,
  type World,
} from '../world.ts';

let world: World;
let tern: Company;
beforeAll(async () => {
  world = await openWorld();
  tern = await world.company(TERN_FERRIES);
});
afterAll(() => world.close());

const settings = () => `/api/v1/workspaces/${tern.id}`;

/** A route that gives back what it was given, and more than it may. */
const echo: Route = route(
  {
    method: 'post',
    path: '/api/v1/echo',
    summary: 'Echo',
    tag: 'Test',
    policy: anyone,
    query: z.object({ tag: z.array(z.string()).optional(), page: z.coerce.number().optional() }),
    body: z.looseObject({}),
    answer: z.object({ body: z.unknown(), query: z.unknown() }),
  },
  async (_, { body, query }) => ({ body, query, passwordHash: 'canary' }),
);

describe('what comes in', () => {
  let open: World;
  beforeAll(async () => {
    open = await openWorld({ database: world.database, app: { routes: [echo] } });
  });
  const send = (body: unknown, headers = {}, query = '') =>
    open.ask(nobody, 'POST', `/api/v1/echo${query}`, body, headers);

  test('fields that the answer schema does not name never leave', async () => {
    const reply = await send({ a: 1 });
    expect(reply.json).toEqual({ body: { a: 1 }, query: {} });
    expect(reply.text).not.toContain('canary');
  });

  test.each([
    ['NUL', { name: 'a\u0000b' }, 'body.name'],
    ['half a surrogate pair', '{"deep":[{"name":"\\ud800"}]}', 'body.deep[0].name'],
    ['NUL in a key', '{"a\\u0000":1}', 'body'],
    ['__proto__', '{"__proto__":{"admin":true}}', 'body.__proto__'],
    ['nested __proto__', '{"a":{"__proto__":1}}', 'body.a.__proto__'],
  ])('%s is refused with the name of the field', async (_, body, field) => {
    const reply = await send(body);
    expect(reply.status).toBe(400);
    expect(reply.json.fields[0].field).toBe(field);
    expect(reply.headers.get('content-type')).toBe('application/problem+json');
  });

  test('whole surrogate pairs and all other text pass', async () => {
    const text = 'Færge 🛳️ 漢字 \u2028 \ufeff "quotes" \\';
    expect((await send({ text })).json.body).toEqual({ text });
  });

  test('NUL in the query is refused, repeated fields arrive as a list, unknown ones are refused', async () => {
    expect((await send({}, {}, '?tag=%00')).json).toMatchObject({ status: 400, fields: [{ field: 'query.tag[0]' }] });
    expect((await send({}, {}, '?tag=a&tag=b')).json.query).toEqual({ tag: ['a', 'b'] });
    expect((await send({}, {}, '?tag=c&page=1&tag=a&tag=b')).json.query).toEqual({ page: 1, tag: ['c', 'a', 'b'] });
    expect((await send({}, {}, '?tag=a')).json.query).toEqual({ tag: ['a'] });
    expect((await send({}, {}, '?page=2')).json.query).toEqual({ page: 2 });
    expect((await send({}, {}, '?page=2&page=3')).status).toBe(400);
    expect((await send({}, {}, '?unknown=1')).status).toBe(400);
    expect((await send({}, {}, '?__proto__=1&constructor=2')).status).toBe(400);
  });

  test('an address with more than 200 parameters is refused before anything else is done for it', async () => {
    const many = (n: number, name = (i: number) => i.toString(36)) =>
      Array.from({ length: n }, (_, i) => name(i)).join('&');
    expect((await send({}, {}, `?${many(200, (i) => `tag=${i}`)}`)).json.query.tag).toHaveLength(200);
    expect((await send({}, {}, `?${many(200)}`)).json.detail).toMatch(/not known here/);
    const detail = 'The address has more than 200 parameters.';
    for (const query of [many(201), many(3_600), '&'.repeat(201), many(201, () => 'tag=a')]) {
      expect((await send({}, {}, `?${query}`)).json).toMatchObject({
        status: 400,
        detail,
        fields: [{ field: 'query' }],
      });
    }
    // Nobody is asked who they are first, and no body is read.
    const strangers = await world.ask(nobody, 'GET', `${settings()}/audit?${many(3_600)}`);
    expect([strangers.status, strangers.json.detail]).toEqual([400, detail]);
    expect((await world.ask(nobody, 'GET', `/api/v1/health?${many(3_600)}`)).json.detail).toBe(detail);
  });

  test('depth, number of entries and size are limited', async () => {
    const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    expect((await send(nested(32))).status).toBe(200);
    expect((await send(nested(33))).json.detail).toContain('32 levels');
    expect((await send(nested(10_000))).status).toBe(400);
    expect((await send(`[${'['.repeat(100_000)}`)).status).toBe(400);
    expect((await send({ text: '[[[[{{{{'.repeat(50) })).status).toBe(200);
    expect((await send({ list: Array(9_990).fill(0) })).status).toBe(200);
    expect((await send({ list: Array(10_001).fill(0) })).json.detail).toContain('10000 entries');
    expect((await send({ text: 'x'.repeat(256 * 1024) })).status).toBe(413);
  });

  test('a body that lies about its length is cut off', async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 65_536;
        controller.enqueue(new Uint8Array(65_536).fill(32));
      },
    });
    const response = await open.app.request('/api/v1/echo', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: endless,
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(413);
    expect(sent).toBeLessThan(2 * 1024 * 1024);
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    '',
    'application/json2',
    'text/json',
  ])('content type %j is refused', async (type) => {
    expect((await send('{}', { 'content-type': type })).status).toBe(415);
  });
  test.each(['application/json', 'APPLICATION/JSON; charset=utf-8', 'application/json ;charset=utf-8'])(
    'content type %j is taken',
    async (type) => {
      expect((await send('{}', { 'content-type': type })).status).toBe(200);
    },
  );

  test.each(['', '{', 'nothing', '{"a":1}}', '\ufeff'])('%j is not JSON', async (text) => {
    expect((await send(text)).status).toBe(400);
  });

  test('wrong methods and addresses are problems too', async () => {
    const put = await open.ask(nobody, 'PUT', '/api/v1/echo', {});
    expect([put.status, put.headers.get('allow'), put.json.code]).toEqual([405, 'POST', 'method_not_allowed']);
    expect((await open.ask(nobody, 'GET', '/api/v1/nothing')).json.code).toBe('not_found');
    expect((await open.ask(nobody, 'GET', '/api')).json.code).toBe('not_found');
    const overridden = await open.ask(nobody, 'PUT', '/api/v1/echo', {}, { 'x-http-method-override': 'POST' });
    expect(overridden.status).toBe(405);
  });
});

describe('mass assignment', () => {
  const serverOwned = [
    'id',
    'workspaceId',
    'workspace_id',
    'userId',
    'role',
    'sample',
    'createdAt',
    'created_at',
    'createdBy',
    'disabledAt',
    'passwordHash',
    'password_hash',
    'credentialVersion',
    'tokenHash',
    'token_hash',
    'scopes',
    'acceptedAt',
    'invitedBy',
    'expiresAt',
    'revokedAt',
    'published',
    'verified',
    'isAdmin',
    'toleranceShare',
    'kMin',
  ];

  test('no JSON body takes a field of the tables that is not its own', () => {
    const wrong: string[] = [];
    for (const declared of ROUTES.filter((each) => each.body instanceof z.ZodObject)) {
      const body = declared.body as z.ZodObject;
      for (const field of serverOwned.filter((name) => !(name in body.shape))) {
        const result = body.safeParse({ [field]: 'x' });
        const refused = !result.success && result.error.issues.some((issue) => issue.code === 'unrecognized_keys');
        if (!refused) wrong.push(`${declared.method} ${declared.path} takes ${field}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('and nothing of it changes when it is sent', async () => {
    const before = await world.ask(tern.people.owner, 'GET', settings());
    for (const field of ['sample', 'id', 'createdAt', 'toleranceShare']) {
      const reply = await world.ask(tern.people.owner, 'PATCH', settings(), { name: 'Stolen', [field]: true });
      expect(reply.status).toBe(400);
    }
    expect((await world.ask(tern.people.owner, 'GET', settings())).json).toEqual(before.json);
  });
});

describe('other sites', () => {
  const rename = (headers: Record<string, string>) => {
    const { cookie } = tern.people.owner;
    return world.app.request(settings(), {
      method: 'PATCH',
      headers: { cookie, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ name: TERN_FERRIES }),
    });
  };
  test.each([
    [{}, 403],
    [{ origin: 'null' }, 403],
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'http://localhost:4300.evil.example' }, 403],
    [{ origin: 'http://localhost:43000' }, 403],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site', origin: PUBLIC_URL }, 403],
    [{ 'sec-fetch-site': 'cross-site', origin: PUBLIC_URL }, 403],
    [{ 'sec-fetch-site': 'same-origin' }, 200],
    [{ origin: PUBLIC_URL }, 200],
    [{ 'sec-fetch-site': 'none', origin: PUBLIC_URL }, 200],
    [{ origin: 'http://127.0.0.1:4300', host: '127.0.0.1:4300' }, 200],
  ])('a change by cookie with %j is %i', async (headers, status) => {
    expect((await rename(headers as Record<string, string>)).status).toBe(status);
  });

  test('every unsafe route refuses a cookie from elsewhere', async () => {
    const wrong: string[] = [];
    for (const declared of ROUTES.filter((each) => each.method !== 'get' && !each.public)) {
      const target = declared.path.replace('{workspaceId}', tern.id).replace(/\{\w+\}/g, tern.id);
      const elsewhere: Record<string, string>[] = [{}, { origin: 'null' }, { origin: 'https://evil.example' }];
      for (const headers of elsewhere) {
        const response = await world.app.request(target, {
          method: declared.method.toUpperCase(),
          headers: { cookie: tern.people.owner.cookie, 'content-type': 'text/plain', ...headers },
        });
        if (response.status !== 403) wrong.push(`${declared.method} ${declared.path}: ${response.status}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('a cookie beside an API key counts for nothing', async () => {
    const key = await world.apiKey(tern.id, ['read']);
    const both = { cookie: tern.people.owner.cookie, ...key };
    expect((await world.ask(both, 'GET', settings())).status).toBe(200);
    expect((await world.ask(both, 'PATCH', settings(), { name: 'x' })).status).toBe(403);
    const bad = { cookie: tern.people.owner.cookie, apiKey: 'plx_wrong' };
    expect((await world.ask(bad, 'GET', settings())).status).toBe(401);
  });

  test('no answer allows another site to read it', async () => {
    const reply = await world.ask(nobody, 'GET', '/api/v1/session', undefined, { origin: 'https://evil.example' });
    expect([...reply.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('headers of answers', () => {
  test.each(['/api/v1/session', '/api/v1/nothing', '/', '/docs', '/docs/errors', '/docs/style.css', '/assets/none.js'])(
    '%s forbids frames, sniffing, referrers and anything inline',
    async (address) => {
      const reply = await world.ask(nobody, 'GET', address);
      const policy = reply.headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
      expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
      expect(reply.headers.get('referrer-policy')).toBe('no-referrer');
      expect(reply.headers.get('permissions-policy')).toContain('camera=()');
      expect(reply.headers.get('strict-transport-security')).toBeNull();
      expect(reply.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  test('the only styles allowed inside the page are the two of the component library, by hash', async () => {
    const sources = ['interactions/usePress.mjs', 'overlays/usePreventScroll.mjs'].map((file) =>
      readFileSync(path.resolve(import.meta.dirname, '../../node_modules/react-aria/dist/private', file), 'utf8'),
    );
    const hashes = sources.map((source) => {
      const style = /textContent = `([^`]*)`\.trim\(\)/.exec(source)?.[1] ?? '';
      const text = style.replace(/\$\{\S*PRESSABLE_ATTRIBUTE\}/, 'data-react-aria-pressable').trim();
      return `sha256-${createHash('sha256').update(text).digest('base64')}`;
    });
    expect(hashes).toEqual([...LIBRARY_STYLES]);
    const policy = (await world.ask(nobody, 'GET', '/')).headers.get('content-security-policy') ?? '';
    expect(/style-src ([^;]*)/.exec(policy)?.[1]).toBe(`'self' '${hashes.join("' '")}'`);
  });

  test('the API is never stored, and https is asked for where it is served', async () => {
    const secure = await openWorld({ database: world.database, config: { publicUrl: 'https://cx.tern.example' } });
    const reply = await secure.ask(nobody, 'GET', '/api/v1/session');
    expect(reply.headers.get('cache-control')).toBe('no-store');
    expect(reply.headers.get('strict-transport-security')).toBe('max-age=31536000');
    const kim = await secure.person('Kim Lund', PASSWORD);
    const signIn = await secure.ask(nobody, 'POST', '/api/v1/session', { email: kim.email, password: PASSWORD });
    expect(signIn.headers.get('set-cookie')).toMatch(
      /^__Host-parallax=.*; Path=\/; HttpOnly; SameSite=Lax; .*; Secure$/,
    );
  });

  test('the documentation is whole, without script and without anything from elsewhere', async () => {
    const { text } = await world.ask(nobody, 'GET', '/docs');
    for (const declared of ROUTES) expect(text).toContain(`<code>${declared.path}</code>`);
    expect(text).not.toMatch(/<script|<style|style=|onclick|src=|href="(?!\/|#)/);
    const errors = await world.ask(nobody, 'GET', '/docs/errors');
    expect(errors.text).toContain('id="too_many_requests"');
    expect((await world.ask(nobody, 'GET', '/api/v1/openapi.json')).json.openapi).toBe('3.1.0');
  });
});

describe('limits', () => {
  const bindings = (remoteAddress: string) => ({ incoming: { socket: { remoteAddress } } });
  const rotating = (i: number) => ({
    'x-forwarded-for': `10.${i % 250}.${i % 249}.${i % 251}`,
    'x-real-ip': `10.0.0.${i % 250}`,
    'cf-connecting-ip': `172.16.0.${i % 250}`,
    'true-client-ip': `172.17.0.${i % 250}`,
    forwarded: `for=10.1.1.${i % 250}`,
    'user-agent': `agent ${i}`,
  });
  /** The clock stands still, so that nothing is refilled while the test runs. */
  function still(options: { trustedProxyHops?: number; limits?: typeof DEFAULT_LIMITS } = {}) {
    const now = new Date();
    const { config } = world.services;
    return createApp(
      { ...world.services, now: () => now, config: { ...config, trustedProxyHops: options.trustedProxyHops ?? 0 } },
      { limits: options.limits ?? DEFAULT_LIMITS, routes: [echo] },
    );
  }
  const ask = (app: ReturnType<typeof still>, headers: Record<string, string>, address: string) =>
    app.request(
      '/api/v1/echo',
      { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: '{}' },
      bindings(address),
    );

  test('10,000 requests with rotating headers land in one bucket', async () => {
    const app = still();
    let let_in = 0;
    for (let i = 0; i < 10_000; i++) {
      const response = await ask(app, rotating(i), '192.0.2.7');
      if (response.status === 200) let_in++;
      else expect(response.status).toBe(429);
    }
    expect(let_in).toBe(DEFAULT_LIMITS.address.burst);
    expect((await ask(app, {}, '192.0.2.8')).status).toBe(200);
    const refused = await ask(app, {}, '192.0.2.7');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  const one = { ...DEFAULT_LIMITS, address: { burst: 1, perSecond: 0.001 } };

  test('one household has one IPv6 bucket; a mapped IPv4 address is that IPv4 address', async () => {
    const app = still({ limits: one });
    expect((await ask(app, {}, '2001:db8:1:2::1')).status).toBe(200);
    expect((await ask(app, {}, '2001:db8:1:2:ffff:abcd::9')).status).toBe(429);
    expect((await ask(app, {}, '2001:db8:1:3::1')).status).toBe(200);
    expect((await ask(app, {}, '::ffff:192.0.2.1')).status).toBe(200);
    expect((await ask(app, {}, '192.0.2.1')).status).toBe(429);
  });

  test('behind one proxy of ours the last entry counts, whatever the caller wrote before it', async () => {
    const app = still({ limits: one, trustedProxyHops: 1 });
    const via = (forwarded: string) => ask(app, { 'x-forwarded-for': forwarded }, '10.0.0.1');
    expect((await via('203.0.113.1')).status).toBe(200);
    expect((await via('198.51.100.77, 203.0.113.1')).status).toBe(429);
    expect((await via('203.0.113.1, 203.0.113.2')).status).toBe(200);
  });

  test('one person has one bucket wherever they come from, and others at the same address have theirs', async () => {
    const limits = { ...DEFAULT_LIMITS, account: { burst: 2, perSecond: 0.001 } };
    const guarded = await openWorld({ database: world.database, app: { limits } });
    const look = (who: { cookie: string }, from: string) =>
      guarded.app.request(settings(), { headers: { cookie: who.cookie } }, bindings(from));
    const { lead, viewer } = tern.people;
    const replies = [await look(lead, '192.0.2.1'), await look(lead, '192.0.2.2'), await look(lead, '192.0.2.3')];
    expect(replies.map((reply) => reply.status)).toEqual([200, 200, 429]);
    expect((await look(viewer, '192.0.2.3')).status).toBe(200);
  });

  test('sign-in: ten tries in fifteen minutes per address and account', async () => {
    const guarded = await openWorld({ database: world.database, app: { limits: DEFAULT_LIMITS } });
    const nina = await guarded.person('Nina Falk', PASSWORD);
    const guess = (password: string) => guarded.ask(nobody, 'POST', '/api/v1/session', { email: nina.email, password });
    const tries = await Promise.all(Array.from({ length: 10 }, () => guess('a wrong password')));
    expect(tries.every((reply) => reply.status === 401)).toBe(true);
    const refused = await guess(PASSWORD);
    expect([refused.status, refused.json.detail]).toEqual([429, 'Too many tries. Try again in 2 minutes.']);
    guarded.advance(91_000);
    expect((await guess(PASSWORD)).status).toBe(200);
  });
});

describe('a repeated Idempotency-Key', () => {
  let runs = 0;
  let hold: Promise<void> | undefined;
  const counted: Route = route(
    {
      method: 'post',
      path: '/api/v1/workspaces/{workspaceId}/counted',
      summary: 'Count',
      tag: 'Test',
      policy: editors,
      body: z.strictObject({ n: z.number() }),
      status: 201,
      answer: z.object({ run: z.number(), n: z.number() }),
    },
    async (_, { body }) => {
      const run = ++runs;
      await hold;
      if (body.n < 0) throw new Error('broken');
      return { run, n: body.n };
    },
  );
  const secret: Route = { ...counted, path: '/api/v1/workspaces/{workspaceId}/secret', secretAnswer: true };
  const said: Route = route(
    {
      method: 'post',
      path: '/api/v1/workspaces/{workspaceId}/said',
      summary: 'Say',
      tag: 'Test',
      policy: editors,
      body: z.strictObject({ codes: z.array(z.number()) }),
      answer: z.object({ said: z.string() }),
    },
    async (_, { body }) => ({ said: String.fromCharCode(...body.codes) }),
  );
  let once: World;
  beforeAll(async () => {
    once = await openWorld({ database: world.database, app: { routes: [counted, secret, said] } });
  });
  const post = (key: string, n: number, who = tern.people.lead as { cookie: string }, what = 'counted') =>
    once.ask(who, 'POST', `${settings()}/${what}`, { n }, { 'idempotency-key': key });

  test('is done once and answered again', async () => {
    const first = await post('a', 1);
    const again = await post('a', 1);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.json).toEqual(first.json);
  });
  test('with another body is refused', async () => {
    await post('b', 1);
    expect((await post('b', 2)).status).toBe(422);
  });
  test('of another person is another key', async () => {
    const mine = await post('c', 1);
    const theirs = await post('c', 1, tern.people.analyst);
    expect(theirs.json.run).not.toBe(mine.json.run);
  });
  test('while the first still runs says so; of 64 at once one runs', async () => {
    let release = () => {};
    hold = new Promise((resolve) => {
      release = resolve;
    });
    const before = runs;
    const all = Array.from({ length: 64 }, () => post('d', 4));
    const refused = await Promise.any(
      all.map(async (reply) => ((await reply).status === 409 ? reply : Promise.reject())),
    );
    expect(refused.headers.get('retry-after')).toBe('1');
    release();
    hold = undefined;
    const statuses = (await Promise.all(all)).map((reply) => reply.status);
    expect(runs - before).toBe(1);
    expect(statuses.filter((status) => status === 201).length).toBeGreaterThanOrEqual(1);
    expect((await post('d', 4)).status).toBe(201);
    expect(runs - before).toBe(1);
  });
  test('after an unexpected failure may be tried again', async () => {
    expect((await post('e', -1)).status).toBe(500);
    expect((await post('e', -1)).status).toBe(500);
  });
  test('keeps no secret: a repeat is told that it is done', async () => {
    expect((await post('f', 7, tern.people.lead, 'secret')).status).toBe(201);
    const again = await post('f', 7, tern.people.lead, 'secret');
    expect([again.status, again.json.detail]).toEqual([409, expect.stringContaining('Already done')]);
    const keys = await once.database.app.db.transaction().execute(async (tx) => {
      const { enterWorkspace } = await import('../../src/server/db/transaction.ts');
      await enterWorkspace(tx, tern.id);
      return tx.selectFrom('idempotencyKeys').select('body').where('key', '=', 'f').execute();
    });
    expect(keys).toEqual([{ body: null }]);
  });
  test('must be a sensible key', async () => {
    expect((await post('x'.repeat(201), 1)).status).toBe(400);
  });
  test('is not taken for running when its answer holds text that the database takes in no JSON', async () => {
    for (const [key, text] of Object.entries({ g: 'half a pair \ud83d', h: 'NUL \0', i: '\\u0000 as it is written' })) {
      const say = () =>
        once.ask(
          tern.people.lead,
          'POST',
          `${settings()}/said`,
          { codes: Array.from(text, (one) => one.charCodeAt(0)) },
          {
            'idempotency-key': key,
          },
        );
      expect((await say()).json).toEqual({ said: text });
      const again = await say();
      expect([key, again.status]).toEqual([key, key === 'i' ? 200 : 409]);
      if (key !== 'i') expect(again.json.detail).toContain('Already done');
    }
  });
});

describe('a repeated Idempotency-Key of an upload', () => {
  const files: string[] = [];
  let hold: Promise<void> | undefined;
  const kept: Route = route(
    {
      method: 'post',
      path: '/api/v1/workspaces/{workspaceId}/kept',
      summary: 'Keep a file',
      tag: 'Test',
      policy: editors,
      upload: 'application/octet-stream',
      maxBody: 1_000,
      status: 201,
      answer: z.object({ place: z.number() }),
    },
    async ({ config, request }) => {
      const text = await withUploadedFile(config.dataDir, request, (file) => readFile(file, 'utf8'));
      await hold;
      return { place: files.push(text) };
    },
  );
  let once: World;
  beforeAll(async () => {
    once = await openWorld({ database: world.database, app: { routes: [kept] } });
  });
  const send = async (key: string, body: string | ReadableStream, query = '') => {
    const response = await once.app.request(`${settings()}/kept${query}`, {
      method: 'POST',
      headers: {
        cookie: tern.people.lead.cookie,
        origin: PUBLIC_URL,
        'idempotency-key': key,
        ...(typeof body === 'string' ? { 'content-length': String(body.length) } : {}),
      },
      body,
      duplex: 'half',
    } as RequestInit);
    const json: Reply['json'] = await response.json();
    return { status: response.status, json };
  };
  const inPieces = (...pieces: (string | Error)[]) =>
    new ReadableStream({
      pull(controller) {
        const piece = pieces.shift();
        if (piece instanceof Error) controller.error(piece);
        else if (piece === undefined) controller.close();
        else controller.enqueue(new TextEncoder().encode(piece));
      },
    });

  test('another file of the same length is refused, never acknowledged; the same is stored once', async () => {
    files.length = 0;
    expect(await send('file-a', 'r001,1')).toEqual({ status: 201, json: { place: 1 } });
    expect((await send('file-a', 'r002,5')).json).toMatchObject({
      status: 422,
      detail: expect.stringContaining('another'),
    });
    expect((await send('file-a', inPieces('r002', ',5'))).status).toBe(422);
    expect((await send('file-a', 'r001,1', '?')).status).toBe(201);
    expect(await send('file-a', inPieces('r0', '01,', '1'))).toEqual({ status: 201, json: { place: 1 } });
    expect((await send('file-a', inPieces('x'.repeat(900), 'x'.repeat(900)))).status).toBe(413);
    expect(files).toEqual(['r001,1']);
    expect(await send('file-b', 'r002,5')).toEqual({ status: 201, json: { place: 2 } });
    expect(files).toEqual(['r001,1', 'r002,5']);
  });
  test('one that broke off may be sent again, and is stored once', async () => {
    files.length = 0;
    expect((await send('file-c', inPieces('r001', new Error('cut')))).status).toBe(400);
    expect((await send('file-c', inPieces('r001,1'))).json).toEqual({ place: 1 });
    expect((await send('file-c', inPieces('r001', new Error('cut')))).status).toBe(400);
    expect((await send('file-c', inPieces('r001,1'))).json).toEqual({ place: 1 });
    expect(files).toEqual(['r001,1']);
  });
  test('while the first is stored, no other is, and none is acknowledged', async () => {
    files.length = 0;
    let release = () => {};
    hold = new Promise((resolve) => {
      release = resolve;
    });
    const all = Array.from({ length: 16 }, (_, i) => send('file-d', `r00${i % 2},1`));
    const refused = await Promise.any(
      all.map(async (reply) => ((await reply).status === 409 ? reply : Promise.reject())),
    );
    expect(refused.json.detail).toContain('still running');
    release();
    hold = undefined;
    const replies = await Promise.all(all);
    expect(files).toHaveLength(1);
    for (const [i, { status }] of replies.entries()) if (`r00${i % 2},1` !== files[0]) expect(status).not.toBe(201);
    const other = files[0] === 'r000,1' ? 'r001,1' : 'r000,1';
    expect([(await send('file-d', `${files[0]}`)).status, (await send('file-d', other)).status]).toEqual([201, 422]);
  });
});

describe('the log', () => {
  test('has request id, route pattern, status and time; no address, no body, no token', async () => {
    const canaries = ['canary-search-4711', 'canary-password-0815', 'canary-token-1234'];
    const key = await world.apiKey(tern.id, ['read']);
    const replies = [
      await world.ask(tern.people.owner, 'GET', `${settings()}/audit?limit=${canaries[0]}`),
      await world.ask(nobody, 'POST', '/api/v1/session', { email: 'a@tern.example', password: canaries[1] }),
      await world.ask(nobody, 'POST', '/api/v1/session/link', { token: canaries[2] }),
      await world.ask(key, 'GET', settings()),
    ];
    const log = world.logged();
    for (const reply of replies) expect(log).toContain(reply.headers.get('x-request-id'));
    for (const secret of [...canaries, key.apiKey ?? '', tern.people.owner.cookie.split('=')[1] ?? '', tern.id]) {
      expect(log.includes(secret), secret.slice(0, 12)).toBe(false);
    }
    const line = JSON.parse(log.trim().split('\n').at(-1) ?? '{}');
    expect(line).toMatchObject({ method: 'GET', route: '/api/v1/workspaces/{workspaceId}', status: 200 });
  });

  test('an unexpected error is in the log and not in the answer', async () => {
    const broken: Route = route(
      { method: 'get', path: '/api/v1/broken', summary: 'x', tag: 'x', policy: anyone, answer: z.object({}) },
      async () => {
        throw new Error('canary: secret table of staff');
      },
    );
    const faulty = await openWorld({ database: world.database, app: { routes: [broken] } });
    const reply = await faulty.ask(nobody, 'GET', '/api/v1/broken');
    expect([reply.status, reply.json.code]).toEqual([500, 'internal_error']);
    expect(reply.text).not.toContain('canary');
    expect(faulty.logged()).toContain('canary: secret table');
  });
});

describe('the dashboard', () => {
  let folder: string;
  let built: World;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'parallax web '));
    const web = path.join(folder, 'web');
    await mkdir(path.join(web, 'assets'), { recursive: true });
    await mkdir(path.join(folder, 'web-secret'));
    await writeFile(path.join(web, 'index.html'), '<!doctype html><title>Dashboard</title>');
    await writeFile(path.join(web, 'assets', 'main-abc123.js'), 'export {}');
    await writeFile(path.join(folder, 'secret.txt'), 'canary');
    await writeFile(path.join(folder, 'web-secret', 'x.txt'), 'canary');
    await symlink(path.join(folder, 'secret.txt'), path.join(web, 'assets', 'link.txt'));
    built = await openWorld({ database: world.database, app: { webFolder: web } });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('every view gets the page, hashed files are kept, missing files are missing', async () => {
    for (const view of ['/', '/workspaces/x/gaps?item=1', '/setup']) {
      const reply = await built.ask(nobody, 'GET', view);
      expect([reply.status, reply.text]).toEqual([200, '<!doctype html><title>Dashboard</title>']);
      expect(reply.headers.get('cache-control')).toBe('no-cache');
    }
    const script = await built.ask(nobody, 'GET', '/assets/main-abc123.js');
    expect(script.headers.get('content-type')).toContain('javascript');
    expect(script.headers.get('cache-control')).toContain('immutable');
    expect((await built.ask(nobody, 'GET', '/assets/main-old.js')).status).toBe(404);
    expect((await built.ask(nobody, 'POST', '/')).status).toBe(405);
    expect((await built.app.request('/', { method: 'HEAD' })).status).toBe(200);
  });

  test.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/link.txt',
    '/%2e%2e%2fweb-secret%2fx.txt',
    '/..%5csecret.txt',
    '/%00',
    '/%',
    '//etc/passwd',
    '/assets/%252e%252e/secret.txt',
    '/secret.txt',
    '/assets',
  ])('%s stays inside', async (address) => {
    const reply = await built.ask(nobody, 'GET', address);
    expect(reply.text).not.toContain('canary');
    expect(reply.text).not.toContain('root:');
    expect(reply.status).toBeLessThan(500);
  });

  test('where it is not built, the page says what to run', async () => {
    const reply = await world.ask(nobody, 'GET', '/');
    expect([reply.status, reply.text]).toEqual([503, expect.stringContaining('npm run build')]);
  });
});

test('while stopping, everything is answered 503 with when to come back', async () => {
  let draining = false;
  const leaving = await openWorld({ database: world.database, app: { draining: () => draining } });
  expect((await leaving.ask(nobody, 'GET', '/api/v1/health')).json).toEqual({ ready: true });
  draining = true;
  for (const address of ['/api/v1/health', '/', '/docs']) {
    const reply = await leaving.ask(nobody, 'GET', address);
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '5']);
  }
});
