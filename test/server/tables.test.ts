import pg from 'pg';
import { expect, test } from 'vitest';
import { testDatabase } from './database.ts';
import { renderTables } from './tables.ts';

test('the table types are what the migrations make', async () => {
  const database = await testDatabase();
  const client = new pg.Client(database.ownerUrl);
  await client.connect();
  try {
    await expect(await renderTables(client)).toMatchFileSnapshot('../../src/server/db/tables.ts');
  } finally {
    await client.end();
    await database.close();
  }
});
