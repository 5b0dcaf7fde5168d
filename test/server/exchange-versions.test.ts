import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSav } from '../../src/core/formats/read-sav.ts';
import type { SurveyDefinition } from '../../src/core/survey/definition.ts';
import { openTable, type Row } from '../../src/server/imports/read-table.ts';
import { type Company, openWorld, TERN_FERRIES, type World } from '../world.ts';
import { type Listening, listening } from './intake-world.ts';

/** An answer keeps the words under which it was given, whatever the survey says by now. */
function pages(words: { way: string; rate: string; sea: string; german?: boolean }): SurveyDefinition['pages'] {
  const say = (en: string) => ({ customer: { en, ...(words.german ? { de: `DE ${en}` } : {}) } });
  return [
    {
      id: 'first',
      questions: [
        {
          id: 'way',
          type: 'single',
          text: say('How did you come?'),
          choices: [
            { id: 'a', text: say(words.way) },
            { id: 'b', text: say('On foot') },
          ],
        },
        { id: 'rate', type: 'rating', min: 1, max: 5, text: say(words.rate) },
        {
          id: 'seen',
          type: 'multiple',
          text: say('What did you see?'),
          choices: [
            { id: 'sea', text: say(words.sea) },
            { id: 'port', text: say('Port') },
          ],
        },
      ],
    },
  ];
}

let world: World;
let tern: Company;
let survey: Listening;
let folder: string;
const url = () => `/api/v1/workspaces/${tern.id}/surveys/${survey.surveyId}`;
const versions: number[] = [];
beforeAll(async () => {
  world = await openWorld();
  folder = mkdtempSync(path.join(tmpdir(), 'versions-'));
  tern = await world.company(TERN_FERRIES);
  survey = await listening(world, tern.id);
  const first = { way: 'By train', rate: 'How was the boarding?', sea: 'Sea' };
  const answers = { way: 'a', rate: 2, seen: ['sea'] };
  const add = async (version: number, key: string, audience = 'customer', n = 1) => {
    versions.push(version);
    const responses = Array.from({ length: n }, (_, i) => ({ key: `${key}${i}`, answers }));
    const reply = await world.ask(tern.people.lead, 'POST', `${url()}/responses`, { audience, version, responses });
    expect(reply.json).toMatchObject({ added: n });
  };
  await add(await survey.publish({ pages: pages(first) }), 'train');
  // Nobody answered this one, so that nothing is told of it.
  await survey.publish({ pages: pages({ ...first, way: 'By bus', rate: 'Unanswered?' }) });
  const now = { way: 'By plane', rate: 'How was the landing?', sea: 'Beach', german: true };
  await add(await survey.publish({ pages: pages(now), languages: ['de', 'en'] }), 'plane');
  await add(versions[1] ?? 0, 'staff', 'staff', 6);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await world.close();
});

async function download(query: string): Promise<Buffer> {
  const response = await world.app.request(`http://localhost:4300${url()}/export?${query}`, {
    headers: { cookie: tern.people.analyst.cookie ?? '' },
  });
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}
const csv = async (query: string): Promise<Record<string, string>[]> =>
  parse(await download(query), { columns: true, bom: true, relax_column_count: true });

/** Both responses with labels, whatever the format: the columns and cells that are in words. */
function expectOwnWords(rows: readonly Record<string, string>[]): void {
  const [train, plane] = rows;
  const before = `(version ${versions[0]})`;
  expect(train).toMatchObject({
    'DE How did you come?': 'By train',
    'DE How was the landing?': '',
    [`How was the boarding? ${before}`]: '2',
    'DE What did you see?: DE Beach': '',
    [`What did you see?: Sea ${before}`]: '1',
    'DE What did you see?: DE Port': '0',
  });
  expect(plane).toMatchObject({
    'DE How did you come?': 'DE By plane',
    'DE How was the landing?': '2',
    [`How was the boarding? ${before}`]: '',
    'DE What did you see?: DE Beach': '1',
    [`What did you see?: Sea ${before}`]: '',
    'DE What did you see?: DE Port': '0',
  });
  expect(Object.keys(train ?? {}).join()).not.toContain('Unanswered');
}

test('CSV and XLSX with labels: each answer in the words of its own version', async () => {
  expectOwnWords(await csv('format=csv&labels=true'));
  const file = path.join(folder, 'answers.xlsx');
  writeFileSync(file, await download('format=xlsx&labels=true'));
  const table = await openTable(file, { headerRows: 1 });
  const rows: Row[] = [];
  for await (const row of table.rows()) rows.push(row);
  expectOwnWords(
    rows.map((row) => Object.fromEntries(table.columns.map((name, i) => [name, String(row.cells[i] ?? '')]))),
  );
});

test('ids stay what they are: one column, beside the version', async () => {
  const [train, plane] = await csv('format=csv');
  const answers = { way: 'a', rate: '2', 'seen:sea': '1' };
  expect(train).toMatchObject({ ...answers, _version: String(versions[0]) });
  expect(plane).toMatchObject({ ...answers, _version: String(versions[1]) });
  expect(Object.keys(train ?? {}).filter((name) => name.includes('@'))).toEqual([]);
  const { rows, columns, notes } = JSON.parse((await download('format=json')).toString());
  expect(rows.map((row: { way: string }) => row.way)).toEqual(['a', 'a']);
  const way = columns.find(({ id }: { id: string }) => id === 'way');
  expect(way.earlierChoices).toEqual([{ id: 'a', text: 'By train', versions: [versions[0]] }]);
  expect(notes).toContain(`way: what reads “DE By plane” here read “By train” in version ${versions[0]}.`);
});

test('.sav: a code of its own for the earlier text, and the file says what was asked before', async () => {
  const bytes = await download('format=sav');
  const sav = readSav(new Uint8Array(bytes), {
    inflate() {
      throw new Error('not packed');
    },
  });
  const rows = [...sav.rows()].map((row) => new Map(sav.variables.map((variable, i) => [variable.name, row[i]])));
  const way = sav.variables.find(({ name }) => name === 'way');
  expect(rows.map((row) => way?.valueLabels.get(row.get('way') ?? ''))).toEqual([
    `By train (version ${versions[0]})`,
    'DE By plane',
  ]);
  expect(rows.map((row) => [row.get('seen.sea'), row.get(`seen.sea@${versions[0]}`)])).toEqual([
    [null, 1],
    [1, null],
  ]);
  expect(rows.map((row) => row.get('rate'))).toEqual([2, 2]);
  expect(bytes.toString().replace(/\s+/g, '')).toContain('“Howwastheboarding?”');
});

test('counts of protected audiences are over all versions, and say so', async () => {
  const { notes } = JSON.parse((await download('format=json&audience=staff')).toString());
  expect(notes).toContain(`way: what reads “DE By plane” here read “By train” in version ${versions[0]}.`);
});
