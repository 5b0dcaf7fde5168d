import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { addResponses, removeResponses } from '../../src/server/responses/verbs.ts';
import { type Company, openWorld, TERN_FERRIES, type World } from '../world.ts';
import { listening } from './intake-world.ts';
import { differingCells } from './small-workspace.ts';

let world: World;
let tern: Company;
beforeAll(async () => {
  world = await openWorld();
  tern = await world.company(TERN_FERRIES);
});
afterAll(() => world.close());

const owner = (method: string, at: string, body?: unknown, headers?: Record<string, string>) =>
  world.ask(tern.people.owner, method, `/api/v1/workspaces/${tern.id}${at}`, body, headers);

/** Every table's rows as text, of the whole database, as nobody but a superuser sees it. */
async function everythingStored(): Promise<string> {
  const client = new pg.Client(world.database.superuserUrl);
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      "SELECT quote_ident(relname) AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'",
    );
    const texts = [];
    for (const { name } of tables.rows) {
      texts.push(
        (await client.query<{ all: string }>(`SELECT coalesce(string_agg(t::text, E'\\n'), '') AS all FROM ${name} t`))
          .rows[0]?.all,
      );
    }
    return texts.join('\n');
  } finally {
    await client.end();
  }
}

const canary = (i: number) => `CANARY${String(i).padStart(4, '0')}X`;

test('a hundred of a thousand people erased: no trace of them, every trace of the others, counts exact', async () => {
  const journey = (await owner('POST', '/journeys', { name: 'J' })).json.id;
  const stage = (await owner('POST', `/journeys/${journey}/stages`, { name: 'S' })).json.id;
  const touchpoint = (await owner('POST', `/stages/${stage}/touchpoints`, { name: 'T' })).json.id;
  const item = (
    await owner('POST', `/touchpoints/${touchpoint}/items`, { name: 'I', scale: { min: 1, max: 5, topBox: 5 } })
  ).json.id;
  const survey = (await owner('POST', '/surveys', { name: 'S' })).json.id;
  const responses = Array.from({ length: 1000 }, (_, i) => ({
    key: `${canary(i)}-response`,
    audience: 'customer' as const,
    contactKey: `${canary(i)}-key`,
    channel: 'web',
    attributes: { note: `${canary(i)}-attribute` },
    answers: [{ itemId: item, lens: 'experience' as const, value: 1 + (i % 5) }],
  }));
  const { db } = world.database.app;
  await inWorkspace(db, tern.id, (tx) => addResponses(tern.id, tx, survey, responses));
  // One of them was also typed in by hand, with an idempotency key, and has no answers.
  const typed = {
    audience: 'customer',
    key: `${canary(5000)}-key`,
    email: `${canary(5000)}@example.org`,
    name: canary(5000),
  };
  const made = await owner('POST', '/contacts', typed, { 'idempotency-key': 'typed-in-once' });
  expect(made.status).toBe(201);
  expect((await owner('GET', `/contacts?search=${canary(5000)}`)).json.contacts).toHaveLength(1);

  const ids = new Map<string, string>();
  for (let after: string | null = ''; after !== null; ) {
    const page: { contacts: { id: string; key: string }[]; next: string | null } = (
      await owner('GET', `/contacts?limit=200${after && `&after=${after}`}`)
    ).json;
    for (const contact of page.contacts) ids.set(contact.key, contact.id);
    after = page.next;
  }
  expect(ids.size).toBe(1001);
  for (let i = 0; i < 99; i += 1) {
    expect((await owner('DELETE', `/contacts/${ids.get(`${canary(i)}-key`)}`)).json).toEqual({ responses: 1 });
  }
  expect((await owner('DELETE', `/contacts/${made.json.id}`)).json).toEqual({ responses: 0 });
  expect((await owner('DELETE', `/contacts/${made.json.id}`)).status).toBe(404);
  const stored = await everythingStored();
  const left = new Set(stored.match(/CANARY\d{4}X/g));
  expect(left.size).toBe(901);
  for (let i = 0; i < 99; i += 1) expect(left.has(canary(i))).toBe(false);
  expect(await inWorkspace(db, tern.id, (tx) => differingCells(tx, tern.id))).toEqual([]);
  const report = (await owner('GET', '/gaps')).json;
  expect(report.perspectives[0]).toMatchObject({ audience: 'customer', n: 901 });
});

test('the export of one person is everything there is about them, and nothing of anybody else', async () => {
  const contact = (await owner('GET', `/contacts?search=${canary(500)}`)).json.contacts[0];
  const person = (await owner('GET', `/contacts/${contact.id}/export`)).json;
  expect(person).toEqual({
    contact: { ...contact, key: `${canary(500)}-key` },
    segments: [],
    mails: [],
    asking: { asks: [], decisions: [], browsers: 0, quarantine: null },
    responses: [
      {
        survey: 'S',
        key: `${canary(500)}-response`,
        answeredOn: null,
        channel: 'web',
        weight: 1,
        language: null,
        finished: true,
        given: null,
        attributes: { note: `${canary(500)}-attribute` },
        answers: [{ item: 'i', name: 'I', lens: 'experience', value: 1 }],
      },
    ],
    setApart: [],
  });
});

test('what a person wrote, chose and left is in the export, also where it was set apart', async () => {
  const { db } = world.database.app;
  const own = await listening(world, tern.id);
  const who = `${canary(500)}-key`;
  const { contacts } = (await owner('GET', `/contacts?search=${canary(500)}`)).json;
  const answers = { q0: 3, q1: null };
  const more = {
    contactKey: who,
    answeredOn: '2026-03-04',
    channel: 'shop',
    language: 'de',
    attributes: { deck: '2' },
  };
  await owner('POST', `/surveys/${own.surveyId}/responses`, {
    audience: 'customer',
    responses: [
      { key: 'counted', answers, ...more },
      { key: 'apart', answers, ...more },
    ],
  });
  await inWorkspace(db, tern.id, async (tx) => {
    const words = { 'words.text': { value: 'Wet deck', part: 0 }, 'person.email': { value: 'a@example.org', part: 0 } };
    await sql`UPDATE responses SET given = given || ${JSON.stringify(words)}::jsonb WHERE key = 'counted'`.execute(tx);
    await sql`INSERT INTO set_apart_responses (workspace_id, survey_id, audience, key, reason, survey_version, contact_id,
        channel, language, answered_on, attributes, given, parts, finished)
      SELECT workspace_id, survey_id, audience, key, 'quota', survey_version, contact_id, channel, language, answered_on,
        attributes, given, parts, finished FROM responses WHERE key = 'apart'`.execute(tx);
    await removeResponses(tern.id, tx, { key: 'apart' });
  });
  const person = (await owner('GET', `/contacts/${contacts[0].id}/export`)).json;
  const { contactKey: _, ...kept } = more;
  expect(person.responses).toHaveLength(2);
  expect(person.responses.find(({ key }: { key: string }) => key === 'counted')).toMatchObject({
    ...kept,
    finished: true,
    given: { ...answers, 'words.text': 'Wet deck', 'person.email': 'a@example.org' },
  });
  const survey = `Crossing ${own.surveyId}`;
  expect(person.setApart).toEqual([{ survey, key: 'apart', reason: 'quota', ...kept, finished: true, given: answers }]);
});
