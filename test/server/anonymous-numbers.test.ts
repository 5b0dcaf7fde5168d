import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Audience } from '../../src/core/perspective.ts';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { addResponses } from '../../src/server/responses/verbs.ts';
import { ratingSurvey } from '../answering.ts';
import { type Company, openWorld, TERN_FERRIES, type World } from '../world.ts';
import { type Listening, listening, part, send } from './intake-world.ts';
import { differingCells } from './small-workspace.ts';

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
  expect((await owner('GET', '/gaps')).json.held).toEqual([
    { audience: 'staff', sentence: expect.stringContaining('Answers of staff wait') },
  ]);
  expect(await inside((tx) => differingCells(tx, tern.id))).toEqual([]);
});
