import type pg from 'pg';

const SCALARS: Record<string, string> = {
  uuid: 'string',
  text: 'string',
  int4: 'number',
  int8: 'number',
  float8: 'number',
  numeric: 'number',
  bool: 'boolean',
  timestamptz: 'Date',
  date: 'string',
  bytea: 'Buffer',
  jsonb: 'unknown',
  _text: 'string[]',
  _uuid: 'string[]',
};

/** Renders src/server/db/tables.ts from a migrated database, so that the types can't drift from the migrations. */
export async function renderTables(client: pg.ClientBase): Promise<string> {
  const enums = await client.query<{ name: string; labels: string[] }>(
    `SELECT t.typname AS name, array_agg(e.enumlabel::text ORDER BY e.enumsortorder) AS labels
     FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid GROUP BY t.typname ORDER BY t.typname`,
  );
  const columns = await client.query<{
    table: string;
    column: string;
    type: string;
    nullable: boolean;
    generated: boolean;
  }>(
    `SELECT table_name AS table, column_name AS column, udt_name AS type, is_nullable = 'YES' AS nullable,
            column_default IS NOT NULL OR is_identity = 'YES' AS generated
     FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position`,
  );
  const pascal = (name: string) => name.replace(/(^|_)([a-z])/g, (_, __, c: string) => c.toUpperCase());
  const camel = (name: string) => name.replace(/_([a-z0-9])/g, (_, c: string) => c.toUpperCase());
  const enumNames = new Set(enums.rows.map((row) => row.name));
  const tables = [...new Set(columns.rows.map((row) => row.table))];
  const typeOf = (row: (typeof columns.rows)[number]) => {
    const base = enumNames.has(row.type) ? `${pascal(row.type)}Type` : (SCALARS[row.type] ?? `never /* ${row.type} */`);
    const full = row.nullable && base !== 'unknown' ? `${base} | null` : base;
    return row.generated ? `Generated<${full}>` : full;
  };
  const lines = [
    "import type { Generated } from 'kysely';",
    '',
    '// Rendered from the migrations by test/server/tables.test.ts; `npx vitest run --project server tables -u` writes it anew.',
    '',
    ...enums.rows.map(
      (row) => `export type ${pascal(row.name)}Type = ${row.labels.map((label) => `'${label}'`).join(' | ')};`,
    ),
    '',
    ...tables.flatMap((table) => [
      `export interface ${pascal(table)}Table {`,
      ...columns.rows.filter((row) => row.table === table).map((row) => `  ${camel(row.column)}: ${typeOf(row)};`),
      '}',
      '',
    ]),
    'export interface Tables {',
    ...tables.map((table) => `  ${camel(table)}: ${pascal(table)}Table;`),
    '}',
    '',
  ];
  return lines.join('\n');
}
