import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSav } from '../../src/core/formats/read-sav.ts';
import type { SurveyDefinition } from '../../src/core/survey/definition.ts';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { visibleCounts } from '../../src/server/exchange/protected-counts.ts';
import { openTable, type Row } from '../../src/server/imports/read-table.ts';
import { ratingSurvey } from '../answering.ts';
import { rounds } from '../deep.ts';
import { type Company, nobody, openWorld, type Someone, TERN_FERRIES, type World } from '../world.ts';
import { type Listening, listening } from './intake-world.ts';

const hasPspp = (() => {
  try {
    execFileSync('pspp', ['--version']);
    return true;
  } catch {
    return false;
  }
})();

const say = (text: string) => ({ customer: { en: text } });
const PAGES: SurveyDefinition['pages'] = [
  {
    id: 'first',
    questions: [
      { id: 'rate', type: 'rating', min: 1, max: 5, text: say('How was it?'), low: say('bad'), notApplicable: true },
      {
        id: 'why',
        type: 'single',
        other: true,
        text: say('Why?'),
        choices: [
          { id: 'price', text: say('=Price') },
          { id: 'staff', text: say('Staff') },
        ],
      },
      {
        id: 'seen',
        type: 'multiple',
        text: say('What did you see?'),
        choices: [
          { id: 'sea', text: say('Sea') },
          { id: 'port', text: say('Port') },
        ],
      },
      {
        id: 'order',
        type: 'ranking',
        text: say('In which order?'),
        choices: [
          { id: 'a', text: say('A') },
          { id: 'b', text: say('B') },
        ],
      },
      { id: 'grid', type: 'matrix', min: 1, max: 3, text: say('Rate'), rows: [{ id: 'r1', text: say('Row') }] },
      { id: 'text', type: 'long', text: say('Anything else?') },
      { id: 'when', type: 'date', text: say('When?') },
      { id: 'much', type: 'number', text: say('How much?') },
      { id: 'ok', type: 'consent', text: say('May we?') },
    ],
  },
];
const ONE = {
  key: 'r-1',
  answeredOn: '2026-03-04',
  channel: 'desk',
  language: 'en',
  attributes: { plan: '+gold' },
  answers: {
    rate: null,
    why: '_other',
    'why.other': '=HYPERLINK("x")',
    seen: ['port'],
    order: ['b', 'a'],
    'grid.r1': 3,
    text: 'é "quoted"\nline two, with ₤ and 🛫 <b>&amp;</b>',
    when: '2026-02-03',
    much: -2.5,
    ok: true,
  },
};
const TWO = { key: 'r-2', answeredOn: '2026-03-05', answers: { rate: 4, why: 'price', text: '-5' } };

let world: World;
let tern: Company;
let survey: Listening;
let folder: string;
beforeAll(async () => {
  world = await openWorld();
  folder = mkdtempSync(path.join(tmpdir(), 'export-'));
  tern = await world.company(TERN_FERRIES);
  survey = await listening(world, tern.id);
  await survey.publish({ pages: PAGES });
  const stored = await world.ask(tern.people.lead, 'POST', `${url()}/responses`, {
    audience: 'customer',
    responses: [ONE, TWO],
  });
  expect(stored.json).toMatchObject({ added: 2 });
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await world.close();
});
const url = (one = survey) => `/api/v1/workspaces/${one.workspaceId}/surveys/${one.surveyId}`;

async function download(query: string, one = survey, who: Someone = tern.people.analyst): Promise<Buffer> {
  const response = await world.app.request(`http://localhost:4300${url(one)}/export?${query}`, {
    headers: { cookie: who.cookie ?? '' },
  });
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

type Line = Record<string, string>;
const unprefixed = (cell: string) => cell.replace(/^'(?=['=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20])/, '');
async function csv(query = '', one = survey): Promise<Line[]> {
  const lines: Line[] = parse(await download(`format=csv&${query}`, one), {
    columns: true,
    bom: true,
    relax_column_count: true,
  });
  return lines.map((line) => Object.fromEntries(Object.entries(line).map(([key, cell]) => [key, unprefixed(cell)])));
}

const EXPECTED: Line = {
  _response: 'r-1',
  _day: '2026-03-04',
  _language: 'en',
  _channel: 'desk',
  _finished: '1',
  _version: '2',
  '_attribute.plan': '+gold',
  rate: 'n/a',
  why: '_other',
  'why.other': '=HYPERLINK("x")',
  'seen:sea': '0',
  'seen:port': '1',
  'order:a': '2',
  'order:b': '1',
  'grid.r1': '3',
  text: ONE.answers.text,
  when: '2026-02-03',
  much: '-2.5',
  ok: '1',
};

describe("customers' answers", () => {
  test('as CSV: every question, what does not apply, and nothing that starts a formula', async () => {
    const raw = (await download('format=csv')).toString();
    expect(raw).toContain(`"'=HYPERLINK(""x"")"`);
    const [one, two] = await csv();
    expect(one).toMatchObject(EXPECTED);
    expect(two).toMatchObject({ _response: 'r-2', rate: '4', why: 'price', text: '-5', 'seen:sea': '', ok: '' });
  });

  test('as CSV with labels', async () => {
    const [one, two] = await csv('labels=true');
    expect(one).toMatchObject({ 'How was it?': 'n/a', 'Why?': 'Other', 'What did you see?: Port': '1' });
    expect(two).toMatchObject({ 'How was it?': '4', 'Why?': '=Price' });
  });

  test('as XLSX: texts are texts, numbers numbers', async () => {
    const file = path.join(folder, 'answers.xlsx');
    writeFileSync(file, await download('format=xlsx'));
    const table = await openTable(file, { headerRows: 1 });
    const rows: Row[] = [];
    for await (const row of table.rows()) rows.push(row);
    const names = table.columns.map((name) => name);
    const read = (i: number) => Object.fromEntries(names.map((name, column) => [name, rows[i]?.cells[column] ?? '']));
    expect(read(0)).toMatchObject(EXPECTED);
    expect(read(1)).toMatchObject({ text: '-5', rate: '4' });
  });

  test('as .sav: labels, dates, texts of any length, what does not apply', async () => {
    const bytes = new Uint8Array(await download('format=sav'));
    const sav = readSav(bytes, {
      inflate() {
        throw new Error('not packed');
      },
    });
    const [one, two] = [...sav.rows()].map(
      (row) => new Map(sav.variables.map((variable, i) => [variable.name, row[i]])),
    );
    const variable = (name: string) => sav.variables.find((candidate) => candidate.name === name);
    expect(one?.get('rate')).toBe(-99);
    expect(variable('rate')).toMatchObject({
      label: 'How was it?',
      missing: [-99],
      valueLabels: new Map([
        [1, 'bad'],
        [-99, 'does not apply'],
      ]),
    });
    expect(variable('why')?.valueLabels).toEqual(
      new Map([
        [1, '=Price'],
        [2, 'Staff'],
        [3, 'Other'],
      ]),
    );
    expect([one?.get('why'), two?.get('why'), one?.get('text'), two?.get('seen.sea')]).toEqual([
      3,
      1,
      ONE.answers.text,
      null,
    ]);
    writeFileSync(path.join(folder, 'answers.sav'), bytes);
  });

  test.skipIf(!hasPspp)('PSPP opens the .sav', async () => {
    const file = path.join(folder, 'pspp.sav');
    writeFileSync(file, await download('format=sav'));
    const syntax = path.join(folder, 'read.sps');
    writeFileSync(
      syntax,
      `GET FILE='${file}'.\nSAVE TRANSLATE /OUTFILE='${file}.csv' /TYPE=CSV /FIELDNAMES /REPLACE.\n`,
    );
    const said = execFileSync('pspp', [syntax], { env: { ...process.env, LC_ALL: 'C.UTF-8' } }).toString();
    expect(said).toBe('');
    const [one, two]: Line[] = parse(readFileSync(`${file}.csv`), { columns: true, bom: true });
    expect(one).toMatchObject({
      v__response: 'r-1',
      rate: '-99',
      text: ONE.answers.text,
      when: '02/03/2026',
      much: '-2.5',
    });
    expect(two).toMatchObject({ rate: '4', why: '1' });
  });

  test('as JSON: raw', async () => {
    const { rows, columns } = JSON.parse((await download('format=json')).toString());
    expect(rows[0]).toMatchObject({ rate: null, why: '_other', 'why.other': '=HYPERLINK("x")', much: -2.5 });
    expect(rows[1]).not.toHaveProperty('seen:sea');
    expect(columns.find(({ id }: { id: string }) => id === 'why').choices).toContainEqual({
      id: 'price',
      text: '=Price',
    });
  });

  test('a large export streams: memory stays flat whatever the number of responses', { timeout: 600_000 }, async () => {
    const n = rounds(5_000, 100_000);
    const many = await listening(world, tern.id);
    await many.publish({ pages: PAGES });
    const given = JSON.stringify({
      rate: { value: 4, part: 0 },
      why: { value: 'price', part: 0 },
      text: { value: 'a text of about a hundred characters '.repeat(3), part: 0 },
    });
    await inWorkspace(world.database.app.db, tern.id, (tx) =>
      sql`INSERT INTO responses (workspace_id, survey_id, audience, key, answered_on, published, survey_version, given, parts)
        SELECT ${tern.id}, ${many.surveyId}, 'customer', 'k' || i, '2026-03-04', true, 2, ${given}::jsonb, '{}'
        FROM generate_series(1, ${n}::int) i`.execute(tx),
    );
    for (const format of ['csv', 'xlsx', 'sav', 'json']) {
      const response = await world.app.request(`http://localhost:4300${url(many)}/export?format=${format}`, {
        headers: { cookie: tern.people.analyst.cookie },
      });
      let [bytes, peak] = [0, 0];
      const before = process.memoryUsage();
      for await (const chunk of response.body ?? []) {
        bytes += chunk.length;
        const now = process.memoryUsage();
        peak = Math.max(peak, now.heapUsed + now.external - before.heapUsed - before.external);
      }
      expect(bytes).toBeGreaterThan(n);
      expect(peak / 1024 ** 2).toBeLessThan(200);
    }
    expect(await csv('', many)).toHaveLength(n);
  });

  test('a viewer may not, and neither may the neighbour', async () => {
    const refused = await world.ask(tern.people.viewer, 'GET', `${url()}/export`);
    expect(refused.status).toBe(403);
  });
});

describe('audiences whose single answers nobody sees', () => {
  const k = 5;
  const texts = (n: number, prefix: string) => Array.from({ length: n }, (_, i) => `${prefix} ${i}`);
  async function staffSays(one: Listening, n: number, prefix: string, why: (i: number) => string) {
    const responses = texts(n, prefix).map((text, i) => ({
      key: text,
      answers: { rate: 1 + (i % 4), why: why(i), text },
    }));
    const reply = await world.ask(tern.people.lead, 'POST', `${url(one)}/responses`, { audience: 'staff', responses });
    expect(reply.status).toBe(200);
  }
  const linesOf = async (one: Listening, key: string) =>
    (await csv('audience=staff', one)).filter((line) => line._question === key);

  test('only counts, of enough people, never a row', async () => {
    const one = await listening(world, tern.id);
    await one.publish({ pages: PAGES });
    await staffSays(one, 4, 'early', () => 'price');
    expect(await linesOf(one, 'why')).toEqual([
      expect.objectContaining({ _people: '', _note: `Shown from ${k} answers on.` }),
    ]);
    await staffSays(one, 3, 'later', () => 'staff');
    // 4 and 3 of 7: both are fewer than five, so neither has a count.
    const lines = await linesOf(one, 'why');
    expect(lines.map((line) => [line._label, line._people])).toEqual([
      ['all answers', '7'],
      ['other answers', ''],
    ]);
    expect((await linesOf(one, 'text'))[0]?._note).toContain('from 8 people on');
    const raw = (await download('format=json&audience=staff', one)).toString();
    expect(raw).not.toContain('early');
    await staffSays(one, 9, 'third', () => 'price');
    expect((await linesOf(one, 'text')).map((line) => line._label)).toEqual(
      [...texts(4, 'early'), ...texts(3, 'later'), ...texts(9, 'third')].sort(),
    );
    for (const format of ['xlsx', 'sav'])
      expect((await download(`format=${format}&audience=staff`, one)).length).toBeGreaterThan(500);
  });

  test('what another program handed in hides nobody: what was answered here shows from enough on by itself', async () => {
    for (const audience of ['staff', 'customer'] as const) {
      const one = await listening(world, tern.id, {
        settings: { ...ratingSurvey().settings, anonymousCustomers: true },
      });
      const version = await one.publish({ pages: PAGES });
      const link = await one.link({ audience });
      const here = async (...whys: readonly (string | undefined)[]) => {
        for (const [i, why] of whys.entries()) {
          const answers = { rate: 1 + (i % 4), text: `here ${i}`, ...(why && { why }) };
          const body = { link, response: randomUUID(), version, part: 0, answers, finished: true, took: 60_000 };
          expect((await world.ask(nobody, 'POST', '/api/v1/responses', body)).status).toBe(200);
        }
      };
      const responses = Array.from({ length: 20 }, (_, i) => ({
        key: `known ${audience} ${i}`,
        answers: { rate: 1 + (i % 4), why: i % 2 === 0 ? 'price' : 'staff', text: `known ${i}` },
      }));
      const added = await world.ask(tern.people.lead, 'POST', `${url(one)}/responses`, { audience, responses });
      expect(added.status).toBe(200);
      const counted = async (key: string) =>
        (await csv(`audience=${audience}`, one))
          .filter((line) => line._question === key)
          .map((line) => [line._label, line._people]);
      const known = [
        ['all answers', '20'],
        ['=Price', '10'],
        ['Staff', '10'],
      ];
      await here('price', undefined, undefined, undefined, undefined);
      expect(await counted('why')).toEqual(known);
      expect((await counted('text')).filter(([text]) => text?.startsWith('here'))).toEqual([]);
      // Five more, of whom all but one chose the same: neither answer has a count, since that of the one would follow.
      await here('staff', 'staff', 'staff', 'staff', undefined);
      expect(await counted('why')).toEqual([
        ['all answers', '25'],
        ['other answers', ''],
      ]);
      expect((await counted('text')).filter(([text]) => text?.startsWith('here'))).toHaveLength(10);
    }
  });

  test('what has no count cannot be worked out from what has', () => {
    const shown = (counts: Record<string, number>, several = false) => {
      const all = Object.entries(counts);
      const people = all.reduce((sum, [, n]) => sum + n, 0);
      return Object.fromEntries(visibleCounts(all, several ? 20 : people, k, several));
    };
    expect(shown({ a: 12, b: 7, c: 6 })).toEqual({ a: 12, b: 7, c: 6 });
    expect(shown({ a: 12, b: 7, c: 2 })).toEqual({ a: 12 });
    expect(shown({ a: 12, b: 4, c: 2 })).toEqual({ a: 12 });
    expect(shown({ a: 12, b: 1 })).toEqual({});
    expect(shown({ a: 17, b: 20, c: 10, d: 2 }, true)).toEqual({ b: 20, c: 10 });
  });
});
