import { createServer, type Server } from 'node:http';
import pg from 'pg';

/**
 * The least that has to happen: Node's own HTTP server, JSON.parse, and the same rows in tables with the same keys and
 * indexes: responses with what was given and the parts, ten answers each, events in the outbox, and the counts that the
 * gaps are read from. Many requests per transaction with the same durability, each answered after its commit; whatever
 * arrives while one batch is written is the next. It reads nothing back, checks nothing, limits nothing, has no row-level
 * security and no foreign keys, and knows of every part that it is new.
 */
export interface BareIntake {
  readonly port: number;
  close(): Promise<void>;
}

interface PartBody {
  readonly response: string;
  readonly version: number;
  readonly part: number;
  readonly answers: Record<string, number>;
  readonly language: string;
  readonly finished: boolean;
}
interface Waiting {
  readonly body: PartBody;
  done(): void;
}

const TABLES = `
  DROP TABLE IF EXISTS bare_responses, bare_answers, bare_outbox, bare_counts;
  CREATE TABLE bare_responses (LIKE responses INCLUDING INDEXES INCLUDING DEFAULTS INCLUDING IDENTITY);
  CREATE TABLE bare_answers (LIKE answers INCLUDING INDEXES INCLUDING DEFAULTS);
  CREATE TABLE bare_outbox (LIKE outbox INCLUDING INDEXES INCLUDING DEFAULTS INCLUDING IDENTITY);
  CREATE TABLE bare_counts (LIKE answer_counts INCLUDING INDEXES INCLUDING DEFAULTS)`;

const STATEMENTS = {
  responses: `INSERT INTO bare_responses (workspace_id, survey_id, audience, key, answered_on, channel, attributes,
      survey_version, given, parts, finished, language, published)
    SELECT $1, $2, 'customer', key, current_date, 'web', '{}', version, given, parts, finished, language, true
    FROM jsonb_to_recordset($3::jsonb) AS m (key text, version integer, given jsonb, parts jsonb, finished boolean, language text)
    ON CONFLICT (workspace_id, survey_id, audience, key, published) DO UPDATE SET
      given = bare_responses.given || EXCLUDED.given, parts = bare_responses.parts || EXCLUDED.parts,
      finished = bare_responses.finished OR EXCLUDED.finished
    RETURNING id, key`,
  answers: `INSERT INTO bare_answers (workspace_id, response_id, item_id, lens, value)
    SELECT $1, id, item_id, 'experience', value
    FROM unnest($2::bigint[], $3::uuid[], $4::double precision[]) AS a (id, item_id, value)
    ON CONFLICT (workspace_id, response_id, item_id, lens) DO UPDATE SET value = EXCLUDED.value`,
  counts: `INSERT INTO bare_counts (workspace_id, item_id, audience, lens, channel, month, value, n, w, ww)
    SELECT $1, item_id, 'customer', 'experience', 'web', $4, value, count(*), count(*), count(*)
    FROM unnest($2::uuid[], $3::double precision[]) AS a (item_id, value) GROUP BY item_id, value ORDER BY item_id, value
    ON CONFLICT (workspace_id, item_id, audience, lens, channel, month, value) DO UPDATE SET
      n = bare_counts.n + EXCLUDED.n, w = bare_counts.w + EXCLUDED.w, ww = bare_counts.ww + EXCLUDED.ww`,
  outbox: `INSERT INTO bare_outbox (workspace_id, kind, subject, survey_id, payload)
    SELECT $1, kind, subject, $2, payload FROM jsonb_to_recordset($3::jsonb) AS e (kind text, subject text, payload jsonb)`,
};

/** Starts it on the database of `url`, whose settings and disk it shares with the product. */
export async function startBareIntake(
  url: string,
  about: { workspaceId: string; surveyId: string; items: readonly string[] },
): Promise<BareIntake> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(TABLES);
  const line: Waiting[] = [];
  let writing = false;
  const named = (name: keyof typeof STATEMENTS, values: unknown[]) =>
    client.query({ name, text: STATEMENTS[name], values });

  async function storeAll(batch: readonly Waiting[]): Promise<void> {
    const { workspaceId, surveyId, items } = about;
    await client.query('BEGIN');
    const rows = batch.map(({ body }) => ({
      key: body.response,
      version: body.version,
      given: Object.fromEntries(Object.entries(body.answers).map(([key, value]) => [key, { value, part: body.part }])),
      parts: { [body.part]: 'abcdefabcdef' },
      finished: body.finished,
      language: body.language,
    }));
    const written = await named('responses', [workspaceId, surveyId, JSON.stringify(rows)]);
    const ids = new Map(written.rows.map((row) => [row.key, row.id]));
    const answers = batch.flatMap(({ body }) =>
      Object.entries(body.answers).map(([key, value]) => ({
        id: ids.get(body.response),
        item: items[Number(key.slice(1))],
        value,
      })),
    );
    const values = answers.map((one) => one.value);
    const asked = answers.map((one) => one.item);
    await named('answers', [workspaceId, answers.map((one) => one.id), asked, values]);
    await named('counts', [workspaceId, asked, values, '2026-01-01']);
    const events = batch.flatMap(({ body }) =>
      body.finished || body.part === 0
        ? [
            {
              kind: body.finished ? 'response.finished' : 'response.started',
              subject: body.response,
              payload: {
                survey: surveyId,
                audience: 'customer',
                channel: 'web',
                response: body.response,
                at: '2026-01-01',
              },
            },
          ]
        : [],
    );
    if (events.length > 0) await named('outbox', [workspaceId, surveyId, JSON.stringify(events)]);
    await client.query('COMMIT');
    for (const one of batch) one.done();
  }
  async function write(): Promise<void> {
    if (writing) return;
    writing = true;
    await new Promise((resolve) => setImmediate(resolve));
    while (line.length > 0) await storeAll(line.splice(0, 256));
    writing = false;
  }

  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as PartBody;
      line.push({
        body,
        done() {
          response.writeHead(200, { 'Content-Type': 'application/json' });
          response.end(JSON.stringify({ stored: true, finished: body.finished }));
        },
      });
      void write();
    });
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  return {
    port,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await client.end();
    },
  };
}
