import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { responseKey } from '../../src/server/intake/response-key.ts';
import { type Company, nobody, openWorld, type Someone, TERN_FERRIES, type World } from '../world.ts';
import { listening, quota } from './intake-world.ts';

let world: World;
let tern: Company;
beforeAll(async () => {
  world = await openWorld();
  tern = await world.company(TERN_FERRIES);
});
afterAll(() => world.close());

const fixture = (name: string) => readFileSync(path.resolve(import.meta.dirname, '../reference/formats', name));
const base = () => `/api/v1/workspaces/${tern.id}`;
type Json = ReturnType<typeof JSON.parse>;

async function upload(
  url: string,
  bytes: Uint8Array | string,
  query: Record<string, string>,
  who: Someone = tern.people.analyst,
  headers: Record<string, string> = {},
): Promise<{ status: number; json: Json }> {
  const response = await world.app.request(`http://localhost:4300${base()}${url}?${new URLSearchParams(query)}`, {
    method: 'POST',
    body: typeof bytes === 'string' ? bytes : new Uint8Array(bytes),
    headers: {
      ...{ cookie: who.cookie ?? '', 'content-type': 'application/octet-stream', origin: 'http://localhost:4300' },
      ...headers,
    },
  });
  return { status: response.status, json: JSON.parse(await response.text()) };
}

/** Makes the survey of a file and publishes it. */
async function published(name: string, bytes: Uint8Array | string, query: Record<string, string> = {}) {
  const made = await upload('/exchange/surveys', bytes, { fileName: name, ...query });
  expect(made.json).toMatchObject({ surveyId: expect.any(String) });
  const { revision } = (await world.ask(tern.people.lead, 'GET', `${base()}/surveys/${made.json.surveyId}/draft`)).json;
  const done = await world.ask(tern.people.lead, 'POST', `${base()}/surveys/${made.json.surveyId}/publish`, {
    revision,
  });
  expect(done.json).toMatchObject({ version: 1 });
  return { id: made.json.surveyId as string, made: made.json };
}

async function exported(id: string, format = 'csv'): Promise<Buffer> {
  const response = await world.app.request(`http://localhost:4300${base()}/surveys/${id}/export?format=${format}`, {
    headers: { cookie: tern.people.analyst.cookie },
  });
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}
const linesOf = async (id: string): Promise<Record<string, string>[]> =>
  parse(await exported(id), { columns: true, bom: true });
const answersUrl = (id: string) => `/surveys/${id}/exchange/answers`;

test('a file under a key that another of the same length had is refused, not acknowledged and lost', async () => {
  const { id } = await published('crossing.qsf', fixture('qualtrics.qsf'), { items: 'true' });
  const send = (text: string) =>
    upload(answersUrl(id), text, { fileName: 'a.csv' }, tern.people.analyst, {
      'content-length': String(text.length),
      'idempotency-key': 'one-file',
    });
  const [first, second] = ['r1,3', 'r2,8'].map((row) => `_response,QID1\n${row}\n`) as [string, string];
  expect((await send(first)).json.stored).toMatchObject({ added: 1 });
  expect((await send(second)).status).toBe(422);
  expect((await send(first)).json.stored).toMatchObject({ added: 1 });
  expect((await linesOf(id)).map(({ _response }) => _response)).toEqual(['r1']);
});

describe('Qualtrics', () => {
  test('a preview says what would be made and what not, and makes nothing', async () => {
    const { status, json } = await upload('/exchange/surveys', fixture('qualtrics.qsf'), {
      fileName: 'x.qsf',
      preview: 'true',
    });
    expect(status).toBe(200);
    expect(json).toMatchObject({ format: { id: 'qualtrics-qsf' }, name: 'Crossing 2026', surveyId: null });
    const { definition } = json;
    const question = (id: string) =>
      definition.pages.flatMap((page: Json) => page.questions).find((one: Json) => one.id === id);
    expect(question('QID1')).toMatchObject({
      type: 'nps',
      text: { customer: { en: 'How likely are you to recommend Tern Ferries?' } },
    });
    expect(question('QID2')).toMatchObject({
      type: 'single',
      other: true,
      choices: [{ id: '10' }, { id: '20' }],
      text: { customer: { en: 'Which deck, {{hidden:order|…}}?' } },
    });
    expect(question('QID3')).toMatchObject({ required: 'yes' });
    expect(question('QID5')).toMatchObject({
      type: 'matrix',
      min: 1,
      max: 5,
      notApplicable: true,
      rows: [{ id: '1' }, { id: '2' }],
    });
    expect(question('QID6')).toMatchObject({ showIf: { of: 'answer', key: 'QID4', is: 'has', value: '3' } });
    expect(question('QID8')).toMatchObject({ type: 'slider', min: 0, max: 10 });
    expect(question('QID11')).toMatchObject({ type: 'rating', min: 1, max: 5 });
    expect(question('QID99')).toBeUndefined();
    expect(definition.hidden).toEqual(['order']);
    expect(definition.pages[1]).toMatchObject({ jumps: [{ if: { key: 'QID3', is: 'eq', value: '2' }, to: 'end' }] });
    expect(definition.pages.at(-1).showIf).toEqual({ of: 'answer', key: 'QID2', is: 'eq', value: '10' });
    expect(json.report).toContainEqual({ question: 'Q9', message: expect.stringContaining('HeatMap') });
    expect(json.report).toContainEqual({ question: null, message: expect.stringContaining('Ship Name') });
    expect(json.items[0]).toMatchObject({
      key: expect.stringMatching(/\.QID1$/),
      scale: { min: 0, max: 10, topBox: 9 },
    });
  });

  test('answers come in, go out with the same values, and the same file again changes nothing', async () => {
    const { id, made } = await published('crossing.qsf', fixture('qualtrics.qsf'), { items: 'true' });
    expect(made.items.length).toBeGreaterThan(4);
    const look = await upload(answersUrl(id), fixture('qualtrics.csv'), { fileName: 'a.csv', preview: 'true' });
    expect(look.json).toMatchObject({
      format: { id: 'qualtrics-answers' },
      responses: 2,
      stored: null,
      unbound: [],
      faultCount: 0,
    });
    const first = await upload(answersUrl(id), fixture('qualtrics.csv'), { fileName: 'a.csv' });
    expect(first.json.stored).toEqual({ added: 2, known: 0, updated: 0, kept: 0, setApart: 0 });
    const again = await upload(answersUrl(id), fixture('qualtrics.csv'), { fileName: 'a.csv' });
    expect(again.json.stored).toEqual({ added: 0, known: 2, updated: 0, kept: 0, setApart: 0 });
    const changed = fixture('qualtrics.csv').toString().replace('R_2,DE,0,', 'R_2,DE,3,');
    expect((await upload(answersUrl(id), changed, { fileName: 'a.csv' })).json.stored).toEqual({
      added: 0,
      known: 1,
      updated: 1,
      kept: 0,
      setApart: 0,
    });

    const lines = await linesOf(id);
    const by = (key: string) => lines.find((line) => line._response === key);
    expect(by('R_1')).toMatchObject({
      _day: '2026-03-04',
      _language: 'EN',
      '_attribute.order': 'A-17',
      QID1: '9',
      QID2: '10',
      QID3: '1',
      'QID4:1': '1',
      'QID4:2': '0',
      'QID4:3': '1',
      'QID5.1': '5',
      'QID5.2': 'n/a',
      QID6: 'A "great" day,\nreally',
      'QID7:1': '2',
      'QID7:2': '1',
      QID8: '7',
      QID10: '33',
      QID11: '4',
    });
    expect(by('R_2')).toMatchObject({ QID1: '3', QID2: '_other', 'QID2.other': "'=Bridge", QID3: '2' });
    expect(by('R_3')).toBeUndefined();
  });

  test('of a file that breaks off on its way the answer and the log say what was stored', async () => {
    const { id } = await published('breaks.qsf', fixture('qualtrics.qsf'));
    const lines = fixture('qualtrics.csv').toString().split('\n');
    const row = lines.find((line) => line.includes(',R_2,')) ?? '';
    const keys = [...Array.from({ length: 1_000 }, (_, i) => `many-${i}`), 'breaks-here'];
    const file = [...lines.slice(0, 3), ...keys.map((key) => row.replace('R_2', key)), ''].join('\n');
    const owner = new pg.Client(world.database.superuserUrl);
    await owner.connect();
    await owner.query(`CREATE FUNCTION breaks() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE disk_full; END';
      CREATE TRIGGER breaks BEFORE INSERT ON responses FOR EACH ROW WHEN (NEW.key = 'breaks-here') EXECUTE FUNCTION breaks()`);
    const only = [...lines.slice(0, 3), row.replace('R_2', 'breaks-here'), ''].join('\n');
    const atOnce = await upload(answersUrl(id), only, { fileName: 'a.csv' });
    const broken = await upload(answersUrl(id), file, { fileName: 'a.csv' });
    await owner.query('DROP FUNCTION breaks CASCADE');
    await owner.end();
    expect(broken).toMatchObject({ status: 503, json: { code: 'unavailable' } });
    expect(broken.json.detail).toBe(
      'The disk is full. Nothing more was stored; make room, then try again. ' +
        '1,000 responses of this file were stored before, and stay; the same file again brings the rest.',
    );
    expect(world.logged()).toContain('a file broke off on its way');
    expect(atOnce.json.detail).toBe('The disk is full. Nothing was stored; make room, then try again.');
    expect(await linesOf(id)).toHaveLength(1_000);
    const log = async () => {
      const { entries } = (await world.ask(tern.people.owner, 'GET', `${base()}/audit?limit=3`)).json;
      return entries.find(({ action }: { action: string }) => action === 'answers.import');
    };
    const detail = { audience: 'customer', added: 1_000, known: 0, updated: 0, kept: 0, setApart: 0 };
    expect(await log()).toMatchObject({ detail: { ...detail, brokeOff: true } });
    // The same file once more brings the rest.
    expect((await upload(answersUrl(id), file, { fileName: 'a.csv' })).json.stored).toMatchObject({ added: 1 });
    expect((await log()).detail).not.toHaveProperty('brokeOff');
  });

  test('what came by a link stays as it was given, and the report says so', async () => {
    const { id } = await published('live.qsf', fixture('qualtrics.qsf'));
    const made = await world.ask(tern.people.lead, 'POST', `${base()}/surveys/${id}/links`, { audience: 'customer' });
    const response = randomUUID();
    const body = {
      link: made.json.token,
      response,
      version: 1,
      part: 0,
      answers: { QID1: 1 },
      finished: true,
      took: 60_000,
    };
    expect((await world.ask(nobody, 'POST', '/api/v1/responses', body)).status).toBe(200);
    const file = fixture('qualtrics.csv').toString().replaceAll('R_1', responseKey(response));
    const stored = { added: 1, known: 0, updated: 0, kept: 1, setApart: 0 };
    expect((await upload(answersUrl(id), file, { fileName: 'a.csv' })).json.stored).toEqual(stored);
    expect((await linesOf(id)).find((line) => line._response === responseKey(response))).toMatchObject({
      QID1: '1',
      QID6: '',
    });
    // Later parts of it still fit.
    const late = { ...body, part: 1, answers: { QID8: 7 } };
    expect((await world.ask(nobody, 'POST', '/api/v1/responses', late)).status).toBe(200);
  });

  test('the same ids in another wave are other people; within a wave the same file changes nothing', async () => {
    const { id } = await published('waves.qsf', fixture('qualtrics.qsf'));
    const wave = async (name: string, audience = 'customer'): Promise<string> =>
      (await world.ask(tern.people.lead, 'POST', `${base()}/surveys/${id}/waves`, { name, audience })).json.id;
    const [spring, autumn] = [await wave('spring'), await wave('autumn')];
    const take = async (waveId: string, text = fixture('qualtrics.csv').toString()) =>
      (await upload(answersUrl(id), text, { fileName: 'a.csv', waveId })).json;
    expect((await take(spring)).stored).toMatchObject({ added: 2, known: 0 });
    expect((await take(autumn)).stored).toMatchObject({ added: 2, known: 0 });
    expect((await take(autumn)).stored).toMatchObject({ added: 0, known: 2 });
    const changed = fixture('qualtrics.csv').toString().replace('R_2,DE,0,', 'R_2,DE,3,');
    expect((await take(spring, changed)).stored).toMatchObject({ added: 0, known: 1, updated: 1, kept: 0 });
    const lines = (await linesOf(id)).map(({ _wave, _response, QID1 }) => [_wave, _response, QID1]);
    const expected = [spring, autumn].flatMap((of) => [
      [of, `${of}:R_1`, '9'],
      [of, `${of}:R_2`, of === spring ? '3' : '0'],
    ]);
    expect(lines.sort()).toEqual(expected.sort());
    // What went out of here comes back as what it was.
    const back = await upload(answersUrl(id), await exported(id), { fileName: 'own.csv' });
    expect(back.json.stored).toMatchObject({ added: 0, known: 4, updated: 0, kept: 0 });
    expect(await take(await wave('staff', 'staff'))).toMatchObject({
      status: 422,
      fields: [{ field: 'query.waveId' }],
    });
    // Whoever is erased by their id there is erased in every wave.
    const erased = await world.ask(tern.people.lead, 'DELETE', `${base()}/respondents?key=R_2&surveyId=${id}`);
    expect(erased.json).toEqual({ responses: 2 });
    expect((await linesOf(id)).map(({ _response }) => _response).sort()).toEqual(
      [`${autumn}:R_1`, `${spring}:R_1`].sort(),
    );
  });

  test('who is replaced by a later file holds one place in a quota, not two', async () => {
    const { surveyId } = await listening(world, tern.id, { quotas: [quota(2)] });
    const responses = ['a', 'b'].map((key) => ({ key, answers: { q0: 3 } }));
    const body = { audience: 'customer', responses };
    await world.ask(tern.people.owner, 'POST', `${base()}/surveys/${surveyId}/responses`, body);
    const file = (await exported(surveyId)).toString().replaceAll(',3,', ',4,');
    const [head, ...rows] = file.trimEnd().split(/\r?\n/);
    const another = rows[0]?.replace('a,', 'c,');
    const again = await upload(answersUrl(surveyId), [head, another, ...rows].join('\n'), { fileName: 'own.csv' });
    expect(again.json.stored).toEqual({ added: 0, known: 0, updated: 2, kept: 0, setApart: 1 });
  });

  test('nothing from elsewhere goes into a wave of staff who were invited', async () => {
    const { surveyId: id } = await listening(world, tern.id);
    const ask = (path: string, body?: object, method = 'POST') =>
      world.ask(tern.people.lead, method, `${base()}${path}`, body);
    const wave = async (name: string) =>
      (await ask(`/surveys/${id}/waves`, { name, audience: 'staff' })).json.id as string;
    const [asked, other] = [await wave('asked'), await wave('other')];
    expect((await ask(`/waves/${asked}/invitations`, { count: 6 })).status).toBe(201);
    const take = (waveId: string) =>
      upload(answersUrl(id), '_response,q0,q1\nr1,3,3\nr2,4,4', { fileName: 'own.csv', audience: 'staff', waveId });
    const link = (waveId: string | null) => ask(`/surveys/${id}/links`, { audience: 'staff', waveId });
    const open = (await link(null)).json;
    const moved = (waveId: string) => ask(`/surveys/${id}/links/${open.token}`, { waveId }, 'PATCH');
    const refused = [await take(asked), await link(asked), await moved(asked)];
    expect(refused.map(({ status, json }) => [status, json.fields?.[0].field])).toEqual([
      [422, 'query.waveId'],
      [422, 'body.waveId'],
      [422, 'body.waveId'],
    ]);
    expect((await take(other)).json.stored).toMatchObject({ added: 2 });
    expect([(await link(other)).status, (await moved(other)).status]).toEqual([201, 200]);
    // Nor the other way round.
    const linked = await wave('linked');
    expect((await ask(`/waves/${linked}/invitations`, { count: 6 })).status).toBe(201);
    for (const waveId of [other, await wave('moved')]) {
      await moved(waveId);
      expect((await ask(`/waves/${waveId}/invitations`, { count: 6 })).status).toBe(409);
    }
    expect((await ask(`/waves/${other}/estimate`, undefined, 'GET')).text).toContain(
      'Answers of this wave come from elsewhere',
    );
    // A closed link is none of them, as long as it stays closed.
    const later = await wave('later');
    const shut = (await link(later)).json;
    const change = (body: object) => ask(`/surveys/${id}/links/${shut.token}`, body, 'PATCH');
    expect((await change({ closed: true })).status).toBe(200);
    expect((await change({ closed: false })).status).toBe(200);
    expect((await change({ closed: true })).status).toBe(200);
    expect((await ask(`/waves/${later}/invitations`, { count: 6 })).status).toBe(201);
    const reopened = await change({ closed: false });
    expect([reopened.status, reopened.json.fields?.[0].field]).toEqual([422, 'body.closed']);
    const { links } = (await ask(`/surveys/${id}/links`, undefined, 'GET')).json;
    expect(links.find(({ token }: Json) => token === shut.token)).toMatchObject({ closed: true, waveId: later });
    expect((await change({ name: 'Spring' })).json).toMatchObject({ closed: true, name: 'Spring' });
    expect((await change({ closed: false, waveId: null })).json).toMatchObject({ closed: false, waveId: null });
  });

  test.each(['csv', 'xlsx', 'sav'])('what went out as %s comes in again as it was', async (format) => {
    const source = await published(`source-${format}.qsf`, fixture('qualtrics.qsf'));
    await upload(answersUrl(source.id), fixture('qualtrics.csv'), { fileName: 'a.csv' });
    const target = await published(`target-${format}.qsf`, fixture('qualtrics.qsf'));
    const back = await upload(answersUrl(target.id), await exported(source.id, format), { fileName: `a.${format}` });
    expect(back.json).toMatchObject({ stored: { added: 2 }, faultCount: 0 });
    const [before, after] = [await linesOf(source.id), await linesOf(target.id)];
    const sorted = (lines: Record<string, string>[]) =>
      lines.map(({ _contact, ...line }) => line).sort((a, b) => (String(a._response) < String(b._response) ? -1 : 1));
    expect(sorted(after)).toEqual(sorted(before));
  });
});

describe('tables of other tools', () => {
  test('SurveyMonkey: two header rows, a survey is proposed and its answers fit', async () => {
    const { id, made } = await published('monkey.csv', fixture('surveymonkey.csv'));
    const types = made.definition.pages.flatMap((page: Json) => page.questions).map((one: Json) => one.type);
    expect(made.format.id).toBe('surveymonkey-answers');
    expect(types).toEqual(['single', 'multiple', 'single', 'single', 'short']);
    const done = await upload(answersUrl(id), fixture('surveymonkey.csv'), { fileName: 'monkey.csv' });
    expect(done.json).toMatchObject({ stored: { added: 4 }, faultCount: 0, unbound: [] });
    const line = (await linesOf(id)).find(({ _response }) => _response === '118');
    expect(line).toMatchObject({ _day: '2026-03-04', 'q8.other': 'a whale' });
  });

  test('Google Forms: grids, checkboxes, and rows without an id', async () => {
    const { id, made } = await published('forms.csv', fixture('google-forms.csv'));
    const types = made.definition.pages.flatMap((page: Json) => page.questions).map((one: Json) => one.type);
    expect(types).toEqual(['nps', 'multiple', 'matrix', 'date']);
    const done = await upload(answersUrl(id), fixture('google-forms.csv'), { fileName: 'forms.csv' });
    expect(done.json).toMatchObject({ stored: { added: 4 }, faultCount: 0 });
    const again = await upload(answersUrl(id), fixture('google-forms.csv'), { fileName: 'forms.csv' });
    expect(again.json.stored).toEqual({ added: 0, known: 4, updated: 0, kept: 0, setApart: 0 });
  });

  test('SPSS: labels become choices, user-missing "does not apply"', async () => {
    const { id, made } = await published('pspp.sav', fixture('pspp-zlib.zsav'));
    expect(made.definition.pages[0].questions.map((one: Json) => [one.id, one.type])).toEqual([
      ['satisfaction_overall', 'rating'],
      ['price', 'number'],
      ['visited', 'date'],
      ['code', 'single'],
      ['town', 'single'],
      ['comment', 'long'],
    ]);
    const done = await upload(answersUrl(id), fixture('pspp-plain.sav'), { fileName: 'pspp.sav' });
    expect(done.json.stored).toEqual({ added: 3, known: 0, updated: 0, kept: 0, setApart: 0 });
    const lines = await linesOf(id);
    expect(lines.map((line) => line.satisfaction_overall).sort()).toEqual(['', '5', 'n/a']);
  });
});

describe('hostile files', () => {
  const deep = (n: number) => `{"SurveyEntry":{},"SurveyElements":${'['.repeat(n)}${']'.repeat(n)}}`;
  const qsf = (elements: unknown) => JSON.stringify({ SurveyEntry: { SurveyName: 'x' }, SurveyElements: elements });
  const sav = (change: (bytes: Buffer) => void, name = 'pspp-plain.sav') => {
    const bytes = Buffer.from(fixture(name));
    change(bytes);
    return bytes;
  };
  const header = fixture('qualtrics.csv').toString().split('\n').slice(0, 3).join('\n');
  const files: [string, Uint8Array | string][] = [
    ['nothing but a blank', ' '],
    ['zero bytes', Buffer.alloc(1000)],
    ['noise', Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * 7919) % 256))],
    ['a picture', Buffer.from('\x89PNG\r\n\x1a\n0000', 'latin1')],
    ['a PDF', '%PDF-1.7\n1 0 obj'],
    ['a program', Buffer.from('MZ\x90\0\x03\0\0\0', 'latin1')],
    ['an empty object', '{}'],
    ['an empty list', '[]'],
    ['a number', '42'],
    ['broken JSON', '{"SurveyEntry":{'],
    ['deep JSON', deep(5_000)],
    ['very deep JSON', deep(100_000)],
    ['a QSF without elements', qsf([])],
    ['a QSF of null', qsf(null)],
    ['a QSF of a number', qsf(7)],
    ['a QSF of a text', qsf('elements')],
    ['a QSF of nulls', qsf([null, null])],
    ['a QSF of too many elements', qsf(Array.from({ length: 6_000 }, () => ({})))],
    ['a QSF without questions', qsf([{ Element: 'FL', Payload: { Flow: [] } }])],
    [
      'a QSF with questions that are none',
      qsf([{ Element: 'SQ', Payload: { QuestionID: 'QID1', QuestionType: 'Draw' } }]),
    ],
    [
      'a QSF with __proto__',
      '{"SurveyEntry":{},"__proto__":{"polluted":1},"SurveyElements":[{"__proto__":{"polluted":1}}]}',
    ],
    ['a QSF with constructor', qsf([{ Element: 'SQ', constructor: { prototype: { polluted: 1 } }, Payload: 'x' }])],
    [
      'billion laughs',
      '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><document><LimeSurveyDocType>Survey</LimeSurveyDocType>&b;</document>',
    ],
    [
      'an external entity',
      '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]><document><LimeSurveyDocType>Survey</LimeSurveyDocType>&a;</document>',
    ],
    ['XML that never ends', '<?xml version="1.0"?><document><LimeSurveyDocType>Survey</LimeSurveyDocType><a><b>'],
    [
      'deep XML',
      `<?xml version="1.0"?><document><LimeSurveyDocType>Survey</LimeSurveyDocType>${'<a>'.repeat(10_000)}${'</a>'.repeat(10_000)}</document>`,
    ],
    ['a web page', '<html><script>alert(1)</script></html>'],
    ['a .sav of four bytes', '$FL2'],
    ['a .sav that breaks off', fixture('pspp-plain.sav').subarray(0, 300)],
    ['a .sav that breaks off in its data', fixture('pspp-plain.sav').subarray(0, -5)],
    ['a .sav of another layout', sav((bytes) => bytes.writeInt32LE(77, 64))],
    ['a .sav of another compression', sav((bytes) => bytes.writeInt32LE(9, 72))],
    ['a .sav with a label of 2 GB', sav((bytes) => bytes.writeInt32LE(0x7fffffff, 176 + 32))],
    ['a .sav with a negative label', sav((bytes) => bytes.writeInt32LE(-5, 176 + 32))],
    ['a .sav with a text of 70,000 bytes', sav((bytes) => bytes.writeInt32LE(70_000, 176 + 4))],
    ['a .sav with 99 missing values', sav((bytes) => bytes.writeInt32LE(99, 176 + 12))],
    ['a .sav with an unknown record', sav((bytes) => bytes.writeInt32LE(55, 176))],
    [
      'a .zsav whose trailer points nowhere',
      sav((bytes) => bytes.writeInt32LE(0x7fffffff, bytes.length - 4), 'pspp-zlib.zsav'),
    ],
    ['a ZIP of nothing', Buffer.from('PK\x05\x06'.padEnd(22, '\0'), 'latin1')],
    ['a ZIP that is none', Buffer.from('PK\x03\x04 nothing at all', 'latin1')],
    ['a table of one column', 'a\n1\n2\n'],
    ['a table of more than 3 million cells', `${'1,'.repeat(1_500)}\n`.repeat(2_100)],
    ['a Qualtrics file without questions', `${header.replaceAll('QID', 'XID')}\n1,2,3`],
    ['a table that opens a quotation mark for ever', `"${'x'.repeat(5_000_000)}`],
  ];

  test.each(files)('%s is refused in a sentence', async (_, bytes) => {
    const { status, json } = await upload('/exchange/surveys', bytes, { fileName: 'file.bin' });
    expect([400, 413, 422]).toContain(status);
    expect(json.detail).toMatch(/^[A-Z“].{15,400}$/s);
    expect(json.detail).not.toMatch(/undefined|TypeError|at Object|node:/);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('there are at least forty of them', () => expect(files.length).toBeGreaterThanOrEqual(40));

  test('markup becomes text, and what is too long is cut', async () => {
    const evil = fixture('qualtrics.qsf')
      .toString()
      .replace('Anything else?', `<img src=x onerror=alert(1)>&lt;b&gt;<scr<script>ipt>${'y'.repeat(9_000)}`);
    const { json } = await upload('/exchange/surveys', evil, { fileName: 'x.qsf', preview: 'true' });
    const question = json.definition.pages
      .flatMap((page: Json) => page.questions)
      .find((one: Json) => one.id === 'QID6');
    const text: string = question.text.customer.en;
    expect(text.length).toBeLessThanOrEqual(4_000);
    expect(text).toMatch(/^<b>/);
    expect(text).not.toContain('onerror');
  });

  test('a viewer may not upload', async () => {
    const { status } = await upload(
      '/exchange/surveys',
      fixture('qualtrics.qsf'),
      { fileName: 'x' },
      tern.people.viewer,
    );
    expect(status).toBe(403);
  });
});
