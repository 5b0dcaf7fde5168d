import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decidedBy } from './decided-by-label.ts';
import type { Condition } from './survey/definition.ts';
import { holds } from './survey/flow.ts';

const KEYS = ['department', 'team', 'floor'];
const VALUES = ['A', 'B', '3', ''];
const leaf: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    of: fc.constant('attribute' as const),
    key: fc.constantFrom(...KEYS),
    is: fc.constantFrom('eq' as const, 'ne' as const, 'ge' as const, 'has' as const),
    value: fc.constantFrom('A', 'B', '3', 2),
  }),
  fc.record({
    of: fc.constant('attribute' as const),
    key: fc.constantFrom(...KEYS),
    is: fc.constantFrom('answered' as const, 'empty' as const),
  }),
);
const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie('condition'), { maxLength: 3 }).map((all) => ({ all })),
    fc.array(tie('condition'), { maxLength: 3 }).map((any) => ({ any })),
    tie('condition').map((not) => ({ not })),
  ),
}));
const everybody = KEYS.reduce<Record<string, string>[]>(
  (people, key) => people.flatMap((person) => VALUES.map((value) => ({ ...person, [key]: value }))),
  [{}],
);

test('what is decided holds, or does not, for everybody who shares the label, whatever else they are', () => {
  const label = fc.dictionary(fc.constantFrom(...KEYS), fc.constantFrom('A', 'B', '3'), { maxKeys: 2 });
  fc.assert(
    fc.property(condition, label, (asked, shared) => {
      const decided = decidedBy(asked, shared);
      if (decided === undefined) return;
      const alike = everybody.filter((one) => Object.entries(shared).every(([key, value]) => one[key] === value));
      for (const attributes of alike) expect(holds(asked, { answers: {}, hidden: {}, attributes })).toBe(decided);
    }),
    { numRuns: 2_000 },
  );
});

test('one part that is known may be enough, and what was lost is not empty', () => {
  const is = (key: string, value: string): Condition => ({ of: 'attribute', key, is: 'eq', value });
  const label = { department: 'Sales' };
  expect(decidedBy({ any: [is('team', 'A'), is('department', 'Sales')] }, label)).toBe(true);
  expect(decidedBy({ all: [is('team', 'A'), is('department', 'Legal')] }, label)).toBe(false);
  expect(decidedBy({ all: [is('team', 'A'), is('department', 'Sales')] }, label)).toBe(undefined);
  expect(decidedBy({ not: is('team', 'A') }, label)).toBe(undefined);
  expect(decidedBy({ of: 'attribute', key: 'team', is: 'empty' }, label)).toBe(undefined);
  expect(decidedBy({ all: [] }, {})).toBe(true);
  expect(decidedBy(is('constructor', 'A'), {})).toBe(undefined);
});
