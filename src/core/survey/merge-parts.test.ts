import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { rounds } from '../../../test/deep.ts';
import type { Answers, Given } from './definition.ts';
import { mergePart } from './merge-parts.ts';
import { type Merged, NOTHING_MERGED, type Part } from './parts.ts';

vi.setConfig({ testTimeout: rounds(30_000, 600_000) });

/** What the server makes of a part's content; here the content itself. */
const print = (part: Part) => JSON.stringify([part.answers, part.finished]);
const merge = (merged: Merged, part: Part): Merged => {
  const result = mergePart(merged, part, print(part));
  if (result === 'conflict') throw new Error(`conflict at ${part.part}`);
  return result;
};
const all = (...parts: Part[]) => parts.reduce(merge, NOTHING_MERGED);
const part = (number: number, answers: Answers, finished = false): Part => ({ part: number, answers, finished });
const values = (merged: Merged) =>
  Object.fromEntries(Object.entries(merged.answers).map(([key, { value }]) => [key, value]));

describe('mergePart', () => {
  test('of two answers to one question the one of the later part holds, in whatever order they come', () => {
    const [first, second] = [part(0, { q1: 3, q2: 'a' }), part(1, { q1: 4 })];
    const expected: Merged = {
      answers: { q1: { value: 4, part: 1 }, q2: { value: 'a', part: 0 } },
      parts: { 0: print(first), 1: print(second) },
      finished: false,
    };
    expect(all(first, second)).toEqual(expected);
    expect(all(second, first)).toEqual(expected);
  });

  test('numbers are compared as numbers', () => {
    expect(values(all(part(10, { q: 'ten' }), part(9, { q: 'nine' })))).toEqual({ q: 'ten' });
    expect(values(all(part(9999, { q: 'last' }), part(1000, { q: 'earlier' })))).toEqual({ q: 'last' });
  });

  test('every number from 0 to 9999 is one part', () => {
    let merged = NOTHING_MERGED;
    // Every 37th, from the last to the first: each reaches its own place.
    for (let number = 9999; number >= 0; number -= 37) merged = merge(merged, part(number, { [`q${number}`]: number }));
    expect(
      Object.keys(merged.parts)
        .map(Number)
        .every((number) => number % 37 === 9999 % 37),
    ).toBe(true);
    expect(Object.keys(merged.parts)).toHaveLength(271);
    for (const [key, { value, part: number }] of Object.entries(merged.answers)) {
      expect([key, value]).toEqual([`q${number}`, number]);
    }
  });

  test('the same part again changes nothing; it is even the same object', () => {
    const merged = all(part(0, { q: 1 }));
    expect(mergePart(merged, part(0, { q: 1 }), print(part(0, { q: 1 })))).toBe(merged);
  });

  test('another content under the same number is a conflict', () => {
    const merged = all(part(0, { q: 1 }), part(1, {}));
    expect(mergePart(merged, part(0, { q: 2 }), 'other')).toBe('conflict');
    expect(mergePart(merged, part(1, {}, true), 'finished')).toBe('conflict');
    expect(merged).toEqual(all(part(0, { q: 1 }), part(1, {})));
  });

  test('finished stays finished, and a late part still counts', () => {
    const merged = all(part(2, {}, true), part(1, { q: 'late' }));
    expect(merged.finished).toBe(true);
    expect(values(merged)).toEqual({ q: 'late' });
  });

  test('an answer that is taken back or does not apply is the newest one, too', () => {
    expect(values(all(part(0, { a: 'x', b: 5, c: ['y'] }), part(1, { a: '', b: null, c: [] })))).toEqual({
      a: '',
      b: null,
      c: [],
    });
  });

  test('no key and no number reaches into the prototype', () => {
    const hostile = JSON.parse('{"__proto__": 1, "constructor": 2, "toString": 3}') as Answers;
    const merged = all(part(0, hostile));
    expect(Object.keys(merged.answers).sort()).toEqual(['__proto__', 'constructor', 'toString']);
    expect(Object.getPrototypeOf(merged.answers)).toBe(Object.prototype);
    const late = JSON.parse('{"__proto__": 9}') as Answers;
    expect(JSON.stringify(merge(all(part(5, late)), part(4, hostile)).answers)).toContain(
      '"__proto__":{"value":9,"part":5}',
    );
  });
});

/**
 * The reducer to compare with knows the whole history at once: which parts arrived, sorted by number; a later answer
 * overwrites an earlier one.
 */
function fromHistory(arrived: readonly Part[]) {
  const answers = new Map<string, { value: Given; part: number }>();
  const parts = new Map<number, string>();
  let finished = false;
  for (const each of [...arrived].sort((a, b) => a.part - b.part)) {
    for (const [key, value] of Object.entries(each.answers)) answers.set(key, { value, part: each.part });
    parts.set(each.part, print(each));
    finished ||= each.finished;
  }
  return {
    answers: Object.fromEntries(answers),
    parts: Object.fromEntries([...parts].map(([number, text]) => [String(number), text])),
    finished,
  };
}

const given: fc.Arbitrary<Given> = fc.oneof(
  fc.integer(),
  fc.string({ maxLength: 5 }),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.constantFrom('a', 'b'), { maxLength: 3 }),
);
const sent = fc.uniqueArray(
  fc.record({
    part: fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 9999 })),
    answers: fc.dictionary(fc.constantFrom('q1', 'q2', 'q3.row', '10', '9', '__proto__'), given, {
      noNullPrototype: true,
    }),
    finished: fc.boolean(),
  }),
  { selector: (each) => each.part, maxLength: 10 },
);

describe('parts that are permuted, repeated, lost and sent again', () => {
  /** What the network makes of the parts: each arrives any number of times (0: lost), in any order. */
  const network = sent.chain((parts) =>
    fc
      .array(fc.nat({ max: Math.max(0, parts.length - 1) }), { maxLength: 25 })
      .map((order) => ({ parts, arrivals: parts.length === 0 ? [] : order.map((i) => parts[i]!) })),
  );

  test('give what the parts give that arrived at all', () => {
    fc.assert(
      fc.property(network, ({ arrivals }) => {
        expect(all(...arrivals)).toEqual(fromHistory([...new Set(arrivals)]));
      }),
      { numRuns: rounds(10_000, 100_000) },
    );
  });

  test('give the same in the end, once those that were lost are sent again', () => {
    fc.assert(
      fc.property(network, fc.boolean(), ({ parts, arrivals }, backwards) => {
        const retried = backwards ? [...parts].reverse() : parts;
        expect(all(...arrivals, ...retried)).toEqual(fromHistory(parts));
      }),
      { numRuns: rounds(2000, 50_000) },
    );
  });

  test('a forged part changes nothing, whenever it comes after the true one', () => {
    fc.assert(
      fc.property(network, fc.nat(), ({ arrivals }, at) => {
        const whole = all(...arrivals);
        const victim = arrivals[at % Math.max(1, arrivals.length)];
        if (victim === undefined) return;
        const forged = { ...victim, answers: { ...victim.answers, forged: 'yes' } };
        const before = JSON.stringify(whole);
        expect(mergePart(whole, forged, print(forged))).toBe('conflict');
        expect(JSON.stringify(whole)).toBe(before);
      }),
      { numRuns: rounds(1000, 10_000) },
    );
  });
});
