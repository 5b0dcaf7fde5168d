import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { ROWS, workbook } from '../workbook.ts';
import { type Import, type ImportWorld, openImportWorld } from './imports-world.ts';
import { differingCells } from './small-workspace.ts';

let at: ImportWorld;
beforeAll(async () => {
  at = await openImportWorld();
});
afterAll(() => at.close());

const rowsOf = async <T>(query: ReturnType<typeof sql<T>>) =>
  (await inWorkspace(at.world.database.app.db, at.company.id, (tx) => query.execute(tx))).rows;
const long = (lines: string[]) => `respondent,audience,item,value,at\n${lines.join('\n')}\n`;
const MAPPING = {
  layout: 'long',
  columns: { respondent: 'respondent', audience: 'audience', item: 'item', value: 'value', at: 'at' },
  attributes: [],
};

test('one row per school, three audiences in it, decimals on 0–10', async () => {
  const file = await readFile(path.resolve(import.meta.dirname, '../../sample/nyc-school-survey-2011/schools_a.csv'));
  const items = ['saf', 'com', 'eng', 'aca'].flatMap((item) =>
    (
      [
        ['p', 'leadership'],
        ['t', 'staff'],
        ['s', 'customer'],
      ] as const
    ).map(([letter, audience]) => ({
      columns: [`${item}_${letter}_11`],
      item,
      audience,
      lens: 'experience',
      scale: '0-10',
    })),
  );
  const mapping = { layout: 'wide', audience: { constant: 'customer' }, respondent: 'dbn', unit: 'dbn', items };
  const done = await at.import(file, { mapping, mode: 'all_or_nothing', surveyName: 'Schools' });
  expect(done).toMatchObject({ status: 'done', progress: { rowsRead: 232, rowsStored: 232, rowsRejected: 0 } });
  const students = await rowsOf(sql`SELECT count(*) AS n, avg(a.value)::float8 AS mean FROM answers a
    JOIN responses r ON r.id = a.response_id JOIN items i ON i.id = a.item_id WHERE i.key = 'saf' AND r.audience = 'customer'`);
  const records = parse(file, { columns: true }) as Record<string, string>[];
  const column = records.filter((record) => record['saf_s_11'] !== '').map((record) => Number(record['saf_s_11']));
  const mean = column.reduce((sum, value) => sum + value) / column.length;
  expect(students).toEqual([{ n: column.length, mean: expect.closeTo(mean, 10) }]);
  expect(await rowsOf(sql`SELECT DISTINCT scale_step FROM items WHERE key = 'saf'`)).toEqual([{ scaleStep: null }]);
  expect(await inWorkspace(at.world.database.app.db, at.company.id, (tx) => differingCells(tx, at.company.id))).toEqual(
    [],
  );
});

test("a leader's answers wait for their batch; the customers' count at once", async () => {
  await at.import(long(['l1,leadership,boarding,5,2026-01-01', 'c1,customer,boarding,2,2026-01-01']), {
    mapping: MAPPING,
    surveyName: 'Mirror',
  });
  const published = () =>
    rowsOf(sql<{
      audience: string;
      n: number;
    }>`SELECT r.audience, count(*) FILTER (WHERE published) AS n FROM responses r
    JOIN surveys s ON s.id = r.survey_id WHERE s.name = 'Mirror' GROUP BY 1 ORDER BY 1`);
  expect(await published()).toEqual([
    { audience: 'leadership', n: 0 },
    { audience: 'customer', n: 1 },
  ]);
  await at.import(long([2, 3, 4, 5].map((i) => `l${i},leadership,boarding,${i},2026-01-01`)), {
    mapping: MAPPING,
    surveyName: 'Mirror',
  });
  expect(await published()).toEqual([
    { audience: 'leadership', n: 5 },
    { audience: 'customer', n: 1 },
  ]);
});

test('days in three formats: each column is read as it is written, a mixed one rejects the odd rows', async () => {
  const days = async (written: string[], dateFormat: string, name: string) => {
    const end = await at.import(long(written.map((day, i) => `d${i},customer,boarding,3,${day}`)), {
      mapping: { ...MAPPING, dateFormat },
      surveyName: name,
    });
    const stored = await rowsOf(
      sql<{
        day: string;
      }>`SELECT answered_on AS day FROM responses r JOIN surveys s ON s.id = r.survey_id WHERE s.name = ${name} ORDER BY key`,
    );
    return { stored: stored.map((row) => row.day), rejected: end.progress.rowsRejected };
  };
  const expected = ['2026-04-03', '2026-11-22'];
  expect(await days(['2026-04-03', '2026-11-22'], 'iso', 'iso')).toEqual({ stored: expected, rejected: 0 });
  expect(await days(['03/04/2026', '22/11/2026'], 'dmy', 'dmy')).toEqual({ stored: expected, rejected: 0 });
  expect(await days(['04/03/2026', '11/22/2026'], 'mdy', 'mdy')).toEqual({ stored: expected, rejected: 0 });
  expect(await days(['04/03/2026', '22/11/2026'], 'mdy', 'mixed')).toEqual({ stored: ['2026-04-03'], rejected: 1 });
});

test('a workbook comes in like a text file; formula-like texts are texts', async () => {
  const found = (await at.upload(workbook(ROWS), 'book.xlsx')).json as Import;
  expect(found.detected).toMatchObject({ format: 'xlsx', sheet: 'Answers', delimiter: null });
  const mapping = {
    layout: 'wide',
    audience: { constant: 'customer' },
    respondent: 'respondent',
    at: 'date',
    items: [{ columns: ['value'], item: 'boarding' }],
  };
  expect((await at.send('PUT', `${at.base}/${found.id}/mapping`, mapping)).json.problems).toEqual([]);
  await at.send('POST', `${at.base}/${found.id}/run`, { mode: 'valid_rows', surveyName: 'Book' });
  expect(await at.finished(found.id)).toMatchObject({ status: 'done', progress: { rowsRead: 2 } });
  const formula = `respondent,audience,item,value,at\n"=HYPERLINK(""x"")",customer,@item,4,\n`;
  expect((await at.import(formula, { mapping: MAPPING, surveyName: 'Formulas' })).status).toBe('done');
  expect(
    await rowsOf(sql`SELECT r.key, i.key AS item, i.name FROM responses r JOIN answers a ON a.response_id = r.id JOIN items i ON i.id = a.item_id
    WHERE r.key LIKE '=%'`),
  ).toEqual([{ key: '=HYPERLINK("x")', item: 'item', name: '@item' }]);
});

test('a file without a single answer, a mapping that misses columns, values beyond reason', async () => {
  const blank = await at.import(long(['a,customer,boarding,,', 'b,customer,boarding,NA,']), { mapping: MAPPING });
  expect(blank).toMatchObject({
    status: 'failed',
    error: expect.stringMatching(/^The file holds no answer.* Nothing was stored\.$/),
  });
  const { id } = (await at.upload(long(['a,customer,boarding,3,']))).json as Import;
  const preview = await at.send('PUT', `${at.base}/${id}/mapping`, {
    ...MAPPING,
    columns: { ...MAPPING.columns, value: 'Value' },
  });
  expect(preview.json.problems).toEqual(['The file has no column "Value"; it has "value".']);
  const run = await at.send('POST', `${at.base}/${id}/run`, { mode: 'valid_rows', surveyName: 'x' });
  expect(run).toMatchObject({ status: 422, json: { detail: 'The file has no column "Value"; it has "value".' } });
  const huge = await at.import(long(['a,customer,new thing,1e300,', 'b,customer,new thing,4,']), {
    mapping: MAPPING,
    surveyName: 'Huge',
  });
  expect(huge.progress).toMatchObject({ rowsStored: 1, rowsRejected: 1 });
});

test('other requests are answered while a large file is imported', async () => {
  const lines = Array.from({ length: 60_000 }, (_, i) => `p${i},customer,boarding,${(i % 5) + 1},2026-02-01`);
  const { id } = (await at.upload(long(lines))).json as Import;
  await at.send('PUT', `${at.base}/${id}/mapping`, MAPPING);
  await at.send('POST', `${at.base}/${id}/run`, { mode: 'all_or_nothing', surveyName: 'Large' });
  let answered = 0;
  let seen: Import['status'] = 'running';
  while (seen === 'running') {
    seen = ((await at.get(id)).json as Import).status;
    answered++;
  }
  expect(seen).toBe('done');
  expect(answered).toBeGreaterThan(3);
});

test.each([
  ['google-forms.csv', 'Google Forms'],
  ['surveymonkey.csv', 'SurveyMonkey'],
  ['qualtrics.csv', 'Qualtrics'],
])('%s is recognised as a file of another tool, which is read better elsewhere', async (name, tool) => {
  const file = await readFile(path.resolve(import.meta.dirname, '../reference/formats', name));
  const found = (await at.upload(file, name)).json as Import;
  expect(found.detected?.tool).toContain(tool);
  expect(((await at.get(found.id)).json as Import).detected?.tool).toBe(found.detected?.tool);
  await at.send('POST', `${at.base}/${found.id}/cancel`);
});

test('a table of answers is of no other tool', async () => {
  const airport = path.resolve(import.meta.dirname, '../../sample/sfo/raw_2017_as_published.csv.gz');
  for (const file of [long(['c1,customer,boarding,2,2026-01-01']), await readFile(airport)]) {
    const found = (await at.upload(file)).json as Import;
    expect(found.detected).not.toHaveProperty('tool');
    await at.send('POST', `${at.base}/${found.id}/cancel`);
  }
});
