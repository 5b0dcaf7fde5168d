import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromValues } from './distribution.ts';
import { LinearSpan } from './linear-span.ts';
import {
  type Atom,
  batchDue,
  batchSentence,
  MOST_VALUES,
  releasableFilters,
  shareRevealsUnanimity,
  tooAlikeToShow,
  totalAsOf,
} from './small-groups.ts';

const cell = (key: Record<string, string>, n: number, release?: number): Atom =>
  release === undefined ? { key, n } : { key, n, release };

describe('releasableFilters', () => {
  it('shows nothing of fewer than k people, and says from how many on', () => {
    const filters = releasableFilters([cell({ site: 'North' }, 4)], 5);
    expect(filters.total).toBe(false);
    expect(filters.allows('site', 'North')).toMatch(/Shown from 5 people on/);
    expect(releasableFilters([], 5).total).toBe(false);
  });

  it('hides a second cell where one small cell would follow from the total', () => {
    const filters = releasableFilters(
      [cell({ site: 'North' }, 9), cell({ site: 'South' }, 7), cell({ site: 'West' }, 2)],
      5,
    );
    expect(filters.offered.get('site')).toEqual(['North']);
    expect(filters.allows('site', 'South')).toBe(filters.allows('site', 'West'));
  });

  it('counts a missing value as a cell that can be worked out', () => {
    const filters = releasableFilters([cell({ site: 'North' }, 9), cell({ site: 'South' }, 7), cell({}, 2)], 5);
    expect(filters.offered.get('site')).toEqual(['North']);
  });

  it('allows a value that nobody has, and shows everything where no cell is small', () => {
    const filters = releasableFilters([cell({ site: 'North' }, 9), cell({ site: 'South' }, 5)], 5);
    expect(filters.offered.get('site')).toEqual(['North', 'South']);
    expect(filters.allows('site', 'East')).toBe(true);
    expect(filters.allows('colour', 'red')).toBe(true);
  });

  it('does not answer two nested cells that differ by fewer than k people', () => {
    const filters = releasableFilters(
      [
        cell({ area: 'Airside', team: 'Gate' }, 38),
        cell({ area: 'Airside', team: 'Lounge' }, 3),
        cell({ area: 'Landside', team: 'Desk' }, 20),
        cell({ area: 'Landside', team: 'Lounge' }, 4),
      ],
      5,
    );
    const both = filters.allows('area', 'Airside') === true && filters.allows('team', 'Gate') === true;
    expect(both).toBe(false);
  });

  it('does not answer a cell to which fewer than k people were added since it was last shown', () => {
    const first = [cell({ site: 'North' }, 10, 1), cell({ site: 'South' }, 10, 1)];
    expect(releasableFilters(first, 5).offered.get('site')).toEqual(['North', 'South']);
    const second = [...first, cell({ site: 'North' }, 1, 2), cell({ site: 'South' }, 9, 2)];
    expect(releasableFilters(second, 5).allows('site', 'North')).not.toBe(true);
    // It is still offered, as it was.
    expect(releasableFilters(second, 5).asOf('site', 'North')).toBe(1);
    expect(releasableFilters(second, 5).offered.get('site')).toContain('North');
    const third = [...second, cell({ site: 'North' }, 7, 3), cell({ site: 'South' }, 6, 3)];
    expect(releasableFilters(third, 5).total).toBe(true);
    // A total that grew by too few is not shown either.
    expect(releasableFilters([...first, cell({ site: 'North' }, 4, 2)], 5).total).toBe(false);
  });

  it('does not let a unanimous group be worked out from the others', () => {
    const varied = (site: string) => [2, 3, 4, 5].map((value) => ({ ...cell({ site }, 4), value }));
    const alike = { ...cell({ site: 'West' }, 7), value: 5 };
    expect(releasableFilters([...varied('North'), alike], 5).offered.get('site')).toEqual([]);
    expect(releasableFilters([...varied('North'), { ...alike, n: 10 }], 5).offered.get('site')).toHaveLength(2);
    // With a third site, West is hidden together with another one.
    const three = releasableFilters([...varied('North'), ...varied('South'), alike], 5);
    expect(three.allows('site', 'West')).not.toBe(true);
    expect(three.offered.get('site')).toEqual(['North']);
  });

  it('knows as of which release the whole audience may be shown', () => {
    expect(totalAsOf([cell({}, 4, 1)], 5)).toBeUndefined();
    expect(totalAsOf([cell({}, 4, 1), cell({}, 1, 2)], 5)).toBe(2);
    expect(totalAsOf([cell({}, 9, 1), cell({}, 4, 2)], 5)).toBe(1);
    expect(totalAsOf([cell({}, 9, 1), cell({}, 4, 2), cell({}, 1, 3)], 5)).toBe(3);
  });

  it('does not show a whole audience that grew by a few who all said the same', () => {
    const joins = (release: number, ...values: number[]) => values.map((value) => ({ key: {}, n: 1, value, release }));
    expect(totalAsOf(joins(1, 5, 5, 5, 5, 5, 5, 5, 5, 5), 5)).toBeUndefined();
    expect(totalAsOf(joins(1, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5), 5)).toBe(1);
    expect(totalAsOf([...joins(1, 1, 2, 3, 4, 5), ...joins(2, 1, 1, 1, 1, 1)], 5)).toBe(1);
    expect(totalAsOf([...joins(1, 1, 2, 3, 4, 5), ...joins(2, 1, 1, 1, 1, 1), ...joins(3, 2)], 5)).toBe(3);
  });

  it('shows only the total after more releases than it follows, however many they are', () => {
    const grown = (releases: number) =>
      releasableFilters(
        Array.from({ length: releases * 10 }, (_, i) => ({
          ...cell({ site: i % 2 ? 'North' : 'South' }, 1, Math.floor(i / 10)),
          value: i % 5,
        })),
        5,
      );
    expect([grown(24).total, grown(24).allows('site', 'North')]).toEqual([true, true]);
    for (const releases of [25, 5_000]) {
      const filters = grown(releases);
      expect([filters.total, filters.offered.size, filters.asOf('site', 'North')]).toEqual([true, 0, undefined]);
      expect(filters.allows('site', 'North')).toMatch(/not shown/);
      expect(filters.allows('site', 'Nowhere')).toBe(true);
    }
  });

  it('refuses an identifier in disguise, and more dimensions than it can watch', () => {
    const atoms = Array.from({ length: 400 }, (_, i) =>
      cell({ desk: `D${i % (MOST_VALUES + 1)}`, site: `S${i % 2}` }, 1),
    );
    const filters = releasableFilters(atoms, 5);
    expect(filters.allows('desk', 'D1')).toBe('desk has too many distinct values to show safely.');
    expect(filters.allows('site', 'S1')).toBe(true);
    const wide = Object.fromEntries(Array.from({ length: 13 }, (_, i) => [`d${String(i).padStart(2, '0')}`, 'x']));
    expect(releasableFilters([cell(wide, 9)], 5).allows('d12', 'x')).toMatch(/so many other attributes/);
  });

  it('does not depend on the order of the atoms', () => {
    const atom = fc.record({
      key: fc.record({ site: fc.constantFrom('a', 'b', 'c'), role: fc.constantFrom('x', 'y', 'z') }),
      n: fc.integer({ min: 1, max: 6 }),
    });
    fc.assert(
      fc.property(fc.array(atom, { maxLength: 20 }), (atoms) => {
        const there = releasableFilters(atoms, 5).offered;
        expect(releasableFilters([...atoms].reverse(), 5).offered).toEqual(there);
      }),
      { numRuns: 100, seed: 3 },
    );
  });

  it('refuses a threshold or a number of people that is none', () => {
    expect(() => releasableFilters([], 1)).toThrow(RangeError);
    expect(() => releasableFilters([cell({}, 1.5)], 5)).toThrow(RangeError);
  });
});

describe('LinearSpan', () => {
  const row = (...values: number[]) => Uint8Array.from(values);

  it('knows what is inside, proven, and what is determined', () => {
    const span = new LinearSpan(4, 8);
    expect(span.add(row(1, 1, 1, 1))).toBe('added');
    expect(span.add(row(1, 1, 0, 0))).toBe('added');
    expect(span.add(row(0, 0, 1, 1))).toBe('inside');
    expect(span.rank).toBe(2);
    expect(span.nullVectors().every((z) => (z[0]! + z[1]!) % 46_337 === 0)).toBe(true);
    expect(span.nullVectors().some((z) => z[0] !== 0)).toBe(true);
  });

  it('proves combinations with halves', () => {
    const span = new LinearSpan(3, 8);
    for (const one of [row(1, 1, 0), row(1, 0, 1), row(0, 1, 1)]) expect(span.add(one)).toBe('added');
    expect(span.add(row(1, 0, 0))).toBe('inside');
  });

  it('takes no more than it can hold, and forgets', () => {
    const span = new LinearSpan(3, 1);
    expect(span.add(row(1, 1, 0))).toBe('added');
    expect(span.add(row(0, 1, 1))).toBe('unknown');
    span.backTo(0);
    expect(span.add(row(0, 1, 1))).toBe('added');
  });
});

describe('batches and unanimity', () => {
  it('publishes from k waiting people on, and the sentence tells nobody how many wait', () => {
    expect(batchDue(4, 5)).toEqual({ due: false, missing: 1 });
    expect(batchDue(5, 5)).toEqual({ due: true, missing: 0 });
    expect(batchSentence('staff', 1, 5)).toBe(
      'Answers of staff wait: they are shown as soon as at least 5 people’s are there. How many wait is not told, so that nobody can be watched answering.',
    );
    expect(batchSentence('staff', 4, 5)).toBe(batchSentence('staff', 1, 5));
    expect(batchSentence('staff', 0, 5)).toBeUndefined();
    expect(batchSentence('staff', 6, 5)).toBeUndefined();
  });

  it('hides unanimity below 2k, not from 2k on', () => {
    expect(tooAlikeToShow(fromValues(Array(9).fill(5)), 5)).toBe(true);
    expect(tooAlikeToShow(fromValues(Array(10).fill(5)), 5)).toBe(false);
    expect(tooAlikeToShow(fromValues([5, 5, 5, 5, 4]), 5)).toBe(false);
    expect(tooAlikeToShow([], 5)).toBe(false);
    expect(shareRevealsUnanimity(0, 9, 5)).toBe(true);
    expect(shareRevealsUnanimity(9, 9, 5)).toBe(true);
    expect(shareRevealsUnanimity(8, 9, 5)).toBe(false);
    expect(shareRevealsUnanimity(10, 10, 5)).toBe(false);
  });
});
