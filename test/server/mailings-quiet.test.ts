import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { addSurvey, DAY } from './asks-world.ts';
import { type Dump, dump } from './linkage-attack.ts';
import { openMailWorld } from './mail-world.ts';
import { Device } from './ticket-device.ts';

/** Who of anonymous staff has answered follows from nothing that mails to them leave behind. */

const mail = await openMailWorld();
const { mails, world, tern, inside, close } = mail;
afterAll(close);
beforeEach(() => {
  mails.reset();
  world.advance(61_000);
});
const PEOPLE = 12;

const ok = (method: string, at: string, body?: unknown) => mail.ok(tern.people.owner, method, at, body);
const nameOf = (to: string) => Number(/^p(\d+)@/.exec(to)?.[1]);
const arrived = () => mails.received.map(({ to }) => nameOf(to)).sort((a, b) => a - b);
const tokenOf = (raw: Buffer) =>
  /\/s#token=(ans_[\w-]+)/.exec(raw.toString().replaceAll('=\r\n', '').replaceAll('=3D', '='))?.[1] ?? '';

let tags = 0;
/** A wave of staff whose invitations are out; `ids` by the place in their addresses. */
async function wave(schedule: object) {
  const tag = `quiet${++tags}`;
  const contacts = Array.from({ length: PEOPLE }, (_, i) => ({
    key: `${tag}-${i}`,
    audience: 'staff',
    email: `p${i}@${tag}.example`,
    attributes: { tag },
  }));
  await ok('POST', '/contact-batches', { contacts });
  const condition = { of: 'attribute', key: 'tag', is: 'eq', value: tag };
  const segment = await ok('POST', '/segments', { name: tag, condition });
  const surveyId = await addSurvey(world, tern.id, { name: tag, audiences: ['staff'] });
  const { id } = await ok('POST', `/surveys/${surveyId}/waves`, { name: 'Spring', audience: 'staff' });
  await ok('PUT', `/waves/${id}/schedule`, { segmentId: segment.id, ...schedule });
  await ok('POST', `/waves/${id}/start`);
  await mail.deliver();
  expect(arrived()).toEqual(Array.from({ length: PEOPLE }, (_, i) => i));
  const found = (await ok('GET', `/contacts?segmentId=${segment.id}&limit=200`)).contacts;
  const ids = contacts.map(({ key }): string => found.find((one: { key: string }) => one.key === key).id);
  const tokens = new Map(mails.received.map(({ to, raw }) => [nameOf(to), tokenOf(raw)]));
  mails.received = [];
  return { id, tag, ids, tokens };
}
type Wave = Awaited<ReturnType<typeof wave>>;

/** The first five get their tickets: from then on it is known here that they have. */
async function answer({ id, tokens }: Wave) {
  for (let i = 0; i < 5; i++) await new Device(world, tokens.get(i) ?? '').fetchTicket();
  const used = await inside((tx) =>
    tx.selectFrom('invitations').select('used').where('waveId', '=', id).where('used', '=', true).execute(),
  );
  expect(used).toHaveLength(5);
}

/** What a text says when everything is left out that says whose it is, and the ids of rows. */
const blank = (text: string, { ids }: Wave, i: number) =>
  text
    .replaceAll(ids[i] ?? '', 'somebody')
    .replace(/quiet\d+-\d+|p\d+@/g, 'name')
    .replace(/"(id|ask_id)": ?("[^"]+"|\d+)/g, '"id"');

/** Everything in a copy of the database that names each person, but for the exports that this test asks for. */
const rowsOf = (copy: Dump, all: Wave) =>
  all.ids.map((contact, i) =>
    copy
      .filter(({ table, columns }) => table !== 'audit_log' && JSON.stringify(columns).includes(contact))
      .map(({ table, transaction, columns }) =>
        // Who is asked is decided for one after the other; what comes later must not tell them apart.
        blank(
          JSON.stringify({ table, ...(table === 'mail_queue' && columns.number !== 0 && { transaction }), columns }),
          all,
          i,
        ),
      )
      .sort(),
  );
async function expectAlike(all: Wave, copy?: Dump) {
  const rows = rowsOf(copy ?? (await dump(world.database.superuserUrl, tern.id)), all);
  // The moments of their own invitations are before anybody could answer.
  const later = rows.map((of) =>
    of.map((row) => (/"number":0|ask/.test(row) ? row.replace(/\d{4}-\d\d-\d\dT[^"]+/g, '') : row)),
  );
  expect(new Set(later.map((of) => of.join('\n'))).size, JSON.stringify([later[0], later[11]], null, 1)).toBe(1);
  const exports = await Promise.all(all.ids.map((id) => ok('GET', `/contacts/${id}/export`)));
  const said = exports.map(({ mails: of }) =>
    JSON.stringify(of.map((one: { number: number; at: string }) => (one.number === 0 ? { ...one, at: '' } : one))),
  );
  expect(new Set(said).size, said.join('\n')).toBe(1);
  for (const state of ['skipped', 'bounced', 'failed', 'unclear']) {
    expect((await ok('GET', `/waves/${all.id}/mails?state=${state}`)).mails).toEqual([]);
  }
  const log = await Promise.all(all.ids.map((id) => ok('GET', `/ask-decisions?person=contact:${id}`)));
  expect(new Set(log.map(({ decisions }) => decisions.map(({ rule }: { rule: string }) => rule).join())).size).toBe(1);
}
const rest = [5, 6, 7, 8, 9, 10, 11];

test('reminders leave the same of everybody, whatever the mail server says to them', async () => {
  const all = await wave({ reminders: 3, reminderDays: 2 });
  await answer(all);
  mails.refuse.set(`p5@${all.tag}.example`, '550 5.1.1 no such user');
  mails.refuse.set(`p6@${all.tag}.example`, '451 4.7.1 greylisted, come back');
  mails.refuse.set(`p7@${all.tag}.example`, '550 5.7.1 not this one');
  world.advance(2 * DAY + 60_000);
  await mail.deliver();
  expect(arrived()).toEqual([8, 9, 10, 11]);
  await expectAlike(all);
  const stored = await inside((tx) =>
    tx.selectFrom('mailQueue').select(['number', 'state']).where('waveId', '=', all.id).execute(),
  );
  const of = (number: number) => stored.filter((one) => one.number === number).map(({ state }) => state);
  expect([of(1), of(2)]).toEqual([Array(PEOPLE).fill('settled'), Array(PEOPLE).fill('waiting')]);
  // Whom the mail server put off gets it a minute later.
  mails.reset();
  world.advance(61_000);
  await mail.deliver();
  expect(arrived()).toEqual([6]);
  await expectAlike(all);

  // A copy is taken while the second reminder is under way, of which nobody knows afterwards whether it arrived.
  mails.reset();
  mails.behaviour = 'hang in data';
  world.advance(2 * DAY);
  const sending = mail.deliver();
  while (mails.received.length === 0) await sleep(5);
  const copy = await dump(world.database.superuserUrl, tern.id);
  mails.cut();
  await sending;
  await expectAlike(all, copy);
  await expectAlike(all);

  // Nobody but those who have not answered gets the rest of the second, and the third; nobody gets one twice.
  const [first] = arrived();
  mails.reset();
  for (let i = 0; i < 3; i++) {
    world.advance(61_000);
    await mail.deliver();
  }
  expect(arrived()).toEqual(rest.filter((i) => i !== first));
  await expectAlike(all);
  mails.reset();
  world.advance(2 * DAY);
  await mail.deliver();
  expect(arrived()).toEqual(rest);
  world.advance(9 * DAY);
  await mail.deliver();
  expect(arrived()).toEqual(rest);
  await expectAlike(all);
});

test('an invitation in question goes out again also to those who have answered', async () => {
  const all = await wave({ reminders: 0 });
  await answer(all);
  await inside((tx) => tx.updateTable('mailQueue').set({ state: 'unclear' }).where('waveId', '=', all.id).execute());
  const unclear = (await ok('GET', `/waves/${all.id}/mails?state=unclear`)).mails;
  expect(unclear).toHaveLength(PEOPLE);
  for (const { id } of unclear) await ok('POST', `/waves/${all.id}/mails/${id}/again`);
  world.advance(61_000);
  await mail.deliver();
  expect(arrived()).toHaveLength(PEOPLE);
  await expectAlike(all);
  expect((await ok('GET', `/waves/${all.id}/progress`)).skipped).toEqual([]);
});

test('reminders of staff keep to the rate like all other mails', async () => {
  const all = await wave({ reminders: 1, reminderDays: 2 });
  await ok('PATCH', '/mail-settings', { perMinute: 5 });
  world.advance(2 * DAY + 60_000);
  await mail.deliver();
  expect(mails.received).toHaveLength(5);
  await mail.deliver();
  expect(mails.received).toHaveLength(5);
  world.advance(61_000);
  await mail.deliver();
  expect(mails.received).toHaveLength(10);
  await ok('PATCH', '/mail-settings', { perMinute: 300 });
  expect(all.ids).toHaveLength(PEOPLE);
});
