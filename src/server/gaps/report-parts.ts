import type { CannotSay } from '../../core/cannot-say.ts';
import type { GapReport, PairedCell, ReportItem } from '../../core/gap.ts';
import { NAMED_PAIRS, pairsAskedFor, samePerspective } from '../../core/gap-pairs.ts';
import { listed, PEOPLE } from '../../core/gap-words.ts';
import { AUDIENCES, type Audience, type Perspective, perspectiveKey } from '../../core/perspective.ts';
import type { StoredItem } from '../items/verbs.ts';
import type { AnswerCounts, JointQuery } from '../responses/answer-counts.ts';
import {
  answerFilter,
  type Carried,
  type Condition,
  carriersOf,
  conditionsFor,
  type GapFilters,
} from './gap-filters.ts';
import type { Cells } from './shown-cells.ts';

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

/** Says that numbers of leaders, staff or anonymous customers are not of everybody who is published. */
export function earlierNotes({ earlier, partly }: Cells): string[] {
  return [
    ...[...earlier].map(
      (audience) =>
        `Some numbers of ${WATCHED[audience]} are as of an earlier batch: fewer people than the anonymity threshold have joined that group since.`,
    ),
    ...[...partly].map((audience) => `Some numbers leave out ${LEFT_OUT[audience]}, so that nobody can be recognised.`),
  ];
}

const WATCHED: Record<Audience, string> = { ...PEOPLE, customer: 'anonymous customers' };
const LEFT_OUT: Record<Audience, string> = {
  leadership: 'some of the leaders',
  staff: 'some of the staff',
  customer: 'anonymous customers',
};

/** Two answers of the same person, where one audience gave both: expectation and experience. */
export async function pairedCells(
  workspaceId: string,
  counts: AnswerCounts,
  items: readonly StoredItem[],
  { cells, withheld, apart }: Cells,
  filters: GapFilters,
  conditions: readonly Condition[],
  carried: Carried,
): Promise<PairedCell[]> {
  const only = onlyOf(filters);
  const pairs = (only ? pairsAskedFor(only) : NAMED_PAIRS).filter(({ from, to }) => from.audience === to.audience);
  const has = (item: string, side: Perspective) =>
    // Who gave both answers is a group of its own, and its history is not followed.
    (side.audience === 'customer' || !apart.includes(side.audience)) &&
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
      filter: { ...answerFilter(conditionsFor(audience, conditions, carried)), named: true },
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
