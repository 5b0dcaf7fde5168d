import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonSchema } from '../../src/server/http/openapi.ts';
import { API_SCOPES, type Policy, ROLES } from '../../src/server/http/policy.ts';
import { ROUTES } from '../../src/server/http/registry.ts';
import { type Route, route } from '../../src/server/http/route.ts';
import { type Company, LANTERN_HOTELS, nobody, openWorld, type Someone, TERN_FERRIES, type World } from '../world.ts';
import { fingerprint, neighbour } from './neighbour.ts';
import { fitting } from './schema-arbitrary.ts';

/**
 * Who may call what, decided by the declared policy alone. The handlers are taken out, so that whoever gets past the
 * policy is seen, and every route of the registry is walked over every role, every key, and own and foreign workspaces.
 */
let world: World;
let tern: Company;
let lantern: Company;
let deletedId: string;

const reached: Route[] = ROUTES.map((declared) => ({ ...declared, handle: async () => new Response('let in') }));

beforeAll(async () => {
  world = await openWorld({ app: { routes: reached } });
  tern = await world.company(TERN_FERRIES);
  lantern = await world.company(LANTERN_HOTELS);
  const gone = await world.company('Gone');
  const real = await openWorld({ database: world.database });
  expect((await real.ask(gone.people.owner, 'DELETE', `/api/v1/workspaces/${gone.id}`)).status).toBe(204);
  deletedId = gone.id;
});
afterAll(() => world.close());

type Decision = 'in' | 401 | 403 | 404;

/** Past the policy an empty body may still be refused as a request; that is not a decision about who. */
const decisionOf = (status: number): Decision => (status === 401 || status === 403 || status === 404 ? status : 'in');

interface Walker {
  readonly name: string;
  readonly who: Someone;
  expected(policy: Policy, workspace: 'own' | 'other'): Decision;
}

function walkers(own: Company, keys: ReadonlyMap<string, Someone>): Walker[] {
  const people = ROLES.map(
    (role): Walker => ({
      name: role,
      who: own.people[role],
      expected: (policy, workspace) => {
        if (policy.who !== 'member') return 'in';
        if (workspace === 'other') return 404;
        return policy.roles.includes(role) ? 'in' : 403;
      },
    }),
  );
  const machines = [...keys].map(
    ([scope, who]): Walker => ({
      name: `API key ${scope}`,
      who,
      expected: (policy, workspace) => {
        if (policy.who === 'anyone') return 'in';
        if (policy.who === 'signed_in') return 403;
        if (workspace === 'other') return 404;
        return policy.scope === scope ? 'in' : 403;
      },
    }),
  );
  const anonymous: Walker = {
    name: 'nobody',
    who: nobody,
    expected: (policy) => (policy.who === 'anyone' ? 'in' : 401),
  };
  return [...people, ...machines, anonymous];
}

function pathOf(declared: Route, workspaceId: string): string {
  return declared.path.replace('{workspaceId}', workspaceId).replace(/\{\w+\}/g, () => randomUUID());
}

describe('every route × every caller × own and foreign workspace', () => {
  test('the declared policy decides, and nothing else', async () => {
    const keys = new Map<string, Someone>();
    for (const scope of API_SCOPES) keys.set(scope, await world.apiKey(tern.id, [scope]));
    const wrong: string[] = [];
    let asked = 0;
    for (const declared of ROUTES) {
      for (const walker of walkers(tern, keys)) {
        const places = declared.path.includes('{workspaceId}')
          ? ([
              ['own', tern.id],
              ['other', lantern.id],
              ['other', deletedId],
            ] as const)
          : ([['own', tern.id]] as const);
        for (const [workspace, id] of places) {
          const reply = await world.ask(walker.who, declared.method.toUpperCase(), pathOf(declared, id));
          const decision = decisionOf(reply.status);
          const expected = walker.expected(declared.policy, workspace);
          asked++;
          if (decision !== expected) {
            wrong.push(
              `${declared.method} ${declared.path} as ${walker.name} (${workspace}): ${reply.status}, not ${expected}`,
            );
          }
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(asked).toBeGreaterThan(ROUTES.length * 8);
  });

  test('empty, null, listed, wildcard and encoded workspace ids never open anything', async () => {
    const strange = [
      '',
      'null',
      'undefined',
      '*',
      '%2A',
      '[]',
      '%00',
      '..',
      `${tern.id},${lantern.id}`,
      `${tern.id}%20`,
      '0',
      'true',
    ];
    const wrong: string[] = [];
    for (const declared of ROUTES.filter((each) => each.path.includes('{workspaceId}'))) {
      for (const id of strange) {
        const reply = await world.ask(tern.people.owner, declared.method.toUpperCase(), pathOf(declared, id));
        if (reply.text === 'let in') wrong.push(`${declared.method} ${declared.path} with ${JSON.stringify(id)}`);
        if (reply.status >= 500)
          wrong.push(`${declared.method} ${declared.path} ${JSON.stringify(id)}: ${reply.status}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

test('a foreign, a deleted and an invented workspace look exactly the same', async () => {
  const bodies = await Promise.all(
    [lantern.id, deletedId, randomUUID(), 'not-an-id'].map(async (id) => {
      const reply = await world.ask(tern.people.owner, 'GET', `/api/v1/workspaces/${id}`);
      const { requestId: _, ...body } = reply.json;
      return JSON.stringify([reply.status, body, reply.headers.get('content-type')]);
    }),
  );
  expect(new Set(bodies).size).toBe(1);
  expect(bodies[0]).toContain('404');
});

test('an upper-case id of the own workspace is the same workspace, not another one', async () => {
  const reply = await world.ask(tern.people.viewer, 'GET', `/api/v1/workspaces/${tern.id.toUpperCase()}`);
  expect(reply.text).toBe('let in');
});

test("a neighbour's ids in the own workspace reach nothing, whatever the body", async () => {
  const real = await openWorld({ database: world.database });
  const next = await neighbour(world.database);
  const before = await fingerprint(world.database.app, next.id);
  const words = { ids: next.ids, emails: ['guest@lantern.example'] };
  const wrong: string[] = [];
  let asked = 0;
  for (const declared of ROUTES.filter((each) => each.params && each.path.includes('{workspaceId}'))) {
    const bodies = declared.body
      ? fc.sample(fitting(jsonSchema(declared.body, 'input'), words), { numRuns: 3, seed: 7 })
      : [undefined];
    for (const id of next.ids) {
      const path = declared.path
        .replace('{workspaceId}', tern.id)
        .replace('{lens}', 'promise')
        .replace(/\{\w+\}/g, id);
      for (const body of bodies) {
        const reply = await real.ask(tern.people.owner, declared.method.toUpperCase(), path, body);
        asked++;
        if (reply.status < 400 || reply.status >= 500)
          wrong.push(`${declared.method} ${path}: ${reply.status} ${reply.text.slice(0, 200)}`);
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(asked).toBeGreaterThan(100);
  expect(await fingerprint(world.database.app, next.id)).toBe(before);
});

test('a disabled member, a removed member and a changed role count from the very next request', async () => {
  const real = await openWorld({ database: world.database });
  const person = await real.person('Sol Navarro');
  await real.join(tern.id, person, 'analyst');
  const look = () => real.ask(person, 'GET', `/api/v1/workspaces/${tern.id}`);
  const rename = () => real.ask(person, 'PATCH', `/api/v1/workspaces/${tern.id}`, { name: TERN_FERRIES });
  const member = `/api/v1/workspaces/${tern.id}/members/${person.userId}`;
  expect([(await look()).status, (await rename()).status]).toEqual([200, 403]);
  expect((await real.ask(tern.people.owner, 'PATCH', member, { role: 'lead' })).status).toBe(200);
  expect((await rename()).status).toBe(200);
  expect((await real.ask(tern.people.owner, 'PATCH', member, { role: 'viewer' })).status).toBe(200);
  expect((await rename()).status).toBe(403);
  expect((await real.ask(tern.people.owner, 'PATCH', member, { disabled: true })).status).toBe(200);
  expect((await look()).status).toBe(401);
});

test('a route without a policy cannot be built', () => {
  // @ts-expect-error the policy is missing: this line failing to fail breaks the build.
  const unguarded = () => route({ method: 'get', path: '/x', summary: 'x', tag: 'x' }, async () => undefined);
  expect(unguarded).toThrow('policy');
});

test('every route under a workspace is guarded by membership, and only those', () => {
  const wrong = ROUTES.filter((each) => each.path.includes('{workspaceId}') !== (each.policy.who === 'member'));
  expect(wrong.map((each) => `${each.method} ${each.path}`)).toEqual([]);
});

test('no route is declared twice', () => {
  const names = ROUTES.map((each) => `${each.method} ${each.path.replace(/\{\w+\}/g, '{}')}`);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});
