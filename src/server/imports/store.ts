import { type Selectable, sql } from 'kysely';
import type { Mapping } from '../../core/mapping.ts';
import type { Tx } from '../db/connect.ts';
import type { ImportsTable } from '../db/tables.ts';
import type { Detected, ImportMode, Preview, Rejection } from './schema.ts';

export interface StoredImport extends Omit<Selectable<ImportsTable>, 'detected' | 'mapping'> {
  readonly detected: { readonly detected: Detected; readonly preview: Preview } | null;
  readonly mapping: Mapping | null;
}

export const INTERRUPTED = 'The import was interrupted because Parallax stopped. Nothing was stored; run it again.';
/** A running import whose process has been silent for this long was interrupted. */
const SILENT_SECONDS = 15;

export async function insertImport(
  workspaceId: string,
  tx: Tx,
  values: {
    id: string;
    fileName: string;
    fileBytes: number;
    fileSha256: string;
    createdBy: string | null;
    detected: Detected;
    preview: Preview;
    mapping: Mapping;
  },
): Promise<void> {
  const { detected, preview, mapping, ...rest } = values;
  await tx
    .insertInto('imports')
    .values({
      workspaceId,
      ...rest,
      status: 'uploaded',
      detected: JSON.stringify({ detected, preview }),
      mapping: JSON.stringify(mapping),
      mode: null,
      error: null,
      finishedAt: null,
      heartbeatAt: null,
    })
    .execute();
}

export async function listImports(workspaceId: string, tx: Tx, limit: number): Promise<StoredImport[]> {
  const rows = await tx
    .selectFrom('imports')
    .selectAll()
    .where('workspaceId', '=', workspaceId)
    .orderBy('createdAt', 'desc')
    .limit(limit)
    .execute();
  return rows as StoredImport[];
}

export async function findImport(workspaceId: string, tx: Tx, importId: string): Promise<StoredImport | undefined> {
  const row = await tx
    .selectFrom('imports')
    .selectAll()
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', importId)
    .executeTakeFirst();
  return row as StoredImport | undefined;
}

export async function countWaiting(workspaceId: string, tx: Tx): Promise<number> {
  const row = await tx
    .selectFrom('imports')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('workspaceId', '=', workspaceId)
    .where('status', 'in', ['uploaded', 'running'])
    .executeTakeFirstOrThrow();
  return Number(row.n);
}

export async function saveMapping(
  workspaceId: string,
  tx: Tx,
  importId: string,
  values: { mapping: Mapping; detected: Detected; preview: Preview },
): Promise<boolean> {
  const { mapping, detected, preview } = values;
  const changed = await tx
    .updateTable('imports')
    .set({ mapping: JSON.stringify(mapping), detected: JSON.stringify({ detected, preview }) })
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', importId)
    .where('status', 'in', ['uploaded', 'failed'])
    .executeTakeFirst();
  return changed.numUpdatedRows > 0n;
}

/** Takes the import for this process; false when it runs already, is done, or another one runs in the workspace. */
export async function startRun(workspaceId: string, tx: Tx, importId: string, mode: ImportMode): Promise<boolean> {
  // One import at a time in a workspace: they would wait for each other's rows anyway.
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`parallax.imports.${workspaceId}`}, 0))`.execute(tx);
  const running = await tx
    .selectFrom('imports')
    .select('id')
    .where('workspaceId', '=', workspaceId)
    .where('status', '=', 'running')
    .executeTakeFirst();
  if (running) return false;
  const changed = await tx
    .updateTable('imports')
    .set({
      status: 'running',
      mode,
      error: null,
      finishedAt: null,
      heartbeatAt: sql<Date>`now()`,
      cancelRequested: false,
      rowsRead: 0,
      rowsStored: 0,
      rowsRejected: 0,
      bytesRead: 0,
    })
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', importId)
    .where('status', 'in', ['uploaded', 'failed'])
    .executeTakeFirst();
  if (changed.numUpdatedRows > 0n) await deleteRejections(workspaceId, tx, importId);
  return changed.numUpdatedRows > 0n;
}

export interface Progress {
  readonly rowsRead: number;
  readonly rowsStored: number;
  readonly rowsRejected: number;
  readonly bytesRead: number;
}

/** Says that this process still works on it; returns whether somebody asked to stop. */
export async function noteProgress(
  workspaceId: string,
  tx: Tx,
  importId: string,
  progress: Progress,
): Promise<boolean> {
  const row = await tx
    .updateTable('imports')
    .set({ ...progress, heartbeatAt: sql<Date>`now()` })
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', importId)
    .where('status', '=', 'running')
    .returning('cancelRequested')
    .executeTakeFirst();
  return row?.cancelRequested ?? true;
}

/**
 * Single rows of the file are shown to whoever may import, so that the mapping can be checked. After that they would be
 * a way around the anonymity of leaders and staff, and outlive the erasure of a person.
 */
const FORGOTTEN = { detected: null } as const;

/** Gives up imports whose file was deleted because of its age; nothing of it stays. */
export async function forgetImportsBefore(workspaceId: string, tx: Tx, before: Date): Promise<void> {
  await tx
    .updateTable('imports')
    .set({ ...FORGOTTEN, status: sql`CASE status WHEN 'uploaded' THEN 'cancelled' ELSE status END` })
    .where('workspaceId', '=', workspaceId)
    .where('status', '<>', 'running')
    .where('createdAt', '<', before)
    .where('detected', 'is not', null)
    .execute();
}

export async function finishImport(
  workspaceId: string,
  tx: Tx,
  importId: string,
  end: { status: 'done' | 'failed' | 'cancelled'; error: string | null } & Progress,
): Promise<void> {
  await tx
    .updateTable('imports')
    .set({
      ...end,
      ...(end.status === 'failed' ? {} : FORGOTTEN),
      finishedAt: sql<Date>`now()`,
      cancelRequested: false,
    })
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', importId)
    .where('status', '=', 'running')
    .execute();
}

/** Asks a running import to stop, or cancels one that waits. Returns its state before; undefined when it is over. */
export async function requestCancel(
  workspaceId: string,
  tx: Tx,
  importId: string,
): Promise<'uploaded' | 'failed' | 'running' | undefined> {
  const row = await tx
    .selectFrom('imports')
    .select('status')
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', importId)
    .forUpdate()
    .executeTakeFirst();
  const status = row?.status;
  if (status !== 'uploaded' && status !== 'failed' && status !== 'running') return undefined;
  await tx
    .updateTable('imports')
    .set(
      status === 'running'
        ? { cancelRequested: true }
        : { ...FORGOTTEN, status: 'cancelled', finishedAt: sql<Date>`now()` },
    )
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', importId)
    .execute();
  return status;
}

/** Imports whose process has died say so. Nothing of theirs was stored: rows land in one transaction at the end. */
export async function failInterrupted(workspaceId: string, tx: Tx): Promise<void> {
  await tx
    .updateTable('imports')
    .set({
      status: 'failed',
      error: INTERRUPTED,
      finishedAt: sql<Date>`now()`,
      rowsStored: 0,
    })
    .where('workspaceId', '=', workspaceId)
    .where('status', '=', 'running')
    .where('heartbeatAt', '<', sql<Date>`now() - make_interval(secs => ${SILENT_SECONDS})`)
    .execute();
}

export async function insertRejections(
  workspaceId: string,
  tx: Tx,
  importId: string,
  rejections: readonly Rejection[],
): Promise<void> {
  for (let start = 0; start < rejections.length; start += 1000) {
    const rows = rejections.slice(start, start + 1000).map(({ column, ...rest }) => ({
      workspaceId,
      importId,
      columnName: column,
      ...rest,
    }));
    await tx.insertInto('importRejections').values(rows).execute();
  }
}

export async function listRejections(
  workspaceId: string,
  tx: Tx,
  importId: string,
  page: { limit: number; offset: number },
): Promise<Rejection[]> {
  const rows = await tx
    .selectFrom('importRejections')
    .select(['rowNumber', 'columnName', 'value', 'reason'])
    .where('workspaceId', '=', workspaceId)
    .where('importId', '=', importId)
    .orderBy('rowNumber')
    .orderBy('columnName')
    .orderBy('reason')
    .limit(page.limit)
    .offset(page.offset)
    .execute();
  return rows.map(({ columnName, ...rest }) => ({ column: columnName, ...rest }));
}

export async function countRejections(workspaceId: string, tx: Tx, importId: string): Promise<number> {
  const row = await tx
    .selectFrom('importRejections')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('workspaceId', '=', workspaceId)
    .where('importId', '=', importId)
    .executeTakeFirstOrThrow();
  return Number(row.n);
}

async function deleteRejections(workspaceId: string, tx: Tx, importId: string): Promise<void> {
  await tx
    .deleteFrom('importRejections')
    .where('workspaceId', '=', workspaceId)
    .where('importId', '=', importId)
    .execute();
}

export async function listMappings(
  workspaceId: string,
  tx: Tx,
): Promise<{ id: string; name: string; mapping: Mapping; createdAt: Date }[]> {
  const rows = await tx
    .selectFrom('importMappings')
    .select(['id', 'name', 'mapping', 'createdAt'])
    .where('workspaceId', '=', workspaceId)
    .orderBy('name')
    .execute();
  return rows as { id: string; name: string; mapping: Mapping; createdAt: Date }[];
}

/** A mapping saved under a known name takes its place. */
export async function upsertMapping(
  workspaceId: string,
  tx: Tx,
  name: string,
  mapping: Mapping,
): Promise<{ id: string; createdAt: Date }> {
  const text = JSON.stringify(mapping);
  return tx
    .insertInto('importMappings')
    .values({ workspaceId, name, mapping: text })
    .onConflict((conflict) => conflict.columns(['workspaceId', 'name']).doUpdateSet({ mapping: text }))
    .returning(['id', 'createdAt'])
    .executeTakeFirstOrThrow();
}

export async function deleteMapping(workspaceId: string, tx: Tx, mappingId: string): Promise<boolean> {
  const gone = await tx
    .deleteFrom('importMappings')
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', mappingId)
    .executeTakeFirst();
  return gone.numDeletedRows > 0n;
}
