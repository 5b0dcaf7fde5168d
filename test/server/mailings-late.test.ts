import { afterAll, beforeEach, expect, test } from 'vitest';
import { addSurvey } from './asks-world.ts';
import { openMailWorld } from './mail-world.ts';
import { Device } from './ticket-device.ts';

/** Nobody fills a batch of anonymous answers with links that they made, or with people whom they added, while answers wait. */

const mail = await openMailWorld();
const { mails, world, tern, inside, close } = mail;
afterAll(close);
beforeEach(() => {
  mails.reset();
  world.advance(61_000);
});
const ask = (method: string, at: string, body?: unknown) => mail.ask(tern.people.owner, method, at, body);
const ok = (method: string, at: string, body?: unknown) => mail.ok(tern.people.owner, method, at, body);
const tokensIn = (text: string) => [...text.matchAll(/s#token=(ans_[\w-]+)/g)].map(([, token]) => token ?? '');

let tags = 0;
async function wave(audience = 'staff', settings: object = {}) {
  const tag = `late${++tags}`;
  const person = (i: number) => ({
    key: `${tag}-${i}`,
    audience,
    email: `p${i}@${tag}.example`,
    attributes: { tag, department: 'Deck' },
  });
  const add = (from: number, to: number) =>
    ok('POST', '/contact-batches', { contacts: Array.from({ length: to - from }, (_, i) => person(from + i)) });
  await add(0, 8);
  const condition = { of: 'attribute', key: 'tag', is: 'eq', value: tag };
  const { id: segmentId } = await ok('POST', '/segments', { name: tag, condition });
  const surveyId = await addSurvey(world, tern.id, { name: tag, audiences: ['staff', 'customer'], settings });
  const { id } = await ok('POST', `/surveys/${surveyId}/waves`, { name: 'Spring', audience });
  await ok('PUT', `/waves/${id}/schedule`, { reminders: 0, segmentId });
  return {
    id,
    surveyId,
    add,
    mint: (count = 4) => ask('POST', `/waves/${id}/invitations`, { count }),
    start: () => ask('POST', `/waves/${id}/start`),
    async file() {
      const { status, text, headers, json } = await ask('POST', `/waves/${id}/personal-links`);
      return { status, detail: json?.detail, tokens: tokensIn(text), leftOut: headers.get('left-out') };
    },
    async deliver() {
      await mail.deliver();
      return mails.received.map(({ to }) => to.split('@')[0]).sort();
    },
    logOf: async (key: number) => {
      const { contacts } = await ok('GET', `/contacts?search=${tag}-${key}`);
      const { decisions } = await ok('GET', `/ask-decisions?person=contact:${contacts[0].id}`);
      return decisions.map(({ rule, because }: { rule: string; because: string }) => `${rule}: ${because}`);
    },
  };
}
const refused = (sentence: string) => ({ status: 409, json: { detail: expect.stringContaining(sentence) } });
const BESIDE = 'Make a wave of its own for these links.';

test('no links are made into a wave of staff who are invited by mail, from its start on', async () => {
  const { id, mint, start, deliver } = await wave();
  expect((await start()).status).toBe(200);
  expect(await mint()).toMatchObject(refused(BESIDE));
  expect(await deliver()).toHaveLength(8);
  expect(await mint()).toMatchObject(refused(BESIDE));
  await ok('POST', `/waves/${id}/steer`, { what: 'cancel' });
  expect(await mint(1)).toMatchObject(refused(BESIDE));
  expect((await ok('GET', `/waves/${id}/invitations`)).made).toBe(8);
});

test.each([{}, { keptAttributes: ['department'] }])(
  'nor into one whose people have links from a file (%o)',
  async (settings) => {
    const { mint, file } = await wave('staff', settings);
    expect((await file()).tokens).toHaveLength(8);
    expect(await mint(6)).toMatchObject(refused(BESIDE));
  },
);

test('a wave of staff with such links sends no mails and hands out no file', async () => {
  const { id, mint, start, file } = await wave();
  expect((await mint()).status).toBe(201);
  expect((await mint()).status).toBe(201);
  const because = 'Make another wave for mails or a file.';
  expect((await ok('GET', `/waves/${id}/estimate`)).problems).toEqual([expect.stringContaining(because)]);
  expect(await start()).toMatchObject({ status: 422, json: { detail: expect.stringContaining(because) } });
  expect(await file()).toMatchObject({ status: 409, detail: expect.stringContaining(because) });
  expect((await ok('GET', `/waves/${id}/invitations`)).made).toBe(8);
});

test('at the same moment one of the two wins', async () => {
  for (let i = 0; i < 6; i++) {
    const { id, mint, start, file, deliver } = await wave();
    const [made, other] = await Promise.all(i % 2 ? [mint(), start()] : [mint(), file()]);
    expect([made.status < 300, other.status < 300].filter(Boolean), `${made.status} ${other.status}`).toHaveLength(1);
    await deliver();
    const kinds = await inside((tx) =>
      tx.selectFrom('invitations').select('minted').distinct().where('waveId', '=', id).execute(),
    );
    expect(kinds).toHaveLength(1);
  }
});

test('once links of a file are opened, nobody is added by another file or by mail', async () => {
  const { add, file, start, deliver, logOf } = await wave();
  const first = await file();
  await add(8, 10);
  // Nobody has opened one yet.
  const second = await file();
  expect([second.tokens.length, second.leftOut]).toEqual([10, '']);
  await new Device(world, first.tokens[0] ?? '').open();
  await add(10, 14);
  const third = await file();
  expect([third.tokens.length, third.leftOut]).toEqual([10, 'not_drawn=4']);
  expect(await logOf(12)).toEqual(['not_drawn: Not drawn: whom “Spring” asks was settled before.']);
  expect((await start()).json).toEqual({ drawn: 10 });
  expect(await deliver()).toHaveLength(10);
  expect(await logOf(13)).toHaveLength(2);
});

test('nor is anybody by a file once mails of the wave are planned', async () => {
  const { add, file, start, deliver } = await wave();
  await start();
  await add(8, 12);
  const planned = await file();
  expect([planned.tokens.length, planned.leftOut]).toEqual([8, 'not_drawn=4']);
  expect(await deliver()).toHaveLength(8);
  expect((await file()).leftOut).toBe('not_drawn=4');
});

test('customers who are named may be invited in every way', async () => {
  const { mint, file, start, add, deliver } = await wave('customer');
  expect((await mint()).status).toBe(201);
  expect((await file()).tokens).toHaveLength(8);
  expect((await start()).status).toBe(200);
  await add(8, 9);
  expect((await file()).tokens).toHaveLength(9);
  expect((await mint()).status).toBe(201);
  expect(await deliver()).toHaveLength(8);
});
