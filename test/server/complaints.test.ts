import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { unsubscribeToken } from '../../src/server/mailings/personal-tokens.ts';
import { COMPLAINTS } from '../complaint-mails.ts';
import { LANTERN_HOTELS, type Someone } from '../world.ts';
import { addSurvey } from './asks-world.ts';
import { openMailWorld } from './mail-world.ts';

const DAY_MS = 86_400_000;
const NONE = { bounced: 0, counted: 0, known: 0, unknown: 0, complained: 0, other: 0, noReport: 0 };
let machine: Someone;
let survey: string;
const mail = await openMailWorld();
const { mails, world, tern, deliver, close } = mail;

beforeAll(async () => {
  machine = await world.apiKey(tern.id, ['read', 'write', 'import', 'export']);
  survey = await addSurvey(world, tern.id);
  const settings = `/api/v1/workspaces/${tern.id}/asking-settings`;
  await world.ask(tern.people.owner, 'PUT', settings, { anySurveyDays: 0, timeZone: 'UTC' });
});
afterAll(close);
beforeEach(() => {
  mails.reset();
  // The complaints were written then.
  const written = Date.UTC(2026, 10, 22, 8, 13, 16);
  world.advance(Math.max(61_000, written + 3_600_000 - world.services.now().getTime()));
});

const ok = (method: string, at: string, body?: unknown) => mail.ok(machine, method, at, body);
const mailed = async (text: string, of = tern.id, who: Someone = machine) => {
  const headers = { 'content-type': 'message/rfc822' };
  return (await world.ask(who, 'POST', `/api/v1/workspaces/${of}/bounce-mails`, text, headers)).json;
};
const contact = (id: string) => ok('GET', `/contacts/${id}`);
const made = async (body: object): Promise<string> => (await ok('POST', '/contacts', body)).id;

let count = 0;
/** A person whom a wave has asked, and the mail that they got. */
async function asked() {
  const tag = `complaint${++count}`;
  const to = `${tag}@people.example`;
  const id = await made({ key: tag, email: to, attributes: { tag } });
  const condition = { of: 'attribute', key: 'tag', is: 'eq', value: tag };
  const segmentId: string = (await ok('POST', '/segments', { name: tag, condition })).id;
  const wave = async () => {
    const { id: waveId } = await ok('POST', `/surveys/${survey}/waves`, {
      name: `wave ${++count}`,
      audience: 'customer',
    });
    await ok('PUT', `/waves/${waveId}/schedule`, { reminders: 1, reminderDays: 2, segmentId });
    await ok('POST', `/waves/${waveId}/start`);
    await deliver();
    return waveId as string;
  };
  const waveId = await wave();
  const raw =
    mails.received
      .findLast((mail) => mail.to === to)
      ?.raw.toString()
      .replace(/\r\n[ \t]/g, ' ') ?? '';
  const messageId = /^Message-ID: <(\S+)>/im.exec(raw)?.[1] ?? '';
  const unsubscribe = /^List-Unsubscribe:\s+<(\S+)>/im.exec(raw)?.[1] ?? '';
  expect([messageId, unsubscribe]).toEqual([
    expect.stringContaining('@tern.example'),
    expect.stringContaining('/unsubscribe/'),
  ]);
  return { id, to, segmentId, waveId, sent: { messageId, to, unsubscribe } };
}

test.each(Object.entries(COMPLAINTS))(
  'whoever reports a mail as spam to %s is not asked any more',
  async (_, mailOf) => {
    const { id, to, waveId, segmentId, sent } = await asked();
    const other = await made({ key: `same address ${to}`, email: to, audience: 'staff' });
    expect(await mailed(mailOf(sent))).toEqual({ ...NONE, complained: 1 });
    expect(await mailed(mailOf(sent))).toEqual({ ...NONE, known: 1 });
    for (const one of [id, other]) {
      expect(await contact(one)).toMatchObject({
        unsubscribedAt: '2026-11-22T08:13:16.000Z',
        unsubscribedBecause: 'The person reported a mail as spam.',
        bouncedAt: null,
        softBounces: [],
      });
    }
    // The mail did arrive.
    expect(await ok('GET', `/waves/${waveId}/progress`)).toMatchObject({ invitations: { sent: 1, bounced: 0 } });
    world.advance(3 * DAY_MS);
    mails.reset();
    await deliver();
    expect(mails.received).toEqual([]);
    // The next wave leaves them out, and the log says why.
    const next = await ok('POST', `/surveys/${survey}/waves`, { name: 'next', audience: 'customer' });
    await made({ key: `else ${to}`, email: `else.${to}`, attributes: { tag: to.split('@')[0] } });
    await ok('PUT', `/waves/${next.id}/schedule`, { reminders: 0, segmentId });
    expect((await ok('GET', `/waves/${next.id}/estimate`)).reach).toMatchObject({
      unsubscribed: 1,
      bounced: 0,
      reachable: 1,
    });
    await ok('POST', `/waves/${next.id}/start`);
    expect((await ok('GET', `/ask-decisions?person=contact:${id}`)).decisions[0]).toMatchObject({
      asked: false,
      rule: 'opted_out',
      because: 'The person reported a mail as spam.',
    });
    expect((await ok('GET', `/contacts/${id}/export`)).contact.unsubscribedBecause).toContain('as spam');
    // A later list does not bring the asking back.
    const again = await made({ key: `again ${to}`, email: to });
    expect((await contact(again)).unsubscribedAt).not.toBeNull();
  },
);

test('the mail itself proves who complained: an address proves nothing, nor a link of somebody else', async () => {
  const [ann, bob] = [await asked(), await asked()];
  const opted = async () =>
    (await Promise.all([ann, bob].map(({ id }) => contact(id)))).map((one) => one.unsubscribedAt !== null);
  const nobodys = { messageId: '0100018f@email.ses.example', unsubscribe: 'https://elsewhere.example/stop' };
  for (const mailOf of Object.values(COMPLAINTS)) {
    expect(await mailed(mailOf({ ...nobodys, to: ann.to }))).toEqual({ ...NONE, unknown: 1 });
  }
  const made = unsubscribeToken('another server', tern.id, ann.id);
  const forged = [
    `https://tern.example/unsubscribe/${made}`,
    `${ann.sent.unsubscribe}x`,
    ann.sent.unsubscribe.slice(0, -1),
  ];
  for (const unsubscribe of forged) {
    expect(await mailed(COMPLAINTS.Yahoo({ ...nobodys, unsubscribe, to: ann.to }))).toEqual({ ...NONE, unknown: 1 });
  }
  // Who names Ann's address with a mail that Bob got says something of Bob.
  expect(await opted()).toEqual([false, false]);
  expect(await mailed(COMPLAINTS.Yahoo({ ...bob.sent, to: ann.to }))).toEqual({ ...NONE, complained: 1 });
  expect(await opted()).toEqual([false, true]);
  // A provider of mail has put its own id in place of ours.
  const relayed = { ...ann.sent, messageId: nobodys.messageId };
  const lantern = await world.company(LANTERN_HOTELS);
  for (const mail of [COMPLAINTS.Yahoo(relayed), COMPLAINTS.Yahoo(ann.sent)]) {
    expect(await mailed(mail, lantern.id, lantern.people.owner)).toEqual({ ...NONE, unknown: 1 });
  }
  expect(await opted()).toEqual([false, true]);
  expect(await mailed(COMPLAINTS.Comcast(relayed))).toEqual({ ...NONE, complained: 1 });
  expect(await opted()).toEqual([true, true]);
});

test('what is no complaint of a person counts as such; a consent outweighs complaints from before', async () => {
  const { id, sent } = await asked();
  const mail = COMPLAINTS.Yahoo(sent);
  for (const type of ['not-spam', 'virus', 'auth-failure', 'other']) {
    expect(await mailed(mail.replace('Feedback-Type: abuse', `Feedback-Type: ${type}`))).toEqual({ ...NONE, other: 1 });
  }
  expect(await mailed(mail.replace('Feedback-Type: abuse', 'Feedback: abuse'))).toEqual({ ...NONE, noReport: 1 });
  expect((await contact(id)).unsubscribedAt).toBeNull();
  expect(await mailed(mail)).toEqual({ ...NONE, complained: 1 });
  const consent = { given: true, to: 'surveys', source: 'the counter' };
  await ok('PATCH', `/contacts/${id}`, { unsubscribed: false, consent });
  expect(await contact(id)).toMatchObject({ unsubscribedAt: null, unsubscribedBecause: null });
  expect(await mailed(mail)).toEqual({ ...NONE, known: 1 });
  expect((await contact(id)).unsubscribedAt).toBeNull();
  // A later one, of which the date cannot be true, counts as of now.
  world.advance(DAY_MS);
  const date = 'Date: Sun, 22 Nov 2026 08:13:16 +0000 (UTC)';
  expect(await mailed(mail.replace(date, 'Date: 1 Jan 1970 00:00:00 +0000'))).toEqual({ ...NONE, complained: 1 });
});

test('a mailbox of bounces and complaints, some of them twice', async () => {
  const [one, two] = [await asked(), await asked()];
  const texts = [
    COMPLAINTS.Yahoo(one.sent),
    COMPLAINTS.Microsoft(two.sent),
    COMPLAINTS.Comcast(one.sent),
    'Subject: hello\r\n\r\nJust a mail.\r\n',
  ];
  const mbox = texts.map((text) => `From x Sun Nov 22 08:13:16 2026\n${text}\n\n`).join('');
  expect(await mailed(mbox)).toEqual({ ...NONE, complained: 2, known: 1, noReport: 1 });
  const { entries } = (await world.ask(tern.people.owner, 'GET', `/api/v1/workspaces/${tern.id}/audit?limit=5`)).json;
  expect(entries.find(({ action }: { action: string }) => action === 'contacts.bounces')?.detail).toMatchObject({
    complained: 2,
  });
});
