import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signInLinkFor } from '../../src/server/accounts/links.ts';
import { hashPassword, verifyPassword } from '../../src/server/accounts/password.ts';
import { rounds } from '../deep.ts';
import { type Company, cookieOf, nobody, openWorld, type Person, TERN_FERRIES, type World } from '../world.ts';

/**
 * A model of who may be in, beside the real server: whatever order people are let in, change, are locked out and come
 * back, a session, link or key works exactly when the model says so, at the very next request.
 */
let world: World;
let tern: Company;
beforeAll(async () => {
  world = await openWorld();
  tern = await world.company(TERN_FERRIES);
});
afterAll(() => world.close());

interface Model {
  member: boolean;
  password: string;
  /** Names of what works now. */
  sessions: Map<string, boolean>;
  links: Map<string, boolean>;
}
interface Real {
  person: Person;
  /** Real cookies and tokens by the names of the model. */
  cookies: Map<string, string>;
  tokens: Map<string, string>;
}
type Command = fc.AsyncCommand<Model, Real>;

const workspace = () => `/api/v1/workspaces/${tern.id}`;
const endAll = (model: Model) => {
  for (const name of model.sessions.keys()) model.sessions.set(name, false);
  for (const name of model.links.keys()) model.links.set(name, false);
};
const liveSession = (model: Model) => [...model.sessions].find(([, live]) => live)?.[0];
let counter = 0;

const command = (
  name: string,
  run: (model: Model, real: Real) => Promise<void>,
  check: (model: Model) => boolean = () => true,
): Command => ({ check, run, toString: () => name });

const addSession = (model: Model, real: Real, cookie: string) => {
  const name = `session ${++counter}`;
  model.sessions.set(name, true);
  real.cookies.set(name, cookie);
};

const useEverySession = () =>
  command('use every session', async (model, real) => {
    for (const [name, live] of model.sessions) {
      const cookie = real.cookies.get(name) ?? '';
      const anywhere = await world.ask({ cookie }, 'GET', '/api/v1/workspaces');
      expect(anywhere.status, name).toBe(live ? 200 : 401);
      const inside = await world.ask({ cookie }, 'GET', workspace());
      expect(inside.status, name).toBe(live ? (model.member ? 200 : 404) : 401);
    }
  });

const signIn = () =>
  command('sign in', async (model, real) => {
    const body = { email: real.person.email, password: model.password };
    const reply = await world.ask(nobody, 'POST', '/api/v1/session', body);
    expect(reply.status).toBe(200);
    addSession(model, real, cookieOf(reply));
  });

const issueLink = () =>
  command('issue a link', async (model, real) => {
    const link = await signInLinkFor(world.database.app.db, world.services.config, real.person.email);
    const name = `link ${++counter}`;
    model.links.set(name, true);
    real.tokens.set(name, link?.split('#token=')[1] ?? '');
  });

const useEveryLink = () =>
  command('use every link', async (model, real) => {
    for (const [name, live] of model.links) {
      const token = real.tokens.get(name);
      const reply = await world.ask(nobody, 'POST', '/api/v1/session/link', { token });
      expect(reply.status, name).toBe(live ? 200 : 410);
      model.links.set(name, false);
      if (live) addSession(model, real, cookieOf(reply));
    }
  });

const changePassword = () =>
  command(
    'change the password',
    async (model, real) => {
      const cookie = real.cookies.get(liveSession(model) ?? '') ?? '';
      const password = `a new password ${++counter}`;
      const body = { current: model.password, password };
      const reply = await world.ask({ cookie }, 'PUT', '/api/v1/account/password', body);
      expect(reply.status).toBe(204);
      endAll(model);
      model.password = password;
      addSession(model, real, cookieOf(reply));
    },
    (model) => liveSession(model) !== undefined,
  );

const signOut = () =>
  command('sign out', async (model, real) => {
    const name = liveSession(model);
    if (!name) return;
    const reply = await world.ask({ cookie: real.cookies.get(name) ?? '' }, 'DELETE', '/api/v1/session');
    expect(reply.status).toBe(204);
    model.sessions.set(name, false);
  });

const signOutEverywhere = () =>
  command(
    'sign out everywhere',
    async (model, real) => {
      const cookie = real.cookies.get(liveSession(model) ?? '') ?? '';
      expect((await world.ask({ cookie }, 'DELETE', '/api/v1/sessions')).status).toBe(204);
      endAll(model);
    },
    (model) => liveSession(model) !== undefined,
  );

const setDisabled = (disabled: boolean) =>
  command(disabled ? 'disable' : 'enable', async (model, real) => {
    const path = `${workspace()}/members/${real.person.userId}`;
    expect((await world.ask(tern.people.owner, 'PATCH', path, { disabled })).status).toBe(200);
    if (model.member === disabled) endAll(model);
    model.member = !disabled;
  });

test('no order of events leaves a session or link alive that should be dead', async () => {
  const seed = Number(process.env.FUZZ_SEED ?? 20261122);
  const commands = fc.commands(
    [
      fc.constant(useEverySession()),
      fc.constant(issueLink()),
      fc.constant(issueLink()),
      fc.constant(useEveryLink()),
      fc.constant(signOut()),
      fc.constant(signOutEverywhere()),
      fc.constant(setDisabled(true)),
      fc.constant(setDisabled(false)),
      fc.constant(changePassword()),
      fc.constant(signIn()),
    ],
    { maxCommands: 25 },
  );
  await fc.assert(
    fc.asyncProperty(commands, async (sequence) => {
      await fc.asyncModelRun(async () => {
        const password = 'the first password';
        const person = await world.person('Sol Navarro', password);
        await world.join(tern.id, person, 'analyst');
        const model: Model = { member: true, password, sessions: new Map([['first', true]]), links: new Map() };
        const real: Real = { person, cookies: new Map([['first', person.cookie]]), tokens: new Map() };
        return { model, real };
      }, [...sequence, useEverySession(), useEveryLink(), useEverySession()]);
    }),
    { numRuns: rounds(25, 300), seed, endOnFailure: true },
  );
}, 900_000);

test('a session ends after thirty days, a link after its hours', async () => {
  const later = await openWorld({ database: world.database });
  const person = await later.person('Old Session');
  expect((await later.ask(person, 'GET', '/api/v1/workspaces')).status).toBe(200);
  later.advance(29 * 86_400_000);
  expect((await later.ask(person, 'GET', '/api/v1/workspaces')).status).toBe(200);
  later.advance(86_400_000);
  expect((await later.ask(person, 'GET', '/api/v1/workspaces')).status).toBe(401);
  const link = await signInLinkFor(world.database.app.db, world.services.config, person.email);
  const token = link?.split('#token=')[1];
  expect((await later.ask(nobody, 'POST', '/api/v1/session/link', { token })).status).toBe(410);
});

test('2,000 changed cookies, links and keys open nothing', async () => {
  const key = (await world.apiKey(tern.id, ['read'])).apiKey ?? '';
  const cookie = tern.people.viewer.cookie.split('=')[1] ?? '';
  const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const random = (n: number) => Math.floor(((Math.sin(n * 12.9898) * 43758.5453) % 1) ** 2 * 1e9);
  const mutate = (token: string, n: number): string => {
    const i = random(n) % token.length;
    const other = characters[(characters.indexOf(token[i] ?? 'A') + 1 + (random(n + 7) % 62)) % 64] ?? 'A';
    if (n % 10 === 0) return token.slice(0, i);
    if (n % 10 === 1) return `${token}${other}`;
    return `${token.slice(0, i)}${other}${token.slice(i + 1)}`;
  };
  let let_in = 0;
  for (let n = 0; n < 1000; n++) {
    const changedCookie = mutate(cookie, n);
    const changedKey = mutate(key, n);
    if (changedCookie !== cookie) {
      const reply = await world.ask({ cookie: `parallax=${changedCookie}` }, 'GET', '/api/v1/workspaces');
      if (reply.status !== 401) let_in++;
    }
    if (changedKey !== key) {
      const reply = await world.ask({ apiKey: changedKey }, 'GET', workspace());
      if (reply.status !== 401) let_in++;
    }
  }
  expect(let_in).toBe(0);
});

test('passwords: right, wrong, unknown and none; one spelling of composed letters; parameters in the hash', async () => {
  const hash = await hashPassword('Sm\u00f8rrebr\u00f8d p\u00e5 f\u00e6rgen');
  expect(hash).toMatch(/^scrypt\$65536\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
  expect(await verifyPassword('Sm\u00f8rrebr\u00f8d pa\u030a f\u00e6rgen', hash)).toBe(true);
  expect(await verifyPassword('Smørrebrød på færgen ', hash)).toBe(false);
  expect(await verifyPassword('anything', null)).toBe(false);
  expect(await verifyPassword('', undefined)).toBe(false);
});

test('200 sign-ins at once wait in line; nothing falls over, and other requests are answered meanwhile', async () => {
  const person = await world.person('Many Tries', 'the right password');
  const guesses = Array.from({ length: 200 }, (_, i) =>
    world.ask(nobody, 'POST', '/api/v1/session', { email: person.email, password: `wrong ${i}` }),
  );
  const meanwhile = await world.ask(tern.people.viewer, 'GET', workspace());
  expect(meanwhile.status).toBe(200);
  const statuses = (await Promise.all(guesses)).map((reply) => reply.status);
  expect(new Set(statuses)).toEqual(new Set([401, 503]));
  expect(statuses.filter((status) => status === 401).length).toBeGreaterThanOrEqual(40);
});
