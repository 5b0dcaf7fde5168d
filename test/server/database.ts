import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { type Connection, connect } from '../../src/server/db/connect.ts';

export interface TestDatabase {
  /** Connected as the owner of the tables: may change them, still bound by forced row-level security. */
  readonly owner: Connection;
  /** Connected as the app is. */
  readonly app: Connection;
  readonly ownerUrl: string;
  readonly appUrl: string;
  /** Bypasses row-level security; for looking at what is really stored. */
  readonly superuserUrl: string;
  close(): Promise<void>;
}

/** A fresh, empty, migrated database of its own; `close()` removes it. */
export async function testDatabase(): Promise<TestDatabase> {
  const urls = inject('postgres');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asSuperuser(urls.superuser, `CREATE DATABASE ${name} TEMPLATE parallax OWNER parallax_owner STRATEGY wal_log`);
  const named = (url: string) => url.replace(/\/[^/]*$/, `/${name}`);
  const owner = connect(named(urls.owner), { max: 4 });
  const app = connect(named(urls.app), { max: 8 });
  return {
    owner,
    app,
    ownerUrl: named(urls.owner),
    appUrl: named(urls.app),
    superuserUrl: named(urls.superuser),
    async close() {
      await Promise.all([owner.close(), app.close()]);
      await asSuperuser(urls.superuser, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

async function asSuperuser(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
