import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dayIn } from '../../src/core/survey/ask-rules.ts';
import type { Moments } from '../../src/core/survey/moments.ts';
import { forgetOldAsks } from '../../src/server/asks/forget.ts';
import type { NoDrift } from '../../src/server/asks/schema.ts';
import { askMany, askPerson, noteAnswered, type Person } from '../../src/server/asks/verbs.ts';
import type { Tx } from '../../src/server/db/connect.ts';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { rounds } from '../deep.ts';
import { type Company, LANTERN_HOTELS, openWorld, type Someone, TERN_FERRIES, type World } from '../world.ts';
import { addContacts, addSurvey, DAY } from './asks-world.ts';

let world: World;
let tern: Company;
let lantern: Company;
beforeAll(async () => {
  world = await openWorld();
  tern = await world.company(TERN_FERRIES);
  lantern = await world.company(LANTERN_HOTELS);
});
afterAll(() => world.close());

const inside = <T>(work: (tx: Tx) => Promise<T>) => inWorkspace(world.database.app.db, tern.id, work);
const as = (who: Someone, method: string, path: string, body?: unknown) =>
  world.ask(who, method, `/api/v1/workspaces/${tern.id}${path}`, body);
const owner = (method: string, path: string, body?: unknown) => as(tern.people.owner, method, path, body);
const NOW = new Date('2026-11-22T12:00:00Z');
const later = (days: number) => new Date(NOW.getTime() + days * DAY);
const ask = (person: Person, surveyId: string, now = NOW, channel = 'mail', record = true) =>
  inside((tx) => askPerson(tern.id, tx, { person, surveyId, channel, now, record }));
const rows = async (table: 'asks' | 'ask_decisions', surveyId: string) =>
  (
    await inside((tx) =>
      sql<{ contactId: string | null; asked?: boolean; rule?: string; answered?: boolean }>`
        SELECT * FROM ${sql.table(table)} WHERE survey_id = ${surveyId} ORDER BY at`.execute(tx),
    )
  ).rows;
let prefixes = 0;
const contacts = (count: number, more: Parameters<typeof addContacts>[4] = {}) =>
  addContacts(world, tern.id, `c${++prefixes}-`, count, more);
const contact = async (more: Parameters<typeof addContacts>[4] = {}) => {
  const [contactId = ''] = await contacts(1, more);
  return { contactId };
};

test('two clocks over all channels: any survey, and this survey', async () => {
  const nps = await addSurvey(world, tern.id, { name: 'NPS', settings: { askAgainAfterDays: 90 } });
  const checkout = await addSurvey(world, tern.id, { name: 'Checkout', settings: { askAgainAfterDays: 7 } });
  const person = await contact();
  expect(await ask(person, nps)).toEqual({ ask: true, rule: 'asked', because: 'Not asked before.' });
  expect(await ask(person, checkout, later(12), 'web')).toEqual({
    ask: false,
    rule: 'any_survey',
    because:
      'Asked 12 days ago (2026-11-22) in “NPS” by e-mail; at least 30 days between any two surveys, so not before 2026-12-22.',
    notBefore: later(30).getTime(),
  });
  expect((await ask(person, checkout, new Date(later(30).getTime() - 1), 'web')).rule).toBe('any_survey');
  expect((await ask(person, checkout, later(30), 'web')).ask).toBe(true);
  // Of this survey's clock 60 of 90 days are over, of the other one 30 of 30.
  expect(await ask(person, nps, later(60))).toMatchObject({
    rule: 'this_survey',
    because:
      'Asked 60 days ago (2026-11-22); at least 90 days between two asks for this survey, so not before 2027-02-20.',
  });
  expect((await ask(person, nps, later(90))).ask).toBe(true);
  expect(await rows('asks', nps)).toHaveLength(2);
  // Each attempt has its row, and only asks that were granted stand in the ledger.
  expect((await rows('ask_decisions', nps)).map(({ rule }) => rule)).toEqual(['asked', 'this_survey', 'asked']);
  expect((await rows('ask_decisions', checkout)).map(({ asked }) => asked)).toEqual([false, false, true]);
});

test('a survey whose settings say so asks each person once; without record nothing is written', async () => {
  const survey = await addSurvey(world, tern.id);
  const person = await contact();
  expect((await ask(person, survey, NOW, 'mail', false)).ask).toBe(true);
  expect([await rows('asks', survey), await rows('ask_decisions', survey)]).toEqual([[], []]);
  expect((await ask(person, survey)).ask).toBe(true);
  expect(await ask(person, survey, later(2000))).toMatchObject({ ask: false, rule: 'this_survey' });
});

test('of 20 attempts at once exactly one is granted, and each has its row', async () => {
  for (let round = 0; round < rounds(3, 50); round++) {
    const [one, two] = [await addSurvey(world, tern.id), await addSurvey(world, tern.id)];
    const person = await contact();
    const decisions = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        i === 7
          ? inside((tx) =>
              askMany(tern.id, tx, [person], { surveyId: one, channel: 'mail', now: NOW, record: true }),
            ).then(([decision]) => decision)
          : ask(person, i % 2 ? one : two, NOW, i % 3 ? 'web' : 'mail'),
      ),
    );
    expect(decisions.filter((decision) => decision?.ask)).toHaveLength(1);
    expect([...(await rows('asks', one)), ...(await rows('asks', two))]).toHaveLength(1);
    expect([...(await rows('ask_decisions', one)), ...(await rows('ask_decisions', two))]).toHaveLength(20);
  }
});

test('a wave of 10,000 is decided in a few statements, and agrees with asking one by one', async () => {
  const [survey, other] = [await addSurvey(world, tern.id), await addSurvey(world, tern.id, { name: 'Other' })];
  const people = (await contacts(10_000)).map((contactId) => ({ contactId }));
  const early = people.slice(0, 300);
  const wave = { surveyId: survey, channel: 'mail', now: later(10), record: true };
  await inside((tx) => askMany(tern.id, tx, early, { ...wave, surveyId: other, now: NOW }));
  const one = await ask(early[0] ?? { contactId: '' }, survey, later(10), 'mail', false);
  const decisions = await inside((tx) => askMany(tern.id, tx, people, wave));
  expect(decisions).toHaveLength(10_000);
  expect(decisions.filter(({ ask }) => ask)).toHaveLength(9_700);
  expect(decisions.slice(0, 300).every(({ ask }) => !ask)).toBe(true);
  expect(decisions[0]).toEqual(one);
  expect(await rows('asks', survey)).toHaveLength(9_700);
  expect(await rows('ask_decisions', survey)).toHaveLength(10_000);
  expect((await inside((tx) => askMany(tern.id, tx, people, wave))).filter(({ ask }) => ask)).toHaveLength(0);
});

test('who opted out or is in quarantine is asked by nobody; quarantine ends', async () => {
  const survey = await addSurvey(world, tern.id);
  const person = await contact();
  const { contactId } = person;
  await inside((tx) => sql`UPDATE contacts SET consent = false WHERE id = ${contactId}`.execute(tx));
  expect((await ask(person, survey)).rule).toBe('opted_out');
  await inside((tx) => sql`UPDATE contacts SET consent = null WHERE id = ${contactId}`.execute(tx));
  expect((await owner('POST', '/quarantine', { contactId, until: '2026-11-22', reason: 'complaint' })).status).toBe(
    204,
  );
  expect((await owner('GET', '/quarantine')).json.quarantined).toEqual([
    {
      ...{ contactId, until: '2026-11-22', reason: 'complaint', addedAt: expect.any(String) },
      ...{ contact: expect.stringMatching(/./), over: expect.any(Boolean) },
    },
  ]);
  expect(await ask(person, survey)).toMatchObject({ rule: 'quarantined', because: 'In quarantine until 2026-11-22.' });
  expect((await ask(person, survey, later(1), 'mail', false)).ask).toBe(true);
  expect((await owner('POST', '/quarantine', { contactId })).status).toBe(204);
  expect((await ask(person, survey, later(1))).because).toBe('In quarantine for good.');
  expect((await owner('DELETE', `/quarantine/${contactId}`)).status).toBe(204);
  expect((await owner('DELETE', `/quarantine/${contactId}`)).status).toBe(404);
  await inside((tx) => sql`UPDATE contacts SET unsubscribed_at = now() WHERE id = ${contactId}`.execute(tx));
  expect((await ask(person, survey, later(1))).rule).toBe('opted_out');
  expect(await rows('asks', survey)).toEqual([]);
});

test('"until answered" asks again, until it was answered; of anonymous surveys nobody knows, so it is once', async () => {
  const repeat = { kind: 'until_answered', days: 30 } as const;
  const open = await addSurvey(world, tern.id, { moments: { repeat } });
  const hidden = await addSurvey(world, tern.id, { moments: { repeat }, settings: { anonymousCustomers: true } });
  const [first, second] = [await contact(), await contact()];
  for (const days of [0, 30]) expect((await ask(first, open, later(days))).ask).toBe(true);
  const on = later(30).toISOString().slice(0, 10);
  await inside((tx) => noteAnswered(tern.id, tx, [{ surveyId: open, contactId: first.contactId, on }]));
  expect((await rows('asks', open)).map(({ answered }) => answered).sort()).toEqual([false, true]);
  expect(await ask(first, open, later(60))).toMatchObject({ ask: false, rule: 'answered' });
  expect((await ask(second, hidden)).ask).toBe(true);
  expect((await ask(second, hidden, later(60))).rule).toBe('this_survey');
});

test('moments are stored whole, by revision, and refuse what makes no sense', async () => {
  const survey = await addSurvey(world, tern.id, { settings: { askAgainAfterDays: 14 } });
  const read = async () => (await owner('GET', `/surveys/${survey}/asking`)).json;
  const before = await read();
  expect(before).toMatchObject({ revision: 0, repeatOfSurvey: { kind: 'every', days: 14 }, moments: { on: false } });
  const moments: Moments = {
    ...before.moments,
    on: true,
    share: 12.5,
    triggers: [
      { kind: 'scroll', percent: 60, pages: [{ is: 'glob', value: '/shop/*' }] },
      { kind: 'event', name: 'order_placed', where: [{ property: 'total', is: 'gt', value: 100 }], pages: [] },
      {
        kind: 'abandonment',
        began: { event: 'cart' },
        finished: { page: { is: 'starts', value: '/thanks' } },
        seconds: 120,
        leaving: true,
        pages: [],
      },
    ],
    target: {
      ...before.moments.target,
      if: {
        all: [
          { of: 'attribute', key: 'plan', is: 'in', value: ['pro', 'team'] },
          { not: { of: 'attribute', key: 'plan', is: 'empty' } },
        ],
      },
    },
  };
  const saved = await owner('PUT', `/surveys/${survey}/asking`, { moments, revision: 0 });
  expect([saved.status, saved.json.revision, saved.json.moments]).toEqual([200, 1, moments]);
  expect(await read()).toEqual(saved.json);
  const stale = await owner('PUT', `/surveys/${survey}/asking`, { moments, revision: 0 });
  expect([stale.status, stale.json.code]).toEqual([409, 'conflict']);
  expect((await owner('PUT', `/surveys/${survey}/asking`, { moments, revision: 1 })).json.revision).toBe(2);
  const field = async (change: object) => {
    const reply = await owner('PUT', `/surveys/${survey}/asking`, { moments: { ...moments, ...change }, revision: 2 });
    return [reply.status, ...(reply.json.fields ?? []).map((one: { field: string }) => one.field)];
  };
  expect(await field({ share: 0.001 })).toEqual([400, 'body.moments.share']);
  expect(await field({ from: '2026-02-02', until: '2026-02-01' })).toEqual([400, 'body.moments.until']);
  expect(await field({ look: { style: 'embed' } })).toEqual([400, 'body.moments.look.into']);
  expect((await field({ triggers: [{ kind: 'page', pages: [{ is: 'regex', value: '(a+)+$' }] }] }))[0]).toBe(400);
  const address = (length: number) => ({ is: 'starts', value: `/shop?q=${'x'.repeat(length - 8)}` });
  const onPage = (length: number) => ({ triggers: [{ kind: 'page', pages: [address(length)] }] });
  const began = (length: number) => ({
    triggers: [{ kind: 'abandonment', began: { page: address(length) }, finished: { event: 'paid' } }],
  });
  expect(await field(onPage(501))).toEqual([400, 'body.moments.triggers.0.pages.0.value']);
  expect((await field(began(501)))[0]).toBe(400);
  const long = { ...moments, triggers: [...onPage(500).triggers, ...began(500).triggers] };
  expect((await owner('PUT', `/surveys/${survey}/asking`, { moments: long, revision: 2 })).status).toBe(200);
  expect((await read()).moments.triggers[0].pages).toEqual([address(500)]);
  const settings = await owner('PUT', '/asking-settings', { anySurveyDays: 30, timeZone: 'Mars/Olympus' });
  expect(settings.json.fields[0].field).toBe('body.timeZone');
});

test('the preview counts everybody once, by the rule that decides, and says so in a sentence', async () => {
  const attributes = { only: 'here' };
  const other = await addSurvey(world, lantern.id);
  expect((await owner('GET', `/surveys/${other}/asking`)).status).toBe(404);
  const survey = await addSurvey(world, tern.id, { name: 'Preview' });
  const everybody = await contacts(200, { attributes });
  const nowhere = { of: 'attribute', key: 'only', is: 'eq', value: 'here' } as const;
  const now = world.services.now();
  const blocker = await addSurvey(world, tern.id);
  const some = everybody.slice(0, 50).map((contactId) => ({ contactId }));
  const attempt = { surveyId: blocker, channel: 'mail', record: true };
  await inside((tx) => askMany(tern.id, tx, some.slice(0, 20), { ...attempt, now: new Date(now.getTime() - 2 * DAY) }));
  // Their clock runs out within the week.
  await inside((tx) => askMany(tern.id, tx, some.slice(20), { ...attempt, now: new Date(now.getTime() - 25 * DAY) }));
  const { moments } = (await owner('GET', `/surveys/${survey}/asking`)).json;
  const edited = { ...moments, on: true, target: { ...moments.target, if: nowhere } };
  const preview = async (change: object) =>
    (await owner('POST', `/surveys/${survey}/asking/preview`, { moments: { ...edited, ...change } })).json;
  const all = await preview({});
  const count = (found: typeof all, rule: string) =>
    found.contacts.rules.find((one: { rule: string }) => one.rule === rule)?.n ?? 0;
  expect(count(all, 'asked')).toBe(180);
  expect(count(all, 'any_survey')).toBe(20);
  // Some days in the middle of the week; the clock of the thirty runs out on the fifth.
  const day = (days: number) => dayIn(now.getTime() + days * DAY, 'UTC');
  expect(count(await preview({ from: day(1), until: day(6) }), 'asked')).toBe(180);
  expect(count(await preview({ from: day(1), until: day(4) }), 'asked')).toBe(150);
  expect(count(await preview({ from: day(8) }), 'asked')).toBe(0);
  const total = all.contacts.rules.reduce((sum: number, { n }: { n: number }) => sum + n, 0);
  expect([total, all.contacts.lookedAt]).toEqual([all.contacts.all, null]);
  expect(all.sentence).toMatch(
    /^Of [\d,]+ reachable people, 180 would be asked this week, because [\d,]+ do not meet the condition on attributes, 20 were asked for some survey in the last 30 days\.$/,
  );
  const half = count(await preview({ share: 50 }), 'asked');
  expect(half).toBeGreaterThan(50);
  expect(half).toBeLessThan(130);
  expect(count(await preview({ share: 50 }), 'asked')).toBe(half);
  expect((await preview({ on: false })).contacts.asked).toBe(0);
  expect((await owner('POST', `/surveys/${survey}/asking/preview`, {})).json.contacts.asked).toBe(0);
  expect(await rows('ask_decisions', survey)).toEqual([]);
});

test('the why-log is searched by person, survey, outcome and rule, and read page by page', async () => {
  const [survey, other] = [await addSurvey(world, tern.id), await addSurvey(world, tern.id)];
  const [first, second] = [await contact(), await contact()];
  for (const days of [0, 1, 2]) await ask(first, survey, later(days));
  await ask(second, other);
  const log = async (query: string) => (await owner('GET', `/ask-decisions?${query}`)).json;
  const person = `person=contact:${first.contactId.toUpperCase()}`;
  const found = await log(`${person}&limit=2`);
  expect(found.decisions.map(({ rule }: { rule: string }) => rule)).toEqual(['this_survey', 'this_survey']);
  expect(found.decisions[0]).toMatchObject({
    person: `contact:${first.contactId}`,
    surveyId: survey,
    channel: 'mail',
    asked: false,
    at: later(2).toISOString(),
  });
  const rest = await log(`${person}&limit=2&after=${found.next}`);
  expect([rest.decisions.length, rest.decisions[0].rule, rest.next]).toEqual([1, 'asked', null]);
  expect((await log(`surveyId=${survey}&asked=false`)).decisions).toHaveLength(2);
  expect((await log(`surveyId=${survey}&asked=true`)).decisions).toHaveLength(1);
  expect((await log(`surveyId=${survey}&rule=opted_out`)).decisions).toEqual([]);
  // Days are those of the workspace: it is noon in UTC, and tomorrow already in Auckland.
  const days = async (query: string) =>
    (await log(`${person}&${query}`)).decisions.map(({ at }: { at: string }) => at.slice(8, 10));
  expect(await days('from=2026-11-23')).toEqual(['24', '23']);
  expect(await days('until=2026-11-23')).toEqual(['23', '22']);
  expect(await days('from=2026-11-23&until=2026-11-23')).toEqual(['23']);
  const settings = (await owner('GET', '/asking-settings')).json;
  await owner('PUT', '/asking-settings', { ...settings, timeZone: 'Pacific/Auckland' });
  expect(await days('from=2026-11-23&until=2026-11-23')).toEqual(['22']);
  await owner('PUT', '/asking-settings', settings);
  expect((await owner('GET', '/ask-decisions?from=yesterday')).json.fields[0].field).toBe('query.from');
  expect((await owner('GET', '/ask-decisions?person=somebody')).json.fields[0].field).toBe('query.person');
  expect((await as(tern.people.viewer, 'GET', '/ask-decisions')).status).toBe(403);
});

test('the list of the quarantine names people, and says whose time is over', async () => {
  const held = (await owner('POST', '/contacts', { key: 'q-1', name: 'Ines Held' })).json.id;
  const free = (await owner('POST', '/contacts', { key: 'q-2', name: 'Otto Over' })).json.id;
  await owner('POST', '/quarantine', { contactId: free, until: '2020-02-29', reason: 'moving house' });
  await owner('POST', '/quarantine', { contactId: held, until: '2199-12-31' });
  const { quarantined } = (await owner('GET', '/quarantine')).json;
  expect(quarantined.slice(0, 2)).toMatchObject([
    { contact: 'Ines Held', until: '2199-12-31', over: false },
    { contact: 'Otto Over', until: '2020-02-29', reason: 'moving house', over: true },
  ]);
});

test('erasing a person takes the ledger, the log and the quarantine with it', async () => {
  const survey = await addSurvey(world, tern.id);
  const { contactId } = await contact();
  await ask({ contactId }, survey);
  await owner('POST', '/quarantine', { contactId });
  expect((await owner('GET', `/contacts/${contactId}/export`)).json.asking).toMatchObject({
    asks: [{ surveyId: survey, channel: 'mail', at: NOW.toISOString(), answered: false }],
    decisions: [{ surveyId: survey, asked: true, rule: 'asked' }],
    quarantine: { until: null, reason: '' },
  });
  expect((await owner('DELETE', `/contacts/${contactId}`)).status).toBe(200);
  expect([await rows('asks', survey), await rows('ask_decisions', survey)]).toEqual([[], []]);
  expect(JSON.stringify((await owner('GET', '/quarantine')).json)).not.toContain(contactId);
});

test('the log is kept for 90 days, the ledger as long as its clocks need it', async () => {
  const survey = await addSurvey(world, tern.id);
  const person = await contact();
  const now = world.services.now();
  await ask(person, survey, new Date(now.getTime() - 91 * DAY));
  await ask({ visitor: 'a-browser-of-long-ago' }, survey, new Date(now.getTime() - 731 * DAY));
  await ask({ visitor: 'a-browser-of-long-ago' }, survey, now);
  expect(await rows('ask_decisions', survey)).toHaveLength(3);
  await forgetOldAsks.run(world.services, tern.id, new AbortController().signal);
  expect((await rows('ask_decisions', survey)).map(({ rule }) => rule)).toEqual(['this_survey']);
  expect((await rows('asks', survey)).map(({ contactId }) => contactId)).toEqual([person.contactId]);
});

test('the schema and the types of core say the same', () => {
  const same: NoDrift | undefined = undefined;
  expect(same).toBeUndefined();
});

test('nobody asks the contacts of another workspace, and days are days in the time zone of the workspace', async () => {
  const survey = await addSurvey(world, tern.id);
  const [foreign = ''] = await addContacts(world, lantern.id, 'x', 1);
  await expect(ask({ contactId: foreign }, survey)).rejects.toThrow(/does not exist/);
  expect((await owner('POST', '/quarantine', { contactId: foreign })).status).toBe(404);
  expect((await owner('PUT', '/asking-settings', { anySurveyDays: 5, timeZone: 'Pacific/Auckland' })).status).toBe(200);
  const person = await contact();
  await ask(person, survey);
  const other = await addSurvey(world, tern.id);
  const day = dayIn(later(5).getTime(), 'Pacific/Auckland');
  expect((await ask(person, other, later(4.9))).because).toContain(
    `at least 5 days between any two surveys, so not before ${day}.`,
  );
  expect((await ask(person, other, later(5))).ask).toBe(true);
});
