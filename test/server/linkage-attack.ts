import { randomInt } from 'node:crypto';
import pg from 'pg';
import { hashToken } from '../../src/server/accounts/tokens.ts';

/** A row of a copy of the database: all columns, its place in the file, the number of the transaction that wrote it. */
export interface DumpedRow {
  readonly table: string;
  readonly place: readonly [number, number];
  readonly transaction: number;
  readonly columns: Readonly<Record<string, unknown>>;
}
export type Dump = readonly DumpedRow[];

/** Everything that the database holds of one workspace, in the order of its files. */
export async function dump(superuserUrl: string, workspaceId: string): Promise<Dump> {
  const client = new pg.Client(superuserUrl);
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'workspace_id'
       WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY 1`,
    );
    const rows: DumpedRow[] = [];
    for (const { name } of tables.rows) {
      const found = await client.query<{ ctid: string; xmin: string; columns: Record<string, unknown> }>(
        `SELECT t.ctid::text, t.xmin::text, to_jsonb(t) AS columns FROM "${name}" t WHERE t.workspace_id = $1`,
        [workspaceId],
      );
      for (const { ctid, xmin, columns } of found.rows) {
        const [page = 0, line = 0] = ctid.slice(1, -1).split(',').map(Number);
        rows.push({ table: name, place: [page, line], transaction: Number(xmin), columns });
      }
    }
    return rows;
  } finally {
    await client.end();
  }
}

/** What the attacker knows of one person: everything by which rows of the database could name them. */
export interface Suspect {
  readonly name: string;
  readonly marks: readonly string[];
}
/** One order in which people or responses stand somewhere. */
export interface Order {
  readonly name: string;
  readonly of: readonly string[];
}

/** Every order of the people that the copy holds: of each table, the rows that name one of them, by place and by transaction. */
export function ordersOfPeople(copy: Dump, people: readonly Suspect[]): Order[] {
  const byMark = new Map(people.flatMap(({ name, marks }) => marks.map((mark) => [mark, name] as const)));
  return orders(copy, ({ columns }) => [...textsIn(columns)].flatMap((text) => byMark.get(text) ?? []));
}

/** The same of the responses, which are known by their keys, with every order that their own columns have. */
export function ordersOfResponses(copy: Dump, waveId: string): Order[] {
  const responses = copy.filter(({ table, columns }) => table === 'responses' && columns.wave_id === waveId);
  const keyOf = new Map(responses.map(({ columns }) => [columns.id, String(columns.key)]));
  const keys = new Set(keyOf.values());
  const found = orders(copy, ({ table, columns }) => {
    const own = table === 'answers' ? keyOf.get(columns.response_id) : undefined;
    return own ? [own] : [...textsIn(columns)].filter((text) => keys.has(text));
  });
  const columns = Object.keys(responses[0]?.columns ?? {});
  const size = (value: unknown) => (typeof value === 'object' && value ? JSON.stringify(value).length : 0);
  const sorted = (name: string, compare: (a: DumpedRow, b: DumpedRow) => number) => ({
    name,
    of: [...responses].sort(compare).map(({ columns: row }) => String(row.key)),
  });
  return [
    ...found,
    ...columns.map((column) =>
      sorted(`responses.${column}`, (a, b) => compareValues(a.columns[column], b.columns[column])),
    ),
    sorted('number of parts', (a, b) => size(a.columns.parts) - size(b.columns.parts)),
    sorted('largest part', (a, b) => largestPart(a) - largestPart(b)),
  ];
}

function largestPart({ columns }: DumpedRow): number {
  return Math.max(
    ...[...JSON.stringify(columns.given).matchAll(/"part":\s*(-?\d+)/g)].map((match) => Number(match[1])),
  );
}

function orders(copy: Dump, namesIn: (row: DumpedRow) => string[]): Order[] {
  const rows = copy.flatMap((row) => {
    const names = new Set(namesIn(row));
    return names.size === 1 ? [{ row, name: [...names][0] as string }] : [];
  });
  return [...new Set(rows.map(({ row }) => row.table))].flatMap((table) => {
    const here = rows.filter(({ row }) => row.table === table);
    const places = [...here].sort((a, b) => a.row.place[0] - b.row.place[0] || a.row.place[1] - b.row.place[1]);
    const written = [...places].sort((a, b) => a.row.transaction - b.row.transaction);
    const unique = (list: typeof here) => [...new Set(list.map(({ name }) => name))];
    return [
      { name: `${table} by place`, of: unique(places) },
      { name: `${table} by transaction`, of: unique(written) },
    ];
  });
}

/** Every text and number that stands in a row, at any depth. */
export function* textsIn(value: unknown): Generator<string> {
  if (typeof value === 'string' || typeof value === 'number') yield String(value);
  else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) yield* textsIn(inner);
}

function compareValues(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(JSON.stringify(a)).localeCompare(String(JSON.stringify(b)));
}

export interface Verdict {
  readonly name: string;
  /** How many people's responses were named rightly. */
  readonly right: number;
  /** Between the two orders, over all people; 0 for orders that have nothing to do with each other. */
  readonly correlation: number;
}

/** Joins two orders rank by rank, and compares with the truth: whose response is which. */
export function join(people: Order, responses: Order, truth: ReadonlyMap<string, string>): Verdict {
  const rank = new Map(responses.of.map((key, i) => [key, i]));
  const pairs = people.of.flatMap((name, i) => {
    const at = rank.get(truth.get(name) ?? '');
    return at === undefined ? [] : [[i, at] as const];
  });
  const middle = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [middle(pairs.map(([i]) => i)), middle(pairs.map(([, at]) => at))];
  const sum = (of: (pair: readonly [number, number]) => number) => pairs.reduce((total, pair) => total + of(pair), 0);
  const spread = Math.sqrt(sum(([i]) => (i - x) ** 2) * sum(([, at]) => (at - y) ** 2));
  return {
    name: `${people.name} × ${responses.name}`,
    right: people.of.filter((name, i) => truth.get(name) === responses.of[i]).length,
    correlation: spread === 0 ? 0 : sum(([i, at]) => (i - x) * (at - y)) / spread,
  };
}

export interface Person extends Suspect {
  readonly token: string;
  /** Answers that nobody else gives. */
  readonly answers: Record<string, number>;
}
export const person = (i: number, name: string, token: string): Person => {
  const hash = hashToken(token);
  const marks = [name, token, hash.toString('hex'), `\\x${hash.toString('hex')}`, hash.toString('base64')];
  const digits = [...i.toString(5).padStart(6, '0')].map((digit) => Number(digit) + 1);
  return { name, token, marks, answers: Object.fromEntries(digits.map((digit, n) => [`q${n}`, digit])) };
};

/** Whose response is which, found out by the answers that only one of them gave. */
export function truthOf(copy: Dump, people: readonly Person[], waveId: string): Map<string, string> {
  const byAnswers = new Map(people.map(({ name, answers }) => [JSON.stringify(Object.entries(answers)), name]));
  return new Map(
    copy.flatMap(({ table, columns }) => {
      if (table !== 'responses' || columns.wave_id !== waveId) return [];
      const given = Object.entries(columns.given as Record<string, { value: number }>)
        .map(([key, { value }]) => [key, value] as const)
        .sort();
      const name = byAnswers.get(JSON.stringify(given));
      return name ? [[name, String(columns.key)] as const] : [];
    }),
  );
}

export const shuffled = <T>(list: readonly T[]): T[] =>
  list
    .map((one) => [randomInt(2 ** 40), one] as const)
    .sort(([a], [b]) => a - b)
    .map(([, one]) => one);

/** All orders of the people with all of the responses. */
export function attack(people: readonly Order[], responses: readonly Order[], truth: ReadonlyMap<string, string>) {
  const verdicts = people.flatMap((one) => responses.map((other) => join(one, other, truth)));
  const mean = verdicts.reduce((sum, { right }) => sum + right, 0) / verdicts.length;
  const best = verdicts.reduce((a, b) => (b.right > a.right ? b : a));
  const steepest = verdicts.reduce((a, b) => (Math.abs(b.correlation) > Math.abs(a.correlation) ? b : a));
  return { verdicts, mean, best, steepest };
}

/** The same among people and responses that are known to belong together: those of one cell each. */
export function attackWithin(
  people: readonly Order[],
  responses: readonly Order[],
  truth: ReadonlyMap<string, string>,
  cells: { readonly ofPerson: ReadonlyMap<string, string>; readonly ofResponse: ReadonlyMap<string, string> },
): { mean: number; best: { name: string; right: number } } {
  const split = (orders: readonly Order[], cellOf: ReadonlyMap<string, string>) =>
    orders.map(({ name, of }) => {
      const parts = new Map<string, string[]>();
      for (const one of of) {
        const part = parts.get(cellOf.get(one) ?? '') ?? [];
        part.push(one);
        parts.set(cellOf.get(one) ?? '', part);
      }
      return { name, parts };
    });
  const others = split(responses, cells.ofResponse);
  const verdicts = split(people, cells.ofPerson).flatMap((one) =>
    others.map((other) => {
      let right = 0;
      for (const [cell, names] of one.parts) {
        const keys = other.parts.get(cell) ?? [];
        right += names.filter((name, i) => truth.get(name) === keys[i]).length;
      }
      return { name: `${one.name} × ${other.name}`, right };
    }),
  );
  const mean = verdicts.reduce((sum, { right }) => sum + right, 0) / verdicts.length;
  return { mean, best: verdicts.reduce((a, b) => (b.right > a.right ? b : a)) };
}

export const usedIn = (copy: Dump, people: readonly Suspect[]) => {
  const used = new Set(
    copy
      .filter(({ table, columns }) => table === 'invitations' && columns.used)
      .map(({ columns }) => columns.token_hash),
  );
  return new Set(people.filter(({ marks }) => marks.some((mark) => used.has(mark))).map(({ name }) => name));
};

/** Transactions and texts that stand in rows of exactly one person and in rows of exactly one response. */
export function sharedBy(copy: Dump, people: readonly Suspect[], waveId: string): string[] {
  const byMark = new Map(people.flatMap(({ name, marks }) => marks.map((mark) => [mark, name] as const)));
  const keyOf = new Map(
    copy.flatMap(({ table, columns }) =>
      table === 'responses' && columns.wave_id === waveId ? [[columns.id, String(columns.key)] as const] : [],
    ),
  );
  const keys = new Set(keyOf.values());
  const [ofPeople, ofResponses] = [new Map<string, Set<string>>(), new Map<string, Set<string>>()];
  const add = (to: Map<string, Set<string>>, value: string, whose: string) =>
    to.set(value, (to.get(value) ?? new Set()).add(whose));
  for (const { table, columns, transaction } of copy) {
    const texts = [...textsIn(columns)];
    const names = new Set(texts.flatMap((text) => byMark.get(text) ?? []));
    const own = table === 'answers' ? keyOf.get(columns.response_id) : texts.find((text) => keys.has(text));
    const values = [`transaction ${transaction}`, ...texts.filter((text) => text.length >= 8)];
    if (names.size === 1) for (const value of values) add(ofPeople, value, [...names][0] as string);
    if (own) for (const value of values) add(ofResponses, value, own);
  }
  return [...ofPeople].flatMap(([value, whose]) =>
    whose.size === 1 && ofResponses.get(value)?.size === 1 ? [value] : [],
  );
}
