import { sql } from 'kysely';
import type { Tx } from '../db/connect.ts';
import { notFound } from '../http/problem.ts';
import type { NewSite, SiteChange } from './schema.ts';

const SITE = [
  'id',
  'keyEnd',
  'name',
  'origins',
  'unsignedPersons',
  'dailyCap',
  'secretVersion',
  'lastSeenAt',
  'lastSeenOrigin',
  'lastRefusedAt',
  'lastRefusedOrigin',
] as const;

export interface SiteRow {
  readonly id: string;
  readonly keyEnd: string;
  readonly name: string;
  readonly origins: readonly string[];
  readonly unsignedPersons: boolean;
  readonly dailyCap: number | null;
  readonly secretVersion: number;
  readonly lastSeenAt: Date | null;
  readonly lastSeenOrigin: string | null;
  readonly lastRefusedAt: Date | null;
  readonly lastRefusedOrigin: string | null;
}

export async function listSites(workspaceId: string, tx: Tx): Promise<SiteRow[]> {
  return tx
    .selectFrom('sites')
    .select(SITE)
    .where('workspaceId', '=', workspaceId)
    .orderBy('name')
    .orderBy('id')
    .execute();
}

/** Throws not_found unless the site is of this workspace. */
export async function requireSite(workspaceId: string, tx: Tx, siteId: string): Promise<SiteRow> {
  const row = await tx
    .selectFrom('sites')
    .select(SITE)
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', siteId)
    .executeTakeFirst();
  if (!row) throw notFound('This site');
  return row;
}

export function siteByKey(workspaceId: string, tx: Tx, keyEnd: string): Promise<SiteRow | undefined> {
  return tx
    .selectFrom('sites')
    .select(SITE)
    .where('workspaceId', '=', workspaceId)
    .where('keyEnd', '=', keyEnd)
    .executeTakeFirst();
}

export function insertSite(workspaceId: string, tx: Tx, keyEnd: string, site: NewSite): Promise<SiteRow> {
  return tx
    .insertInto('sites')
    .values({ workspaceId, keyEnd, ...site })
    .returning(SITE)
    .executeTakeFirstOrThrow();
}

export async function updateSite(
  workspaceId: string,
  tx: Tx,
  siteId: string,
  change: SiteChange & { readonly secretVersion?: number },
): Promise<void> {
  const values = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  if (Object.keys(values).length === 0) return;
  await tx.updateTable('sites').set(values).where('workspaceId', '=', workspaceId).where('id', '=', siteId).execute();
}

export async function deleteSite(workspaceId: string, tx: Tx, siteId: string): Promise<void> {
  await tx.deleteFrom('sites').where('workspaceId', '=', workspaceId).where('id', '=', siteId).execute();
}

/** Notes that a page asked, once a minute at most: every page view does, and a row that changes so often swells. */
export async function noteSeen(
  workspaceId: string,
  tx: Tx,
  siteId: string,
  seen: { readonly at: Date; readonly origin: string | null; readonly refused: boolean },
): Promise<void> {
  const at = sql.ref(seen.refused ? 'last_refused_at' : 'last_seen_at');
  const origin = sql.ref(seen.refused ? 'last_refused_origin' : 'last_seen_origin');
  await sql`UPDATE sites SET ${at} = ${seen.at}, ${origin} = ${seen.origin}
    WHERE workspace_id = ${workspaceId} AND id = ${siteId}
      AND (${at} IS NULL OR ${at} < ${new Date(seen.at.getTime() - 60_000)})`.execute(tx);
}

export async function siteLink(
  workspaceId: string,
  tx: Tx,
  siteId: string,
  surveyId: string,
): Promise<string | undefined> {
  const row = await tx
    .selectFrom('siteLinks')
    .select('token')
    .where('workspaceId', '=', workspaceId)
    .where('siteId', '=', siteId)
    .where('surveyId', '=', surveyId)
    .executeTakeFirst();
  return row?.token;
}

export async function saveSiteLink(
  workspaceId: string,
  tx: Tx,
  siteId: string,
  surveyId: string,
  token: string,
): Promise<void> {
  await tx
    .insertInto('siteLinks')
    .values({ workspaceId, siteId, surveyId, token })
    .onConflict((conflict) => conflict.columns(['workspaceId', 'siteId', 'surveyId']).doUpdateSet({ token }))
    .execute();
}
