import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ServerType, serve } from '@hono/node-server';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { runImport } from '../../src/cli/import-run.ts';
import { suggest } from '../../src/cli/import-suggest.ts';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { type ImportWorld, openImportWorld } from './imports-world.ts';

const SFO = path.resolve(import.meta.dirname, '../../sample/sfo/raw_2017_as_published.csv.gz');

let at: ImportWorld;
let server: ServerType;
let folder: string;
let options: { url: string; apiKey: string; workspace: string; survey: string; mode: string };

beforeAll(async () => {
  at = await openImportWorld();
  folder = await mkdtemp(path.join(tmpdir(), 'parallax-cli-'));
  server = serve({ fetch: at.world.app.fetch, port: 0, hostname: '127.0.0.1' });
  await new Promise((resolve) => server.once('listening', resolve));
  const { apiKey = '' } = await at.world.apiKey(at.company.id, ['import']);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  options = { url, apiKey, workspace: at.company.id, survey: 'SFO 2017', mode: 'all_or_nothing' };
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
  await at.close();
});

/** What the command prints, on both streams. */
async function printed(work: () => Promise<void>): Promise<{ out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line) => void out.push(String(line)));
  const error = vi.spyOn(console, 'error').mockImplementation((line) => void err.push(String(line)));
  try {
    await work();
  } finally {
    log.mockRestore();
    error.mockRestore();
  }
  return { out: out.join('\n'), err: err.join('\n') };
}

test('a published file of 97 columns: parallax mapping, then parallax import with it, and its numbers', async () => {
  const { out, err } = await printed(() => suggest(SFO));
  expect(err).toContain(
    'Q7ART: 1-5, because the values run from 0 to 6, most likely 1-5 with 6 and 0 as codes; 6 as not applicable',
  );
  const mapping = path.join(folder, 'sfo.json');
  await writeFile(mapping, out);
  const done = await printed(() => runImport(SFO, { ...options, mapping }));
  expect(done.out).toBe('2,831 rows read, 2,831 stored, 0 rejected.');
  const { rows } = await inWorkspace(at.world.database.app.db, at.company.id, (tx) =>
    sql`SELECT i.key, i.scale_max, count(a.value) AS n, count(*) FILTER (WHERE a.value IS NULL) AS not_used, avg(a.value)::float8 AS mean
      FROM answers a JOIN items i ON i.id = a.item_id WHERE i.key IN ('q7all', 'q9restroom', 'netpro') GROUP BY 1, 2 ORDER BY 1`.execute(
      tx,
    ),
  );
  expect(rows).toEqual(SFO_COUNTS);
});

/** Counted from the file by another program: answered, said to be not used, mean. */
const SFO_COUNTS = [
  { key: 'netpro', scaleMax: 10, n: 2746, notUsed: 0, mean: expect.closeTo(8.339402767662055, 12) },
  { key: 'q7all', scaleMax: 5, n: 2688, notUsed: 0, mean: expect.closeTo(4.064360119047619, 12) },
  { key: 'q9restroom', scaleMax: 5, n: 2653, notUsed: 105, mean: expect.closeTo(4.131172257821334, 12) },
];

test('rejected rows are printed, and the exit code says that nothing was stored', async () => {
  const file = path.join(folder, 'bad.csv');
  await writeFile(file, 'respondent,audience,item,value\nr1,customer,q7all,9\nr2,customer,q7all,4\n');
  const bad = { ...options, survey: 'With bad rows' };
  const failed = printed(() => runImport(file, bad));
  await expect(failed).rejects.toMatchObject({ exitCode: 1, message: /^1 row was rejected, so nothing was stored/ });
  const valid = await printed(() => runImport(file, { ...bad, mode: 'valid_rows' }));
  expect(valid.out).toBe('2 rows read, 1 stored, 1 rejected.');
  expect(valid.err).toContain('row 2, value: "9" is off the scale 1-5 of q7all');
});

test('a name makes a new survey and is refused where it is taken; the id that it says leads into that one', async () => {
  const file = path.join(folder, 'named.csv');
  await writeFile(file, 'respondent,audience,item,value\nr1,customer,q7all,3\n');
  const named = { ...options, survey: 'Named' };
  expect((await printed(() => runImport(file, named))).out).toBe('1 rows read, 1 stored, 0 rejected.');
  const refused = await runImport(file, named).catch((error: Error & { exitCode: number }) => error);
  expect(refused).toMatchObject({ exitCode: 1, message: /^There is a survey called Named already\./ });
  const [id = ''] = refused?.message.match(/[0-9a-f-]{36}/) ?? [];
  await printed(() => runImport(file, { ...options, survey: id }));
  const { rows } = await inWorkspace(at.world.database.app.db, at.company.id, (tx) =>
    sql`SELECT s.name, count(*) AS n FROM responses r JOIN surveys s ON s.id = r.survey_id
      WHERE s.id = ${id} GROUP BY 1`.execute(tx),
  );
  expect(rows).toEqual([{ name: 'Named', n: 1 }]);
});

test('what cannot work says why', async () => {
  const empty = path.join(folder, 'empty.csv');
  await writeFile(empty, '\n');
  const cases: [() => Promise<void>, object][] = [
    [() => runImport(path.join(folder, 'none.csv'), options), { exitCode: 3, message: /there is no such file/ }],
    [() => runImport(empty, options), { exitCode: 3, message: 'The file is empty: it holds only blanks.' }],
    [() => runImport(SFO, { ...options, mode: 'some' }), { exitCode: 2 }],
    [() => runImport(SFO, { ...options, url: 'http://127.0.0.1:9' }), { exitCode: 1, message: /Nothing answers at/ }],
    [() => runImport(SFO, { ...options, apiKey: 'plx_wrong' }), { exitCode: 1 }],
    [() => suggest(empty), { exitCode: 3 }],
  ];
  for (const [work, end] of cases) await expect(work()).rejects.toMatchObject(end);
});
