import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';
import type { Connection, Database } from '../db/connect.ts';
import type { Tables } from '../db/tables.ts';

/**
 * Runs `work` with one connection of the pool as both a Kysely database and a bare client, so that COPY runs inside
 * the same transaction as the queries around it. The connection is given up, not reused, when work fails.
 */
export async function withOneConnection<T>(
  connection: Connection,
  work: (db: Database, client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await connection.pool.connect();
  const db = new Kysely<Tables>({
    dialect: new PostgresDialect({
      pool: { connect: async () => sharedClient(client), end: async () => {} },
    }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
  try {
    const result = await work(db, client);
    client.release();
    return result;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** The same client to Kysely, which may not hand it back to the pool. */
function sharedClient(client: pg.PoolClient) {
  return { query: client.query.bind(client), release: () => {} };
}
