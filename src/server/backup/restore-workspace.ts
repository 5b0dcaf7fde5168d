import { type RawBuilder, sql } from 'kysely';
import { recordAudit } from '../audit/record.ts';
import type { Connection, Tx } from '../db/connect.ts';
import { enterWorkspace } from '../db/transaction.ts';
import type { Caller } from '../http/route.ts';
import { removeCounted } from '../intake/remove-counted.ts';
import { rebuildCounts } from '../responses/verbs.ts';
import { createWorkspace } from '../workspaces/create.ts';
import { changeSettings } from '../workspaces/settings.ts';
import { type Column, type CopiedTable, copiedTables, quoted } from './catalogue.ts';
import { DamagedBackup, verifySeal } from './envelope.ts';
import { movedColumn, nameNow, OlderWords } from './older-exports.ts';
import { type Part, readParts } from './read-lines.ts';
import type { Manifest, Restored } from './schema.ts';

const ROWS_AT_ONCE = 2_000;

/**
 * Restores an export as a new workspace that `ownerId` owns, in one transaction: all of it or nothing. Who was erased
 * since the export is left out, as far as this installation or the file itself knows. Throws DamagedBackup, whose
 * message says what is wrong.
 */
export async function restoreWorkspace(connection: Connection, file: string, ownerId: string): Promise<Restored> {
  const length = await verifySeal(file);
  const catalogue = await tablesOf(connection);
  const parts = readParts(file, length);
  try {
    return await connection.db.transaction().execute((tx) => restore(tx, parts, catalogue, ownerId));
  } catch (error) {
    // Class 22 and 23: a value that its column cannot hold, or a reference that leads nowhere.
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (/^2[23]/.test(code)) throw new DamagedBackup(`The export holds what cannot be stored (${sentence(error)}).`);
    throw error;
  } finally {
    await parts.return(undefined);
  }
}

const sentence = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function tablesOf(connection: Connection): Promise<Map<string, CopiedTable>> {
  const client = await connection.pool.connect();
  try {
    return new Map((await copiedTables(client)).map((table) => [table.name, table]));
  } finally {
    client.release();
  }
}

async function restore(
  tx: Tx,
  parts: AsyncGenerator<Part>,
  catalogue: ReadonlyMap<string, CopiedTable>,
  ownerId: string,
): Promise<Restored> {
  const first = await parts.next();
  if (first.done || first.value.kind !== 'manifest') throw new DamagedBackup('This is no export of a workspace.');
  const { workspace } = first.value.manifest;
  const id = await createWorkspace(tx, workspace.name, ownerId);
  await sql`SET CONSTRAINTS ALL DEFERRED`.execute(tx);
  await sql`CREATE TEMP TABLE restored_responses (old bigint PRIMARY KEY, new bigint NOT NULL) ON COMMIT DROP`.execute(
    tx,
  );
  const rows: Record<string, number> = {};
  let current: { table: CopiedTable; columns: readonly Column[] } | undefined;
  let batch: (readonly (string | null)[])[] = [];
  const older = new OlderWords();
  const flush = async () => {
    if (current && batch.length > 0) {
      older.note(current.table.name, current.columns, batch);
      await insertRows(tx, id, current.table, current.columns, batch);
    }
    batch = [];
  };
  for await (const part of parts) {
    if (part.kind === 'row') {
      batch.push(part.values);
      if (batch.length === ROWS_AT_ONCE) await flush();
      if (current) rows[current.table.name] = (rows[current.table.name] ?? 0) + 1;
    } else if (part.kind === 'table') {
      await flush();
      current = targetOf(part, catalogue);
      rows[current.table.name] = 0;
    } else throw new DamagedBackup('The export begins twice.');
  }
  await flush();
  await older.putRight(id, tx);
  await sql`SET CONSTRAINTS ALL IMMEDIATE`.execute(tx);
  await checkAnswers(tx, id, rows);
  await rebuildCounts(id, tx);
  await applySettings(tx, id, workspace);
  const erased = await applyErasures(tx, id, workspace.id, rows);
  await audit(tx, id, ownerId, first.value.manifest, erased);
  return { id, name: workspace.name, rows, erased };
}

function targetOf(part: { table: string; columns: readonly string[] }, catalogue: ReadonlyMap<string, CopiedTable>) {
  const newer = 'This export was made by a newer Parallax; restore it with that version or a later one.';
  const table = catalogue.get(nameNow(part.table));
  if (!table) throw new DamagedBackup(`There is no table ${part.table} here. ${newer}`);
  const columns = part.columns.map((name) => {
    const column = table.columns.find((one) => one.name === name) ?? movedColumn(table.name, name);
    if (!column) throw new DamagedBackup(`There is no column ${part.table}.${name} here. ${newer}`);
    return column;
  });
  return { table, columns };
}

async function insertRows(
  tx: Tx,
  workspaceId: string,
  table: CopiedTable,
  columns: readonly Column[],
  batch: readonly (readonly (string | null)[])[],
): Promise<void> {
  const given = sql.raw(columns.map((column) => quoted(column.name)).join(', '));
  const source = sql`unnest(${sql.join(columns.map((_, i) => sql`${batch.map((row) => row[i] ?? null)}::text[]`))}) AS row (${given})`;
  const value = (column: Column) => sql.raw(`row.${quoted(column.name)}::${column.type}`);
  // Numbers that the database gives are given anew, in the same order: the old ones may be taken one day.
  if (table.name === 'responses') {
    await sql`INSERT INTO restored_responses (old, new)
      SELECT row.id::bigint, nextval(pg_get_serial_sequence('responses', 'id')) FROM ${source}`.execute(tx);
  }
  const kept = columns.filter((column) => !column.identity || table.name === 'responses');
  const values = kept.map((column) => {
    if (column.person) return knownPerson(column);
    if (refersToResponse(table, column)) return sql`(SELECT new FROM restored_responses WHERE old = ${value(column)})`;
    return value(column);
  });
  await sql`
    INSERT INTO ${sql.table(table.name)} (workspace_id, ${sql.raw(kept.map((column) => quoted(column.name)).join(', '))})
    OVERRIDING SYSTEM VALUE
    SELECT ${workspaceId}::uuid, ${sql.join(values)} FROM ${source}`.execute(tx);
}

function refersToResponse(table: CopiedTable, column: Column): boolean {
  return (table.name === 'responses' && column.name === 'id') || column.name === 'response_id';
}

/** People belong to an installation: whoever is unknown here is named no longer. */
function knownPerson(column: Column): RawBuilder<unknown> {
  return sql`(SELECT u.id FROM ${sql.table('users')} u WHERE u.id = ${sql.raw(`row.${quoted(column.name)}::uuid`)})`;
}

/** Answers have no foreign keys, for the sake of speed; a restore checks what they would hold. */
async function checkAnswers(tx: Tx, workspaceId: string, rows: Record<string, number>): Promise<void> {
  const { rows: found } = await sql<{ n: number }>`
    SELECT count(*) AS n FROM answers a WHERE a.workspace_id = ${workspaceId}
      AND EXISTS (SELECT FROM responses r WHERE r.workspace_id = a.workspace_id AND r.id = a.response_id)
      AND EXISTS (SELECT FROM items i WHERE i.workspace_id = a.workspace_id AND i.id = a.item_id)`.execute(tx);
  if (found[0]?.n !== (rows.answers ?? 0)) {
    throw new DamagedBackup('The export holds answers to items or of responses that it does not hold.');
  }
  // The ends of a scale lie within a million; one number beyond, or none at all (NaN), and no report could be reckoned.
  const { rows: beyond } = await sql`
    SELECT FROM answers WHERE workspace_id = ${workspaceId} AND NOT abs(value) <= 1000000 LIMIT 1`.execute(tx);
  if (beyond.length > 0) throw new DamagedBackup('The export holds an answer that lies on no scale.');
}

async function applySettings(tx: Tx, workspaceId: string, workspace: Manifest['workspace']): Promise<void> {
  const { id: _, name: __, ...settings } = workspace;
  await changeSettings(workspaceId, tx, settings);
}

/** Takes out again who was erased after the export, by the ledger of the file and that of the workspace it came from. */
async function applyErasures(
  tx: Tx,
  workspaceId: string,
  sourceId: string,
  rows: Record<string, number>,
): Promise<number> {
  await enterWorkspace(tx, sourceId);
  const ledger = await sql<{ kind: string; hash: Buffer; erasedAt: Date }>`
    SELECT kind, hash, erased_at FROM erasures WHERE workspace_id = ${sourceId}`.execute(tx);
  await enterWorkspace(tx, workspaceId);
  if (ledger.rows.length > 0) {
    const added = await sql`
      INSERT INTO erasures (workspace_id, kind, hash, erased_at)
      SELECT ${workspaceId}::uuid, l.kind, decode(l.hash, 'hex'), l.erased_at
      FROM unnest(${ledger.rows.map((row) => row.kind)}::text[], ${ledger.rows.map((row) => row.hash.toString('hex'))}::text[],
        ${ledger.rows.map((row) => row.erasedAt.toISOString())}::timestamptz[]) AS l (kind, hash, erased_at)
      ON CONFLICT DO NOTHING`.execute(tx);
    rows.erasures = (rows.erasures ?? 0) + Number(added.numAffectedRows ?? 0n);
  }
  const contacts = await sql<{ id: string }>`
    SELECT c.id FROM contacts c JOIN erasures e ON e.workspace_id = c.workspace_id AND e.kind = 'contact'
      AND e.hash = sha256(convert_to('contact' || E'\n' || c.id::text, 'UTF8'))
    WHERE c.workspace_id = ${workspaceId}`.execute(tx);
  const contactIds = contacts.rows.map((row) => row.id);
  const responses = await sql<{ id: number }>`
    SELECT r.id FROM responses r WHERE r.workspace_id = ${workspaceId} AND (r.contact_id = ANY(${contactIds}::uuid[])
      OR sha256(convert_to(concat_ws(E'\n', 'respondent', r.survey_id::text, r.audience::text, r.key), 'UTF8')) IN (
        SELECT hash FROM erasures WHERE workspace_id = ${workspaceId} AND kind = 'respondent'))`.execute(tx);
  const ids = responses.rows.map((row) => row.id);
  if (ids.length > 0) {
    const before = await answersOf(tx, workspaceId);
    await removeCounted(workspaceId, tx, { ids });
    rows.answers = (rows.answers ?? 0) - (before - (await answersOf(tx, workspaceId)));
    rows.responses = (rows.responses ?? 0) - ids.length;
  }
  const apart = await sql`
    DELETE FROM set_apart_responses s WHERE s.workspace_id = ${workspaceId} AND (s.contact_id = ANY(${contactIds}::uuid[])
      OR sha256(convert_to(concat_ws(E'\n', 'respondent', s.survey_id::text, s.audience::text, s.key), 'UTF8')) IN (
        SELECT hash FROM erasures WHERE workspace_id = ${workspaceId} AND kind = 'respondent'))`.execute(tx);
  rows.set_apart_responses = (rows.set_apart_responses ?? 0) - Number(apart.numAffectedRows ?? 0n);
  await sql`DELETE FROM contacts WHERE workspace_id = ${workspaceId} AND id = ANY(${contactIds}::uuid[])`.execute(tx);
  rows.contacts = (rows.contacts ?? 0) - contactIds.length;
  return ids.length;
}

async function answersOf(tx: Tx, workspaceId: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    SELECT count(*) AS n FROM answers WHERE workspace_id = ${workspaceId}`.execute(tx);
  return rows[0]?.n ?? 0;
}

async function audit(tx: Tx, id: string, ownerId: string, manifest: Manifest, erased: number): Promise<void> {
  const caller: Caller = { kind: 'user', userId: ownerId };
  const { exportedAt, workspace } = manifest;
  const detail = { exportedAt, from: workspace.id, erased };
  await recordAudit(id, tx, caller, 'workspace.restore', { kind: 'workspace', id }, detail);
}
