import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { type ImportWorld, openImportWorld } from './imports-world.ts';
import { differingCells } from './small-workspace.ts';

let at: ImportWorld;
beforeAll(async () => {
  at = await openImportWorld();
});
afterAll(() => at.close());

const MAPPING = {
  layout: 'long',
  columns: {
    respondent: 'respondent',
    audience: 'audience',
    lens: 'lens',
    item: 'item',
    value: 'value',
    at: 'at',
    channel: 'channel',
  },
  notApplicable: ['n/a'],
  attributes: ['region'],
};

interface Line {
  readonly respondent: string;
  readonly lens: string;
  readonly item: string;
  readonly value: number | null;
  readonly day: string;
  readonly channel: string;
  readonly region: string;
}

/** More than one reading of the file takes in, with many repeated answers. */
const LINES: Line[] = fc.sample(
  fc.record({
    respondent: fc.integer({ min: 1, max: 300 }).map((n) => `person\\${n}`),
    lens: fc.constantFrom('experience', 'expectation'),
    item: fc.integer({ min: 1, max: 6 }).map((n) => `item_${n}`),
    value: fc.constantFrom(1, 2, 3, 4, 5, null),
    day: fc.integer({ min: 10, max: 28 }).map((day) => `2026-02-${day}`),
    channel: fc.constantFrom('web', 'app'),
    region: fc.constantFrom('north', 'south, or so'),
  }),
  { numRuns: 5_000, seed: 11 },
);
const together = [...LINES].sort((a, b) => (a.respondent < b.respondent ? -1 : a.respondent > b.respondent ? 1 : 0));

const csv = (lines: readonly Line[]) =>
  `respondent,audience,lens,item,value,at,channel,region\n${lines
    .map(
      ({ respondent, lens, item, value, day, channel, region }) =>
        `${respondent},customer,${lens},${item},${value ?? 'n/a'},${day},${channel},"${region}"\n`,
    )
    .join('')}`;

/** What has to be stored: of several rows the last one holds, for an answer as for a respondent. */
function expected(lines: readonly Line[]) {
  const people = new Map(lines.map((line) => [line.respondent, line]));
  const answers = new Map(lines.map((line) => [`${line.respondent} ${line.item} ${line.lens}`, line]));
  return [...answers]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { respondent, item, lens, value }]) => {
      const { day, channel, region } = people.get(respondent) as Line;
      return { respondent, item, lens, value, day, channel, region };
    });
}

async function stored(surveyName: string) {
  return inWorkspace(at.world.database.app.db, at.company.id, async (tx) => {
    expect(await differingCells(tx, at.company.id)).toEqual([]);
    const { rows } = await sql`
      SELECT r.key AS respondent, i.key AS item, a.lens, a.value, r.answered_on AS day, r.channel,
        r.attributes->>'region' AS region
      FROM answers a JOIN responses r ON r.id = a.response_id JOIN items i ON i.id = a.item_id
        JOIN surveys s ON s.id = r.survey_id
      WHERE s.name = ${surveyName}
      ORDER BY r.key COLLATE "C", i.key COLLATE "C", a.lens::text COLLATE "C"`.execute(tx);
    return rows;
  });
}

test.each([
  ['together', together],
  ['scattered', LINES],
])('rows of a respondent may stand %s: the last one holds', async (surveyName, lines) => {
  const done = await at.import(csv(lines), { mapping: MAPPING, mode: 'all_or_nothing', surveyName });
  expect(done).toMatchObject({ status: 'done', error: null, progress: { rowsStored: lines.length } });
  expect(await stored(surveyName)).toEqual(expected(lines));
});

test('rows that come later change and complete what is there', async () => {
  const half = LINES.length / 2;
  const run = { mapping: MAPPING, mode: 'all_or_nothing', surveyName: 'in two files' } as const;
  await at.import(csv(LINES.slice(0, half)), run);
  expect(await stored('in two files')).toEqual(expected(LINES.slice(0, half)));
  await at.import(csv(LINES.slice(half)), run);
  expect(await stored('in two files')).toEqual(expected(LINES));
});
