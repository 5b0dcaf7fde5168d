import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Audience } from '../../src/core/perspective.ts';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { addResponses } from '../../src/server/responses/verbs.ts';
import { ratingSurvey } from '../answering.ts';
import { type Company, openWorld, TERN_FERRIES, type World } from '../world.ts';
import { type Listening, listening, part, send } from './intake-world.ts';
import { addAnonymous, differingCells } from './small-workspace.ts';

// What somebody could work out who sees all numbers, and knows all answers but those of one anonymous person.

let world: World;
let tern: Company;
let own: Listening;
beforeAll(async () => {
  world = await openWorld();
  tern = await world.company(TERN_FERRIES);
});
afterAll(() => world.close());
beforeEach(async () => {
  own = await listening(world, tern.id, { settings: { ...ratingSurvey().settings, anonymousCustomers: true } });
});

const owner = (method: string, path: string, body?: unknown) =>
  world.ask(tern.people.owner, method, `/api/v1/workspaces/${tern.id}${path}`, body);
const inside = <T>(work: Parameters<typeof inWorkspace<T>>[2]) => inWorkspace(world.database.app.db, tern.id, work);

type Values = readonly (number | null | undefined)[];

async function answer(link: string, ...people: readonly Values[]) {
  for (const values of people) expect((await send(world, part(link, values, { finished: true }))).status).toBe(200);
}
let handed = 0;
async function handIn(audience: Audience, ...people: readonly number[]) {
  const responses = people.map((q0) => ({ key: `known-${handed++}`, answers: { q0 } }));
  const added = await owner('POST', `/surveys/${own.surveyId}/responses`, { audience, responses });
  expect([added.status, added.json.added]).toEqual([200, people.length]);
}
/** How many people are published. */
const published = async () =>
  (
    await inside((tx) =>
      sql<{ n: number }>`SELECT count(*) AS n FROM responses WHERE survey_id = ${own.surveyId} AND published`.execute(
        tx,
      ),
    )
  ).rows[0]?.n;

test('what is known because another program handed it in fills no batch of people', async () => {
  for (const audience of ['staff', 'customer'] as const) {
    own = await listening(world, tern.id, { settings: { ...ratingSurvey().settings, anonymousCustomers: true } });
    const link = await own.link({ audience });
    await answer(link, [2]);
    await handIn(audience, 5, 4, 3, 4);
    expect(await published()).toBe(0);
    await handIn(audience, 1);
    expect(await published()).toBe(5);
    await answer(link, [1], [2], [3]);
    expect(await published()).toBe(5);
    await answer(link, [3]);
    expect(await published()).toBe(10);
  }
});

test('nor does what a file brought', async () => {
  const link = await own.link({ audience: 'staff' });
  await answer(link, [2]);
  const file = (n: number) =>
    Array.from({ length: n }, (_, i) => ({
      key: `row ${i}`,
      audience: 'staff' as const,
      answers: [{ itemId: own.items[0] ?? '', lens: 'belief' as const, value: 1 + i }],
    }));
  await inside((tx) => addResponses(tern.id, tx, own.surveyId, file(4)));
  expect(await published()).toBe(0);
  await inside((tx) => addResponses(tern.id, tx, own.surveyId, file(5)));
  expect(await published()).toBe(5);
  await handIn('staff', 4, 3);
  // Those that were handed in wait apart, and are told of in the same words.
  expect((await owner('GET', '/gaps')).json.held).toEqual([
    { audience: 'staff', sentence: expect.stringContaining('Answers of staff wait') },
  ]);
  expect(await inside((tx) => differingCells(tx, tern.id))).toEqual([]);
});

/** What the report shows of the first item: how many gave which value; null where it shows nothing. */
async function shown(audience: Audience, query = ''): Promise<Record<string, number> | null> {
  const { json } = await owner('GET', `/gaps?item=${own.items[0]}${query}`);
  const found = json.perspectives.find((one: { audience: Audience }) => one.audience === audience);
  if (!found) return null;
  return Object.fromEntries(found.counts.map(({ value, n }: { value: number; n: number }) => [value, n]));
}
const notes = async (query = ''): Promise<string> =>
  (await owner('GET', `/gaps?item=${own.items[0]}${query}`)).json.notes.join(' ');
/** Customers who were promised nothing, all known to whoever may see single answers. */
async function named(values: readonly number[], more: object = {}) {
  const responses = values.map((value) => ({
    key: `named-${handed++}`,
    audience: 'customer' as const,
    answers: [{ itemId: own.items[0] ?? '', lens: 'experience' as const, value }],
    ...more,
  }));
  await inside((tx) => addResponses(tern.id, tx, own.surveyId, responses));
}

test.each(['staff', 'customer'] as const)('the total of %s less one channel is nobody', async (audience) => {
  const qr = await own.link({ audience, channel: 'qr' });
  const desk = await own.link({ audience, channel: 'desk-7' });
  await answer(qr, [4], [5], [4], [5], [4], [5], [4], [5], [4]);
  await answer(desk, [1]);
  expect(await shown(audience)).toEqual({ 1: 1, 4: 5, 5: 4 });
  // As it was when all of the first five had come by it: the total has five others since.
  expect(await shown(audience, '&channel=qr')).toEqual({ 4: 3, 5: 2 });
  expect(await shown(audience, '&channel=desk-7')).toBeNull();
  // Where a filter leaves nobody out, it says no more than none.
  expect(await shown(audience, '&channel=qr&channel=desk-7')).toEqual({ 1: 1, 4: 5, 5: 4 });
  expect((await owner('GET', '/filters')).json.channels).not.toContain('desk-7');
});

test.each(['staff', 'customer'] as const)(
  'one of a batch of %s who rated an item is not the difference',
  async (audience) => {
    const link = await own.link({ audience });
    await answer(link, [4], [5], [4], [5], [4]);
    expect(await shown(audience)).toEqual({ 4: 3, 5: 2 });
    const skipped: Values = [undefined, 3];
    await answer(link, skipped, skipped, skipped, skipped, [1]);
    expect(await published()).toBe(10);
    expect(await shown(audience)).toEqual({ 4: 3, 5: 2 });
    expect(await notes()).toContain('as of an earlier batch');
    await answer(link, skipped, [2], [2], [1], [3]);
    expect(await shown(audience)).toEqual({ 1: 2, 2: 2, 3: 1, 4: 3, 5: 2 });
  },
);

test('among named customers, whom some can take away, anonymous ones are shown by the same rules', async () => {
  await named([5, 5, 4, 4, 3, 3], { channel: 'shop', answeredOn: '2026-03-04' });
  const link = await own.link({ channel: 'desk-7' });
  const skipped: Values = [undefined, 3];
  await answer(link, [1], skipped, skipped, skipped, skipped);
  expect(await published()).toBe(11);
  expect(await shown('customer')).toEqual({ 3: 2, 4: 2, 5: 2 });
  expect(await notes()).toContain('Some numbers leave out anonymous customers');
  // Five now, but all of them gave the same answer.
  await answer(link, [1], [1], [1], [1], skipped);
  expect(await shown('customer')).toEqual({ 3: 2, 4: 2, 5: 2 });
  await answer(link, [2], skipped, skipped, skipped, skipped);
  expect(await shown('customer')).toEqual({ 1: 5, 2: 1, 3: 2, 4: 2, 5: 2 });
  // Three of another channel among six: neither channel is told of the anonymous, named ones are filtered as ever.
  const other = await own.link({ channel: 'kiosk' });
  await answer(other, [3], [3], [4], skipped, skipped);
  const known = { 3: 2, 4: 2, 5: 2 };
  expect(await shown('customer')).toEqual({ 1: 5, 2: 1, ...known });
  expect(await shown('customer', '&channel=shop')).toEqual(known);
  expect(await shown('customer', '&channel=shop&channel=kiosk')).toEqual(known);
  expect(await notes('&channel=shop&channel=kiosk')).toContain('Some numbers leave out anonymous customers');
  expect(await shown('customer', '&since=2026-03-02&until=2026-03-05')).toEqual(known);
  expect(await shown('customer', '&since=2026-03-01&until=2026-03-31')).toEqual(known);
  expect((await owner('GET', '/filters')).json.channels).toEqual(expect.arrayContaining(['shop']));
  expect((await owner('GET', '/filters')).json.channels).not.toContain('kiosk');
  expect(await inside((tx) => differingCells(tx, tern.id))).toEqual([]);
});

test.each(['staff', 'customer'] as const)('what was handed in hides nobody of %s', async (audience) => {
  const link = await own.link({ audience });
  await handIn(audience, 5, 4, 3, 4, 5);
  const known = { 3: 1, 4: 2, 5: 2 };
  expect(await shown(audience)).toEqual(known);
  const skipped: Values = [undefined, 3];
  await answer(link, [1], skipped, skipped, skipped, skipped);
  await handIn(audience, 5, 4, 3, 4, 5);
  expect(await published()).toBe(15);
  expect(await shown(audience)).toEqual({ 3: 2, 4: 4, 5: 4 });
  await answer(link, [1], [1], [2], [2], skipped);
  expect(await shown(audience)).toEqual({ 1: 3, 2: 2, 3: 2, 4: 4, 5: 4 });
});

test.each(['staff', 'customer'] as const)('one of %s who changes an answer changes no number', async (audience) => {
  const link = await own.link({ audience });
  const people = Array.from({ length: 5 }, () => randomUUID());
  const says = async (n: number, values: Values, number: number) => {
    const more = { response: people[n], part: number, finished: true };
    expect((await send(world, part(link, values, more))).status).toBe(200);
  };
  for (const [n, value] of [4, 5, 4, 5, 4].entries()) await says(n, [value, 3], 0);
  const before = { 4: 3, 5: 2 };
  expect(await shown(audience)).toEqual(before);
  await says(0, [1], 1);
  // Nor does it fill a batch of others.
  await answer(link, [2], [2], [3], [3]);
  expect([await published(), await shown(audience)]).toEqual([5, before]);
  await answer(link, [2]);
  const after = { 2: 3, 3: 2, ...before };
  expect([await published(), await shown(audience)]).toEqual([10, after]);
  // Five who add something are not yet five who change this answer.
  for (const n of [1, 2, 3, 4]) await says(n, [undefined, 5], 1);
  expect(await shown(audience)).toEqual(after);
  for (const n of [1, 2, 3]) await says(n, [1, 5], 2);
  expect(await shown(audience)).toEqual(after);
  // Four of them answered another question anew, too: that would be told with it.
  await says(4, [2, 5], 2);
  expect(await shown(audience)).toEqual(after);
  await says(0, [1, 5], 2);
  expect(await shown(audience)).toEqual({ 1: 4, 2: 4, 3: 2 });
  expect(await inside((tx) => differingCells(tx, tern.id))).toEqual([]);
});

test('who gave two answers is paired only where nothing was promised: their number is of other people', async () => {
  const both = (experience: number, expectation: number) => [
    { itemId: own.items[0] ?? '', lens: 'experience' as const, value: experience },
    { itemId: own.items[0] ?? '', lens: 'expectation' as const, value: expectation },
  ];
  const people = [both(3, 5), both(4, 5), both(2, 4), both(3, 4), both(5, 5), both(2, 5)];
  const responses = people.map((answers, i) => ({ key: `both-${i}`, audience: 'customer' as const, answers }));
  await inside((tx) => addResponses(tern.id, tx, own.surveyId, responses));
  const ask = async () =>
    (await owner('GET', `/gaps?item=${own.items[0]}&from=customer:expectation&to=customer:experience`)).json;
  const before = await ask();
  const paired = { method: expect.stringContaining('paired t within person'), n: { from: 6, to: 6 } };
  expect(before.gaps).toEqual([expect.objectContaining(paired)]);
  await inside((tx) =>
    addAnonymous(tx, { ...own, id: tern.id }, [both(1, 5), both(2, 4), both(1, 4), both(3, 3), both(1, 1)]),
  );
  expect(await shown('customer')).toEqual({ 1: 3, 2: 3, 3: 3, 4: 1, 5: 1 });
  expect((await ask()).gaps).toEqual([expect.objectContaining(paired)]);
});
