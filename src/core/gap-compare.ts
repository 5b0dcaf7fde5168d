import { type CannotSay, type Interval, isCannotSay } from './cannot-say.ts';
import { type Distribution, distribution, isWeighted, type JointCount, size, unweighted } from './distribution.ts';
import type { Gap, PairedCell, ReportItem, ReportOptions, Side } from './gap.ts';
import type { Held, Pair } from './gap-pairs.ts';
import { hiddenBecause, pairsHiddenBecause } from './gap-protection.ts';
import { unanimousVerdict } from './gap-unanimous.ts';
import { listed, PEOPLE } from './gap-words.ts';
import type { Audience, Perspective } from './perspective.ts';
import { type Scale, sameScale, scaleName, scaleRange, toPomp } from './scale.ts';
import { cliffsDelta } from './stats/cliffs-delta.ts';
import { meanInterval } from './stats/mean-interval.ts';
import { pairedDominance } from './stats/paired-dominance.ts';
import { differencesOf, type PairedTResult, pairedT } from './stats/paired-t.ts';
import { type GapVerdict, symmetricTolerance, verdict } from './stats/verdict.ts';
import { VERDICT_NEEDS, verdictAllowed } from './stats/verdict-allowed.ts';
import { type WelchResult, welch } from './stats/welch.ts';
import { constantSummary, type Summary, summarise } from './summary.ts';

/** What one pair's answers say before it is known how many other pairs were looked at. */
export interface Comparison {
  readonly estimate: number;
  /** Null where everybody on a side gave the same answer and that is no census. */
  readonly result: WelchResult | null;
  readonly pValue: number | null;
  readonly n: Gap['n'];
  readonly effect: Gap['effect'];
  /** The effect in counts of 100 pairs, for the sentence. */
  readonly dominance: Dominance | null;
  readonly sides: readonly [Side, Side];
  readonly summaries: readonly [Summary, Summary];
  readonly within: PairedCell['within'] | null;
  /** Set for a paired comparison that has an interval. */
  readonly paired: PairedTResult | null;
  readonly converted: boolean;
  /** The scale that estimate, interval and tolerance are on; 0 to 100 when converted. */
  readonly scale: Scale;
  readonly tolerance: number;
  readonly verdict: GapVerdict;
  /** Why the interval is shown but may not decide. */
  readonly noVerdict: CannotSay | null;
  readonly method: readonly string[];
}

export interface Dominance {
  readonly higher: number;
  readonly tied: number | null;
}

const PERCENT_OF_MAXIMUM: Scale = { min: 0, max: 100, step: null, direction: 'up', topBox: 90 };

/** Compares one pair on one item, or says why that can't be done. */
export function compare(item: ReportItem, pair: Pair, held: Held, options: ReportOptions): Comparison | string {
  const paired = usablePairs(item.key, pair, held);
  const sides = [sideOf(item, pair.from, held), sideOf(item, pair.to, held)] as const;
  const converted = !sameScale(sides[0].scale, sides[1].scale);
  const scale = converted ? PERCENT_OF_MAXIMUM : sides[0].scale;
  const share = item.tolerance === undefined ? options.toleranceShare : item.tolerance / scaleRange(item.scale);
  const frame: Frame = {
    pair,
    options,
    converted,
    scale,
    tolerance: share * scaleRange(scale),
    // The path of the item's own tolerance must not pick up a rounding error from being divided and multiplied.
    ...(!converted && item.tolerance !== undefined ? { tolerance: item.tolerance } : {}),
    remarks: converted
      ? [
          `converted to percent of the maximum possible, because ${PEOPLE[pair.from.audience]} were asked on ${scaleName(sides[0].scale)} and ${PEOPLE[pair.to.audience]} on ${scaleName(sides[1].scale)}`,
        ]
      : [],
  };
  if (paired)
    return comparePaired(paired, frame, convert(sides[0].scale, converted), convert(sides[1].scale, converted));
  return compareIndependent(
    converted ? onPercent(sides[0]) : sides[0],
    converted ? onPercent(sides[1]) : sides[1],
    frame,
  );
}

interface Frame {
  readonly pair: Pair;
  readonly options: ReportOptions;
  readonly converted: boolean;
  readonly scale: Scale;
  readonly tolerance: number;
  readonly remarks: readonly string[];
}

interface AskedSide {
  readonly scale: Scale;
  readonly counts: Distribution;
  readonly constant: number | null;
}

function sideOf(item: ReportItem, perspective: Perspective, held: Held): AskedSide {
  const constant = held.constant(item.key, perspective) ?? null;
  const cell = held.cell(item.key, perspective);
  if (constant !== null) return { scale: item.scale, counts: [], constant };
  return { scale: cell?.scale ?? item.scale, counts: cell?.counts ?? [], constant: null };
}

function convert(own: Scale, converted: boolean): (value: number) => number {
  return (value) => (converted ? toPomp(own, value) : value);
}

/** The same answers as percent of the maximum possible, 100 the good end. */
function onPercent(side: AskedSide): AskedSide {
  const { scale, constant } = side;
  return {
    scale: { ...PERCENT_OF_MAXIMUM, topBox: toPomp(scale, scale.topBox) },
    counts: distribution(side.counts.map((count) => ({ ...count, value: toPomp(scale, count.value) }))),
    constant: constant === null ? null : toPomp(scale, constant),
  };
}

/**
 * Joined answers, where they are what should be compared: within units always (they were asked for), within a person
 * when at least half of the smaller side answered both. With fewer, pairing would throw most answers away.
 */
function usablePairs(item: string, pair: Pair, held: Held): PairedCell | undefined {
  const paired = held.paired(item, pair.from, pair.to);
  if (!paired || paired.within === 'unit') return paired;
  const smaller = Math.min(...[pair.from, pair.to].map((side) => size(held.cell(item, side)?.counts ?? [])));
  const n = paired.counts.reduce((sum, count) => sum + count.n, 0);
  return n > 0 && n >= smaller / 2 ? paired : undefined;
}

function compareIndependent(from: AskedSide, to: AskedSide, frame: Frame): Comparison | string {
  const { pair, options } = frame;
  for (const [side, { audience }] of [
    [from, pair.from],
    [to, pair.to],
  ] as const) {
    const hidden = side.constant === null ? hiddenBecause(side.counts, options.minN, PEOPLE[audience]) : null;
    if (hidden) return hidden;
  }
  const a = summaryOf(from, options.population[pair.from.audience]);
  const b = summaryOf(to, options.population[pair.to.audience]);
  if (isCannotSay(a)) return a.cannotSay;
  if (isCannotSay(b)) return b.cannotSay;
  const result = welch(a, b, options.level);
  if (isCannotSay(result) && result.code !== 'no_variation') return result.cannotSay;
  const constant = from.constant !== null || to.constant !== null;
  const delta = constant ? null : cliffsDelta(unweighted(from.counts), unweighted(to.counts), options.level);
  const effect = delta && !isCannotSay(delta) ? delta : null;
  const common = {
    estimate: a.mean - b.mean,
    n: { from: from.constant === null ? a.n : null, to: to.constant === null ? b.n : null },
    effect: effect && { name: "Cliff's delta", estimate: effect.estimate, interval: effect.interval },
    dominance: effect && { higher: effect.probability, tied: null },
    sides: [
      side(pair.from, a, from.constant !== null, options),
      side(pair.to, b, to.constant !== null, options),
    ] as const,
    summaries: [a, b] as const,
    within: null,
    paired: null,
    ...unitOf(frame),
  };
  const remarks = [...frame.remarks, ...remarksOn([a, b], pair, from, to, options)];
  if (isCannotSay(result)) {
    const decided = unanimousVerdict(from, to, options);
    const noVerdict = sharesMayDecide(a, b) ? null : verdictAllowed(a, b);
    return {
      ...common,
      result: null,
      pValue: decided.pValue,
      verdict: noVerdict ? 'undetermined' : decided.verdict,
      noVerdict,
      method: [decided.method, ...remarks],
    };
  }
  const name = constant
    ? `one-sample t against the ${pair.from.lens === 'promise' || pair.to.lens === 'promise' ? 'promise' : 'standard'}`
    : 'Welch';
  const noVerdict = verdictAllowed(a, b);
  return {
    ...common,
    result,
    pValue: pOf(result),
    verdict: noVerdict ? 'undetermined' : decide(result, frame),
    noVerdict,
    method: [named(name, noVerdict), ...remarks],
  };
}

function comparePaired(
  cell: PairedCell,
  frame: Frame,
  convertX: (value: number) => number,
  convertY: (value: number) => number,
): Comparison | string {
  const { pair, options } = frame;
  const counts = cell.counts.map((count) => ({ ...count, x: convertX(count.x), y: convertY(count.y) }));
  const hidden = pairsHiddenBecause(counts, options.minN, cell.within);
  if (hidden) return hidden;
  // A population counts people; it says nothing about how many branches there are.
  const population = cell.within === 'person' ? options.population[pair.from.audience] : undefined;
  const result = pairedT(counts, options.level, population);
  if (isCannotSay(result) && result.code !== 'no_variation') return result.cannotSay;
  const differences = summarise(differencesOf(counts), population);
  const x = summarise(marginal(counts, 'x'), population);
  const y = summarise(marginal(counts, 'y'), population);
  if (isCannotSay(differences) || isCannotSay(x) || isCannotSay(y)) return 'because nobody answered both';
  const dominance = pairedDominance(counts, options.level);
  const effect = isCannotSay(dominance) ? null : dominance;
  const noVerdict = verdictAllowed(differences);
  const name = `paired t within ${cell.within}`;
  const remarks = [
    ...frame.remarks,
    ...(isWeighted(marginal(counts, 'x')) ? ['weighted; rank effect unweighted'] : []),
    ...(differences.census ? [`all ${differences.n} answered: no sampling error`] : []),
  ];
  return {
    estimate: differences.mean,
    result: isCannotSay(result) ? null : result,
    pValue: isCannotSay(result) ? null : pOf(result),
    n: { from: differences.n, to: differences.n },
    effect: effect && { name: 'within-pair dominance', estimate: effect.estimate, interval: effect.interval },
    dominance: effect && { higher: effect.shareHigher, tied: effect.shareTied },
    sides: [side(pair.from, x, false, options, population), side(pair.to, y, false, options, population)],
    summaries: [x, y],
    within: cell.within,
    paired: isCannotSay(result) ? null : result,
    ...unitOf(frame),
    verdict: noVerdict || isCannotSay(result) ? 'undetermined' : decide(result, frame),
    noVerdict,
    method: isCannotSay(result)
      ? [name, 'no interval, because the difference is the same in every pair', ...remarks]
      : [named(name, noVerdict), ...remarks],
  };
}

/** Where everybody there is has answered, nothing is left to test. */
function pOf(result: WelchResult): number | null {
  return result.se === 0 ? null : result.pValue;
}

function unitOf({ converted, scale, tolerance }: Frame) {
  return { converted, scale, tolerance };
}

function summaryOf(side: AskedSide, population: number | undefined): Summary | CannotSay {
  return side.constant === null ? summarise(side.counts, population) : constantSummary(side.constant);
}

function marginal(counts: readonly JointCount[], axis: 'x' | 'y'): Distribution {
  return distribution(counts.map(({ n, w, ww, ...pair }) => ({ value: pair[axis], n, w, ww })));
}

function named(name: string, noVerdict: CannotSay | null): string {
  return noVerdict ? `${name}, no verdict ${noVerdict.cannotSay}` : name;
}

/** The interval of a share needs answers only; that they are all alike is no harm to it. */
export function sharesMayDecide(...sides: readonly Pick<Summary, 'census' | 'n' | 'effectiveN'>[]): boolean {
  return sides.every((side) => side.census || Math.min(side.n, side.effectiveN) >= VERDICT_NEEDS.answers);
}

function decide(result: WelchResult, { tolerance, options }: Frame): GapVerdict {
  return verdict(result.interval, result.intervalAt(narrowLevel(options.level)), symmetricTolerance(tolerance));
}

/** The level that is held against the tolerance: 90 % beside 95 %, 1 - 2α beside 1 - α. */
export function narrowLevel(level: number): number {
  return 1 - 2 * (1 - level);
}

function side(
  perspective: Perspective,
  summary: Summary,
  constant: boolean,
  options: ReportOptions,
  population = options.population[perspective.audience],
): Side {
  const who = { audience: perspective.audience, lens: perspective.lens };
  if (constant) return { ...who, n: null, mean: summary.mean, interval: null };
  return {
    ...who,
    n: summary.n,
    mean: summary.mean,
    interval: intervalOfMean(summary, options.level),
    ...(population === undefined ? {} : { population, census: summary.census }),
  };
}

/** Null where everybody gave the same answer: the t interval would have no width. */
export function intervalOfMean(summary: Summary, level: number): Interval | null {
  const result = meanInterval(summary, level);
  return isCannotSay(result) ? null : result.interval;
}

function remarksOn(
  [a, b]: readonly [Summary, Summary],
  pair: Pair,
  from: AskedSide,
  to: AskedSide,
  { population }: ReportOptions,
): string[] {
  const remarks: string[] = [];
  const weighted = isWeighted(from.counts) || isWeighted(to.counts);
  if (weighted) remarks.push('weighted; rank effect unweighted');
  for (const [summary, { audience }] of [
    [a, pair.from],
    [b, pair.to],
  ] as const) {
    const people = population[audience];
    if (people !== undefined && !summary.census && summary.n / people > 0.05) {
      remarks.push(`${summary.n} of ${people} ${PEOPLE[audience]} answered: finite-population correction`);
    }
  }
  const all = (
    [
      [a, pair.from.audience, from.constant],
      [b, pair.to.audience, to.constant],
    ] as [Summary, Audience, number | null][]
  ).filter(([summary, , constant]) => summary.census && constant === null);
  if (all.length > 0) {
    const who = all.map(([summary, audience]) => `all ${summary.n} ${PEOPLE[audience]}`);
    remarks.push(`${listed(who)} answered: no sampling error`);
  }
  return remarks;
}
