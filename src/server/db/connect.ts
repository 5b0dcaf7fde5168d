import {
  CamelCasePlugin,
  Kysely,
  type PostgresCursor,
  PostgresDialect,
  type PostgresPoolClient,
  sql,
  type Transaction,
} from 'kysely';
import pg from 'pg';
import type { Tables } from './tables.ts';

export type Database = Kysely<Tables>;
/** A transaction that already knows its workspace; what every store function takes after `workspaceId`. */
export type Tx = Transaction<Tables>;

// Counts are far below 2^53, dates are days: read both as what they are, never as strings or local midnights.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
pg.types.setTypeParser(pg.types.builtins.NUMERIC, Number);
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);

export interface Connection {
  readonly db: Database;
  readonly pool: pg.Pool;
  /** A few connections of their own for group commits; statements on them need not wait for each other. */
  readonly writers: pg.Pool;
  close(): Promise<void>;
}

/** Opens a bounded pool; a caller waits 5 s at most for a connection instead of queueing for ever. */
export function connect(url: string, options: { max?: number } = {}): Connection {
  const settings = {
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    application_name: 'parallax',
  };
  const max = options.max ?? 10;
  const pool = outliving(new pg.Pool({ ...settings, max }));
  const writers = outliving(new pg.Pool({ ...settings, max: Math.min(max, 4) }));
  const db = new Kysely<Tables>({
    dialect: new PostgresDialect({
      pool: { connect: async () => preparing(await pool.connect()), end: () => pool.end() },
    }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
  return {
    db,
    pool,
    writers,
    async close() {
      await Promise.all([db.destroy(), writers.end()]);
    },
  };
}

/** Connections die: an idle one is replaced by the pool, one in use says so with its next statement. Neither may end the process. */
function outliving(pool: pg.Pool): pg.Pool {
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/**
 * Begins statements that run hundreds of times a second, always with the same text: each connection parses and plans
 * them once. Their plan does not change with the sizes of the tables, so say which one is meant (see `reusePlans`).
 */
export const PREPARED = sql.raw('/* prepared */');
const names = new Map<string, string>();

function preparing(client: pg.PoolClient): PostgresPoolClient {
  let last: Promise<unknown> = Promise.resolve();
  /** Statements that are started together run one after the other: pg is about to refuse them before the one before is done. */
  function inTurn<T>(run: () => Promise<T>): Promise<T> {
    const mine = last.then(run, run);
    last = mine;
    return mine;
  }
  function query(text: string | PostgresCursor<unknown>, values: readonly unknown[] = []) {
    if (typeof text !== 'string') return client.query(text as pg.Submittable & PostgresCursor<unknown>);
    if (!text.trimStart().startsWith('/* prepared */')) return inTurn(() => client.query(text, [...values]));
    const name = names.get(text) ?? `p${names.size}`;
    names.set(text, name);
    return inTurn(() => client.query({ name, text, values: [...values] }));
  }
  return { query, release: () => client.release() } as PostgresPoolClient;
}
