import { type RawBuilder, sql } from 'kysely';
import type { Audience } from '../../core/perspective.ts';
import type { Condition } from '../../core/survey/definition.ts';
import type { Tx } from '../db/connect.ts';
import { conflictWhenTaken } from '../db/violation.ts';
import { conditionSql } from './attribute-condition.ts';
import type { AttributeList, Contact, ContactChange, NewContact, Reach, ReachCount } from './schema.ts';

const shown = sql<string>`coalesce(name, email, key, '')`;

/** Some of the contacts: all that are said have to hold. */
export interface ContactFilter {
  readonly search?: string | undefined;
  readonly audience?: Audience | undefined;
  readonly reach?: Reach | readonly Reach[] | undefined;
  readonly condition?: Condition | undefined;
  readonly ids?: readonly string[] | undefined;
  /** Only who agreed to be asked counts as reachable. */
  readonly needsConsent?: boolean | undefined;
}

/** Why somebody can't be asked by mail, the first that holds; `reachable` when nothing does. */
const reachOf = (needsConsent = false) => sql<Reach>`CASE
  WHEN unsubscribed_at IS NOT NULL THEN 'unsubscribed'
  WHEN consent IS FALSE ${needsConsent ? sql`OR consent IS NULL` : sql``} THEN 'refused'
  WHEN email IS NULL THEN 'no_address'
  WHEN bounced_at IS NOT NULL THEN 'bounced'
  ELSE 'reachable' END`;

/** As SQL over rows of contacts. */
export function matching(workspaceId: string, filter: ContactFilter): RawBuilder<boolean> {
  const parts = [sql<boolean>`workspace_id = ${workspaceId}`];
  if (filter.audience) parts.push(sql<boolean>`audience = ${filter.audience}::audience`);
  if (filter.condition) parts.push(sql<boolean>`(${conditionSql(filter.condition, sql.ref('attributes'))})`);
  if (filter.reach) parts.push(sql<boolean>`${reachOf(filter.needsConsent)} = ANY(${[filter.reach].flat()}::text[])`);
  if (filter.ids) parts.push(sql<boolean>`id = ANY(${filter.ids}::uuid[])`);
  if (filter.search) {
    const part = `%${filter.search.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
    parts.push(sql<boolean>`(name ILIKE ${part} OR email ILIKE ${part} OR key ILIKE ${part})`);
  }
  return sql<boolean>`${sql.join(parts, sql` AND `)}`;
}

/** Contacts by name (or what stands for it), from behind `after` on. */
export async function findContacts(
  workspaceId: string,
  tx: Tx,
  query: ContactFilter & { limit: number; after?: string | undefined; id?: string },
): Promise<Contact[]> {
  let select = tx.selectFrom('contacts').selectAll().where(matching(workspaceId, query));
  if (query.id) select = select.where('id', '=', query.id);
  if (query.after) {
    select = select.where(
      sql<boolean>`(${shown}, id) > (SELECT ${shown}, id FROM contacts WHERE workspace_id = ${workspaceId} AND id = ${query.after})`,
    );
  }
  const rows = await select.orderBy(shown).orderBy('id').limit(query.limit).execute();
  return rows.map((row) => ({
    id: row.id,
    audience: row.audience,
    key: row.key,
    email: row.email,
    name: row.name,
    attributes: row.attributes as Record<string, string>,
    language: row.language,
    timeZone: row.timeZone,
    consent:
      row.consent === null
        ? null
        : {
            given: row.consent,
            to: row.consentTo ?? '',
            at: row.consentAt?.toISOString() ?? null,
            source: row.consentSource ?? '',
          },
    unsubscribedAt: row.unsubscribedAt?.toISOString() ?? null,
    unsubscribedBecause: row.unsubscribedBecause,
    bouncedAt: row.bouncedAt?.toISOString() ?? null,
    bouncedBecause: row.bouncedBecause,
    softBounces: row.softBounces,
    addressWorksSince: row.addressWorksSince?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  }));
}

export async function insertContact(workspaceId: string, tx: Tx, contact: NewContact, now: Date): Promise<string> {
  const { consent, ...others } = contact;
  const insert = tx
    .insertInto('contacts')
    .values({
      workspaceId,
      ...others,
      ...consentColumns(consent, now),
      attributes: JSON.stringify(contact.attributes),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return (await conflictWhenTaken(insert, TAKEN)).id;
}
const TAKEN = 'There is a contact with this key in this audience already.';

function consentColumns(consent: NewContact['consent'], now: Date) {
  return {
    consent: consent?.given ?? null,
    consentTo: consent?.to ?? null,
    consentAt: consent ? (consent.at ? new Date(consent.at) : now) : null,
    consentSource: consent?.source ?? null,
  };
}

/** Changes what is said; the rest stays. False when there is no such contact. */
export async function updateContact(
  workspaceId: string,
  tx: Tx,
  contactId: string,
  change: ContactChange,
  now: Date,
): Promise<boolean> {
  const { consent, attributes, unsubscribed, bounced: _, ...plain } = change;
  const values = {
    ...Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined)),
    ...(attributes !== undefined && { attributes: JSON.stringify(attributes) }),
    ...(consent !== undefined && consentColumns(consent, now)),
    ...(unsubscribed !== undefined && { unsubscribedAt: unsubscribed ? now : null, unsubscribedBecause: null }),
    ...bounceColumns(change, now),
  };
  if (Object.keys(values).length === 0) return true;
  const update = tx
    .updateTable('contacts')
    .set(values)
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', contactId)
    .returning('id')
    .executeTakeFirst();
  return (await conflictWhenTaken(update, TAKEN)) !== undefined;
}

function bounceColumns({ bounced, email }: ContactChange, now: Date) {
  if (bounced) return { bouncedAt: now, bouncedBecause: 'Somebody marked it so.' };
  // A new address has not failed yet.
  if (bounced === undefined && email === undefined) return {};
  return {
    bouncedAt: null,
    bouncedBecause: null,
    softBounces: [],
    ...(bounced === false ? { addressWorksSince: now } : { addressWorksSince: null }),
  };
}

/** This contact, or everybody with this address, is asked no more; of whoever is not asked anyway day and reason stay. */
export async function markUnsubscribed(
  workspaceId: string,
  tx: Tx,
  who: { readonly id: string } | { readonly email: string },
  why: { readonly now: Date; readonly because: string | null },
): Promise<void> {
  await tx
    .updateTable('contacts')
    .set({ unsubscribedAt: why.now, unsubscribedBecause: why.because })
    .where('workspaceId', '=', workspaceId)
    .where('unsubscribedAt', 'is', null)
    .where((e) => ('id' in who ? e('id', '=', who.id) : e('email', '=', who.email.toLowerCase())))
    .execute();
}

/** The mail server said that the address does not exist. */
export async function markBounced(workspaceId: string, tx: Tx, contactId: string, now: Date): Promise<void> {
  await tx
    .updateTable('contacts')
    .set({ bouncedAt: now, bouncedBecause: 'The mail server said that there is no such address.' })
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', contactId)
    .execute();
}

export async function countReach(workspaceId: string, tx: Tx, filter: ContactFilter): Promise<ReachCount> {
  const { rows } = await sql<{ reach: Reach; n: number }>`
    SELECT ${reachOf(filter.needsConsent)} AS reach, count(*) AS n FROM contacts
    WHERE ${matching(workspaceId, filter)} GROUP BY 1`.execute(tx);
  const of = (reach: Reach) => rows.find((row) => row.reach === reach)?.n ?? 0;
  return {
    all: rows.reduce((sum, row) => sum + row.n, 0),
    reachable: of('reachable'),
    noAddress: of('no_address'),
    unsubscribed: of('unsubscribed'),
    bounced: of('bounced'),
    refused: of('refused'),
  };
}

/** Whom a sample takes. */
export type Sample =
  | { readonly kind: 'all' }
  | { readonly kind: 'random'; readonly n: number }
  | { readonly kind: 'quota'; readonly attribute: string; readonly quotas: readonly { value: string; n: number }[] };

/**
 * Draws contacts that can be reached by mail (unless the filter says otherwise). By chance, and yet again the same for the same seed and contacts: they are taken
 * in the order of a hash of seed and id.
 */
export async function drawContacts(
  workspaceId: string,
  tx: Tx,
  filter: ContactFilter,
  sample: Sample,
  seed: number,
): Promise<{ id: string; timeZone: string | null }[]> {
  const draw = sql`md5(${String(seed)} || ':' || id::text)`;
  const from = sql`FROM contacts WHERE ${matching(workspaceId, { ...filter, reach: filter.reach ?? 'reachable' })}`;
  type Drawn = { id: string; timeZone: string | null };
  if (sample.kind !== 'quota') {
    const limit = sample.kind === 'random' ? sql`LIMIT ${sample.n}` : sql``;
    return (await sql<Drawn>`SELECT id, time_zone ${from} ORDER BY ${draw} ${limit}`.execute(tx)).rows;
  }
  const { rows } = await sql<Drawn>`
    SELECT id, time_zone FROM (
      SELECT id, time_zone, drawn.value, row_number() OVER (PARTITION BY drawn.value ORDER BY drawn.hash) AS place
      FROM (SELECT id, time_zone, attributes ->> ${sample.attribute}::text AS value, ${draw} AS hash ${from}) AS drawn
    ) AS placed
    JOIN jsonb_to_recordset(${JSON.stringify(sample.quotas)}::jsonb) AS quota (value text, n integer)
      ON quota.value = placed.value AND placed.place <= quota.n`.execute(tx);
  return rows;
}

/** The attributes of up to 20,000 contacts, the most frequent first, each with its most frequent values. */
export async function attributesInUse(
  workspaceId: string,
  tx: Tx,
  { audience }: Pick<ContactFilter, 'audience'>,
): Promise<AttributeList> {
  const these = matching(workspaceId, { audience });
  const { rows } = await sql<{ key: string; value: string; n: number; total: number; rank: number }>`
    WITH looked AS (SELECT attributes FROM contacts WHERE ${these} LIMIT 20000),
    counted AS (SELECT each.key, each.value, count(*) AS n FROM looked, jsonb_each_text(attributes) AS each GROUP BY 1, 2)
    SELECT key, value, n, total, rank FROM (
      SELECT key, value, n, sum(n) OVER (PARTITION BY key) AS total,
        row_number() OVER (PARTITION BY key ORDER BY n DESC, value) AS rank FROM counted) AS ranked
    WHERE rank <= 50 ORDER BY total DESC, key, rank LIMIT 5000`.execute(tx);
  const { rows: looked } = await sql<{ n: number }>`SELECT count(*) AS n FROM (
    SELECT FROM contacts WHERE ${these} LIMIT 20000) AS looked`.execute(tx);
  const byKey = new Map<string, typeof rows>();
  for (const row of rows) byKey.set(row.key, [...(byKey.get(row.key) ?? []), row]);
  return {
    attributes: [...byKey].map(([key, values]) => ({
      key,
      contacts: values[0]?.total ?? 0,
      values: values.map(({ value, n }) => ({ value, contacts: n })),
    })),
    lookedAt: looked[0]?.n ?? 0,
  };
}

/** What stands for each contact on screen. */
export async function namesOf(
  workspaceId: string,
  tx: Tx,
  contactIds: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; shown: string }>`SELECT id, ${shown} AS shown FROM contacts
    WHERE workspace_id = ${workspaceId} AND id = ANY(${contactIds}::uuid[])`.execute(tx);
  return new Map(rows.map((row) => [row.id, row.shown]));
}

export async function deleteContact(workspaceId: string, tx: Tx, contactId: string): Promise<void> {
  await tx.deleteFrom('contacts').where('workspaceId', '=', workspaceId).where('id', '=', contactId).execute();
}

/** Holds the contact against new responses until the transaction ends; undefined when it is not of this workspace. */
export async function lockContact(
  workspaceId: string,
  tx: Tx,
  contactId: string,
): Promise<{ email: string | null } | undefined> {
  return tx
    .selectFrom('contacts')
    .select('email')
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', contactId)
    .forUpdate()
    .executeTakeFirst();
}

/** Notes an erasure, so that an older backup can be cleaned of the person; only hashes are kept. */
export async function insertErasures(
  workspaceId: string,
  tx: Tx,
  kind: 'contact' | 'respondent',
  hashes: readonly Buffer[],
): Promise<void> {
  if (hashes.length === 0) return;
  await tx
    .insertInto('erasures')
    .values(hashes.map((hash) => ({ workspaceId, kind, hash })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
