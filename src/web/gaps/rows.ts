import type { Gap, GapKind, PerspectiveSummary, Verdict } from '../../core/gap.ts';
import { GAP_KINDS } from '../../core/gap.ts';
import { type Perspective, perspectiveKey } from '../../core/perspective.ts';
import { scaleRange, toPomp } from '../../core/scale.ts';
import { perspectiveName } from '../ui/format.ts';
import type { GapsAnswer, ReportedItem } from './queries.ts';
import type { Order } from './search.ts';

/** One item under the chosen pair: a gap, or the sentence why there is none. */
export interface ItemRow {
  readonly item: ReportedItem;
  readonly gap: Gap | null;
  readonly because: string | null;
  /** What each audience said of it, for the chart: lived and believed, and the two sides of the pair. */
  readonly perspectives: readonly PerspectiveSummary[];
}

/** A touchpoint shows its lead item; the others are one press away, never averaged into it. */
export interface TouchpointRow {
  readonly touchpointId: string;
  readonly name: string;
  readonly stageName: string;
  readonly ownerTeam: string | null;
  readonly lead: ItemRow;
  readonly others: readonly ItemRow[];
  readonly position: number;
}

export function touchpointRows(report: GapsAnswer, pair: GapKind, order: Order): TouchpointRow[] {
  const rows: TouchpointRow[] = [];
  const byTouchpoint = new Map<string, ReportedItem[]>();
  for (const item of report.items) {
    byTouchpoint.set(item.touchpointId, [...(byTouchpoint.get(item.touchpointId) ?? []), item]);
  }
  for (const items of byTouchpoint.values()) {
    const lead = items.find((item) => item.lead) ?? items[0];
    if (!lead) continue;
    rows.push({
      touchpointId: lead.touchpointId,
      name: lead.touchpointName,
      stageName: lead.stageName,
      ownerTeam: lead.ownerTeam,
      lead: itemRow(report, lead, pair),
      others: items.filter((item) => item !== lead).map((item) => itemRow(report, item, pair)),
      position: rows.length,
    });
  }
  return rows.sort(COMPARE[order]);
}

export function itemRow(report: GapsAnswer, item: ReportedItem, pair: GapKind): ItemRow {
  const { from, to } = sidesOf(pair);
  const same = (one: { item: string; from: Perspective; to: Perspective }) =>
    one.item === item.key && samePerspective(one.from, from) && samePerspective(one.to, to);
  const gap = report.gaps.find(same) ?? null;
  const notSaid = gap ? null : report.cannotSay.find(same);
  const wanted = new Set([...ALWAYS_SHOWN, perspectiveKey(from), perspectiveKey(to)]);
  return {
    item,
    gap,
    because: gap ? null : sentenceOf(notSaid?.because ?? 'because nobody has been asked this yet'),
    perspectives: report.perspectives.filter((one) => one.item === item.key && wanted.has(perspectiveKey(one))),
  };
}

const ALWAYS_SHOWN = ['leadership:belief', 'staff:belief', 'customer:experience'];

export function sidesOf(pair: GapKind): { from: Perspective; to: Perspective } {
  const { from, to } = GAP_KINDS[pair];
  return { from: { audience: from[0], lens: from[1] }, to: { audience: to[0], lens: to[1] } };
}

function samePerspective(a: Perspective, b: Perspective): boolean {
  return a.audience === b.audience && a.lens === b.lens;
}

/** "because only customers answered" becomes "Only customers answered." */
export function sentenceOf(because: string): string {
  const text = because.replace(/^because\s+/i, '').trim();
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.');
}

/** The pairs that this report has anything to say about, delivery first. */
export function pairsOf(report: GapsAnswer): GapKind[] {
  const present = new Set([...report.gaps, ...report.cannotSay].map((one) => one.kind));
  return (Object.keys(GAP_KINDS) as GapKind[]).filter((kind) => kind === 'delivery' || present.has(kind));
}

const VERDICT_ORDER: Record<Verdict, number> = { open: 0, undetermined: 1, aligned_not_zero: 2, aligned: 3 };
const NOTHING_SAID = 4;

function verdictRank({ lead: { gap } }: TouchpointRow): number {
  return gap ? VERDICT_ORDER[gap.verdict] : NOTHING_SAID;
}

/** Share of the scale that the gap is at least (the end of its interval nearer to zero), so that scales compare. */
function surely({ lead: { gap, item } }: TouchpointRow): number {
  if (!gap) return -1;
  const [lower, upper] = gap.interval ?? [gap.estimate, gap.estimate];
  const nearest = lower > 0 ? lower : upper < 0 ? -upper : 0;
  return nearest / (gap.converted ? 100 : scaleRange(item.scale));
}

function size({ lead: { gap, item } }: TouchpointRow): number {
  return gap ? Math.abs(gap.estimate) / (gap.converted ? 100 : scaleRange(item.scale)) : -1;
}

/** Where customers get less than we think comes before where they get more; other pairs have no such side. */
function lessThanThought({ lead: { gap } }: TouchpointRow): number {
  return gap?.pattern === 'hidden_strength' ? 1 : 0;
}

function customersMean({ lead: { perspectives } }: TouchpointRow): number {
  const lived = perspectives.find((one) => one.audience === 'customer' && one.lens === 'experience');
  return lived ? toPomp(lived.scale, lived.mean) : Number.POSITIVE_INFINITY;
}

const byVerdict = (a: TouchpointRow, b: TouchpointRow) => verdictRank(a) - verdictRank(b);
const byName = (a: TouchpointRow, b: TouchpointRow) => a.name.localeCompare(b.name, 'en');

const COMPARE: Record<Order, (a: TouchpointRow, b: TouchpointRow) => number> = {
  worth: (a, b) =>
    byVerdict(a, b) ||
    lessThanThought(a) - lessThanThought(b) ||
    surely(b) - surely(a) ||
    size(b) - size(a) ||
    byName(a, b),
  gap: (a, b) => size(b) - size(a) || byName(a, b),
  customers: (a, b) => customersMean(a) - customersMean(b) || byName(a, b),
  verdict: (a, b) => byVerdict(a, b) || byName(a, b),
  name: byName,
  journey: (a, b) => a.position - b.position,
};

export function gapKey({ from, to }: Pick<Gap, 'from' | 'to'>): string {
  return `${from.audience}:${from.lens} ${to.audience}:${to.lens}`;
}

export function gapName(gap: Pick<Gap, 'kind' | 'from' | 'to'>): string {
  return gap.kind ? GAP_KINDS[gap.kind].name : `${perspectiveName(gap.from)} − ${perspectiveName(gap.to)}`;
}
