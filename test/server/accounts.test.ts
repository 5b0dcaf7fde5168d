import { afterAll, beforeAll, expect, test } from 'vitest';
import { firstSignInLink } from '../../src/server/accounts/links.ts';
import { cookieOf, nobody, openWorld, PASSWORD, type World } from '../world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const tokenOf = (link: string | undefined) => link?.split('#token=')[1] ?? '';
const setUp = (token: string, name: string) =>
  world.ask(nobody, 'POST', '/api/v1/setup', { token, name, email: `${name}@tern.example`, password: PASSWORD });

test('the first owner: one link, one owner, then the address is gone', async () => {
  const { db } = world.database.app;
  expect((await world.ask(nobody, 'GET', '/api/v1/session')).json).toEqual({
    user: null,
    workspaces: [],
    setupNeeded: true,
    mail: false,
  });
  expect((await setUp('not-a-token', 'eve')).status).toBe(410);
  const first = tokenOf(await firstSignInLink(db, world.services.config));
  const second = tokenOf(await firstSignInLink(db, world.services.config));
  const replies = await Promise.all([setUp(first, 'inga'), setUp(second, 'eve'), setUp(first, 'mallory')]);
  expect(replies.map((reply) => reply.status).sort()).toEqual([200, 404, 404]);
  const winner = replies.find((reply) => reply.status === 200);
  expect(winner?.json).toMatchObject({ setupNeeded: false, workspaces: [{ name: 'My workspace', role: 'owner' }] });
  expect((await setUp(second, 'late')).status).toBe(404);
  expect(await firstSignInLink(db, world.services.config)).toBeUndefined();
  const users = await db.selectFrom('users').select('email').execute();
  expect(users).toHaveLength(1);
});

test('sign-in by password: right, wrong and unknown; the cookie works and sign-out ends it', async () => {
  const mei = await world.person('Mei Chen', PASSWORD);
  const wrong = await world.ask(nobody, 'POST', '/api/v1/session', { email: mei.email, password: 'not this one' });
  const unknown = await world.ask(nobody, 'POST', '/api/v1/session', { email: 'no@tern.example', password: PASSWORD });
  expect([wrong.status, unknown.status]).toEqual([401, 401]);
  const { requestId: _, ...a } = wrong.json;
  const { requestId: __, ...b } = unknown.json;
  expect(a).toEqual(b);
  const right = await world.ask(nobody, 'POST', '/api/v1/session', {
    email: mei.email.toUpperCase(),
    password: PASSWORD,
  });
  expect(right.status).toBe(200);
  expect(right.headers.get('set-cookie')).toMatch(
    /^parallax=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=2592000$/,
  );
  const cookie = cookieOf(right);
  expect((await world.ask({ cookie }, 'GET', '/api/v1/workspaces')).status).toBe(200);
  expect((await world.ask({ cookie }, 'DELETE', '/api/v1/session')).status).toBe(204);
  expect((await world.ask({ cookie }, 'GET', '/api/v1/workspaces')).status).toBe(401);
});
