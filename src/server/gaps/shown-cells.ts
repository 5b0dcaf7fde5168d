import { addDistributions, type Distribution, EMPTY, size } from '../../core/distribution.ts';
import type { Cell } from '../../core/gap.ts';
import { AUDIENCES, type Audience, type Perspective, perspectiveKey } from '../../core/perspective.ts';
import { tooAlikeToShow, wouldTell } from '../../core/small-groups.ts';
import type { StoredItem } from '../items/verbs.ts';
import type { AnswerCounts, CellAtoms, CountCell } from '../responses/answer-counts.ts';
import { answerFilter, type Carried, type Condition, conditionsFor } from './gap-filters.ts';
import { answersOf, isWholeMonths, mayShow, sizeOf } from './protected-filter.ts';

export interface Cells {
  readonly cells: readonly Cell[];
  /** `item audience:lens` to the reason why its answers are not shown under this filter. */
  readonly withheld: ReadonlyMap<string, string>;
  /** Audiences of which some cell is shown as of an earlier release. */
  readonly earlier: ReadonlySet<Audience>;
  /** Audiences of which some cell is shown without those who would be recognised. */
  readonly partly: ReadonlySet<Audience>;
  /** Audiences whose people are watched beyond their numbers; see `AnswerCounts.releasedApart`. */
  readonly apart: readonly Audience[];
}

/**
 * The cells of the report. A perspective that the filter empties stays, with no answers, so that the report can say so;
 * so does one that is withheld, and `sayWithheld` puts the reason in place afterwards.
 */
export async function cellsOf(
  workspaceId: string,
  counts: AnswerCounts,
  items: readonly StoredItem[],
  conditions: readonly Condition[],
  carried: Carried,
  threshold: number,
): Promise<Cells> {
  const itemIds = items.map((item) => item.id);
  const whole = await counts.counts(workspaceId, { itemIds });
  const filtered = new Map<string, CountCell>();
  for (const { audiences, own } of alikeFiltered(conditions, carried)) {
    if (own.length === 0) continue;
    const query = { itemIds, audiences, filter: answerFilter(own) };
    for (const cell of await counts.counts(workspaceId, query)) filtered.set(nameOf(cell), cell);
  }
  const apart = await counts.releasedApart(workspaceId);
  const watched = await watchedAtoms(workspaceId, counts, itemIds, { conditions, carried, apart });
  const named = await namedByDays(workspaceId, counts, itemIds, { conditions, carried, apart });
  const keyOf = new Map(items.map((item) => [item.id, item.key]));
  const withheld = new Map<string, string>();
  const earlier = new Set<Audience>();
  const partly = new Set<Audience>();
  const cells: Cell[] = [];
  for (const cell of whole) {
    const { itemId, audience, lens } = cell;
    const item = keyOf.get(itemId) ?? itemId;
    const own = conditionsFor(audience, conditions, carried);
    const now = own.length === 0 ? cell.counts : (filtered.get(nameOf(cell))?.counts ?? EMPTY);
    const shown = await shownOf(workspaceId, counts, cell, {
      ...{ own, now, threshold },
      groups: watched.get(nameOf(cell)) ?? [],
      named: named && (named.get(nameOf(cell)) ?? EMPTY),
    });
    if (shown.isEarlier) earlier.add(audience);
    if (shown.because !== undefined && size(shown.counts) === 0)
      withheld.set(`${item} ${perspectiveKey(cell)}`, shown.because);
    else if (shown.because !== undefined) partly.add(audience);
    cells.push({ item, audience, lens, counts: shown.counts });
  }
  return { cells, withheld, earlier, partly, apart };
}

interface Shown {
  readonly counts: Distribution;
  /** Why some of the people are left out. */
  readonly because?: string | undefined;
  readonly isEarlier?: boolean;
}

/**
 * What is shown of a cell: everybody whom nothing was promised, and of each group that is watched as much as may be shown
 * of it by itself. Whoever knows the others, such as named customers, can take these away.
 */
async function shownOf(
  workspaceId: string,
  counts: AnswerCounts,
  cell: CountCell,
  {
    own,
    now,
    threshold,
    groups,
    named,
  }: {
    readonly own: readonly Condition[];
    readonly now: Distribution;
    readonly threshold: number;
    readonly groups: readonly CellAtoms[];
    /** Of customers, where atoms can't say whom a period means. */
    readonly named: Distribution | undefined;
  },
): Promise<Shown> {
  if (groups.length === 0) {
    const tells = cell.audience !== 'customer' && tooAlikeToShow(now, threshold);
    return tells && size(now) >= threshold ? { counts: EMPTY, because: wouldTell(threshold) } : { counts: now };
  }
  const others = size(cell.counts) - groups.reduce((sum, group) => sum + sizeOf(group), 0);
  const decided = groups.map((group) => ({ group, may: mayShow(group, own, threshold) }));
  // With fewer people than the threshold in all, the report's own rule hides them and says so.
  if (others === 0 && groups.length === 1 && size(cell.counts) < threshold) return { counts: now };
  if (decided.every(({ may }) => typeof may === 'object' && may.upToRelease === undefined)) return { counts: now };
  const isCustomer = cell.audience === 'customer';
  const parts: Distribution[] = isCustomer
    ? [
        named ??
          without(
            now,
            groups.map((group) => answersOf(group, own)),
          ),
      ]
    : [];
  let because: string | undefined;
  let isEarlier = false;
  for (const { group, may } of decided) {
    if (typeof may === 'string') {
      because = may;
      continue;
    }
    const { upToRelease } = may;
    isEarlier ||= upToRelease !== undefined;
    if (isCustomer) parts.push(answersOf(group, own, upToRelease));
    else {
      const filter = { ...answerFilter(own), upToRelease, handedIn: group.handedIn };
      const { itemId, audience, lens } = cell;
      const [then] = await counts.counts(workspaceId, {
        itemIds: [itemId],
        audiences: [audience],
        lenses: [lens],
        filter,
      });
      parts.push(then?.counts ?? EMPTY);
    }
  }
  return { counts: addDistributions(...parts), because, isEarlier };
}

/** What is left of a distribution when some of its answers, none of them with a weight, are taken away. */
function without(all: Distribution, gone: readonly Distribution[]): Distribution {
  return addDistributions(all, ...gone.map((one) => one.map(({ value, n }) => ({ value, n: -n, w: -n, ww: -n }))));
}

interface Asked {
  readonly conditions: readonly Condition[];
  readonly carried: Carried;
  readonly apart: readonly Audience[];
}

/**
 * Who is behind the cells of leaders, staff and anonymous customers: by everything that a filter could tell apart where one
 * applies, else by release. Without a filter too, because of a batch only a few may have answered an item, and then its
 * numbers stay as they were; of leaders and staff who were published all at once there is nothing to know.
 */
async function watchedAtoms(
  workspaceId: string,
  counts: AnswerCounts,
  itemIds: readonly string[],
  { conditions, carried, apart }: Asked,
): Promise<Map<string, CellAtoms[]>> {
  const isThere = (audience: Audience) => audience !== 'customer' || apart.includes(audience);
  const filtered = AUDIENCES.filter(
    (audience) => isThere(audience) && conditionsFor(audience, conditions, carried).length > 0,
  );
  const whole = apart.filter((audience) => !filtered.includes(audience));
  const found = [
    ...(await counts.atoms(workspaceId, { audiences: filtered, itemIds })),
    ...(await counts.atoms(workspaceId, { audiences: whole, itemIds, releasesOnly: true })),
  ];
  const byCell = new Map<string, CellAtoms[]>();
  for (const one of found) byCell.set(nameOf(one), [...(byCell.get(nameOf(one)) ?? []), one]);
  return byCell;
}

/** Customers who are not anonymous, under a period that begins or ends within a month: atoms know whole months only. */
async function namedByDays(
  workspaceId: string,
  counts: AnswerCounts,
  itemIds: readonly string[],
  { conditions, carried, apart }: Asked,
): Promise<Map<string, Distribution> | undefined> {
  const own = conditionsFor('customer', conditions, carried);
  const byDays = own.some((condition) => condition.by === 'period' && !isWholeMonths(condition));
  if (!byDays || !apart.includes('customer')) return undefined;
  const filter = { ...answerFilter(own), named: true as const };
  const cells = await counts.counts(workspaceId, { itemIds, audiences: ['customer'], filter });
  return new Map(cells.map((cell) => [nameOf(cell), cell.counts]));
}

/** Audiences that the same conditions apply to, so that each set of them is counted once. */
function alikeFiltered(conditions: readonly Condition[], carried: Carried) {
  const groups = new Map<string, { audiences: Audience[]; own: Condition[] }>();
  for (const audience of AUDIENCES) {
    const own = conditionsFor(audience, conditions, carried);
    const key = JSON.stringify(own);
    const group = groups.get(key) ?? { audiences: [], own };
    group.audiences.push(audience);
    groups.set(key, group);
  }
  return [...groups.values()];
}

const nameOf = ({ itemId, audience, lens }: { itemId: string } & Perspective) => `${itemId} ${audience}:${lens}`;
