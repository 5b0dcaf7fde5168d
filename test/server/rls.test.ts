import { randomBytes, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { grantToApp, MIGRATIONS, migrate } from '../../src/server/db/migrate.ts';
import { addResponses } from '../../src/server/responses/verbs.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { type SmallWorkspace, smallWorkspace } from './small-workspace.ts';

let database: TestDatabase;
let own: SmallWorkspace;
let foreign: SmallWorkspace;
beforeAll(async () => {
  database = await testDatabase();
  own = await smallWorkspace(database, 'Own');
  foreign = await smallWorkspace(database, 'Foreign');
  for (const workspace of [own, foreign]) {
    const responses = Array.from({ length: 6 }, (_, i) => ({
      key: `p${i}`,
      audience: 'customer' as const,
      contactKey: `k${i}`,
      answers: [{ itemId: workspace.items[0], lens: 'experience' as const, value: 1 + (i % 5) }],
    }));
    await workspace.inside((tx) => addResponses(workspace.id, tx, workspace.surveyId, responses));
  }
});
afterAll(() => database.close());

/** Tables that hold a workspace's data, from the catalogue: a new one can't be forgotten. */
async function tablesOfWorkspaces(): Promise<string[]> {
  const { rows } = await database.app.pool.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attname = 'workspace_id'
       AND c.relname <> 'workspace_directory'
     ORDER BY 1`,
  );
  return rows.map((row) => row.name);
}

test('every table with a workspace has row-level security, enabled and forced, and the app cannot look past it', async () => {
  const tables = await tablesOfWorkspaces();
  expect(tables.length).toBeGreaterThan(20);
  const { rows } = await database.app.pool.query(
    `SELECT relname FROM pg_class WHERE relname = ANY($1) AND NOT (relrowsecurity AND relforcerowsecurity)`,
    [[...tables, 'workspaces']],
  );
  expect(rows).toEqual([]);
  const unread = await database.app.pool.query(
    `SELECT c.relname FROM unnest($1::text[]) AS c (relname)
     WHERE NOT EXISTS (SELECT FROM pg_policies p WHERE p.tablename = c.relname AND p.cmd = 'ALL'
       AND p.qual LIKE '%workspace_id%current_workspace()%')`,
    [tables],
  );
  expect(unread.rows).toEqual([]);
  const role = await database.app.pool.query(
    `SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolreplication AS powerful,
       EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relowner = r.oid) AS owner,
       EXISTS (SELECT FROM pg_auth_members WHERE member = r.oid) AS member
     FROM pg_roles r WHERE rolname = current_user`,
  );
  expect(role.rows[0]).toEqual({ powerful: false, owner: false, member: false });
});

test('without its WHERE clause a query still shows nothing foreign; without a workspace, nothing at all', async () => {
  const seen = { own: 0, foreign: 0, none: 0 };
  for (const table of [...(await tablesOfWorkspaces()), 'workspaces']) {
    const column = table === 'workspaces' ? 'id' : 'workspace_id';
    const count = `SELECT count(*) FILTER (WHERE ${column} = $1) AS own, count(*) FILTER (WHERE ${column} <> $1) AS other FROM "${table}"`;
    const client = await database.app.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query("SELECT set_config('parallax.workspace_id', $1, true)", [own.id]);
      const inside = (await client.query(count, [own.id])).rows[0];
      seen.own += inside.own;
      seen.foreign += inside.other;
      await client.query('COMMIT');
      // The setting has ended with its transaction, on the very same connection.
      const outside = (await client.query(count, [own.id])).rows[0];
      seen.none += outside.own + outside.other;
    } finally {
      client.release();
    }
  }
  expect(seen).toEqual({ own: expect.any(Number), foreign: 0, none: 0 });
  expect(seen.own).toBeGreaterThan(30);
});

test('nothing can be written into, moved into or deleted from another workspace', async () => {
  const attempt = async (text: string, values: unknown[]) => {
    const client = await database.app.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query("SELECT set_config('parallax.workspace_id', $1, true)", [own.id]);
      return await client.query(text, values);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  };
  const refused = /row-level security/;
  await expect(attempt("INSERT INTO teams (workspace_id, name) VALUES ($1, 'x')", [foreign.id])).rejects.toThrow(
    refused,
  );
  await expect(attempt('UPDATE items SET workspace_id = $1', [foreign.id])).rejects.toThrow(refused);
  await expect(
    attempt("INSERT INTO answers VALUES ($1, 1, $2, 'belief', 5)", [foreign.id, foreign.items[0]]),
  ).rejects.toThrow(refused);
  const updated = await attempt("UPDATE items SET name = 'mine' WHERE workspace_id = $1", [foreign.id]);
  const deleted = await attempt('DELETE FROM contacts WHERE workspace_id = $1', [foreign.id]);
  expect([updated.rowCount, deleted.rowCount]).toEqual([0, 0]);
  // The identifiers of the other workspace help nobody: they are looked up together with one's own.
  await expect(
    own.inside((tx) => addResponses(own.id, tx, foreign.surveyId, [{ key: 'x', audience: 'customer', answers: [] }])),
  ).rejects.toThrow(/foreign key/);
  await expect(
    own.inside((tx) =>
      addResponses(own.id, tx, own.surveyId, [
        { key: 'x', audience: 'customer', answers: [{ itemId: foreign.items[0], lens: 'experience', value: 1 }] },
      ]),
    ),
  ).rejects.toThrow(/There is no item/);
});

// ── Migrations ────────────────────────────────────────────────────────────────────────────────────────────────────

/** An empty database, without any table. */
async function emptyDatabase(): Promise<{ client: () => Promise<pg.Client>; drop: () => Promise<void> }> {
  const { superuser, owner } = inject('postgres');
  const name = `migrate_${randomBytes(6).toString('hex')}`;
  const admin = async (statement: string) => {
    const client = new pg.Client(superuser);
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };
  await admin(`CREATE DATABASE ${name} OWNER parallax_owner TEMPLATE template0`);
  return {
    client: async () => {
      const client = new pg.Client(owner.replace(/\/[^/]*$/, `/${name}`));
      client.on('error', () => {});
      await client.connect();
      return client;
    },
    drop: () => admin(`DROP DATABASE ${name} WITH (FORCE)`),
  };
}

/** Everything that makes up the schema, in one text. */
async function schemaOf(client: pg.Client): Promise<string> {
  const parts = [
    `SELECT table_name, column_name, ordinal_position, udt_name, is_nullable, column_default, is_identity
     FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 3`,
    `SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
     WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2`,
    "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
    "SELECT tablename, policyname, cmd, qual, with_check FROM pg_policies WHERE schemaname = 'public' ORDER BY 1, 2",
    `SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1`,
    "SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1",
    'SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1',
    'SELECT name FROM schema_migrations ORDER BY 1',
  ];
  const found = [];
  for (const text of parts) found.push((await client.query({ text, rowMode: 'array' })).rows);
  return JSON.stringify(found, null, 1);
}

/** Statements of a migration; dollar-quoted bodies stay whole. */
function statementsOf(text: string): string[] {
  const statements: string[] = [];
  let current = '';
  let body = false;
  for (const line of text.split('\n')) {
    current += `${line}\n`;
    if ((line.match(/\$\$/g) ?? []).length % 2 === 1) body = !body;
    if (!body && /;\s*(--.*)?$/.test(line)) {
      statements.push(current);
      current = '';
    }
  }
  return statements;
}

test('killed at any statement of any migration, the next start ends with the same schema', async () => {
  const { client: whole, drop: dropWhole } = await emptyDatabase();
  const complete = await whole();
  const files = await migrate(complete);
  expect(files).toEqual((await readdir(MIGRATIONS)).filter((name) => name.endsWith('.sql')).sort());
  const expected = await schemaOf(complete);
  const { client: killed, drop } = await emptyDatabase();
  let kills = 0;
  for (const file of files) {
    const text = await readFile(path.join(MIGRATIONS, file), 'utf8');
    const statements = statementsOf(text);
    // Before the first, between any two, and after the last but before it is recorded and committed.
    for (let n = 0; n <= statements.length; n += 1) {
      const client = await killed();
      await expect(migrate(dyingAt(client, text, statements.slice(0, n)))).rejects.toThrow();
      kills += 1;
    }
    // And once to the end of this file only, as a release that had no later ones.
    const client = await killed();
    const later = files.slice(files.indexOf(file) + 1);
    await migrate(dyingAt(client, await firstOf(later), [])).catch(() => {});
    await client.end().catch(() => {});
  }
  expect(kills).toBeGreaterThan(50);
  const client = await killed();
  await migrate(client);
  expect(await schemaOf(client)).toBe(expected);
  // Rights are given again at every start; twice is as good as once.
  await grantToApp(client, 'parallax_app');
  await grantToApp(client, 'parallax_app');
  await client.end();
  await complete.end();
  await drop();
  await dropWhole();
});

async function firstOf(files: readonly string[]): Promise<string> {
  return files[0] ? readFile(path.join(MIGRATIONS, files[0]), 'utf8') : randomUUID();
}

/** A client that runs these statements in place of the migration `text`, and then loses its connection. */
function dyingAt(client: pg.Client, text: string, statements: readonly string[]): pg.Client {
  const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
  const dying = async (...args: unknown[]): Promise<unknown> => {
    if (args[0] !== text) return query(...args);
    for (const statement of statements) await query(statement);
    const { connection } = client as pg.Client & { connection: { stream: { destroy(): void } } };
    connection.stream.destroy();
    throw new Error('killed');
  };
  return Object.assign(Object.create(client) as pg.Client, { query: dying });
}
