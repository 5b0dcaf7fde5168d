import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FileAnswer, fileReport } from '../../src/core/file-answers.ts';
import { filterOf } from '../../src/core/file-filter.ts';
import { gapReport } from '../../src/core/gap-report.ts';
import { SCALES } from '../../src/core/scale.ts';
import { enterWorkspace } from '../../src/server/db/transaction.ts';
import { gapFilters } from '../../src/server/gaps/gap-filters.ts';
import { reportFor } from '../../src/server/gaps/report-for.ts';
import type { GapQuery } from '../../src/server/gaps/schema.ts';
import type { NewResponse } from '../../src/server/responses/schema.ts';
import { addResponses } from '../../src/server/responses/verbs.ts';
import { type Company, openWorld, TERN_FERRIES, type World } from '../world.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { type SmallWorkspace, smallWorkspace } from './small-workspace.ts';

let database: TestDatabase;
let world: World;
beforeAll(async () => {
  database = await testDatabase();
  world = await openWorld();
});
afterAll(async () => {
  await database.close();
  await world.close();
});

const KEYS = ['welcome', 'speed', 'overall'] as const;

/** 400 customers with two lenses, regions and channels, 40 staff and 12 leaders without; weights add up exactly. */
function people(workspace: SmallWorkspace, seed: number): NewResponse[] {
  const values = fc.constantFrom(1, 2, 3, 4, 5, 5, 4, null);
  const answers = (lens: 'experience' | 'belief' | 'expectation') =>
    fc
      .tuple(values, values, values)
      .map((list) => list.map((value, i) => ({ itemId: workspace.items[i]!, lens, value })));
  const customer = fc.record({
    answers: fc.tuple(answers('experience'), answers('expectation')).map((both) => both.flat()),
    answeredOn: fc.constantFrom('2026-01-31', '2026-02-10', '2026-03-01'),
    channel: fc.constantFrom('web', 'store'),
    weight: fc.constantFrom(0.5, 1, 2),
    attributes: fc.constantFrom<Record<string, string>>({ region: 'north' }, { region: 'south' }, {}),
  });
  const believer = answers('belief').map((list) => ({ answers: list }));
  return [
    ...fc
      .sample(customer, { numRuns: 400, seed })
      .map((one, i) => ({ ...one, key: `c${i}`, audience: 'customer' as const })),
    ...fc
      .sample(believer, { numRuns: 40, seed })
      .map((one, i) => ({ ...one, key: `s${i}`, audience: 'staff' as const })),
    ...fc
      .sample(believer, { numRuns: 12, seed: seed + 1 })
      .map((one, i) => ({ ...one, key: `l${i}`, audience: 'leadership' as const })),
  ];
}

/** The same responses as a long file gives them to the command line. */
function asFile(
  workspace: SmallWorkspace,
  responses: readonly NewResponse[],
): (FileAnswer & { attributes: string[] })[] {
  return responses.flatMap((response, row) =>
    response.answers.flatMap(({ itemId, lens, value }) =>
      value === null
        ? []
        : [
            {
              row,
              column: 'value',
              respondent: response.key,
              audience: response.audience,
              lens,
              item: KEYS[workspace.items.indexOf(itemId)]!,
              value,
              scale: SCALES['1-5'],
              weight: response.weight ?? 1,
              attributes: [response.attributes?.region ?? ''],
            },
          ],
    ),
  );
}

const ask = (workspace: SmallWorkspace, query: GapQuery = {}) =>
  workspace.inside((tx) => reportFor(workspace.id, tx, gapFilters(query)));

test('the report of a workspace is the report of the same answers as a file, number by number', async () => {
  const workspace = await smallWorkspace(database);
  const responses = people(workspace, 11);
  await workspace.inside((tx) => addResponses(workspace.id, tx, workspace.surveyId, responses));
  await workspace.inside((tx) =>
    tx.updateTable('workspaces').set({ headlineItemId: workspace.items[2] }).where('id', '=', workspace.id).execute(),
  );
  const rows = asFile(workspace, responses);
  for (const value of [undefined, 'north']) {
    const conditions = value ? [{ attribute: 'region', value }] : [];
    const filter = filterOf(rows, value ? ['region'] : [], conditions);
    const { input, bad } = fileReport(rows, {
      options: {
        level: 0.95,
        toleranceShare: 0.0625,
        minN: 5,
        targetPomp: 70,
        population: {},
        headline: 'overall',
      },
      keep: filter.keep,
      order: KEYS,
    });
    expect(bad).toEqual([]);
    const fromFile = gapReport(input);
    const stored = await ask(workspace, value ? { attribute: [`region:${value}`] } : {});
    expect(fromFile.gaps.length).toBeGreaterThan(9);
    expect(stored.gaps).toEqual(fromFile.gaps);
    expect(stored.headline).toEqual(fromFile.headline);
    expect(stored.cannotSay).toEqual(fromFile.cannotSay);
    expect(stored.perspectives).toEqual(fromFile.perspectives);
    expect(stored.notes).toEqual([...fromFile.notes, ...filter.notes]);
  }
});

test('period, channel, place and pair filter as they say', async () => {
  const workspace = await smallWorkspace(database);
  await workspace.inside((tx) => addResponses(workspace.id, tx, workspace.surveyId, people(workspace, 5)));
  const n = async (query: GapQuery) => {
    const report = await ask(workspace, query);
    const cell = report.perspectives.find(
      (one) => one.item === 'speed' && one.audience === 'customer' && one.lens === 'experience',
    );
    return cell?.n;
  };
  const all = await n({});
  const [january, february, march] = [
    await n({ until: '2026-01-31' }),
    await n({ since: '2026-02-01', until: '2026-02-28' }),
    await n({ since: '2026-02-11' }),
  ];
  expect((january ?? 0) + (february ?? 0) + (march ?? 0)).toBe(all);
  expect(((await n({ channel: ['web'] })) ?? 0) + ((await n({ channel: ['store'] })) ?? 0)).toBe(all);
  expect(await n({ channel: ['web', 'store'] })).toBe(all);
  expect(await n({ attribute: ['region:north', 'region:south'] })).toBeLessThan(all ?? 0);
  const one = await ask(workspace, { item: [workspace.items[1]], from: 'staff:belief', tolerance: 1 });
  expect([...new Set(one.gaps.map((gap) => `${gap.item} ${gap.kind} ${gap.tolerance}`))]).toEqual([
    'speed front_line 1',
  ]);
  expect(one.answeredBetween).toEqual(['2026-01-01', '2026-03-31']);
  expect(one.headlineBetween).toBeNull();
  const filtered = await ask(workspace, { since: '2026-02-10', until: '2026-02-28' });
  expect(filtered.answeredBetween).toEqual(['2026-02-10', '2026-02-28']);
  expect(filtered.notes.join(' ')).toContain('Leaders and staff carry no date and are taken whole.');
});

test('staff by attribute: only groups from which no small group follows; two filters at once never', async () => {
  const workspace = await smallWorkspace(database);
  const sites = ['North', 'South', 'West'];
  const size = { North: 12, South: 9, West: 3 } as Record<string, number>;
  const staff = sites.flatMap((site) =>
    Array.from({ length: size[site] ?? 0 }, (_, i) => ({
      key: `${site}${i}`,
      audience: 'staff' as const,
      answeredOn: i % 2 ? '2026-01-15' : '2026-02-15',
      attributes: { site },
      answers: [{ itemId: workspace.items[0], lens: 'belief' as const, value: 1 + (i % 5) }],
    })),
  );
  const customers = Array.from({ length: 50 }, (_, i) => ({
    key: `c${i}`,
    audience: 'customer' as const,
    answers: [{ itemId: workspace.items[0], lens: 'experience' as const, value: 1 + (i % 4) }],
  }));
  await workspace.inside((tx) => addResponses(workspace.id, tx, workspace.surveyId, [...staff, ...customers]));
  const frontLine = async (query: GapQuery) => {
    const report = await ask(workspace, query);
    const gap = report.gaps.find((one) => one.kind === 'front_line');
    const not = report.cannotSay.find((one) => one.kind === 'front_line');
    expect(Boolean(gap)).toBe(!not);
    expect(report.perspectives.some((one) => one.audience === 'staff')).toBe(Boolean(gap));
    return gap?.n.from ?? not?.because;
  };
  expect(await frontLine({})).toBe(24);
  expect(await frontLine({ attribute: ['site:North'] })).toBe(12);
  // With North and everybody shown, South would give the three of West away.
  const refused = /^because this group is not shown: it has fewer than 5 people, or would let/;
  expect(await frontLine({ attribute: ['site:South'] })).toMatch(refused);
  expect(await frontLine({ attribute: ['site:West'] })).toMatch(refused);
  expect(await frontLine({ attribute: ['site:North', 'site:South'] })).toMatch(refused);
  expect(await frontLine({ attribute: ['site:North'], since: '2026-02-01' })).toMatch(
    /one attribute, period or channel at a time/,
  );
  expect(await frontLine({ since: '2026-02-02' })).toMatch(/whole months only/);
  expect(await frontLine({ since: '2026-01-01', until: '2026-02-28' })).toBe(24);
});

test('over HTTP: a standard, a census, batches that wait, CSV with a hostile name, and what can be filtered', async () => {
  const tern: Company = await world.company(TERN_FERRIES);
  const base = `/api/v1/workspaces/${tern.id}`;
  const owner = (method: string, path: string, body?: unknown) =>
    world.ask(tern.people.owner, method, base + path, body);
  const journey = (await owner('POST', '/journeys', { name: 'Crossing' })).json.id;
  const stage = (await owner('POST', `/journeys/${journey}/stages`, { name: 'Harbour' })).json.id;
  const touchpoint = (await owner('POST', `/stages/${stage}/touchpoints`, { name: 'Boarding' })).json.id;
  const hostile = '=HYPERLINK("http://evil.example","Boarding")';
  const scale = { min: 1, max: 5, topBox: 5 };
  const item = (await owner('POST', `/touchpoints/${touchpoint}/items`, { name: hostile, key: 'boarding', scale })).json
    .id;
  await owner('PATCH', `/touchpoints/${touchpoint}`, { leadItemId: item });
  await owner('PATCH', '', { headlineItemId: item });
  await owner('PUT', `/items/${item}/commitments/promise`, { value: 4.5 });
  const survey = (await owner('POST', '/surveys', { name: 'Mirror' })).json.id;
  await owner('POST', `/surveys/${survey}/waves`, {
    name: 'Leaders',
    audience: 'leadership',
    audienceSize: 9,
    simulated: true,
  });
  const add = (responses: NewResponse[]) =>
    world.database.app.db.transaction().execute(async (tx) => {
      await enterWorkspace(tx, tern.id);
      await addResponses(tern.id, tx, survey, responses);
    });
  const of = (audience: 'leadership' | 'customer', n: number, offset = 0): NewResponse[] =>
    Array.from({ length: n }, (_, i) => ({
      key: `${audience}${i + offset}`,
      audience,
      ...(audience === 'customer' ? { attributes: { fare: i % 2 ? 'foot' : 'car' }, channel: 'deck' } : {}),
      answers: [
        {
          itemId: item,
          lens: audience === 'customer' ? ('experience' as const) : ('belief' as const),
          value: 1 + (i % 5),
        },
      ],
    }));
  await add([...of('leadership', 4), ...of('customer', 40)]);
  const report = async () => (await world.ask(tern.people.viewer, 'GET', `${base}/gaps`)).json;
  const waiting = await report();
  expect(waiting.headline).toMatchObject({ code: 'one_audience_only' });
  expect(waiting.held).toEqual([
    { audience: 'leadership', sentence: expect.stringContaining('Answers of leaders wait') },
  ]);
  await add(of('leadership', 5, 4));
  const full = await report();
  expect(full.held).toEqual([]);
  expect(full.headline).toMatchObject({ item: 'boarding', shares: [{ n: 9 }, { n: 40 }] });
  expect(full.gaps.map((gap: { kind: string }) => gap.kind)).toEqual(['delivery', 'promise']);
  expect(full.gaps[0].sides[0]).toMatchObject({ population: 9, census: true });
  expect(full.simulated).toEqual(['leadership']);
  expect(full.items).toEqual([
    {
      itemId: item,
      key: 'boarding',
      name: hostile,
      touchpointId: touchpoint,
      touchpointName: 'Boarding',
      stageName: 'Harbour',
      journeyId: journey,
      ownerTeam: null,
      lead: true,
      scale: { ...scale, step: 1, direction: 'up' },
    },
  ]);
  const other = (await owner('POST', `/touchpoints/${touchpoint}/items`, { name: 'Other', key: 'other', scale })).json
    .id;
  expect((await owner('GET', `/gaps?item=${other}`)).json.headline).toEqual({
    code: 'no_answers',
    cannotSay: 'because the headline item is not among what is shown',
  });
  await owner('DELETE', `/items/${other}`);
  expect((await owner('GET', '/gaps?since=0000-01-01')).json).toMatchObject({
    fields: [{ field: 'query.since', message: 'must be a day from the year 1 on.' }],
  });
  const csv = await owner('GET', '/gaps.csv');
  expect(csv.headers.get('content-type')).toContain('text/csv');
  const table = parse(csv.text, { columns: true, bom: true }) as Record<string, string>[];
  expect(table.map((row) => row.name?.slice(0, 3))).toEqual(Array.from({ length: table.length }, () => "'=H"));
  expect(Number(table[0]?.estimate)).toBe(full.gaps[0].estimate);
  expect(table.length).toBe(full.gaps.length + full.cannotSay.length);
  const filters = (await owner('GET', '/filters')).json;
  expect(filters).toEqual({
    channels: ['deck'],
    months: [],
    attributes: [
      {
        name: 'fare',
        audiences: ['customer'],
        values: [
          { value: 'car', n: 20 },
          { value: 'foot', n: 20 },
        ],
        truncated: false,
      },
    ],
  });
  for (const bad of [
    'since=2026-13-01',
    'attribute=x',
    'from=nobody',
    'since=2026-02-01&until=2026-01-01',
    'item=1',
    'from=customer&to=customer',
    'since=0000-01-01',
  ]) {
    expect(`${bad} ${(await owner('GET', `/gaps?${bad}`)).status}`).toBe(`${bad} 400`);
  }
  expect(
    (
      await owner(
        'GET',
        `/gaps?attribute=${encodeURIComponent('fare:car')}&attribute=${encodeURIComponent("x'; --:y")}`,
      )
    ).status,
  ).toBe(200);
  // More people than the wave says that there are: its size is wrong for them, and that is no census.
  await add(of('leadership', 5, 9));
  const outgrown = await report();
  expect(outgrown.gaps[0].sides[0]).toMatchObject({ n: 14 });
  for (const field of ['census', 'population']) expect(outgrown.gaps[0].sides[0]).not.toHaveProperty(field);
  expect(outgrown.notes).toContain(
    '14 leaders have answered, and the wave “Leaders” says that there are 9: so that size is not used, and the intervals are those of a sample.',
  );
});
