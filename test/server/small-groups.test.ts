import { afterAll, beforeAll, expect, test } from 'vitest';
import { gapFilters } from '../../src/server/gaps/gap-filters.ts';
import { reportFor } from '../../src/server/gaps/report-for.ts';
import type { GapQuery } from '../../src/server/gaps/schema.ts';
import { lastOfMonth } from '../../src/server/responses/months.ts';
import type { NewResponse } from '../../src/server/responses/schema.ts';
import { addResponses } from '../../src/server/responses/verbs.ts';
import { rounds } from '../deep.ts';
import { ExactSolver } from '../exact-solver.ts';
import { organisation, type Person, protectedSets } from '../organisations.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { type SmallWorkspace, smallWorkspace } from './small-workspace.ts';

// The attacker of test/exact-solver.ts against the whole server: staff answer a few at a time, some skip items, and
// after every few responses the attacker asks the report for everything that it can be filtered by.

const ORGANISATIONS = rounds(2, 40);
/** Organisation 39 once let four people be computed, who had joined between two releases: it is always looked at. */
const SEEDS = [...new Set([...Array.from({ length: ORGANISATIONS }, (_, i) => i + 1), 39])];
const ITEMS = ['welcome', 'speed', 'overall'] as const;

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

interface Staff extends Person {
  /** Which items this person answers. */
  readonly answered: readonly boolean[];
}

function responseOf(workspace: SmallWorkspace, person: Staff, i: number): NewResponse {
  const { channel, month, ...attributes } = person.key;
  return {
    key: `s${i}`,
    audience: 'staff',
    channel: channel ?? '',
    answeredOn: `${month}-11`,
    attributes,
    answers: ITEMS.flatMap((_, item) =>
      person.answered[item]
        ? [{ itemId: workspace.items[item]!, lens: 'belief' as const, value: 1 + ((i * 7 + item * 3) % 5) }]
        : [],
    ),
  };
}

/** Every question, with the people that its answer is about. */
function questions(people: readonly Staff[]): { query: GapQuery; meant: (person: Staff) => boolean }[] {
  const seen = new Map<string, { query: GapQuery; meant: (person: Staff) => boolean }>([
    ['', { query: {}, meant: () => true }],
  ]);
  for (const { key } of people) {
    for (const [name, value] of Object.entries(key)) {
      const meant = (person: Staff) => person.key[name] === value;
      const query: GapQuery =
        name === 'channel'
          ? { channel: [value] }
          : name === 'month'
            ? { since: `${value}-01`, until: lastOfMonth(value) }
            : { attribute: [`${name}:${value}`] };
      seen.set(`${name} ${value}`, { query, meant });
    }
  }
  return [...seen.values()];
}

/** For each item, the sets of people about whom an answer was given, over the whole time. */
async function everythingAsked(workspace: SmallWorkspace, people: readonly Staff[]) {
  const seen = ITEMS.map((): boolean[][] => []);
  const release = new Map<number, number>();
  const all = questions(people);
  for (let start = 0; start < people.length; ) {
    const portion = people[start]!.release === 0 ? people.filter((person) => person.release === 0).length : 3;
    const joining = people.slice(start, start + portion);
    const from = start;
    await workspace.inside((tx) =>
      addResponses(
        workspace.id,
        tx,
        workspace.surveyId,
        joining.map((person, i) => responseOf(workspace, person, from + i)),
      ),
    );
    start += portion;
    const published = await workspace.inside((tx) =>
      tx.selectFrom('responses').select(['key', 'release']).where('published', '=', true).execute(),
    );
    if (published.length === release.size) continue;
    for (const one of published) release.set(Number(one.key.slice(1)), one.release ?? 0);
    for (const { query, meant } of all) {
      const report = await workspace.inside((tx) => reportFor(workspace.id, tx, gapFilters(query)));
      ITEMS.forEach((item, i) => {
        const shown = report.perspectives.find((one) => one.item === item && one.audience === 'staff');
        if (!shown) return;
        // Shown are all who are published, or all up to some earlier release: sets that grow, told apart by their size.
        const set = [...new Set(release.values())]
          .map((upTo) =>
            people.map((person, p) => (release.get(p) ?? Infinity) <= upTo && person.answered[i]! && meant(person)),
          )
          .find((candidate) => candidate.filter(Boolean).length === shown.n);
        expect(set, `${item} ${JSON.stringify(query)} shows ${shown.n}`).toBeDefined();
        if (set) seen[i]!.push(set);
      });
    }
  }
  return { seen, release };
}

test(`nobody and no small group can be computed from the reports of ${ORGANISATIONS} organisations over time`, {
  timeout: 1_200_000,
}, async () => {
  let shown = 0;
  for (const seed of SEEDS) {
    const { people: all } = organisation(500 + seed);
    const people: Staff[] = all.map((person, i) => ({ ...person, answered: [true, i % 3 !== 0, (i * 5) % 7 !== 0] }));
    const workspace = await smallWorkspace(database, `Organisation ${seed}`);
    const { seen, release } = await everythingAsked(workspace, people);
    const releases = Math.max(...release.values()) + 1;
    ITEMS.forEach((item, i) => {
      const rows = [...new Map(seen[i]!.map((row) => [row.map(Number).join(''), row])).values()];
      shown += rows.length;
      const solver = new ExactSolver(people.length, rows);
      const answering = people.map((person, p) => ({ ...person, release: release.get(p) ?? -1 }));
      for (const set of protectedSets(answering, releases, rows)) {
        const answered = new Set([...set].filter((p) => people[p]!.answered[i] && release.has(p)));
        if (answered.size === 0) continue;
        expect(solver.determines(answered), `organisation ${seed}, ${item}: ${[...answered].join(', ')}`).toBe(false);
      }
    });
  }
  expect(shown).toBeGreaterThan(ORGANISATIONS * 15);
});
