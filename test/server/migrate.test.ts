import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { MIGRATIONS, migrate } from '../../src/server/db/migrate.ts';
import { responseKey } from '../../src/server/intake/response-key.ts';
import { rounds } from '../deep.ts';

const SHAPE = `SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns
  WHERE table_schema = 'public' ORDER BY 1, 2`;
const FIRST = '0001_foundation.sql';
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'parallax-migrate-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs `work` with an address of an empty database that nobody has migrated. */
async function withEmptyDatabase<T>(work: (open: () => Promise<pg.Client>) => Promise<T>): Promise<T> {
  const url = inject('postgres').superuser;
  const admin = new pg.Client(url);
  await admin.connect();
  const name = `empty_${Math.random().toString(36).slice(2)}`;
  await admin.query(`CREATE DATABASE ${name} TEMPLATE template0`);
  try {
    return await work(async () => {
      const client = new pg.Client(url.replace(/\/postgres$/, `/${name}`));
      client.on('error', () => {});
      await client.connect();
      return client;
    });
  } finally {
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin.end();
  }
}

test('a kill at any statement leaves nothing behind, and the next start completes', async () => {
  const text = await readFile(path.join(MIGRATIONS, FIRST), 'utf8');
  const ends = [...text.matchAll(/;\n(?=CREATE|ALTER)/g)].map((match) => match.index + 1);
  const cuts = ends.filter((_, i) => i % Math.ceil(ends.length / rounds(5, ends.length)) === 0);
  expect(cuts.length).toBeGreaterThanOrEqual(4);
  await withEmptyDatabase(async (open) => {
    for (const cut of cuts) {
      await writeFile(
        path.join(folder, FIRST),
        `${text.slice(0, cut)}\nSELECT pg_terminate_backend(pg_backend_pid());\n`,
      );
      await expect(migrate(await open(), folder)).rejects.toThrow();
      const client = await open();
      const tables = await client.query(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'",
      );
      expect(tables.rows).toEqual([{ relname: 'schema_migrations' }]);
      expect((await client.query('SELECT * FROM schema_migrations')).rowCount).toBe(0);
      await client.end();
    }
    const client = await open();
    expect(await migrate(client)).toContain(FIRST);
    const mended = (await client.query(SHAPE)).rows;
    await client.end();
    const template = new pg.Client(inject('postgres').owner);
    await template.connect();
    expect(mended).toEqual((await template.query(SHAPE)).rows);
    await template.end();
  });
});

test('two that start together take turns', async () => {
  await withEmptyDatabase(async (open) => {
    const clients = [await open(), await open()];
    const applied = await Promise.all(clients.map((client) => migrate(client)));
    expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
    await Promise.all(clients.map((client) => client.end()));
  });
});

test('a database that a newer version has migrated is refused by name', async () => {
  await withEmptyDatabase(async (open) => {
    const client = await open();
    await migrate(client);
    await client.query("INSERT INTO schema_migrations (name) VALUES ('9999_later.sql')");
    await expect(migrate(client)).rejects.toThrow(/9999_later\.sql.*newer version/);
    await client.end();
  });
});

test('surveys from before keep their colours, now as their appearance, in drafts and frozen versions alike', async () => {
  const appearance = '0022_appearance.sql';
  const before = path.join(folder, 'before');
  await mkdir(before);
  for (const name of await readdir(MIGRATIONS)) {
    if (name < appearance) await copyFile(path.join(MIGRATIONS, name), path.join(before, name));
  }
  await withEmptyDatabase(async (open) => {
    const client = await open();
    await migrate(client, before);
    await client.query('DROP ROLE IF EXISTS plain_owner; CREATE ROLE plain_owner NOSUPERUSER NOBYPASSRLS');
    await client.query(`INSERT INTO workspaces (id, name) VALUES ('${WORKSPACE}', 'Tern Ferries')`);
    await client.query(
      `INSERT INTO surveys (workspace_id, id, name, draft) VALUES ('${WORKSPACE}', '${WORKSPACE}', 'A', $1)`,
      [{ theme: { accent: '#112233' }, pages: [] }],
    );
    await client.query(
      `INSERT INTO survey_versions (workspace_id, survey_id, version, definition, bindings)
       VALUES ('${WORKSPACE}', '${WORKSPACE}', 1, $1, '{}')`,
      [{ theme: {}, pages: [] }],
    );
    // As on somebody's own server: who owns the tables is held by the walls between workspaces.
    await client.query('ALTER TABLE surveys OWNER TO plain_owner; ALTER TABLE survey_versions OWNER TO plain_owner');
    await client.query('SET ROLE plain_owner');
    await client.query(await readFile(path.join(MIGRATIONS, appearance), 'utf8'));
    await client.query('RESET ROLE');
    const { rows } = await client.query(
      'SELECT draft, definition FROM surveys JOIN survey_versions ON survey_id = surveys.id',
    );
    expect(rows).toEqual([
      { draft: { appearance: { accent: '#112233' }, pages: [] }, definition: { appearance: {}, pages: [] } },
    ]);
    const forced = await client.query(
      "SELECT relforcerowsecurity AS forced FROM pg_class WHERE relname IN ('surveys', 'survey_versions')",
    );
    expect(forced.rows).toEqual([{ forced: true }, { forced: true }]);
    await client.query('REASSIGN OWNED BY plain_owner TO CURRENT_USER; DROP ROLE plain_owner');
    await client.end();
  });
});

test('ids that devices made become hashes; those of tickets and of other programs stay', async () => {
  const files = (await readdir(MIGRATIONS)).sort();
  const until = await mkdtemp(path.join(tmpdir(), 'parallax-migrate-'));
  for (const file of files.filter((one) => one < '0028'))
    await copyFile(path.join(MIGRATIONS, file), path.join(until, file));
  await withEmptyDatabase(async (open) => {
    await migrate(await open(), until);
    const client = await open();
    const [device, ticket, program] = [randomUUID(), randomUUID(), randomUUID()];
    await client.query(`INSERT INTO workspaces (id, name) VALUES ('${WORKSPACE}', 'Tern Ferries')`);
    await client.query(`INSERT INTO surveys (workspace_id, id, name) VALUES ('${WORKSPACE}', '${WORKSPACE}', 'A')`);
    await client.query(
      `INSERT INTO waves (workspace_id, id, survey_id, name, audience) VALUES ('${WORKSPACE}', '${WORKSPACE}', '${WORKSPACE}', 'W', 'customer')`,
    );
    await client.query(
      `INSERT INTO ticket_keys (workspace_id, wave_id, modulus, sealed_private) VALUES ('${WORKSPACE}', '${WORKSPACE}', 'f', '')`,
    );
    for (const [key, parts, wave] of [
      [device, { 0: 'abcdefabcdef' }, null],
      [ticket, { 0: 'abcdefabcdef' }, WORKSPACE],
      [program, { 0: 'whole-abcdefabcdef' }, null],
    ]) {
      await client.query(
        `INSERT INTO responses (workspace_id, survey_id, wave_id, audience, key, answered_on, given, parts, published)
         VALUES ('${WORKSPACE}', '${WORKSPACE}', $1, 'customer', $2, '2026-11-22', '{}', $3, true)`,
        [wave, key, parts],
      );
    }
    await migrate(client, MIGRATIONS);
    const after = await open();
    const { rows } = await after.query('SELECT key FROM responses ORDER BY id');
    expect(rows.map(({ key }) => key)).toEqual([responseKey(device ?? ''), ticket, program]);
    await after.end();
  });
  await rm(until, { recursive: true });
});

test('links from before are those of contacts where mails went out or a file was made, otherwise of nobody', async () => {
  const files = (await readdir(MIGRATIONS)).sort();
  const until = await mkdtemp(path.join(tmpdir(), 'parallax-migrate-'));
  for (const file of files.filter((one) => one < '0027'))
    await copyFile(path.join(MIGRATIONS, file), path.join(until, file));
  await withEmptyDatabase(async (open) => {
    await migrate(await open(), until);
    const client = await open();
    const [made, mailed, filed, named] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    const run = (text: string, ...values: (string | null)[]) =>
      client.query(text.replaceAll('$W', `'${WORKSPACE}'`), values);
    await run("INSERT INTO workspaces (id, name) VALUES ($W, 'Tern Ferries')");
    await run("INSERT INTO surveys (workspace_id, id, name) VALUES ($W, $W, 'A')");
    await run("INSERT INTO contacts (workspace_id, id, audience) VALUES ($W, $W, 'staff')");
    for (const [i, wave] of [made, mailed, filed, named].entries()) {
      await run(
        "INSERT INTO waves (workspace_id, id, survey_id, name, audience) VALUES ($W, $1, $W, 'W', 'staff')",
        wave,
      );
      const contact = wave === named ? WORKSPACE : null;
      await run(
        "INSERT INTO invitations (workspace_id, wave_id, token_hash, contact_id) VALUES ($W, $1, decode($2, 'hex'), $3)",
        wave,
        `0${i}`,
        contact,
      );
    }
    await run(
      'INSERT INTO mail_queue (workspace_id, wave_id, contact_id, number, scheduled_at) VALUES ($W, $1, $W, 0, now())',
      mailed,
    );
    await run(
      `INSERT INTO audit_log (workspace_id, actor_kind, action, subject_kind, subject_id) VALUES ($W, 'system', 'wave.links', 'wave', $1)`,
      filed,
    );
    await migrate(client, MIGRATIONS);
    const after = await open();
    const { rows } = await after.query('SELECT wave_id FROM invitations WHERE minted');
    expect(rows).toEqual([{ wave_id: made }]);
    await after.end();
  });
  await rm(until, { recursive: true });
});

const WORKSPACE = '3f2b8c1e-0d4a-4c5b-9e6f-7a8b9c0d1e2f';
