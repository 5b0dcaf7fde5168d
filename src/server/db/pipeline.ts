import {
  CamelCasePlugin,
  Kysely,
  type PluginTransformResultArgs,
  PostgresDialect,
  type PostgresPoolClient,
  type QueryResult,
  sql,
  type UnknownRow,
} from 'kysely';
import type pg from 'pg';
import type { Connection, Tx } from './connect.ts';
import { type Ran, StatementGroups } from './statement-group.ts';
import type { Tables } from './tables.ts';

/** Columns get their names once per statement, not once per row. */
class NamedAlready extends CamelCasePlugin {
  readonly columnName = (name: string) => this.camelCase(name);

  override async transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return result;
  }
}
const PLUGIN = new NamedAlready({ maintainNestedObjectKeys: true });

/** One Kysely per connection: unlike a transaction of Kysely's, it sends statements without waiting for the one before. */
interface Bound {
  readonly tx: Tx;
  /** Sent before any statement of `tx` that is started after it. */
  begin(workspaceId: string): Promise<unknown>;
  rollback(): Promise<unknown>;
}
const bound = new WeakMap<pg.PoolClient, Bound>();

async function boundTo(client: pg.PoolClient): Promise<Bound> {
  const known = bound.get(client);
  if (known) return known;
  const groups = new StatementGroups(client, PLUGIN.columnName);
  let open = false;
  const query = (text: string, values?: readonly unknown[]) => {
    // Outside the transaction it would run alone, such as work that was handed to `later` in two steps.
    if (!open) throw new Error(`Started after the commit: ${text}`);
    open = text !== 'COMMIT';
    return open ? groups.query(text, values) : groups.query(text).then(refuseRollback);
  };
  const only = { query, release: () => {} } as PostgresPoolClient;
  const tx = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: { connect: async () => only, end: async () => {} } }),
    plugins: [PLUGIN],
  }) as Tx;
  // Kysely prepares itself with its first statement; those that come meanwhile would be overtaken by later ones.
  open = true;
  await sql`SELECT 1`.execute(tx);
  const made = {
    tx,
    begin(workspaceId: string) {
      open = true;
      const enter = "SELECT set_config('parallax.workspace_id', $1, true)";
      return Promise.all([groups.query('BEGIN'), groups.query(enter, [workspaceId])]);
    },
    rollback() {
      open = false;
      return groups.query('ROLLBACK');
    },
  };
  bound.set(client, made);
  return made;
}

/** PostgreSQL answers the commit of a transaction that has failed with a rollback, and calls that a success. */
function refuseRollback(ran: Ran): Ran {
  if (ran.command !== 'COMMIT') throw new Error('The transaction had failed and was rolled back.');
  return ran;
}

/** Takes what was started and has to have succeeded before the transaction is committed. */
export type Later = (...started: Promise<unknown>[]) => void;

/**
 * Like `inWorkspace`, for work that is done hundreds of times a second: statements that are started together, such as by
 * Promise.all, travel together, and so does the commit with those that `work` handed to `later` instead of waiting for
 * them. PostgreSQL runs them in the order in which they were started. `committing` is called when the commit is on its way.
 */
export async function inWorkspacePipeline<T>(
  { writers }: Connection,
  workspaceId: string,
  work: (tx: Tx, later: Later) => Promise<T>,
  committing: () => void = () => {},
): Promise<T> {
  const client = await writers.connect();
  const tail: Promise<unknown>[] = [];
  const later: Later = (...started) => {
    // They fail together with the work that comes after them, and are asked at its end.
    for (const one of started) one.catch(() => {});
    tail.push(...started);
  };
  let failed: Error | undefined;
  let on: Bound | undefined;
  try {
    on = await boundTo(client);
    later(on.begin(workspaceId));
    const result = await work(on.tx, later);
    later(sql`COMMIT`.execute(on.tx));
    committing();
    await Promise.all(tail);
    return result;
  } catch (caught) {
    // The first that failed says why; those after it only that the transaction was lost.
    const settled = await Promise.allSettled(tail);
    const first = settled.find((one): one is PromiseRejectedResult => one.status === 'rejected');
    const error: unknown = first ? first.reason : caught;
    failed = error instanceof Error ? error : new Error(String(error));
    // A connection that cannot be rolled back is thrown away.
    await on?.rollback().then(
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
