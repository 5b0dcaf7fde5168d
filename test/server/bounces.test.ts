import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SurveyDefinition } from '../../src/core/survey/definition.ts';
import { readMails } from '../../src/server/bounces/read-mails.ts';
import { nextRun } from '../../src/server/bounces/soft-bounces.ts';
import { LANTERN_HOTELS, nobody, type Someone } from '../world.ts';
import { openMailWorld } from './mail-world.ts';

const DAY_MS = 86_400_000;
let survey: string;
/** Months pass here, longer than anybody stays signed in. */
let machine: Someone;
const mail = await openMailWorld();
const { mails, world, tern, deliver, close } = mail;

const DEFINITION: SurveyDefinition = {
  format: 'parallax-survey/1',
  title: { customer: { en: 'The crossing' } },
  languages: ['en'],
  audiences: ['customer', 'staff'],
  pages: [{ id: 'p1', questions: [{ id: 'q1', type: 'nps', text: { customer: { en: 'Would you recommend us?' } } }] }],
  endings: [{ id: 'e1', title: { customer: { en: 'Thank you' } } }],
  hidden: [],
  quotas: [],
  appearance: {},
  settings: { progress: true, back: true, anonymousCustomers: false, askAgainAfterDays: 1 },
};

beforeAll(async () => {
  machine = await world.apiKey(tern.id, ['read', 'write', 'import', 'export']);
  survey = (await ok('POST', '/surveys', { name: 'Crossing' })).id;
  const { revision } = await ok('GET', `/surveys/${survey}/draft`);
  await ok('PUT', `/surveys/${survey}/draft`, { definition: DEFINITION, revision });
  await ok('POST', `/surveys/${survey}/publish`, {});
  const settings = `/api/v1/workspaces/${tern.id}/asking-settings`;
  await world.ask(tern.people.owner, 'PUT', settings, { anySurveyDays: 0, timeZone: 'UTC' });
});
afterAll(close);
beforeEach(() => {
  mails.reset();
  world.advance(61_000);
});

const ask = (method: string, at: string, body?: unknown) => mail.ask(machine, method, at, body);
const ok = (method: string, at: string, body?: unknown) => mail.ok(machine, method, at, body);
const mailed = (text: string, who: Someone = machine, of = tern.id) =>
  world.ask(who, 'POST', `/api/v1/workspaces/${of}/bounce-mails`, text, { 'content-type': 'message/rfc822' });
const contact = async (id: string) => ok('GET', `/contacts/${id}`);
const made = async (body: object): Promise<string> => (await ok('POST', '/contacts', body)).id;
const after = (days: number) => new Date(world.services.now().getTime() + days * DAY_MS).toISOString();
const NONE = { bounced: 0, counted: 0, known: 0, unknown: 0, complained: 0, other: 0, noReport: 0 };

let count = 0;
/** A person of their own segment, and a wave that has asked them. */
async function asked(audience = 'customer', schedule: object = {}) {
  const tag = `bounce${++count}`;
  const email = `${tag}@people.example`;
  const id = await made({ key: tag, email, audience, attributes: { tag } });
  const condition = { of: 'attribute', key: 'tag', is: 'eq', value: tag };
  const segmentId = (await ok('POST', '/segments', { name: tag, condition })).id;
  const waveId = await wave(segmentId, audience, schedule);
  return { id, tag, email, segmentId, waveId };
}
async function wave(segmentId: string, audience = 'customer', schedule: object = {}): Promise<string> {
  const { id } = await ok('POST', `/surveys/${survey}/waves`, { name: `wave ${++count}`, audience });
  await ok('PUT', `/waves/${id}/schedule`, { reminders: 0, segmentId, ...schedule });
  await ok('POST', `/waves/${id}/start`);
  await deliver();
  return id;
}
const messageIdOf = (email: string) => {
  const raw = mails.received.findLast(({ to }) => to === email)?.raw.toString() ?? '';
  return /^Message-ID: (\S+)/im.exec(raw)?.[1] ?? '';
};

interface Report {
  readonly status?: string;
  readonly action?: string;
  readonly messageId?: string;
  readonly to?: string;
  readonly at?: string;
}
function report(
  email: string,
  { status = '5.1.1', action = 'failed', messageId, to = email, at }: Report = {},
): string {
  return [
    ...(at ? [`Date: ${new Date(at).toUTCString()}`] : []),
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b1"',
    '',
    '--b1',
    'Content-Type: text/plain',
    '',
    'It did not arrive.',
    '--b1',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example',
    '',
    `Final-Recipient: rfc822; ${email}`,
    `Action: ${action}`,
    `Status: ${status}`,
    '',
    '--b1',
    'Content-Type: text/rfc822-headers',
    '',
    `To: ${to}`,
    ...(messageId ? [`Message-ID: ${messageId}`] : []),
    '',
    '--b1--',
    '',
  ].join('\r\n');
}

test('a provider says that an address does not exist: it is mailed no more, and every place says why', async () => {
  const { id, email, segmentId, waveId } = await asked();
  const other = await made({ key: 'same address', email, audience: 'staff' });
  expect((await ok('GET', `/waves/${waveId}/progress`)).invitations).toMatchObject({ sent: 1, bounced: 0 });
  const bounces = [
    { email: email.toUpperCase(), kind: 'hard', status: '5.1.1' },
    { email: 'stranger@nowhere.example', kind: 'hard' },
  ];
  expect(await ok('POST', '/bounces', { bounces })).toEqual({ ...NONE, bounced: 1, unknown: 1 });
  expect(await ok('POST', '/bounces', { bounces })).toEqual({ ...NONE, known: 1, unknown: 1 });
  const because = 'A mail came back: there is no such address (5.1.1).';
  for (const one of [id, other]) {
    expect(await contact(one)).toMatchObject({ bouncedAt: expect.any(String), bouncedBecause: because });
  }
  expect((await ok('GET', `/waves/${waveId}/progress`)).invitations).toMatchObject({ sent: 0, bounced: 1 });
  expect((await ok('GET', `/waves/${waveId}/mails?state=bounced`)).mails).toMatchObject([{ because }]);
  // The next wave asks nobody: it says so instead of starting.
  const next = await ok('POST', `/surveys/${survey}/waves`, { name: 'next', audience: 'customer' });
  await ok('PUT', `/waves/${next.id}/schedule`, { reminders: 0, segmentId });
  expect((await ok('GET', `/waves/${next.id}/estimate`)).reach).toMatchObject({ bounced: 1, reachable: 0 });
  // Somebody says that it works again; a report from before is no news.
  await ok('PATCH', `/contacts/${id}`, { bounced: false });
  expect(await contact(id)).toMatchObject({ bouncedAt: null, bouncedBecause: null, softBounces: [] });
  const late = [{ email, kind: 'hard', at: after(-1) }];
  expect(await ok('POST', '/bounces', { bounces: late })).toEqual({ ...NONE, known: 1 });
  world.advance(DAY_MS);
  expect(await ok('POST', '/bounces', { bounces: [{ email, kind: 'hard' }] })).toEqual({ ...NONE, bounced: 1 });
});

test('a wave says of everybody whom it cannot mail why, in the log as well', async () => {
  const { tag, segmentId } = await asked();
  const gone = await made({ key: 'gone', email: 'gone@people.example', attributes: { tag } });
  await ok('PATCH', `/contacts/${gone}`, { bounced: true });
  await wave(segmentId);
  const log = (await ok('GET', `/ask-decisions?person=contact:${gone}`)).decisions;
  expect(log).toMatchObject([{ asked: false, rule: 'bounced', channel: 'mail', surveyId: survey }]);
  expect(log[0].because).toContain('Somebody marked it so.');
  expect((await ok('GET', '/ask-decisions?rule=bounced')).decisions.length).toBeGreaterThan(0);
  // Between the start of a wave and a person's own hour.
  const later = await asked('customer', { sendAt: after(1).slice(0, 16) });
  await ok('POST', '/bounces', { bounces: [{ email: later.email, kind: 'hard' }] });
  world.advance(2 * DAY_MS);
  await deliver();
  expect(mails.received.map(({ to }) => to)).not.toContain(later.email);
  expect((await ok('GET', `/ask-decisions?person=contact:${later.id}`)).decisions).toMatchObject([{ rule: 'bounced' }]);
});

test('three soft bounces in a row within 30 days; a mail that arrives in between begins anew', async () => {
  const { id, email, segmentId } = await asked();
  const soft = async (days = 0) => {
    const { known, counted, bounced } = await ok('POST', '/bounces', {
      bounces: [{ email, kind: 'soft', at: after(days) }],
    });
    return { known, counted, bounced };
  };
  expect(await soft()).toMatchObject({ counted: 1 });
  // The same mail, reported again.
  expect(await soft()).toMatchObject({ known: 1 });
  world.advance(2 * DAY_MS);
  expect(await soft()).toMatchObject({ known: 1 });
  world.advance(3 * DAY_MS);
  await wave(segmentId);
  expect(await soft()).toMatchObject({ counted: 1 });
  world.advance(3 * DAY_MS);
  await wave(segmentId); // This one arrives.
  world.advance(3 * DAY_MS);
  await wave(segmentId);
  expect(await soft()).toMatchObject({ counted: 1 });
  expect((await contact(id)).softBounces).toHaveLength(1);
  for (const outcome of ['counted', 'bounced']) {
    world.advance(3 * DAY_MS);
    await wave(segmentId);
    expect(await soft()).toMatchObject({ [outcome]: 1 });
  }
  expect(await contact(id)).toMatchObject({
    bouncedAt: expect.any(String),
    bouncedBecause: '3 mails in a row came back within 30 days.',
  });
  expect((await ok('PATCH', `/contacts/${id}`, { email: `new.${email}` })).id).toBe(id);
  expect(await contact(id)).toMatchObject({ bouncedAt: null, softBounces: [] });
});

test('the days of a run', () => {
  const run = (bounces: readonly string[], mailed: readonly string[] = []) =>
    bounces.reduce<readonly string[]>((days, day) => nextRun(days, day, mailed), []);
  // The organisation's own mails, of which we know nothing.
  expect(run(['2026-01-01', '2026-01-02', '2026-01-03'])).toHaveLength(3);
  expect(run(['2026-01-03', '2026-01-01', '2026-01-02', '2026-01-02'])).toEqual([
    '2026-01-01',
    '2026-01-02',
    '2026-01-03',
  ]);
  expect(run(['2026-01-01', '2026-01-20', '2026-01-31'])).toHaveLength(3);
  expect(run(['2026-01-01', '2026-01-20', '2026-02-01'])).toEqual(['2026-01-20', '2026-02-01']);
  // Given up after five days, when the next mail is out already.
  const every3 = ['2026-01-01', '2026-01-04', '2026-01-07', '2026-01-10'];
  expect(run(['2026-01-06', '2026-01-09', '2026-01-12'], every3)).toHaveLength(3);
  expect(run(['2026-01-01', '2026-01-07', '2026-01-10'], every3)).toEqual(['2026-01-07', '2026-01-10']);
});

test('a report by mail counts for the mail that it names, or for somebody mailed lately', async () => {
  const { id, email } = await asked();
  const messageId = messageIdOf(email);
  expect(messageId).toMatch(/^<[0-9a-f-]{36}@tern\.example>$/);
  // Nothing in the mail that others could join to the person: the id is random and known to this mail alone.
  expect(messageId).not.toContain(id);
  expect((await mailed(report(email, { status: '5.7.1', messageId }))).json).toEqual({ ...NONE, other: 1 });
  expect((await mailed(report(email, { action: 'delayed', status: '4.4.1', messageId }))).json).toEqual({
    ...NONE,
    other: 1,
  });
  expect((await mailed('Subject: On holiday\n\nBack on Monday.')).json).toEqual({ ...NONE, noReport: 1 });
  expect((await mailed('')).json).toEqual({ ...NONE, noReport: 1 });
  expect((await contact(id)).bouncedAt).toBeNull();
  // A forger who names a mail of one person and the address of another.
  const victim = await asked();
  const forged = report(victim.email, { messageId, to: victim.email });
  expect((await mailed(forged)).json).toEqual({ ...NONE, unknown: 1 });
  // Forwarded: the address that failed is not the one we wrote to.
  const forwarded = report('private@elsewhere.example', { messageId, to: email });
  expect((await mailed(forwarded)).json).toEqual({ ...NONE, bounced: 1 });
  expect(await contact(id)).toMatchObject({ bouncedBecause: expect.stringContaining('(5.1.1)') });
  // Without the mail: only an address that was mailed in the last 30 days.
  const never = await made({ key: 'never', email: 'never@people.example' });
  expect((await mailed(report('never@people.example'))).json).toEqual({ ...NONE, unknown: 1 });
  expect((await contact(never)).bouncedAt).toBeNull();
  // Some providers put an id of their own in its place.
  const provider = report(victim.email, { messageId: '<0100018f@email.amazonses.com>' });
  expect((await mailed(provider)).json).toEqual({ ...NONE, bounced: 1 });
  const old = await asked();
  world.advance(40 * DAY_MS);
  expect((await mailed(report(old.email))).json).toEqual({ ...NONE, unknown: 1 });
  expect((await mailed(report(old.email, { messageId: messageIdOf(old.email) }))).json).toMatchObject({ bounced: 1 });
});

test('a mailbox of several, and bytes that are no text', async () => {
  const people = [await asked(), await asked()];
  const mbox = people.map(({ email }) => `From MAILER-DAEMON Sun Nov 22 08:13:16 2026\n${report(email)}\n`).join('');
  expect((await mailed(`${mbox}From x\nSubject: hello\n\nJust a mail.\n`)).json).toEqual({
    ...NONE,
    bounced: 2,
    noReport: 1,
  });
  const { email } = await asked();
  const latin = Buffer.from(report(email).replace('It did not', 'Es kam nicht \u00fc\u0000'), 'latin1');
  expect((await mailed(latin.toString('latin1'))).json).toMatchObject({ bounced: 1 });
  expect((await mailed('x'.repeat(4 * 1024 * 1024 + 1))).status).toBe(413);
  expect((await ask('POST', '/bounces', { bounces: [{ email, kind: 'blocked' }] })).status).toBe(400);
  expect((await ask('POST', '/bounces', { bounces: [] })).status).toBe(400);
});

test('a mailbox of more mails than are read in one go is refused whole, and says how to split it', async () => {
  const { id, email } = await asked();
  const mailbox = (mails: number) => `From x\n${report(email)}\n\n${'From x\n\n'.repeat(mails - 1)}`;
  const refused = await mailed(mailbox(5_001));
  expect([refused.status, refused.json.detail]).toEqual([
    413,
    'The file holds more than 5,000 mails. Split it before a line that begins with “From ”, and send the parts one after the other.',
  ]);
  expect((await contact(id)).bouncedAt).toBeNull();
  expect((await mailed(mailbox(500_000))).json.detail).toBe(refused.json.detail);
  expect((await mailed(mailbox(5_000))).json).toEqual({ ...NONE, bounced: 1, noReport: 4_999 });
});

test('while a mailbox is read, others have their turn', async () => {
  const mails = `From x\n${report('nobody@people.example').replace('It did not arrive.', 'a line\n'.repeat(9_000))}\n\n`;
  let turns = 0;
  let next = setImmediate(function count() {
    turns++;
    next = setImmediate(count);
  });
  const read = await readMails(mails.repeat(60), world.services.now());
  clearImmediate(next);
  expect(read.bounces).toHaveLength(60);
  expect(turns).toBeGreaterThan(1);
});

test('a report whose date cannot be true counts as of now, and the mailbox around it is read', async () => {
  const people = [await asked(), await asked(), await asked()];
  const dates = ['-000100-01-01T00:00:00Z', '+275760-09-13T00:00:00Z', '1 Jan 1970 00:00:00 +0000'];
  const mbox = people.map(
    ({ email }, i) => `From MAILER-DAEMON Sun Nov 22 08:13:16 2026\nDate: ${dates[i]}\n${report(email)}\n`,
  );
  expect((await mailed(mbox.join(''))).json).toEqual({ ...NONE, bounced: 3 });
  const today = after(0).slice(0, 10);
  const marked = await Promise.all(people.map(async ({ id }) => (await contact(id)).bouncedAt.slice(0, 10)));
  expect(marked).toEqual([today, today, today]);
  const { id, email } = await asked();
  const taken = await ask('POST', '/bounces', { bounces: [{ email, kind: 'hard', at: '0000-01-01T00:00:00Z' }] });
  expect([taken.status, (await contact(id)).bouncedAt.slice(0, 10)]).toEqual([200, today]);
});

test('nobody else’s people, and only who may bring people in', async () => {
  const lantern = await world.company(LANTERN_HOTELS);
  const viewer = await world.apiKey(tern.id, ['read', 'write', 'export']);
  const { id, email } = await asked();
  const theirs = await mailed(report(email, { messageId: messageIdOf(email) }), lantern.people.owner, lantern.id);
  expect(theirs.json).toEqual({ ...NONE, unknown: 1 });
  expect((await contact(id)).bouncedAt).toBeNull();
  expect((await mailed(report(email), lantern.people.owner)).status).toBe(404);
  expect((await mailed(report(email), nobody)).status).toBe(401);
  expect((await mailed(report(email), viewer)).status).toBe(403);
});

test('a contact is marked by hand and back; what is no other address keeps the mark; erasing takes it along', async () => {
  const { id, tag, email } = await asked();
  await ok('PATCH', `/contacts/${id}`, { bounced: true });
  await ok('PATCH', `/contacts/${id}`, { name: 'Ann', email });
  expect(await contact(id)).toMatchObject({ name: 'Ann', bouncedBecause: 'Somebody marked it so.' });
  expect((await ask('PATCH', `/contacts/${id}`, { bounced: true, email: 'x@y.zz' })).status).toBe(400);
  const without = await made({ key: 'without' });
  expect((await ask('PATCH', `/contacts/${without}`, { bounced: true })).status).toBe(422);
  const exported = await ok('GET', `/contacts/${id}/export`);
  expect(exported.contact).toMatchObject({ bouncedBecause: 'Somebody marked it so.', softBounces: [] });
  // A list with another address: that one has not failed yet.
  await ok('POST', '/contact-batches', { contacts: [{ key: tag, email: `second.${email}` }] });
  expect(await contact(id)).toMatchObject({ bouncedAt: null, bouncedBecause: null });
});
