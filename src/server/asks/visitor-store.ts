import { sql } from 'kysely';
import type { Tx } from '../db/connect.ts';
import type { NewQuarantine, Quarantined } from './schema.ts';

export interface VisitorRow {
  readonly contactId: string | null;
  readonly attributes: Readonly<Record<string, string>>;
  readonly optedOut: boolean;
}

export async function findVisitor(workspaceId: string, tx: Tx, visitor: string): Promise<VisitorRow | undefined> {
  const row = await tx
    .selectFrom('visitors')
    .select(['contactId', 'attributes', 'optedOut'])
    .where('workspaceId', '=', workspaceId)
    .where('visitor', '=', visitor)
    .executeTakeFirst();
  return row && { ...row, attributes: row.attributes as Record<string, string> };
}

/** Keeps a browser with what is given of it; what is left out stays as it was. */
export async function saveVisitor(
  workspaceId: string,
  tx: Tx,
  visitor: string,
  seenOn: string,
  change: { contactId?: string; attributes?: Readonly<Record<string, string>>; optedOut?: true } = {},
): Promise<void> {
  const values = {
    ...(change.contactId && { contactId: change.contactId }),
    ...(change.attributes && { attributes: JSON.stringify(change.attributes) }),
    ...(change.optedOut && { optedOut: true }),
    lastSeenOn: seenOn,
  };
  await tx
    .insertInto('visitors')
    .values({ workspaceId, visitor, ...values })
    .onConflict((conflict) => conflict.columns(['workspaceId', 'visitor']).doUpdateSet(values))
    .execute();
}

/** Whether any browser of each of these contacts said that it does not want to be asked: the ids that did. */
export async function optedOutByBrowser(
  workspaceId: string,
  tx: Tx,
  contactIds: readonly string[],
): Promise<Set<string>> {
  const { rows } = await sql<{ contactId: string }>`
    SELECT DISTINCT contact_id FROM visitors
    WHERE workspace_id = ${workspaceId} AND opted_out AND contact_id = ANY(${contactIds}::uuid[])`.execute(tx);
  return new Set(rows.map((row) => row.contactId));
}

export async function countBrowsers(workspaceId: string, tx: Tx, contactId: string): Promise<number> {
  const row = await tx
    .selectFrom('visitors')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('workspaceId', '=', workspaceId)
    .where('contactId', '=', contactId)
    .executeTakeFirstOrThrow();
  return row.n;
}

/** Browsers that nobody knows the owner of, that did not opt out and were not seen since. */
export async function forgetVisitors(workspaceId: string, tx: Tx, before: string): Promise<void> {
  await tx
    .deleteFrom('visitors')
    .where('workspaceId', '=', workspaceId)
    .where('contactId', 'is', null)
    .where('optedOut', '=', false)
    .where('lastSeenOn', '<', before)
    .execute();
}

/** One person has that many browsers at most: those that opted out first, then the last seen. */
const MOST_OF_CONTACT = 50;

export async function keepNewestOf(workspaceId: string, tx: Tx, contactId: string): Promise<void> {
  await sql`DELETE FROM visitors WHERE workspace_id = ${workspaceId} AND contact_id = ${contactId} AND visitor IN (
    SELECT visitor FROM visitors WHERE workspace_id = ${workspaceId} AND contact_id = ${contactId}
    ORDER BY opted_out DESC, last_seen_on DESC, visitor OFFSET ${MOST_OF_CONTACT})`.execute(tx);
}

/** Of browsers that nobody knows the owner of the last seen stay, those that opted out first. */
export async function keepNewestVisitors(workspaceId: string, tx: Tx, most: number): Promise<void> {
  await sql`DELETE FROM visitors WHERE workspace_id = ${workspaceId} AND visitor IN (
    SELECT visitor FROM visitors WHERE workspace_id = ${workspaceId} AND contact_id IS NULL
    ORDER BY opted_out DESC, last_seen_on DESC, visitor OFFSET ${most})`.execute(tx);
}

/** The quarantine of these contacts (or of all), whether over or not. */
export async function quarantineOf(
  workspaceId: string,
  tx: Tx,
  contactIds?: readonly string[],
): Promise<Quarantined[]> {
  let select = tx
    .selectFrom('quarantine')
    .select(['contactId', 'until', 'reason', 'addedAt'])
    .where('workspaceId', '=', workspaceId);
  if (contactIds) select = select.where(sql<boolean>`contact_id = ANY(${contactIds}::uuid[])`);
  const rows = await select.orderBy('addedAt', 'desc').orderBy('contactId').execute();
  return rows.map((row) => ({ ...row, addedAt: row.addedAt.toISOString() }));
}

export async function saveQuarantine(workspaceId: string, tx: Tx, entry: NewQuarantine, at: Date): Promise<void> {
  const { contactId, until, reason } = entry;
  await tx
    .insertInto('quarantine')
    .values({ workspaceId, contactId, until, reason, addedAt: at })
    .onConflict((conflict) =>
      conflict.columns(['workspaceId', 'contactId']).doUpdateSet({ until, reason, addedAt: at }),
    )
    .execute();
}

export async function deleteQuarantine(workspaceId: string, tx: Tx, contactId: string): Promise<boolean> {
  const gone = await tx
    .deleteFrom('quarantine')
    .where('workspaceId', '=', workspaceId)
    .where('contactId', '=', contactId)
    .returning('contactId')
    .executeTakeFirst();
  return gone !== undefined;
}
