import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Label, ticketGroups } from '../../src/core/ticket-groups.ts';
import { publishTask } from '../../src/server/intake/publish-task.ts';
import { rounds } from '../deep.ts';
import {
  attackWithin,
  type Dump,
  ordersOfPeople,
  ordersOfResponses,
  type Person,
  sharedBy,
  shuffled,
  truthOf,
  usedIn,
} from './linkage-attack.ts';
import { type CrewWorld, openCrewWorld } from './linkage-world.ts';
import { Device } from './ticket-device.ts';

/**
 * The same attack where answers keep department and team. Whoever has copies of the database and knows department and team
 * of everybody finds the group of each response, and within it may do no better than by throwing dice.
 */
const PEOPLE = rounds(200, 2_000);
const K = 5;
const NAMES = ['department', 'team'];

let crew: CrewWorld;
beforeAll(async () => {
  const settings = { progress: true, back: true, anonymousCustomers: false, askAgainAfterDays: null };
  crew = await openCrewWorld({ settings: { ...settings, keptAttributes: NAMES } });
});
afterAll(() => crew.close());

/** Uneven: of every hundred people some large teams, many tiny ones, departments of three, and some without any. */
function attributesOf(i: number): Label {
  const n = i % 100;
  if (n < 24) return { department: 'Sales', team: n < 15 ? 'Harbour' : 'Islands' };
  if (n < 40) return { department: 'Sales', team: `Desk ${i}` };
  if (n < 60) return { department: 'Ops', team: `Shift ${n % 3}` };
  if (n < 72) return { department: 'Ops', team: `Crew ${i}` };
  if (n < 84) return { department: 'IT' };
  if (n < 93) return { department: `Office ${Math.floor(i / 3)}`, team: `Room ${i}` };
  return n < 97 ? { team: 'Nobody’s' } : {};
}
const cellOf = (label: Label) => JSON.stringify(Object.entries(label).sort());

/** Allowed over all groups together: one each, as by chance, and twice the spread of that. */
const allowed = (groups: number) => groups + 2 * Math.sqrt(groups);

test(`${PEOPLE} people and their answers are joined no better than by department and team alone`, {
  timeout: 1_800_000,
}, async () => {
  const { world, tern } = crew;
  const waveId = await crew.invite(PEOPLE, { reminders: 0 }, attributesOf);
  // The first one to open a link does so when only a part of the mails is out.
  await crew.deliver();
  const early = await crew.copy();
  const contacts = early.filter(({ table }) => table === 'contacts').map(({ columns }) => columns);
  const known = new Map(contacts.map(({ id, attributes }) => [String(id), attributes as Label]));
  const people = crew.peopleOf([...known.keys()], waveId);
  const { of, groups } = ticketGroups([...known.values()], NAMES, K);
  expect(groups.length).toBeGreaterThanOrEqual(6);
  const groupOf = new Map([...known.keys()].map((id, i) => [id, cellOf(groups[of[i] ?? 0]?.label ?? {})]));
  await crew.deliverAll(PEOPLE);

  const copies: Dump[] = [];
  for (const [i, { token, answers }] of shuffled<Person>(people).entries()) {
    const device = new Device(world, token);
    const cuts = 1 + randomInt(2);
    const entries = Object.entries(answers);
    for (let n = 1; n <= cuts; n++) {
      const some = Object.fromEntries(n === cuts ? entries : entries.slice(0, 3));
      expect((await device.send(some, { finished: n === cuts, language: 'de', took: 60_000 })).status).toBe(200);
    }
    if (i % Math.ceil(PEOPLE / 5) === 0) world.advance(86_400_000);
    if (i === PEOPLE / 2 || i % Math.ceil(PEOPLE / 8) === 0) copies.push(await crew.copy());
  }
  const last = await crew.copy();
  copies.push(last);
  const truth = truthOf(last, people, waveId);
  expect(truth.size).toBe(PEOPLE);
  expect(usedIn(last, people).size).toBe(PEOPLE);

  // 1. What the tickets said of everybody is their group, and only that.
  const labels = labelsIn(last, waveId);
  for (const { name } of people) expect(labels.get(truth.get(name) ?? '')).toBe(groupOf.get(name));

  // 2. Within the groups every order of people is joined with every order of responses.
  const [orders, responses] = [ordersOfPeople(last, people), ordersOfResponses(last, waveId)];
  const found = attackWithin(orders, responses, truth, { ofPerson: groupOf, ofResponse: labels });
  expect(found.mean, JSON.stringify(found.best)).toBeLessThanOrEqual(allowed(groups.length));
  expect(found.best.right, found.best.name).toBeLessThanOrEqual(groups.length + 6 * Math.sqrt(groups.length));

  // 3. No copy tells of fewer people than the threshold who has answered, or who is left, and no batch has fewer alike.
  for (const one of copies) {
    const used = usedIn(one, people);
    for (const group of new Set(groupOf.values())) {
      const members = [...groupOf].filter(([, own]) => own === group).map(([name]) => name);
      const told = members.filter((name) => used.has(name)).length;
      for (const n of [told, members.length - told]) expect(n === 0 || n >= K, `${group}: ${n}`).toBe(true);
    }
    for (const [block, n] of blocksIn(one, waveId)) expect(n, block).toBeGreaterThanOrEqual(K);
    expect(sharedBy(one, people, waveId)).toEqual([]);
    for (const { table, columns } of one) if (table === 'responses') expect(columns.language).toBeNull();
  }

  // 4. Later what still waits is published, with what enough of it share.
  world.advance(9 * 86_400_000);
  await publishTask.run(world.services, tern.id, new AbortController().signal);
  const end = await crew.copy();
  for (const [block, n] of blocksIn(end, waveId)) expect(n, block).toBeGreaterThanOrEqual(K);
  const waiting = end.filter(({ table, columns }) => table === 'responses' && !columns.published);
  expect(waiting.length).toBeLessThan(K);

  // The attack itself works: had each answer all that is known of its person, it would find many more.
  const naive = new Map(people.map(({ name }) => [truth.get(name) ?? '', cellOf(known.get(name) ?? {})]));
  const full = new Map([...known].map(([id, attributes]) => [id, cellOf(attributes)]));
  const caught = attackWithin(orders, responses, truth, { ofPerson: full, ofResponse: naive });
  expect(caught.mean).toBeGreaterThan(2 * allowed(groups.length));
});

/** What the responses of a wave keep, by their keys. */
const labelsIn = (one: Dump, waveId: string): Map<string, string> =>
  new Map(
    one.flatMap(({ table, columns }) =>
      table === 'responses' && columns.wave_id === waveId
        ? [[String(columns.key), cellOf(columns.attributes as Label)] as const]
        : [],
    ),
  );

/** How many published responses of each batch keep the same. */
function blocksIn(one: Dump, waveId: string): Map<string, number> {
  const blocks = new Map<string, number>();
  for (const { table, columns } of one) {
    if (table !== 'responses' || columns.wave_id !== waveId || !columns.published) continue;
    const block = `${columns.release} ${cellOf(columns.attributes as Label)}`;
    blocks.set(block, (blocks.get(block) ?? 0) + 1);
  }
  return blocks;
}
