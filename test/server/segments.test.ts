import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Condition } from '../../src/core/survey/definition.ts';
import { holds } from '../../src/core/survey/flow.ts';
import { conditionSql } from '../../src/server/contacts/attribute-condition.ts';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { contactsOfSegment, isInSegment } from '../../src/server/segments/verbs.ts';
import { rounds } from '../deep.ts';
import { type Company, openWorld, TERN_FERRIES, type World } from '../world.ts';

let world: World;
let tern: Company;
beforeAll(async () => {
  world = await openWorld();
  tern = await world.company(TERN_FERRIES);
});
afterAll(() => world.close());

const owner = (method: string, at: string, body?: unknown) =>
  world.ask(tern.people.owner, method, `/api/v1/workspaces/${tern.id}${at}`, body);

const KEYS = ['a', 'constructor', "x' OR true --", 'toString', '{', 'é'];
const TEXTS = [
  '',
  ' ',
  '\u00a0\t',
  '\ufeff',
  '7',
  '007',
  ' 7 ',
  '7.0',
  '-0',
  '.5',
  '5.',
  '+3',
  '1e3',
  '1e400',
  '-1e400',
  '1e-400',
  '0x1F',
  '0b101',
  '0o17',
  '0xg',
  'Infinity',
  'NaN',
  '1_000',
  '1,5',
  '2026-01-01',
  '2026-01-01T10:00',
  '2026-1-1',
  'Ärger',
  'ärger',
  'ÄRGER',
  "o'clock",
  '%',
  '_',
  '\\',
  '$1',
  '$& {{x}}',
  'true',
  'null',
  '2026-01-01 𝒳',
];
const word = fc.oneof(
  fc.constantFrom(...TEXTS),
  fc.string({ maxLength: 4 }).filter((text) => !/[\0\p{Surrogate}]/u.test(text)),
  fc.integer({ min: -20, max: 20 }).map(String),
);
const value = fc.oneof(
  word,
  fc.integer({ min: -20, max: 20 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
);
const key = fc.constantFrom(...KEYS);
const single = fc.record({
  of: fc.constantFrom('attribute' as const, 'attribute' as const, 'attribute' as const, 'hidden' as const),
  key,
  is: fc.constantFrom(
    'eq' as const,
    'ne' as const,
    'lt' as const,
    'le' as const,
    'gt' as const,
    'ge' as const,
    'has' as const,
  ),
  value,
});
const several = fc.record({
  of: fc.constant('attribute' as const),
  key,
  is: fc.constantFrom('in' as const, 'has' as const, 'eq' as const, 'ne' as const),
  value: fc.array(fc.oneof(word, fc.integer({ min: -5, max: 5 })), { maxLength: 3 }),
});
const valueless = fc.record({
  of: fc.constant('attribute' as const),
  key,
  is: fc.constantFrom('answered' as const, 'empty' as const),
});
const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    single,
    several,
    valueless,
    fc.record({ all: fc.array(tie('condition'), { maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('condition'), { maxLength: 3 }) }),
    fc.record({ not: tie('condition') }),
  ),
}));
const attributes = fc.dictionary(key, word, { noNullPrototype: true, maxKeys: 4 });

test('a condition holds in the database for the contacts for which it holds in the program', async () => {
  await inWorkspace(world.database.app.db, tern.id, async (tx) => {
    await fc.assert(
      fc.asyncProperty(condition, fc.array(attributes, { minLength: 1, maxLength: 12 }), async (wanted, people) => {
        const { rows } = await sql<{ at: number }>`
          SELECT person.at FROM jsonb_array_elements(${JSON.stringify(people)}::jsonb) WITH ORDINALITY AS person (attributes, at)
          WHERE ${conditionSql(wanted, sql.ref('person.attributes'))} ORDER BY 1`.execute(tx);
        const expected = people.flatMap((each, i) =>
          holds(wanted, { answers: {}, hidden: {}, attributes: each }) ? [i + 1] : [],
        );
        expect(rows.map(({ at }) => at)).toEqual(expected);
      }),
      { numRuns: rounds(400, 10_000) },
    );
  });
});

test('a segment counts live, names its contacts, filters the list, and is refused where it makes no sense', async () => {
  const people = Array.from({ length: 30 }, (_, i) => ({
    key: `p${i}`,
    email: i % 3 === 0 ? null : `p${i}@tern.example`,
    attributes: { city: i % 2 === 0 ? 'Bergen' : "O'Town", crossings: String(i) },
  }));
  expect((await owner('POST', '/contact-batches', { contacts: people })).json).toEqual({
    made: 30,
    changed: 0,
    leftOut: 0,
  });
  const often = {
    all: [
      { of: 'attribute', key: 'city', is: 'eq', value: "O'Town" },
      { of: 'attribute', key: 'crossings', is: 'ge', value: 10 },
    ],
  };
  const counted = await owner('POST', '/segment-counts', { condition: often });
  expect(counted.json).toEqual({ all: 10, reachable: 7, noAddress: 3, unsubscribed: 0, bounced: 0, refused: 0 });
  const made = await owner('POST', '/segments', { name: 'Often', audience: 'customer', condition: often });
  expect(made.status).toBe(201);
  const { id } = made.json;
  expect((await owner('GET', `/segments/${id}/count`)).json).toEqual(counted.json);
  const listed = (await owner('GET', `/contacts?segmentId=${id}&limit=200`)).json.contacts;
  expect(listed.map(({ key: one }: { key: string }) => one).sort()).toEqual(
    [11, 13, 15, 17, 19, 21, 23, 25, 27, 29].map((n) => `p${n}`),
  );
  await inWorkspace(world.database.app.db, tern.id, async (tx) => {
    expect(await contactsOfSegment(tern.id, tx, id)).toHaveLength(7);
    expect(await isInSegment(tern.id, tx, id, listed[0].id)).toBe(true);
  });
  expect((await owner('GET', `/contacts/${listed[0].id}/export`)).json.segments).toEqual(['Often']);
  expect((await owner('POST', '/segments', { name: 'Often', condition: often })).status).toBe(409);
  const refused = async (condition: unknown) => (await owner('POST', '/segment-counts', { condition })).status;
  expect(await refused({ of: 'answer', key: 'q1', is: 'eq', value: 1 })).toBe(400);
  expect(await refused({ of: 'attribute', key: 'city', is: 'eq' })).toBe(400);
  expect(await refused({ of: 'attribute', key: 'city', is: 'like', value: '%' })).toBe(400);
  expect(await refused({ of: 'attribute', key: 'city', is: 'eq', value: ['a', 'b'] })).toBe(400);
  const deep = (n: number): unknown => (n === 0 ? often : { not: deep(n - 1) });
  expect(await refused(deep(9))).toBe(400);
  expect(await refused({ any: Array.from({ length: 60 }, () => often.all[0]) })).toBe(400);
  expect((await owner('PATCH', `/segments/${id}`, { name: 'Very often' })).json.name).toBe('Very often');
  expect((await owner('DELETE', `/segments/${id}`)).status).toBe(204);
  expect((await owner('GET', '/segments')).json.segments).toEqual([]);
});
