import { type Distribution, fromValues, type JointCount } from './distribution.ts';
import { decimals, inferScales, mostCommonScale, type ValueTally } from './file-scales.ts';
import type { Cell, PairedCell, ReportInput, ReportItem, ReportOptions } from './gap.ts';
import { NAMED_PAIRS, pairsAskedFor, samePerspective } from './gap-pairs.ts';
import { type Perspective, perspectiveKey } from './perspective.ts';
import { isOnScale, type Scale, sameScale, scaleName } from './scale.ts';

/** One value that a file holds, as the mapping read it. */
export interface FileAnswer extends Perspective {
  /** Line of the file, for the list of what was not taken. */
  readonly row: number;
  /** Column that the value stood in, for the same list. */
  readonly column: string;
  /** Empty where the file does not say who answered: then nobody can be joined with anybody. */
  readonly respondent: string;
  readonly item: string;
  readonly value: number;
  /** Declared in the file or the mapping. */
  readonly scale?: Scale;
  readonly weight: number;
  /** As the file writes it. The same person at another time is another answer. */
  readonly at?: string;
  /** Value of the column that pairs (branch, school); blank where the row has none. */
  readonly unit?: string;
}

/** A value that was not taken, and why. */
export interface BadValue {
  readonly row: number;
  readonly column: string;
  readonly value: string;
  readonly reason: string;
}

export interface FileReport {
  readonly input: ReportInput;
  readonly bad: readonly BadValue[];
}

export interface FileReportRequest<Answer extends FileAnswer = FileAnswer> {
  readonly options: ReportOptions;
  /** Average within audience and unit first, then pair across audiences. */
  readonly pairWithin?: boolean;
  /** Answers that a filter leaves; scales are found from all of them. */
  readonly keep?: (answer: Answer) => boolean;
  /** Order of the items, as a mapping lists them; without it by name, so that the order of the rows never shows. */
  readonly order?: readonly string[];
  /** Points of the scale, for every item. */
  readonly tolerance?: number;
}

/**
 * Turns the answers of a file into what the report takes: items with their scales, counts per value of every
 * perspective, and joined answers for what is paired. Scales are taken as declared, else inferred over the whole file.
 */
export function fileReport<Answer extends FileAnswer>(
  answers: readonly Answer[],
  request: FileReportRequest<Answer>,
): FileReport {
  const { options, keep = () => true, pairWithin = false, tolerance } = request;
  const scales = scalesOf(answers);
  const { valid, bad } = sorted(answers, scales);
  const byItem = new Map<string, Answer[]>((request.order ?? []).map((item) => [item, []]));
  for (const answer of valid) {
    const own = byItem.get(answer.item);
    if (own) own.push(answer);
    else byItem.set(answer.item, [answer]);
  }
  const keys = [...byItem.keys()].filter((key) => byItem.get(key)?.length);
  if (!request.order) keys.sort();
  const items: ReportItem[] = [];
  const cells: Cell[] = [];
  const paired: PairedCell[] = [];
  for (const key of keys) {
    const { scale, inferred } = scales.item(key);
    items.push({
      key,
      name: key,
      scale,
      ...(inferred ? { scaleInferred: true } : {}),
      ...(tolerance === undefined ? {} : { tolerance }),
    });
    // A perspective that the filter empties stays, with no answers, so that the report can say so.
    const groups = perspectivesOf(byItem.get(key) ?? []).map((group) => ({
      ...group,
      answers: group.answers.filter(keep),
    }));
    for (const group of groups) {
      const own = scales.of(key, group);
      cells.push({
        item: key,
        ...only(group),
        counts: countsOf(group),
        ...(sameScale(own, scale) ? {} : { scale: own }),
      });
    }
    paired.push(...(pairWithin ? withinUnits(key, groups, options) : withinPersons(key, groups, options)));
  }
  return { input: { items, cells, paired, options }, bad };
}

/** Answers that count, and those that don't: off the scale, or a second answer of the same person to the same question. */
function sorted<Answer extends FileAnswer>(
  answers: readonly Answer[],
  scales: FileScales,
): { valid: Answer[]; bad: BadValue[] } {
  const bad: BadValue[] = [];
  const first = new Map<string, number>();
  const valid = answers.filter((answer) => {
    const problem = offScale(answer, scales) ?? repeated(answer, first);
    if (problem) bad.push(problem);
    return !problem;
  });
  return { valid, bad };
}

function repeated(answer: FileAnswer, first: Map<string, number>): BadValue | null {
  const { respondent, audience, lens, item, at, row, column, value } = answer;
  if (respondent === '') return null;
  const key = `${audience}\t${lens}\t${item}\t${at ?? ''}\t${respondent}`;
  const before = first.get(key);
  if (before === undefined) {
    first.set(key, row);
    return null;
  }
  return {
    row,
    column,
    value: String(value),
    reason: `respondent ${respondent} has answered ${item} before, in row ${before}`,
  };
}

function countsOf({ answers }: Group): Distribution {
  // Weights are added up in their own order, so that the order of the rows can't move the last digit.
  const inOrder = [...answers].sort((a, b) => a.value - b.value || a.weight - b.weight);
  return fromValues(
    inOrder.map(({ value }) => value),
    inOrder.map(({ weight }) => weight),
  );
}

interface Group<Answer extends FileAnswer = FileAnswer> extends Perspective {
  readonly answers: readonly Answer[];
}

function only({ audience, lens }: Perspective): Perspective {
  return { audience, lens };
}

function perspectivesOf<Answer extends FileAnswer>(answers: readonly Answer[]): Group<Answer>[] {
  const groups = new Map<string, Perspective & { answers: Answer[] }>();
  for (const answer of answers) {
    const key = perspectiveKey(answer);
    const group = groups.get(key) ?? { ...only(answer), answers: [] };
    group.answers.push(answer);
    groups.set(key, group);
  }
  // By name, not by first appearance: the order of the rows must not show in the report.
  return [...groups.values()].sort((a, b) => (perspectiveKey(a) < perspectiveKey(b) ? -1 : 1));
}

interface FileScales {
  of(item: string, perspective: Perspective): Scale;
  item(item: string): { scale: Scale; inferred: boolean };
}

const LIVED: Perspective = { audience: 'customer', lens: 'experience' };

/** Declared scales by item and perspective (the most common where a file contradicts itself), else the inferred one. */
function scalesOf(answers: readonly FileAnswer[]): FileScales {
  const declared = new Map<string, Map<Scale, number>>();
  const values = new Map<string, Map<number, number>>();
  const names = new Map<string, Scale>();
  const tally = <K, V>(map: Map<K, Map<V, number>>, key: K, value: V) => {
    const inner = map.get(key) ?? new Map<V, number>();
    inner.set(value, (inner.get(value) ?? 0) + 1);
    map.set(key, inner);
  };
  for (const { item, value, scale, audience, lens } of answers) {
    tally(values, item, value);
    if (!scale) continue;
    // One object per scale, so that the count does not depend on how the mapping made them.
    const name = `${scaleName(scale)} ${scale.direction} ${scale.step}`;
    const known = names.get(name) ?? scale;
    names.set(name, known);
    tally(declared, `${perspectiveKey({ audience, lens })} ${item}`, known);
    tally(declared, ` ${item}`, known);
  }
  const undeclared = new Map<string, ValueTally>([...values].filter(([item]) => !declared.has(` ${item}`)));
  const inferred = inferScales(undeclared);
  const declaredFor = (key: string) => mostCommonScale(declared.get(key) ?? new Map());
  const cache = new Map<string, Scale>();
  const of = (item: string, perspective: Perspective): Scale => {
    const key = `${perspectiveKey(perspective)} ${item}`;
    const found = cache.get(key) ?? declaredFor(key) ?? declaredFor(` ${item}`) ?? inferred.get(item);
    if (!found) throw new Error(`no scale for ${item}`);
    cache.set(key, found);
    return found;
  };
  return {
    of,
    item: (item) => ({ scale: of(item, LIVED), inferred: inferred.has(item) }),
  };
}

function offScale(answer: FileAnswer, scales: FileScales): BadValue | null {
  const scale = scales.of(answer.item, answer);
  const { row, column, value } = answer;
  if (answer.scale && !sameScale(answer.scale, scale)) {
    const reason = `declared on the scale ${scaleName(answer.scale)}, while most answers of this audience are on ${scaleName(scale)}`;
    return { row, column, value: String(value), reason };
  }
  if (isOnScale(decimals(scale, [value]), value)) return null;
  return { row, column, value: String(value), reason: `off the scale ${scaleName(scale)}` };
}

/** The pairs of perspectives that could be compared in this report. */
function comparable(groups: readonly Group[], options: ReportOptions): [Group, Group][] {
  const asked = pairsAskedFor(options.only);
  return (asked.length > 0 ? asked : NAMED_PAIRS).flatMap(({ from, to }): [Group, Group][] => {
    const x = groups.find((group) => samePerspective(group, from));
    const y = groups.find((group) => samePerspective(group, to));
    return x && y ? [[x, y]] : [];
  });
}

/** Two answers of the same person, where one audience gave both: expectation and experience. */
function withinPersons(item: string, groups: readonly Group[], options: ReportOptions): PairedCell[] {
  return comparable(groups, options)
    .filter(([from, to]) => from.audience === to.audience)
    .map(([from, to]) => {
      const x = averages(from.answers, ({ respondent }) => respondent);
      const y = averages(to.answers, ({ respondent }) => respondent);
      return { item, from: only(from), to: only(to), within: 'person' as const, counts: joined(x, y, true) };
    })
    .filter(({ counts }) => counts.length > 0);
}

/** Each audience's mean of a unit, paired across audiences; only units that both have. Units are not weighted. */
function withinUnits(item: string, groups: readonly Group[], options: ReportOptions): PairedCell[] {
  return comparable(groups, options).map(([from, to]) => {
    const x = averages(from.answers, ({ unit }) => unit ?? '');
    const y = averages(to.answers, ({ unit }) => unit ?? '');
    return { item, from: only(from), to: only(to), within: 'unit' as const, counts: joined(x, y, false) };
  });
}

interface Average {
  readonly mean: number;
  readonly weight: number;
}

/** Weighted mean per key; rows without a key can't be joined and are left out. */
function averages(answers: readonly FileAnswer[], key: (answer: FileAnswer) => string): Map<string, Average> {
  const groups = new Map<string, { value: number; weight: number }[]>();
  for (const answer of answers) {
    const name = key(answer);
    if (name === '') continue;
    const own = groups.get(name) ?? [];
    own.push(answer);
    groups.set(name, own);
  }
  return new Map(
    [...groups].flatMap(([name, own]) => {
      // Summed in the order of the values, so that the order of the rows can't move the last digit.
      own.sort((a, b) => a.value - b.value || a.weight - b.weight);
      const weight = own.reduce((sum, answer) => sum + answer.weight, 0);
      if (weight <= 0) return [];
      const mean = own.reduce((sum, answer) => sum + answer.value * answer.weight, 0) / weight;
      return [[name, { mean, weight: weight / own.length }] as const];
    }),
  );
}

function joined(x: ReadonlyMap<string, Average>, y: ReadonlyMap<string, Average>, weighted: boolean): JointCount[] {
  const counts = new Map<string, { x: number; y: number; n: number; w: number; ww: number }>();
  for (const [name, from] of x) {
    const to = y.get(name);
    if (!to) continue;
    const w = weighted ? (from.weight + to.weight) / 2 : 1;
    const key = `${from.mean} ${to.mean}`;
    const seen = counts.get(key) ?? { x: from.mean, y: to.mean, n: 0, w: 0, ww: 0 };
    seen.n += 1;
    seen.w += w;
    seen.ww += w * w;
    counts.set(key, seen);
  }
  return [...counts.values()].sort((a, b) => a.x - b.x || a.y - b.y);
}
