import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { sql } from 'kysely';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { firstSignInLink } from '../../src/server/accounts/links.ts';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { ROLES, type Role } from '../../src/server/http/policy.ts';
import { sendMail } from '../../src/server/mail.ts';
import {
  type Company,
  cookieOf,
  LANTERN_HOTELS,
  nobody,
  openWorld,
  PASSWORD,
  type Reply,
  TERN_FERRIES,
  type World,
} from '../world.ts';

let world: World;
let tern: Company;
let lantern: Company;
beforeAll(async () => {
  world = await openWorld();
  tern = await world.company(TERN_FERRIES);
  lantern = await world.company(LANTERN_HOTELS);
});
afterAll(() => world.close());

const at = (company: Company, path: string) => `/api/v1/workspaces/${company.id}${path}`;
const tokenOf = (reply: Reply) => String(reply.json.link).split('#token=')[1] ?? '';
const inviteTo = (email: string, role: Role, by: Role = 'owner') =>
  world.ask(tern.people[by], 'POST', at(tern, '/invites'), { email, role });
const accept = (token: string, more: Record<string, unknown> = {}, who: { cookie?: string } = nobody) =>
  world.ask(who, 'POST', '/api/v1/invites/accept', { token, ...more });

describe('invitations', () => {
  test('bound to address, role and seven days; good for one use', async () => {
    const invited = await inviteTo('Otto.Berg@Tern.Example', 'analyst');
    expect(invited.status).toBe(201);
    expect(invited.json).toMatchObject({
      mailed: false,
      link: expect.stringMatching(/^http:\/\/localhost:4300\/invite#token=inv_/),
    });
    expect((await accept(tokenOf(invited))).json.fields).toEqual([expect.objectContaining({ field: 'body.name' })]);
    const joined = await accept(tokenOf(invited), { name: 'Otto Berg', password: PASSWORD, email: 'x@y.example' });
    expect(joined.status).toBe(400);
    const really = await accept(tokenOf(invited), { name: 'Otto Berg', password: PASSWORD });
    expect(really.json).toMatchObject({
      workspaceId: tern.id,
      session: { user: { email: 'otto.berg@tern.example' }, workspaces: [{ role: 'analyst', name: TERN_FERRIES }] },
    });
    expect((await world.ask({ cookie: cookieOf(really) }, 'GET', at(tern, ''))).status).toBe(200);
    expect((await accept(tokenOf(invited), { name: 'Again' })).status).toBe(410);
    expect((await inviteTo('otto.berg@tern.example', 'viewer')).status).toBe(409);
  });

  test('expired or withdrawn ones are worth nothing', async () => {
    const late = await openWorld({ database: world.database });
    const one = await inviteTo('late@tern.example', 'viewer');
    late.advance(7 * 86_400_000 + 1000);
    const reply = await late.ask(nobody, 'POST', '/api/v1/invites/accept', { token: tokenOf(one), name: 'Late' });
    expect(reply.status).toBe(410);
    expect((await world.ask(tern.people.lead, 'DELETE', at(tern, `/invites/${one.json.id}`))).status).toBe(204);
    expect((await accept(tokenOf(one), { name: 'Late' })).status).toBe(410);
    expect((await world.ask(tern.people.lead, 'DELETE', at(tern, `/invites/${one.json.id}`))).status).toBe(404);
  });

  test('of two who accept at once one does', async () => {
    const one = await inviteTo('twice@tern.example', 'viewer');
    const replies = await Promise.all([1, 2, 3].map(() => accept(tokenOf(one), { name: 'Twice' })));
    expect(replies.map((reply) => reply.status).sort()).toEqual([200, 410, 410]);
  });

  test('an address with an account must be signed in as that account', async () => {
    const vera = await world.person('Vera Moss');
    const mallory = await world.person('Mallory Reed');
    const one = await inviteTo(vera.email, 'lead');
    const token = tokenOf(one);
    expect((await accept(token, { name: 'Vera', password: PASSWORD })).status).toBe(401);
    expect((await accept(token, {}, mallory)).status).toBe(403);
    const accepted = await accept(token, {}, vera);
    expect(accepted.status).toBe(200);
    expect(accepted.headers.get('set-cookie')).toBeNull();
    expect((await world.ask(vera, 'GET', at(tern, '/audit'))).status).toBe(200);
  });

  test('tampered tokens: bits, purpose, workspace, length', async () => {
    const token = tokenOf(await inviteTo('target@tern.example', 'viewer'));
    const foreign = token.replace(tern.id, lantern.id);
    const variants = [
      foreign,
      token.replace('inv_', 'plx_'),
      token.slice(0, -1),
      `${token}A`,
      token.toUpperCase(),
      '',
      token.slice(41),
    ];
    for (let i = token.length - 43; i < token.length; i++) {
      variants.push(`${token.slice(0, i)}${token[i] === 'A' ? 'B' : 'A'}${token.slice(i + 1)}`);
    }
    for (const variant of variants.filter((each) => each !== '')) {
      expect((await accept(variant, { name: 'Eve' })).status, variant).toBe(410);
    }
    expect((await world.ask({ apiKey: token }, 'GET', at(tern, ''))).status).toBe(401);
    expect((await world.ask(nobody, 'POST', '/api/v1/session/link', { token })).status).toBe(410);
    expect((await accept(token, { name: 'Target' })).status).toBe(200);
  });

  test.each([
    ['lead', 'owner', 403],
    ['lead', 'lead', 201],
    ['analyst', 'viewer', 403],
    ['team_lead', 'viewer', 403],
    ['viewer', 'viewer', 403],
  ] as const)('a %s who invites a %s gets %i', async (by, role, status) => {
    expect((await inviteTo(`${randomUUID()}@tern.example`, role, by)).status).toBe(status);
  });

  test('end with the rights of the one who wrote them', async () => {
    const boss = await world.person('Bo Boss');
    await world.join(tern.id, boss, 'owner');
    const one = await world.ask(boss, 'POST', at(tern, '/invites'), { email: 'friend@tern.example', role: 'owner' });
    const key = await world.ask(boss, 'POST', at(tern, '/api-keys'), { name: 'k', scopes: ['read'] });
    const member = at(tern, `/members/${boss.userId}`);
    expect((await world.ask({ apiKey: key.json.key }, 'GET', at(tern, ''))).status).toBe(200);
    expect((await world.ask(tern.people.owner, 'PATCH', member, { role: 'viewer' })).status).toBe(200);
    expect((await accept(tokenOf(one), { name: 'Friend' })).status).toBe(410);
    expect((await world.ask({ apiKey: key.json.key }, 'GET', at(tern, ''))).status).toBe(401);
  });
});

describe('owners', () => {
  test('the last one can neither leave, nor be disabled, nor step down, also when two try at once', async () => {
    const company = await world.company('Two Owners');
    const first = company.people.owner;
    const second = await world.person('Second Owner');
    const member = (person: { userId: string }) => at(company, `/members/${person.userId}`);
    for (const [method, body] of [
      ['DELETE', undefined],
      ['PATCH', { disabled: true }],
      ['PATCH', { role: 'viewer' }],
    ] as const) {
      expect((await world.ask(first, method, member(first), body)).status).toBe(409);
    }
    await world.join(company.id, second, 'owner');
    const both = await Promise.all([
      world.ask(first, 'PATCH', member(second), { role: 'viewer' }),
      world.ask(second, 'PATCH', member(first), { role: 'viewer' }),
    ]);
    expect(both.filter((reply) => reply.status === 200)).toHaveLength(1);
    const list = await inWorkspace(world.database.app.db, company.id, (tx) =>
      tx.selectFrom('members').select('role').where('role', '=', 'owner').execute(),
    );
    expect(list).toHaveLength(1);
  });

  test('nobody decides about someone above themselves', async () => {
    const owner = at(tern, `/members/${tern.people.owner.userId}`);
    expect((await world.ask(tern.people.lead, 'PATCH', owner, { role: 'viewer' })).status).toBe(403);
    expect((await world.ask(tern.people.lead, 'DELETE', owner)).status).toBe(403);
    const self = at(tern, `/members/${tern.people.lead.userId}`);
    expect((await world.ask(tern.people.lead, 'PATCH', self, { role: 'owner' })).status).toBe(403);
  });

  test('a sign-in link opens a whole account, so only who owns all of it may make one', async () => {
    const guest = await world.person('Gus Guest');
    await world.join(tern.id, guest, 'viewer');
    const link = at(tern, `/members/${guest.userId}/sign-in-link`);
    const made = await world.ask(tern.people.owner, 'POST', link);
    expect(made.status).toBe(201);
    await world.join(lantern.id, guest, 'owner');
    expect((await world.ask(tern.people.owner, 'POST', link)).status).toBe(403);
    const used = await world.ask(nobody, 'POST', '/api/v1/session/link', { token: tokenOf(made) });
    expect(used.json.user.email).toBe(guest.email);
    expect((await world.ask(nobody, 'POST', '/api/v1/session/link', { token: tokenOf(made) })).status).toBe(410);
  });

  test('no sequence of acts of others ever raises a role above what an owner gave', async () => {
    const others: Role[] = ['lead', 'analyst', 'team_lead', 'viewer'];
    const act = fc.record({
      by: fc.constantFrom(...others),
      about: fc.constantFrom(...ROLES),
      role: fc.constantFrom(...ROLES),
      what: fc.constantFrom('change', 'invite', 'key', 'link', 'settings', 'remove owner'),
    });
    const company = await world.company('Ladder');
    const ownersNow = async () => {
      const rows = await inWorkspace(world.database.app.db, company.id, (tx) =>
        tx.selectFrom('members').select('userId').where('role', '=', 'owner').where('disabledAt', 'is', null).execute(),
      );
      return rows.map((row) => row.userId);
    };
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 15 }), async (acts) => {
        for (const { by, about, role, what } of acts) {
          const who = company.people[by];
          const member = at(company, `/members/${company.people[about].userId}`);
          if (what === 'change') await world.ask(who, 'PATCH', member, { role });
          if (what === 'remove owner')
            await world.ask(who, 'DELETE', at(company, `/members/${company.people.owner.userId}`));
          if (what === 'link') await world.ask(who, 'POST', `${member}/sign-in-link`);
          if (what === 'settings') await world.ask(who, 'DELETE', at(company, ''));
          if (what === 'invite') {
            const email = `${randomUUID()}@tern.example`;
            const made = await world.ask(who, 'POST', at(company, '/invites'), { email, role });
            if (made.status === 201) await accept(tokenOf(made), { name: 'Guest' });
          }
        }
        expect(await ownersNow()).toEqual([company.people.owner.userId]);
      }),
      { numRuns: 12, seed: 20261122 },
    );
  });
});

describe('API keys', () => {
  test('are shown once, scoped, revocable, expiring and useless elsewhere', async () => {
    const soon = new Date(Date.now() + 3_600_000).toISOString();
    const body = { name: 'Dashboard export', scopes: ['read', 'read'], expiresAt: soon };
    const made = await world.ask(tern.people.lead, 'POST', at(tern, '/api-keys'), body);
    expect(made.json.key).toMatch(new RegExp(`^plx_${tern.id}_[\\w-]{43}$`));
    const key = { apiKey: made.json.key };
    const list = await world.ask(tern.people.lead, 'GET', at(tern, '/api-keys'));
    expect(list.text).not.toContain(made.json.key.slice(-20));
    expect(list.json.apiKeys.at(-1)).toMatchObject({ name: 'Dashboard export', scopes: ['read'], lastUsedOn: null });
    expect((await world.ask(key, 'GET', at(tern, ''))).status).toBe(200);
    expect((await world.ask(key, 'GET', at(lantern, ''))).status).toBe(404);
    expect(
      (await world.ask({ apiKey: made.json.key.replace(tern.id, lantern.id) }, 'GET', at(lantern, ''))).status,
    ).toBe(401);
    const later = await openWorld({ database: world.database });
    later.advance(2 * 3_600_000);
    expect((await later.ask(key, 'GET', at(tern, ''))).status).toBe(401);
    expect((await world.ask(tern.people.lead, 'DELETE', at(tern, `/api-keys/${made.json.id}`))).status).toBe(204);
    expect((await world.ask(key, 'GET', at(tern, ''))).status).toBe(401);
    const past = { name: 'x', scopes: ['read'], expiresAt: '2020-01-01T00:00:00Z' };
    expect((await world.ask(tern.people.lead, 'POST', at(tern, '/api-keys'), past)).status).toBe(400);
  });
});

describe('the audit log', () => {
  test('has every change with its author, newest first, page by page', async () => {
    const company = await world.company('Audited');
    await world.ask(company.people.lead, 'PATCH', at(company, ''), { name: 'Audited Ltd', targetPomp: 65 });
    await world.ask(company.people.owner, 'PUT', at(company, '/tolerance'), { share: 0.1 });
    const first = await world.ask(company.people.lead, 'GET', at(company, '/audit?limit=2'));
    expect(first.json.entries.map((entry: { action: string }) => entry.action)).toEqual([
      'workspace.tolerance',
      'workspace.change',
    ]);
    expect(first.json.entries[1]).toMatchObject({
      actor: { kind: 'user', name: 'Tomas Ruiz' },
      detail: { targetPomp: 65 },
    });
    const rest = await world.ask(company.people.lead, 'GET', at(company, `/audit?before=${first.json.next}`));
    expect(rest.json.entries.at(-1)).toMatchObject({ action: 'workspace.create' });
    expect((await world.ask(company.people.analyst, 'GET', at(company, '/audit'))).status).toBe(403);
  });

  test('cannot be changed or cut by the app', async () => {
    for (const statement of [
      sql`UPDATE audit_log SET action = 'nothing'`,
      sql`DELETE FROM audit_log`,
      sql`TRUNCATE audit_log`,
    ]) {
      const attempt = inWorkspace(world.database.app.db, tern.id, (tx) => statement.execute(tx));
      await expect(attempt).rejects.toThrow('permission denied');
    }
  });

  test('has no entry when the change fails', async () => {
    const count = async () =>
      (await world.ask(tern.people.owner, 'GET', at(tern, '/audit?limit=200'))).json.entries.length;
    const before = await count();
    expect((await world.ask(tern.people.owner, 'PATCH', at(tern, ''), { headlineItemId: randomUUID() })).status).toBe(
      422,
    );
    expect((await world.ask(tern.people.owner, 'PATCH', at(tern, ''), { anonymityThreshold: 4 })).status).toBe(400);
    expect(await count()).toBe(before);
  });
});

describe('settings', () => {
  test('thresholds are raised, never lowered', async () => {
    const company = await world.company('Thresholds');
    const change = (body: unknown) => world.ask(company.people.owner, 'PATCH', at(company, ''), body);
    expect((await change({ anonymityThreshold: 9 })).json.anonymityThreshold).toBe(9);
    const lowered = await change({ anonymityThreshold: 8 });
    expect([lowered.status, lowered.json.fields[0].field]).toEqual([422, 'body.anonymityThreshold']);
    expect((await change({})).json).toMatchObject({ anonymityThreshold: 9, toleranceShare: 0.0625 });
    const tolerance = await world.ask(company.people.owner, 'PUT', at(company, '/tolerance'), { share: 0.1 });
    expect(tolerance.json.toleranceShare).toBe(0.1);
  });
});

describe('mail', () => {
  const received: { mail: Email; to: string[] }[] = [];
  let server: SMTPServer;
  let mailing: World;
  let port: number;
  beforeAll(async () => {
    server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      onData(stream, session, done) {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', async () => {
          const to = session.envelope.rcptTo.map((recipient) => recipient.address);
          received.push({ mail: await PostalMime.parse(Buffer.concat(chunks)), to });
          done();
        });
      },
    });
    port = await new Promise<number>((resolve) => {
      const listening = server.listen(0, '127.0.0.1', () => {
        const address = listening.address();
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
    mailing = await openWorld({
      database: world.database,
      config: {
        smtpUrl: `smtp://127.0.0.1:${port}`,
        mailFrom: 'Tern Ferries <cx@tern.example>',
        publicUrl: 'https://cx.tern.example',
      },
    });
  });
  afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const arrived = async (n: number) => {
    await expect.poll(() => received.length, { timeout: 10_000 }).toBe(n);
    return received[n - 1];
  };

  test('an invitation goes to the person invited and to nobody else, not even as a link in the answer', async () => {
    const owner = { cookie: tern.people.owner.cookie.replace('parallax=', '__Host-parallax=') };
    const hostile = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' };
    const made = await mailing.ask(
      owner,
      'POST',
      at(tern, '/invites'),
      { email: 'new@tern.example', role: 'viewer' },
      hostile,
    );
    expect(made.json).toEqual({ id: expect.any(String), link: null, mailed: true });
    const got = await arrived(1);
    expect(got?.to).toEqual(['new@tern.example']);
    expect(got?.mail.from).toMatchObject({ name: 'Tern Ferries', address: 'cx@tern.example' });
    const link = /https:\/\/cx\.tern\.example\/invite#token=(\S+)/.exec(got?.mail.text ?? '');
    expect(got?.mail.text).not.toContain('evil.example');
    const joined = await mailing.ask(nobody, 'POST', '/api/v1/invites/accept', { token: link?.[1], name: 'New' });
    expect(joined.status).toBe(200);
  });

  test('a sign-in link is mailed to an account, never to anyone else, and the answer is the same', async () => {
    const before = received.length;
    const ask = (email: string) => mailing.ask(nobody, 'POST', '/api/v1/sign-in-links', { email });
    const unknown = await ask('stranger@tern.example');
    const known = await ask(tern.people.viewer.email);
    expect([unknown.status, unknown.text]).toEqual([known.status, known.text]);
    const got = await arrived(before + 1);
    expect(got?.to).toEqual([tern.people.viewer.email]);
    const token = /sign-in#token=(\S+)/.exec(got?.mail.text ?? '')?.[1];
    const used = await mailing.ask(nobody, 'POST', '/api/v1/session/link', { token });
    expect(used.json.user.email).toBe(tern.people.viewer.email);
  });

  test.each([
    'a@tern.example\r\nBcc: all@evil.example',
    'a@tern.example,b@evil.example',
    '"a\r\n"@tern.example',
    'a@tern.example\u0000',
    '<a@tern.example>',
  ])('%j is not an address', async (email) => {
    const before = received.length;
    const owner = { cookie: tern.people.owner.cookie.replace('parallax=', '__Host-parallax=') };
    expect((await mailing.ask(owner, 'POST', at(tern, '/invites'), { email, role: 'viewer' })).status).toBe(400);
    expect((await mailing.ask(nobody, 'POST', '/api/v1/sign-in-links', { email })).status).toBe(400);
    await expect(
      sendMail(mailing.services.config, {
        to: 'x@tern.example',
        subject: email.includes('\r') ? email : 'a\nb',
        text: '',
      }),
    ).rejects.toThrow('one line');
    expect(received.length).toBe(before);
  });

  test('a mail server that is away leaves the link to be copied', async () => {
    const away = await openWorld({
      database: world.database,
      config: { smtpUrl: 'smtp://127.0.0.1:1', mailFrom: 'cx@tern.example' },
    });
    const made = await away.ask(tern.people.owner, 'POST', at(tern, '/invites'), {
      email: 'off@tern.example',
      role: 'viewer',
    });
    expect(made.json).toMatchObject({ mailed: false, link: expect.stringContaining('#token=') });
  });
});

test('no answer ever holds a token, a hash or a password', async () => {
  const secrets = await world.database.app.db
    .selectFrom('users')
    .select('passwordHash')
    .where('passwordHash', 'is not', null)
    .execute();
  expect(secrets.length).toBeGreaterThan(0);
  for (const path of ['', '/members', '/invites', '/api-keys', '/audit?limit=200']) {
    const { text } = await world.ask(tern.people.owner, 'GET', at(tern, path));
    expect(text).not.toMatch(/scrypt|inv_|plx_|[A-Za-z0-9_-]{43}/);
  }
});

test('the first start gives the owner what is there already', async () => {
  const fresh = await openWorld();
  try {
    const id = randomUUID();
    await inWorkspace(fresh.database.app.db, id, (tx) =>
      tx.insertInto('workspaces').values({ id, name: 'Airport (sample)', sample: true }).execute(),
    );
    const link = await firstSignInLink(fresh.database.app.db, fresh.services.config);
    const body = { token: link?.split('=')[1], name: 'Inga', email: 'inga@tern.example' };
    const owner = await fresh.ask(nobody, 'POST', '/api/v1/setup', body);
    expect(owner.json.workspaces).toEqual([{ id, name: 'Airport (sample)', role: 'owner', sample: true }]);
    const seen = await fresh.database.app.db.transaction().execute(async (tx) => {
      await sql`SELECT set_config('parallax.first_start', 'on', true)`.execute(tx);
      return tx.selectFrom('workspaces').select('id').execute();
    });
    expect(seen).toEqual([]);
  } finally {
    await fresh.close();
  }
});
