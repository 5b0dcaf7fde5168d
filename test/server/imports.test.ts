import { rm } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { type Import, type ImportWorld, openImportWorld } from './imports-world.ts';
import { differingCells } from './small-workspace.ts';

let at: ImportWorld;
beforeAll(async () => {
  at = await openImportWorld();
});
afterAll(() => at.close());

const inside = <T>(work: Parameters<typeof inWorkspace<T>>[2]) =>
  inWorkspace(at.world.database.app.db, at.company.id, work);

const counted = () =>
  inside(async (tx) => {
    const { rows } = await sql<{ responses: number; answers: number }>`
      SELECT (SELECT count(*) FROM responses) AS responses, (SELECT count(*) FROM answers) AS answers`.execute(tx);
    return rows[0];
  });

const LONG = `respondent,audience,lens,item,value,scale,at,channel,weight,region
r1,customer,,boarding,4,1-5,2026-03-01,app,1.5,north
r1,customer,,snacks,2,1-5,2026-03-01,app,1.5,north
r2,customer,expectation,boarding,5,1-5,2026-03-02,desk,0.5,south
r2,customer,,boarding,3,1-5,2026-03-02,desk,0.5,south
r2,customer,,snacks,N/A,1-5,2026-03-02,desk,0.5,south
r3,customer,,boarding,,1-5,2026-03-02,desk,1,south
`;

test('a long file: suggested mapping, preview before anything is stored, then stored exactly', async () => {
  const uploaded = await at.upload(LONG);
  expect(uploaded.status).toBe(201);
  const found = uploaded.json as Import;
  expect(found).toMatchObject({
    status: 'uploaded',
    detected: { format: 'csv', delimiter: ',', encoding: 'utf-8', headerRows: 1, layout: 'long' },
  });
  expect(found.mapping).toEqual({
    layout: 'long',
    columns: {
      respondent: 'respondent',
      weight: 'weight',
      at: 'at',
      channel: 'channel',
      audience: 'audience',
      lens: 'lens',
      scale: 'scale',
      item: 'item',
      value: 'value',
    },
    dateFormat: 'iso',
    attributes: ['region'],
  });
  expect(found.preview).toMatchObject({ rowsLookedAt: 6, rowsRejected: 0, problems: [] });
  expect(found.preview?.answers).toHaveLength(5);
  expect(await counted()).toEqual({ responses: 0, answers: 0 });

  const run = await at.send('POST', `${at.base}/${found.id}/run`, { mode: 'all_or_nothing', surveyName: 'Spring' });
  expect(run.status).toBe(202);
  const done = await at.finished(found.id);
  expect(done).toMatchObject({
    status: 'done',
    error: null,
    progress: { rowsRead: 6, rowsStored: 6, rowsRejected: 0 },
  });
  expect(done.progress.bytesRead).toBe(done.progress.bytes);
  expect(await at.uploads()).toEqual([]);
  expect(done).toMatchObject({ detected: null, preview: null });
  const rows = await inside((tx) =>
    sql`SELECT r.key, r.answered_on, r.channel, r.weight, r.attributes, i.key AS item, a.lens, a.value
      FROM answers a JOIN responses r ON r.id = a.response_id JOIN items i ON i.id = a.item_id ORDER BY 1, 6, 7`.execute(
      tx,
    ),
  );
  expect(rows.rows).toEqual([
    {
      key: 'r1',
      answeredOn: '2026-03-01',
      channel: 'app',
      weight: 1.5,
      attributes: { region: 'north' },
      item: 'boarding',
      lens: 'experience',
      value: 4,
    },
    {
      key: 'r1',
      answeredOn: '2026-03-01',
      channel: 'app',
      weight: 1.5,
      attributes: { region: 'north' },
      item: 'snacks',
      lens: 'experience',
      value: 2,
    },
    {
      key: 'r2',
      answeredOn: '2026-03-02',
      channel: 'desk',
      weight: 0.5,
      attributes: { region: 'south' },
      item: 'boarding',
      lens: 'experience',
      value: 3,
    },
    {
      key: 'r2',
      answeredOn: '2026-03-02',
      channel: 'desk',
      weight: 0.5,
      attributes: { region: 'south' },
      item: 'boarding',
      lens: 'expectation',
      value: 5,
    },
    {
      key: 'r2',
      answeredOn: '2026-03-02',
      channel: 'desk',
      weight: 0.5,
      attributes: { region: 'south' },
      item: 'snacks',
      lens: 'experience',
      value: null,
    },
  ]);
  expect(await inside((tx) => differingCells(tx, at.company.id))).toEqual([]);
  const places = await inside((tx) =>
    sql`SELECT j.name AS journey, t.name, i.scale_min, i.scale_max, i.scale_step FROM items i
      JOIN touchpoints t ON t.id = i.touchpoint_id JOIN stages s ON s.id = t.stage_id JOIN journeys j ON j.id = s.journey_id ORDER BY 2`.execute(
      tx,
    ),
  );
  expect(places.rows).toEqual([
    { journey: 'Imported', name: 'boarding', scaleMin: 1, scaleMax: 5, scaleStep: 1 },
    { journey: 'Imported', name: 'snacks', scaleMin: 1, scaleMax: 5, scaleStep: 1 },
  ]);
});

test('the same original ids again update instead of doubling', async () => {
  const before = await counted();
  const again = await at.import(LONG.replace('r1,customer,,boarding,4', 'r1,customer,,boarding,5'), {
    surveyName: 'Spring',
  });
  expect(again.status).toBe('done');
  expect(await counted()).toEqual(before);
  const value = await inside((tx) =>
    sql<{
      value: number;
    }>`SELECT value FROM answers a JOIN responses r ON r.id = a.response_id JOIN items i ON i.id = a.item_id
      WHERE r.key = 'r1' AND i.key = 'boarding'`.execute(tx),
  );
  expect(value.rows).toEqual([{ value: 5 }]);
  expect(await inside((tx) => differingCells(tx, at.company.id))).toEqual([]);
});

test('a new survey whose name is taken is refused: answers of two surveys never run together unasked', async () => {
  const before = await counted();
  const { id } = (await at.upload(LONG)).json as Import;
  const run = (into: object) => at.send('POST', `${at.base}/${id}/run`, { mode: 'valid_rows', ...into });
  const refused = await run({ surveyName: ' Spring ' });
  expect(refused.status).toBe(409);
  const { surveys } = (await at.get(`/api/v1/workspaces/${at.company.id}/surveys`)).json;
  const spring = surveys.find((one: { name: string }) => one.name === 'Spring');
  expect(refused.json.detail).toBe(
    `There is a survey called Spring already. To import into it, name it by its id (${spring.id}); for a new survey, choose another name.`,
  );
  expect(refused.json.fields).toEqual([{ field: 'body.surveyName', message: refused.json.detail }]);
  expect(await at.get(id)).toMatchObject({ json: { status: 'uploaded' } });
  expect(await counted()).toEqual(before);
  // Either way out works: that survey, where the same ids are the same responses, or another name.
  expect((await run({ surveyId: spring.id })).status).toBe(202);
  expect((await at.finished(id)).status).toBe('done');
  expect(await counted()).toEqual(before);
});

test('a name that is taken while the file is read ends the import, and nothing is stored', async () => {
  const before = await counted();
  const { id } = (await at.upload(LONG)).json as Import;
  const holder = await at.world.database.owner.pool.connect();
  await holder.query('BEGIN');
  await holder.query("SELECT set_config('parallax.workspace_id', $1, true)", [at.company.id]);
  await holder.query("INSERT INTO surveys (workspace_id, name) VALUES ($1, 'Meanwhile')", [at.company.id]);
  const run = { mode: 'valid_rows', surveyName: 'Meanwhile' };
  expect((await at.send('POST', `${at.base}/${id}/run`, run)).status).toBe(202);
  await expect
    .poll(
      async () =>
        (
          await sql`SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'
      AND datname = current_database()`.execute(at.world.database.app.db)
        ).rows.length,
    )
    .toBeGreaterThan(0);
  await holder.query('COMMIT');
  holder.release();
  expect(await at.finished(id)).toMatchObject({
    status: 'failed',
    error: 'There is a survey called Meanwhile already. Nothing was stored.',
  });
  expect(await counted()).toEqual(before);
  await at.send('POST', `${at.base}/${id}/cancel`);
});

test('without ids of respondents the same file updates and another file adds', async () => {
  const file = 'Boarding,Snacks,Ticket rating\n5,4,3\n1,2,3\n4,4,0\n3,3,3\n';
  const mapping = {
    layout: 'wide',
    audience: { constant: 'customer' },
    items: ['Boarding', 'Snacks', 'Ticket rating'].map((column) => ({
      columns: [column],
      item: column,
      scale: '1-5',
      missing: ['0'],
    })),
  };
  await at.import(file, { mapping, surveyName: 'No ids' });
  await at.import(file, { mapping, surveyName: 'No ids' });
  const responses = () =>
    inside((tx) =>
      sql<{
        n: number;
      }>`SELECT count(*) AS n FROM responses r JOIN surveys s ON s.id = r.survey_id WHERE s.name = 'No ids'`.execute(
        tx,
      ),
    );
  expect((await responses()).rows).toEqual([{ n: 4 }]);
  await at.import(file.replace('5,4,3', '5,5,5'), { mapping, surveyName: 'No ids' });
  expect((await responses()).rows).toEqual([{ n: 8 }]);
});

test('rejected rows are listed with row, column, value and reason; the person chooses what lands', async () => {
  const file = `id;who;item;value;at
a;customer;boarding;9;2026-01-05
b;customer;boarding;4;31/02/2026
c;pirates;boarding;4;2026-01-05
d;customer;boarding;=1+1;2026-01-05
e;customer;boarding;4;2026-01-05
`;
  const mapping = {
    layout: 'long',
    columns: { respondent: 'id', audience: 'who', item: 'item', value: 'value', at: 'at' },
    attributes: [],
  };
  const before = await counted();
  const refused = await at.import(file, { mapping, mode: 'all_or_nothing', surveyName: 'Bad' });
  expect(refused).toMatchObject({ status: 'failed', progress: { rowsRead: 5, rowsStored: 0, rowsRejected: 4 } });
  expect(refused.error).toBe(
    '4 rows were rejected, so nothing was stored. Mend the file or the mapping, or import the valid rows only.',
  );
  expect(await counted()).toEqual(before);
  const page = await at.get(`${refused.id}/rejections?limit=10`);
  expect(page.json).toEqual({
    total: 4,
    kept: 4,
    rejections: [
      { rowNumber: 2, column: 'value', value: '9', reason: 'is off the scale 1-5 of boarding' },
      {
        rowNumber: 3,
        column: 'at',
        value: '31/02/2026',
        reason: 'can be read in two ways: set dateFormat to dmy (22/11/2026) or mdy (11/22/2026)',
      },
      { rowNumber: 4, column: 'who', value: 'pirates', reason: 'is no audience: leadership, staff or customer' },
      {
        rowNumber: 5,
        column: 'value',
        value: '=1+1',
        reason: 'is not a number, and the mapping gives no number for it',
      },
    ],
  });
  const csv = await at.get(`${refused.id}/rejections.csv`);
  expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(csv.text).toContain("5,value,'=1+1,");
  // The same upload again, this time with the valid rows only.
  const run = await at.send('POST', `${at.base}/${refused.id}/run`, { mode: 'valid_rows', surveyName: 'Bad' });
  expect(run.status).toBe(202);
  expect(await at.finished(refused.id)).toMatchObject({ status: 'done', progress: { rowsStored: 1, rowsRejected: 4 } });
  expect((await counted())?.responses).toBe((before?.responses ?? 0) + 1);
});

test('a cancelled import leaves nothing', async () => {
  const before = await counted();
  const items = await inside((tx) => sql`SELECT key FROM items ORDER BY 1`.execute(tx));
  const rows = Array.from({ length: 200_000 }, (_, i) => `p${i},customer,new item ${i % 7},${(i % 5) + 1}`);
  const uploaded = await at.upload(`respondent,audience,item,value\n${rows.join('\n')}\n`);
  const { id } = uploaded.json as Import;
  const holder = await at.world.database.owner.pool.connect();
  await holder.query('BEGIN; LOCK TABLE responses IN SHARE MODE');
  expect((await at.send('POST', `${at.base}/${id}/run`, { mode: 'valid_rows', surveyName: 'Never' })).status).toBe(202);
  const second = await at.upload(LONG);
  const other = await at.send('POST', `${at.base}/${(second.json as Import).id}/run`, {
    mode: 'valid_rows',
    surveyName: 'Never',
  });
  expect(other.status).toBe(409);
  // The import now waits in the database for a lock that is held here, so that it can't end before it is cancelled.
  await expect
    .poll(
      async () => {
        const { rows: waiting } = await sql`SELECT FROM pg_stat_activity
          WHERE wait_event_type = 'Lock' AND datname = current_database()`.execute(at.world.database.app.db);
        return waiting.length;
      },
      { timeout: 30_000 },
    )
    .toBeGreaterThan(0);
  const cancelled = await at.send('POST', `${at.base}/${id}/cancel`);
  expect(cancelled.status).toBe(202);
  expect(await at.finished(id)).toMatchObject({ status: 'cancelled', progress: { rowsStored: 0 } });
  await holder.query('ROLLBACK');
  holder.release();
  expect(await counted()).toEqual(before);
  expect((await inside((tx) => sql`SELECT key FROM items ORDER BY 1`.execute(tx))).rows).toEqual(items.rows);
  expect((await inside((tx) => sql`SELECT FROM surveys WHERE name = 'Never'`.execute(tx))).rows).toEqual([]);
  expect(await at.uploads()).toEqual([(second.json as Import).id]);
  expect((await at.send('POST', `${at.base}/${id}/cancel`)).status).toBe(409);
  expect((await at.send('POST', `${at.base}/${(second.json as Import).id}/cancel`)).status).toBe(202);
  expect(await at.uploads()).toEqual([]);
});

test('the rows that were shown go with the file: when it is given up, and after seven days', async () => {
  const shown = async (id: string) => (await at.get(id)).json as Import;
  const held = () =>
    inside(async (tx) => {
      const { rows } = await sql<{ n: number }>`
        SELECT count(*) AS n FROM imports WHERE detected::text LIKE '%canary-71%'`.execute(tx);
      return rows[0]?.n;
    });
  const canary = 'respondent,audience,item,value\ncanary-71,staff,boarding,2\nother,staff,boarding,4\n';
  const givenUp = ((await at.upload(canary)).json as Import).id;
  expect((await shown(givenUp)).preview?.answers[0]).toMatchObject({ respondent: 'canary-71', value: 2 });
  await at.send('POST', `${at.base}/${givenUp}/cancel`);
  expect(await shown(givenUp)).toMatchObject({ status: 'cancelled', detected: null, preview: null });
  const left = ((await at.upload(canary)).json as Import).id;
  await inside((tx) => sql`UPDATE imports SET created_at = now() - interval '6 days' WHERE id = ${left}`.execute(tx));
  const next = ((await at.upload(LONG)).json as Import).id;
  expect(await held()).toBe(1);
  await inside((tx) => sql`UPDATE imports SET created_at = now() - interval '8 days' WHERE id = ${left}`.execute(tx));
  const last = ((await at.upload(LONG)).json as Import).id;
  expect(await shown(left)).toMatchObject({ status: 'cancelled', preview: null });
  expect(await held()).toBe(0);
  for (const id of [next, last]) await at.send('POST', `${at.base}/${id}/cancel`);
  await rm(path.join(at.world.services.config.dataDir, 'uploads', left));
});

test('a file that was cleared away is asked for again, whatever is wanted of it', async () => {
  const { id, mapping } = (await at.upload(LONG)).json as Import;
  await rm(path.join(at.world.services.config.dataDir, 'uploads', id));
  for (const late of [
    await at.send('PUT', `${at.base}/${id}/mapping`, mapping),
    await at.send('POST', `${at.base}/${id}/run`, { mode: 'valid_rows', surveyName: 'Spring' }),
  ]) {
    expect(late.status).toBe(410);
    expect(JSON.stringify(late.json)).toContain('Choose the file again.');
  }
  await at.send('POST', `${at.base}/${id}/cancel`);
});

test('an interrupted import says so and that nothing was stored', async () => {
  const { id } = (await at.upload(LONG)).json as Import;
  await inside((tx) =>
    sql`UPDATE imports SET status = 'running', heartbeat_at = now() - interval '1 minute' WHERE id = ${id}`.execute(tx),
  );
  const seen = (await at.get(id)).json as Import;
  expect(seen).toMatchObject({
    status: 'failed',
    error: 'The import was interrupted because Parallax stopped. Nothing was stored; run it again.',
  });
  expect((await at.send('POST', `${at.base}/${id}/run`, { mode: 'valid_rows', surveyName: 'Broken off' })).status).toBe(
    202,
  );
  expect((await at.finished(id)).status).toBe('done');
});

test('gzip comes in like the plain file; what is no table is refused with one sentence and leaves no upload', async () => {
  expect((await at.upload(gzipSync(LONG))).status).toBe(201);
  for (const [content, sentence] of [
    ['', 'The file is empty.'],
    ['a,b,c\n', 'The file holds a header (3 columns) and no rows below it.'],
    [gzipSync(LONG.repeat(1000)).subarray(0, 200), /^The gzip file is cut off/],
    [
      Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 1, 2, 3, 10, 10]),
      'This is a binary file, not a table. Save the table as CSV, TSV or XLSX.',
    ],
  ] as const) {
    const uploads = await at.uploads();
    const reply = await at.upload(content);
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(reply.status).toBeLessThan(500);
    if (typeof sentence === 'string')
      expect([sentence, 'The upload has no body: send the file itself as the body.']).toContain(reply.json.detail);
    else expect(reply.json.detail).toMatch(sentence);
    expect(await at.uploads()).toEqual(uploads);
  }
});

test('a mapping can be saved, replaced, listed and deleted', async () => {
  const path = at.base.replace('/imports', '/import-mappings');
  const mapping = { layout: 'long', columns: { item: 'q', value: 'v' }, audience: 'customer', attributes: [] };
  const saved = await at.send('POST', path, { name: 'Monthly', mapping });
  expect(saved.status).toBe(201);
  expect((await at.send('POST', path, { name: 'Monthly', mapping: { ...mapping, scale: '1-5' } })).json.id).toBe(
    saved.json.id,
  );
  const list = await at.get(path);
  expect(list.json.mappings).toHaveLength(1);
  expect(list.json.mappings[0].mapping.scale).toBe('1-5');
  expect((await at.send('POST', path, { name: 'x', mapping: { ...mapping, colour: 1 } })).status).toBe(400);
  expect((await at.send('DELETE', `${path}/${saved.json.id}`)).status).toBe(204);
  expect((await at.send('DELETE', `${path}/${saved.json.id}`)).status).toBe(404);
});

test('every step is in the audit log, and no answer is in the log', async () => {
  const rows = await inside((tx) =>
    sql<{ action: string }>`SELECT DISTINCT action FROM audit_log ORDER BY 1`.execute(tx),
  );
  const actions = rows.rows.map((row) => row.action);
  for (const action of [
    'import.cancel',
    'import.cancelled',
    'import.done',
    'import.failed',
    'import.started',
    'import.uploaded',
  ]) {
    expect(actions).toContain(action);
  }
  expect(at.world.logged()).not.toContain('import failed');
});
