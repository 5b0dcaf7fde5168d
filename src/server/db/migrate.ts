import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type pg from 'pg';
import { PROJECT_FOLDER } from '../config.ts';

export const MIGRATIONS = path.join(PROJECT_FOLDER, 'migrations');

/**
 * Applies the migrations that this database has not seen, in order, each with its record in one transaction, so that a
 * kill at any statement leaves the database as it was before that file. Two processes starting together take turns.
 * Refuses a database that a newer program has migrated.
 */
export async function migrate(client: pg.ClientBase, folder = MIGRATIONS): Promise<string[]> {
  await client.query("SELECT pg_advisory_lock(hashtext('parallax.migrate'))");
  try {
    await client.query(
      'CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())',
    );
    const seen = await client.query<{ name: string }>('SELECT name FROM schema_migrations ORDER BY name');
    const applied = new Set(seen.rows.map((row) => row.name));
    const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
    const unknown = [...applied].filter((name) => !files.includes(name));
    if (unknown.length > 0) {
      throw new Error(
        `The database has migrations that this version does not know (${unknown.join(', ')}). Start the newer version.`,
      );
    }
    const fresh = files.filter((name) => !applied.has(name));
    for (const name of fresh) {
      const text = await readFile(path.join(folder, name), 'utf8');
      await client.query('BEGIN');
      try {
        await client.query(text);
        await client.query('INSERT INTO schema_migrations (name) VALUES ($1)', [name]);
        await client.query('COMMIT');
      } catch (error) {
        await client.query('ROLLBACK');
        throw error;
      }
    }
    return fresh;
  } finally {
    await client.query("SELECT pg_advisory_unlock(hashtext('parallax.migrate'))");
  }
}

/**
 * Gives the role that the app connects with what it needs and no more: rows of the tables, not the tables. The audit
 * log can be written and read, never changed.
 */
export async function grantToApp(client: pg.ClientBase, role: string): Promise<void> {
  const quoted = `"${role.replaceAll('"', '""')}"`;
  await client.query(`
    GRANT USAGE ON SCHEMA public TO ${quoted};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${quoted};
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ${quoted};
    REVOKE UPDATE, DELETE, TRUNCATE ON audit_log FROM ${quoted};
    REVOKE INSERT, UPDATE, DELETE ON schema_migrations, workspace_directory FROM ${quoted};
  `);
  // So that the app can clear away in which order tickets were given; before PostgreSQL 17 only owners can.
  const { rows } = await client.query<{ may: boolean }>(
    "SELECT current_setting('server_version_num')::integer >= 170000 AND to_regclass('ticket_marks') IS NOT NULL AS may",
  );
  if (rows[0]?.may) await client.query(`GRANT MAINTAIN ON ticket_marks, invitations TO ${quoted}`);
}
