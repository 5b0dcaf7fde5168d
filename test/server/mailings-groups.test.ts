import { sql } from 'kysely';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { askPerson } from '../../src/server/asks/verbs.ts';
import { deliverDue } from '../../src/server/mailings/deliver.ts';
import { addSurvey } from './asks-world.ts';
import { openMailWorld } from './mail-world.ts';
import { Device } from './ticket-device.ts';

/** Waves by mail whose answers keep the department: groups are made of those who are asked, before the first can answer. */

const mail = await openMailWorld();
const { mails, world, tern, inside, close } = mail;
afterAll(close);
beforeEach(() => {
  mails.reset();
  world.advance(61_000);
});

const ok = (method: string, at: string, body?: unknown) => mail.ok(tern.people.owner, method, at, body);
async function deliver() {
  for (let i = 0; i < 4; i++) {
    await deliverDue(world.services, tern.id, new AbortController().signal);
    world.advance(61_000);
  }
}
const groupsOf = (waveId: string) =>
  inside(async (tx) => {
    const { rows } = await sql<{ attributes: object; people: number; invited: number }>`
      SELECT attributes, people, (SELECT count(*)::int FROM invitations i WHERE i.wave_id = g.wave_id
        AND i.group_number = g.number) AS invited FROM ticket_groups g WHERE wave_id = ${waveId} ORDER BY number`.execute(
      tx,
    );
    return rows;
  });

test('people who are drawn and not asked are nobody to hide among; who would be alone is not invited', async () => {
  const staff = (department: string, n: number, more: object = {}) =>
    Array.from({ length: n }, (_, i) => ({
      key: `${department}-${i}`,
      audience: 'staff',
      email: `${department}${i}@tern.example`.toLowerCase(),
      attributes: { department },
      ...more,
    }));
  await ok('POST', '/contact-batches', {
    contacts: [
      ...staff('Ops', 7),
      ...staff('Sales', 6),
      ...staff('IT', 6),
      ...staff('Legal', 1, { timeZone: 'Pacific/Auckland' }),
    ],
  });
  const survey = await addSurvey(world, tern.id, {
    audiences: ['staff'],
    settings: { keptAttributes: ['department'] },
  });
  const other = await addSurvey(world, tern.id, { name: 'Other', audiences: ['staff'] });
  const contacts = await inside((tx) => tx.selectFrom('contacts').select(['id', 'key']).execute());
  const idOf = (key: string) => contacts.find((one) => one.key === key)?.id ?? '';
  // Some were asked by another survey a moment ago: two of Ops, two of IT, and Legal.
  for (const key of ['Ops-0', 'Ops-1', 'IT-0', 'IT-1', 'Legal-0']) {
    const person = { contactId: idOf(key) };
    const attempt = { surveyId: other, channel: 'link', now: world.services.now(), record: true };
    expect(await inside((tx) => askPerson(tern.id, tx, { person, ...attempt }))).toMatchObject({ ask: true });
  }
  const { id } = await ok('POST', `/surveys/${survey}/waves`, { name: 'Spring', audience: 'staff' });
  await ok('PUT', `/waves/${id}/schedule`, { reminders: 0 });
  await ok('POST', `/waves/${id}/start`);
  await deliver();
  expect(mails.received).toHaveLength(15);
  // Of IT four are left: too few, so the smallest group joins them.
  expect(await groupsOf(id)).toEqual([
    { attributes: {}, people: 9, invited: 9 },
    { attributes: { department: 'Sales' }, people: 6, invited: 6 },
  ]);
  const link = mails.received.find(({ to }) => to === 'sales0@tern.example')?.raw.toString() ?? '';
  const token = /\/s#token=(ans_[\w-]+)/.exec(link.replaceAll('=\r\n', '').replaceAll('=3D', '='))?.[1] ?? '';
  expect((await new Device(world, token).open()).json.text).toContain('department Sales (6 people are asked there)');
  const progress = await ok('GET', `/waves/${id}/progress`);
  expect(progress.invitations).toMatchObject({ sent: 15, skipped: 5 });
});

test('somebody whom no group fits is left out, and the wave says why', async () => {
  const staff = (department: string, n: number) =>
    Array.from({ length: n }, (_, i) => ({
      key: `late-${department}-${i}`,
      audience: 'staff',
      email: `late-${department}${i}@tern.example`.toLowerCase(),
      attributes: { department, late: 'yes' },
    }));
  await ok('POST', '/contact-batches', { contacts: [...staff('Crew', 5), ...staff('Deck', 5), ...staff('Purser', 1)] });
  const condition = { of: 'attribute', key: 'late', is: 'eq', value: 'yes' };
  const segment = await ok('POST', '/segments', { name: 'Late', condition });
  const survey = await addSurvey(world, tern.id, {
    name: 'Two',
    audiences: ['staff'],
    settings: { keptAttributes: ['department'] },
  });
  const { id } = await ok('POST', `/surveys/${survey}/waves`, { name: 'Spring', audience: 'staff' });
  await ok('PUT', `/waves/${id}/schedule`, { reminders: 0, segmentId: segment.id });
  await ok('POST', `/waves/${id}/start`);
  const purser = await inside((tx) =>
    tx.selectFrom('contacts').select('id').where('key', '=', 'late-Purser-0').executeTakeFirstOrThrow(),
  );
  // Queued when the others are out already.
  const wait = (state: 'waiting' | 'cancelled') =>
    inside((tx) =>
      tx.updateTable('mailQueue').set({ state }).where('waveId', '=', id).where('contactId', '=', purser.id).execute(),
    );
  await wait('cancelled');
  await deliver();
  expect(mails.received).toHaveLength(10);
  await wait('waiting');
  await deliver();
  expect(mails.received).toHaveLength(10);
  const { skipped } = await ok('GET', `/waves/${id}/progress`);
  expect(skipped).toContainEqual(expect.objectContaining({ rule: 'alone', people: 1 }));
  expect((await groupsOf(id)).map(({ people }) => people)).toEqual([5, 5]);
});
