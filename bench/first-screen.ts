import { clock, type Figure, median, sideBySide } from './measure.ts';
import { type BenchServer, benchServer } from './server.ts';

const RESPONSES = 2_000_000;
const ITEMS = 10;

/**
 * The first screen over 20 million answers, and a filter that the rollups do not hold, against the bare SQL count of
 * the same rows, in a company with 20 leaders, 1,980 staff and two million customers. The answers are made in the database; only the rollup is then computed as the product computes it.
 */
export async function firstScreen(): Promise<Figure[]> {
  const server = await benchServer();
  try {
    await load(server);
    const screen = `/workspaces/${server.workspaceId}/gaps`;
    const cold: number[] = [];
    for (let round = 0; round < 5; round++) {
      await server.restart();
      cold.push(await clock(() => server.get(screen)));
    }
    const warm = await sideBySide(
      5,
      () => clock(() => server.get(screen)),
      () =>
        clock(() =>
          server.bare.query(
            `SELECT item_id, audience, lens, value, sum(n), sum(w), sum(ww) FROM answer_counts GROUP BY 1, 2, 3, 4`,
          ),
        ),
    );
    const filtered = await sideBySide(
      5,
      () => clock(() => server.get(`${screen}?attribute=segment:7`)),
      () =>
        clock(() =>
          server.bare.query(
            `SELECT a.item_id, r.audience, a.lens, a.value, count(*), sum(r.weight), sum(r.weight * r.weight)
             FROM responses r JOIN answers a USING (workspace_id) WHERE a.response_id = r.id AND r.workspace_id = $1
               AND r.published AND r.attributes ->> 'segment' = '7' GROUP BY 1, 2, 3, 4`,
            [server.workspaceId],
          ),
        ),
    );
    const coldMs = median(cold);
    return [
      {
        name: 'first screen, 20 million answers, cold',
        unit: 'ms',
        ours: coldMs,
        bare: null,
        promise: '< 1000 ms',
        kept: coldMs < 1000,
      },
      {
        name: 'first screen, 20 million answers, warm',
        unit: 'ms',
        ...warm,
        promise: '< 1000 ms',
        kept: warm.ours < 1000,
      },
      {
        name: 'filter that rollups do not hold',
        unit: 'ms',
        ...filtered,
        promise: '≤ 1.5 ×',
        kept: filtered.ours <= 1.5 * filtered.bare,
      },
    ];
  } finally {
    await server.remove();
  }
}

/** A company with 2 million responses, each with ten answers. */
export async function load(server: BenchServer): Promise<void> {
  const { workspaceId, bare } = server;
  const post = (address: string, body: object) =>
    server.send('POST', `/workspaces/${workspaceId}${address}`, JSON.stringify(body)) as Promise<{ id: string }>;
  const journey = await post('/journeys', { name: 'Journey' });
  const stage = await post(`/journeys/${journey.id}/stages`, { name: 'Stage' });
  for (let i = 1; i <= ITEMS; i++) {
    const touchpoint = await post(`/stages/${stage.id}/touchpoints`, { name: `Touchpoint ${i}` });
    await post(`/touchpoints/${touchpoint.id}/items`, {
      key: `item_${i}`,
      name: `Item ${i}`,
      scale: { min: 1, max: 5, step: 1, direction: 'up', topBox: 5 },
    });
  }
  const survey = await post('/surveys', { name: 'Bench' });
  await bare.query(
    `INSERT INTO responses (workspace_id, survey_id, audience, key, answered_on, channel, attributes, published)
     SELECT $1, $2, (CASE WHEN i % 100000 = 0 THEN 'leadership' WHEN i % 1000 = 0 THEN 'staff' ELSE 'customer' END)::audience,
       i::text, date '2025-01-01' + (i % 600), (ARRAY['web', 'mail', 'app'])[1 + i % 3],
       jsonb_build_object('segment', (i / 7 % 20)::text), true
     FROM generate_series(1, ${RESPONSES}) i`,
    [workspaceId, survey.id],
  );
  await bare.query(
    `INSERT INTO answers (workspace_id, response_id, item_id, lens, value)
     SELECT r.workspace_id, r.id, i.id, (CASE r.audience WHEN 'customer' THEN 'experience' ELSE 'belief' END)::lens,
       1 + (hashint8(r.id * 31 + i.position) & 2147483647) % 5
     FROM responses r CROSS JOIN items i WHERE r.workspace_id = $1 ORDER BY r.id`,
    [workspaceId],
  );
  await bare.query(
    `INSERT INTO answer_counts (workspace_id, item_id, audience, lens, channel, month, value, n, w, ww)
     SELECT a.workspace_id, a.item_id, r.audience, a.lens, r.channel, date_trunc('month', r.answered_on)::date, a.value,
       count(*), sum(r.weight), sum(r.weight * r.weight)
     FROM answers a JOIN responses r ON r.workspace_id = a.workspace_id AND r.id = a.response_id
     WHERE a.workspace_id = $1 GROUP BY 1, 2, 3, 4, 5, 6, 7`,
    [workspaceId],
  );
  await bare.query('VACUUM ANALYZE');
}
