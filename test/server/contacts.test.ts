import { afterAll, beforeAll, expect, test } from 'vitest';
import { rounds } from '../deep.ts';
import { workbook } from '../workbook.ts';
import { type Company, openWorld, PUBLIC_URL, TERN_FERRIES, type World } from '../world.ts';

let world: World;
let tern: Company;
beforeAll(async () => {
  world = await openWorld();
  tern = await world.company(TERN_FERRIES);
});
afterAll(() => world.close());

const owner = (method: string, at: string, body?: unknown, headers?: Record<string, string>) =>
  world.ask(tern.people.owner, method, `/api/v1/workspaces/${tern.id}${at}`, body, headers);
const find = async (search: string) =>
  (await owner('GET', `/contacts?search=${encodeURIComponent(search)}`)).json.contacts;

async function send(file: string | Buffer, name: string): Promise<{ status: number; json: Upload }> {
  const reply = await world.app.request(`/api/v1/workspaces/${tern.id}/contact-imports?fileName=${name}`, {
    method: 'POST',
    headers: { cookie: tern.people.owner.cookie ?? '', 'content-type': 'application/octet-stream', origin: PUBLIC_URL },
    body: new Uint8Array(Buffer.from(file)),
  });
  return { status: reply.status, json: JSON.parse(await reply.text()) };
}
interface Upload {
  readonly id: string;
  readonly columns: string[];
  readonly mapping: { readonly columns: { readonly role: string }[] };
}
async function upload(file: string | Buffer, name = 'people.csv'): Promise<Upload> {
  const sent = await send(file, name);
  expect(sent.status, JSON.stringify(sent.json)).toBe(201);
  return sent.json;
}
async function finished(id: string) {
  for (;;) {
    const { json } = await owner('GET', `/contact-imports/${id}`);
    if (json.status !== 'running') return json;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

test('a batch finds people by key, then by address; what is left out stays, attributes are added', async () => {
  const batch = async (contacts: object[]) => (await owner('POST', '/contact-batches', { contacts })).json;
  expect(await batch([{ key: 'a1', email: 'Ann@Tern.example', name: 'Ann', attributes: { city: 'Bergen' } }])).toEqual({
    made: 1,
    changed: 0,
    leftOut: 0,
  });
  expect(await batch([{ email: 'ann@tern.example', language: 'de', attributes: { seat: '4' } }])).toMatchObject({
    made: 0,
    changed: 1,
  });
  // Another key with the same address is another person.
  expect(await batch([{ key: 'a2', email: 'ann@tern.example' }])).toMatchObject({ made: 1, changed: 0 });
  // Twice in one list: the last one holds, field by field; one with the address alone finds the one with the key.
  const twice = [
    { key: 'b1', email: 'bo@tern.example', name: 'Bo', attributes: { city: 'Oslo', seat: '1' } },
    { email: 'BO@tern.example', attributes: { seat: '2' } },
    { key: 'b1', attributes: { city: 'Paris' } },
  ];
  await batch(twice);
  const [bo, ...others] = await find('bo@tern');
  expect(others).toEqual([]);
  expect(bo).toMatchObject({ key: 'b1', name: 'Bo', attributes: { city: 'Paris', seat: '2' } });
  const ann = (await find('ann@tern')).find(({ key }: { key: string }) => key === 'a1');
  expect(ann).toMatchObject({ name: 'Ann', language: 'de', attributes: { city: 'Bergen', seat: '4' }, consent: null });
  // The same key in another audience is another person.
  expect(await batch([{ key: 'a1', audience: 'staff', name: 'Ann at work' }])).toMatchObject({ made: 1 });
  expect((await owner('POST', '/contact-batches', { contacts: [{ attributes: {} }] })).status).toBe(400);
  for (const email of ['a@b', 'a@b.c\r\nBcc: x@y.zz', 'a,b@c.de', '<a@b.de>']) {
    expect([email, (await owner('POST', '/contact-batches', { contacts: [{ email }] })).status]).toEqual([email, 400]);
  }
});

test('opting out holds for the address, outlives erasure, and is taken back only with a new consent', async () => {
  const made = async (body: object) => (await owner('POST', '/contacts', body)).json.id;
  const id = await made({ key: 'c1', email: 'cy@tern.example' });
  const other = await made({ key: 'c2', email: 'cy@tern.example', audience: 'staff' });
  expect((await owner('PATCH', `/contacts/${id}`, { unsubscribed: true })).status).toBe(200);
  for (const one of [id, other]) expect((await owner('GET', `/contacts/${one}`)).json.unsubscribedAt).not.toBeNull();
  const later = await made({ key: 'c3', email: 'CY@tern.example' });
  expect((await owner('GET', `/contacts/${later}`)).json.unsubscribedAt).not.toBeNull();
  expect((await owner('PATCH', `/contacts/${id}`, { unsubscribed: false })).status).toBe(400);
  const consent = { given: true, to: 'surveys about crossings', source: 'counter, form 7' };
  expect((await owner('PATCH', `/contacts/${id}`, { unsubscribed: false, consent })).status).toBe(200);
  expect((await owner('GET', `/contacts/${id}`)).json).toMatchObject({ unsubscribedAt: null, consent });
  expect((await owner('DELETE', `/contacts/${id}`)).status).toBe(200);
  const batch = { contacts: [{ email: 'cy@tern.example', name: 'Cy' }, { email: 'new@tern.example' }] };
  expect((await owner('POST', '/contact-batches', batch)).json).toEqual({ made: 1, changed: 0, leftOut: 1 });
  expect((await owner('GET', '/contact-reach')).json.unsubscribed).toBe(2);
});

test('a list of people: columns guessed, previewed, bad rows named by place and reason, the others stored', async () => {
  const text = [
    'Customer ID;E-Mail;Name;Sprache;Time zone;Opt-in;City;Notes',
    'd1;dee@tern.example;Dee;de_DE;Europe/Berlin;ja;Bergen;"likes; boats"',
    'd2;not an address;Di;;;;;',
    'd3;do@tern.example;=cmd();de;Europe/Berlin;maybe;;',
    ';;;;;;Oslo;',
    'd1;;Dee Second;;;;;again',
    "d4;dora@tern.example;Robert') DROP TABLE contacts--;EN;;nein;{{attribute:x}};<img src=x onerror=__pwn()>",
  ].join('\n');
  const { id, mapping, columns } = await upload(text);
  expect(mapping.columns.map(({ role }: { role: string }) => role)).toEqual([
    'key',
    'email',
    'name',
    'language',
    'timeZone',
    'consent',
    'attribute',
    'attribute',
  ]);
  expect(columns[6]).toBe('City');
  const preview = (await owner('POST', `/contact-imports/${id}/preview`, mapping)).json;
  expect(preview).toMatchObject({ rowsLookedAt: 6, rowsRejected: 3, rowsRepeated: 1, rowsWithoutId: 0 });
  expect(preview.notes).toEqual([
    {
      ...{ row: 6, column: '', value: 'd1' },
      reason: 'The same person as in row 2: stored once, and what stands here holds.',
    },
  ]);
  expect(preview.rejections[1]).toEqual({
    ...{ row: 4, column: 'Opt-in', value: 'maybe' },
    reason: 'This is neither yes nor no.',
  });
  expect(preview.people[0]).toMatchObject({
    row: 2,
    key: 'd1',
    language: 'de-DE',
    attributes: { City: 'Bergen', Notes: 'likes; boats' },
  });
  expect(await find('dee')).toEqual([]);
  expect(
    (await owner('POST', `/contact-imports/${id}/run`, { ...mapping, columns: mapping.columns.slice(1) })).status,
  ).toBe(422);
  expect((await owner('POST', `/contact-imports/${id}/run`, mapping)).status).toBe(202);
  const done = await finished(id);
  expect(done).toMatchObject({ status: 'done', rowsRead: 6, made: 2, changed: 1, rejected: 3, error: null });
  expect(done.rejections.map(({ row, column }: { row: number; column: string }) => `${row} ${column}`)).toEqual([
    '3 E-Mail',
    '4 Opt-in',
    '5 ',
  ]);
  expect(JSON.stringify(done.rejections)).not.toContain('maybe');
  const [dee] = await find('dee@tern');
  expect(dee).toMatchObject({
    name: 'Dee Second',
    timeZone: 'Europe/Berlin',
    attributes: { City: 'Bergen', Notes: 'again' },
    consent: { given: true },
  });
  const [dora] = await find('dora');
  expect(dora.name).toBe("Robert') DROP TABLE contacts--");
  for (const late of ['preview', 'run']) {
    const { status, json } = await owner('POST', `/contact-imports/${id}/${late}`, mapping);
    expect([status, json.code], late).toEqual([410, 'gone']);
    expect(json.detail, late).toContain('Choose the file again.');
  }
});

test('who could not be known again is not doubled unasked; a wish that is none costs nobody; cells beyond are told', async () => {
  const text = [
    'E-mail,Name,Language,Time zone,City',
    ',Nobody Known,,,Oslo',
    'fay@tern.example,Fay,klingonish-as-spoken,Mars/Olympus,Oslo',
    'gus@tern.example,Gus, Jr,de,Europe/Berlin,Rome',
    'FAY@tern.example,,,,Bergen,,,',
  ].join('\n');
  const once = async (choice: object) => {
    const { id, mapping } = await upload(text);
    const preview = (await owner('POST', `/contact-imports/${id}/preview`, { ...mapping, ...choice })).json;
    await owner('POST', `/contact-imports/${id}/run`, { ...mapping, ...choice });
    return { preview, done: await finished(id) };
  };
  const { preview, done } = await once({});
  expect(preview).toMatchObject({ rowsLookedAt: 4, rowsRejected: 2, rowsWithoutId: 1, rowsRepeated: 1 });
  const rejections = [
    { row: 2, column: '', reason: 'Neither a key nor an e-mail address: each import would add this person anew.' },
    { row: 4, column: '', reason: 'More cells than the 5 columns: is a separator inside one?' },
  ];
  const notes = [
    { row: 3, column: 'Language', reason: 'This is no language such as en, de or pt-BR.' },
    { row: 3, column: 'Time zone', reason: 'This is no time zone such as Europe/Berlin.' },
  ];
  expect(done).toMatchObject({ status: 'done', made: 1, changed: 1, rejected: 2 });
  // Where, never what.
  expect(done.rejections).toEqual(rejections);
  expect(done.notes).toEqual(notes);
  expect(preview.rejections).toEqual([
    { ...rejections[0], value: 'Nobody Known' },
    { ...rejections[1], value: 'Rome' },
  ]);
  expect(preview.notes).toEqual([
    { ...notes[0], value: 'klingonish-as-spoken' },
    { ...notes[1], value: 'Mars/Olympus' },
    { ...{ row: 5, column: '', value: 'fay@tern.example' }, reason: expect.stringContaining('as in row 3') },
  ]);
  expect(await find('fay@tern')).toMatchObject([{ name: 'Fay', language: null, attributes: { City: 'Bergen' } }]);
  expect(await find('Nobody Known')).toEqual([]);
  for (const times of [1, 2]) {
    expect((await once({ withoutId: 'add' })).done).toMatchObject({ made: 1, rejected: 1 });
    expect(await find('Nobody Known')).toHaveLength(times);
  }
});

test('a large list streams in, twice without doubling anybody', async () => {
  const n = rounds(20_000, 1_000_000);
  const lines = ['id,email,name,city'];
  for (let i = 0; i < n; i++) lines.push(`big-${i},big${i}@tern.example,Person ${i},City ${i % 50}`);
  const text = lines.join('\n');
  for (const expected of [
    { made: n, changed: 0 },
    { made: 0, changed: n },
  ]) {
    const { id, mapping } = await upload(text);
    await owner('POST', `/contact-imports/${id}/run`, mapping);
    expect(await finished(id)).toMatchObject({ status: 'done', rowsRead: n, rejected: 0, ...expected });
  }
  const page = (await owner('GET', '/contacts?search=big-1999&limit=5')).json.contacts;
  expect(page[0]).toMatchObject({ attributes: { city: 'City 49' } });
  const attributes = (await owner('GET', '/contact-attributes')).json;
  expect(attributes.attributes.find(({ key }: { key: string }) => key === 'city').values).toHaveLength(50);
});

test('a list as other programs write it: names in two columns, languages by their names', async () => {
  const text = [
    'Nachname;Vorname;E-Mail;Sprache;Newsletter;Tarif;Tarif',
    'Berg;Ann;ann.berg@tern.example;German;nein;A;B',
    'Dahl;;bo.dahl@tern.example;français;ja;;',
    ';Cleo;cleo@tern.example;Español;;;',
    'Vos;Eli;eli@tern.example;Nederlands;;;',
    `${'x'.repeat(150)};${'y'.repeat(150)};long@tern.example;;;;`,
  ].join('\n');
  const { id, mapping } = await upload(text);
  const roles = mapping.columns.map(({ role }: { role: string }) => role);
  // Whoever wants no newsletter has said nothing about surveys.
  expect(roles).toEqual(['name', 'name', 'email', 'language', 'attribute', 'attribute', 'attribute']);
  const preview = (await owner('POST', `/contact-imports/${id}/preview`, mapping)).json;
  const people = preview.people.map(({ name, language, consent }: Record<string, unknown>) => [
    name,
    language,
    consent,
  ]);
  expect(people).toEqual([
    ['Ann Berg', 'de', null],
    ['Dahl', 'fr', null],
    ['Cleo', 'es', null],
    ['Eli Vos', 'nl', null],
  ]);
  expect(preview.rejections).toMatchObject([{ row: 6, reason: 'Longer than 200 characters.' }]);
  const agreed = { ...mapping, consent: { given: true, to: 'surveys', source: 'form' } };
  expect((await owner('POST', `/contact-imports/${id}/preview`, agreed)).json.people[0].consent).toBe(true);
  // One column alone stays what it says.
  expect((await upload('Last name,Email\nBerg,a@tern.example\n')).mapping.columns[0]?.role).toBe('attribute');
});

test('a workbook is a list of people, too: numbers, dates, empty cells and bad rows as in a text file', async () => {
  const cells = (row: number, values: (string | number | null)[]) => {
    const written = values.map((value, i) => {
      const at = `r="${String.fromCharCode(65 + i)}${row}"`;
      if (value === null) return '';
      return typeof value === 'number'
        ? `<c ${at}${value > 40_000 ? ' s="1"' : ''}><v>${value}</v></c>`
        : `<c ${at} t="inlineStr"><is><t>${value}</t></is></c>`;
    });
    return `<row r="${row}">${written.join('')}</row>`;
  };
  const rows = [
    cells(1, ['Customer ID', 'Name', 'E-Mail', 'Opt-in', 'Since', 'City']),
    cells(2, [4711, 'Åse &amp; Co', 'aase@tern.example', 'ja', 46_348, null]),
    cells(3, [4712, null, 'no address', null, null, 'Oslo']),
    // The row between is not in the file.
    cells(5, [4713, '=cmd()', 'cmd@tern.example', 'nein', null, 'Bergen']),
  ];
  const { id, mapping } = await upload(workbook(rows.join('')), 'people.xlsx');
  const roles = mapping.columns.map(({ role }: { role: string }) => role);
  expect(roles).toEqual(['key', 'name', 'email', 'consent', 'attribute', 'attribute']);
  expect((await owner('POST', `/contact-imports/${id}/run`, mapping)).status).toBe(202);
  const done = await finished(id);
  expect(done).toMatchObject({ status: 'done', rowsRead: 3, made: 2, rejected: 1, error: null });
  expect(done.rejections).toMatchObject([{ row: 3, column: 'E-Mail' }]);
  expect(await find('aase@tern')).toMatchObject([
    { key: '4711', name: 'Åse & Co', attributes: { Since: '2026-11-22' }, consent: { given: true } },
  ]);
  expect(await find('cmd@tern')).toMatchObject([{ key: '4713', name: '=cmd()', consent: { given: false } }]);
  // A file that only says that it is one.
  expect((await send(Buffer.from('PK\u0003\u0004nothing'), 'people.xlsx')).status).toBe(422);
});

test('attributes are offered of one audience', async () => {
  await owner('POST', '/contact-batches', {
    contacts: [
      { key: 'at-1', audience: 'leadership', attributes: { division: 'Ships' } },
      { key: 'at-2', audience: 'staff', attributes: { site: 'North' } },
    ],
  });
  const keys = async (query: string) =>
    (await owner('GET', `/contact-attributes${query}`)).json.attributes.map(({ key }: { key: string }) => key);
  expect(await keys('?audience=leadership')).toEqual(['division']);
  expect(await keys('?audience=customer')).not.toContain('division');
  // However many customers there are: of all together only the first 20,000 are looked at.
  expect(await keys('?audience=staff')).toEqual(['site']);
  expect((await owner('GET', '/contact-attributes?audience=everybody')).status).toBe(400);
});
