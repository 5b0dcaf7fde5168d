import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type JsonSchema, type Operation, openApiDocument } from '../../src/server/http/openapi.ts';
import { API_SCOPES } from '../../src/server/http/policy.ts';
import { ROUTES } from '../../src/server/http/registry.ts';
import { rounds } from '../deep.ts';
import { type Company, LANTERN_HOTELS, nobody, openWorld, type Someone, TERN_FERRIES, type World } from '../world.ts';
import { fingerprint, neighbour } from './neighbour.ts';
import { fitting, POISON, poison, spoil, strange, type Vocabulary } from './schema-arbitrary.ts';

/**
 * Walks the OpenAPI document and sends what it promises to take, and everything that it does not: no answer may be a
 * 5xx, none may have a status that the document does not name, every refusal is a problem with a known code, and the
 * neighbour's workspace is the same afterwards. The seed is printed; FUZZ_SEED repeats a run.
 */
const REQUESTS = rounds(20_000, 1_000_000);
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);

let world: World;
let tern: Company;
let lantern: Company;
const ids: string[] = [];

beforeAll(async () => {
  world = await openWorld();
  lantern = await world.company(LANTERN_HOTELS);
});
afterAll(() => world.close());

/** The fuzzer may delete the company and sign everybody out; then it gets a new one. */
async function freshCompany(): Promise<void> {
  tern = await world.company(TERN_FERRIES);
  ids.push(tern.id, ...Object.values(tern.people).map((person) => person.userId));
}

interface Attempt {
  readonly operation: Operation;
  readonly method: string;
  readonly path: string;
  readonly document: Operation;
  readonly who: number;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
}

/** What takes long each time (the whole sample, password hashing) is asked less often than the usual 40. */
const SLOW: Record<string, number> = { postSample: 1, postSession: 10, putAccountPassword: 10 };

type PathParts = Record<string, unknown>;

function attempts(words: Vocabulary): fc.Arbitrary<Attempt> {
  const document = openApiDocument(ROUTES);
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const one = operations.map((each) => ({
    weight: SLOW[each.operation.operationId] ?? 40,
    arbitrary: fc.constant(each),
  }));
  return fc.oneof(...one).chain(({ path, method, operation }) =>
    fc
      .record({
        parts: fc.record(partsOf(operation, 'path', words)),
        query: fc.record(partsOf(operation, 'query', words), { requiredKeys: [] }),
        body: bodyOf(operation, words),
        type: fc.oneof(
          { weight: 30, arbitrary: fc.constant('application/json') },
          { weight: 1, arbitrary: contentType() },
        ),
        who: fc.nat(99),
        key: fc.oneof(
          { weight: 9, arbitrary: fc.constant(undefined) },
          { weight: 1, arbitrary: fc.constantFrom('k1', 'k2', '\u0001', 'x'.repeat(300)) },
        ),
      })
      .map(({ parts, query, body: anything, type, who, key }) => {
        const body = method === 'get' ? undefined : anything;
        const upload =
          operation.requestBody?.content['application/json'] === undefined && operation.requestBody !== undefined;
        const headers: Record<string, string> = {};
        if (body !== undefined) headers['content-type'] = upload ? 'application/octet-stream' : type;
        if (key !== undefined && /^[\x20-\x7e]+$/.test(key)) headers['idempotency-key'] = key;
        return {
          operation,
          document: operation,
          method: method.toUpperCase(),
          path: addressOf(path, parts, query),
          who,
          headers,
          body,
        };
      }),
  );
}

function partsOf(
  operation: Operation,
  where: 'path' | 'query',
  words: Vocabulary,
): Record<string, fc.Arbitrary<unknown>> {
  return Object.fromEntries(
    operation.parameters
      .filter((parameter) => parameter.in === where)
      .map((parameter) => [
        parameter.name,
        parameter.name === 'workspaceId'
          ? fc.oneof(
              { weight: 20, arbitrary: fc.constant('OWN') },
              { weight: 1, arbitrary: fc.constantFrom('OTHER', '', 'null', '%00', '%ff') },
            )
          : fc.oneof({ weight: 8, arbitrary: fitting(parameter.schema, words) }, { weight: 1, arbitrary: strange() }),
      ]),
  );
}

function bodyOf(operation: Operation, words: Vocabulary): fc.Arbitrary<string | undefined> {
  const content = operation.requestBody?.content;
  if (!content)
    return fc.oneof(
      { weight: 20, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constant('{"a":1}') },
    );
  const schema: JsonSchema | undefined = content['application/json']?.schema;
  if (!schema) return fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), csvText());
  const good = fitting(schema, words);
  const bad = fc.tuple(good, fc.nat(1000), strange()).map(([body, where, value]) => spoil(body, where, value));
  const poisoned = fc
    .tuple(good, fc.nat(1000), fc.constantFrom(...POISON))
    .map(([body, where, text]) => poison(body, where, text));
  return fc.oneof(
    { weight: 8, arbitrary: good.map((body) => JSON.stringify(body)) },
    { weight: 8, arbitrary: bad.map((body) => JSON.stringify(body)) },
    { weight: 4, arbitrary: poisoned.map((body) => JSON.stringify(body)) },
    { weight: 1, arbitrary: strange().map((body) => JSON.stringify(body)) },
    { weight: 1, arbitrary: rawText() },
  );
}

function rawText(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.string({ unit: 'binary', maxLength: 100 }),
    fc.constantFrom(
      '',
      '{',
      '{"__proto__":{"a":1}}',
      '{"constructor":{"prototype":{"a":1}}}',
      '[1e999]',
      '{"a":"\\ud800"}',
      '{"a":"\\u0000"}',
      '{"name":1,"name":2}',
    ),
    fc.nat(200).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
  );
}

function csvText(): fc.Arbitrary<string> {
  const cell = fc.oneof(
    fc.constantFrom('customer', 'staff', '4', '', '"', '=1+1', '2026-01-01'),
    fc.string({ maxLength: 6 }),
  );
  const row = fc.array(cell, { maxLength: 6 }).map((cells) => cells.join(','));
  return fc.array(row, { maxLength: 6 }).map((rows) => ['respondent,audience,item,value', ...rows].join('\n'));
}

function contentType(): fc.Arbitrary<string> {
  return fc.constantFrom(
    'text/plain',
    'application/xml',
    'multipart/form-data',
    'application/json;charset=utf-16',
    'APPLICATION/JSON',
    'application/\tjson',
    '',
  );
}

function addressOf(path: string, parts: PathParts, query: PathParts): string {
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value)) ?? '';
  const encoded = (value: unknown) =>
    /^%[0-9a-f]{2}$/.test(text(value))
      ? text(value)
      : encodeURIComponent(text(value).replace(/\p{Surrogate}/gu, '\ufffd'));
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encoded(parts[name]));
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((each) => `${encodeURIComponent(name)}=${encoded(each)}`),
  );
  return pairs.length > 0 ? `${filled}?${pairs.join('&')}` : filled;
}

test(`${REQUESTS.toLocaleString('en')} requests, made from the OpenAPI document, meet no 5xx (seed ${SEED})`, async () => {
  const next = await neighbour(world.database);
  ids.push(lantern.id, next.id, ...next.ids);
  const fixed = ids.length;
  const look = async () => [
    await fingerprint(world.database.app, lantern.id),
    await fingerprint(world.database.app, next.id),
  ];
  const before = await look();
  const words: Vocabulary = { ids, emails: ['old@tern.example', 'new@tern.example', 'x@y.example'] };
  const faults: string[] = [];
  const statuses = new Map<number, number>();
  let drifter = await world.person('Dora Drifter');
  let machine: Someone = nobody;
  const startAnew = async () => {
    await freshCompany();
    machine = await world.apiKey(tern.id, API_SCOPES);
  };
  await startAnew();
  for (let round = 0, sent = 0; sent < REQUESTS && faults.length < 10; round++) {
    const batch = fc.sample(attempts(words), { numRuns: Math.min(500, REQUESTS - sent), seed: SEED + round });
    sent += batch.length;
    for (const attempt of batch) {
      // Whoever signs out or changes a password is somebody else, so that the owner stays in.
      const owner = /^\/api\/v1\/(session|account)/.test(attempt.path) ? drifter : tern.people.owner;
      const who =
        attempt.who < 80 ? owner : attempt.who < 90 ? machine : attempt.who < 95 ? tern.people.viewer : nobody;
      const path = attempt.path.replace('/OWN', `/${tern.id}`).replace('/OTHER', `/${lantern.id}`);
      const reply = await world.ask(who, attempt.method, path, attempt.body, attempt.headers);
      statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1);
      const fault = faultOf(attempt, reply);
      if (fault)
        faults.push(`${fault}: ${attempt.method} ${path} ${attempt.body?.slice(0, 300)} → ${reply.text.slice(0, 300)}`);
      if (reply.status === 201) gather(reply.json, fixed);
      if (owner === drifter && reply.status < 300 && attempt.method !== 'GET')
        drifter = await world.person('Dora Drifter');
      if (reply.status === 204 && attempt.method === 'DELETE' && path.endsWith(tern.id)) await startAnew();
    }
    if ((await world.ask(tern.people.owner, 'GET', `/api/v1/workspaces/${tern.id}`)).status !== 200) {
      await startAnew();
    }
  }
  process.stdout.write(
    `fuzz seed ${SEED}: ${[...statuses]
      .sort()
      .map(([status, n]) => `${status} × ${n}`)
      .join(', ')}\n`,
  );
  if (faults.length > 0)
    process.stdout.write(
      world
        .logged()
        .split('\n')
        .filter((line) => line.includes('"level":50'))
        .slice(0, 5)
        .join('\n'),
    );
  expect(faults).toEqual([]);
  expect(await look()).toEqual(before);
  // A fuzzer that only ever meets refusals would test nothing behind them.
  const good = [...statuses].reduce((sum, [status, n]) => sum + (status < 300 ? n : 0), 0);
  expect(good / REQUESTS).toBeGreaterThan(0.1);
}, 10_800_000);

function gather(json: unknown, fixed: number): void {
  for (const [, id] of JSON.stringify(json).matchAll(/"\w*[iI]d":"([0-9a-f-]{36})"/g)) if (id) ids.push(id);
  // Old ones may be gone; the newest are the most worth aiming at.
  if (ids.length > 400) ids.splice(fixed, ids.length - 300);
}

function faultOf(attempt: Attempt, reply: { status: number; headers: Headers; json: unknown }): string | undefined {
  if (reply.status >= 500) return `answered ${reply.status}`;
  // An empty path part makes it another address, where 404 and 405 are right.
  const declared = new Set([...Object.keys(attempt.document.responses).map(Number), 404, 405]);
  if (!declared.has(reply.status)) return `answered ${reply.status}, which the document does not name`;
  if (reply.status >= 400) {
    const problem = reply.json as { code?: unknown; detail?: unknown } | undefined;
    if (reply.headers.get('content-type') !== 'application/problem+json') return 'refused without a problem';
    if (typeof problem?.code !== 'string' || typeof problem.detail !== 'string') return 'refused with half a problem';
  }
  return undefined;
}
