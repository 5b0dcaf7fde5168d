import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startBackground, wake } from '../../src/server/background/background.ts';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { forgetEventsAbout, writeOutbox } from '../../src/server/outbox/verbs.ts';
import { waitAfter } from '../../src/server/webhooks/attempts.ts';
import { seal, unseal } from '../../src/server/webhooks/seal.ts';
import { isSecret, newSecret, signedHeaders } from '../../src/server/webhooks/sign.ts';
import { pruneEvents, webhookTask } from '../../src/server/webhooks/task.ts';
import { type Company, LANTERN_HOTELS, openWorld, TERN_FERRIES, type World } from '../world.ts';
import { addWebhook, deliverAll, LOOPBACK, type Receiver, receiver, responseEvent, tell } from './webhooks-world.ts';

const HOUR = 3_600_000;
let world: World;
let tern: Company;
const open: Receiver[] = [];
beforeAll(async () => {
  world = await openWorld({ config: LOOPBACK });
  tern = await world.company(TERN_FERRIES);
});
afterEach(async () => {
  for (const one of open.splice(0)) one.close();
  const { endpoints } = (await ask('GET', '')).json;
  for (const { id } of endpoints) await ask('DELETE', `/${id}`);
});
afterAll(() => world.close());

async function listening(...behave: Parameters<typeof receiver>): Promise<Receiver> {
  const one = await receiver(...behave);
  open.push(one);
  return one;
}
const ask = (method: string, path: string, body?: unknown) =>
  world.ask(tern.people.owner, method, `/api/v1/workspaces/${tern.id}/webhooks${path}`, body);
const deliver = () => deliverAll(world.services, tern.id);
const inside = <T>(work: Parameters<typeof inWorkspace<T>>[2]) =>
  inWorkspace(world.services.connection.db, tern.id, work);

// ── Signing ────────────────────────────────────────────────────────────────────────────────────────────────────────
test('the example of the standard: same secret, id, time and body, same signature', () => {
  const headers = signedHeaders(
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    'msg_p5jXN8AQM9LWM0D4loKWxJek',
    new Date(1_614_265_330_000),
    '{"test": 2432232314}',
  );
  expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

test('what arrives verifies with the standard library, and not when a byte is changed', async () => {
  const target = await listening();
  const { secret } = await addWebhook(world, tern, target.url);
  await tell(world, tern.id, [responseEvent('r1')]);
  await deliver();
  const [one] = target.arrived;
  if (!one) throw new Error('nothing arrived');
  const headers = one.headers as Record<string, string>;
  expect(new Webhook(secret).verify(one.body, headers)).toEqual({
    type: 'response.finished',
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    data: responseEvent('r1').payload,
  });
  expect(() => new Webhook(secret).verify(one.body.replace('web', 'wab'), headers)).toThrow();
  expect(() => new Webhook(newSecret()).verify(one.body, headers)).toThrow();
  expect(headers['content-type']).toBe('application/json');
});

test('after a rotation both secrets verify for a day, then only the new one', async () => {
  const target = await listening();
  const { id, secret } = await addWebhook(world, tern, target.url);
  const rotated = (await ask('POST', `/${id}/rotate`)).json;
  expect(rotated.secret).not.toBe(secret);
  await tell(world, tern.id, [responseEvent('rotation-1')]);
  await deliver();
  const first = target.arrived[0];
  expect(String(first?.headers['webhook-signature']).split(' ')).toHaveLength(2);
  for (const key of [secret, rotated.secret]) {
    new Webhook(key).verify(first?.body ?? '', first?.headers as Record<string, string>);
  }
  world.advance(25 * HOUR);
  await tell(world, tern.id, [responseEvent('rotation-2')]);
  await deliver();
  expect(String(target.arrived[1]?.headers['webhook-signature']).split(' ')).toHaveLength(1);
});

test('secrets: 24 to 64 bytes in base64; sealed for one endpoint under one key', () => {
  const bytes = (n: number) => `whsec_${Buffer.alloc(n, 7).toString('base64')}`;
  expect([24, 32, 64].every((n) => isSecret(bytes(n)))).toBe(true);
  expect([bytes(23), bytes(65), 'whsec_', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', `${bytes(32)}!`].some(isSecret)).toBe(
    false,
  );
  const sealed = seal('key', 'a', 'text');
  expect(sealed.includes('text')).toBe(false);
  expect(unseal('key', 'a', sealed)).toBe('text');
  expect([unseal('other', 'a', sealed), unseal('key', 'b', sealed), unseal('key', 'a', sealed.subarray(1))]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test('ten attempts over about 75 hours; jitter only adds; more time where the receiver asks for it', () => {
  const waits = Array.from({ length: 9 }, (_, i) => waitAfter(i + 1, 0) ?? 0);
  expect(waits.reduce((sum, wait) => sum + wait, 0) / HOUR).toBeCloseTo(75.6, 1);
  expect(waitAfter(10, 0)).toBeUndefined();
  expect(waitAfter(1, 1)).toBe(5_500);
  expect(waitAfter(1, 0, 3600)).toBe(HOUR);
});

// ── What is told, and to whom ──────────────────────────────────────────────────────────────────────────────────────
test('an event is stored with its change or not at all', async () => {
  await expect(
    inside(async (tx) => {
      await writeOutbox(tern.id, tx, [responseEvent('rolled back')]);
      throw new Error('the change failed');
    }),
  ).rejects.toThrow('the change failed');
  const target = await listening();
  await addWebhook(world, tern, target.url);
  await deliver();
  expect(target.arrived).toEqual([]);
});

test('of protected audiences nothing is told that could be joined', async () => {
  const survey = randomUUID();
  const protectedEvent = (payload: object) => [{ kind: 'response.finished', subject: 'r', payload } as never];
  const base = { survey, channel: 'link', response: 'r', at: '2026-11-22' };
  for (const audience of ['leadership', 'staff']) {
    await expect(inside((tx) => writeOutbox(tern.id, tx, protectedEvent({ ...base, audience })))).rejects.toThrow();
  }
  const published = { survey, audience: 'staff' as const, count: 5, at: '2026-11-22' };
  const more = { kind: 'responses.published', subject: survey, payload: { ...published, response: 'r' } } as never;
  await expect(inside((tx) => writeOutbox(tern.id, tx, [more]))).rejects.toThrow();
  const target = await listening();
  await addWebhook(world, tern, target.url);
  await tell(world, tern.id, [{ kind: 'responses.published', subject: survey, surveyId: survey, payload: published }]);
  await deliver();
  expect(target.arrived.map(({ json }) => json)).toEqual([
    { type: 'responses.published', timestamp: expect.stringMatching(/T00:00:00\.000Z$/), data: published },
  ]);
});

test('only the events and surveys that an endpoint asked for; one that is off is told nothing', async () => {
  const [all, finished, other, off] = await Promise.all([listening(), listening(), listening(), listening()]);
  await addWebhook(world, tern, all.url);
  await addWebhook(world, tern, finished.url, { events: ['response.finished'] });
  await addWebhook(world, tern, other.url, { surveyIds: [randomUUID()] });
  const { id } = await addWebhook(world, tern, off.url);
  expect((await ask('PATCH', `/${id}`, { enabled: false })).status).toBe(204);
  await tell(world, tern.id, [responseEvent('a', 'response.started'), responseEvent('a', 'response.finished')]);
  await deliver();
  expect([all, finished, other, off].map((target) => target.arrived.length)).toEqual([2, 1, 0, 0]);
  expect((await ask('PATCH', `/${id}`, { enabled: true })).status).toBe(204);
  await deliver();
  expect(off.arrived).toEqual([]);
});

test('erased responses are told of no more', async () => {
  let up = false;
  const target = await listening(() => (up ? 200 : 500));
  await addWebhook(world, tern, target.url);
  await tell(world, tern.id, [responseEvent('erased'), responseEvent('stays')]);
  await deliver();
  await inside((tx) => forgetEventsAbout(tern.id, tx, ['erased']));
  up = true;
  world.advance(HOUR);
  await deliver();
  expect(target.arrived.filter(({ status }) => status === 200).map(({ json }) => json.data.response)).toEqual([
    'stays',
  ]);
});

test('the background of the server delivers by itself, and stops while a receiver hangs', async () => {
  let arrived = () => {};
  const first = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const target = await listening((one) => {
    if (one.json.data.response !== 'background') return 0;
    arrived();
    return 200;
  });
  await addWebhook(world, tern, target.url);
  const background = startBackground(world.services, [webhookTask]);
  await tell(world, tern.id, [responseEvent('background'), responseEvent('hangs')]);
  wake(tern.id);
  await first;
  await background.stop();
  expect(world.logged()).not.toContain('could not be delivered');
});

// ── By hand ────────────────────────────────────────────────────────────────────────────────────────────────────────
test('a test event says at once how it went, and never what the receiver wrote', async () => {
  let status = 200;
  const target = await listening(() => status);
  const { id } = await addWebhook(world, tern, target.url);
  const good = await ask('POST', `/${id}/test`);
  expect(good.json).toMatchObject({ event: 'test', state: 'delivered', attempts: 1, log: [{ status: 200 }] });
  status = 500;
  const bad = await ask('POST', `/${id}/test`);
  expect(bad.json).toMatchObject({ state: 'dead', log: [{ status: 500 }] });
  target.close();
  expect((await ask('POST', `/${id}/test`)).json).toMatchObject({ log: [{ failed: 'unreachable' }] });
  expect((await ask('GET', `/${id}/deliveries`)).text).not.toContain('ignored');
});

test('replay by hand and by range keeps the webhook-id; what came while it was off is caught up', async () => {
  const target = await listening();
  const { id } = await addWebhook(world, tern, target.url);
  const from = new Date(Date.now() - HOUR).toISOString();
  await tell(world, tern.id, [responseEvent('replay-1')]);
  await deliver();
  await ask('PATCH', `/${id}`, { enabled: false });
  await tell(world, tern.id, [responseEvent('replay-2')]);
  await deliver();
  await ask('PATCH', `/${id}`, { enabled: true });
  const to = new Date(Date.now() + HOUR).toISOString();
  const mine = () => target.arrived.filter(({ json }) => json.data.response?.startsWith('replay-'));

  expect((await ask('POST', `/${id}/replay`, { from, to, what: 'undelivered' })).json.count).toBeGreaterThanOrEqual(1);
  await deliver();
  expect(mine().map(({ json }) => json.data.response)).toEqual(['replay-1', 'replay-2']);
  const { deliveries } = (await ask('GET', `/${id}/deliveries?state=delivered`)).json;
  const first = deliveries.find(({ subject }: { subject: string }) => subject === 'replay-1');
  expect((await ask('POST', `/${id}/deliveries/${first.id}/replay`)).json.state).toBe('waiting');
  await deliver();
  expect(mine().filter(({ id: webhookId }) => webhookId === first.id)).toHaveLength(2);
  expect((await ask('POST', `/${id}/replay`, { from: to, to: from, what: 'all' })).status).toBe(422);
});

test('what the form refuses, and how', async () => {
  const hook = { type: 'webhook', name: 'x', events: ['response.finished'] };
  const refused = async (more: object) => {
    const reply = await ask('POST', '', { ...hook, ...more });
    return [reply.status, reply.json.fields?.[0]?.field];
  };
  expect(await refused({ url: 'http://10.0.0.1/' })).toEqual([422, 'body.url']);
  expect(await refused({ url: 'https://169.254.169.254/latest/meta-data' })).toEqual([422, 'body.url']);
  expect(await refused({ url: 'https://user:pass@93.184.216.34/' })).toEqual([422, 'body.url']);
  expect(await refused({ url: 'http://93.184.216.34/' })).toEqual([422, 'body.url']);
  expect(await refused({ url: 'https://93.184.216.34/', events: [] })).toEqual([400, 'body.events']);
  expect(await refused({ url: 'https://93.184.216.34/', events: ['test'] })).toEqual([400, 'body.events.0']);
  expect(await refused({ url: 'https://93.184.216.34/', secret: 'whsec_short' })).toEqual([400, 'body.secret']);
  expect(await refused({ url: 'https://93.184.216.34/', type: 'slack', secret: newSecret() })).toEqual([
    422,
    'body.secret',
  ]);
});

test('secrets and addresses of channels are stored sealed and shown to nobody again', async () => {
  const target = await listening();
  const { id, secret } = await addWebhook(world, tern, target.url);
  await addWebhook(world, tern, `${target.url}/T000/B000/veryprivate`, { type: 'slack', name: 'Channel' });
  const listed = await ask('GET', '');
  expect(listed.text).not.toContain(secret);
  expect(listed.text).not.toContain('veryprivate'.slice(0, 7));
  expect(listed.json.endpoints).toHaveLength(2);
  const stored = await inside((tx) => tx.selectFrom('webhookEndpoints').selectAll().execute());
  const bytes = JSON.stringify(
    stored.map((row) => [row.sealedSecret?.toString('latin1'), row.sealedUrl.toString('latin1')]),
  );
  expect(bytes).not.toContain(Buffer.from(secret.slice(6), 'base64').toString('latin1'));
  expect(bytes).not.toContain('veryprivate');
  expect(stored.find((row) => row.id === id)?.sealedSecret).toBeInstanceOf(Buffer);
  const audit = await world.ask(tern.people.owner, 'GET', `/api/v1/workspaces/${tern.id}/audit`);
  expect(audit.text).toContain('webhook.create');
  expect(audit.text + world.logged()).not.toContain('veryprivate');
  expect(audit.text + world.logged()).not.toContain(secret);
});

test('another company sees none of it', async () => {
  const target = await listening();
  const { id } = await addWebhook(world, tern, target.url);
  const lantern = await world.company(LANTERN_HOTELS);
  const theirs = `/api/v1/workspaces/${lantern.id}/webhooks`;
  expect((await world.ask(lantern.people.owner, 'GET', theirs)).json.endpoints).toEqual([]);
  for (const [method, path, body] of [
    ['POST', '/test', undefined],
    ['POST', '/rotate', undefined],
    ['GET', '/deliveries', undefined],
    ['PATCH', '', { enabled: false }],
    ['DELETE', '', undefined],
  ] as const) {
    expect((await world.ask(lantern.people.owner, method, `${theirs}/${id}${path}`, body)).status).toBe(404);
  }
  await tell(world, lantern.id, [responseEvent('theirs')]);
  await deliverAll(world.services, lantern.id);
  expect(target.arrived).toEqual([]);
});

test('what is older than 30 days is forgotten, with its deliveries', async () => {
  const target = await listening();
  const { id } = await addWebhook(world, tern, target.url);
  await tell(world, tern.id, [responseEvent('old')]);
  await deliver();
  const later = await openWorld({ database: world.database });
  const left = async (days: number) => {
    later.advance(days * 24 * HOUR);
    await pruneEvents(later.services, tern.id, new AbortController().signal);
    return (await ask('GET', `/${id}/deliveries`)).json.deliveries.length;
  };
  expect([await left(28), await left(3)]).toEqual([1, 0]);
});

// ── Slack and Teams ────────────────────────────────────────────────────────────────────────────────────────────────
test('channels get a sentence with a link; names of surveys stay text', async () => {
  const target = await listening();
  const evil = '<!channel> & <https://evil.example|click> *b* @here {{DATE(2026-01-01)}} [x](https://evil.example)';
  const made = await world.ask(tern.people.owner, 'POST', `/api/v1/workspaces/${tern.id}/surveys`, { name: evil });
  const surveyId = made.json.id;
  await addWebhook(world, tern, target.url, { type: 'slack' });
  await addWebhook(world, tern, target.url, { type: 'teams' });
  const event = { ...responseEvent('chat'), surveyId };
  await tell(world, tern.id, [event]);
  await deliver();
  const bodies = target.arrived.map(({ body }) => JSON.parse(body));
  const slack = bodies.find((body) => 'text' in body);
  expect(slack.text).toContain('A customer answered');
  // The only marks that Slack would act on are those of our own link.
  expect(slack.text.match(/<[^>]*>/g)).toEqual([`<http://localhost:4300/w/${tern.id}|Open Parallax>`]);
  expect(slack.text).toContain('&lt;!');
  expect(slack.text).not.toMatch(/@here|https:\/\/evil/);
  const teams = bodies.find((body) => 'attachments' in body);
  const card = teams.attachments[0].content;
  expect(card.body).toEqual([
    { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: expect.stringContaining('<!channel>') }] },
  ]);
  expect(card.body[0].inlines[0].text).not.toContain('{{');
  expect(card.actions).toEqual([
    { type: 'Action.OpenUrl', title: 'Open Parallax', url: `http://localhost:4300/w/${tern.id}` },
  ]);
  expect(target.arrived.some(({ headers }) => 'webhook-signature' in headers)).toBe(false);
});
