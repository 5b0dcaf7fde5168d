import { sql } from 'kysely';
import type { Tx } from '../db/connect.ts';
import type { Decision, DecisionQuery } from './schema.ts';

/** Who is asked: a contact, a browser, or both where the browser belongs to the contact. At least one is there. */
export interface Asked {
  readonly contactId: string | null;
  /** SHA-256 of the id that the browser keeps, in hex. */
  readonly visitor: string | null;
}

interface AskRow {
  readonly at: number;
  readonly surveyId: string;
  readonly channel: string;
}
export interface History {
  readonly lastAny?: AskRow;
  readonly lastThis?: AskRow;
  readonly answered: boolean;
}

/**
 * Holds people against any other ask until the transaction ends, so that of two at once one is asked. One after the
 * other takes a lock of its own each; a wave holds the whole workspace, because the database has room for a few
 * thousand locks and a wave may have more people. Never call it for one and then for many in the same transaction.
 */
export async function lockAsked(workspaceId: string, tx: Tx, people: readonly Asked[], many: boolean): Promise<void> {
  const all = `asks ${workspaceId}`;
  if (many) {
    await sql`SELECT pg_advisory_xact_lock(hashtextextended(${all}, 0))`.execute(tx);
    return;
  }
  await sql`SELECT pg_advisory_xact_lock_shared(hashtextextended(${all}, 0))`.execute(tx);
  const names = people.flatMap(({ contactId, visitor }) => [contactId ?? [], visitor ?? []].flat());
  // In order, so that two that hold each other's never wait for each other.
  for (const name of [...new Set(names)].sort()) {
    await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`${all} ${name}`}, 0))`.execute(tx);
  }
}

/** Holds the count of asks of a site, where it has a most, until the transaction ends. */
export async function lockSite(workspaceId: string, tx: Tx, siteId: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`site ${workspaceId} ${siteId}`}, 0))`.execute(tx);
}

/** When each was asked last, for any survey and for this one; in the order of `people`. */
export async function historiesOf(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  people: readonly Asked[],
): Promise<History[]> {
  const byContact = await lastAsks(
    workspaceId,
    tx,
    surveyId,
    'contact_id',
    people.map(({ contactId }) => contactId),
  );
  const byVisitor = await lastAsks(
    workspaceId,
    tx,
    surveyId,
    'visitor',
    people.map(({ visitor }) => visitor),
  );
  return people.map(({ contactId, visitor }) => {
    const found = [...(byContact.get(contactId ?? '') ?? []), ...(byVisitor.get(visitor ?? '') ?? [])];
    const lastAny = latest(found);
    const ours = found.filter((ask) => ask.surveyId === surveyId);
    const lastThis = latest(ours);
    return {
      ...(lastAny && { lastAny }),
      ...(lastThis && { lastThis }),
      answered: ours.some(({ answered }) => answered),
    };
  });
}

interface FoundAsk extends AskRow {
  readonly answered: boolean;
}

function latest(asks: readonly FoundAsk[]): AskRow | undefined {
  const [first] = [...asks].sort((a, b) => b.at - a.at);
  return first && { at: first.at, surveyId: first.surveyId, channel: first.channel };
}

/** Of each person the last ask for this survey and the last one for the others. One pass over the asks of all of them. */
async function lastAsks(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  column: 'contact_id' | 'visitor',
  wanted: readonly (string | null)[],
): Promise<Map<string, FoundAsk[]>> {
  const found = new Map<string, FoundAsk[]>();
  const names = wanted.filter((one) => one !== null);
  if (names.length === 0) return found;
  const type = sql.raw(column === 'visitor' ? 'text' : 'uuid');
  const { rows } = await sql<{ who: string; at: Date; surveyId: string; channel: string; answered: boolean }>`
    SELECT DISTINCT ON (who, ours) who, at, survey_id, channel, bool_or(answered) OVER (PARTITION BY who, ours) AS answered
    FROM (
      SELECT ${sql.ref(column)} AS who, survey_id = ${surveyId} AS ours, at, survey_id, channel, answered FROM asks
      WHERE workspace_id = ${workspaceId} AND ${sql.ref(column)} = ANY(${names}::${type}[])) AS theirs
    ORDER BY who, ours, at DESC`.execute(tx);
  for (const { who, at, ...ask } of rows) {
    found.set(who, [...(found.get(who) ?? []), { ...ask, at: at.getTime() }]);
  }
  return found;
}

export interface NewDecision extends Asked {
  readonly surveyId: string;
  readonly channel: string;
  readonly trigger: string | null;
  readonly siteId: string | null;
  readonly at: Date;
  readonly asked: boolean;
  readonly rule: string;
  readonly because: string;
  /** The ask that it led to. */
  readonly askId: string | null;
}

/** Writes one row of the why-log for each attempt, and one of the ledger for each that was granted. */
export async function insertDecisions(workspaceId: string, tx: Tx, decisions: readonly NewDecision[]): Promise<void> {
  const rows = JSON.stringify(decisions);
  await sql`
    WITH d AS (
      SELECT * FROM jsonb_to_recordset(${rows}::jsonb) AS d ("contactId" uuid, visitor text, "surveyId" uuid, channel text,
        trigger text, "siteId" uuid, at timestamptz, asked boolean, rule text, because text, "askId" uuid)
    ), granted AS (
      INSERT INTO asks (workspace_id, id, contact_id, visitor, survey_id, channel, site_id, at)
      SELECT ${workspaceId}, "askId", "contactId", visitor, "surveyId", channel, "siteId", at FROM d WHERE asked
    )
    INSERT INTO ask_decisions (workspace_id, contact_id, visitor, survey_id, channel, trigger, site_id, at, asked, rule, because)
    SELECT ${workspaceId}, "contactId", visitor, "surveyId", channel, trigger, "siteId", at, asked, rule, because
    FROM d`.execute(tx);
}

/** Whether the log says the same no of this contact, or of this browser of nobody we know, since then. */
export async function isLogged(workspaceId: string, tx: Tx, no: NewDecision, since: Date): Promise<boolean> {
  const { rows } = await sql`SELECT FROM ask_decisions
    WHERE ${no.contactId ? sql`contact_id = ${no.contactId}` : sql`visitor = ${no.visitor} AND contact_id IS NULL`}
      AND workspace_id = ${workspaceId} AND at > ${since} AND NOT asked
      AND survey_id = ${no.surveyId} AND rule = ${no.rule} AND trigger IS NOT DISTINCT FROM ${no.trigger}
      AND site_id IS NOT DISTINCT FROM ${no.siteId}::uuid LIMIT 1`.execute(tx);
  return rows.length > 0;
}

export async function asksOfSiteSince(workspaceId: string, tx: Tx, siteId: string, since: Date): Promise<number> {
  const row = await tx
    .selectFrom('asks')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('workspaceId', '=', workspaceId)
    .where('siteId', '=', siteId)
    .where('at', '>=', since)
    .executeTakeFirstOrThrow();
  return row.n;
}

/** Notes that this very ask of this browser was answered. */
export async function markAnsweredBy(
  workspaceId: string,
  tx: Tx,
  { surveyId, visitor, askId }: { surveyId: string; visitor: string; askId: string },
): Promise<void> {
  await tx
    .updateTable('asks')
    .set({ answered: true })
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', askId)
    .where('visitor', '=', visitor)
    .where('surveyId', '=', surveyId)
    .execute();
}

export interface AnsweredAsk {
  readonly surveyId: string;
  readonly contactId: string;
  /** YYYY-MM-DD, UTC. */
  readonly on: string;
}

/** Notes that the last ask of each contact for the survey, up to the day of the answer, was answered. One statement. */
export async function markAnswered(workspaceId: string, tx: Tx, answered: readonly AnsweredAsk[]): Promise<void> {
  await sql`UPDATE asks SET answered = true WHERE workspace_id = ${workspaceId} AND NOT answered AND id IN (
    SELECT (SELECT id FROM asks a WHERE a.workspace_id = ${workspaceId} AND a.contact_id = g.contact_id
      AND a.survey_id = g.survey_id AND a.at < (g.answered_on + 1)::timestamp AT TIME ZONE 'UTC' ORDER BY a.at DESC LIMIT 1)
    FROM unnest(${answered.map(({ surveyId }) => surveyId)}::uuid[], ${answered.map(({ contactId }) => contactId)}::uuid[],
      ${answered.map(({ on }) => on)}::date[]) AS g (survey_id, contact_id, answered_on))`.execute(tx);
}

/** Which of these asks stand in the ledger. */
export async function asksAmong(workspaceId: string, tx: Tx, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ id: string }>`SELECT id FROM asks
    WHERE workspace_id = ${workspaceId} AND id = ANY(${ids}::uuid[])`.execute(tx);
  return new Set(rows.map(({ id }) => id));
}

export async function findAskSurvey(workspaceId: string, tx: Tx, askId: string): Promise<string | undefined> {
  const row = await tx
    .selectFrom('asks')
    .select('surveyId')
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', askId)
    .executeTakeFirst();
  return row?.surveyId;
}

/** Far more than the clocks need and than anybody is asked; one person can name any number of browsers. */
const MOST_OF_CONTACT = 1_000;

/**
 * What a browser was asked before it was known whose it is belongs to that contact from now on; of a contact that gets
 * very much that way the newest is kept.
 */
export async function giveHistoryTo(workspaceId: string, tx: Tx, visitor: string, contactId: string): Promise<void> {
  for (const table of ['asks', 'ask_decisions']) {
    const moved = await sql`UPDATE ${sql.table(table)} SET contact_id = ${contactId}
      WHERE workspace_id = ${workspaceId} AND visitor = ${visitor} AND contact_id IS NULL`.execute(tx);
    if (!moved.numAffectedRows) continue;
    await sql`DELETE FROM ${sql.table(table)} WHERE workspace_id = ${workspaceId} AND id IN (
      SELECT id FROM ${sql.table(table)} WHERE workspace_id = ${workspaceId} AND contact_id = ${contactId}
      ORDER BY at DESC, id OFFSET ${MOST_OF_CONTACT})`.execute(tx);
  }
}

/** All asks of a contact, newest first. */
export async function asksOf(
  workspaceId: string,
  tx: Tx,
  contactId: string,
): Promise<{ surveyId: string; channel: string; at: string; answered: boolean }[]> {
  const rows = await tx
    .selectFrom('asks')
    .select(['surveyId', 'channel', 'at', 'answered'])
    .where('workspaceId', '=', workspaceId)
    .where('contactId', '=', contactId)
    .orderBy('at', 'desc')
    .execute();
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}

interface DecisionSearch extends Omit<DecisionQuery, 'person'> {
  readonly person?: Asked | undefined;
  /** Of the first and the last day. */
  readonly timeZone?: string;
}

/** The why-log, newest first. */
export async function findDecisions(
  workspaceId: string,
  tx: Tx,
  { timeZone = 'UTC', ...query }: DecisionSearch,
): Promise<Decision[]> {
  let select = tx.selectFrom('askDecisions').selectAll().where('workspaceId', '=', workspaceId);
  if (query.person?.contactId) select = select.where('contactId', '=', query.person.contactId);
  if (query.person?.visitor) select = select.where('visitor', '=', query.person.visitor);
  if (query.surveyId) select = select.where('surveyId', '=', query.surveyId);
  if (query.asked !== undefined) select = select.where('asked', '=', query.asked);
  if (query.rule) select = select.where('rule', '=', query.rule);
  const { from, until } = query;
  if (from) select = select.where(sql<boolean>`at >= ${from}::date::timestamp AT TIME ZONE ${timeZone}`);
  if (until) select = select.where(sql<boolean>`at < (${until}::date + 1)::timestamp AT TIME ZONE ${timeZone}`);
  if (query.after !== undefined) select = select.where('id', '<', query.after);
  const rows = await select.orderBy('id', 'desc').limit(query.limit).execute();
  return rows.map((row) => ({
    id: row.id,
    person: row.contactId ? `contact:${row.contactId}` : `visitor:${row.visitor}`,
    surveyId: row.surveyId,
    channel: row.channel,
    trigger: row.trigger,
    siteId: row.siteId,
    at: row.at.toISOString(),
    asked: row.asked,
    rule: row.rule,
    because: row.because,
  }));
}

/** Of the browsers that came since then: how many there were, and by which rule the last attempt of each ended. */
export async function visitorsByRule(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  since: Date,
): Promise<{ rule: string; n: number }[]> {
  const { rows } = await sql<{ rule: string; n: number }>`
    SELECT rule, count(*) AS n FROM (
      SELECT DISTINCT ON (visitor) visitor, rule FROM ask_decisions
      WHERE workspace_id = ${workspaceId} AND survey_id = ${surveyId} AND at >= ${since} AND visitor IS NOT NULL
      ORDER BY visitor, asked DESC, id DESC) AS last
    GROUP BY rule`.execute(tx);
  return rows;
}

/** Forgets decisions from before `decisionsBefore`, and asks of browsers nobody knows the owner of from before `asksBefore`. */
export async function forgetBefore(
  workspaceId: string,
  tx: Tx,
  decisionsBefore: Date,
  asksBefore: Date,
): Promise<void> {
  await tx
    .deleteFrom('askDecisions')
    .where('workspaceId', '=', workspaceId)
    .where('at', '<', decisionsBefore)
    .execute();
  await tx
    .deleteFrom('asks')
    .where('workspaceId', '=', workspaceId)
    .where('contactId', 'is', null)
    .where('at', '<', asksBefore)
    .execute();
}

/**
 * Forgets what is beyond the newest so many rows of browsers that never named a contact. Anybody can make up browsers, so
 * that their rows alone must not fill the database; those of contacts stay.
 */
export async function keepNewest(
  workspaceId: string,
  tx: Tx,
  most: { readonly decisions: number; readonly asks: number },
): Promise<void> {
  await sql`DELETE FROM ask_decisions WHERE workspace_id = ${workspaceId} AND contact_id IS NULL AND id <= (
    SELECT id FROM ask_decisions WHERE workspace_id = ${workspaceId} AND contact_id IS NULL
    ORDER BY id DESC OFFSET ${most.decisions} LIMIT 1)`.execute(tx);
  await sql`DELETE FROM asks WHERE workspace_id = ${workspaceId} AND contact_id IS NULL AND at <= (
    SELECT at FROM asks WHERE workspace_id = ${workspaceId} AND contact_id IS NULL
    ORDER BY at DESC OFFSET ${most.asks} LIMIT 1)`.execute(tx);
}
