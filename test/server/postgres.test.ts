import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { readOrMakeSecrets, type Secrets } from '../../src/server/data-folder.ts';
import { mendLinks } from '../../src/server/postgres/binaries.ts';
import { type EmbeddedPostgres, startEmbedded } from '../../src/server/postgres/embedded.ts';
import { prepareEmbedded, prepareExternal } from '../../src/server/postgres/roles.ts';
import { temporaryFolder } from './launch.ts';

describe('the embedded server', () => {
  let dataDir: string;
  let remove: () => Promise<void>;
  let secrets: Secrets;
  let server: EmbeddedPostgres | undefined;
  beforeAll(async () => {
    ({ folder: dataDir, remove } = await temporaryFolder());
    secrets = await readOrMakeSecrets(dataDir);
  });
  afterEach(() => server?.stop());
  afterAll(() => remove());

  test.each([
    ['fsync', 'off'],
    ['full_page_writes', 'off'],
    ['synchronous_commit', 'off'],
  ])('is refused with %s %s', async (name, value) => {
    server = await startEmbedded({
      dataDir,
      superuserPassword: secrets.superuserPassword,
      overrides: { [name]: value },
    });
    await expect(prepareEmbedded(server, secrets)).rejects.toThrow(`${name} = ${value}`);
  });

  test('accepts what it reads back, and prepares twice without harm', async () => {
    server = await startEmbedded({ dataDir, superuserPassword: secrets.superuserPassword });
    const first = await prepareEmbedded(server, secrets);
    expect(first.applied.length).toBeGreaterThan(0);
    expect((await prepareEmbedded(server, secrets)).applied).toEqual([]);
    // Only the password opens it.
    const wrong = new pg.Client(server.url('parallax_app', 'guess', 'parallax'));
    await expect(wrong.connect()).rejects.toThrow(/password authentication failed/);
  });
});

test('what statements, rows and texts hold does not stand in the log of the embedded server', async () => {
  const { folder, remove } = await temporaryFolder();
  const { superuserPassword } = await readOrMakeSecrets(folder);
  const server = await startEmbedded({ dataDir: folder, superuserPassword });
  try {
    const client = new pg.Client(server.url('postgres', superuserPassword, 'postgres'));
    await client.connect();
    await client.query(`CREATE TABLE people (email text UNIQUE CHECK (email <> 'checked.secret'))`);
    const failing: [string, unknown[], string][] = [
      ['SELECT $1::jsonb', [`{"email":"json.secret","name":"\\ud800"}`], 'invalid input syntax for type json'],
      ['INSERT INTO people VALUES ($1), ($1)', ['twice.secret'], 'duplicate key value'],
      ['INSERT INTO people VALUES ($1)', ['checked.secret'], 'violates check constraint'],
      [`DO $$ BEGIN RAISE 'raised' USING DETAIL = 'detail.secret', HINT = 'hint.secret'; END $$`, [], 'raised'],
    ];
    for (const [statement, values, message] of failing)
      await expect(client.query(statement, values)).rejects.toThrow(message);
    await client.end();
    const log = readFileSync(path.join(folder, 'postgres.log'), 'utf8');
    for (const [, , message] of failing) expect(log).toContain(message);
    expect(log).not.toContain('secret');
  } finally {
    await server.stop();
    await remove();
  }
});

describe('a database of DATABASE_URL', () => {
  const name = () => `x${randomBytes(5).toString('hex')}`;
  const KEY = 'k'.repeat(40);
  const made: string[] = [];
  const superuser = async (...statements: string[]) => {
    const client = new pg.Client(inject('postgres').superuser);
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  };
  /** A fresh database owned by a fresh role with these rights; returns its address. */
  const database = async (rights: string, settings = '') => {
    const role = name();
    const db = name();
    made.push(db);
    await superuser(
      `CREATE ROLE ${role} LOGIN PASSWORD 'p@ss/word' ${rights}`,
      `CREATE DATABASE ${db} OWNER ${role} ${settings}`,
    );
    const url = new URL(inject('postgres').superuser);
    return { url: `postgres://${role}:p%40ss%2Fword@${url.host}/${db}?application_name=t`, role, db };
  };
  const whoAmI = async (url: string) => {
    const client = new pg.Client(url);
    await client.connect();
    const row = (await client.query('SELECT current_user AS role, current_database() AS db')).rows[0];
    await client.end();
    return row;
  };
  afterAll(() => superuser(...made.map((db) => `DROP DATABASE ${db} WITH (FORCE)`)));

  test('gets a weak role for the app where roles may be created, also with two starting at once', async () => {
    const { url, db } = await database('CREATEROLE');
    const [one, two] = await Promise.all([prepareExternal(url, KEY), prepareExternal(url, KEY)]);
    expect(one.app).toBe(two.app);
    expect(one.note).toBeNull();
    expect(await whoAmI(one.app)).toEqual({ role: `parallax_app_${db}`, db });
    const client = new pg.Client(one.app);
    await client.connect();
    await expect(client.query('ALTER TABLE items DISABLE ROW LEVEL SECURITY')).rejects.toThrow(/must be owner/);
    await client.end();
  });

  test('is used with its own role where none may be created, and that is said', async () => {
    const { url, role, db } = await database('NOCREATEROLE');
    const { app, note } = await prepareExternal(url, KEY);
    expect(await whoAmI(app)).toEqual({ role, db });
    expect(note).toContain('may not create roles');
  });

  test('is refused with a role that looks past row-level security', async () => {
    const { url, role } = await database('BYPASSRLS');
    await expect(prepareExternal(url, KEY)).rejects.toThrow(`role ${role} has BYPASSRLS`);
  });

  test('is refused with another encoding, or when commits do not wait for the disk', async () => {
    const latin = await database(
      'CREATEROLE',
      "ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' LOCALE_PROVIDER libc TEMPLATE template0",
    );
    await expect(prepareExternal(latin.url, KEY)).rejects.toThrow('server_encoding = LATIN1');
    const lax = await database('CREATEROLE');
    await superuser(`ALTER DATABASE ${lax.db} SET synchronous_commit = off`);
    await expect(prepareExternal(lax.url, KEY)).rejects.toThrow('synchronous_commit = off');
  });

  test('that cannot be reached is a sentence', async () => {
    await expect(prepareExternal('postgres://u:p@127.0.0.1:1/db', KEY)).rejects.toThrow(
      /cannot be reached: .*ECONNREFUSED.*DATABASE_URL/,
    );
  });
});

test('lost and dangling library links are mended', async () => {
  const { folder, remove } = await temporaryFolder();
  mkdirSync(path.join(folder, 'native/lib'), { recursive: true });
  writeFileSync(path.join(folder, 'native/lib/libpq.so.5.18'), 'x');
  const links = ['native/lib/libpq.so', 'native/lib/libpq.so.5'];
  writeFileSync(
    path.join(folder, 'native/pg-symlinks.json'),
    JSON.stringify(links.map((target) => ({ source: 'native/lib/libpq.so.5.18', target }))),
  );
  symlinkSync('nowhere', path.join(folder, 'native/lib/libpq.so'));
  mendLinks(folder);
  mendLinks(folder);
  for (const link of links) {
    expect(readlinkSync(path.join(folder, link))).toBe('libpq.so.5.18');
    expect(existsSync(path.join(folder, link))).toBe(true);
  }
  rmSync(folder, { recursive: true });
  await remove();
});
