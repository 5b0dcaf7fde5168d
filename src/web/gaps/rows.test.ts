import { expect, test } from 'vitest';
import { fromValues } from '../../core/distribution.ts';
import { gapReport } from '../../core/gap-report.ts';
import { SCALES } from '../../core/scale.ts';
import type { GapsAnswer, ReportedItem } from './queries.ts';
import { itemRow, pairsOf, sentenceOf, touchpointRows } from './rows.ts';

const five = SCALES['1-5'];

/** Leaders' and customers' answers of one item, repeated so that the means are sure. */
function answers(leaders: readonly number[], customers: readonly number[]) {
  const many = (values: readonly number[]) => fromValues(Array.from({ length: 20 }, () => values).flat());
  return { leadership: many(leaders), customer: many(customers) };
}

const ITEMS = {
  small: answers([4, 4, 5, 3], [4, 4, 3, 4]),
  blind: answers([5, 5, 4, 5], [2, 3, 2, 1]),
  hidden: answers([1, 2, 1, 1], [5, 4, 5, 5]),
  aligned: answers([4, 4, 4, 5], [4, 4, 4, 5]),
};

function item(key: string, more: Partial<ReportedItem> = {}): ReportedItem {
  const touchpointId = more.touchpointId ?? key;
  return {
    itemId: key,
    key,
    name: key,
    touchpointName: key,
    stageName: '',
    journeyId: 'j',
    ownerTeam: null,
    lead: true,
    scale: five,
    ...more,
    touchpointId,
  };
}

function report(items: readonly ReportedItem[]): GapsAnswer {
  const computed = gapReport({
    items: items.map(({ key, name, scale }) => ({ key, name, scale })),
    cells: Object.entries(ITEMS).flatMap(([key, { leadership, customer }]) => [
      { item: key, audience: 'leadership' as const, lens: 'belief' as const, counts: leadership },
      { item: key, audience: 'customer' as const, lens: 'experience' as const, counts: customer },
    ]),
    paired: [],
    options: { level: 0.95, toleranceShare: 0.0625, minN: 5, targetPomp: 70, population: {} },
  });
  return {
    ...computed,
    workspace: { id: 'w', name: 'W' },
    items: [...items],
    simulated: [],
    answeredBetween: null,
    headlineBetween: null,
    filters: {
      journey: [],
      touchpoint: [],
      item: [],
      since: null,
      until: null,
      channel: [],
      attributes: {},
      from: null,
      to: null,
      tolerance: null,
      level: 0.95,
    },
    targetPomp: 70,
    toleranceShare: 0.0625,
    held: [],
  };
}

const keys = (rows: readonly { touchpointId: string }[]) => rows.map(({ touchpointId }) => touchpointId);

test('worth closing first: open gaps by what they are at least, customers getting less before customers getting more', () => {
  const rows = touchpointRows(
    report([item('aligned'), item('silent'), item('hidden'), item('small'), item('blind')]),
    'delivery',
    'worth',
  );
  expect(keys(rows).slice(0, 3)).toEqual(
    ['blind', 'small', 'hidden'].filter(
      (key) => rows.find((row) => row.touchpointId === key)?.lead.gap?.verdict === 'open',
    ),
  );
  expect(keys(rows)[0]).toBe('blind');
  expect(keys(rows).at(-1)).toBe('silent');
  expect(keys(rows).indexOf('hidden')).toBeLessThan(keys(rows).indexOf('aligned'));
});

test('the other orders', () => {
  const all = report([item('aligned'), item('blind'), item('hidden')]);
  expect(keys(touchpointRows(all, 'delivery', 'name'))).toEqual(['aligned', 'blind', 'hidden']);
  expect(keys(touchpointRows(all, 'delivery', 'customers'))[0]).toBe('blind');
  expect(keys(touchpointRows(all, 'delivery', 'gap')).at(-1)).toBe('aligned');
  expect(keys(touchpointRows(all, 'delivery', 'journey'))).toEqual(['aligned', 'blind', 'hidden']);
});

test('a touchpoint stands for its lead item, the others are inside and never averaged', () => {
  const [row] = touchpointRows(
    report([item('small', { touchpointId: 't', lead: false }), item('blind', { touchpointId: 't' })]),
    'delivery',
    'worth',
  );
  expect(row?.lead.item.key).toBe('blind');
  expect(row?.others.map((other) => other.item.key)).toEqual(['small']);
});

test('a pair that nobody can give is a sentence', () => {
  const all = report([item('blind'), item('silent')]);
  expect(itemRow(all, item('blind'), 'front_line').gap).toBeNull();
  expect(itemRow(all, item('blind'), 'front_line').because).toMatch(/^[A-Z].*\.$/);
  expect(itemRow(all, item('silent'), 'delivery').because).toMatch(/^[A-Z].*\.$/);
  expect(sentenceOf('because only customers answered')).toBe('Only customers answered.');
});

test('the delivery gap can always be chosen, other pairs when the report knows them', () => {
  const blind = report([item('blind')]);
  expect(pairsOf(blind)).toEqual(['delivery']);
  const silent = { item: 'blind', kind: 'alignment', because: 'because no staff answered' } as const;
  const [from, to] = [
    { audience: 'leadership', lens: 'belief' },
    { audience: 'staff', lens: 'belief' },
  ] as const;
  expect(pairsOf({ ...blind, cannotSay: [{ ...silent, from, to }] })).toEqual(['delivery', 'alignment']);
});
