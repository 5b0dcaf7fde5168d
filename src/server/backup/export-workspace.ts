import { createHash } from 'node:crypto';
import { createGzip } from 'node:zlib';
import type pg from 'pg';
import type { Connection } from '../db/connect.ts';
import { inWorkspace } from '../db/transaction.ts';
import { type CopiedTable, copiedTables, quoted } from './catalogue.ts';
import { seal } from './envelope.ts';
import { FORMAT_VERSION, type Manifest } from './schema.ts';

const ROWS_AT_ONCE = 2_000;

/**
 * One workspace as one .jsonl.gz file: a consistent picture of one moment, however long it takes and whoever writes
 * meanwhile. Yields compressed bytes; memory stays flat.
 */
export async function* exportWorkspace(connection: Connection, workspaceId: string, now: Date): AsyncGenerator<Buffer> {
  const gzip = createGzip({ level: 6 });
  const hash = createHash('sha256');
  const client = await connection.pool.connect();
  let failure: unknown;
  // The text is written from behind while the bytes are read in front; writing waits for whoever reads.
  const written = (async () => {
    try {
      for await (const lines of linesOf(client, workspaceId, now)) {
        if (!gzip.write(lines)) await new Promise<void>((resolve) => gzip.once('drain', resolve));
        if (gzip.destroyed) return;
      }
      gzip.end();
    } catch (error) {
      failure = error;
      gzip.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  })();
  try {
    for await (const chunk of gzip) {
      hash.update(chunk);
      yield chunk;
    }
    yield seal(hash.digest());
  } finally {
    gzip.destroy();
    gzip.emit('drain');
    await written;
    await client.query('ROLLBACK').catch(() => {});
    client.release(failure !== undefined);
  }
}

/** Whether there is such a workspace; for commands, which have no member to ask. */
export async function workspaceExists(connection: Connection, workspaceId: string): Promise<boolean> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(workspaceId)) return false;
  return inWorkspace(connection.db, workspaceId, async (tx) => {
    const row = await tx.selectFrom('workspaces').select('id').where('id', '=', workspaceId).executeTakeFirst();
    return row !== undefined;
  });
}

async function* linesOf(client: pg.PoolClient, workspaceId: string, now: Date): AsyncGenerator<string> {
  const hash = createHash('sha256');
  const lines = (text: string) => {
    hash.update(text);
    return text;
  };
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  // Times and dates are written the same way on every server.
  await client.query("SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO'; SET LOCAL bytea_output = 'hex'");
  await client.query("SELECT set_config('parallax.workspace_id', $1, true)", [workspaceId]);
  yield lines(`${JSON.stringify(await manifest(client, workspaceId, now))}\n`);
  const rows: Record<string, number> = {};
  for (const table of await copiedTables(client)) {
    yield lines(`${JSON.stringify({ table: table.name, columns: table.columns.map((column) => column.name) })}\n`);
    rows[table.name] = 0;
    for await (const batch of rowsOf(client, workspaceId, table)) {
      rows[table.name] = (rows[table.name] ?? 0) + batch.length;
      yield lines(batch.map((row) => `${row}\n`).join(''));
    }
  }
  yield `${JSON.stringify({ rows, sha256: hash.digest('hex') })}\n`;
}

async function manifest(client: pg.PoolClient, workspaceId: string, now: Date): Promise<Manifest> {
  const { rows } = await client.query<Manifest['workspace']>(
    `SELECT id, name, anonymity_threshold AS "anonymityThreshold", comment_threshold AS "commentThreshold",
       target_pomp AS "targetPomp", level, headline_item_id AS "headlineItemId" FROM workspaces WHERE id = $1`,
    [workspaceId],
  );
  const workspace = rows[0];
  if (!workspace) throw new Error('the workspace is gone');
  const schema = await client.query<{ name: string }>('SELECT name FROM schema_migrations ORDER BY name');
  return {
    format: 'parallax-workspace',
    version: FORMAT_VERSION,
    exportedAt: now.toISOString(),
    schema: schema.rows.map((row) => row.name),
    workspace,
  };
}

/** Rows as JSON arrays of texts, in the order of the primary key. */
async function* rowsOf(client: pg.PoolClient, workspaceId: string, table: CopiedTable): AsyncGenerator<string[]> {
  const values = table.columns.map((column) => `${quoted(column.name)}::text`).join(', ');
  const order = table.key.map(quoted).join(', ');
  await client.query(
    `DECLARE export_rows NO SCROLL CURSOR FOR SELECT json_build_array(${values})::text AS line
     FROM ${quoted(table.name)} WHERE workspace_id = '${workspaceId.replaceAll("'", '')}'::uuid${order && ` ORDER BY ${order}`}`,
  );
  for (;;) {
    const { rows } = await client.query<{ line: string }>(`FETCH ${ROWS_AT_ONCE} FROM export_rows`);
    if (rows.length > 0) yield rows.map((row) => row.line);
    if (rows.length < ROWS_AT_ONCE) break;
  }
  await client.query('CLOSE export_rows');
}
