import type pg from 'pg';

/**
 * What is not copied: who may enter (people belong to an installation, not to a workspace), what only matters while
 * it runs, uploaded files with their rejected values, whom to tell what happens, and what is computed from the answers.
 */
const LEFT_OUT = new Set([
  'members',
  'team_members',
  'invites',
  'invitations',
  'ticket_groups',
  'ticket_keys',
  'ticket_marks',
  'api_keys',
  'idempotency_keys',
  'imports',
  'import_rejections',
  'contact_imports',
  'mail_queue',
  'answer_counts',
  'outbox',
  // A copy must not call anybody, and their secrets are sealed with this installation's key.
  'webhook_endpoints',
  'webhook_deliveries',
  // Their tokens name the workspace that they were made in.
  'survey_links',
  'survey_editors',
  'workspace_directory',
  'site_links',
  'ask_decisions',
]);

export interface Column {
  readonly name: string;
  readonly type: string;
  /** Numbered by the database: gets a new number when it is restored. */
  readonly identity: boolean;
  /** Refers to a person of the installation, who may be unknown where it is restored. */
  readonly person: boolean;
}

export interface CopiedTable {
  readonly name: string;
  /** Without workspace_id. */
  readonly columns: readonly Column[];
  /** Columns of the primary key, without workspace_id. */
  readonly key: readonly string[];
}

/** References that the database does not declare, for the sake of speed. */
const UNDECLARED = [
  { table: 'answers', to: 'responses' },
  { table: 'answers', to: 'items' },
];

/**
 * Every table with a workspace's data, read from the database itself so that a new table can't be forgotten, each
 * after the tables that it refers to.
 */
export async function copiedTables(client: pg.ClientBase): Promise<CopiedTable[]> {
  const columns = await client.query<Column & { table: string }>(
    `SELECT c.relname AS table, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
       a.attidentity <> '' AS identity, EXISTS (
         SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.conrelid = c.oid AND f.conkey = ARRAY[a.attnum]
           AND f.confrelid = 'users'::regclass) AS person
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attname <> 'workspace_id' AND EXISTS (
       SELECT FROM pg_attribute w WHERE w.attrelid = c.oid AND w.attname = 'workspace_id' AND NOT w.attisdropped)
     ORDER BY c.relname, a.attnum`,
  );
  const keys = await client.query<{ table: string; name: string }>(
    `SELECT c.relname AS table, a.attname AS name
     FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (n, place)
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.n
     WHERE i.indisprimary AND c.relnamespace = 'public'::regnamespace ORDER BY c.relname, k.place`,
  );
  const references = await client.query<{ table: string; to: string }>(
    `SELECT DISTINCT c.relname AS table, t.relname AS to
     FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid JOIN pg_class t ON t.oid = f.confrelid
     WHERE f.contype = 'f' AND NOT f.condeferrable AND c.oid <> t.oid`,
  );
  const names = [...new Set(columns.rows.map((row) => row.table))].filter((name) => !LEFT_OUT.has(name));
  return inOrder(names, [...references.rows, ...UNDECLARED]).map((name) => ({
    name,
    columns: columns.rows
      .filter((row) => row.table === name)
      .map(({ name, type, identity, person }) => ({ name, type, identity, person })),
    key: keys.rows.filter((row) => row.table === name && row.name !== 'workspace_id').map((row) => row.name),
  }));
}

function inOrder(names: readonly string[], references: readonly { table: string; to: string }[]): string[] {
  const left = new Set(names);
  const order: string[] = [];
  while (left.size > 0) {
    const ready = [...left].filter(
      (name) => !references.some((reference) => reference.table === name && left.has(reference.to)),
    );
    if (ready.length === 0) throw new Error(`tables refer to each other in a circle: ${[...left].join(', ')}`);
    for (const name of ready) left.delete(name);
    order.push(...ready);
  }
  return order;
}

/** Quoted for SQL; names come from the catalogue. */
export const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
