import { createHash, randomInt, randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashToken } from '../../src/server/accounts/tokens.ts';
import { rounds } from '../deep.ts';
import {
  attack,
  type Dump,
  type Order,
  ordersOfPeople,
  ordersOfResponses,
  type Person,
  person,
  sharedBy,
  shuffled,
  truthOf,
  usedIn,
} from './linkage-attack.ts';
import { type CrewWorld, openCrewWorld } from './linkage-world.ts';
import { Device } from './ticket-device.ts';

/**
 * Somebody gets two copies of the database, the log, what went out and the list of who got which link, and tries to find out
 * who gave which answers. They may do no better than by throwing dice.
 */
const PEOPLE = rounds(200, 5_000);
const THRESHOLD = 5;

let crew: CrewWorld;
beforeAll(async () => {
  crew = await openCrewWorld();
});
afterAll(() => crew.close());

test(`${PEOPLE} invitations and ${PEOPLE} responses can't be joined`, { timeout: 3_600_000 }, async () => {
  const { world } = crew;
  // Invited by mail, with a reminder half way.
  const waveId = await crew.invite(PEOPLE, { reminders: 1, reminderDays: 4 });
  await crew.deliverAll(PEOPLE);
  const before = await crew.copy();
  const ids = before.flatMap(({ table, columns }) => (table === 'contacts' ? [String(columns.id)] : []));
  expect(ids).toHaveLength(PEOPLE);
  expect(before.filter(({ table }) => table === 'invitations')).toHaveLength(PEOPLE);
  const people = crew.peopleOf(ids, waveId);

  // They answer one after the other, in parts, in three languages, over eight days; half way everybody else is reminded.
  const door = shuffled(people);
  const parts = new Map<string, number>();
  const copies: Dump[] = [];
  const steps: Dump[] = [];
  for (const [i, { name, token, answers }] of door.entries()) {
    const device = new Device(world, token);
    const cuts = 1 + randomInt(4);
    parts.set(name, cuts);
    const language = ['en', 'de', 'es'][randomInt(3)];
    const entries = Object.entries(answers);
    for (let n = 1; n <= cuts; n++) {
      const some = n === cuts ? entries : entries.slice(0, n);
      const reply = await device.send(Object.fromEntries(some), { finished: n === cuts, language, took: 60_000 });
      expect(reply.status).toBe(200);
    }
    if (i % Math.ceil(PEOPLE / 8) === 0) world.advance(86_400_000);
    if (i === PEOPLE / 2) {
      await crew.deliverAll(PEOPLE);
      copies.push(await crew.copy());
    }
    if (i > PEOPLE / 2 && i < PEOPLE / 2 + 12) steps.push(await crew.copy());
  }
  const last = await crew.copy();
  copies.push(last);

  const truth = truthOf(last, people, waveId);
  expect(truth.size).toBe(PEOPLE);
  expect(usedIn(last, people).size).toBe(PEOPLE);

  // 1. One copy: every order of people in it, with every order of responses in it and in the exported file.
  const file = await exportText();
  const responses = [
    ...ordersOfResponses(last, waveId),
    { name: 'exported file', of: [...truth.values()].sort((a, b) => file.indexOf(a) - file.indexOf(b)) },
  ];
  const found = ordersOfPeople(last, people);
  expect(found.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'contacts by place',
      'invitations by place',
      'invitations by transaction',
      'mail_queue by place',
    ]),
  );
  expect(responses.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['responses by place', 'responses by transaction', 'answers by place', 'responses.id']),
  );
  const blind = attack(found, responses, truth);
  // By chance one of all is right, σ = 1. Many orders are tried: a single one may be luckier, one in a million never.
  expect(blind.mean, JSON.stringify(blind.best)).toBeLessThanOrEqual(1 + 2);
  expect(blind.best.right, blind.best.name).toBeLessThanOrEqual(10);
  expect(Math.abs(blind.steepest.correlation), blind.steepest.name).toBeLessThanOrEqual(4.9 / Math.sqrt(PEOPLE - 1));

  // 2. Somebody stood at the door and knows who answered when, and how often each sent: they know the batch, and no more.
  const perPart = logged();
  expect(perPart).toEqual(door.map(({ name }) => parts.get(name)));
  const released = new Map(
    last.flatMap(({ table, columns }) =>
      table === 'responses' ? [[String(columns.key), Number(columns.release)] as const] : [],
    ),
  );
  const inBatches = (order: Order): Order => ({
    ...order,
    of: [...order.of].sort((a, b) => (released.get(a) ?? 0) - (released.get(b) ?? 0)),
  });
  const known = { name: 'door', of: door.map(({ name }) => name) };
  const byParts = {
    name: 'door and log',
    of: Array.from({ length: PEOPLE / THRESHOLD }, (_, b) => door.slice(b * THRESHOLD, (b + 1) * THRESHOLD))
      .flatMap((batch) => [...batch].sort((a, b) => (parts.get(a.name) ?? 0) - (parts.get(b.name) ?? 0)))
      .map(({ name }) => name),
  };
  const watched = attack([known, byParts], responses.map(inBatches), truth);
  const [chance, sigma] = [PEOPLE / THRESHOLD, Math.sqrt(PEOPLE / THRESHOLD)];
  expect(watched.mean, JSON.stringify(watched.best)).toBeLessThanOrEqual(chance + 2 * sigma);
  expect(watched.best.right, watched.best.name).toBeLessThanOrEqual(chance + 5 * sigma);

  // 3. Nothing joins them by value: no transaction, no text stands in rows of one person and in rows of one response.
  for (const copy of [...copies, ...steps]) expect(sharedBy(copy, people, waveId)).toEqual([]);
  expect(file).not.toContain('blinded');
  for (const { marks, name } of people.slice(0, 200))
    for (const mark of marks) if (mark !== name) expect(file.includes(mark)).toBe(false);
  for (const text of [world.logged(), JSON.stringify(last.filter(({ table }) => /outbox|webhook|audit/.test(table)))]) {
    for (const { token, marks } of people.slice(0, 50)) {
      expect(text.includes(token.slice(-43)) || marks.some((mark) => text.includes(mark))).toBe(false);
    }
    for (const key of [...truth.values()].slice(0, 50)) expect(text.includes(key)).toBe(false);
  }

  // 4. Copies before and after single answers: people are told of in batches alone, and marks that wait name nobody.
  const allSteps = [copies[0] as Dump, ...steps, last];
  for (const [i, copy] of allSteps.slice(1).entries()) {
    const earlier = usedIn(allSteps[i] as Dump, people);
    const news = [...usedIn(copy, people)].filter((name) => !earlier.has(name)).length;
    expect(news === 0 || news >= THRESHOLD).toBe(true);
    const marks = copy.filter(({ table }) => table === 'ticket_marks');
    expect(new Set(marks.map(({ transaction }) => transaction)).size).toBeLessThanOrEqual(1);
    const guesses = new Set(
      people.flatMap(({ marks: own }) => own.map((mark) => createHash('sha256').update(mark).digest('hex'))),
    );
    for (const { columns } of marks) expect(guesses.has(String(columns.mark).slice(2))).toBe(false);
    for (const { columns } of marks)
      expect(people.some(({ marks: own }) => own.includes(String(columns.mark)))).toBe(false);
  }
  // What the queue of mails holds of each is what it holds of at least a batch of others.
  for (const copy of copies) {
    const byPerson = new Map<unknown, string[]>();
    for (const { table, columns } of copy) {
      if (table !== 'mail_queue') continue;
      byPerson.set(columns.contact_id, [
        ...(byPerson.get(columns.contact_id) ?? []),
        `${columns.number} ${columns.state} ${columns.rule}`,
      ]);
    }
    const groups = new Map<string, number>();
    for (const lines of byPerson.values()) groups.set(lines.sort().join(), (groups.get(lines.sort().join()) ?? 0) + 1);
    for (const [pattern, n] of groups) expect(n, pattern).toBeGreaterThanOrEqual(THRESHOLD);
  }
});

/** The attack itself works: against links that are marked when they are used, and answers stored as they come, it finds everybody. */
test('the same attack joins nearly everybody where links and answers are stored as they come', async () => {
  const n = 100;
  const { world, tern, survey, ok } = crew;
  const made = await ok('POST', `/surveys/${survey.surveyId}/waves`, { name: 'Naive', audience: 'staff' });
  const { links } = await ok('POST', `/waves/${made.id}/invitations`, { count: n });
  const people = links.map((link: string, i: number) => person(i, `person ${i}`, link.split('#token=')[1] ?? ''));
  const client = new pg.Client(world.database.superuserUrl);
  await client.connect();
  for (const { token, answers } of shuffled<Person>(people)) {
    await client.query('UPDATE invitations SET used = true WHERE token_hash = $1', [hashToken(token)]);
    const given = Object.fromEntries(Object.entries(answers).map(([key, value]) => [key, { value, part: 1 }]));
    await client.query(
      `INSERT INTO responses (workspace_id, survey_id, wave_id, audience, key, answered_on, given, parts, published)
       VALUES ($1, $2, $3, 'staff', $4, '2026-01-01', $5, '{}', true)`,
      [tern.id, survey.surveyId, made.id, randomUUID(), JSON.stringify(given)],
    );
  }
  await client.end();
  const copy = await crew.copy();
  const truth = truthOf(copy, people, made.id);
  const { best, steepest } = attack(ordersOfPeople(copy, people), ordersOfResponses(copy, made.id), truth);
  expect(best.right).toBeGreaterThan(0.9 * n);
  expect(steepest.correlation).toBeGreaterThan(0.9);
});

/** How many parts followed each ticket, as the log tells. */
function logged(): number[] {
  const routes = crew.world
    .logged()
    .split('\n')
    .filter(Boolean)
    .map((line): { route?: string } => JSON.parse(line));
  const counts: number[] = [];
  for (const { route } of routes) {
    if (route === '/api/v1/tickets') counts.push(0);
    if (route === '/api/v1/responses') counts.push((counts.pop() ?? 0) + 1);
  }
  return counts;
}

async function exportText(): Promise<string> {
  const { world, tern } = crew;
  const reply = await world.app.request(`/api/v1/workspaces/${tern.id}/export`, {
    headers: { cookie: tern.people.owner.cookie },
  });
  return gunzipSync(Buffer.from(await reply.arrayBuffer())).toString();
}
