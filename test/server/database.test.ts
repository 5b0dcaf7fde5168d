import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from './database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

test('the app role can read and write rows, and no more', async () => {
  const role = await database.app.pool.query(
    'SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user',
  );
  expect(role.rows[0]).toEqual({
    rolname: 'parallax_app',
    rolsuper: false,
    rolbypassrls: false,
    rolcreatedb: false,
    rolcreaterole: false,
  });
  const owned = await database.app.pool.query(
    "SELECT 1 FROM pg_class WHERE relkind = 'r' AND pg_get_userbyid(relowner) = current_user",
  );
  expect(owned.rowCount).toBe(0);
  await expect(database.app.pool.query('ALTER TABLE items DISABLE ROW LEVEL SECURITY')).rejects.toThrow(
    /must be owner/,
  );
  await expect(database.app.pool.query('DELETE FROM audit_log')).rejects.toThrow(/permission denied/);
});

test('two databases do not see each other', async () => {
  const other = await testDatabase();
  await other.owner.pool.query("INSERT INTO users (email, name) VALUES ('a@example.org', 'A')");
  const here = await database.owner.pool.query('SELECT 1 FROM users');
  await other.close();
  expect(here.rowCount).toBe(0);
});
