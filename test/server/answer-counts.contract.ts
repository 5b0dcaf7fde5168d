import { expect, test } from 'vitest';
import { distribution, fromValues, type JointCount } from '../../src/core/distribution.ts';
import type {
  AnswerCounts,
  AnswerFilter,
  CountsQuery,
  GroupBy,
  Variable,
} from '../../src/server/responses/answer-counts.ts';
import type { NewResponse } from '../../src/server/responses/schema.ts';

/** A backend under test: `counts` answers for the workspace whose published responses are `responses`. */
export interface ContractSubject {
  readonly workspaceId: string;
  readonly items: readonly string[];
  readonly responses: readonly NewResponse[];
  ask<T>(question: (counts: AnswerCounts) => Promise<T>): Promise<T>;
}

/** What every backend of the answer-counts seam has to hold, against a plain count of the same responses in memory. */
export function answerCountsContract(name: string, subject: () => ContractSubject): void {
  const queries: Record<string, CountsQuery> = {
    everything: {},
    'one audience and lens': { audiences: ['customer'], lenses: ['experience'] },
    'whole months': { filter: { since: '2026-01-01', until: '2026-02-28' } },
    'days inside a month': { filter: { since: '2026-01-10', until: '2026-02-14' } },
    'one channel': { filter: { channels: ['web'] } },
    'an attribute': { filter: { attributes: { region: ['north', 'süd'] } } },
    'attribute, channel and period': {
      filter: { attributes: { region: ['north'] }, channels: ['web', ''], since: '2026-01-01' },
    },
    'by channel': { groupBy: ['channel'] },
    'by month and channel': { groupBy: ['month', 'channel'] },
    'by attribute': { groupBy: [{ attribute: 'region' }] },
    'a channel that nobody used': { filter: { channels: ['fax'] } },
  };
  for (const [what, query] of Object.entries(queries)) {
    test(`${name}: counts, ${what}`, async () => {
      const { responses, workspaceId, ask } = subject();
      const cells = await ask((counts) => counts.counts(workspaceId, query));
      expect(rounded(cells)).toEqual(rounded(plainCounts(responses, query)));
    });
  }

  test(`${name}: joint counts within a response`, async () => {
    const { responses, items, workspaceId, ask } = subject();
    const pairs = [pairOf(items[0]!, 'expectation', 'experience'), pairOf(items[1]!, 'expectation', 'experience')];
    const joint = await ask((counts) => counts.jointCounts(workspaceId, { pairs, within: 'response' }));
    expect(rounded(joint)).toEqual(
      rounded(
        pairs.map(({ x, y }) =>
          joined(
            responses.flatMap((r) => {
              const a = givenValue(r, x);
              const b = givenValue(r, y);
              return a === undefined || b === undefined ? [] : [{ x: a, y: b, w: r.weight ?? 1 }];
            }),
          ),
        ),
      ),
    );
  });

  test(`${name}: joint counts within a unit`, async () => {
    const { responses, items, workspaceId, ask } = subject();
    const x: Variable = { itemId: items[0]!, audience: 'staff', lens: 'belief' };
    const y: Variable = { itemId: items[0]!, audience: 'customer', lens: 'experience' };
    const [joint = []] = await ask((counts) =>
      counts.jointCounts(workspaceId, { pairs: [{ x, y }], within: { attribute: 'region' } }),
    );
    const means = (variable: Variable) => unitMeans(responses, variable, 'region');
    const other = means(y);
    const expected = [...means(x)].flatMap(([unit, mean]) => {
      const match = other.get(unit);
      return match === undefined ? [] : [{ x: mean, y: match, w: 1 }];
    });
    expect(expected.length).toBeGreaterThan(1);
    expect(rounded(joint)).toEqual(rounded(joined(expected)));
  });

  test(`${name}: sums and products over complete responses`, async () => {
    const { responses, items, workspaceId, ask } = subject();
    const variables = items.slice(0, 3).map((itemId) => ({ itemId, lens: 'experience' as const }));
    const found = await ask((counts) => counts.sumsAndProducts(workspaceId, { variables, audience: 'customer' }));
    const rows = completeRows(responses, variables);
    expect(rows.length).toBeGreaterThan(10);
    const total = (value: (row: (typeof rows)[number]) => number) => rows.reduce((sum, row) => sum + value(row), 0);
    expect(rounded(found)).toEqual(
      rounded({
        n: rows.length,
        w: total((row) => row.weight),
        sums: variables.map((_, i) => total((row) => row.weight * row.values[i]!)),
        products: variables.map((_, i) =>
          variables.map((_, j) => total((row) => row.weight * row.values[i]! * row.values[j]!)),
        ),
      }),
    );
  });

  test(`${name}: a sample is bounded, complete, and the same for the same seed`, async () => {
    const { responses, items, workspaceId, ask } = subject();
    const variables = items.slice(0, 3).map((itemId) => ({ itemId, lens: 'experience' as const }));
    const query = { variables, audience: 'customer' as const, limit: 7, seed: 42 };
    const first = await ask((counts) => counts.sample(workspaceId, query));
    const again = await ask((counts) => counts.sample(workspaceId, query));
    const other = await ask((counts) => counts.sample(workspaceId, { ...query, seed: 43 }));
    const whole = completeRows(responses, variables);
    expect(first.n).toBe(whole.length);
    expect(first.rows).toHaveLength(7);
    expect(first).toEqual(again);
    expect(first.rows).not.toEqual(other.rows);
    const known = new Set(whole.map((row) => JSON.stringify(row)));
    expect(first.rows.every((row) => known.has(JSON.stringify(row)))).toBe(true);
  });

  test(`${name}: atoms add up to the counts of leaders and staff`, async () => {
    const { workspaceId, ask } = subject();
    const audiences = ['leadership', 'staff'] as const;
    const cells = await ask((counts) => counts.counts(workspaceId, { audiences }));
    const atoms = await ask((counts) => counts.atoms(workspaceId, { audiences }));
    const sizes = (list: readonly { itemId: string; audience: string; lens: string; n: number }[]) =>
      Object.fromEntries(list.filter(({ n }) => n > 0).map((c) => [`${c.itemId} ${c.audience} ${c.lens}`, c.n]));
    expect(atoms.length).toBeGreaterThan(0);
    const byRelease = await ask((counts) => counts.atoms(workspaceId, { audiences, releasesOnly: true }));
    expect(byRelease.every((cell) => cell.atoms.every(({ key }) => Object.keys(key).length === 0))).toBe(true);
    expect(byRelease.map((cell) => cell.atoms.reduce((sum, atom) => sum + atom.n, 0))).toEqual(
      atoms.map((cell) => cell.atoms.reduce((sum, atom) => sum + atom.n, 0)),
    );
    // Everybody was published at once.
    expect(await ask((counts) => counts.releasedApart(workspaceId))).toEqual([]);
    expect(sizes(atoms.map((cell) => ({ ...cell, n: cell.atoms.reduce((sum, atom) => sum + atom.n, 0) })))).toEqual(
      sizes(cells.map((cell) => ({ ...cell, n: cell.counts.reduce((sum, count) => sum + count.n, 0) }))),
    );
  });

  test(`${name}: attributes with their values`, async () => {
    const { responses, workspaceId, ask } = subject();
    const found = await ask((counts) => counts.attributes(workspaceId));
    const expected = new Map<string, number>();
    for (const { audience, attributes = {} } of responses) {
      for (const [attribute, value] of Object.entries(attributes)) {
        const key = JSON.stringify([audience, attribute, value]);
        expected.set(key, (expected.get(key) ?? 0) + 1);
      }
    }
    expect(new Map(found.map((one) => [JSON.stringify([one.audience, one.name, one.value]), one.n]))).toEqual(expected);
    for (const attribute of ['region', 'tier', 'nobody has this']) {
      const carrying = new Set(responses.filter((one) => one.attributes?.[attribute]).map((one) => one.audience));
      expect(new Set(await ask((counts) => counts.carriers(workspaceId, attribute)))).toEqual(carrying);
    }
  });
}

/** Weights are exact decimals in a database and binary fractions here: compare 9 digits. */
function rounded(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, v) => (typeof v === 'number' ? Number(v.toPrecision(9)) : v)));
}

const pairOf = (itemId: string, x: 'expectation', y: 'experience') => ({
  x: { itemId, audience: 'customer', lens: x } as const,
  y: { itemId, audience: 'customer', lens: y } as const,
});

function meant(response: NewResponse, filter: AnswerFilter = {}): boolean {
  const day = response.answeredOn ?? null;
  if (filter.since && (day === null || day < filter.since)) return false;
  if (filter.until && (day === null || day > filter.until)) return false;
  if (filter.channels && !filter.channels.includes(response.channel ?? '')) return false;
  return Object.entries(filter.attributes ?? {}).every(([name, values]) =>
    values.includes(response.attributes?.[name] ?? '\0'),
  );
}

function groupOf(response: NewResponse, by: GroupBy): string | null {
  if (by === 'channel') return response.channel ?? '';
  if (by === 'month') return response.answeredOn?.slice(0, 7) ?? null;
  return response.attributes?.[by.attribute] ?? null;
}

const AUDIENCE_ORDER = ['leadership', 'staff', 'customer'];
const LENS_ORDER = ['experience', 'belief', 'expectation', 'importance', 'walk', 'standard', 'promise'];

function plainCounts(responses: readonly NewResponse[], query: CountsQuery) {
  const cells = new Map<
    string,
    {
      itemId: string;
      audience: string;
      lens: string;
      groups: (string | null)[];
      values: number[];
      weights: number[];
      notApplicable: number;
    }
  >();
  for (const response of responses.filter((r) => meant(r, query.filter))) {
    for (const { itemId, lens, value } of response.answers) {
      if (query.audiences && !query.audiences.includes(response.audience)) continue;
      if (query.lenses && !query.lenses.includes(lens)) continue;
      const groups = (query.groupBy ?? []).map((by) => groupOf(response, by));
      const key = JSON.stringify([itemId, response.audience, lens, groups]);
      const cell = cells.get(key) ?? {
        itemId,
        audience: response.audience,
        lens,
        groups,
        values: [],
        weights: [],
        notApplicable: 0,
      };
      if (value === null) cell.notApplicable += 1;
      else {
        cell.values.push(value);
        cell.weights.push(response.weight ?? 1);
      }
      cells.set(key, cell);
    }
  }
  // As PostgreSQL orders: ids and texts by their code points, the two enums as declared, null last.
  const text = (value: string | null) => (value === null ? '\u{10ffff}' : value);
  const order = (cell: { itemId: string; audience: string; lens: string; groups: (string | null)[] }) => [
    cell.itemId,
    String(AUDIENCE_ORDER.indexOf(cell.audience)),
    String(LENS_ORDER.indexOf(cell.lens)),
    ...cell.groups.map(text),
  ];
  const compare = (a: string[], b: string[]) => {
    const i = a.findIndex((part, at) => part !== b[at]);
    return i < 0 ? 0 : (a[i] ?? '') < (b[i] ?? '') ? -1 : 1;
  };
  return [...cells.values()]
    .sort((a, b) => compare(order(a), order(b)))
    .map(({ values, weights, ...cell }) => ({ ...cell, counts: fromValues(values, weights) }))
    .map(({ itemId, audience, lens, groups, counts, notApplicable }) => ({
      itemId,
      audience,
      lens,
      groups,
      counts,
      notApplicable,
    }));
}

function givenValue(response: NewResponse, variable: Variable): number | undefined {
  if (response.audience !== variable.audience) return undefined;
  const found = response.answers.find((a) => a.itemId === variable.itemId && a.lens === variable.lens);
  return found?.value ?? undefined;
}

function joined(pairs: readonly { x: number; y: number; w: number }[]): JointCount[] {
  const byX = new Map<number, { value: number; n: number; w: number; ww: number }[]>();
  for (const { x, y, w } of pairs) byX.set(x, [...(byX.get(x) ?? []), { value: y, n: 1, w, ww: w * w }]);
  return [...byX]
    .sort(([a], [b]) => a - b)
    .flatMap(([x, list]) => distribution(list).map(({ value, n, w, ww }) => ({ x, y: value, n, w, ww })));
}

function unitMeans(responses: readonly NewResponse[], variable: Variable, attribute: string): Map<string, number> {
  const sums = new Map<string, { wy: number; w: number }>();
  for (const response of responses) {
    const value = givenValue(response, variable);
    const unit = response.attributes?.[attribute];
    if (value === undefined || !unit) continue;
    const sum = sums.get(unit) ?? { wy: 0, w: 0 };
    sum.wy += value * (response.weight ?? 1);
    sum.w += response.weight ?? 1;
    sums.set(unit, sum);
  }
  return new Map([...sums].map(([unit, { wy, w }]) => [unit, wy / w]));
}

function completeRows(responses: readonly NewResponse[], variables: readonly Omit<Variable, 'audience'>[]) {
  return responses.flatMap((response) => {
    const values = variables.map((variable) => givenValue(response, { ...variable, audience: 'customer' }));
    const complete = values.filter((value) => value !== undefined);
    return complete.length === variables.length ? [{ weight: response.weight ?? 1, values: complete }] : [];
  });
}
