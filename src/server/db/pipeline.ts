import { CamelCasePlugin, Kysely, PostgresDialect, sql } from 'kysely';
import type pg from 'pg';
import { type Connection, preparingAll, type Tx } from './connect.ts';
import type { Tables } from './tables.ts';

/** One Kysely per connection: unlike a transaction of Kysely's, it sends statements without waiting for the one before. */
const bound = new WeakMap<pg.PoolClient, Tx>();

function boundTo(client: pg.PoolClient): Tx {
  const known = bound.get(client);
  if (known) return known;
  const only = { query: preparingAll(client).query, release: () => {} };
  const made = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: { connect: async () => only, end: async () => {} } }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  }) as Tx;
  bound.set(client, made);
  return made;
}

/** Takes what was started and has to have succeeded before the transaction is committed. */
export type Later = (...started: Promise<unknown>[]) => void;

/**
 * Like `inWorkspace`, for work that is done hundreds of times a second: statements that are started together, such as by
 * Promise.all, travel together, and so do `begin`, which is one statement, with the first of them and the commit with those
 * that `work` handed to `later` instead of waiting for them. PostgreSQL runs them in the order in which they were started.
 */
export async function inWorkspacePipeline<T>(
  { writers }: Connection,
  workspaceId: string,
  begin: string,
  work: (tx: Tx, later: Later) => Promise<T>,
): Promise<T> {
  if (!/^[0-9a-f-]{36}$/.test(workspaceId)) throw new Error('inWorkspacePipeline needs a workspace id');
  const client = await writers.connect();
  const tail: Promise<unknown>[] = [];
  const later: Later = (...started) => {
    // They fail together with the work that comes after them, and are asked at its end.
    for (const one of started) one.catch(() => {});
    tail.push(...started);
  };
  let failed: Error | undefined;
  try {
    const tx = boundTo(client);
    const enter = `BEGIN; SELECT set_config('parallax.workspace_id', '${workspaceId}', true); ${begin}`;
    const begun = client.query(enter);
    begun.catch(() => {});
    const result = await work(tx, later);
    await Promise.all([begun, ...tail, sql`COMMIT`.execute(tx)]);
    return result;
  } catch (error) {
    failed = error instanceof Error ? error : new Error(String(error));
    await Promise.allSettled(tail);
    await client.query('ROLLBACK').then(
      () => {
        failed = undefined;
      },
      () => {},
    );
    throw error;
  } finally {
    client.release(failed);
  }
}
