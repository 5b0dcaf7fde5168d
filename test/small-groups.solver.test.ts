import { describe, expect, it } from 'vitest';
import { releasableFilters } from '../src/core/small-groups.ts';
import { rounds } from './deep.ts';
import { ExactSolver } from './exact-solver.ts';
import { DIMENSIONS, K, organisation, type Person, protectedSets } from './organisations.ts';

const ORGANISATIONS = rounds(50, 1000);
/** The named are rows of their own: more to eliminate. */
const BESIDE = rounds(10, 200);

type Rule = (people: readonly Person[]) => { total: boolean; allows(dimension: string, value: string): true | string };
const ours: Rule = (people) =>
  releasableFilters(
    people.map(({ key, release }) => ({ key, release, n: 1 })),
    K,
  );
/** The rule that most products have: hide what is smaller than k, and nothing else. */
const naive: Rule = (people) => ({
  total: people.length >= K,
  allows: (dimension, value) => people.filter(({ key }) => key[dimension] === value).length >= K || 'hidden',
});

/** Everything that somebody sees who asks for everything at every release. */
function disclose(people: readonly Person[], releases: number, rule: Rule): boolean[][] {
  const seen: boolean[][] = [];
  for (let release = 0; release < releases; release += 1) {
    const published = people.filter((person) => person.release <= release);
    const filters = rule(published);
    if (filters.total) seen.push(people.map((person) => person.release <= release));
    for (const dimension of DIMENSIONS) {
      for (const value of new Set(published.map(({ key }) => key[dimension] ?? ''))) {
        if (value === '' || filters.allows(dimension, value) !== true) continue;
        seen.push(people.map((person) => person.release <= release && person.key[dimension] === value));
      }
    }
  }
  return seen;
}

/** Organisations in which the attacker determines a protected set, and the share of large enough cells still shown. */
function attack(rule: Rule): { leaking: number; shown: number } {
  let leaking = 0;
  let shown = 0;
  let possible = 0;
  for (let seed = 1; seed <= ORGANISATIONS; seed += 1) {
    const { people, releases } = organisation(seed);
    const seen = disclose(people, releases, rule);
    const solver = new ExactSolver(people.length, seen);
    for (const set of protectedSets(people, releases, seen)) {
      if (!solver.determines(set)) continue;
      leaking += 1;
      break;
    }
    shown += seen.length;
    possible += disclose(people, releases, naive).length;
  }
  return { leaking, shown: shown / possible };
}

describe(`the attacker, in ${ORGANISATIONS} random organisations, over all filters and releases`, () => {
  it('determines no person and no group below the threshold', { timeout: 600_000 }, () => {
    const { leaking, shown } = attack(ours);
    expect(leaking).toBe(0);
    // Hiding everything would be safe as well; most of what is large enough has to stay visible.
    expect(shown).toBeGreaterThan(0.5);
  });

  it('catches the rule that only hides small cells', { timeout: 600_000 }, () => {
    expect(attack(naive).leaking).toBeGreaterThan(ORGANISATIONS * 0.8);
  });
});

describe('anonymous customers beside named ones', () => {
  /** Named customers are filtered as they are; of the anonymous only what may be shown of them by themselves is added. */
  function discloseBeside(people: readonly Person[], releases: number, isNamed: (i: number) => boolean): boolean[][] {
    const anonymous = people.filter((_, i) => !isNamed(i));
    // Who may read single answers knows each of the named.
    const seen = people.flatMap((_, i) => (isNamed(i) ? [people.map((_, other) => other === i)] : []));
    for (let release = 0; release < releases; release += 1) {
      const published = anonymous.filter((person) => person.release <= release);
      const filters = ours(published);
      const shown = (mayAdd: boolean, meant: (person: Person) => boolean) =>
        seen.push(people.map((one, i) => one.release <= release && meant(one) && (isNamed(i) || mayAdd)));
      shown(filters.total, () => true);
      for (const dimension of DIMENSIONS) {
        for (const value of new Set(people.map(({ key }) => key[dimension] ?? ''))) {
          if (value === '') continue;
          shown(filters.allows(dimension, value) === true, ({ key }) => key[dimension] === value);
        }
      }
    }
    return seen;
  }

  it('are not determined by who can take the named away', { timeout: 600_000 }, () => {
    let added = 0;
    for (let seed = 1; seed <= BESIDE; seed += 1) {
      const { people, releases } = organisation(20_000 + seed);
      const isNamed = (i: number) => i % 3 === 0;
      const seen = discloseBeside(people, releases, isNamed);
      added += seen.filter((row) => row.some((is, i) => is && !isNamed(i))).length;
      const solver = new ExactSolver(people.length, seen);
      const known = seen.map((row) => row.map((is, i) => is && !isNamed(i)));
      for (const set of protectedSets(people, releases, known)) {
        const anonymous = new Set([...set].filter((i) => !isNamed(i)));
        if (anonymous.size === 0) continue;
        expect(solver.determines(anonymous), `organisation ${seed}: ${[...anonymous].join(', ')}`).toBe(false);
      }
    }
    expect(added).toBeGreaterThan(BESIDE * 5);
  });
});

describe('small organisations, every possible set of 1 to k − 1 people', () => {
  it('is determined for none of them', () => {
    for (let seed = 1; seed <= 12; seed += 1) {
      const { people, releases } = organisation(10_000 + seed);
      const few = people.filter((person, i) => person.release > 0 || i < 12).slice(0, 22);
      const seen = disclose(few, releases, ours);
      const solver = new ExactSolver(few.length, seen);
      const grow = (set: number[], from: number) => {
        if (set.length > 0) expect(solver.determines(new Set(set)), `seed ${seed}: ${set}`).toBe(false);
        if (set.length === K - 1) return;
        for (let i = from; i < few.length; i += 1) grow([...set, i], i + 1);
      };
      grow([], 0);
    }
  });
});

it('the attacker solves what can be solved, and nothing else', () => {
  const all = [true, true, true];
  expect(new ExactSolver(3, [all, [true, true, false]]).determines(new Set([2]))).toBe(true);
  expect(new ExactSolver(3, [all, [true, true, false]]).determines(new Set([0]))).toBe(false);
  const odd = new ExactSolver(3, [
    [true, true, false],
    [true, false, true],
    [false, true, true],
  ]);
  expect(odd.determines(new Set([0]))).toBe(true);
});
