import { expect } from 'vitest';

/** What a database holds of one response after a crash. */
export interface StoredAnswers {
  readonly key: string;
  readonly audience: string;
  readonly given: Readonly<Record<string, number>>;
  /** Kept without being counted, as what comes too fast from one network is. */
  readonly apart: boolean;
}

type Run = (statement: string) => Promise<Record<string, unknown>[]>;

const valuesIn = (given: unknown): Record<string, number> =>
  Object.fromEntries(
    Object.entries(given as Record<string, { value: number }>).map(([question, { value }]) => [question, value]),
  );

/**
 * Everything that is stored, after looking that each response is there once, that its answers stand where they count,
 * that it was told of as it should be (customers each, staff never one by one), and that the counts are exact.
 */
export async function readStored(run: Run): Promise<Map<string, StoredAnswers>> {
  const rows = await run(
    `SELECT r.key, r.audience::text AS audience, r.given, r.finished, r.published, count(a.item_id)::int AS answers
     FROM responses r LEFT JOIN answers a ON a.workspace_id = r.workspace_id AND a.response_id = r.id GROUP BY r.workspace_id, r.id`,
  );
  const apart = await run(`SELECT key, audience::text AS audience, given FROM set_apart_responses`);
  const all = [...rows.map((row) => ({ ...row, apart: false })), ...apart.map((row) => ({ ...row, apart: true }))].map(
    (row: Record<string, unknown> & { apart: boolean }): StoredAnswers => ({
      ...{ key: String(row.key), audience: String(row.audience), given: valuesIn(row.given), apart: row.apart },
    }),
  );
  const stored = new Map(all.map((one) => [one.key, one]));
  expect(stored.size, 'each once').toBe(all.length);
  const halves = rows.filter(
    ({ key, answers }) => answers !== Object.keys(stored.get(String(key))?.given ?? {}).length,
  );
  expect(halves, 'whole').toEqual([]);

  const events = await run(
    `SELECT subject, kind, count(*)::int AS n FROM outbox WHERE kind LIKE 'response.%' GROUP BY 1, 2`,
  );
  const told = new Map(events.map(({ subject, kind, n }) => [`${kind} ${subject}`, Number(n)]));
  const customers = rows.filter(({ audience }) => audience === 'customer');
  const untold = customers.filter(({ key, finished }) => {
    const [begun = 0, ended = 0] = ['response.started', 'response.finished'].map(
      (kind) => told.get(`${kind} ${key}`) ?? 0,
    );
    return begun > 1 || ended !== (finished ? 1 : 0) || begun + ended === 0;
  });
  expect(untold, 'told of once').toEqual([]);
  const known = new Set(customers.map(({ key }) => String(key)));
  expect(events.filter(({ subject, kind }) => !known.has(String(subject)) || kind === 'response.changed')).toEqual([]);

  const [counted] = await run('SELECT coalesce(sum(n), 0)::int AS n FROM answer_counts');
  const counting = rows.filter(({ published }) => published).reduce((sum, { answers }) => sum + Number(answers), 0);
  expect(counted?.n, 'counted').toBe(counting);
  return stored;
}

/** Which of these answers are not there, or are others. */
export function missing(
  stored: ReadonlyMap<string, StoredAnswers>,
  key: string,
  answers: Record<string, number>,
): string[] {
  const given = stored.get(key)?.given ?? {};
  return Object.entries(answers).flatMap(([question, value]) =>
    given[question] === value ? [] : [`${key} ${question}: ${given[question]} instead of ${value}`],
  );
}
