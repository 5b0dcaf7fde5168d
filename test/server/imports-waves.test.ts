import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { addResponses } from '../../src/server/responses/verbs.ts';
import { type ImportWorld, openImportWorld } from './imports-world.ts';
import { differingCells } from './small-workspace.ts';

let at: ImportWorld;
let workspace: string;
beforeAll(async () => {
  at = await openImportWorld();
  workspace = `/api/v1/workspaces/${at.company.id}`;
});
afterAll(() => at.close());

const mapping = {
  layout: 'long',
  columns: { respondent: 'respondent', audience: 'audience', item: 'item', value: 'value' },
  attributes: [],
  scale: '1-5',
};
const inside = <T>(work: Parameters<typeof inWorkspace<T>>[2]) =>
  inWorkspace(at.world.database.app.db, at.company.id, work);
const lead = (method: string, path: string, body?: unknown) =>
  at.world.ask(at.company.people.lead, method, `${workspace}${path}`, body);

async function survey(name: string): Promise<string> {
  await at.import('respondent,audience,item,value\nfirst,customer,boarding,1\n', { surveyName: name, mapping });
  const { surveys } = (await at.get(`${workspace}/surveys`)).json;
  return surveys.find((one: { name: string }) => one.name === name).id;
}
async function wave(surveyId: string, name: string, audience = 'customer'): Promise<string> {
  const made = await lead('POST', `/surveys/${surveyId}/waves`, { name, audience });
  expect(made.json).toMatchObject({ id: expect.any(String) });
  return made.json.id;
}
/** Every answer about boarding: original key without its wave, the wave, the value. */
const answers = (surveyId: string) =>
  inside(async (tx) => {
    const { rows } = await sql<{ key: string; wave: string | null; value: number }>`
      SELECT r.key, w.name AS wave, a.value FROM responses r JOIN answers a ON a.response_id = r.id
        JOIN items i ON i.id = a.item_id AND i.key = 'boarding' LEFT JOIN waves w ON w.id = r.wave_id
      WHERE r.survey_id = ${surveyId} AND r.key <> 'first'`.execute(tx);
    return rows.map(({ key, wave: of, value }) => `${of ?? '-'} ${key.replace(/^.{36}:/, '…')} ${value}`).sort();
  });
const file = (...values: number[]) =>
  `respondent,audience,item,value\n${values.map((value, i) => `${i + 1},customer,boarding,${value}\n`).join('')}`;

test('the same ids in two waves are two people each, and the same wave again updates', async () => {
  const surveyId = await survey('Waves');
  const [spring, autumn] = [await wave(surveyId, 'spring'), await wave(surveyId, 'autumn')];
  const into = { surveyId, surveyName: undefined, mapping };
  await at.import(file(1, 2), { ...into, waveId: spring });
  await at.import(file(4, 5), { ...into, waveId: autumn });
  expect(await answers(surveyId)).toEqual(['autumn …1 4', 'autumn …2 5', 'spring …1 1', 'spring …2 2']);
  await at.import(file(3, 2), { ...into, waveId: spring });
  expect(await answers(surveyId)).toEqual(['autumn …1 4', 'autumn …2 5', 'spring …1 3', 'spring …2 2']);
  // Without a wave they are others once more.
  await at.import(file(5), into);
  expect(await answers(surveyId)).toHaveLength(5);
  expect(await inside((tx) => differingCells(tx, at.company.id))).toEqual([]);

  // What went out of here names its wave, and comes back into it as what it was.
  const keys = await inside((tx) =>
    sql<{ key: string }>`SELECT key FROM responses WHERE wave_id = ${spring} ORDER BY key`.execute(tx),
  );
  const back = keys.rows.map(({ key }) => `${key},customer,boarding,2\n`).join('');
  await at.import(`respondent,audience,item,value\n${back}`, { ...into, waveId: spring });
  expect(await answers(surveyId)).toEqual(['- 1 5', 'autumn …1 4', 'autumn …2 5', 'spring …1 2', 'spring …2 2']);
});

test('only the audience of the wave belongs to it', async () => {
  const surveyId = await survey('Audiences');
  const waveId = await wave(surveyId, 'staff only', 'staff');
  const rows = Array.from({ length: 5 }, (_, i) => `${i},staff,boarding,4\n`).join('');
  const text = `respondent,audience,item,value\n${rows}0,customer,boarding,2\n`;
  await at.import(text, { surveyId, surveyName: undefined, waveId, mapping });
  expect(await answers(surveyId)).toEqual(['- 0 2', ...[0, 1, 2, 3, 4].map((i) => `staff only …${i} 4`)]);
});

test('a response of the wave that has no wave in its key keeps its key', async () => {
  const surveyId = await survey('Older');
  const waveId = await wave(surveyId, 'older');
  const items = await inside((tx) => sql<{ id: string }>`SELECT id FROM items WHERE key = 'boarding'`.execute(tx));
  const answer = { itemId: items.rows[0]?.id ?? '', lens: 'experience' as const, value: 1 };
  await inside((tx) =>
    addResponses(at.company.id, tx, surveyId, [{ key: '2', audience: 'customer', waveId, answers: [answer] }]),
  );
  await at.import(file(3, 4), { surveyId, surveyName: undefined, waveId, mapping });
  expect(await answers(surveyId)).toEqual(['older 2 4', 'older …1 3']);
});

test('who is erased by their original id is erased in every wave', async () => {
  const surveyId = await survey('Erased');
  const into = { surveyId, surveyName: undefined, mapping };
  for (const name of ['one', 'two']) {
    const waveId = await wave(surveyId, name);
    await at.import(file(1, 2), { ...into, waveId });
  }
  await at.import(file(1, 2), into);
  const erased = await lead('DELETE', `/respondents?key=2&surveyId=${surveyId}`);
  expect(erased.json).toEqual({ responses: 3 });
  expect(await answers(surveyId)).toEqual(['- 1 1', 'one …1 1', 'two …1 1']);
  const { rows } = await inside((tx) => sql<{ n: number }>`SELECT count(*) AS n FROM erasures`.execute(tx));
  expect(rows).toEqual([{ n: 3 }]);
});
