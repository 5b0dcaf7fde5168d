import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { createPerson } from '../src/server/accounts/people.ts';
import { openSession } from '../src/server/accounts/sessions.ts';
import { hashToken, newWorkspaceToken } from '../src/server/accounts/tokens.ts';
import type { Config } from '../src/server/config.ts';
import { enterWorkspace, inWorkspace } from '../src/server/db/transaction.ts';
import { type AppOptions, createApp } from '../src/server/http/app.ts';
import { type ApiScope, ROLES, type Role } from '../src/server/http/policy.ts';
import type { Services } from '../src/server/http/route.ts';
import { addMember } from '../src/server/members/change-members.ts';
import { createWorkspace } from '../src/server/workspaces/create.ts';
import { type TestDatabase, testDatabase } from './server/database.ts';

/**
 * The example company: Tern Ferries carries people between islands, and its leaders think that boarding is a pleasure.
 * Its people are always the same; Lantern Hotels is the neighbour on the same server that must never see any of it.
 */
export const TERN_FERRIES = 'Tern Ferries';
export const LANTERN_HOTELS = 'Lantern Hotels';
const PEOPLE: Record<Role, string> = {
  owner: 'Inga Halvorsen',
  lead: 'Tomas Ruiz',
  analyst: 'Mei Chen',
  team_lead: 'Abdi Warsame',
  viewer: 'Ruth Okafor',
};
export const PASSWORD = 'the ferry leaves at nine';
export const PUBLIC_URL = 'http://localhost:4300';

/** Someone who can make requests: by session cookie, by API key, or as nobody. */
export interface Someone {
  readonly cookie?: string;
  readonly apiKey?: string;
}
export interface Person extends Someone {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly cookie: string;
}
export interface Company {
  readonly id: string;
  readonly people: Record<Role, Person>;
}
export const nobody: Someone = {};

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed; tests read answers of every shape. */
  readonly json: ReturnType<typeof JSON.parse>;
}

export interface World {
  readonly database: TestDatabase;
  readonly services: Services;
  readonly app: ReturnType<typeof createApp>;
  /** Moves the server's clock. */
  advance(ms: number): void;
  person(name: string, password?: string): Promise<Person>;
  company(name: string): Promise<Company>;
  join(workspaceId: string, person: Person, role: Role): Promise<void>;
  apiKey(workspaceId: string, scopes: readonly ApiScope[]): Promise<Someone>;
  ask(who: Someone, method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  /** Every line the server logged so far. */
  logged(): string;
  close(): Promise<void>;
}

export async function openWorld(
  options: { config?: Partial<Config>; app?: AppOptions; database?: TestDatabase } = {},
): Promise<World> {
  const database = options.database ?? (await testDatabase());
  const lines: string[] = [];
  let offset = 0;
  const services: Services = {
    connection: database.app,
    config: { ...testConfig(), ...options.config },
    log: pino({ level: 'info' }, { write: (line: string) => lines.push(line) }),
    now: () => new Date(Date.now() + offset),
  };
  const app = createApp(services, { limits: GENEROUS, ...options.app });
  const { db } = database.app;
  let people = 0;

  async function signedIn(name: string, passwordHash: string | null): Promise<Person> {
    people++;
    const email = `${name.toLowerCase().replaceAll(/\W+/g, '.')}.${people}@tern.example`;
    return db.transaction().execute(async (tx) => {
      const made = await createPerson(tx, { email, name, passwordHash });
      const token = await openSession(tx, made, services.now());
      return { userId: made.id, name, email, cookie: `${cookieNameOf(services.config)}=${token}` };
    });
  }
  async function join(workspaceId: string, person: Person, role: Role): Promise<void> {
    await inWorkspace(db, workspaceId, (tx) => addMember(workspaceId, tx, person.userId, role));
  }

  return {
    database,
    services,
    app,
    advance(ms) {
      offset += ms;
    },
    person: async (name, password) =>
      signedIn(name, password === undefined ? null : await (await passwords()).hashPassword(password)),
    join,
    async company(name) {
      const made = await Promise.all(ROLES.map(async (role) => [role, await signedIn(PEOPLE[role], null)] as const));
      const staff = Object.fromEntries(made) as Record<Role, Person>;
      const id = await db.transaction().execute((tx) => createWorkspace(tx, name, staff.owner.userId));
      for (const role of ROLES) if (role !== 'owner') await join(id, staff[role], role);
      return { id, people: staff };
    },
    async apiKey(workspaceId, scopes) {
      const apiKey = newWorkspaceToken('plx', workspaceId);
      await db.transaction().execute(async (tx) => {
        await enterWorkspace(tx, workspaceId);
        await tx
          .insertInto('apiKeys')
          .values({ workspaceId, name: 'test', tokenHash: hashToken(apiKey), scopes: [...scopes] })
          .execute();
      });
      return { apiKey };
    },
    async ask(who, method, path, body, headers = {}) {
      const response = await app.request(path, {
        method,
        headers: {
          ...(who.cookie ? { cookie: who.cookie, origin: services.config.publicUrl } : {}),
          ...(who.apiKey ? { authorization: `Bearer ${who.apiKey}` } : {}),
          ...(body !== undefined ? { 'content-type': 'application/json' } : {}),
          ...headers,
        },
        ...(body !== undefined ? { body: typeof body === 'string' ? body : JSON.stringify(body) } : {}),
      });
      const text = await response.text();
      const isJson = /json/.test(response.headers.get('content-type') ?? '');
      return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
    },
    logged: () => lines.join(''),
    async close() {
      if (!options.database) await database.close();
      rmSync(services.config.dataDir, { recursive: true, force: true });
    },
  };
}

/** So generous that only tests about limits meet them. */
const ANY = { burst: 1e9, perSecond: 1e9 };
const GENEROUS = { address: ANY, public: ANY, parts: ANY, responses: ANY, visits: ANY, account: ANY, attempts: ANY };

function testConfig(): Config {
  return {
    port: 4300,
    host: '127.0.0.1',
    dataDir: mkdtempSync(path.join(tmpdir(), 'parallax-world-')),
    databaseUrl: null,
    publicUrl: PUBLIC_URL,
    sample: false,
    smtpUrl: null,
    mailFrom: null,
    outboundAllow: [],
    trustedProxyHops: 0,
    logLevel: 'info',
    secretKey: 'a key that only tests ever sign with 0123456789',
  };
}

const cookieNameOf = (config: Config) => (config.publicUrl.startsWith('https:') ? '__Host-parallax' : 'parallax');
const passwords = () => import('../src/server/accounts/password.ts');

/** The session cookie that an answer sets, as a browser would send it back. */
export function cookieOf(reply: Reply): string {
  return (reply.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}
