import { createHash, randomInt, randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import pg from 'pg';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashToken } from '../../src/server/accounts/tokens.ts';
import { deliverDue } from '../../src/server/mailings/deliver.ts';
import { personalToken } from '../../src/server/mailings/personal-tokens.ts';
import { rounds } from '../deep.ts';
import { type Company, openWorld, TERN_FERRIES, type World } from '../world.ts';
import { type Listening, listening } from './intake-world.ts';
import {
  attack,
  type Dump,
  dump,
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
import { Device } from './ticket-device.ts';

/**
 * Somebody gets two copies of the database, the log, what went out and the list of who got which link, and tries to find out
 * who gave which answers. They may do no better than by throwing dice.
 */
const PEOPLE = rounds(200, 5_000);
const THRESHOLD = 5;

let world: World;
let tern: Company;
let survey: Listening;
const mails = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  onData: (stream, _, done) => {
    stream.resume();
    stream.on('end', () => done());
  },
});
beforeAll(async () => {
  await new Promise<void>((resolve) => mails.listen(0, '127.0.0.1', resolve));
  const address = mails.server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  world = await openWorld({ config: { smtpUrl: `smtp://127.0.0.1:${port}`, mailFrom: 'Tern <cx@tern.example>' } });
  tern = await world.company(TERN_FERRIES);
  survey = await listening(world, tern.id);
});
afterAll(async () => {
  await world.close();
  await new Promise<void>((resolve) => mails.close(() => resolve()));
});

async function ok(method: string, path: string, body?: unknown) {
  const reply = await world.ask(tern.people.owner, method, `/api/v1/workspaces/${tern.id}${path}`, body);
  if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
  return reply.json;
}
async function deliverAll(mailsDue: number): Promise<void> {
  for (let i = 0; i < 4 + mailsDue / 50; i++) {
    await deliverDue(world.services, tern.id, new AbortController().signal);
    world.advance(61_000);
  }
}

test(`${PEOPLE} invitations and ${PEOPLE} responses can't be joined`, { timeout: 3_600_000 }, async () => {
  // Invited by mail, with a reminder half way.
  const ids: string[] = [];
  for (let from = 0; from < PEOPLE; from += 1000) {
    const contacts = Array.from({ length: Math.min(1000, PEOPLE - from) }, (_, i) => ({
      key: `crew-${from + i}`,
      name: `Crew ${from + i}`,
      email: `crew${from + i}@tern.example`,
      audience: 'staff',
    }));
    await ok('POST', '/contact-batches', { contacts });
  }
  const made = await ok('POST', `/surveys/${survey.surveyId}/waves`, { name: 'Crew', audience: 'staff' });
  const waveId: string = made.id;
  await ok('PUT', `/waves/${waveId}/schedule`, { reminders: 1, reminderDays: 4 });
  await ok('POST', `/waves/${waveId}/start`);
  await deliverAll(PEOPLE);
  const before = await dump(world.database.superuserUrl, tern.id);
  for (const { table, columns } of before) if (table === 'contacts') ids.push(String(columns.id));
  expect(ids).toHaveLength(PEOPLE);
  expect(before.filter(({ table }) => table === 'invitations')).toHaveLength(PEOPLE);
  const { secretKey } = world.services.config;
  // What they answer has nothing to do with where they stand in any list.
  const say = shuffled(ids.map((_, i) => i));
  const people = ids.map((id, i) => person(say[i] ?? 0, id, personalToken(secretKey, tern.id, waveId, id, 1)));

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
      await deliverAll(PEOPLE);
      copies.push(await dump(world.database.superuserUrl, tern.id));
    }
    if (i > PEOPLE / 2 && i < PEOPLE / 2 + 12) steps.push(await dump(world.database.superuserUrl, tern.id));
  }
  const last = await dump(world.database.superuserUrl, tern.id);
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
  const copy = await dump(world.database.superuserUrl, tern.id);
  const truth = truthOf(copy, people, made.id);
  const { best, steepest } = attack(ordersOfPeople(copy, people), ordersOfResponses(copy, made.id), truth);
  expect(best.right).toBeGreaterThan(0.9 * n);
  expect(steepest.correlation).toBeGreaterThan(0.9);
});

/** How many parts followed each ticket, as the log tells. */
function logged(): number[] {
  const routes = world
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
  const reply = await world.app.request(`/api/v1/workspaces/${tern.id}/export`, {
    headers: { cookie: tern.people.owner.cookie },
  });
  return gunzipSync(Buffer.from(await reply.arrayBuffer())).toString();
}
