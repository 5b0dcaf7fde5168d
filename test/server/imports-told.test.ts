import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { dispatchEvents } from '../../src/server/webhooks/dispatch.ts';
import { type ImportWorld, openImportWorld } from './imports-world.ts';
import { listening } from './intake-world.ts';

/** What an import stores stands in the outbox, written in the same transaction. */
let at: ImportWorld;
beforeAll(async () => {
  at = await openImportWorld();
});
afterAll(() => at.close());

const mapping = {
  layout: 'long',
  columns: {
    respondent: 'respondent',
    audience: 'audience',
    item: 'item',
    value: 'value',
    at: 'at',
    channel: 'channel',
  },
  attributes: [],
  scale: '1-5',
};
const file = (...lines: string[]) =>
  `respondent,audience,item,value,at,channel\n${lines.map((line) => `${line}\n`).join('')}`;
interface Told {
  kind: string;
  subject: string;
  payload: Record<string, unknown>;
  dispatched: boolean;
}
const told = (surveyId: string) =>
  inWorkspace(at.world.database.app.db, at.company.id, async (tx) => {
    const { rows } = await sql<Told>`SELECT kind, subject, payload, dispatched_at IS NOT NULL AS dispatched FROM outbox
      WHERE survey_id = ${surveyId} ORDER BY subject, id`.execute(tx);
    return rows;
  });
async function survey(name: string): Promise<string> {
  const { surveys } = (await at.get(`/api/v1/workspaces/${at.company.id}/surveys`)).json;
  return surveys.find((one: { name: string }) => one.name === name).id;
}

test('each customer’s response has its event; leaders and staff only their batch', async () => {
  const staff = Array.from({ length: 5 }, (_, i) => `s${i},staff,boarding,4,2026-02-01,desk`);
  await at.import(file('c1,customer,boarding,4,2026-02-03,desk', 'c2,customer,boarding,2,,', ...staff), {
    surveyName: 'Told',
    mapping,
  });
  const id = await survey('Told');
  const fact = { survey: id, audience: 'customer' };
  expect(await told(id)).toEqual(
    [
      {
        ...{ kind: 'responses.published', subject: id, dispatched: false },
        payload: { ...fact, audience: 'staff', count: 5, at: expect.any(String) },
      },
      {
        ...{ kind: 'response.imported', subject: 'c1', dispatched: true },
        payload: { ...fact, channel: 'desk', response: 'c1', at: '2026-02-03' },
      },
      {
        ...{ kind: 'response.imported', subject: 'c2', dispatched: true },
        payload: { ...fact, channel: '', response: 'c2', at: null },
      },
    ].toSorted((a, b) => (a.subject < b.subject ? -1 : 1)),
  );
});

test('an import that is rolled back tells nothing', async () => {
  await at.import(file('c1,customer,boarding,4,2026-02-03,desk'), { surveyName: 'Refused', mapping });
  const id = await survey('Refused');
  const refused = await at.import(file('c9,customer,boarding,4,2026-02-03,desk', 'c8,customer,boarding,99,,'), {
    ...{ surveyId: id, surveyName: undefined, mode: 'all_or_nothing', mapping },
  });
  expect(refused.status).toBe('failed');
  expect((await told(id)).map(({ subject }) => subject)).toEqual(['c1']);
});

test('whoever listens is told of imports only where they chose so', async () => {
  const path = `/api/v1/workspaces/${at.company.id}/webhooks`;
  for (const [name, events] of [
    ['usual', ['response.started', 'response.finished', 'response.changed', 'responses.published']],
    ['history', ['response.imported']],
  ] as const) {
    const made = await at.world.ask(at.company.people.owner, 'POST', path, {
      ...{ type: 'webhook', name, url: 'https://93.184.216.34/', events },
    });
    expect(made.status).toBe(201);
  }
  await at.import(file('c1,customer,boarding,4,2026-02-03,desk', 'c2,customer,boarding,2,,'), {
    surveyName: 'Heard',
    mapping,
  });
  const id = await survey('Heard');
  await dispatchEvents(at.world.services, at.company.id, new AbortController().signal);
  const lines = await inWorkspace(at.world.database.app.db, at.company.id, (tx) =>
    sql<{ name: string; subject: string }>`SELECT e.name, d.subject FROM webhook_deliveries d
      JOIN webhook_endpoints e ON e.id = d.endpoint_id JOIN outbox o ON o.id = d.event_id
      WHERE o.survey_id = ${id} ORDER BY 1, 2`.execute(tx),
  );
  expect(lines.rows).toEqual([
    { name: 'history', subject: 'c1' },
    { name: 'history', subject: 'c2' },
  ]);
});

test('of anonymous customers only how many, from the threshold on', async () => {
  const own = await listening(at.world, at.company.id);
  await own.publish({
    settings: { progress: true, back: true, anonymousCustomers: true, askAgainAfterDays: null },
  });
  const people = (from: number, n: number) =>
    file(...Array.from({ length: n }, (_, i) => `p${from + i},customer,boarding,3,2026-02-01,desk`));
  const into = { surveyId: own.surveyId, surveyName: undefined, mapping };
  await at.import(people(0, 4), into);
  expect(await told(own.surveyId)).toEqual([]);
  await at.import(people(10, 6), into);
  expect(await told(own.surveyId)).toMatchObject([
    { kind: 'responses.published', subject: own.surveyId, payload: { audience: 'customer', count: 6 } },
  ]);
});
