import type { Tx } from '../db/connect.ts';
import type { ContactImport, ContactMapping, ContactRemark } from './import-schema.ts';

/** A process that works on an import says so every second; after so long without a word it was interrupted. */
const SILENCE_MS = 30_000;

export type StoredContactImport = ContactImport & { readonly fullMapping: ContactMapping };

export async function insertContactImport(
  workspaceId: string,
  tx: Tx,
  row: { id: string; fileName: string; fileBytes: number; columns: string[]; mapping: ContactMapping },
): Promise<void> {
  await tx
    .insertInto('contactImports')
    .values({ workspaceId, status: 'uploaded', ...row, mapping: JSON.stringify(row.mapping) })
    .execute();
}

export async function findContactImport(
  workspaceId: string,
  tx: Tx,
  id: string,
  now: Date,
): Promise<StoredContactImport | undefined> {
  await failSilent(workspaceId, tx, now);
  const row = await tx
    .selectFrom('contactImports')
    .selectAll()
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) return undefined;
  const mapping = row.mapping as ContactMapping;
  return {
    id: row.id,
    fileName: row.fileName,
    fileBytes: row.fileBytes,
    status: row.status as ContactImport['status'],
    columns: row.columns,
    mapping,
    fullMapping: mapping,
    rowsRead: row.rowsRead,
    made: row.made,
    changed: row.changed,
    leftOut: row.leftOut,
    rejected: row.rejected,
    ...remarksOf(row.rejections as StoredRemark[]),
    error: row.error,
  };
}

/** Rejections and notes lie in one column; of a note its row is stored. */
type StoredRemark = ContactRemark & { readonly stored?: true };

function remarksOf(remarks: readonly StoredRemark[]): Pick<ContactImport, 'rejections' | 'notes'> {
  const plain = ({ row, column, reason }: StoredRemark): ContactRemark => ({ row, column, reason });
  return {
    rejections: remarks.filter(({ stored }) => !stored).map(plain),
    notes: remarks.filter(({ stored }) => stored).map(plain),
  };
}

async function failSilent(workspaceId: string, tx: Tx, now: Date): Promise<void> {
  await tx
    .updateTable('contactImports')
    .set({ status: 'failed', error: 'The server stopped while it was importing. Nothing was stored; run it again.' })
    .where('workspaceId', '=', workspaceId)
    .where('status', '=', 'running')
    .where('heartbeatAt', '<', new Date(now.getTime() - SILENCE_MS))
    .execute();
}

/** False when it runs already, or is over. */
export async function startContactImport(
  workspaceId: string,
  tx: Tx,
  id: string,
  mapping: ContactMapping,
  now: Date,
): Promise<boolean> {
  const row = await tx
    .updateTable('contactImports')
    .set({ status: 'running', heartbeatAt: now, mapping: JSON.stringify(mapping), error: null })
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', id)
    .where('status', 'in', ['uploaded', 'failed'])
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

export async function noteContactImport(
  workspaceId: string,
  tx: Tx,
  id: string,
  now: Date,
  rowsRead: number,
): Promise<void> {
  await tx
    .updateTable('contactImports')
    .set({ heartbeatAt: now, rowsRead })
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', id)
    .where('status', '=', 'running')
    .execute();
}

export interface ContactImportEnd {
  readonly status: 'done' | 'failed' | 'cancelled';
  readonly error: string | null;
  readonly rowsRead: number;
  readonly made: number;
  readonly changed: number;
  readonly leftOut: number;
  readonly rejected: number;
  readonly rejections: readonly ContactRemark[];
  readonly notes: readonly ContactRemark[];
}

export async function endContactImport(
  workspaceId: string,
  tx: Tx,
  id: string,
  { rejections, notes, ...end }: ContactImportEnd,
  now: Date,
): Promise<void> {
  // Where, never what: a value would be a person's data in a place that nobody erases.
  const plain = ({ row, column, reason }: ContactRemark): StoredRemark => ({ row, column, reason });
  const remarks = [...rejections.map(plain), ...notes.map((note) => ({ ...plain(note), stored: true }))];
  await tx
    .updateTable('contactImports')
    .set({ ...end, rejections: JSON.stringify(remarks), finishedAt: now })
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', id)
    .execute();
}
