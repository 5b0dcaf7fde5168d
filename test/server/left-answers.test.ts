import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Condition, Page, Question } from '../../src/core/survey/definition.ts';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { publishTask } from '../../src/server/intake/publish-task.ts';
import { responseKey } from '../../src/server/intake/response-key.ts';
import { addWholeResponses } from '../../src/server/intake/whole-responses.ts';
import { rounds } from '../deep.ts';
import { type Company, openWorld, TERN_FERRIES, type World } from '../world.ts';
import { type Audience, type Listening, listening, quota, send } from './intake-world.ts';
import { differingCells } from './small-workspace.ts';

const rating = (i: number): Question => ({
  id: `q${i}`,
  type: 'rating',
  min: 1,
  max: 5,
  item: `item_${i}`,
  text: { customer: { en: `How was part ${i}?` } },
});
const first = (value: number): Condition => ({ of: 'answer', key: 'q0', is: 'eq', value });
/** Who answers q0 with 1 is asked q1, who answers it with 2 is asked q2; then everybody q3. */
const PAGES: readonly Page[] = [
  { id: 'start', questions: [rating(0)], jumps: [{ if: first(2), to: 'two' }] },
  {
    id: 'one',
    questions: [rating(1), { id: 'why', type: 'long', text: { customer: { en: 'Why?' } } }],
    jumps: [{ if: first(1), to: 'end' }],
  },
  { id: 'two', questions: [rating(2)], showIf: first(2) },
  { id: 'end', questions: [rating(3)] },
];
/** One who rates the first way, goes back, takes the second and ends it. */
const VISIT = [{ q0: 1 }, { q1: 5, why: 'Slow' }, { q0: 2 }, { q2: 4 }, { q3: 3 }];

let world: World;
let tern: Company;
let survey: Listening;
let link: string;
beforeAll(async () => {
  world = await openWorld();
  tern = await world.company(TERN_FERRIES);
  survey = await listening(world, tern.id, { pages: PAGES, hidden: ['order'] });
  link = await survey.link();
});
afterAll(() => world.close());

const rows = async <T>(statement: ReturnType<typeof sql<T>>): Promise<T[]> =>
  inWorkspace(world.database.app.db, tern.id, async (tx) => (await statement.execute(tx)).rows);
const owner = (method: string, path: string, body?: unknown) =>
  world.ask(tern.people.owner, method, `/api/v1/workspaces/${tern.id}${path}`, body);
const countsAgree = async () =>
  expect(await inWorkspace(world.database.app.db, tern.id, (tx) => differingCells(tx, tern.id))).toEqual([]);

/** What counts of a response, by question: by the id that its device made, or the key of another program. */
async function counted(response: string, of = survey): Promise<Record<string, number>> {
  const found = await rows(
    sql<{ i: number; value: number }>`
      SELECT array_position(${of.items}::uuid[], a.item_id) - 1 AS i, a.value FROM answers a
      JOIN responses r ON r.workspace_id = a.workspace_id AND r.id = a.response_id
      WHERE r.key IN (${response}, ${responseKey(response)}) AND r.survey_id = ${of.surveyId} AND r.published ORDER BY 1`,
  );
  return Object.fromEntries(found.map(({ i, value }) => [`q${i}`, value]));
}
const givenOf = async (response: string) =>
  (
    await rows(
      sql<{
        given: Record<string, object>;
      }>`SELECT given FROM responses WHERE key = ${responseKey(response)} AND published`,
    )
  )[0]?.given;

const partsOf = (token: string, response = randomUUID(), visit: readonly object[] = VISIT) =>
  visit.map((answers, i) => ({
    link: token,
    response,
    version: 1,
    part: i,
    answers,
    finished: i === visit.length - 1,
    took: 60_000,
  }));

test('all counts until the end, then what the answers lead along; all stays stored, and comes back by a late part', async () => {
  const parts = partsOf(link);
  const key = parts[0]?.response ?? '';
  for (const body of parts.slice(0, -1)) expect((await send(world, body)).status).toBe(200);
  expect(await counted(key)).toEqual({ q0: 2, q1: 5, q2: 4 });
  expect((await send(world, parts.at(-1) ?? {})).json).toEqual({ stored: true, finished: true });
  expect(await counted(key)).toEqual({ q0: 2, q2: 4, q3: 3 });
  expect(await givenOf(key)).toMatchObject({ q1: { value: 5, left: true }, why: { value: 'Slow', left: true } });
  await countsAgree();
  const late = { ...parts[0], part: 5, answers: { q0: 1 } };
  expect((await send(world, late)).json).toEqual({ stored: true, finished: true });
  expect(await counted(key)).toEqual({ q0: 1, q1: 5, q3: 3 });
  expect(await givenOf(key)).toMatchObject({ q1: { value: 5, part: 1 }, q2: { value: 4, left: true } });
  await countsAgree();
});

test('whatever the order in which the parts arrive, at once or one by one', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }),
      fc.array(fc.nat(4), { maxLength: 3 }),
      fc.boolean(),
      async (order, again, atOnce) => {
        const parts = partsOf(link);
        const bodies = [...order, ...again].map((i) => parts[i] ?? {});
        if (atOnce) await Promise.all(bodies.map((body) => send(world, body)));
        else for (const body of bodies) await send(world, body);
        expect(await counted(parts[0]?.response ?? '')).toEqual({ q0: 2, q2: 4, q3: 3 });
      },
    ),
    { numRuns: rounds(15, 500) },
  );
  await countsAgree();
});

test('staff: in the batch only what counts; those that end later are corrected once they are enough', async () => {
  const staff = await survey.link({ audience: 'staff' });
  const visits = Array.from({ length: 9 }, () => partsOf(staff));
  for (const parts of visits.slice(0, 4)) for (const body of parts) await send(world, body);
  const begun = visits.slice(4);
  for (const parts of begun) for (const body of parts.slice(0, -1)) await send(world, body);
  world.advance(2 * 86_400_000);
  await publishTask.run(world.services, tern.id, new AbortController().signal);
  const keys = visits.map((parts) => parts[0]?.response ?? '');
  expect(await counted(keys[0] ?? '')).toEqual({ q0: 2, q2: 4, q3: 3 });
  expect(await counted(keys[4] ?? '')).toEqual({ q0: 2, q1: 5, q2: 4 });
  await countsAgree();
  // The last part says nothing new but that it is the end. Four fewer of a question would tell of four.
  for (const parts of begun.slice(0, 4)) await send(world, { ...parts[4], answers: {} });
  for (let i = 0; i < 5; i++) for (const body of partsOf(staff)) await send(world, body);
  expect(await counted(keys[4] ?? '')).toEqual({ q0: 2, q1: 5, q2: 4 });
  await send(world, { ...begun[4]?.[4], answers: {} });
  for (const key of keys.slice(4)) expect(await counted(key)).toEqual({ q0: 2, q2: 4 });
  expect(await rows(sql`SELECT key FROM responses WHERE NOT published`)).toEqual([]);
  await countsAgree();
  const table = await owner('GET', `/surveys/${survey.surveyId}/export?format=json&audience=staff`);
  expect([table.status, JSON.stringify(table.json).includes('Slow')]).toEqual([200, false]);
});

test('a program sends whole responses by the rules of the survey, a file of another tool brings its own', async () => {
  const answers = Object.assign({}, ...VISIT);
  const add = (audience: Audience, key: string, ofFile: boolean) =>
    inWorkspace(world.database.app.db, tern.id, (tx) =>
      addWholeResponses(
        tern.id,
        tx,
        survey.surveyId,
        { audience, responses: [{ key, answers, attributes: {}, channel: 'api' }], ofFile },
        '2026-05-01',
      ),
    );
  await add('customer', 'program', false);
  await add('customer', 'file', true);
  expect(await counted('program')).toEqual({ q0: 2, q2: 4, q3: 3 });
  expect(await counted('file')).toEqual({ q0: 2, q1: 5, q2: 4, q3: 3 });
  await countsAgree();
  const table = await owner('GET', `/surveys/${survey.surveyId}/export?format=json&audience=customer`);
  const exported = (key: string) => table.json.rows.find((row: Record<string, unknown>) => row._response === key);
  expect(exported('program')).toMatchObject({ _left: 'q1 why', q1: 5, why: 'Slow', q2: 4 });
  expect(exported('file')).not.toHaveProperty('_left');
});

test('what was set apart counts by the same rule when it is accepted', async () => {
  const testing = await survey.link({ test: true });
  const parts = partsOf(testing);
  const key = parts[0]?.response ?? '';
  for (const body of parts) await send(world, body);
  expect(await counted(key)).toEqual({});
  const accepted = await owner('POST', `/surveys/${survey.surveyId}/set-apart/accept`, {
    audience: 'customer',
    keys: [responseKey(key)],
  });
  expect(accepted.status).toBe(200);
  expect(await counted(key)).toEqual({ q0: 2, q2: 4, q3: 3 });
  await countsAgree();
});

test('a quota holds those whose counting answers match, also after a late part and a deletion', async () => {
  const fives = quota(100, { if: { of: 'answer', key: 'q1', is: 'eq', value: 5 } });
  const own = await listening(world, tern.id, { pages: PAGES, quotas: [fives] });
  const token = await own.link();
  const held = async () =>
    (await rows(sql<{ n: number }>`SELECT n FROM quota_counts WHERE survey_id = ${own.surveyId}`))[0]?.n ?? 0;
  const parts = partsOf(token);
  for (const body of parts) await send(world, body);
  expect(await held()).toBe(0);
  await send(world, { ...parts[0], part: 5, answers: { q0: 1 } });
  expect([await held(), await counted(parts[0]?.response ?? '', own)]).toEqual([1, { q0: 1, q1: 5, q3: 3 }]);
  expect(
    (await owner('DELETE', `/surveys/${own.surveyId}/responses/${responseKey(parts[0]?.response ?? '')}`)).status,
  ).toBe(204);
  expect(await held()).toBe(0);
});

test('an ending that a full quota leads to takes nothing away', async () => {
  const full = quota(1, { if: { of: 'answer', key: 'q0', is: 'ge', value: 4 } });
  const own = await listening(world, tern.id, { pages: PAGES, quotas: [full] });
  const token = await own.link();
  for (const body of partsOf(token, randomUUID(), [{ q0: 4 }, { q1: 1, q3: 2 }])) await send(world, body);
  const [last] = partsOf(token, randomUUID(), [{ q0: 4, q1: 2, q3: 5 }]);
  await send(world, last ?? {});
  const which = { audience: 'customer', keys: [responseKey(last?.response ?? '')] };
  expect((await owner('POST', `/surveys/${own.surveyId}/set-apart/accept`, which)).status).toBe(200);
  expect(await counted(last?.response ?? '', own)).toEqual({ q0: 4, q1: 2, q3: 5 });
});

test('by what came with the address: known of customers, in doubt of staff', async () => {
  const pages: Page[] = [
    {
      id: 'start',
      questions: [rating(0)],
      jumps: [{ if: { all: [first(2), { of: 'hidden', key: 'order', is: 'eq', value: 'A' }] }, to: 'end' }],
    },
    { id: 'one', questions: [rating(1)] },
    { id: 'end', questions: [rating(3)] },
  ];
  const own = await listening(world, tern.id, { pages, hidden: ['order'] });
  const visit = [{ q0: 1 }, { q1: 5 }, { q0: 2 }, { q3: 3 }];
  const answered = async (token: string, order: string) => {
    const parts = partsOf(token, randomUUID(), visit);
    for (const body of parts) await send(world, { ...body, hidden: { order } });
    return parts[0]?.response ?? '';
  };
  const customer = await own.link();
  expect(await counted(await answered(customer, 'A'), own)).toEqual({ q0: 2, q3: 3 });
  expect(await counted(await answered(customer, 'B'), own)).toEqual({ q0: 2, q1: 5, q3: 3 });
  const staff = await own.link({ audience: 'staff' });
  const keys = [];
  for (let i = 0; i < 5; i++) keys.push(await answered(staff, 'A'));
  expect(await counted(keys[0] ?? '', own)).toEqual({ q0: 2, q1: 5, q3: 3 });
  await countsAgree();
});
