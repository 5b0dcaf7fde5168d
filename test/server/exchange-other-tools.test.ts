import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Company, openWorld, TERN_FERRIES, type World } from '../world.ts';

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
): Promise<{ status: number; json: Json }> {
  const response = await world.app.request(`http://localhost:4300${base()}${url}?${new URLSearchParams(query)}`, {
    method: 'POST',
    body: typeof bytes === 'string' ? bytes : new Uint8Array(bytes),
    headers: {
      cookie: tern.people.analyst.cookie,
      'content-type': 'application/octet-stream',
      origin: 'http://localhost:4300',
    },
  });
  return { status: response.status, json: JSON.parse(await response.text()) };
}

/** Makes the survey of a file with its items and publishes it. */
async function published(fileName: string, bytes: Uint8Array | string) {
  const made = await upload('/exchange/surveys', bytes, { fileName, items: 'true' });
  expect(made.json).toMatchObject({ surveyId: expect.any(String) });
  const id: string = made.json.surveyId;
  const { revision } = (await world.ask(tern.people.lead, 'GET', `${base()}/surveys/${id}/draft`)).json;
  // What leads to other sites has to be allowed by a person before it is published.
  await world.ask(tern.people.owner, 'PUT', `${base()}/redirect-hosts`, { hosts: ['example.org'] });
  const done = await world.ask(tern.people.lead, 'POST', `${base()}/surveys/${id}/publish`, { revision });
  expect(done.json).toMatchObject({ version: 1 });
  return { id, made: made.json };
}

async function linesOf(id: string): Promise<Record<string, string>[]> {
  const response = await world.app.request(`http://localhost:4300${base()}/surveys/${id}/export?format=csv`, {
    headers: { cookie: tern.people.analyst.cookie },
  });
  return parse(Buffer.from(await response.arrayBuffer()), { columns: true, bom: true });
}

/** Takes the answers twice: the second time has to change nothing. Gives what goes out again, by the response's id. */
async function taken(id: string, bytes: Uint8Array | string, fileName: string) {
  const url = `/surveys/${id}/exchange/answers`;
  const first = await upload(url, bytes, { fileName });
  const again = await upload(url, bytes, { fileName });
  const lines = await linesOf(id);
  return {
    read: first.json,
    stored: first.json.stored,
    again: again.json.stored,
    by: (key: string) => lines.find((line) => line['_response'] === key),
  };
}

describe('surveys and answers of one tool', () => {
  test('LimeSurvey', async () => {
    const { id, made } = await published('stay.lss', fixture('limesurvey.lss'));
    expect(made).toMatchObject({
      format: { id: 'limesurvey-lss' },
      name: 'After your stay',
      definition: { languages: ['en', 'de'] },
    });
    const csv = [
      'id,submitdate,lastpage,startlanguage,seed,stay,stay[other],nps,room[SQ001],room[SQ002],tick[SQ001],tick[SQ002],order[1],order[2],again,why',
      '1,2026-03-04 10:00:00,3,de,5,-oth-,"A wedding, ours",9,A3,A1,Y,,A2,A1,Y,',
      '2,2026-03-05 10:00:00,3,en,5,A1,,0,A2,,,Y,,,N,=1+1',
    ].join('\n');
    const done = await taken(id, csv, 'results.csv');
    expect(done.read).toMatchObject({ format: { id: 'limesurvey-answers' }, unbound: [], faultCount: 0 });
    expect([done.stored, done.again]).toEqual([
      { added: 2, known: 0, updated: 0, kept: 0, setApart: 0 },
      { added: 0, known: 2, updated: 0, kept: 0, setApart: 0 },
    ]);
    expect(done.by('1')).toMatchObject({
      _day: '2026-03-04',
      _language: 'de',
      stay: '_other',
      'stay.other': 'A wedding, ours',
      nps: '9',
      'room.SQ001': '3',
      'room.SQ002': '1',
      'tick:SQ001': '1',
      again: '1',
    });
    expect(done.by('2')).toMatchObject({ stay: 'A1', nps: '0', 'room.SQ002': '', 'tick:SQ001': '0', why: "'=1+1" });
  });

  test('Typeform', async () => {
    const { id, made } = await published('form.json', fixture('typeform-form.json'));
    expect(made.report).toContainEqual({ question: 'A photo?', message: expect.stringContaining('file_upload') });
    const done = await taken(id, fixture('typeform-responses.json'), 'responses.json');
    expect(done.read).toMatchObject({ format: { id: 'typeform-answers' }, unbound: [], faultCount: 0 });
    expect([done.stored, done.again]).toEqual([
      { added: 2, known: 0, updated: 0, kept: 0, setApart: 0 },
      { added: 0, known: 2, updated: 0, kept: 0, setApart: 0 },
    ]);
    expect(done.by('tok1')).toMatchObject({
      '_attribute.order': '7',
      recommend: '9',
      clean: '4',
      purpose: 'work',
      'liked.other': 'Bar',
      again: '0',
      day: '2026-02-27',
      why: `'=HYPERLINK("x") quiet`,
    });
  });

  test('Formbricks, survey and responses in one file', async () => {
    const { id } = await published('both.json', fixture('formbricks.json'));
    const done = await taken(id, fixture('formbricks.json'), 'both.json');
    expect(done.read).toMatchObject({ format: { id: 'formbricks-both' }, unbound: [], faultCount: 0 });
    expect([done.stored, done.again]).toEqual([
      { added: 2, known: 0, updated: 0, kept: 0, setApart: 0 },
      { added: 0, known: 2, updated: 0, kept: 0, setApart: 0 },
    ]);
    expect(done.by('resp1')).toMatchObject({
      nps1: '3',
      pick: 'ch1',
      'grid.row1': '2',
      'grid.row2': '3',
      'many:m1': '1',
      'who.name': 'Ann Lee',
      '_attribute.tier': 'gold',
    });
  });
});

describe('feedback that nobody asked for', () => {
  const play = (stars: string, text: string) =>
    Buffer.from(
      `\ufeffPackage Name,App Version Name,Reviewer Language,Review Submit Date and Time,Review Submit Millis Since Epoch,Star Rating,Review Title,Review Text,Review Link\n` +
        `org.tern,1.0,de,2026-01-02T03:04:05Z,1767323045000,${stars},,${text},https://play.example/r?reviewId=gp%3AAOq\n`,
      'utf16le',
    );

  test('a review in UTF-16 counts for the item that its stars are bound to; a changed one updates it', async () => {
    const { id, made } = await published('reviews.csv', play('2', 'Zu langsam'));
    const stars = made.definition.pages[0].questions.find((question: Json) => question.id === 'stars');
    expect(made.format.id).toBe('google-play-csv');
    expect(stars).toMatchObject({ type: 'csat', points: 5, item: expect.any(String) });
    const done = await taken(id, play('2', 'Zu langsam'), 'reviews.csv');
    expect(done.by('gp:AOq')).toMatchObject({
      _day: '2026-01-02',
      _channel: 'review',
      _language: 'de',
      stars: '2',
      text: 'Zu langsam',
    });
    const changed = await taken(id, play('5', 'Besser'), 'reviews.csv');
    expect(changed.stored).toEqual({ added: 0, known: 0, updated: 1, kept: 0, setApart: 0 });
    expect(changed.by('gp:AOq')).toMatchObject({ stars: '5', text: 'Besser' });
  });

  test('tickets as lines of JSON', async () => {
    const ticket = (ticketId: number, score: string) =>
      JSON.stringify({
        id: ticketId,
        subject: 'Boat',
        description: '@late again',
        created_at: '2026-05-06T07:08:09Z',
        requester_id: 1,
        via: { channel: 'web' },
        satisfaction_rating: { score },
      });
    const lines = `${ticket(7, 'bad')}\n${ticket(8, 'unoffered')}\n`;
    const { id } = await published('tickets.jsonl', lines);
    const done = await taken(id, lines, 'tickets.jsonl');
    expect([done.stored, done.again]).toEqual([
      { added: 2, known: 0, updated: 0, kept: 0, setApart: 0 },
      { added: 0, known: 2, updated: 0, kept: 0, setApart: 0 },
    ]);
    expect(done.by('7')).toMatchObject({
      _channel: 'ticket',
      '_attribute.via': 'web',
      satisfied: '0',
      text: "'@late again",
    });
    expect(done.by('8')).toMatchObject({ satisfied: '', subject: 'Boat' });
  });
});

describe('hostile files', () => {
  const nested = (n: number) => `{"a":${'['.repeat(n)}${']'.repeat(n)}}`;
  const form = (fields: unknown, more: object = {}) => JSON.stringify({ title: 'x', settings: {}, fields, ...more });
  const lss = (inner: string) =>
    `<?xml version="1.0"?><document><LimeSurveyDocType>Survey</LimeSurveyDocType>${inner}</document>`;
  const groups = (depth: number): unknown =>
    depth === 0
      ? { ref: 'q', type: 'short_text', title: 'q' }
      : { ref: `g${depth}`, type: 'group', properties: { fields: [groups(depth - 1)] } };
  const files: [string, string][] = [
    ['a form without a field that can be asked', form([{ ref: 'a', type: 'payment', title: 'Pay' }])],
    [
      'a form of 1,001 fields',
      form(
        Array.from({ length: 1_001 }, (_, i) => ({
          ref: `f${i}`,
          type: 'group',
          title: 'x',
          properties: { fields: [{ ref: `i${i}`, type: 'short_text', title: 'x' }] },
        })),
      ),
    ],
    ['a form of groups in groups', form([{ ref: 'a', type: 'group', properties: { fields: [groups(200)] } }])],
    ['deep JSON that begins like nothing', nested(60_000)],
    ['an .lss of a label set', lss('').replace('>Survey<', '>Label set<')],
    ['an .lss without groups', lss('<questions><rows><row><qid>1</qid></row></rows></questions>')],
    ['an .lss of 200,001 rows', lss(`<answers><rows>${'<row/>'.repeat(200_001)}</rows></answers>`)],
    ['an .lss with an entity', `<!DOCTYPE a [<!ENTITY b SYSTEM "http://127.0.0.1:9/">]>${lss('<x>&b;</x>')}`],
    ['an .lss with an undeclared entity', lss('<x>&b;</x>')],
    [
      'responses whose answers are none',
      JSON.stringify({ items: [{ token: 't', answers: [null, 7, { field: {} }] }] }),
    ],
    ['Formbricks without blocks', JSON.stringify({ name: 'x', questions: [{ headline: 'x' }] })],
  ];

  test.each(files)('%s is refused in a sentence', async (_, bytes) => {
    const { status, json } = await upload('/exchange/surveys', bytes, { fileName: 'file.bin', preview: 'true' });
    expect([400, 413, 422]).toContain(status);
    expect(json.detail).toMatch(/^[A-Z“].{15,400}$/s);
    expect(json.detail).not.toMatch(/undefined|TypeError|at Object|node:/);
  });

  test('names of every object’s own are names like others', async () => {
    const fields = ['__proto__', 'constructor', 'toString'].map((ref) => ({
      ref,
      type: 'multiple_choice',
      title: ref,
      properties: { choices: [{ ref: '__proto__', label: 'hasOwnProperty' }] },
    }));
    const { status, json } = await upload('/exchange/surveys', form(fields, { hidden: ['__proto__', 'constructor'] }), {
      fileName: 'x.json',
      preview: 'true',
    });
    expect(status).toBe(200);
    expect(json.definition.pages).toHaveLength(3);
    expect(json.definition.hidden).toEqual([]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

test('of a file that a survey is made of is told how many responses it holds; a form holds none', async () => {
  const preview = async (fileName: string, from: string) =>
    (await upload('/exchange/surveys', fixture(from), { fileName, preview: 'true' })).json.responses;
  expect(await preview('held.csv', 'google-forms.csv')).toBe(4);
  expect(await preview('held.sav', 'pspp-plain.sav')).toBeGreaterThan(0);
  expect(await preview('form.json', 'typeform-form.json')).toBe(0);
  expect(await preview('form.lss', 'limesurvey.lss')).toBe(0);
  // The same file, sent once more to its survey, brings them.
  const { id, made } = await published('held.csv', fixture('google-forms.csv'));
  expect(made.responses).toBe(4);
  const { stored, again } = await taken(id, fixture('google-forms.csv'), 'held.csv');
  expect(stored.added).toBe(4);
  expect(again).toMatchObject({ added: 0 });
});
