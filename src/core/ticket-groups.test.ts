import fc from 'fast-check';
import { expect, test } from 'vitest';
import { groupForLater, type Label, ticketGroups } from './ticket-groups.ts';

const times = (n: number, label: Label): Label[] => Array.from({ length: n }, () => label);
const NAMES = ['department', 'team'];
const shown = (people: readonly Label[], k = 5, names = NAMES) =>
  ticketGroups(people, names, k).groups.map(({ label, people: n }) =>
    [...names.map((name) => (Object.hasOwn(label, name) ? label[name] : '')), n].join(' '),
  );

test('whoever shares everything with enough others keeps everything', () => {
  const people = [...times(6, { department: 'Sales', team: 'A' }), ...times(5, { department: 'Ops', team: 'B' })];
  expect(shown(people)).toEqual(['Ops B 5', 'Sales A 6']);
});

test('a small cell loses its last attribute, and its union with other small ones is a cell of its own', () => {
  const people = [
    ...times(9, { department: 'Sales', team: 'A' }),
    ...times(3, { department: 'Sales', team: 'B' }),
    ...times(2, { department: 'Sales', team: 'C' }),
  ];
  expect(shown(people)).toEqual(['Sales A 9', 'Sales  5']);
});

test('people without the last attribute and people who lost it are one group', () => {
  const people = [
    ...times(5, { department: 'Sales', team: 'A' }),
    ...times(3, { department: 'Sales' }),
    ...times(2, { department: 'Sales', team: 'B' }),
  ];
  expect(shown(people)).toEqual(['Sales A 5', 'Sales  5']);
});

test('a union that is too small loses the next attribute, too', () => {
  const people = [
    ...times(5, { department: 'Sales', team: 'A' }),
    ...times(4, { department: 'Ops', team: 'B' }),
    ...times(1, { department: 'Legal', team: 'C' }),
  ];
  expect(shown(people)).toEqual(['  5', 'Sales A 5']);
});

test('nobody is left alone without attributes: the smallest groups join, until they are enough', () => {
  const people = [
    ...times(7, { department: 'Sales' }),
    ...times(6, { department: 'Ops' }),
    ...times(8, { department: 'IT' }),
    ...times(1, { department: 'Legal' }),
  ];
  expect(shown(people)).toEqual(['  7', 'IT  8', 'Sales  7']);
  expect(shown([...times(3, { department: 'Sales' }), ...times(1, {})], 5)).toEqual(['  4']);
  expect(shown([...times(5, { department: 'Sales' }), ...times(5, { department: 'Ops' }), {}])).toEqual([
    '  6',
    'Sales  5',
  ]);
});

test('names that every object has are no attributes', () => {
  expect(shown(times(6, {}), 5, ['constructor', '__proto__'])).toEqual(['  6']);
});

test('who comes later joins the finest group that fits, and none that says something else of them', () => {
  const groups = [{ label: { department: 'Sales' } }, { label: { department: 'Sales', team: 'A' } }];
  expect(groupForLater({ team: 'A', department: 'Sales' }, NAMES, groups)).toBe(1);
  expect(groupForLater({ department: 'Sales', team: 'new' }, NAMES, groups)).toBe(0);
  expect(groupForLater({ department: 'Ops', team: 'A' }, NAMES, groups)).toBeUndefined();
  expect(groupForLater({ department: 'Ops', team: 'A' }, NAMES, [...groups, { label: {} }])).toBe(2);
});

const names = fc.constantFrom(['a'], ['a', 'b'], ['a', 'b', 'c']);
const crowd = fc.array(
  fc.record({
    a: fc.constantFrom('', '1', '2', '3'),
    b: fc.constantFrom('', 'x', 'y'),
    c: fc.constantFrom('', 'p', 'q'),
  }),
  { minLength: 1, maxLength: 120 },
);

test('every group has at least k people or is the only one; nobody is lost, and nothing is said that is not so', () => {
  fc.assert(
    fc.property(crowd, names, fc.integer({ min: 2, max: 9 }), (people, order, k) => {
      const { of, groups } = ticketGroups(people, order, k);
      const counted = groups.map((_, g) => of.filter((one) => one === g).length);
      expect(counted).toEqual(groups.map((group) => group.people));
      expect(of).toHaveLength(people.length);
      expect(groups.length === 1 || groups.every((group) => group.people >= k)).toBe(true);
      // No two groups say the same, or each alone would have been too small to be told from the other.
      expect(new Set(groups.map(({ label }) => JSON.stringify(label))).size).toBe(groups.length);
      people.forEach((person: Label, i) => {
        const label = groups[of[i] as number]?.label ?? {};
        const depth = order.filter((name) => Object.hasOwn(label, name)).length;
        const own = order.filter((name) => person[name] !== '').slice(0, depth);
        expect(label).toEqual(Object.fromEntries(own.map((name) => [name, person[name]])));
      });
    }),
    { numRuns: 500 },
  );
});

test('the order of the people changes nothing, and full cells that are large enough stay whole', () => {
  fc.assert(
    fc.property(crowd, fc.integer({ min: 2, max: 6 }), fc.array(fc.nat()), (people, k, places) => {
      const order = ['a', 'b'];
      const turned = people.map((person, i) => [places[i] ?? 0, person] as const).sort(([x], [y]) => x - y);
      const groups = ticketGroups(people, order, k).groups;
      expect(
        ticketGroups(
          turned.map(([, person]) => person),
          order,
          k,
        ).groups,
      ).toEqual(groups);
      const cells = new Map<string, number>();
      for (const { a, b } of people) cells.set(`${a} ${b}`, (cells.get(`${a} ${b}`) ?? 0) + 1);
      const whole = [...cells].every(([key, n]) => n >= k && !key.startsWith(' ') && !key.endsWith(' '));
      if (whole) expect(groups).toHaveLength(cells.size);
    }),
    { numRuns: 300 },
  );
});

test('a threshold below two is refused', () => {
  expect(() => ticketGroups([], ['a'], 1)).toThrow(RangeError);
});
