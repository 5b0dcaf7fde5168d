import { type RawBuilder, sql } from 'kysely';
import { distribution, type JointCount, type ValueCount } from '../../core/distribution.ts';
import { AUDIENCES, type Audience, type Lens } from '../../core/perspective.ts';
import type { Tx } from '../db/connect.ts';
import {
  type AnswerCounts,
  type AnswerFilter,
  type AtomsQuery,
  type AttributeValue,
  atomDimension,
  type CellAtoms,
  type CountCell,
  type CountsQuery,
  type GroupBy,
  type JointQuery,
  type RowsQuery,
} from './answer-counts.ts';
import { monthOf } from './count-delta.ts';
import { isLastOfMonth } from './months.ts';

/** Answer counts from PostgreSQL: from the rollup where it holds what is asked, else by counting the answers. */
export function postgresAnswerCounts(tx: Tx): AnswerCounts {
  return {
    counts: (workspaceId, query) =>
      rollupHolds(query) ? countsFromRollup(workspaceId, tx, query) : countsFromAnswers(workspaceId, tx, query),
    jointCounts: (workspaceId, query) => jointCounts(workspaceId, tx, query),
    sumsAndProducts: (workspaceId, query) => sumsAndProducts(workspaceId, tx, query),
    sample: (workspaceId, query) => sample(workspaceId, tx, query),
    atoms: (workspaceId, query) => atoms(workspaceId, tx, query),
    releasedApart: (workspaceId) => releasedApart(workspaceId, tx),
    attributes: (workspaceId) => attributes(workspaceId, tx),
    carriers: (workspaceId, attribute) => carriers(workspaceId, tx, attribute),
  };
}

/** The rollup is by item, audience, lens, channel, month and value. */
function rollupHolds({ filter = {}, groupBy = [] }: CountsQuery): boolean {
  const wholeMonths = (!filter.since || filter.since.endsWith('-01')) && (!filter.until || isLastOfMonth(filter.until));
  const byAttribute = Object.keys(filter.attributes ?? {}).length > 0 || groupBy.some((by) => typeof by !== 'string');
  const byRelease = filter.upToRelease !== undefined || filter.handedIn !== undefined || filter.named === true;
  return wholeMonths && !byAttribute && !byRelease;
}

interface CountRow extends ValueCount {
  readonly itemId: string;
  readonly audience: Audience;
  readonly lens: Lens;
  readonly groups: readonly (string | null)[];
}

async function countsFromRollup(workspaceId: string, tx: Tx, query: CountsQuery): Promise<CountCell[]> {
  const groups = groupsOf(query.groupBy, sql`c.channel`, sql`c.month`, sql`NULL::jsonb`);
  const { rows } = await sql<CountRow>`
    SELECT c.item_id, c.audience, c.lens, ${groups} AS groups, c.value, sum(c.n)::bigint AS n, sum(c.w) AS w,
      sum(c.ww) AS ww
    FROM answer_counts c
    WHERE c.workspace_id = ${workspaceId} AND ${oneOf(sql`c.item_id`, query.itemIds, 'uuid')}
      AND ${oneOf(sql`c.audience`, query.audiences, 'audience')} AND ${oneOf(sql`c.lens`, query.lenses, 'lens')}
      AND ${inPeriod(sql`c.month`, query.filter)} AND ${oneOf(sql`c.channel`, query.filter?.channels, 'text')}
    GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5`.execute(tx);
  return cellsOf(rows);
}

async function countsFromAnswers(workspaceId: string, tx: Tx, query: CountsQuery): Promise<CountCell[]> {
  await roomToCount(tx);
  const groups = groupsOf(query.groupBy, sql`r.channel`, sql`(${monthOf('r.answered_on')})`, sql`r.attributes`);
  // Weights are grouped, not summed, row by row: exact sums of decimals would take longer than the count itself.
  const { rows } = await sql<CountRow>`
    SELECT item_id, audience, lens, groups, value, sum(k)::bigint AS n, sum(k * weight) AS w, sum(k * weight * weight) AS ww
    FROM (
      SELECT a.item_id, r.audience, a.lens, ${groups} AS groups, a.value, r.weight, count(*) AS k
      FROM responses r JOIN answers a ON a.workspace_id = ${workspaceId} AND a.response_id = r.id
      WHERE ${meant(workspaceId, query.filter)} AND ${itemsByIndex(query.itemIds)}
        AND ${oneOf(sql`r.audience`, query.audiences, 'audience')} AND ${oneOf(sql`a.lens`, query.lenses, 'lens')}
      GROUP BY 1, 2, 3, 4, 5, 6
    ) AS by_weight
    GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5`.execute(tx);
  return asked(cellsOf(rows), query.itemIds);
}

function cellsOf(rows: readonly CountRow[]): CountCell[] {
  const cells = new Map<string, { first: CountRow; counts: ValueCount[]; notApplicable: number }>();
  for (const row of rows) {
    const key = JSON.stringify([row.itemId, row.audience, row.lens, row.groups]);
    const cell = cells.get(key) ?? { first: row, counts: [], notApplicable: 0 };
    if (row.value === null) cell.notApplicable += row.n;
    else cell.counts.push({ value: row.value, n: row.n, w: row.w, ww: row.ww });
    cells.set(key, cell);
  }
  return [...cells.values()].map(({ first, counts, notApplicable }) => ({
    itemId: first.itemId,
    audience: first.audience,
    lens: first.lens,
    groups: first.groups,
    counts: distribution(counts),
    notApplicable,
  }));
}

async function jointCounts(workspaceId: string, tx: Tx, query: JointQuery): Promise<JointCount[][]> {
  if (query.pairs.length === 0) return [];
  await roomToCount(tx);
  const { filter, within } = query;
  const pairs = sql`(SELECT * FROM jsonb_to_recordset(${JSON.stringify(
    query.pairs.map(({ x, y }, i) => ({
      pair: i,
      x_item: x.itemId,
      x_audience: x.audience,
      x_lens: x.lens,
      y_item: y.itemId,
      y_audience: y.audience,
      y_lens: y.lens,
    })),
  )}::jsonb) AS p (pair integer, x_item uuid, x_audience audience, x_lens lens, y_item uuid, y_audience audience, y_lens lens)) AS p`;
  const { rows } = await (within === 'response'
    ? sql<JointCount & { pair: number }>`
      SELECT p.pair, x.value AS x, y.value AS y, count(*) AS n, sum(r.weight) AS w, sum(r.weight * r.weight) AS ww
      FROM ${pairs}
        JOIN answers x ON x.workspace_id = ${workspaceId} AND x.item_id = p.x_item AND x.lens = p.x_lens
        JOIN answers y ON y.workspace_id = ${workspaceId} AND y.response_id = x.response_id AND y.item_id = p.y_item
          AND y.lens = p.y_lens
        JOIN responses r ON r.id = x.response_id AND r.audience = p.x_audience AND r.audience = p.y_audience
      WHERE ${meant(workspaceId, filter)} AND x.value IS NOT NULL AND y.value IS NOT NULL
      GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`
    : sql<JointCount & { pair: number }>`
      WITH unit_means AS (
        SELECT a.item_id, r.audience, a.lens, r.attributes ->> ${within.attribute} AS unit,
          (sum(a.value::numeric * r.weight) / sum(r.weight))::double precision AS mean
        FROM responses r JOIN answers a ON a.workspace_id = ${workspaceId} AND a.response_id = r.id
        WHERE ${meant(workspaceId, filter)} AND a.value IS NOT NULL AND r.attributes ->> ${within.attribute} <> ''
        GROUP BY 1, 2, 3, 4)
      SELECT p.pair, x.mean AS x, y.mean AS y, count(*) AS n, count(*) AS w, count(*) AS ww
      FROM ${pairs}
        JOIN unit_means x ON x.item_id = p.x_item AND x.audience = p.x_audience AND x.lens = p.x_lens
        JOIN unit_means y ON y.item_id = p.y_item AND y.audience = p.y_audience AND y.lens = p.y_lens AND y.unit = x.unit
      GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`
  ).execute(tx);
  return query.pairs.map((_, i) =>
    rows.filter((row) => row.pair === i).map(({ x, y, n, w, ww }) => ({ x, y, n, w, ww })),
  );
}

/** One row per response that answers every variable with a value: its weight and its values in order. */
function completeRows(workspaceId: string, { variables, audience, filter }: RowsQuery): RawBuilder<unknown> {
  const wanted = JSON.stringify(variables.map((v, i) => ({ place: i, item_id: v.itemId, lens: v.lens })));
  return sql`
    SELECT r.id, r.weight::double precision AS weight, array_agg(a.value ORDER BY v.place) AS values
    FROM jsonb_to_recordset(${wanted}::jsonb) AS v (place integer, item_id uuid, lens lens)
      JOIN answers a ON a.workspace_id = ${workspaceId} AND a.item_id = v.item_id AND a.lens = v.lens
      JOIN responses r ON r.id = a.response_id
    WHERE ${meant(workspaceId, filter)} AND r.audience = ${audience} AND a.value IS NOT NULL
    GROUP BY r.id, r.weight HAVING count(*) = ${variables.length}::integer`;
}

async function sumsAndProducts(workspaceId: string, tx: Tx, query: RowsQuery) {
  await roomToCount(tx);
  const p = query.variables.length;
  const places = Array.from({ length: p }, (_, i) => i + 1);
  const product = (i: number, j: number) => `sum(weight * values[${i}] * values[${j}])`;
  const upper = places.flatMap((i) => places.filter((j) => j >= i).map((j) => ({ i, j })));
  const columns = [...places.map((i) => `sum(weight * values[${i}])`), ...upper.map(({ i, j }) => product(i, j))];
  const { rows } = await sql<{ n: number; w: number | null; all: (number | null)[] }>`
    SELECT count(*) AS n, sum(weight) AS w, ARRAY[${sql.raw(columns.join(', ') || 'NULL::double precision')}] AS all
    FROM (${completeRows(workspaceId, query)}) AS complete`.execute(tx);
  const { n = 0, w = 0, all = [] } = rows[0] ?? {};
  const at = (i: number, j: number) =>
    p + upper.findIndex((cell) => cell.i === Math.min(i, j) && cell.j === Math.max(i, j));
  return {
    n,
    w: w ?? 0,
    sums: places.map((i) => all[i - 1] ?? 0),
    products: places.map((i) => places.map((j) => all[at(i, j)] ?? 0)),
  };
}

async function sample(workspaceId: string, tx: Tx, query: RowsQuery & { limit: number; seed: number }) {
  await roomToCount(tx);
  const { rows } = await sql<{ n: number; weight: number; values: number[] }>`
    SELECT count(*) OVER () AS n, weight, values FROM (${completeRows(workspaceId, query)}) AS complete
    ORDER BY hashint8extended(id, ${query.seed}::bigint), id LIMIT ${query.limit}`.execute(tx);
  return { n: rows[0]?.n ?? 0, rows: rows.map(({ weight, values }) => ({ weight, values })) };
}

async function atoms(workspaceId: string, tx: Tx, query: AtomsQuery): Promise<CellAtoms[]> {
  await roomToCount(tx);
  // Each by itself: an index knows leaders and staff, another one the few anonymous among many customers.
  const found: CellAtoms[] = [];
  for (const own of [
    query.audiences.filter((one) => one !== 'customer'),
    query.audiences.filter((one) => one === 'customer'),
  ]) {
    if (own.length > 0) found.push(...(await atomsOf(workspaceId, tx, { ...query, audiences: own })));
  }
  return found;
}

/** Who is published in numbered releases: leaders and staff, or anonymous customers. */
const isProtected = (audiences: readonly Audience[]): RawBuilder<boolean> =>
  audiences.includes('customer')
    ? sql`r.audience = 'customer' AND r.release IS NOT NULL`
    : sql`r.audience <> 'customer' AND ${oneOf(sql`r.audience`, audiences, 'audience')}`;

async function atomsOf(workspaceId: string, tx: Tx, query: AtomsQuery): Promise<CellAtoms[]> {
  const traits = query.releasesOnly
    ? sql`'{}'::jsonb AS attributes, NULL::text AS month, NULL::text AS channel, r.release, r.handed_in`
    : sql`r.attributes, to_char(r.answered_on, 'YYYY-MM') AS month, r.channel, r.release, r.handed_in`;
  // Hundreds of thousands of answers come from people of few kinds: each kind gets a number, answers are counted by it,
  // and what it stands for is read once. OFFSET 0 keeps the planner from reading the answers of all customers to find
  // those of a few thousand people.
  const { rows } = await sql<{ kinds: Kind[] | null; counted: Counted[] | null }>`
    WITH people AS MATERIALIZED (
      SELECT id, audience, attributes, month, channel, release, handed_in,
        dense_rank() OVER (ORDER BY attributes, month, channel, release, handed_in) - 1 AS kind
      FROM (
        SELECT r.id, r.audience, ${traits} FROM responses r
        WHERE ${meant(workspaceId, undefined)} AND ${isProtected(query.audiences)}
      ) AS r
    ), counted AS (
      SELECT a.item_id, p.audience, a.lens, p.kind, a.value, count(*) AS n
      FROM people p CROSS JOIN LATERAL (
        SELECT item_id, lens, value FROM answers WHERE workspace_id = ${workspaceId} AND response_id = p.id OFFSET 0
      ) AS a
      WHERE a.value IS NOT NULL AND ${itemsByIndex(query.itemIds)}
      GROUP BY 1, 2, 3, 4, 5
    )
    SELECT (SELECT json_agg(json_build_array(attributes, month, channel, release, handed_in) ORDER BY kind)
        FROM (SELECT DISTINCT ON (kind) * FROM people ORDER BY kind) AS each_kind) AS kinds,
      (SELECT json_agg(json_build_array(item_id, audience, lens, kind, value, n)
        ORDER BY item_id, audience, lens, kind, value) FROM counted) AS counted`.execute(tx);
  const { kinds, counted } = rows[0] ?? { kinds: null, counted: null };
  const keys = (kinds ?? []).map(([attributes, month, channel]) => {
    const key: Record<string, string> = query.releasesOnly ? {} : { month: month ?? '', channel: channel ?? '' };
    for (const [attribute, value] of Object.entries(attributes)) key[atomDimension({ attribute })] = value;
    return key;
  });
  const cells = new Map<string, CellAtoms & { atoms: CellAtoms['atoms'][number][] }>();
  for (const [itemId, audience, lens, kind, value, n] of counted ?? []) {
    const handedIn = kinds?.[kind]?.[4] ?? false;
    const name = `${itemId} ${audience} ${lens} ${handedIn}`;
    const cell = cells.get(name) ?? { itemId, audience, lens, handedIn, atoms: [] };
    cell.atoms.push({ key: keys[kind] ?? {}, n, release: kinds?.[kind]?.[3] ?? 0, value });
    cells.set(name, cell);
  }
  return asked([...cells.values()], query.itemIds);
}

type Kind = [
  attributes: Record<string, string>,
  month: string | null,
  channel: string | null,
  release: number | null,
  handedIn: boolean,
];
type Counted = [itemId: string, audience: Audience, lens: Lens, kind: number, value: number, n: number];

async function releasedApart(workspaceId: string, tx: Tx) {
  // What was handed in has releases of its own. The least and the greatest come from the ends of the index responses_protected.
  const end = (which: 'min' | 'max') => sql`(SELECT ${sql.raw(which)}(r.release) FROM responses r
    WHERE r.workspace_id = ${workspaceId} AND r.audience = a.audience AND r.audience <> 'customer')`;
  const { rows } = await sql<{ audience: Audience }>`
    SELECT a.audience FROM unnest(ARRAY['leadership', 'staff']::audience[]) AS a (audience)
    WHERE ${end('min')} <> ${end('max')}
    UNION ALL SELECT 'customer' WHERE EXISTS (
      SELECT FROM responses WHERE workspace_id = ${workspaceId} AND audience = 'customer' AND release IS NOT NULL)
    ORDER BY 1`.execute(tx);
  return rows.map((row) => row.audience);
}

async function attributes(workspaceId: string, tx: Tx): Promise<AttributeValue[]> {
  await roomToCount(tx);
  // Millions of responses have few different sets of attributes: count the sets, then take them apart.
  const { rows } = await sql<AttributeValue>`
    SELECT s.audience, e.key AS name, s.anonymous, e.value, sum(s.n)::bigint AS n
    FROM (SELECT audience, attributes, audience = 'customer' AND release IS NOT NULL AS anonymous, count(*) AS n
      FROM responses r WHERE ${meant(workspaceId, undefined)}
      GROUP BY 1, 2, 3) AS s, jsonb_each_text(s.attributes) AS e
    WHERE e.value <> '' GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`.execute(tx);
  return rows;
}

async function carriers(workspaceId: string, tx: Tx, attribute: string): Promise<Audience[]> {
  // Each audience by its name, not by a parameter: then leaders and staff are found by the index that is only theirs.
  const carriedBy = (audience: Audience) => sql<boolean>`EXISTS (
    SELECT FROM responses r WHERE ${meant(workspaceId, undefined)} AND r.audience = ${sql.lit(audience)}
      AND r.attributes ->> ${attribute} <> '')`;
  const { rows } = await sql<{ carried: boolean[] }>`
    SELECT ARRAY[${sql.join(AUDIENCES.map(carriedBy))}] AS carried`.execute(tx);
  return AUDIENCES.filter((_, i) => rows[0]?.carried[i]);
}

/** Counting goes over many rows once: with room it hashes in memory instead of sorting on disk. */
async function roomToCount(tx: Tx): Promise<void> {
  await sql`SET LOCAL work_mem = '64MB'`.execute(tx);
}

/** The published responses (`r`) of the workspace that the filter means. */
function meant(workspaceId: string, filter: AnswerFilter | undefined): RawBuilder<boolean> {
  const attributes = Object.entries(filter?.attributes ?? {}).map(([name, values]) =>
    oneOf(sql`(r.attributes ->> ${name})`, values, 'text'),
  );
  return sql`${sql.join(
    [
      sql`r.workspace_id = ${workspaceId} AND r.published`,
      inPeriod(sql`r.answered_on`, filter),
      oneOf(sql`r.channel`, filter?.channels, 'text'),
      filter?.upToRelease === undefined
        ? sql`true`
        : sql`(r.audience = 'customer' OR coalesce(r.release, 0) <= ${filter.upToRelease})`,
      filter?.handedIn === undefined ? sql`true` : sql`r.handed_in = ${filter.handedIn}`,
      filter?.named ? sql`(r.audience <> 'customer' OR r.release IS NULL)` : sql`true`,
      ...attributes,
    ],
    sql` AND `,
  )}`;
}

function inPeriod(date: RawBuilder<unknown>, filter: AnswerFilter | undefined): RawBuilder<boolean> {
  const since = filter?.since ? sql`${date} >= ${filter.since}::date` : sql`true`;
  const until = filter?.until ? sql`${date} <= ${filter.until}::date` : sql`true`;
  return sql`${since} AND ${until}`;
}

function oneOf(
  column: RawBuilder<unknown>,
  values: readonly string[] | undefined,
  type: 'uuid' | 'audience' | 'lens' | 'text',
): RawBuilder<boolean> {
  return values ? sql`${column} = ANY(${values}::${sql.raw(type)}[])` : sql`true`;
}

/**
 * One or two items are looked up by the index. More are read with all answers of their response, which lie together, and
 * the others dropped afterwards (`asked`): looking up each item by itself takes three times as long.
 */
function itemsByIndex(itemIds: readonly string[] | undefined): RawBuilder<boolean> {
  return oneOf(sql`a.item_id`, itemIds && itemIds.length <= 2 ? itemIds : undefined, 'uuid');
}

function asked<T extends { readonly itemId: string }>(
  cells: readonly T[],
  itemIds: readonly string[] | undefined,
): T[] {
  const ids = itemIds && new Set(itemIds);
  return cells.filter((cell) => !ids || ids.has(cell.itemId));
}

function groupsOf(
  groupBy: readonly GroupBy[] = [],
  channel: RawBuilder<unknown>,
  month: RawBuilder<unknown>,
  attributes: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const parts = groupBy.map((by) => {
    if (by === 'channel') return channel;
    if (by === 'month') return sql`to_char(${month}, 'YYYY-MM')`;
    return sql`(${attributes} ->> ${by.attribute})`;
  });
  return parts.length > 0 ? sql`ARRAY[${sql.join(parts)}]::text[]` : sql`'{}'::text[]`;
}
