import { afterAll, expect, test } from 'vitest';
import { addSurvey, DAY } from './asks-world.ts';
import { openMailWorld } from './mail-world.ts';

/** What a wave says and refuses before it is started. */

const mail = await openMailWorld();
const { world, tern, close } = mail;
afterAll(close);
const { lead } = tern.people;
const ask = (method: string, at: string, body?: unknown) => mail.ask(lead, method, at, body);
const ok = (method: string, at: string, body?: unknown) => mail.ok(lead, method, at, body);
/** The day so many days from now, as YYYY-MM-DD. */
const day = (days: number) => new Date(world.services.now().getTime() + days * DAY).toISOString().slice(0, 10);

let number = 0;
/** A wave of people of its own. */
async function wave(
  { audience = 'customer', ...days }: { audience?: string; startsOn?: string; endsOn?: string } = {},
  people = 3,
): Promise<{ id: string; segmentId: string; surveyId: string }> {
  const tag = `plan${++number}-`;
  const contacts = Array.from({ length: people }, (_, i) => ({
    audience,
    key: `${tag}${i}`,
    email: `${tag}${i}@example.org`,
    attributes: { tag },
  }));
  await ok('POST', '/contact-batches', { contacts });
  const condition = { of: 'attribute', key: 'tag', is: 'eq', value: tag };
  const { id: segmentId } = await ok('POST', '/segments', { name: tag, condition });
  const surveyId = await addSurvey(world, tern.id, { audiences: ['customer', 'staff'] });
  const { id } = await ok('POST', `/surveys/${surveyId}/waves`, { name: tag, audience, ...days });
  return { id, segmentId, surveyId };
}
const fieldsOf = (reply: { json: { fields?: { field: string }[] } }) => reply.json.fields?.map(({ field }) => field);

test('mails that would go out after the last day are refused where either is set, and at the start', async () => {
  const { id, segmentId } = await wave({ endsOn: day(10) });
  const plan = (sendAt: string | null) => ask('PUT', `/waves/${id}/schedule`, { segmentId, sendAt });
  const late = await plan(`${day(11)}T09:00`);
  expect(late.status).toBe(422);
  expect(fieldsOf(late)).toEqual(['body.sendAt']);
  expect(late.json.detail).toContain(`last day, ${day(10)}`);
  // On the last day itself they do go out.
  expect((await plan(`${day(10)}T09:00`)).status).toBe(200);
  const sooner = await ask('PATCH', `/waves/${id}`, { endsOn: day(9) });
  expect(sooner.status).toBe(422);
  expect(fieldsOf(sooner)).toEqual(['body.endsOn']);
  expect((await ask('PATCH', `/waves/${id}`, { endsOn: day(12) })).status).toBe(200);
  // Whatever way it came there, it does not start.
  await mail.inside((tx) =>
    tx
      .updateTable('waves')
      .set({ endsOn: day(9) })
      .where('id', '=', id)
      .execute(),
  );
  expect((await ok('GET', `/waves/${id}/estimate`)).problems).toEqual([expect.stringContaining('none would go out')]);
  expect((await ask('POST', `/waves/${id}/start`)).status).toBe(422);
  expect((await ok('GET', `/waves/${id}/schedule`)).status).toBe('draft');
});

test('nor do mails go out before the first day, when links take no answers, or when the last one is over', async () => {
  const { id, segmentId } = await wave({ startsOn: day(5) });
  const plan = (sendAt: string | null) => ask('PUT', `/waves/${id}/schedule`, { segmentId, sendAt });
  expect(fieldsOf(await plan(`${day(4)}T09:00`))).toEqual(['body.sendAt']);
  expect((await plan(null)).status).toBe(200);
  expect((await ask('POST', `/waves/${id}/start`)).json.detail).toContain('take no answers before');
  expect((await plan(`${day(5)}T09:00`)).status).toBe(200);
  expect(fieldsOf(await ask('PATCH', `/waves/${id}`, { startsOn: day(6) }))).toEqual(['body.startsOn']);
  expect((await ask('POST', `/waves/${id}/start`)).status).toBe(200);

  const over = await wave({ endsOn: day(-3) });
  await ok('PUT', `/waves/${over.id}/schedule`, { segmentId: over.segmentId });
  expect((await ask('POST', `/waves/${over.id}/start`)).json.detail).toContain('is over');
});

test('the last wave of a survey is one that was started', async () => {
  const { id, segmentId, surveyId } = await wave({ startsOn: day(-1) });
  const lastWave = async () =>
    (await ok('GET', '/surveys')).surveys.find((one: { id: string }) => one.id === surveyId).lastWave?.name;
  expect(await lastWave()).toBe(`plan${number}-`);
  await ok('PUT', `/waves/${id}/schedule`, { segmentId });
  expect(await lastWave()).toBeUndefined();
  await ok('POST', `/waves/${id}/start`);
  expect(await lastWave()).toBe(`plan${number}-`);
});

test.each(['customer', 'staff'] as const)('a running wave of the %s says what comes', async (audience) => {
  const { id, segmentId } = await wave({ audience }, 6);
  await ok('PUT', `/waves/${id}/schedule`, { segmentId, reminders: 1, reminderDays: 3 });
  const progress = () => ok('GET', `/waves/${id}/progress`);
  await ok('POST', `/waves/${id}/start`);
  expect(await progress()).toMatchObject({ nextReminder: null, unsubscribed: 0 });
  const started = world.services.now().getTime();
  await mail.deliver();
  const { nextReminder } = await progress();
  // Of staff the number would fall with each answer.
  expect(nextReminder.people).toBe(audience === 'customer' ? 6 : null);
  expect(Math.round((Date.parse(nextReminder.at) - started) / DAY)).toBe(3);
  const { contacts } = await ok('GET', `/contacts?segmentId=${segmentId}`);
  world.advance(1000);
  await ok('PATCH', `/contacts/${contacts[0].id}`, { unsubscribed: true });
  expect((await progress()).unsubscribed).toBe(1);
  // Nothing comes any more once the wave is over before it.
  await ok('PATCH', `/waves/${id}`, { endsOn: day(1) });
  expect((await progress()).nextReminder).toBeNull();
});

test('how many a file of links would hold is known before, and how many have one afterwards', async () => {
  const { id, segmentId } = await wave();
  await ok('PUT', `/waves/${id}/schedule`, { segmentId });
  // Nobody has an address: nobody would be mailed, and everybody can have a link.
  await mail.inside((tx) =>
    tx.updateTable('contacts').set({ email: null }).where('key', 'like', `plan${number}-%`).execute(),
  );
  expect(await ok('GET', `/waves/${id}/estimate`)).toMatchObject({ drawn: 0, wouldAsk: 0 });
  expect(await ok('GET', `/waves/${id}/estimate?by=link`)).toMatchObject({ drawn: 3, wouldAsk: 3 });
  expect((await ok('GET', `/waves/${id}/schedule`)).handedOut).toBeNull();
  expect((await ask('POST', `/waves/${id}/personal-links`)).status).toBe(200);
  const handedOut = async () => (await ok('GET', `/waves/${id}/schedule`)).handedOut;
  expect(await handedOut()).toEqual({ people: 3, at: expect.any(String) });
  // The same file again holds the same people; others are more.
  expect((await ask('POST', `/waves/${id}/personal-links`)).status).toBe(200);
  expect((await handedOut()).people).toBe(3);
  const other = await wave();
  await ok('PUT', `/waves/${id}/schedule`, { segmentId: other.segmentId });
  expect((await ask('POST', `/waves/${id}/personal-links`)).status).toBe(200);
  expect((await handedOut()).people).toBe(6);
});
