import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../db/connect.ts';
import { type ContactFilter, matching } from './store.ts';

/** People: SQL with one row for each, of contact_id and `answered`. */
type People = RawBuilder<unknown>;

interface Counted {
  readonly people: number;
  readonly answered: number;
}

/** One by one, by the key: of contacts that came a moment ago the database knows no numbers, and would compare each with each. */
const contactSql = (workspaceId: string) => sql`SELECT workspace_id, audience, attributes FROM contacts
  WHERE workspace_id = ${workspaceId} AND id = asked.contact_id OFFSET 0`;

/** A statement takes 65,535 parameters, and long conditions have thousands. */
const MOST_PARAMETERS = 30_000;

/**
 * How many of these people have each value of an attribute, the most frequent first, '' for those without it; only the
 * first `most`. `values` says how many there are.
 */
export async function countByAttribute(
  workspaceId: string,
  tx: Tx,
  { people, attribute, most }: { people: People; attribute: string; most: number },
): Promise<{ counts: ({ value: string } & Counted)[]; values: number }> {
  const { rows } = await sql<{ value: string; values: number } & Counted>`
    SELECT *, count(*) OVER () AS "values" FROM (
      SELECT coalesce(contacts.attributes ->> ${attribute}::text, '') AS value,
        count(*) AS people, count(*) FILTER (WHERE asked.answered) AS answered
      FROM (${people}) AS asked
      CROSS JOIN LATERAL (${contactSql(workspaceId)}) AS contacts GROUP BY 1) AS counted
    ORDER BY people DESC, value LIMIT ${most}`.execute(tx);
  const counts = rows.map(({ value, people, answered }) => ({ value, people, answered }));
  return { counts, values: rows[0]?.values ?? 0 };
}

/** How many of these people each of the filters holds for, in the order of the filters. */
export async function countByFilter(
  workspaceId: string,
  tx: Tx,
  people: People,
  filters: readonly ContactFilter[],
): Promise<Counted[]> {
  const counts: Counted[] = filters.map(() => ({ people: 0, answered: 0 }));
  let from = 0;
  while (from < filters.length) {
    const tests: RawBuilder<boolean>[] = [];
    let parameters = 0;
    for (const filter of filters.slice(from)) {
      const test = matching(workspaceId, filter);
      parameters += test.compile(tx).parameters.length;
      if (tests.length > 0 && parameters > MOST_PARAMETERS) break;
      tests.push(test);
    }
    const { rows } = await sql<{ place: number } & Counted>`
      SELECT place, count(*) AS people, count(*) FILTER (WHERE answered) AS answered FROM (
        SELECT asked.answered, ARRAY[${sql.join(tests)}]::boolean[] AS tests
        FROM (${people}) AS asked CROSS JOIN LATERAL (${contactSql(workspaceId)}) AS contacts) AS tested,
        unnest(tests) WITH ORDINALITY AS test (holds, place)
      WHERE test.holds GROUP BY place`.execute(tx);
    for (const { place, people, answered } of rows) counts[from + place - 1] = { people, answered };
    from += tests.length;
  }
  return counts;
}

/** How many of these people have unsubscribed since then. */
export async function countUnsubscribed(workspaceId: string, tx: Tx, people: People, since: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    SELECT count(*) AS n FROM contacts c WHERE c.workspace_id = ${workspaceId} AND c.unsubscribed_at >= ${since}::timestamptz
      AND c.id IN (SELECT asked.contact_id FROM (${people}) AS asked)`.execute(tx);
  return rows[0]?.n ?? 0;
}
