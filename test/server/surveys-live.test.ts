import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seededRandom } from '../../src/core/stats/seeded-random.ts';
import type { Question, SurveyDefinition } from '../../src/core/survey/definition.ts';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { responseKey } from '../../src/server/intake/response-key.ts';
import { requireVersion } from '../../src/server/surveys/verbs.ts';
import { rounds } from '../deep.ts';
import { type Company, nobody, openWorld, TERN_FERRIES, type World } from '../world.ts';

let world: World;
let tern: Company;
let surveyId: string;
let link: string;
const ITEMS = ['boarding', 'queue', 'seats', 'food', 'harbour'];

beforeAll(async () => {
  world = await openWorld();
  tern = await world.company(TERN_FERRIES);
  const journey = (await owner('POST', '/journeys', { name: 'Crossing' })).json.id;
  const stage = (await owner('POST', `/journeys/${journey}/stages`, { name: 'Harbour' })).json.id;
  const touchpoint = (await owner('POST', `/stages/${stage}/touchpoints`, { name: 'Boarding' })).json.id;
  for (const key of ITEMS) {
    await owner('POST', `/touchpoints/${touchpoint}/items`, { key, name: key, scale: { min: 1, max: 5, topBox: 5 } });
  }
  surveyId = (await owner('POST', '/surveys', { name: 'Live' })).json.id;
  link = (await owner('POST', `/surveys/${surveyId}/links`, { audience: 'customer' })).json.token;
});
afterAll(() => world.close());

const owner = (method: string, path: string, body?: unknown) =>
  world.ask(tern.people.owner, method, `/api/v1/workspaces/${tern.id}${path}`, body);

const rating = (id: string, item: string, en: string): Question => ({
  id,
  type: 'rating',
  text: { customer: { en } },
  min: 1,
  max: 5,
  item,
});
const survey = (questions: readonly Question[]): SurveyDefinition => ({
  format: 'parallax-survey/1',
  title: { customer: { en: 'The crossing' } },
  languages: ['en'],
  audiences: ['customer'],
  pages: [{ id: 'one', questions }],
  endings: [{ id: 'thanks', title: { customer: { en: 'Thank you' } } }],
  hidden: [],
  quotas: [],
  appearance: {},
  settings: { progress: true, back: true, anonymousCustomers: false, askAgainAfterDays: null },
});

interface Acknowledged {
  readonly response: string;
  readonly version: number;
  readonly shown: ReadonlyMap<string, string>;
  readonly answers: Record<string, number>;
}

test('a survey is edited, renamed and published while 20 people answer: every answer stays readable as it was given', async () => {
  const random = seededRandom(20_261_122);
  let questions: Question[] = ITEMS.map((item) => rating(`q_${item}`, item, `How was the ${item}?`));
  let ids = 0;
  async function edit(round: number): Promise<void> {
    const at = random.below(questions.length);
    const kind = ['reword', 'reorder', 'delete', 'replace'][round % 4];
    if (kind === 'reword') {
      questions = questions.map((one, i) =>
        i === at ? { ...one, text: { customer: { en: `Reworded ${round}?` } } } : one,
      );
    } else if (kind === 'reorder') questions = [...questions.slice(at), ...questions.slice(0, at)];
    else if (kind === 'delete' && questions.length > 2) questions = questions.filter((_, i) => i !== at);
    else {
      const free = ITEMS.filter((item) => !questions.some((one) => 'item' in one && one.item === item));
      ids += 1;
      const item = free[0];
      if (item) questions = [...questions, rating(`new${ids}`, item, `New ${ids}: how was the ${item}?`)];
    }
    const { revision } = (await owner('GET', `/surveys/${surveyId}/draft`)).json;
    const saved = await owner('PUT', `/surveys/${surveyId}/draft`, { definition: survey(questions), revision });
    expect(saved.status).toBe(200);
    await owner('PATCH', `/surveys/${surveyId}`, { name: `Live ${round}` });
    expect((await owner('POST', `/surveys/${surveyId}/publish`, {})).status).toBe(200);
  }
  await edit(0);

  let editing = true;
  const acknowledged: Acknowledged[] = [];
  async function answerOn(): Promise<void> {
    while (editing) {
      const asked = (await world.ask(nobody, 'POST', '/api/v1/questionnaires', { link })).json;
      const shown = new Map<string, string>(
        asked.pages.flatMap((page: { questions: { id: string; text: string }[] }) =>
          page.questions.map((question) => [question.id, question.text] as const),
        ),
      );
      const answers = Object.fromEntries([...shown.keys()].map((key) => [key, 1 + random.below(5)]));
      const entries = Object.entries(answers);
      const response = randomUUID();
      const send = (part: number, some: [string, number][], finished: boolean) =>
        world.ask(nobody, 'POST', '/api/v1/responses', {
          link,
          response,
          version: asked.version,
          part,
          answers: Object.fromEntries(some),
          finished,
          took: 60_000,
        });
      const statuses = [
        (await send(0, entries.slice(0, 1), false)).status,
        (await send(1, entries.slice(1), true)).status,
      ];
      expect(statuses).toEqual([200, 200]);
      acknowledged.push({ response, version: asked.version, shown, answers });
    }
  }
  const people = Array.from({ length: 20 }, answerOn);
  for (let round = 1; round <= rounds(16, 200); round += 1) await edit(round);
  editing = false;
  await Promise.all(people);

  expect(new Set(acknowledged.map(({ version }) => version)).size).toBeGreaterThan(4);
  const rows = await inWorkspace(world.database.app.db, tern.id, (tx) =>
    tx
      .selectFrom('responses')
      .selectAll()
      .where('workspaceId', '=', tern.id)
      .where('surveyId', '=', surveyId)
      .execute(),
  );
  expect(rows).toHaveLength(acknowledged.length);
  const stored = new Map(rows.map((row) => [row.key, row]));
  const wrong: string[] = [];
  for (const { response, version, shown, answers } of acknowledged) {
    const row = stored.get(responseKey(response));
    const given = Object.entries((row?.given ?? {}) as Record<string, { value: number }>);
    const same = Object.fromEntries(given.map(([key, { value }]) => [key, value]));
    if (row?.surveyVersion !== version || !row.finished) wrong.push(`${response}: version or end`);
    expect(same).toEqual(answers);
    const { definition } = await inWorkspace(world.database.app.db, tern.id, (tx) =>
      requireVersion(tern.id, tx, surveyId, version),
    );
    for (const question of definition.pages.flatMap((page) => page.questions)) {
      if (shown.get(question.id) !== question.text.customer?.en)
        wrong.push(`${response}: ${question.id} reads otherwise`);
    }
  }
  expect(wrong).toEqual([]);
  const values = await inWorkspace(world.database.app.db, tern.id, (tx) =>
    tx
      .selectFrom('answers')
      .select((e) => e.fn.countAll<number>().as('n'))
      .where('workspaceId', '=', tern.id)
      .executeTakeFirstOrThrow(),
  );
  expect(values.n).toBe(acknowledged.reduce((sum, { answers }) => sum + Object.keys(answers).length, 0));
}, 120_000);
