import type { ReportItem } from './gap.ts';
import { type Cell, GAP_KINDS, type GapKind, type GapNotSaid, type PairedCell, type ReportInput } from './gap.ts';
import { inWords, listed } from './gap-words.ts';
import { type Perspective, perspectiveKey } from './perspective.ts';

/** Two perspectives that are to be compared on one item. */
export interface Pair {
  readonly kind: GapKind | null;
  readonly from: Perspective;
  readonly to: Perspective;
}

/** What the report was given, by item and perspective. */
export interface Held {
  cell(item: string, perspective: Perspective): Cell | undefined;
  /** A standard or promise written down for the item. It goes before the same perspective rated by people. */
  constant(item: string, perspective: Perspective): number | undefined;
  /** The joined answers, turned around where they were given the other way. */
  paired(item: string, from: Perspective, to: Perspective): PairedCell | undefined;
  has(item: string, perspective: Perspective): boolean;
  /** Perspectives that at least one item has answers under. */
  readonly anywhere: readonly Perspective[];
}

/** Every named gap, in the order in which gaps are shown. */
export const NAMED_PAIRS: readonly Pair[] = Object.entries(GAP_KINDS).map(([kind, { from, to }]) => ({
  kind: kind as GapKind,
  from: { audience: from[0], lens: from[1] },
  to: { audience: to[0], lens: to[1] },
}));

export function samePerspective(a: Perspective, b: Perspective): boolean {
  return a.audience === b.audience && a.lens === b.lens;
}

export function hold(input: ReportInput): Held {
  const key = (item: string, perspective: Perspective) => `${perspectiveKey(perspective)} ${item}`;
  const cells = new Map<string, Cell>();
  const anywhere = new Map<string, Perspective>();
  for (const cell of input.cells) {
    cells.set(key(cell.item, cell), cell);
    anywhere.set(perspectiveKey(cell), { audience: cell.audience, lens: cell.lens });
  }
  const constants = new Map<string, number>();
  for (const item of input.items) {
    for (const { lens, value } of item.commitments ?? []) {
      constants.set(key(item.key, { audience: 'leadership', lens }), value);
    }
  }
  const paired = new Map<string, PairedCell>();
  for (const cell of input.paired) {
    paired.set(`${perspectiveKey(cell.to)} ${key(cell.item, cell.from)}`, cell);
    paired.set(`${perspectiveKey(cell.from)} ${key(cell.item, cell.to)}`, turnedAround(cell));
  }
  return {
    cell: (item, perspective) => cells.get(key(item, perspective)),
    constant: (item, perspective) => constants.get(key(item, perspective)),
    paired: (item, from, to) => paired.get(`${perspectiveKey(to)} ${key(item, from)}`),
    has: (item, perspective) => cells.has(key(item, perspective)) || constants.has(key(item, perspective)),
    anywhere: [...anywhere.values()].sort((a, b) => (perspectiveKey(a) < perspectiveKey(b) ? -1 : 1)),
  };
}

function turnedAround(cell: PairedCell): PairedCell {
  return {
    ...cell,
    from: cell.to,
    to: cell.from,
    counts: cell.counts.map(({ x, y, ...rest }) => ({ ...rest, x: y, y: x })),
  };
}

/** The pairs that this report looks at: all named ones, those with the side that was asked for, or the one asked for. */
export function pairsAskedFor(only: ReportInput['options']['only']): readonly Pair[] {
  const { from, to } = only ?? {};
  if (from && to) {
    const named = NAMED_PAIRS.find((pair) => samePerspective(pair.from, from) && samePerspective(pair.to, to));
    return [named ?? { kind: null, from, to }];
  }
  return NAMED_PAIRS.filter(
    (pair) => (!from || samePerspective(pair.from, from)) && (!to || samePerspective(pair.to, to)),
  );
}

/** Sorts the pairs of one item into those that can be compared and those of which it is said why not. */
export function pairsOfItem(
  item: ReportItem,
  asked: readonly Pair[],
  held: Held,
): { compare: Pair[]; notSaid: GapNotSaid[] } {
  const compare: Pair[] = [];
  const notSaid: GapNotSaid[] = [];
  const cannot = (pair: Pair, because: string) => notSaid.push({ item: item.key, ...pair, because });
  const exists = (perspective: Perspective) => held.anywhere.some((other) => samePerspective(other, perspective));
  for (const pair of asked) {
    const from = held.has(item.key, pair.from);
    const to = held.has(item.key, pair.to);
    if (from && to) compare.push(pair);
    else if (pair.kind === 'standards' && from) {
      cannot(pair, 'because no standard is written down for it; without one this gap is open by definition');
    } else if ((from && exists(pair.to)) || (to && exists(pair.from))) {
      const [there, missing] = from ? [pair.from, pair.to] : [pair.to, pair.from];
      cannot(pair, `because only ${inWords(there)} was asked about it, not ${inWords(missing)}`);
    }
  }
  const first = asked[0];
  if (compare.length === 0 && notSaid.length === 0 && first) cannot(first, nothingToCompare(item, held));
  return { compare, notSaid };
}

function nothingToCompare(item: ReportItem, held: Held): string {
  const there = held.anywhere.filter((perspective) => held.has(item.key, perspective));
  if (there.length === 0) return 'because nobody has answered it';
  const audiences = [...new Set(there.map(({ audience }) => audience))];
  if (audiences.length === 1 && there.length === 1) {
    return `because only ${audienceName(there[0]!)} answered it; a gap needs two perspectives`;
  }
  return `because what was asked about it (${listed(there.map(inWords))}) is no pair that can be compared here`;
}

function audienceName({ audience }: Perspective): string {
  return { leadership: 'leaders', staff: 'staff', customer: 'customers' }[audience];
}
