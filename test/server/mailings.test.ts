import { randomUUID } from 'node:crypto';
import pg from 'pg';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SurveyDefinition } from '../../src/core/survey/definition.ts';
import { hashToken } from '../../src/server/accounts/tokens.ts';
import { connect } from '../../src/server/db/connect.ts';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { deliverDue } from '../../src/server/mailings/deliver.ts';
import { rounds } from '../deep.ts';
import { nobody } from '../world.ts';
import { openMailWorld } from './mail-world.ts';
import { Device } from './ticket-device.ts';

let survey: string;
const mail = await openMailWorld();
const { mails, world, tern, close } = mail;
const FAST = { connectMs: 400, silenceMs: 400 };
/** For many mails at once: a busy machine is silent for longer than a test of silence should take. */
const CALM = { connectMs: 20_000, silenceMs: 20_000 };

const DEFINITION: SurveyDefinition = {
  format: 'parallax-survey/1',
  title: { customer: { en: 'The crossing' } },
  languages: ['en', 'de'],
  audiences: ['customer', 'staff'],
  pages: [
    {
      id: 'p1',
      questions: [
        {
          id: 'q1',
          type: 'nps',
          text: {
            customer: { en: 'Would you recommend us, {{attribute:name|friend}}?', de: 'Würden Sie uns empfehlen?' },
          },
          low: { customer: { en: 'not at all' } },
        },
      ],
    },
  ],
  endings: [{ id: 'e1', title: { customer: { en: 'Thank you' } } }],
  hidden: [],
  quotas: [],
  appearance: {},
  settings: { progress: true, back: true, anonymousCustomers: false, askAgainAfterDays: null },
};

beforeAll(async () => {
  survey = await publish('Crossing');
});
afterAll(close);
beforeEach(() => {
  mails.reset();
  // A mail server that failed is left alone for a minute, and the rate of the last one is over.
  world.advance(61_000);
});

const owner = (method: string, at: string, body?: unknown) => mail.ask(tern.people.owner, method, at, body);
const ok = (method: string, at: string, body?: unknown) => mail.ok(tern.people.owner, method, at, body);
async function publish(name: string): Promise<string> {
  const { id } = await ok('POST', '/surveys', { name });
  const { revision } = await ok('GET', `/surveys/${id}/draft`);
  await ok('PUT', `/surveys/${id}/draft`, { definition: DEFINITION, revision });
  await ok('POST', `/surveys/${id}/publish`, {});
  return id;
}

let batches = 0;
/** People of their own segment, so that one test never asks those of another. */
async function people(
  n: number,
  more: (i: number) => object = () => ({}),
): Promise<{ segmentId: string; tag: string }> {
  const tag = `batch${++batches}`;
  for (let from = 0; from < n; from += 1000) {
    const contacts = Array.from({ length: Math.min(1000, n - from) }, (_, i) => ({
      key: `${tag}-${from + i}`,
      email: `p${from + i}@${tag}.example`,
      attributes: { tag },
      ...more(from + i),
    }));
    await ok('POST', '/contact-batches', { contacts });
  }
  const condition = { of: 'attribute', key: 'tag', is: 'eq', value: tag };
  return { segmentId: (await ok('POST', '/segments', { name: tag, condition })).id, tag };
}
async function wave(schedule: object, audience = 'customer', fields: object = {}): Promise<string> {
  const { id } = await ok('POST', `/surveys/${survey}/waves`, { name: `wave ${++batches}`, audience, ...fields });
  await ok('PUT', `/waves/${id}/schedule`, { reminders: 0, ...schedule });
  return id;
}
async function started(schedule: object, audience = 'customer', fields: object = {}): Promise<string> {
  const id = await wave(schedule, audience, fields);
  await ok('POST', `/waves/${id}/start`);
  return id;
}
const deliver = (timeouts = FAST) => deliverDue(world.services, tern.id, new AbortController().signal, timeouts);
async function deliverAll() {
  for (let i = 0; i < 60; i++) {
    await deliver();
    const { waiting } = await dueNow();
    if (waiting === 0) return;
    world.advance(61_000);
  }
}
const dueNow = () =>
  inWorkspace(world.database.app.db, tern.id, async (tx) => {
    const rows = await tx
      .selectFrom('mailQueue')
      .select('id')
      .where('workspaceId', '=', tern.id)
      .where('state', '=', 'waiting')
      .where('scheduledAt', '<=', world.services.now())
      .execute();
    return { waiting: rows.length };
  });
const progress = (id: string, query = '') => ok('GET', `/waves/${id}/progress${query}`);
const states = async (id: string): Promise<Record<string, number>> =>
  Object.fromEntries(Object.entries<number>((await progress(id)).invitations).filter(([, n]) => n !== 0));
const received = () => mails.received.map(({ to }) => to).sort();
const linkOf = (raw: Buffer) =>
  /\/s#token=(ans_[\w-]+)/.exec(raw.toString().replaceAll('=\r\n', '').replaceAll('=3D', '='))?.[1] ?? '';

/** What the page behind a personal link sends. */
async function answer(token: string, audience: string, finished = true) {
  if (audience !== 'customer') {
    if (finished) expect((await new Device(world, token).send({ q1: 9 })).status).toBe(200);
    return;
  }
  const body = { token, response: randomUUID(), version: 1, part: 0, answers: { q1: 9 }, finished, took: 60_000 };
  expect((await world.ask(nobody, 'POST', '/api/v1/responses', body)).json).toEqual({ stored: true, finished });
}

test('everybody gets one mail: readable, with a link of their own, one-click unsubscribe and nothing from elsewhere', async () => {
  const hostile = {
    name: 'Zoë $& $1 {{attribute:tag}} <img src=x onerror=__pwn()>\r\nBcc: victim@evil.example',
    attributes: {},
  };
  const { segmentId, tag } = await people(3, (i) => ({
    name: i === 0 ? 'Zoë' : null,
    language: i === 1 ? 'de' : null,
  }));
  const target = (await ok('GET', `/contacts?segmentId=${segmentId}&search=p0`)).contacts[0].id;
  await inWorkspace(world.database.app.db, tern.id, (tx) =>
    tx
      .updateTable('contacts')
      .set({ name: hostile.name })
      .where('workspaceId', '=', tern.id)
      .where('id', '=', target)
      .execute(),
  );
  const body =
    'Hello {{attribute:name|you}},\n\n**Please** see [our page](https://tern.example/?a={{attribute:name|x}}&b=1) or [not](javascript:alert).';
  const id = await started({
    segmentId,
    texts: { invitation: { en: { subject: 'For {{attribute:name|you}}', body } }, reminder: {} },
  });
  await deliverAll();
  expect(received()).toEqual([0, 1, 2].map((i) => `p${i}@${tag}.example`));
  expect(await states(id)).toEqual({ sent: 3 });
  const parsed = await Promise.all(mails.received.map(({ raw }) => PostalMime.parse(raw)));
  const mail = parsed.find(({ to }) => to?.[0]?.address?.startsWith('p0@'));
  const raw = mails.received.find(({ to }) => to.startsWith('p0@'))?.raw ?? Buffer.alloc(0);
  expect(mail?.headers.map(({ key }) => key).filter((key) => key === 'bcc' || key === 'cc')).toEqual([]);
  expect(mail?.subject).toBe(`For ${hostile.name.replace(/\s+/g, ' ')}`);
  expect(mail?.from?.address).toBe('cx@tern.example');
  const header = (name: string) => mail?.headers.find(({ key }) => key === name)?.value;
  expect(header('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
  expect(header('list-unsubscribe')).toMatch(/^<http:\/\/localhost:4300\/api\/v1\/unsubscribe\/[\w-]{64}>$/);
  const html = mail?.html ?? '';
  expect(html).toContain('&#60;img src=x onerror=__pwn()&#62;');
  expect(html).toContain('Zoë $&#38; $1 {{attribute:tag}}');
  // No picture, script or style from elsewhere. What stands in the text has lost its brackets.
  const tags = [...html.matchAll(/<[^>]*>/g)].map(([tag]) => tag).join('\n');
  expect(tags).not.toMatch(
    /<(img|script|link|iframe|object|svg|video|form)\b|javascript:|\bsrc(set)?\s*=|\bbackground\s*=|\bon\w+\s*=/i,
  );
  expect(html).not.toMatch(/url\(|@import/i);
  expect(
    [...html.matchAll(/href="([^"]*)"/g)].map((match) => match[1]).filter((href) => !href?.startsWith('http')),
  ).toEqual([]);
  // The first question is answered by link, and confirmed on the page.
  const token = linkOf(raw);
  expect(html).toContain(`http://localhost:4300/s#token=${token}&#38;a=q1:9`);
  expect(mail?.text).toContain(`http://localhost:4300/s#token=${token}`);
  expect(mail?.text).toContain('Would you recommend us, Zoë $& $1 {{attribute:tag}} <img');
  expect(new Set(mails.received.map((one) => linkOf(one.raw))).size).toBe(3);
  const german = parsed.find(({ to }) => to?.[0]?.address?.startsWith('p1@'));
  expect(german?.text).toContain('Würden Sie uns empfehlen?');
  expect(german?.html).toContain('<html lang="de">');
  // Customers are known to their answers, and only their hashes are stored.
  const invitation = await inWorkspace(world.database.app.db, tern.id, (tx) =>
    tx
      .selectFrom('invitations')
      .selectAll()
      .where('workspaceId', '=', tern.id)
      .where('tokenHash', '=', hashToken(token))
      .executeTakeFirst(),
  );
  expect(invitation).toMatchObject({ contactId: target, waveId: id, used: false });
});

test('who clicks is not asked again, in no wave and by no later list; looking alone changes nothing', async () => {
  const { segmentId, tag } = await people(2, (i) => ({ language: i === 1 ? 'de' : null }));
  await started({ segmentId, reminders: 1, reminderDays: 1 });
  await deliverAll();
  const raw =
    mails.received
      .find(({ to }) => to.startsWith('p0@'))
      ?.raw.toString()
      .replaceAll('=\r\n', '') ?? '';
  const address = /\/api\/v1\/unsubscribe\/[\w-]{64}/.exec(raw.replaceAll('\r\n ', ''))?.[0] ?? '';
  const looked = await world.ask(nobody, 'GET', address);
  expect(looked.status).toBe(200);
  expect(looked.headers.get('refresh')).toBe(
    `0; url=http://localhost:4300/unsubscribe#token=${address.split('/').at(-1)}`,
  );
  // The page behind both is the sender's, in the language of the mail.
  const token = address.split('/').at(-1);
  expect(raw.replaceAll('=3D', '=')).toContain(`http://localhost:4300/unsubscribe?lang=en#token=${token}`);
  const page = (of: unknown) => world.ask(nobody, 'POST', '/api/v1/unsubscribe-page', { token: of });
  expect((await page(token)).json).toEqual({ organisation: 'Tern Ferries', language: 'en' });
  expect((await page('A'.repeat(64))).status).toBe(404);
  const [german] = mails.received.filter(({ to }) => to.startsWith('p1@'));
  const its = german?.raw.toString().replaceAll('=\r\n', '').replaceAll('=3D', '=') ?? '';
  const linked = /\/unsubscribe\?lang=(\w+)#token=([\w-]{64})/.exec(its);
  expect(linked?.[1]).toBe('de');
  expect((await page(linked?.[2])).json).toEqual({ organisation: 'Tern Ferries', language: 'de' });
  expect((await ok('GET', `/contacts?segmentId=${segmentId}&reach=unsubscribed`)).contacts).toEqual([]);
  const clicked = await world.app.request(address, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'List-Unsubscribe=One-Click',
  });
  expect(clicked.status).toBe(200);
  expect((await world.ask(nobody, 'POST', '/api/v1/unsubscribe', { token: address.split('/').at(-1) })).json).toEqual({
    unsubscribed: true,
  });
  expect((await world.ask(nobody, 'POST', '/api/v1/unsubscribe', { token: 'A'.repeat(64) })).status).toBe(404);
  const [gone] = (await ok('GET', `/contacts?segmentId=${segmentId}&reach=unsubscribed`)).contacts;
  expect(gone.email).toBe(`p0@${tag}.example`);
  mails.reset();
  world.advance(2 * 86_400_000);
  await deliverAll();
  // The reminder goes to the other one alone.
  expect(received()).toEqual([`p1@${tag}.example`]);
  // Erased and brought again by the next list: not stored, not asked.
  expect((await owner('DELETE', `/contacts/${gone.id}`)).status).toBe(200);
  const again = [{ key: 'new', email: `P0@${tag}.example`, attributes: { tag } }];
  expect(await ok('POST', '/contact-batches', { contacts: again })).toEqual({ made: 0, changed: 0, leftOut: 1 });
  const estimate = await ok('GET', `/waves/${await wave({ segmentId })}/estimate`);
  expect(estimate).toMatchObject({ drawn: 1, wouldAsk: 0, lookedAt: 1 });
  expect(estimate.skipped).toMatchObject([{ people: 1, because: expect.any(String) }]);
});

test('reminders go only to those who have not answered; of staff nothing stored says who that is', async () => {
  for (const audience of ['customer', 'staff']) {
    mails.reset();
    // Of staff it is told who has answered when that leaves either nobody or five others.
    const n = audience === 'customer' ? 6 : 10;
    const { segmentId, tag } = await people(n, (i) => ({
      audience,
      attributes: { tag: `batch${batches}`, who: `${i}` },
    }));
    const id = await started({ segmentId, reminders: 2, reminderDays: 2 }, audience);
    await deliverAll();
    expect(mails.received).toHaveLength(n);
    // Of staff links are marked as used once five are, so that no mark has a moment of its own.
    const used = mails.received.slice(0, audience === 'customer' ? 2 : 5);
    for (const { raw } of used) await answer(linkOf(raw), audience);
    // Who has begun has not answered.
    await answer(linkOf(mails.received[5]?.raw ?? Buffer.alloc(0)), audience, false);
    const tokens = new Map(mails.received.map(({ to, raw }) => [to, linkOf(raw)]));
    mails.received = [];
    await deliverAll();
    expect(mails.received).toEqual([]);
    for (const _ of [1, 2]) {
      mails.received = [];
      world.advance(2 * 86_400_000 + 60_000);
      await deliverAll();
      expect(received()).toEqual([...tokens.keys()].filter((to) => !used.some((one) => one.to === to)).sort());
      for (const { to, raw } of mails.received) expect(linkOf(raw)).toBe(tokens.get(to));
      const text = (await PostalMime.parse(mails.received[0]?.raw ?? '')).text ?? '';
      expect(text.includes('If you have answered already')).toBe(audience === 'staff');
    }
    const seen = await progress(id, '?by=tag');
    const interval = [expect.any(Number), expect.any(Number)];
    if (audience === 'customer') {
      expect(seen.response).toEqual({ invited: 6, answered: 2, rate: 2 / 6, interval });
      expect(seen.by.values).toEqual([{ value: tag, invited: 6, answered: 2, rate: 2 / 6, interval }]);
      const { bySegment } = await progress(id, '?segments=true');
      expect(bySegment.segments).toEqual([{ segmentId, name: tag, invited: 6, answered: 2, rate: 2 / 6, interval }]);
      // The responses know the wave and the person, and the ledger that they answered.
      const responses = await inWorkspace(world.database.app.db, tern.id, (tx) =>
        tx
          .selectFrom('responses')
          .innerJoin('contacts', 'contacts.id', 'responses.contactId')
          .select('contacts.email')
          .where('responses.workspaceId', '=', tern.id)
          .where('waveId', '=', id)
          .where('finished', '=', true)
          .execute(),
      );
      expect(responses.map(({ email }) => email).sort()).toEqual(used.map(({ to }) => to).sort());
      const asks = await inWorkspace(world.database.app.db, tern.id, (tx) =>
        tx
          .selectFrom('asks')
          .innerJoin('contacts', 'contacts.id', 'asks.contactId')
          .select(['contacts.email', 'answered'])
          .where('asks.workspaceId', '=', tern.id)
          .where('contacts.email', 'like', `%@${tag}.example`)
          .execute(),
      );
      expect(asks).toHaveLength(n);
      expect(
        asks
          .filter(({ answered }) => answered)
          .map(({ email }) => email)
          .sort(),
      ).toEqual(used.map(({ to }) => to).sort());
    } else {
      expect(seen).toMatchObject({
        inStepsOf: 5,
        remindersSent: null,
        response: { invited: n, answered: 5, interval: null },
      });
      const rows = await inWorkspace(world.database.app.db, tern.id, (tx) =>
        tx
          .selectFrom('mailQueue')
          .selectAll()
          .where('workspaceId', '=', tern.id)
          .where('waveId', '=', id)
          .where('number', '>', 0)
          .execute(),
      );
      const told = rows.map(({ state, attempts, triedAt, rule, because }) =>
        JSON.stringify({ state, attempts, triedAt, rule, because }),
      );
      expect(rows.length).toBeGreaterThan(0);
      expect(new Set(told).size).toBe(1);
      const invitations = await inWorkspace(world.database.app.db, tern.id, (tx) =>
        tx
          .selectFrom('invitations')
          .select('contactId')
          .where('workspaceId', '=', tern.id)
          .where('waveId', '=', id)
          .execute(),
      );
      expect(invitations.map(({ contactId }) => contactId)).toEqual(Array(n).fill(null));
    }
  }
});

test('enough is enough: once so many have answered nobody else is asked', async () => {
  const { segmentId } = await people(8, (i) => ({ timeZone: i < 5 ? 'UTC' : 'Pacific/Pago_Pago' }));
  const day = new Date(world.services.now().getTime() + 2 * 86_400_000).toISOString().slice(0, 10);
  const id = await started({ segmentId, enough: 2, reminders: 1, reminderDays: 1, sendAt: `${day}T09:00` });
  world.advance(Date.parse(`${day}T09:00Z`) - world.services.now().getTime() + 60_000);
  await deliverAll();
  expect(await states(id)).toEqual({ sent: 5, waiting: 3 });
  const [first, second] = mails.received;
  await answer(linkOf(first?.raw ?? Buffer.alloc(0)), 'customer');
  await deliver();
  expect((await progress(id)).status).toBe('running');
  await answer(linkOf(second?.raw ?? Buffer.alloc(0)), 'customer');
  await deliver();
  const over = await progress(id);
  expect(over).toMatchObject({ status: 'ended', endedBecause: 'Enough people have answered (2).' });
  expect(over.invitations).toMatchObject({ sent: 5, cancelled: 3 });
  world.advance(10 * 86_400_000);
  await deliverAll();
  expect(mails.received).toHaveLength(5);
});

test('a bad address bounces and is not asked again; a policy refusal marks nobody; a "later" comes later, once', async () => {
  const { segmentId, tag } = await people(4);
  const at = (i: number) => `p${i}@${tag}.example`;
  mails.refuse.set(at(0), '550 5.1.1 no such user');
  mails.refuse.set(at(1), '550 5.7.1 relaying denied');
  mails.refuse.set(at(2), '451 4.7.1 greylisted, come back');
  const id = await started({ segmentId });
  await deliver();
  expect(await states(id)).toEqual({ sent: 1, bounced: 1, failed: 1, waiting: 1 });
  const bounced = (await ok('GET', `/contacts?segmentId=${segmentId}&reach=bounced`)).contacts;
  expect(bounced.map(({ email }: { email: string }) => email)).toEqual([at(0)]);
  const [failed] = (await ok('GET', `/waves/${id}/mails?state=failed`)).mails;
  expect(failed).toMatchObject({ because: expect.stringContaining('5.7.1 relaying denied'), rule: 'refused' });
  mails.refuse.clear();
  await deliver();
  expect(received()).toEqual([at(3)]);
  world.advance(70_000);
  await deliver();
  expect(received()).toEqual([at(2), at(3)].sort());
  expect((await owner('POST', `/waves/${id}/mails/${failed.id}/again`)).status).toBe(204);
  await deliver();
  expect(received()).toEqual([at(1), at(2), at(3)].sort());
  expect(await states(id)).toEqual({ sent: 3, bounced: 1 });
});

test('a server that hangs, refuses to talk or is gone costs nobody the mail, and is left alone for a while', async () => {
  const { segmentId } = await people(12);
  const id = await started({ segmentId });
  mails.behaviour = 'hang';
  await deliver();
  expect(await states(id)).toEqual({ waiting: 12 });
  expect((await progress(id)).mailServer).toEqual(expect.any(String));
  mails.reset();
  await deliver();
  expect(mails.received).toEqual([]);
  mails.greetingRefusal = '421 4.3.2 too busy';
  world.advance(61_000);
  await deliver();
  expect(await states(id)).toEqual({ waiting: 12 });
  mails.reset();
  world.advance(61_000);
  await deliverAll();
  expect(await states(id)).toEqual({ sent: 12 });
  expect(new Set(received()).size).toBe(12);
  expect(mails.received).toHaveLength(12);
});

test('cut off after the message, nobody knows: of one mail, listed, sent again only by decision', async () => {
  for (const behaviour of ['drop after data', 'hang in data'] as const) {
    mails.reset();
    world.advance(61_000);
    const { segmentId } = await people(4);
    const id = await started({ segmentId });
    mails.behaviour = behaviour;
    await deliver();
    // The others were not begun.
    expect(await states(id)).toEqual({ unclear: 1, waiting: 3 });
    expect(mails.received).toHaveLength(1);
    mails.behaviour = 'accept';
    world.advance(3_600_000);
    await deliver();
    expect(mails.received).toHaveLength(4);
    expect(new Set(received()).size).toBe(4);
    const list = (await ok('GET', `/waves/${id}/mails?state=unclear`)).mails;
    expect(list).toHaveLength(1);
    expect((await owner('POST', `/waves/${id}/mails/${list[0].id}/again`)).status).toBe(204);
    await deliver();
    expect(mails.received).toHaveLength(5);
    expect(await states(id)).toEqual({ sent: 4 });
    // The same mail again, and a receiving server can tell.
    const twice = mails.received
      .filter(({ to }) => to === mails.received[4]?.to)
      .map(({ raw }) => /message-id: (.*)/i.exec(raw.toString())?.[1]);
    expect(twice[0]).toBe(twice[1]);
  }
});

test('a thousand people, two workers at once, a rate: one mail each', async () => {
  const n = rounds(1_000, 10_000);
  const { segmentId } = await people(n);
  await ok('PATCH', '/mail-settings', { perMinute: 400 });
  const id = await started({ segmentId });
  await Promise.all([deliver(CALM), deliver(CALM)]);
  expect(mails.received.length).toBeGreaterThan(0);
  // Two workers look at the rate at the same moment: each may take one batch more.
  expect(mails.received.length).toBeLessThanOrEqual(480);
  await ok('PATCH', '/mail-settings', { perMinute: 100_000 });
  for (let i = 0; i < 200 && (await states(id)).waiting; i++) {
    await Promise.all([deliver(CALM), deliver(CALM)]);
  }
  expect(await states(id)).toEqual({ sent: n });
  expect(mails.received).toHaveLength(n);
  expect(new Set(received()).size).toBe(n);
  expect(new Set(mails.received.map(({ raw }) => linkOf(raw))).size).toBe(n);
});

test('a worker that dies at any moment loses no mail and doubles none; what is unclear is listed', async () => {
  const n = rounds(300, 5_000);
  const { segmentId } = await people(n);
  const id = await started({ segmentId });
  const superuser = new pg.Client(world.database.superuserUrl);
  await superuser.connect();
  let crashes = 0;
  for (let round = 0; round < rounds(12, 500) && (await states(id)).waiting; round++) {
    // A worker of its own, whose database goes away while it works: nothing of what comes after is written.
    const born = await superuser.query<{ now: Date }>('SELECT now()');
    const dying = connect(world.database.appUrl, { max: 6 });
    dying.pool.on('connect', (client) => client.on('error', () => {}));
    const work = deliverDue({ ...world.services, connection: dying }, tern.id, new AbortController().signal, CALM);
    const ended = work.then(
      () => true,
      () => false,
    );
    await new Promise((resolve) => setTimeout(resolve, 150 + Math.random() * 400));
    const closed = dying.close().catch(() => {});
    await superuser.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND backend_start > $1',
      [born.rows[0]?.now],
    );
    const fine = await ended;
    if (!fine) crashes++;
    await closed;
    world.advance(6 * 60_000);
  }
  await superuser.end();
  expect(crashes).toBeGreaterThan(0);
  await deliverAll();
  const last = await states(id);
  expect(last.waiting ?? 0).toBe(0);
  expect((last.sent ?? 0) + (last.unclear ?? 0)).toBe(n);
  // Nobody got two, and at most one per crash is unclear.
  expect(new Set(received()).size).toBe(mails.received.length);
  expect(mails.received.length).toBeGreaterThanOrEqual(last.sent ?? 0);
  expect(last.unclear ?? 0).toBeLessThanOrEqual(crashes);
});

test('each at nine on their own clock; pause holds, cancel ends, a sample is drawn again the same', async () => {
  const zones = ['Pacific/Auckland', 'Europe/Berlin', 'America/Los_Angeles', null];
  const { segmentId } = await people(4, (i) => ({ timeZone: zones[i] }));
  await ok('PATCH', '/mail-settings', { timeZone: 'Asia/Kolkata' });
  // The same zone that days of surveys are counted in.
  expect((await ok('GET', '/asking-settings')).timeZone).toBe('Asia/Kolkata');
  const day = new Date(world.services.now().getTime() + 3 * 86_400_000).toISOString().slice(0, 10);
  const id = await started({ segmentId, sendAt: `${day}T09:00` });
  const due = await inWorkspace(world.database.app.db, tern.id, (tx) =>
    tx
      .selectFrom('mailQueue')
      .innerJoin('contacts', (join) => join.onRef('contacts.id', '=', 'mailQueue.contactId'))
      .select(['contacts.key', 'scheduledAt'])
      .where('waveId', '=', id)
      .orderBy('contacts.key')
      .execute(),
  );
  const clock = (at: Date, timeZone: string) =>
    at.toLocaleString('sv', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  expect(due.map(({ scheduledAt }, i) => clock(scheduledAt, zones[i] ?? 'Asia/Kolkata'))).toEqual(
    Array(4).fill(`${day} 09:00`),
  );
  expect(new Set(due.map(({ scheduledAt }) => scheduledAt.getTime())).size).toBe(4);
  await ok('POST', `/waves/${id}/steer`, { what: 'pause' });
  world.advance(5 * 86_400_000);
  await deliver();
  expect(mails.received).toEqual([]);
  await ok('POST', `/waves/${id}/steer`, { what: 'resume' });
  await deliver();
  expect(mails.received).toHaveLength(4);
  const crowd = await people(40, (i) => ({ attributes: { tag: `batch${batches}`, city: i < 30 ? 'Bergen' : 'Oslo' } }));
  const drawn = async (waveId: string) => {
    await ok('POST', `/waves/${waveId}/start`);
    return inWorkspace(world.database.app.db, tern.id, async (tx) =>
      (
        await tx.selectFrom('mailQueue').select('contactId').where('waveId', '=', waveId).orderBy('contactId').execute()
      ).map(({ contactId }) => contactId),
    );
  };
  const random = await wave({ segmentId: crowd.segmentId, sample: { kind: 'random', n: 10 } });
  expect(await drawn(random)).toHaveLength(10);
  const again = (await ok('GET', `/waves/${random}/estimate`)).drawn;
  expect(again).toBe(10);
  const quotas = [
    { value: 'Bergen', n: 5 },
    { value: 'Oslo', n: 50 },
    { value: 'Paris', n: 3 },
  ];
  const quota = await wave({ segmentId: crowd.segmentId, sample: { kind: 'quota', attribute: 'city', quotas } });
  expect(await drawn(quota)).toHaveLength(15);
  expect((await owner('PUT', `/waves/${quota}/schedule`, { segmentId: null })).status).toBe(409);
  await ok('POST', `/waves/${quota}/steer`, { what: 'cancel' });
  expect(await states(quota)).toEqual({ cancelled: 15 });
  expect((await owner('POST', `/waves/${quota}/steer`, { what: 'resume' })).status).toBe(409);
  expect((await owner('POST', `/waves/${quota}/start`)).status).toBe(409);
});

test('once a wave of staff is started, nothing from elsewhere goes in, also before its mails are due', async () => {
  const { segmentId } = await people(5, () => ({ audience: 'staff' }));
  const day = new Date(world.services.now().getTime() + 3 * 86_400_000).toISOString().slice(0, 10);
  const id = await wave({ segmentId, sendAt: `${day}T09:00` }, 'staff');
  const links = `/surveys/${survey}/links`;
  const { token } = await ok('POST', links, { audience: 'staff', waveId: id });
  const opens = async () => (await owner('PATCH', `${links}/${token}`, { closed: false })).status;
  expect((await owner('POST', `/waves/${id}/start`)).status).toBe(422);
  await ok('PATCH', `${links}/${token}`, { closed: true });
  await ok('POST', `/waves/${id}/start`);
  expect(await states(id)).toEqual({ waiting: 5 });
  expect((await owner('POST', links, { audience: 'staff', waveId: id })).status).toBe(422);
  expect(await opens()).toBe(422);
  await ok('POST', `/waves/${id}/steer`, { what: 'pause' });
  expect(await opens()).toBe(422);
  // Nobody was invited after all.
  await ok('POST', `/waves/${id}/steer`, { what: 'cancel' });
  expect(await opens()).toBe(200);
});

test('links to hand over are those of the mails; a preview and a test mail go to nobody else', async () => {
  const { segmentId, tag } = await people(2, (i) => (i === 0 ? { name: '=HYPERLINK("x")', email: null } : {}));
  const id = await wave({ segmentId });
  const said = { senderName: 'Tern, "the" <Ferries>', replyTo: 'hello@tern.example', footer: 'Quay 1\n<b>Bergen</b>' };
  expect(await ok('PATCH', '/mail-settings', said)).toMatchObject({ ...said, from: 'Tern Ferries <cx@tern.example>' });
  expect((await owner('PATCH', '/mail-settings', { senderName: 'a\r\nBcc: x@y.z' })).status).toBe(400);
  const csv = await owner('POST', `/waves/${id}/personal-links`);
  expect(csv.text.trim().split('\r\n')).toHaveLength(3);
  expect(csv.text).toContain(`"'=HYPERLINK(""x"")"`);
  await ok('POST', `/waves/${id}/start`);
  await deliverAll();
  expect(await states(id)).toEqual({ sent: 1 });
  const mail = mails.received.find(({ to }) => to === `p1@${tag}.example`);
  expect(csv.text).toContain(linkOf(mail?.raw ?? Buffer.alloc(0)));
  const parsed = await PostalMime.parse(mail?.raw ?? '');
  expect(parsed.from).toEqual({ name: said.senderName, address: 'cx@tern.example' });
  expect(parsed.replyTo?.[0]?.address).toBe(said.replyTo);
  expect(parsed.text).toContain('Quay 1\n<b>Bergen</b>');
  expect(parsed.html).toContain('Quay 1<br>&#60;b&#62;Bergen&#60;/b&#62;');
  mails.received = [];
  const look = await ok('POST', `/waves/${id}/mail-preview`, { kind: 'reminder', language: 'fr' });
  expect(look.subject).toBe('Rappel : Tern Ferries aimerait avoir votre avis');
  expect(await ok('POST', `/waves/${id}/test-mail`, { language: 'nl' })).toEqual({ to: tern.people.owner.email });
  expect(received()).toEqual([tern.people.owner.email]);
});
