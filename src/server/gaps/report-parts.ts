import type { CannotSay } from '../../core/cannot-say.ts';
import { EMPTY } from '../../core/distribution.ts';
import type { Cell, GapReport, PairedCell, ReportItem } from '../../core/gap.ts';
import { NAMED_PAIRS, pairsAskedFor, samePerspective } from '../../core/gap-pairs.ts';
import { listed, PEOPLE } from '../../core/gap-words.ts';
import { AUDIENCES, type Audience, type Perspective, perspectiveKey } from '../../core/perspective.ts';
import type { StoredItem } from '../items/verbs.ts';
import type { AnswerCounts, CellAtoms, CountCell, JointQuery } from '../responses/answer-counts.ts';
import { answerFilter, type Condition, type GapFilters } from './gap-filters.ts';
import { mayShow } from './protected-filter.ts';

export const PROTECTED = ['leadership', 'staff'] as const satisfies readonly Audience[];
const isProtected = (audience: Audience): audience is (typeof PROTECTED)[number] => audience !== 'customer';

/** What each audience's responses carry, which decides what they can be filtered by. */
export interface Carried {
  readonly there: ReadonlySet<Audience>;
  readonly channel: ReadonlySet<Audience>;
  readonly period: ReadonlySet<Audience>;
  readonly attributes: ReadonlyMap<string, ReadonlySet<Audience>>;
}

/** A filter applies to the audiences that carry what it asks about; the others are taken whole, and a note says so. */
export function conditionsFor(audience: Audience, conditions: readonly Condition[], carried: Carried): Condition[] {
  return conditions.filter((condition) => carriersOf(condition, carried).has(audience));
}

function carriersOf(condition: Condition, carried: Carried): ReadonlySet<Audience> {
  if (condition.by === 'period') return carried.period;
  if (condition.by === 'channel') return carried.channel;
  return carried.attributes.get(condition.name) ?? new Set();
}

export function filterNotes(conditions: readonly Condition[], carried: Carried): string[] {
  return conditions.flatMap((condition) => {
    const carriers = carriersOf(condition, carried);
    const whole = AUDIENCES.filter((audience) => carried.there.has(audience) && !carriers.has(audience));
    const what = condition.by === 'attribute' ? condition.name : condition.by === 'channel' ? 'channel' : 'date';
    const said =
      condition.by === 'period'
        ? `Filtered to answers ${[condition.since && `from ${condition.since}`, condition.until && `until ${condition.until}`].filter(Boolean).join(' ')}.`
        : `Filtered to ${what} = ${condition.values.join(' or ')}.`;
    if (whole.length === 0) return [said];
    const who = listed(whole.map((audience) => PEOPLE[audience]));
    return [said, `${who.charAt(0).toUpperCase()}${who.slice(1)} carry no ${what} and are taken whole.`];
  });
}

/** Says that numbers of leaders or staff are not of everybody who is published. */
export function earlierNotes({ earlier }: Cells): string[] {
  return [...earlier].map(
    (audience) =>
      `Some numbers of ${PEOPLE[audience]} are as of an earlier batch: fewer people than the anonymity threshold have joined that group since.`,
  );
}

export interface Cells {
  readonly cells: readonly Cell[];
  /** `item audience:lens` to the reason why its answers are not shown under this filter. */
  readonly withheld: ReadonlyMap<string, string>;
  /** Audiences of which some cell is shown as of an earlier release. */
  readonly earlier: ReadonlySet<Audience>;
  readonly stored: readonly CountCell[];
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
  const atoms = await protectedAtoms(workspaceId, counts, itemIds, conditions, carried);
  const keyOf = new Map(items.map((item) => [item.id, item.key]));
  const withheld = new Map<string, string>();
  const earlier = new Set<Audience>();
  const cells: Cell[] = [];
  for (const cell of whole) {
    const { itemId, audience, lens } = cell;
    const item = keyOf.get(itemId) ?? itemId;
    const own = conditionsFor(audience, conditions, carried);
    const now = own.length === 0 ? cell.counts : (filtered.get(nameOf(cell))?.counts ?? EMPTY);
    const shown = isProtected(audience) ? mayShow(atoms.get(nameOf(cell)), own, threshold) : undefined;
    if (typeof shown === 'string') {
      withheld.set(`${item} ${perspectiveKey(cell)}`, shown);
      cells.push({ item, audience, lens, counts: EMPTY });
    } else if (shown?.upToRelease === undefined) {
      cells.push({ item, audience, lens, counts: now });
    } else {
      earlier.add(audience);
      const filter = { ...answerFilter(own), upToRelease: shown.upToRelease };
      const then = await counts.counts(workspaceId, {
        itemIds: [itemId],
        audiences: [audience],
        lenses: [lens],
        filter,
      });
      cells.push({ item, audience, lens, counts: then[0]?.counts ?? EMPTY });
    }
  }
  return { cells, withheld, earlier, stored: whole };
}

/**
 * Who is behind the cells of leaders and staff: by everything that a filter could tell apart where one applies, else by
 * release. Without a filter too, because of a batch only a few may have answered an item, and then its numbers stay as
 * they were; of an audience published all at once there is nothing to know.
 */
async function protectedAtoms(
  workspaceId: string,
  counts: AnswerCounts,
  itemIds: readonly string[],
  conditions: readonly Condition[],
  carried: Carried,
): Promise<Map<string, CellAtoms>> {
  const filtered = PROTECTED.filter((audience) => conditionsFor(audience, conditions, carried).length > 0);
  const many = await counts.inManyReleases(workspaceId);
  const whole = many.filter((audience) => !filtered.includes(audience));
  const found = [
    ...(await counts.atoms(workspaceId, { audiences: filtered, itemIds })),
    ...(await counts.atoms(workspaceId, { audiences: whole, itemIds, releasesOnly: true })),
  ];
  return new Map(found.map((one) => [nameOf(one), one]));
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

/** Two answers of the same person, where one audience gave both: expectation and experience. */
export async function pairedCells(
  workspaceId: string,
  counts: AnswerCounts,
  items: readonly StoredItem[],
  { cells, withheld, earlier }: Cells,
  filters: GapFilters,
  conditions: readonly Condition[],
  carried: Carried,
): Promise<PairedCell[]> {
  const only = onlyOf(filters);
  const pairs = (only ? pairsAskedFor(only) : NAMED_PAIRS).filter(({ from, to }) => from.audience === to.audience);
  const has = (item: string, side: Perspective) =>
    // Who gave both answers is a group of its own, and its history is not followed.
    !earlier.has(side.audience) &&
    cells.some((cell) => cell.item === item && samePerspective(cell, side)) &&
    !withheld.has(`${item} ${perspectiveKey(side)}`);
  const wanted = pairs.flatMap(({ from, to }) =>
    items.filter((item) => has(item.key, from) && has(item.key, to)).map((item) => ({ item, from, to })),
  );
  const paired: PairedCell[] = [];
  for (const audience of new Set(wanted.map(({ from }) => from.audience))) {
    const own = wanted.filter(({ from }) => from.audience === audience);
    const query: JointQuery = {
      pairs: own.map(({ item, from, to }) => ({ x: { itemId: item.id, ...from }, y: { itemId: item.id, ...to } })),
      within: 'response',
      filter: answerFilter(conditionsFor(audience, conditions, carried)),
    };
    const joint = await counts.jointCounts(workspaceId, query);
    for (const [i, { item, from, to }] of own.entries()) {
      const found = joint[i] ?? [];
      if (found.length > 0) paired.push({ item: item.key, from, to, within: 'person', counts: found });
    }
  }
  return paired;
}

export function onlyOf({ from, to }: GapFilters): { from?: Perspective; to?: Perspective } | undefined {
  if (!from && !to) return undefined;
  return { ...(from && { from }), ...(to && { to }) };
}

export function reportItem({ key, name, scale, tolerance, commitments }: StoredItem, points?: number): ReportItem {
  const own = points ?? tolerance?.value;
  return {
    key,
    name,
    scale,
    ...(own === undefined ? {} : { tolerance: own }),
    ...(commitments.length > 0 ? { commitments: commitments.map(({ lens, value }) => ({ lens, value })) } : {}),
  };
}

/** Says of what was withheld why it is, instead of that there are no answers. */
export function sayWithheld(
  report: GapReport,
  withheld: Cells['withheld'],
  headlineKey: string | undefined,
): GapReport {
  if (withheld.size === 0) return report;
  const reason = (item: string, side: Perspective) => {
    const sentence = withheld.get(`${item} ${perspectiveKey(side)}`);
    return sentence && `because ${sentence.charAt(0).toLowerCase()}${sentence.slice(1).replace(/\.$/, '')}`;
  };
  const believed = headlineKey && reason(headlineKey, { audience: 'leadership', lens: 'belief' });
  const headline: GapReport['headline'] =
    'cannotSay' in report.headline && believed
      ? ({ cannotSay: believed, code: 'protected' } satisfies CannotSay)
      : report.headline;
  const cannotSay = report.cannotSay.map((one) => ({
    ...one,
    because: reason(one.item, one.from) ?? reason(one.item, one.to) ?? one.because,
  }));
  return { ...report, headline, cannotSay };
}
