import { sql } from 'kysely';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { askPerson } from '../../src/server/asks/verbs.ts';
import { saveVisitor } from '../../src/server/asks/visitor-store.ts';
import { localTimeOf } from '../../src/server/mailings/local-time.ts';
import { requireWave } from '../../src/server/surveys/verbs.ts';
import type { Someone } from '../world.ts';
import { addSurvey, DAY, type SurveyChange } from './asks-world.ts';
import { openMailWorld } from './mail-world.ts';
import { Device } from './ticket-device.ts';

/** What people said, and how often and when they may be asked, holds on every way that a wave takes. */

let lead: Someone;
const mail = await openMailWorld();
const { mails, world, tern, inside, deliver, close } = mail;
afterAll(close);
beforeEach(async () => {
  mails.reset();
  world.advance(61_000);
  await signIn();
});
/** Sessions end after a month, and months pass here. */
async function signIn() {
  const person = await world.person('Lead');
  await world.join(tern.id, person, 'lead');
  lead = person;
}

const ask = (method: string, at: string, body?: unknown) => mail.ask(lead, method, at, body);
const ok = (method: string, at: string, body?: unknown) => mail.ok(lead, method, at, body);
const received = () => mails.received.map(({ to }) => to.split('@')[0]).sort();
const waitUntil = (moment: string) => world.advance(Date.parse(moment) - world.services.now().getTime());

let tags = 0;
/** Contacts `p0`, `p1` … of a segment of their own, one for each time zone. */
async function people(zones: (string | null)[], audience = 'customer'): Promise<{ segmentId: string; ids: string[] }> {
  const tag = `tag${++tags}`;
  const contacts = zones.map((timeZone, i) => ({
    key: `${tag}-${i}`,
    email: `p${i}@${tag}.example`,
    audience,
    attributes: { tag },
    ...(timeZone && { timeZone }),
  }));
  await ok('POST', '/contact-batches', { contacts });
  const condition = { of: 'attribute', key: 'tag', is: 'eq', value: tag };
  const { id: segmentId } = await ok('POST', '/segments', { name: tag, condition });
  const found = await ok('GET', `/contacts?segmentId=${segmentId}&limit=200`);
  const ids = found.contacts
    .sort((a: { key: string }, b: { key: string }) => a.key.localeCompare(b.key))
    .map(({ id }: { id: string }) => id);
  return { segmentId, ids };
}
async function wave(schedule: object, change: SurveyChange = {}, audience = 'customer'): Promise<string> {
  const surveyId = await addSurvey(world, tern.id, { audiences: ['customer', 'staff'], ...change });
  const { id } = await ok('POST', `/surveys/${surveyId}/waves`, { name: `Wave ${tags}`, audience });
  await ok('PUT', `/waves/${id}/schedule`, { reminders: 0, ...schedule });
  return id;
}
const mailsOf = (waveId: string) =>
  inside(async (tx) => {
    const { rows } = await sql<{ key: string; number: number; state: string; rule: string | null; scheduledAt: Date }>`
      SELECT key, number, state, rule, scheduled_at FROM mail_queue m JOIN contacts c ON c.id = m.contact_id
      WHERE wave_id = ${waveId} ORDER BY key, number`.execute(tx);
    return rows;
  });
const logOf = async (contactId: string) =>
  (await ok('GET', `/ask-decisions?person=contact:${contactId}`)).decisions.map(
    ({ rule, channel }: { rule: string; channel: string }) => `${channel} ${rule}`,
  );
const optOut = (contactId: string) =>
  inside((tx) =>
    saveVisitor(tern.id, tx, contactId.replaceAll('-', '').repeat(2), '2031-01-01', { contactId, optedOut: true }),
  );

test.each(['customer', 'staff'])(
  'no reminder to a %s in quarantine, or whose browser opted out, since',
  async (audience) => {
    const { segmentId, ids } = await people(Array(5).fill(null), audience);
    const id = await wave({ segmentId, reminders: 1, reminderDays: 2 }, {}, audience);
    await ok('POST', `/waves/${id}/start`);
    await deliver();
    expect(received()).toEqual(['p0', 'p1', 'p2', 'p3', 'p4']);
    mails.reset();
    await ok('POST', '/quarantine', { contactId: ids[0], until: null, reason: 'a complaint' });
    await optOut(ids[1] ?? '');
    world.advance(3 * DAY);
    await deliver();
    expect(received()).toEqual(['p2', 'p3', 'p4']);
    const reminders = (await mailsOf(id))
      .filter(({ number }) => number === 1)
      .map(({ state, rule }) => `${state} ${rule}`);
    // Of staff nothing says who got a reminder.
    expect(reminders).toEqual(
      audience === 'staff'
        ? Array(5).fill('settled null')
        : ['skipped quarantined', 'skipped opted_out', ...Array(3).fill('sent null')],
    );
    expect(await logOf(ids[0] ?? '')).toEqual(['mail asked']);
  },
);

test('nor another try of an invitation that has not arrived yet; the why-log says it', async () => {
  const { segmentId, ids } = await people([null, null, null]);
  for (const i of [0, 1, 2]) mails.refuse.set(`p${i}@tag${tags}.example`, '451 4.7.1 greylisted, come back');
  const id = await wave({ segmentId });
  await ok('POST', `/waves/${id}/start`);
  await deliver();
  expect(mails.received).toEqual([]);
  mails.refuse.clear();
  await ok('POST', '/quarantine', { contactId: ids[0], until: null, reason: '' });
  await optOut(ids[1] ?? '');
  world.advance(5 * 60_000);
  await deliver();
  expect(received()).toEqual(['p2']);
  expect((await mailsOf(id)).map(({ rule }) => rule)).toEqual(['quarantined', 'opted_out', null]);
  expect(await logOf(ids[0] ?? '')).toEqual(['mail quarantined', 'mail asked']);
});

test('reminders come at the time of day of the wave on each person’s own clock, also when clocks change', async () => {
  const zones = ['Europe/Berlin', 'America/New_York'];
  const clocks = async (waveId: string, number: number) =>
    (await mailsOf(waveId))
      .filter((mail) => mail.number === number)
      .map(({ scheduledAt }, i) => localTimeOf(scheduledAt, zones[i] ?? ''));
  // In spring clocks go forward in Berlin on 30 March 2031, in New York on 9 March.
  waitUntil('2031-03-01T12:00Z');
  await signIn();
  const { segmentId } = await people(zones);
  const planned = await wave({ segmentId, sendAt: '2031-03-07T09:00', reminders: 2, reminderDays: 12 });
  await ok('POST', `/waves/${planned}/start`);
  waitUntil('2031-03-07T15:00Z');
  await deliver();
  expect(received()).toEqual(['p0', 'p1']);
  expect(await clocks(planned, 1)).toEqual(Array(2).fill('2031-03-19T09:00'));
  waitUntil('2031-03-19T15:00Z');
  await deliver();
  expect(await clocks(planned, 2)).toEqual(Array(2).fill('2031-03-31T09:00'));
  // At once at four in the afternoon of the workspace, when it is noon in New York.
  await signIn();
  waitUntil('2031-04-10T16:00Z');
  const again = await people(zones);
  const atOnce = await wave({ segmentId: again.segmentId, reminders: 1, reminderDays: 3 });
  await ok('POST', `/waves/${atOnce}/start`);
  await deliver();
  expect(await clocks(atOnce, 1)).toEqual(Array(2).fill('2031-04-13T16:00'));
});

test.each(['customer', 'staff'])(
  'a file of links asks the %s in it, once and by the same rules as a mail',
  async (audience) => {
    const { segmentId, ids } = await people(Array(9).fill(null), audience);
    const other = await addSurvey(world, tern.id, { audiences: ['customer', 'staff'] });
    const now = world.services.now();
    await inside((tx) =>
      askPerson(tern.id, tx, {
        person: { contactId: ids[0] ?? '' },
        surveyId: other,
        channel: 'web',
        now,
        record: true,
      }),
    );
    await ok('POST', '/quarantine', { contactId: ids[1], until: null, reason: '' });
    await optOut(ids[2] ?? '');
    const id = await wave({ segmentId }, {}, audience);
    const linksOf = async (waveId: string) => {
      const { status, text, headers } = await ask('POST', `/waves/${waveId}/personal-links`);
      expect(status).toBe(200);
      return { lines: text.trim().split('\r\n').slice(1).sort(), leftOut: headers.get('left-out')?.split(', ').sort() };
    };
    const asks = async () =>
      (await ok('GET', `/ask-decisions?asked=true&limit=200`)).decisions
        .filter(({ person }: { person: string }) => ids.includes(person.slice('contact:'.length)))
        .map(({ channel }: { channel: string }) => channel);
    const first = await linksOf(id);
    expect(first.lines).toHaveLength(6);
    expect(first.leftOut).toEqual(['any_survey=1', 'opted_out=1', 'quarantined=1']);
    expect(await asks()).toEqual([...Array(6).fill('link'), 'web']);
    // The file was lost: the same people, links and asks.
    world.advance(3_600_000);
    expect(await linksOf(id)).toEqual(first);
    expect(await asks()).toHaveLength(7);
    // Another wave finds that they were asked a moment ago.
    expect(await linksOf(await wave({ segmentId }, {}, audience))).toEqual({
      lines: [],
      leftOut: ['any_survey=7', 'opted_out=1', 'quarantined=1'],
    });
    // A mail of the same wave is part of the same ask, with the same link.
    await ok('POST', `/waves/${id}/start`);
    await deliver();
    expect(received()).toEqual(['p3', 'p4', 'p5', 'p6', 'p7', 'p8']);
    expect(await asks()).toHaveLength(7);
    const html = mails.received[0]?.raw.toString().replaceAll('=\r\n', '').replaceAll('=3D', '=') ?? '';
    const link = /s#token=ans_[\w-]+/.exec(html)?.[0] ?? 'none';
    expect(first.lines.some((line) => line.includes(link))).toBe(true);
    // And the other way round: whoever got the mail stays in the file, but not in quarantine.
    await ok('POST', '/quarantine', { contactId: ids[3], until: null, reason: '' });
    expect((await linksOf(id)).lines).toEqual(first.lines.slice(1));
  },
);

test('who comes after somebody has opened a link of staff is neither in the file nor asked', async () => {
  const staff = (department: string, n: number) =>
    Array.from({ length: n }, (_, i) => ({
      key: `kept-${department}-${i}`,
      audience: 'staff',
      attributes: { department, tag: 'kept' },
    }));
  await ok('POST', '/contact-batches', { contacts: [...staff('Ops', 6), ...staff('Deck', 5)] });
  const condition = { of: 'attribute', key: 'tag', is: 'eq', value: 'kept' };
  const { id: segmentId } = await ok('POST', '/segments', { name: 'kept', condition });
  const id = await wave({ segmentId }, { settings: { keptAttributes: ['department'] } }, 'staff');
  const links = async () => {
    const { text, headers } = await ask('POST', `/waves/${id}/personal-links`);
    return [text.trim().split('\r\n').length - 1, headers.get('left-out')];
  };
  expect(await links()).toEqual([11, '']);
  // Somebody opens a link: from then on it is settled whom the wave asks.
  const { text } = await ask('POST', `/waves/${id}/personal-links`);
  const token = /token=(ans_[\w-]+)/.exec(text)?.[1] ?? '';
  expect((await new Device(world, token).open()).status).toBe(200);
  await ok('POST', '/contact-batches', { contacts: staff('Purser', 1) });
  expect(await links()).toEqual([11, 'not_drawn=1']);
  const purser = await inside((tx) =>
    tx.selectFrom('contacts').select('id').where('key', '=', 'kept-Purser-0').executeTakeFirstOrThrow(),
  );
  expect(await logOf(purser.id)).toEqual(['link not_drawn']);
});

test('whom a sample leaves out stands in the why-log, with the sample', async () => {
  const because = async (contactId: string | undefined) =>
    (await ok('GET', `/ask-decisions?person=contact:${contactId}`)).decisions.map(
      (one: { rule: string; because: string }) => `${one.rule}: ${one.because}`,
    );
  const { segmentId, ids } = await people(Array(6).fill(null));
  const id = await wave({ segmentId, sample: { kind: 'random', n: 2 } });
  await ok('POST', `/waves/${id}/start`);
  await deliver();
  const logged = await Promise.all(ids.map(because));
  expect(logged.flat().sort()).toEqual([
    ...Array(2).fill('asked: Not asked before.'),
    ...Array(4).fill(`not_drawn: Not drawn: “Wave ${tags}” asks 2 of 6 people, by chance.`),
  ]);
  const listed = (await ok('GET', '/ask-decisions?rule=not_drawn')).decisions;
  expect(listed.filter((one: { because: string }) => one.because.includes(`“Wave ${tags}”`))).toHaveLength(4);
  // By quota, and of those whom mail does not reach the reason is that.
  const crowd = await people(Array(4).fill(null));
  for (const [i, city] of ['Bergen', 'Bergen', 'Oslo', 'Oslo'].entries()) {
    await ok('PATCH', `/contacts/${crowd.ids[i]}`, {
      attributes: { tag: `tag${tags}`, city },
      ...(i === 3 && { unsubscribed: true }),
    });
  }
  const sample = { kind: 'quota', attribute: 'city', quotas: [{ value: 'Bergen', n: 1 }] };
  await ok('POST', `/waves/${await wave({ segmentId: crowd.segmentId, sample })}/start`);
  expect(await because(crowd.ids[2])).toEqual([`not_drawn: Not drawn: “Wave ${tags}” asks nobody with “city” Oslo.`]);
  expect((await because(crowd.ids[3]))[0]).toMatch(/^opted_out: /);
  await deliver();
  const bergen = [...(await because(crowd.ids[0])), ...(await because(crowd.ids[1]))];
  expect(bergen.sort()).toEqual([
    'asked: Not asked before.',
    `not_drawn: Not drawn: “Wave ${tags}” asks 1 of the people with “city” Bergen, by chance.`,
  ]);
});

test('no file of links beside an open link to the same wave of staff', async () => {
  const { segmentId } = await people(Array(6).fill(null), 'staff');
  const id = await wave({ segmentId }, {}, 'staff');
  const { surveyId } = await inside((tx) => requireWave(tern.id, tx, id));
  await ok('POST', `/surveys/${surveyId}/links`, { audience: 'staff', waveId: id });
  expect(await ask('POST', `/waves/${id}/personal-links`)).toMatchObject({
    status: 409,
    json: { detail: expect.stringContaining('come from elsewhere') },
  });
});
