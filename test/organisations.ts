// Random organisations for the attacker of test/exact-solver.ts, and the sets of people that have to stay unknown.

/** The anonymity threshold. */
export const K = 5;

export interface Person {
  readonly key: Record<string, string>;
  readonly release: number;
}

/** Nested and crossed attributes, skewed sizes, missing values, people who join release by release. */
export function organisation(seed: number): { people: Person[]; releases: number } {
  let state = (seed * 2_654_435_761 + 12_345) >>> 0;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
  const pick = (n: number) => Math.floor(n * random() ** 1.6);
  const releases = 1 + Math.floor(random() * 4);
  const sites = 2 + Math.floor(random() * 3);
  const people: Person[] = [];
  for (let release = 0; release < releases; release += 1) {
    const joining = release === 0 ? 12 + Math.floor(random() * 40) : K + Math.floor(random() * 12);
    for (let i = 0; i < joining; i += 1) {
      const site = pick(sites);
      const department = pick(3);
      const team = pick(3);
      const key: Record<string, string> = {
        site: `S${site}`,
        department: `S${site}D${department}`,
        team: `S${site}D${department}T${team}`,
        role: random() < 0.1 ? 'head' : `R${pick(3)}`,
        channel: random() < 0.8 ? 'link' : 'paper',
        month: `2026-0${1 + release}`,
      };
      if (random() < 0.06) delete key.role;
      if (random() < 0.04) delete key.team;
      people.push({ key, release });
    }
  }
  return { people, releases };
}

export const DIMENSIONS = ['site', 'department', 'team', 'role', 'channel', 'month'];

/** Sets of 1 to k − 1 people that must not be determined: single people, cells up to three dimensions, differences. */
export function* protectedSets(
  people: readonly Person[],
  releases: number,
  seen: readonly boolean[][],
): Generator<Set<number>> {
  const small = (set: Set<number>) => set.size > 0 && set.size < K;
  for (let i = 0; i < people.length; i += 1) yield new Set([i]);
  const group = (dimensions: readonly string[], from: number, to: number) => {
    const cells = new Map<string, Set<number>>();
    people.forEach((person, i) => {
      if (person.release < from || person.release > to) return;
      const cell = JSON.stringify(dimensions.map((dimension) => person.key[dimension] ?? ''));
      cells.set(cell, (cells.get(cell) ?? new Set()).add(i));
    });
    return [...cells.values()].filter(small);
  };
  const combinations = DIMENSIONS.flatMap((a, i) => [
    [a],
    ...DIMENSIONS.slice(i + 1).flatMap((b, j) => [[a, b], ...DIMENSIONS.slice(i + j + 2).map((c) => [a, b, c])]),
  ]);
  for (let from = 0; from < releases; from += 1) {
    for (let to = from; to < releases; to += 1) for (const dims of combinations) yield* group(dims, from, to);
  }
  for (const a of seen) {
    for (const b of seen) {
      const left = new Set(a.flatMap((is, i) => (is && !b[i] ? [i] : [])));
      const both = new Set(a.flatMap((is, i) => (is && b[i] ? [i] : [])));
      if (small(left)) yield left;
      if (small(both)) yield both;
    }
  }
}
