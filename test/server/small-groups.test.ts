import { randomUUID } from 'node:crypto';
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
import { addAnonymous, type SmallWorkspace, smallWorkspace } from './small-workspace.ts';

// The attacker of test/exact-solver.ts against the whole server: people answer a few at a time, some skip items, and
// after every few responses the attacker asks the report for everything that it can be filtered by. Once they are staff
// whom a file brings, once anonymous customers who answer here, by a wave whose answers keep their site, and beside named
// customers whose answers the attacker knows.

const ORGANISATIONS = rounds(2, 40);
/** Organisation 39 once let four people be computed, who had joined between two releases: it is always looked at. */
const SEEDS = [...new Set([...Array.from({ length: ORGANISATIONS }, (_, i) => i + 1), 39])];
const ITEMS = ['welcome', 'speed', 'overall'] as const;

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

type Who = 'staff' | 'anonymous customers';

interface Answering extends Person {
  /** Which items this person answers. */
  readonly answered: readonly boolean[];
}

const answersOf = (workspace: SmallWorkspace, person: Answering, i: number, lens: 'belief' | 'experience') =>
  ITEMS.flatMap((_, item) =>
    person.answered[item] ? [{ itemId: workspace.items[item]!, lens, value: 1 + ((i * 7 + item * 3) % 5) }] : [],
  );

function responseOf(workspace: SmallWorkspace, person: Answering, i: number): NewResponse {
  const { channel, month, ...attributes } = person.key;
  const answers = answersOf(workspace, person, i, 'belief');
  return { key: `s${i}`, audience: 'staff', channel: channel ?? '', answeredOn: `${month}-11`, attributes, answers };
}

/** Customers like the first of these people, who are not anonymous and answer everything. */
async function addNamed(workspace: SmallWorkspace, people: readonly Answering[]): Promise<Answering[]> {
  const named = people.slice(0, NAMED).map(({ key }) => ({ key, release: 0, answered: ITEMS.map(() => true) }));
  const responses = named.map((person, i) => ({
    ...responseOf(workspace, person, i),
    key: `named ${i}`,
    audience: 'customer' as const,
    answers: answersOf(workspace, person, i, 'experience'),
  }));
  await workspace.inside((tx) => addResponses(workspace.id, tx, workspace.surveyId, responses));
  return named;
}
const NAMED = 7;

async function join(workspace: SmallWorkspace, who: Who, people: readonly Answering[], from: number, waveId: string) {
  await workspace.inside(async (tx) => {
    if (who === 'staff') {
      const responses = people.map((person, i) => responseOf(workspace, person, from + i));
      await addResponses(workspace.id, tx, workspace.surveyId, responses);
      return;
    }
    const answers = people.map((person, i) => answersOf(workspace, person, from + i, 'experience'));
    await addAnonymous(tx, workspace, answers, (i) => {
      const { channel = '', month, site } = people[i]!.key;
      const attributes = site ? { site } : {};
      return { key: `s${from + i}`, channel, answeredOn: `${month}-11`, attributes, waveId };
    });
  });
}

/** Every question, with the people that its answer is about. */
function questions(people: readonly Answering[]): { query: GapQuery; meant: (person: Answering) => boolean }[] {
  const seen = new Map<string, { query: GapQuery; meant: (person: Answering) => boolean }>([
    ['', { query: {}, meant: () => true }],
  ]);
  for (const { key } of people) {
    for (const [name, value] of Object.entries(key)) {
      const meant = (person: Answering) => person.key[name] === value;
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
async function everythingAsked(workspace: SmallWorkspace, who: Who, people: readonly Answering[]) {
  const seen = ITEMS.map((): boolean[][] => []);
  const release = new Map<number, number>();
  const named = who === 'staff' ? [] : await addNamed(workspace, people);
  const all = questions(people);
  const waveId = randomUUID();
  const { id: workspaceId, surveyId } = workspace;
  const wave = { workspaceId, surveyId, id: waveId, name: 'spring', audience: 'customer' as const };
  await workspace.inside((tx) => tx.insertInto('waves').values(wave).execute());
  for (let start = 0; start < people.length; ) {
    const portion = people[start]!.release === 0 ? people.filter((person) => person.release === 0).length : 3;
    await join(workspace, who, people.slice(start, start + portion), start, waveId);
    start += portion;
    const published = await workspace.inside((tx) =>
      tx
        .selectFrom('responses')
        .select(['key', 'release', 'answeredOn'])
        .where('published', '=', true)
        .where('key', 'not like', 'named %')
        .execute(),
    );
    if (published.length === release.size) continue;
    for (const one of published) {
      const i = Number(one.key.slice(1));
      release.set(i, one.release ?? 0);
      // Who answered here has the day of the batch.
      people[i]!.key.month = one.answeredOn?.slice(0, 7) ?? '';
    }
    for (const { query, meant } of all) {
      const report = await workspace.inside((tx) => reportFor(workspace.id, tx, gapFilters(query)));
      ITEMS.forEach((item, i) => {
        const audience = who === 'staff' ? 'staff' : 'customer';
        const shown = report.perspectives.find((one) => one.item === item && one.audience === audience);
        const known = named.filter(meant).length;
        if (!shown || shown.n === null || shown.n === known) return;
        // Shown are all who are published, or all up to some earlier release: sets that grow, told apart by their size.
        const anonymous = shown.n - known;
        const set = [...new Set(release.values())]
          .map((upTo) =>
            people.map((person, p) => (release.get(p) ?? Infinity) <= upTo && person.answered[i]! && meant(person)),
          )
          .find((candidate) => candidate.filter(Boolean).length === anonymous);
        expect(set, `${item} ${JSON.stringify(query)} shows ${shown.n}`).toBeDefined();
        if (set) seen[i]!.push(set);
      });
    }
  }
  return { seen, release };
}

test.each(['staff', 'anonymous customers'] as const)(
  `no one and no small group of %s can be computed from the reports of ${ORGANISATIONS} organisations over time`,
  { timeout: 1_200_000 },
  async (who) => {
    let shown = 0;
    for (const seed of SEEDS) {
      const { people: all } = organisation(500 + seed);
      const people: Answering[] = all.map(({ key, release }, i) => ({
        // What else is known of customers is not kept with their answers.
        key: who === 'staff' ? { ...key } : { channel: key.channel!, month: key.month!, site: key.site! },
        release,
        answered: [true, i % 3 !== 0, (i * 5) % 7 !== 0],
      }));
      const workspace = await smallWorkspace(database, `Organisation ${seed} of ${who}`);
      const { seen, release } = await everythingAsked(workspace, who, people);
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
    expect(shown).toBeGreaterThan(ORGANISATIONS * (who === 'staff' ? 15 : 8));
  },
);
