import { randomUUID } from 'node:crypto';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { askPerson } from '../../src/server/asks/verbs.ts';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { nobody, type Someone } from '../world.ts';
import { addSurvey, DAY, type SurveyChange } from './asks-world.ts';
import { openMailWorld } from './mail-world.ts';
import { Device } from './ticket-device.ts';

/** Waves that ask the same people again: customers each in a rhythm of their own, anonymous people together. */

let lead: Someone;
const mail = await openMailWorld();
const { mails, world, tern, deliver, close } = mail;
beforeAll(async () => {
  await signIn();
  await setAnySurveyDays(0);
});
afterAll(close);
beforeEach(async () => {
  mails.reset();
  world.advance(61_000);
  await signIn();
  // What earlier tests left running is over.
  for (const id of begun.splice(0)) await owner('POST', `/waves/${id}/steer`, { what: 'cancel' });
});
/** Waves of this test. */
const begun: string[] = [];
/** Sessions end after a month, and months pass here. */
async function signIn() {
  const person = await world.person('Lead');
  await world.join(tern.id, person, 'lead');
  lead = person;
}

const owner = (method: string, at: string, body?: unknown) => mail.ask(lead, method, at, body);
const ok = (method: string, at: string, body?: unknown) => mail.ok(lead, method, at, body);

interface Asking {
  readonly id: string;
  readonly surveyId: string;
  readonly tag: string;
  /** Ids of the contacts in the order of their addresses. */
  readonly people: string[];
}

/** A wave among people of its own, started. */
async function asking(
  schedule: object,
  {
    zones = ['UTC', 'UTC', 'UTC'],
    audience = 'customer',
    survey = {},
    wave = {},
  }: { zones?: string[]; audience?: 'customer' | 'staff'; survey?: SurveyChange; wave?: object } = {},
): Promise<Asking> {
  const tag = `t${randomUUID().slice(0, 8)}`;
  await addPeople(tag, zones, audience);
  const condition = { of: 'attribute', key: 'tag', is: 'eq', value: tag };
  const { id: segmentId } = await ok('POST', '/segments', { name: tag, condition });
  const settings = { askAgainAfterDays: null };
  const surveyId = await addSurvey(world, tern.id, { audiences: ['customer', 'staff'], settings, ...survey });
  const { id } = await ok('POST', `/surveys/${surveyId}/waves`, { name: `Wave ${tag}`, audience, ...wave });
  await ok('PUT', `/waves/${id}/schedule`, { segmentId, reminders: 0, ...schedule });
  await ok('POST', `/waves/${id}/start`);
  begun.push(id);
  return { id, surveyId, tag, people: await idsOf(tag) };
}

async function addPeople(tag: string, zones: string[], audience = 'customer', from = 0) {
  const contacts = zones.map((timeZone, i) => ({
    key: `${tag}-${from + i}`,
    email: `p${from + i}@${tag}.example`,
    audience,
    timeZone,
    attributes: { tag },
  }));
  await ok('POST', '/contact-batches', { contacts });
}
const idsOf = async (tag: string): Promise<string[]> =>
  (await ok('GET', `/contacts?search=${tag}&limit=200`)).contacts
    .sort((a: { email: string }, b: { email: string }) => a.email.localeCompare(b.email))
    .map(({ id }: { id: string }) => id);

async function setAnySurveyDays(anySurveyDays: number) {
  await ok('PUT', '/asking-settings', { ...(await ok('GET', '/asking-settings')), anySurveyDays });
}

/** Mails of waves that run, earliest first. */
const waiting = () =>
  inWorkspace(world.database.app.db, tern.id, async (tx) => {
    const rows = await tx
      .selectFrom('mailQueue')
      .innerJoin('waveSchedules', (join) => join.onRef('waveSchedules.waveId', '=', 'mailQueue.waveId'))
      .select('scheduledAt')
      .where('mailQueue.workspaceId', '=', tern.id)
      .where('status', '=', 'running')
      .where('state', '=', 'waiting')
      .orderBy('scheduledAt')
      .execute();
    return rows.map(({ scheduledAt }) => scheduledAt.getTime());
  });
const isDue = (at: number | undefined) => at !== undefined && at <= world.services.now().getTime();
/** Sends what is due; on a busy machine one turn of the worker may end before it has sent everything. */
async function deliverDueMails() {
  await deliver();
  for (let turn = 0; turn < 20 && isDue((await waiting())[0]); turn++) await deliver();
}
const waitUntil = (moment: number) => world.advance(moment - world.services.now().getTime());

interface Got {
  readonly to: string;
  /** Whose wave it is of: the tag of its people. */
  readonly tag: string;
  readonly at: string;
  readonly token: string;
  readonly subject: string;
}
/** Lets time pass from one due moment to the next, half a day at most; returns what arrived, and when it was sent. */
async function pass(days: number): Promise<Got[]> {
  const got: Got[] = [];
  const end = world.services.now().getTime() + days * DAY;
  for (let now = 0; now < end; now = world.services.now().getTime()) {
    const before = mails.received.length;
    await deliverDueMails();
    for (const { to, raw } of mails.received.slice(before)) {
      const { subject = '', text = '' } = await PostalMime.parse(raw);
      const token = /#token=(ans_[\w-]+)/.exec(text)?.[1] ?? '';
      const [name = '', tag = ''] = to.split(/[@.]/);
      got.push({ to: name, tag, at: world.services.now().toISOString().slice(0, 16), token, subject });
    }
    const next = (await waiting())[0] ?? end;
    // Part of a millisecond may be behind a moment in the database.
    waitUntil(Math.min(end, world.services.now().getTime() + DAY / 2, next + 1));
  }
  await signIn();
  return got;
}
const of = (got: readonly Got[], to: string) => got.filter((one) => one.to === to).map(({ at }) => at);
const dayIn = (days: number) => new Date(world.services.now().getTime() + days * DAY).toISOString().slice(0, 10);
const toMidnight = (day: string) => waitUntil(Date.parse(`${day}T00:00Z`));

async function answer(token: string): Promise<string> {
  const body = { token, response: randomUUID(), version: 1, part: 0, took: 60_000, answers: { q1: 4 }, finished: true };
  const reply = await world.ask(nobody, 'POST', '/api/v1/responses', body);
  expect(reply.json).toEqual({ stored: true, finished: true });
  return body.response;
}
const progress = (id: string) => ok('GET', `/waves/${id}/progress`);
const schedule = (id: string) => ok('GET', `/waves/${id}/schedule`);
const logOf = async (contactId: string) =>
  (await ok('GET', `/ask-decisions?person=contact:${contactId}`)).decisions.reverse();

describe('customers', () => {
  test('each is asked again on their own clock, so many days after they were last asked, at most so many times', async () => {
    const day = dayIn(2);
    toMidnight(dayIn(1));
    const { id, people, surveyId, tag } = await asking(
      { sendAt: `${day}T09:00`, repeatDays: 7, repeatMost: 3, reminders: 1, reminderDays: 2 },
      { zones: ['UTC', 'Asia/Kolkata', 'UTC'] },
    );
    toMidnight(day);
    const first = await pass(1);
    await answer(first.find(({ to }) => to === 'p0')?.token ?? '');
    first.push(...(await pass(2)));
    // The third one was asked on a website for the same survey, three days after the first mail.
    await inWorkspace(world.database.app.db, tern.id, (tx) =>
      askPerson(tern.id, tx, {
        person: { contactId: people[2] ?? '' },
        surveyId,
        channel: 'web',
        now: world.services.now(),
        againAfterDays: 1,
        record: true,
      }),
    );
    const got = [...first, ...(await pass(22))];
    const on = (days: number, time: string) => {
      const at = new Date(Date.parse(`${day}T00:00Z`) + days * DAY).toISOString().slice(0, 10);
      return `${at}T${time}`;
    };
    const firsts = (to: string) => got.filter((mail) => mail.to === to && !mail.subject.startsWith('A reminder'));
    expect(firsts('p0').map(({ at }) => at)).toEqual([0, 7, 14].map((n) => on(n, '09:00')));
    // Nine in Kolkata.
    expect(firsts('p1').map(({ at }) => at)).toEqual([0, 7, 14].map((n) => on(n, '03:30')));
    // From the ask on the website at midnight on: the next nine o'clock seven days later.
    expect(firsts('p2').map(({ at }) => at)).toEqual([0, 10, 17].map((n) => on(n, '09:00')));
    // A reminder in each round, with the link of that round; none to whoever answered in it.
    const reminders = (to: string) => got.filter((mail) => mail.to === to && mail.subject.startsWith('A reminder'));
    expect(reminders('p0').map(({ at }) => at)).toEqual([9, 16].map((n) => on(n, '09:00')));
    expect(reminders('p1').map(({ token }) => token)).toEqual(firsts('p1').map(({ token }) => token));
    expect(new Set(got.map(({ token }) => token)).size).toBe(9);
    // The log says of each attempt by which rule, and of which round.
    const log = await logOf(people[2] ?? '');
    expect(log.map(({ rule, trigger }: { rule: string; trigger: string | null }) => [rule, trigger])).toEqual([
      ['asked', `round 1 of “Wave ${tag}”`],
      ['asked', null],
      ['this_survey', `round 2 of “Wave ${tag}”`],
      ['asked', `round 2 of “Wave ${tag}”`],
      ['asked', `round 3 of “Wave ${tag}”`],
    ]);
    expect(log[2].because).toMatch(/^Asked 4 days ago .*at least 7 days between two asks for this survey/);
    const seen = await progress(id);
    expect(
      seen.rounds.map(({ round, invited, answered }: Record<string, number>) => [round, invited, answered]),
    ).toEqual([
      [3, 3, 0],
      [2, 3, 0],
      [1, 3, 1],
    ]);
    expect(seen.rounds[2].interval).toEqual([expect.any(Number), expect.any(Number)]);
    expect(seen.response).toMatchObject({ invited: 3, answered: 1 });
    expect(seen.allRounds).toEqual({ invited: 9, answered: 1, rate: 1 / 9 });
  });

  test('two rounds are two responses of one person, and a link of an earlier round still works', async () => {
    const { id, people, tag } = await asking({ repeatDays: 1 }, { zones: ['UTC', 'UTC'] });
    const got = await pass(4);
    const tokens = got.filter(({ to }) => to === 'p0').map(({ token }) => token);
    expect(new Set(tokens).size).toBe(4);
    const responses = [];
    for (const token of [tokens[1], tokens[0], tokens[3]]) responses.push(await answer(token ?? ''));
    expect(new Set(responses).size).toBe(3);
    // A link is good for one response, whatever round it is of.
    const again = {
      token: tokens[1],
      response: randomUUID(),
      version: 1,
      part: 0,
      took: 60_000,
      answers: { q1: 1 },
      finished: true,
    };
    expect((await world.ask(nobody, 'POST', '/api/v1/responses', again)).status).toBe(410);
    const stored = await inWorkspace(world.database.app.db, tern.id, (tx) =>
      tx
        .selectFrom('responses')
        .select('contactId')
        .where('workspaceId', '=', tern.id)
        .where('waveId', '=', id)
        .where('finished', '=', true)
        .execute(),
    );
    expect(stored.map(({ contactId }) => contactId)).toEqual([people[0], people[0], people[0]]);
    const seen = await progress(id);
    expect(seen.response).toMatchObject({ invited: 2, answered: 1 });
    expect(seen.rounds.map(({ round, answered }: Record<string, number>) => [round, answered]).slice(-4)).toEqual([
      [4, 1],
      [3, 0],
      [2, 1],
      [1, 1],
    ]);
    // Links to hand over are those of the round that each is in, and what is stored of a person names the rounds.
    const csv = (await owner('POST', `/waves/${id}/personal-links`)).text.split('\r\n');
    expect(csv.find((line) => line.startsWith(`${tag}-0,`))).toMatch(new RegExp(`${tokens[3]},4$|${tokens[3]}.*,4$`));
    const { mails: stored2 } = await ok('GET', `/contacts/${people[0]}/export`);
    expect(stored2.map(({ round }: { round: number }) => round)).toEqual([1, 2, 3, 4, 5]);
    await ok('POST', `/waves/${id}/steer`, { what: 'cancel' });
    expect(await pass(2)).toEqual([]);
  });

  test('whoever opts out, leaves the segment, bounces or is in quarantine is left out, and says why; newcomers come in', async () => {
    const { id, people, tag } = await asking({ repeatDays: 2, sendAt: null }, { zones: Array(5).fill('UTC') });
    expect((await pass(1)).map(({ to }) => to).sort()).toEqual(['p0', 'p1', 'p2', 'p3', 'p4']);
    await ok('PATCH', `/contacts/${people[0]}`, { unsubscribed: true });
    await ok('PATCH', `/contacts/${people[1]}`, { attributes: { tag: 'elsewhere' } });
    mails.refuse.set(`p2@${tag}.example`, '550 5.1.1 no such user');
    await ok('POST', '/quarantine', { contactId: people[3], until: dayIn(5), reason: 'a complaint' });
    await addPeople(tag, ['UTC'], 'customer', 5);
    const got = await pass(12);
    const counts = [0, 1, 2, 3, 4, 5].map((n) => of(got, `p${n}`).length);
    expect(counts).toEqual([0, 0, 0, expect.any(Number), 6, expect.any(Number)]);
    // Put off until the quarantine is over, then on in the same rhythm.
    expect(of(got, 'p3').length).toBeGreaterThanOrEqual(2);
    expect(of(got, 'p3')[0]?.slice(0, 10) ?? '').toBe(dayIn(-13 + 7 + 1));
    expect(of(got, 'p5').length).toBeGreaterThanOrEqual(5);
    const { skipped, invitations } = await progress(id);
    const rules = new Map(skipped.map(({ rule, people: n }: { rule: string; people: number }) => [rule, n]));
    expect([...rules.keys()].sort()).toEqual(['bounced', 'segment', 'unsubscribed']);
    expect(invitations.bounced).toBe(1);
    const last = (await logOf(people[1] ?? '')).at(-1);
    expect(last).toMatchObject({ asked: false, rule: 'segment', trigger: expect.stringMatching(/^round 7 of “Wave /) });
    expect((await logOf(people[2] ?? '')).at(-1)).toMatchObject({ asked: false, rule: 'bounced' });
  });

  test('enough answers of all rounds together end it, and so does the last day', async () => {
    const enough = await asking({ repeatDays: 1, enough: 2 }, { zones: ['UTC', 'UTC'] });
    const ending = await asking({ repeatDays: 1 }, { zones: ['UTC'], wave: { endsOn: dayIn(3) } });
    const own = (await pass(2)).filter(({ to, tag }) => to === 'p0' && tag === enough.tag).map(({ token }) => token);
    expect(new Set(own).size).toBeGreaterThan(1);
    for (const token of own.slice(0, 2)) await answer(token);
    await deliver();
    expect(await progress(enough.id)).toMatchObject({
      status: 'ended',
      endedBecause: 'Enough people have answered (2).',
    });
    await pass(6);
    expect((await progress(ending.id)).status).toBe('ended');
    expect((await progress(ending.id)).rounds.length).toBeLessThanOrEqual(6);
    expect(await pass(2)).toEqual([]);
  });

  test('a survey that lets its people rest for longer is obeyed; one round waits for the clock of all surveys', async () => {
    const rests = await asking({ repeatDays: 2 }, { zones: ['UTC'], survey: { settings: { askAgainAfterDays: 5 } } });
    const got = await pass(12);
    const days = got.map(({ at }) => Date.parse(`${at}Z`) / DAY);
    expect(days.length).toBe(3);
    for (let i = 1; i < days.length; i++) expect((days[i] ?? 0) - (days[i - 1] ?? 0)).toBeGreaterThanOrEqual(5);
    expect((await progress(rests.id)).skipped).toEqual([]);
    await ok('POST', `/waves/${rests.id}/steer`, { what: 'cancel' });
    await setAnySurveyDays(4);
    const clock = await asking({ repeatDays: 2 }, { zones: ['UTC'] });
    expect(await pass(9)).toHaveLength(3);
    await ok('POST', `/waves/${clock.id}/steer`, { what: 'cancel' });
    await setAnySurveyDays(0);
  });

  test('a schedule that contradicts itself is refused, and what repeats is fixed once it has begun', async () => {
    const { id } = await asking({ repeatDays: 5 }, { zones: ['UTC'] });
    const refused = async (body: object) => (await owner('PUT', `/waves/${id}/schedule`, body)).json;
    const stored = await schedule(id);
    const base = { segmentId: stored.segmentId, reminders: 0, repeatDays: 5 };
    expect(await refused({ ...base, reminders: 3, reminderDays: 2 })).toMatchObject({
      fields: [{ field: 'body.repeatDays' }],
    });
    expect(await refused({ ...base, repeatDays: null, repeatMost: 3 })).toMatchObject({
      fields: [{ field: 'body.repeatMost' }],
    });
    expect(await refused({ ...base, repeatDays: 6 })).toMatchObject({
      status: 409,
      fields: [{ field: 'body.repeatDays' }],
    });
    expect((await owner('PUT', `/waves/${id}/schedule`, { ...base, reminders: 2, reminderDays: 2 })).status).toBe(200);
  });
});

describe('people whose answers are anonymous', () => {
  test('are asked again together, each round a wave with keys and links of its own, made once whoever looks', async () => {
    const day = dayIn(2);
    toMidnight(dayIn(1));
    // As long as names may be, with an emoji where that of the next round is cut.
    const name = `${'w'.repeat(179)}😀 of staff`;
    const staff = { zones: Array(10).fill('Europe/Berlin'), audience: 'staff' as const, wave: { name } };
    const { id, surveyId } = await asking({ sendAt: `${day}T09:00`, repeatDays: 7, repeatMost: 3, enough: 90 }, staff);
    toMidnight(day);
    const first = await pass(1);
    expect(first).toHaveLength(10);
    for (const { token } of first.slice(0, 5))
      expect((await new Device(world, token).send({ q1: 4 })).status).toBe(200);
    toMidnight(dayIn(6));
    await Promise.all([deliver(), deliver(), deliver()]);
    const second = await pass(1);
    expect(second).toHaveLength(10);
    const { waves } = await ok('GET', `/surveys/${surveyId}/waves`);
    expect(waves).toHaveLength(2);
    const next = waves.find((wave: { id: string }) => wave.id !== id);
    expect(next.name).toBe(`${'w'.repeat(179)} (round 2)`);
    expect(await schedule(id)).toMatchObject({
      status: 'ended',
      endedBecause: 'Round 2 has begun, as a wave of its own.',
    });
    expect(await schedule(next.id)).toMatchObject({
      status: 'running',
      series: id,
      round: 2,
      repeatDays: 7,
      anonymous: true,
    });
    // Other links, other keys: nothing joins a person's first answers to the second.
    expect(new Set([...first, ...second].map(({ token }) => token)).size).toBe(20);
    const keyOf = async (token: string) => (await new Device(world, token).open()).json.ticket.key;
    expect(await keyOf(second[0]?.token ?? '')).not.toBe(await keyOf(first[5]?.token ?? ''));
    for (const { token } of second.slice(0, 5))
      expect((await new Device(world, token).send({ q1: 2 })).status).toBe(200);
    const rounds = {
      rounds: [
        { round: 2, waveId: next.id, answered: 5 },
        { round: 1, waveId: id, answered: 5 },
      ],
    };
    for (const wave of [id, next.id]) expect(await progress(wave)).toMatchObject({ ...rounds, inStepsOf: 5 });
    expect((await progress(next.id)).allRounds).toEqual({ invited: 20, answered: 10, rate: 10 / 20 });
    const responses = await inWorkspace(world.database.app.db, tern.id, (tx) =>
      tx
        .selectFrom('responses')
        .select(['waveId', 'contactId'])
        .where('workspaceId', '=', tern.id)
        .where('waveId', 'in', [id, next.id])
        .execute(),
    );
    expect(responses.filter(({ waveId }) => waveId === id)).toHaveLength(5);
    expect(responses).toHaveLength(10);
    expect(responses.every(({ contactId }) => contactId === null)).toBe(true);
    // The third round is the last one.
    expect(await pass(20)).toHaveLength(10);
    const last = (await ok('GET', `/surveys/${surveyId}/waves`)).waves;
    expect(last.map(({ name }: { name: string }) => name.replace(/^w{179}(😀 of staff)?/, '')).sort()).toEqual([
      '',
      ' (round 2)',
      ' (round 3)',
    ]);
  });

  test('a round of too few people does not begin, and the wave says so', async () => {
    const { id, people } = await asking({ repeatDays: 3 }, { zones: Array(5).fill('UTC'), audience: 'staff' });
    await pass(1);
    await ok('PATCH', `/contacts/${people[0]}`, { unsubscribed: true });
    await pass(3);
    const { status, endedBecause } = await schedule(id);
    expect(status).toBe('ended');
    expect(endedBecause).toMatch(/^Round 2 could not begin\. Only 4 would be asked\./);
  });

  test('rounds are never closer than workspace and survey let people be asked', async () => {
    await setAnySurveyDays(6);
    const { id, surveyId } = await asking({ repeatDays: 2 }, { zones: Array(5).fill('UTC'), audience: 'staff' });
    expect(await schedule(id)).toMatchObject({ repeatDays: 2, restDays: 6 });
    expect(await pass(5)).toHaveLength(5);
    expect(await pass(3)).toHaveLength(5);
    const { waves } = await ok('GET', `/surveys/${surveyId}/waves`);
    expect(waves).toHaveLength(2);
    begun.push(...waves.map((wave: { id: string }) => wave.id));
    await setAnySurveyDays(0);
  });

  test('a copy of a workspace, which has no mails, begins no round; nor does an archived survey', async () => {
    const staff = { zones: Array(5).fill('UTC'), audience: 'staff' as const };
    const copied = await asking({ repeatDays: 1 }, staff);
    const closed = await asking({ repeatDays: 1 }, staff);
    await deliver();
    await inWorkspace(world.database.app.db, tern.id, (tx) =>
      tx.deleteFrom('mailQueue').where('workspaceId', '=', tern.id).where('waveId', '=', copied.id).execute(),
    );
    await ok('PATCH', `/surveys/${closed.surveyId}`, { archived: true });
    expect(await pass(3)).toEqual([]);
    expect((await progress(copied.id)).status).toBe('running');
    expect(await progress(closed.id)).toMatchObject({
      status: 'ended',
      endedBecause: 'The survey is archived: answers are no longer taken.',
    });
  });

  test('a paused wave begins no round; resumed late, it goes on from that day', async () => {
    const { id, surveyId } = await asking({ repeatDays: 3 }, { zones: Array(5).fill('UTC'), audience: 'staff' });
    expect(await pass(0.5)).toHaveLength(5);
    await ok('POST', `/waves/${id}/steer`, { what: 'pause' });
    expect(await pass(5)).toEqual([]);
    await ok('POST', `/waves/${id}/steer`, { what: 'resume' });
    expect(await pass(1)).toHaveLength(5);
    const { waves } = await ok('GET', `/surveys/${surveyId}/waves`);
    expect(waves).toHaveLength(2);
    expect(await pass(2)).toEqual([]);
    expect(await pass(1.5)).toHaveLength(5);
    const { waves: later } = await ok('GET', `/surveys/${surveyId}/waves`);
    begun.push(...later.map((wave: { id: string }) => wave.id));
  });
});
