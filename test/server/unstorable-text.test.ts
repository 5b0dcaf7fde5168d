import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { importsIdle } from '../../src/server/imports/run-import.ts';
import { rounds } from '../deep.ts';
import { workbook } from '../workbook.ts';
import { type Company, nobody, openWorld, PUBLIC_URL, type Reply, TERN_FERRIES, type World } from '../world.ts';
import { addSurvey } from './asks-world.ts';

/**
 * PostgreSQL stores neither NUL nor half of a surrogate pair. What a body says is refused; in a file, where one cell of
 * thousands may hold it and nobody can mend it, U+FFFD stands for it. Each way in by file, and each text that is JSON
 * once more, is tried here: none may fail, and none may fail as a whole.
 */
const BAD = ['\ud800', '\udfff', '\0', 'x\ud83d'];
const INSTEAD = '\ufffd';
/** An emoji right where texts of so many characters are cut. */
const across = (most: number) => `${'x'.repeat(most - 1)}😀${'y'.repeat(40)}`;

let world: World;
let tern: Company;
beforeAll(async () => {
  world = await openWorld();
  tern = await world.company(TERN_FERRIES);
});
afterAll(async () => {
  await importsIdle();
  await world.close();
});

const base = () => `/api/v1/workspaces/${tern.id}`;
const ask = (method: string, at: string, body?: unknown) => world.ask(tern.people.owner, method, base() + at, body);
async function ok(method: string, at: string, body?: unknown): Promise<Reply['json']> {
  const reply = await ask(method, at, body);
  expect(reply.status, `${method} ${at}: ${reply.text.slice(0, 300)}`).toBeLessThan(300);
  return reply.json;
}
async function upload(at: string, file: string | Buffer, query: Record<string, string>) {
  const response = await world.app.request(`${base()}${at}?${new URLSearchParams(query)}`, {
    method: 'POST',
    headers: { cookie: tern.people.owner.cookie, 'content-type': 'application/octet-stream', origin: PUBLIC_URL },
    body: new Uint8Array(Buffer.from(file)),
  });
  const json: Reply['json'] = JSON.parse(await response.text());
  expect(response.status, `${at} ${query.fileName}: ${JSON.stringify(json).slice(0, 300)}`).toBeLessThan(500);
  return { status: response.status, json };
}
/** A table as CSV, in which NUL stands behind what is looked at to tell a table from a program. */
const csv = (header: string, fillers: (i: number) => string, rows: readonly string[]) =>
  [header, ...Array.from({ length: 3_000 }, (_, i) => fillers(i)), ...rows].join('\n');
const sheet = (rows: readonly (readonly string[])[]) =>
  workbook(
    rows
      .map(
        (cells, i) =>
          `<row r="${i + 1}">${cells
            .map((cell, j) => `<c r="${'ABCDEF'[j]}${i + 1}" t="inlineStr"><is><t>${cell}</t></is></c>`)
            .join('')}</row>`,
      )
      .join(''),
  );
const fixture = (name: string) => readFileSync(path.resolve(import.meta.dirname, '../reference/formats', name));
const nothingFailed = () => expect(world.logged()).not.toMatch(/failed|not remembered/);

// ── Texts that are JSON once more ────────────────────────────────────────────────────────────────────────────────────

test('attributes of a page are refused with the field, as an object and as JSON text, named and unnamed', async () => {
  const { id, key } = await ok('POST', '/sites', { name: 'Shop' });
  const survey = await addSurvey(world, tern.id, { moments: { sites: [id] } });
  const visitor = () => randomBytes(16).toString('base64url');
  const page = (what: string, attributes: unknown) =>
    world.ask(nobody, 'POST', `/api/v1/sites/${key}/${what}`, {
      ...{ visitor: visitor(), attributes, ...(what === 'ask' ? { survey, device: 'desktop' } : {}) },
    });
  for (const bad of BAD) {
    for (const attributes of [{ [`a${bad}`]: 'b' }, { a: `b${bad}` }]) {
      const text = JSON.stringify(attributes);
      const upper = text.replace(/\\u[\da-f]{4}/g, (one) => `\\u${one.slice(2).toUpperCase()}`);
      for (const sent of [attributes, text, upper]) {
        for (const what of ['identify', 'ask']) {
          const { status, json } = await page(what, sent);
          expect(status, `${what} ${JSON.stringify(sent)}`).toBe(400);
          expect(json.fields[0].field).toMatch(/^body(\.attributes|$)/);
          expect(json.fields[0].message).toMatch(/^Contains (the NUL|half of a)/);
        }
      }
    }
  }
  expect((await page('identify', JSON.stringify({ plan: 'gold 😀', a: '\\u0000 \\ud800' }))).status).toBe(200);
  nothingFailed();
});

test('so are bindings of a file', async () => {
  const survey = await addSurvey(world, tern.id);
  for (const bad of BAD) {
    for (const binding of [
      { field: `f${bad}`, key: 'q0' },
      { field: 'f', key: `q0${bad}` },
    ]) {
      const query = { fileName: 'a.csv', bindings: JSON.stringify([binding]) };
      const { status, json } = await upload(`/surveys/${survey}/exchange/answers`, '_response,f\nr1,3', query);
      expect([status, json.fields?.[0].field]).toEqual([400, 'query.bindings']);
    }
  }
});

// ── Lists of people ──────────────────────────────────────────────────────────────────────────────────────────────────

async function people(file: string | Buffer, fileName: string) {
  const { status, json } = await upload('/contact-imports', file, { fileName });
  expect([status, json.detail]).toEqual([201, undefined]);
  await ok('POST', `/contact-imports/${json.id}/preview`, json.mapping);
  await ok('POST', `/contact-imports/${json.id}/run`, json.mapping);
  for (;;) {
    const now = await ok('GET', `/contact-imports/${json.id}`);
    if (now.status !== 'running') return now;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
const attributesOf = async (key: string) =>
  inWorkspace(world.database.app.db, tern.id, async (tx) => {
    const { rows } = await sql<{ name: string; attributes: object }>`SELECT name, attributes FROM contacts
      WHERE key = ${key}`.execute(tx);
    return rows[0];
  });

test('a list of people is stored whole, with U+FFFD where a cell or a heading held what is no text', async () => {
  const book = sheet([
    ['id', 'name', 'tier_xDC00_', across(200)],
    ['w1', 'Kim _xD800_', 'gold_xD83D_', 'far'],
    ['w_xD83D__xDE00_', 'Lee', '_xDE00__xD83D_', 'near'],
  ]);
  expect(await people(book, 'a.xlsx')).toMatchObject({ status: 'done', made: 2, rejected: 0, error: null });
  expect(await attributesOf('w1')).toEqual({
    name: `Kim ${INSTEAD}`,
    attributes: { [`tier${INSTEAD}`]: `gold${INSTEAD}`, ['x'.repeat(199)]: 'far' },
  });
  expect(await attributesOf('w😀')).toMatchObject({ name: 'Lee' });
  const list = csv('id,name,notes', (i) => `f${i},Filler,some words to fill the line`, ['n\0,Ann\0,a\0b', 'n,Bo,c']);
  expect(await people(list, 'a.csv')).toMatchObject({ status: 'done', made: 3_002, error: null });
  expect(await attributesOf(`n${INSTEAD}`)).toMatchObject({
    name: `Ann${INSTEAD}`,
    attributes: { notes: `a${INSTEAD}b` },
  });
  expect(await attributesOf('n')).toMatchObject({ name: 'Bo' });
  nothingFailed();
});

// ── Tables of answers ────────────────────────────────────────────────────────────────────────────────────────────────

async function answers(file: string | Buffer, surveyName: string, mapping?: object) {
  const { status, json } = await upload('/imports', file, { fileName: 'table' });
  expect([status, json.detail]).toEqual([201, undefined]);
  await ok('PUT', `/imports/${json.id}/mapping`, mapping ?? json.mapping);
  await ok('POST', `/imports/${json.id}/run`, { mode: 'valid_rows', surveyName });
  await importsIdle();
  return ok('GET', `/imports/${json.id}`);
}

test('a table of answers is stored whole, cut texts and what only looks like an escape included', async () => {
  const book = sheet([
    ['respondent', 'boarding', 'deck', `note_xD800_`],
    ...Array.from({ length: 12 }, (_, i) => [`p${i}`, `${1 + (i % 5)}`, `up${i % 3}_xDC00_`, across(200)]),
    ['bad_xD800_', '4', '\\u0000', across(80)],
    ['_xDFFF_', across(200), 'x', 'y'],
  ]);
  const rated = { columns: ['boarding'], item: 'boarding', scale: '1-5' };
  const wide = { layout: 'wide', audience: { constant: 'customer' }, respondent: 'respondent', items: [rated] };
  const read = await answers(book, 'Of a workbook', { ...wide, attributes: ['deck', `note${INSTEAD}`] });
  expect(read).toMatchObject({ status: 'done', progress: { rowsStored: 13, rowsRejected: 1 } });
  expect(JSON.stringify(read)).not.toMatch(/\\ud[89a-f]/);
  const header = 'respondent,audience,item,value';
  const list = csv(header, (i) => `p${i},customer,boarding,${1 + (i % 5)}`, [
    ...['a\0b,customer,boarding,4', 'ab,customer,boarding,4', 'c,customer,board\0ing,3', 'e,customer,boarding,4\0'],
    `d,customer,${across(200)},3`,
  ]);
  const long = await answers(list, 'Of a list');
  expect(long).toMatchObject({ status: 'done', progress: { rowsStored: 3_004, rowsRejected: 1 } });
  const escapes = 'respondent,boarding,deck\n\\u0000,3,\\ud800\nb,4,x\nc,5,x\n';
  expect(await answers(escapes, 'Escapes', { ...wide, attributes: ['deck'] })).toMatchObject({ status: 'done' });
  nothingFailed();
});

// ── Files of other tools ─────────────────────────────────────────────────────────────────────────────────────────────

type Spoil = (text: string) => string;
/** The value with one of its texts or names spoiled, each in turn. */
function* spoiled(value: unknown, spoil: Spoil): Generator<unknown> {
  if (typeof value === 'string') yield spoil(value);
  else if (Array.isArray(value)) {
    for (const [i, child] of value.entries()) for (const one of spoiled(child, spoil)) yield value.with(i, one);
  } else if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    for (const [i, [key, child]] of entries.entries()) {
      yield Object.fromEntries(entries.with(i, [spoil(key), child]));
      for (const one of spoiled(child, spoil)) yield Object.fromEntries(entries.with(i, [key, one]));
    }
  }
}
const throughout = (value: unknown, spoil: Spoil): unknown =>
  JSON.parse(JSON.stringify(value), (_, one) => (typeof one === 'string' && /\s/.test(one) ? spoil(one) : one));

/** Some of them, others at each spoiling, all in the deep run. */
function* some<T>(all: Iterable<T>, offset: number): Generator<T> {
  const every = rounds(37, 1);
  let i = offset;
  for (const one of all) if (i++ % every === 0) yield one;
}
const SPOILERS: readonly Spoil[] = [
  ...BAD.map(
    (bad): Spoil =>
      (text) =>
        text + bad,
  ),
  (text) => `${text} ${across(1_000 - text.length - 1)}`,
];

test.each(['qualtrics.qsf', 'typeform-form.json', 'formbricks.json'])(
  '%s: a survey is made',
  async (fileName) => {
    const good = JSON.parse(fixture(fileName).toString());
    let made = 0;
    for (const [i, spoil] of SPOILERS.entries()) {
      for (const file of [throughout(good, spoil), ...some(spoiled(good, spoil), i * 7)]) {
        const { status, json } = await upload('/exchange/surveys', JSON.stringify(file), { fileName, items: 'true' });
        expect([200, 422], JSON.stringify(json)).toContain(status);
        if (status !== 200) continue;
        made++;
        expect(JSON.stringify(json)).not.toMatch(/\\u0000|\\ud[89a-f]/);
      }
    }
    expect(made).toBeGreaterThan(20);
    nothingFailed();
  },
  120_000,
);

async function published(fileName: string, file: Buffer) {
  const { json } = await upload('/exchange/surveys', file, { fileName });
  const { revision } = await ok('GET', `/surveys/${json.surveyId}/draft`);
  await ok('PUT', '/redirect-hosts', { hosts: ['example.org'] });
  await ok('POST', `/surveys/${json.surveyId}/publish`, { revision });
  return `/surveys/${json.surveyId}/exchange/answers`;
}

test.each([
  ['typeform-form.json', 'typeform-responses.json'],
  ['formbricks.json', 'formbricks.json'],
])(
  '%s: answers come in from %s',
  async (form, fileName) => {
    const at = await published(form, fixture(form));
    const good = JSON.parse(fixture(fileName).toString());
    let stored = 0;
    for (const [i, spoil] of SPOILERS.entries()) {
      for (const file of [throughout(good, spoil), ...some(spoiled(good, spoil), i * 7)]) {
        const { status, json } = await upload(at, JSON.stringify(file), { fileName });
        expect([200, 422], JSON.stringify(json)).toContain(status);
        stored += (json.stored?.added ?? 0) + (json.stored?.updated ?? 0);
      }
    }
    expect(stored).toBeGreaterThan(1);
    nothingFailed();
  },
  120_000,
);

test('answers of a table and of SPSS come in, with U+FFFD where a text held NUL', async () => {
  const monkey = fixture('surveymonkey.csv').toString();
  const [first = '', second = '', ...rows] = monkey.trimEnd().split(/\r?\n/);
  const at = await published('monkey.csv', fixture('surveymonkey.csv'));
  const many = Array.from({ length: 4_000 }, (_, i) =>
    (rows[i % rows.length] ?? '').replace(/^\d+/, String(i + 1_000)),
  );
  const spoiled = rows.map((row) =>
    row.replace(/^\d+/, (id) => `${id}\0`).replace(/whale|Nice/g, (text) => `${text}\0`),
  );
  const done = await upload(at, [first, second, ...many, ...spoiled].join('\n'), { fileName: 'monkey.csv' });
  expect(done.json).toMatchObject({ stored: { added: 4_000 + rows.length } });
  const spss = fixture('pspp-plain.sav').toString('latin1');
  const file = spss
    .replaceAll('Saint', 'Sa\0nt')
    .replaceAll('rich', 'ri\0h')
    .replaceAll('What else', 'Wh\0t else')
    .replaceAll('the end', 'the\0end')
    .replaceAll('Airport', 'Air\0ort');
  const savAt = await published('a.sav', Buffer.from(file, 'latin1'));
  const taken = await upload(savAt, Buffer.from(file, 'latin1'), { fileName: 'a.sav' });
  expect(taken.json.stored?.added).toBeGreaterThan(0);
  expect(taken.json.fields.map(({ text }: { text: string }) => text)).toContain(`Wh${INSTEAD}t else?`);
  nothingFailed();
});

test('LimeSurvey: characters that XML does not have are refused in a sentence', async () => {
  const lss = fixture('limesurvey.lss').toString();
  for (const bad of ['&#xD800;', '&#xDFFF;', '&#0;', '\0', '&#xFFFE;']) {
    const file = lss.replace(/<surveyls_title>(<!\[CDATA\[)?/, (tag) => `${tag.replace('<![CDATA[', '')}${bad}`);
    expect(file).not.toBe(lss);
    const { status, json } = await upload('/exchange/surveys', file, { fileName: 'a.lss' });
    expect([status, json.detail]).toEqual([422, expect.stringMatching(/\.$/)]);
  }
  nothingFailed();
});

// ── Mails ────────────────────────────────────────────────────────────────────────────────────────────────────────────

test('reports of mail servers are counted, whatever stands in an address', async () => {
  for (const bad of ['\0', '\ud800', '\xed\xa0\x80']) {
    const report = [
      ...[`Content-Type: multipart/report; boundary="b${bad}"`, `Message-ID: <${bad}@x>`, '', `--b${bad}`],
      ...['Content-Type: message/delivery-status', '', `Final-Recipient: rfc822; ann${bad}@tern.example`],
      ...['Action: failed', 'Status: 5.1.1', '', `--b${bad}`, 'Content-Type: message/rfc822', ''],
      ...[
        `To: ann${bad}@tern.example`,
        `Message-ID: <${bad}>`,
        `List-Unsubscribe: <https://x/${bad}>`,
        '',
        `--b${bad}--`,
      ],
    ].join('\n');
    for (const encoding of ['utf8', 'latin1'] as const) {
      const { status } = await upload('/bounce-mails', Buffer.from(report, encoding), {});
      expect(status).toBe(200);
    }
  }
  nothingFailed();
});
