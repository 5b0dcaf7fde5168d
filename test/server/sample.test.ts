import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addDistributions, type Distribution, distribution, size } from '../../src/core/distribution.ts';
import { gapReport } from '../../src/core/gap-report.ts';
import { AUDIENCES } from '../../src/core/perspective.ts';
import { SAMPLE_NAME } from '../../src/core/sample-attribution.ts';
import { nps, npsClass } from '../../src/core/stats/nps.ts';
import { wilsonInterval } from '../../src/core/stats/wilson-interval.ts';
import { summarise } from '../../src/core/summary.ts';
import { firstSignInLink } from '../../src/server/accounts/links.ts';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { listItems } from '../../src/server/items/verbs.ts';
import { journeyTree } from '../../src/server/journeys/verbs.ts';
import { postgresAnswerCounts } from '../../src/server/responses/postgres-answer-counts.ts';
import { waitingResponses } from '../../src/server/responses/verbs.ts';
import { AIRPORT_SURVEY } from '../../src/server/sample/airport-survey.ts';
import { LEADERS, STAFF, STAFF_AUDIENCE, simulateBeliefs } from '../../src/server/sample/beliefs.ts';
import { SAMPLE_ITEMS, SAMPLE_STAGES, TEAMS } from '../../src/server/sample/journey.ts';
import { loadSampleIfEmpty } from '../../src/server/sample/load.ts';
import { readPassengers } from '../../src/server/sample/passengers.ts';
import { linksOf } from '../../src/server/surveys/link-store.ts';
import { latestVersion, listSurveys, listWaves } from '../../src/server/surveys/verbs.ts';
import { deleteWorkspace, workspaceSettings } from '../../src/server/workspaces/settings.ts';
import { close, said } from '../expectations.ts';
import { reference } from '../reference-data.ts';
import { cookieOf, nobody, openWorld } from '../world.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { differingCells } from './small-workspace.ts';

let database: TestDatabase;
let id: string;
let itemIds: Map<string, string>;
beforeAll(async () => {
  database = await testDatabase();
  id = (await loadSampleIfEmpty(database.app, { sample: true })) ?? '';
  const items = await inWorkspace(database.app.db, id, (tx) => listItems(id, tx));
  itemIds = new Map(items.map((item) => [item.key, item.id]));
});
afterAll(() => database.close());

/** All passengers' answers to one item, of one year or of all. */
async function passengers(key: string, year?: number): Promise<Distribution> {
  const cells = await inWorkspace(database.app.db, id, (tx) =>
    postgresAnswerCounts(tx).counts(id, {
      itemIds: [itemIds.get(key) ?? ''],
      audiences: ['customer'],
      lenses: ['experience'],
      ...(year ? { filter: { since: `${year}-01-01`, until: `${year}-12-31` } } : {}),
    }),
  );
  return addDistributions(...cells.map((cell) => cell.counts));
}

describe('real passengers', () => {
  test('all 8,876 are there, and their rollups are what their answers say', async () => {
    const { rows } = await inWorkspace(database.app.db, id, (tx) =>
      sql`SELECT audience, count(*)::int AS n FROM responses GROUP BY 1 ORDER BY 1`.execute(tx),
    );
    expect(rows).toEqual([
      { audience: 'leadership', n: LEADERS },
      { audience: 'staff', n: STAFF },
      { audience: 'customer', n: 8876 },
    ]);
    expect(await inWorkspace(database.app.db, id, (tx) => differingCells(tx, id))).toEqual([]);
    expect(await inWorkspace(database.app.db, id, (tx) => waitingResponses(id, tx))).toEqual([]);
  });

  test('NPS of 2017, plain and weighted, is the reference', async () => {
    const counts = await passengers('ltr', 2017);
    const want = reference<Record<string, number> & { counts: Record<string, number> }>(
      'survey',
      'reference',
      1,
      'expected',
    );
    expect(size(counts)).toBe(want.n);
    const weighted = said(nps(counts));
    close(weighted.estimate, want.weighted_nps!, 1e-9);
    const signs = summaryOf(distribution(counts.map((count) => ({ ...count, value: npsClass(count.value) }))));
    close(Math.sqrt(signs.seSquared ?? Number.NaN), want.se_linearised!, 1e-9);
    close(signs.effectiveN, want.effective_n!, 1e-6);
    const plain = said(nps(counts.map((count) => ({ ...count, w: count.n, ww: count.n }))));
    close(plain.estimate, want.unweighted_nps!, 1e-12);
    close(plain.promoters * plain.n, want.counts.promoters!, 1e-6);
    expect(size(await passengers('ltr'))).toBe(want.n);
  });

  for (const year of [2015, 2016, 2017]) {
    test(`the means and shares of ${year} are the reference`, async () => {
      const want = reference<
        Record<
          string,
          { n: number; mean: number; weighted: number; se: number; top2: number; top2_wilson95: [number, number] }
        >
      >('survey', 'reference', 2, 'expected', `y${year}`);
      expect(Object.keys(want)).toContain('sat_all');
      for (const [key, numbers] of Object.entries(want)) {
        const counts = await passengers(key, year);
        const plain = counts.map((count) => ({ ...count, w: count.n, ww: count.n }));
        expect(size(counts)).toBe(numbers.n);
        close(summaryOf(plain).mean, numbers.mean, 1e-9);
        close(Math.sqrt(summaryOf(counts).seSquared ?? Number.NaN), numbers.se, 1e-9);
        close(summaryOf(counts).mean, numbers.weighted, 1e-9);
        const top2 = size(counts.filter(({ value }) => value >= 4));
        const share = said(wilsonInterval(top2, numbers.n));
        close(share.estimate, numbers.top2, 1e-12);
        close(share.interval, numbers.top2_wilson95, 1e-9);
      }
    });
  }

  test('labels only what the code list is certain of', async () => {
    const all = await readPassengers();
    const values = (name: string) =>
      new Set(all.flatMap((one) => (one.attributes[name] ? [one.attributes[name]] : [])));
    expect([...values('boarding area')].sort()).toEqual(['A', 'B', 'C', 'D', 'E', 'F', 'G']);
    expect(values('age')).toEqual(new Set(['under 18', '18–24', '25–34', '35–44', '45–54', '55–64', '65 and over']));
    expect([...values('gender')].sort()).toEqual(['code 4', 'female', 'male', 'other']);
    expect([...values('purpose')].every((value) => /^code \d+$/.test(value))).toBe(true);
    const days = (wave: string) => new Set(all.filter((one) => one.wave === wave).map((one) => one.answeredOn));
    expect([...days('2015')]).toEqual(['2015-05-01']);
    expect([...days('2016')].every((day) => /^2016-05-\d\d$/.test(day))).toBe(true);
    expect([...days('2017')].every((day) => /^2017-05-\d\d$/.test(day))).toBe(true);
  });
});

describe('the journey', () => {
  test('has every touchpoint with an owner and a lead item, and the headline', async () => {
    const [journey] = await inWorkspace(database.app.db, id, (tx) => journeyTree(id, tx));
    const touchpoints = journey?.stages.flatMap((stage) => stage.touchpoints) ?? [];
    expect(journey?.stages.map((stage) => stage.name)).toEqual(SAMPLE_STAGES.map((stage) => stage.name));
    expect(touchpoints).toHaveLength(18);
    expect(touchpoints.every((one) => one.ownerTeamId && one.leadItemId === one.items[0]?.id)).toBe(true);
    const items = touchpoints.flatMap((one) => one.items);
    expect(items).toHaveLength(27);
    for (const { wording } of items) expect(new Set(Object.values(wording)).size).toBe(3);
    const settings = await inWorkspace(database.app.db, id, (tx) => workspaceSettings(id, tx));
    expect(settings).toMatchObject({ name: SAMPLE_NAME, sample: true, headlineItemId: itemIds.get('sat_all') });
    expect(items.find((item) => item.key === 'sat_all')?.scale).toMatchObject({ min: 1, max: 5, topBox: 5 });
    expect(items.find((item) => item.key === 'problem')?.scale.direction).toBe('down');
  });
});

describe('simulated leaders and staff', () => {
  test('are flagged, named as simulated, and of a stated audience', async () => {
    const waves = await inWorkspace(database.app.db, id, (tx) => listWaves(id, tx));
    const simulated = waves.filter((wave) => wave.simulated);
    expect(simulated.map((wave) => [wave.audience, wave.audienceSize]).sort()).toEqual([
      ['leadership', LEADERS],
      ['staff', STAFF_AUDIENCE],
    ]);
    expect(simulated.every((wave) => wave.name.endsWith('(simulated)'))).toBe(true);
    expect(waves.filter((wave) => wave.audience !== 'customer')).toEqual(simulated);
  });

  test('are the same every time, on the scale, and answer every item', async () => {
    const real = await readPassengers();
    const once = simulateBeliefs(real);
    expect(simulateBeliefs(real)).toEqual(once);
    expect(Object.values(TEAMS).reduce((sum, n) => sum + n, 0)).toBe(STAFF);
    for (const { answers } of once) {
      for (const { item, value } of answers) {
        const scale = SAMPLE_ITEMS.find(({ key }) => key === item)!.scale;
        expect(value >= scale.min && value <= scale.max && Number.isInteger(value)).toBe(true);
      }
    }
  });

  test('show every pattern, so that the report has something to tell', async () => {
    const cells = await inWorkspace(database.app.db, id, (tx) => postgresAnswerCounts(tx).counts(id, {}));
    const keyOf = new Map([...itemIds].map(([key, itemId]) => [itemId, key]));
    const report = gapReport({
      items: SAMPLE_ITEMS,
      cells: cells.map(({ itemId, audience, lens, counts }) => ({ item: keyOf.get(itemId)!, audience, lens, counts })),
      paired: [],
      options: {
        level: 0.95,
        toleranceShare: 0.0625,
        minN: 5,
        targetPomp: 70,
        population: { leadership: LEADERS, staff: STAFF_AUDIENCE },
        headline: 'sat_all',
      },
    });
    const delivery = report.gaps.filter((gap) => gap.kind === 'delivery');
    expect(delivery).toHaveLength(27);
    expect(new Set(delivery.map((gap) => gap.pattern))).toEqual(
      new Set(['blind_spot', 'hidden_strength', 'shared_strength', 'shared_pain', 'unknown']),
    );
    const headline = said(report.headline);
    expect(headline.shares[0].share).toBeGreaterThan(headline.shares[1].share + 0.3);
    expect(new Set(report.perspectives.map(({ audience }) => audience))).toEqual(new Set(AUDIENCES));
  });
});

test('the airport survey can be answered at once, by everybody and about every item, outside the simulated waves', async () => {
  const world = await openWorld({ database });
  const surveys = await inWorkspace(database.app.db, id, (tx) => listSurveys(id, tx));
  const survey = surveys.find((one) => one.name === AIRPORT_SURVEY);
  const published = await inWorkspace(database.app.db, id, (tx) => latestVersion(id, tx, survey?.id ?? ''));
  expect(new Set(Object.values(published?.bindings ?? {}).map(({ itemId }) => itemId))).toEqual(
    new Set(itemIds.values()),
  );
  const links = await inWorkspace(database.app.db, id, (tx) => linksOf(id, tx, survey?.id ?? ''));
  const open = links.filter((link) => !link.test);
  expect(open.map((link) => [link.audience, link.waveId])).toEqual(AUDIENCES.map((audience) => [audience, null]));
  for (const { token, audience } of open) {
    const asked = await world.ask(nobody, 'POST', '/api/v1/questionnaires', { link: token });
    expect([asked.status, asked.json.audience, asked.json.threshold]).toEqual([
      200,
      audience,
      audience === 'customer' ? null : 5,
    ]);
    const questions = asked.json.pages.flatMap((page: { questions: { id: string; text: string }[] }) => page.questions);
    expect(questions).toHaveLength(itemIds.size + 1);
    const wording = SAMPLE_ITEMS.find(({ key }) => key === 'sat_all')?.wording[audience];
    expect(questions.find((one: { id: string }) => one.id === 'sat_all').text).toBe(wording);
  }
});

describe('loading', () => {
  test('the first person who is set up owns it; it goes with one click and can be made again', async () => {
    const world = await openWorld({ database });
    const link = await firstSignInLink(database.app.db, world.services.config);
    const token = link?.split('#token=')[1];
    const setUp = await world.ask(nobody, 'POST', '/api/v1/setup', {
      token,
      name: 'Ada Tern',
      email: 'ada@tern.example',
    });
    expect(setUp.json.workspaces).toEqual([{ id, name: SAMPLE_NAME, role: 'owner', sample: true }]);
    const ada = { cookie: cookieOf(setUp) };
    const report = await world.ask(ada, 'GET', `/api/v1/workspaces/${id}/gaps`);
    expect(report.json.simulated).toEqual(['leadership', 'staff']);
    expect(report.json.headline.shares.map((side: { n: number }) => side.n)).toEqual([LEADERS, 8417]);
    const filtered = await world.ask(ada, 'GET', `/api/v1/workspaces/${id}/gaps?attribute=team:Parking`);
    const ofParking = filtered.json.perspectives.filter((side: { audience: string }) => side.audience === 'staff');
    expect(ofParking.every((side: { n: number }) => side.n === TEAMS.Parking)).toBe(true);

    expect((await world.ask(ada, 'POST', '/api/v1/sample')).status).toBe(409);
    expect((await world.ask(ada, 'DELETE', `/api/v1/workspaces/${id}`)).status).toBeLessThan(300);
    expect(await loadSampleIfEmpty(database.app, { sample: true })).toBeNull();
    const again = await world.ask(ada, 'POST', '/api/v1/sample');
    expect(again.status).toBe(201);
    expect(again.json.attribution).toMatch(/Public Domain Dedication/);
    const list = await world.ask(ada, 'GET', '/api/v1/workspaces');
    expect(list.json.workspaces).toEqual([{ id: again.json.id, name: SAMPLE_NAME, role: 'owner', sample: true }]);
  });

  test('happens once for an installation, and not at all with SAMPLE=off', async () => {
    const other = await testDatabase();
    try {
      expect(await loadSampleIfEmpty(other.app, { sample: false })).toBeNull();
      const both = await Promise.all([1, 2].map(() => loadSampleIfEmpty(other.app, { sample: true })));
      const [made] = both.filter((one) => one !== null);
      expect(both.filter((one) => one === null)).toHaveLength(1);
      await inWorkspace(other.app.db, made!, (tx) => deleteWorkspace(made!, tx));
      expect(await loadSampleIfEmpty(other.app, { sample: true })).toBeNull();
    } finally {
      await other.close();
    }
  });
});

const summaryOf = (counts: Distribution) => said(summarise(counts));
