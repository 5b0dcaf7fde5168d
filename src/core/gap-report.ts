import type { Gap, GapNotSaid, GapReport, ReportInput, ReportItem } from './gap.ts';
import { type Comparison, compare } from './gap-compare.ts';
import { headline } from './gap-headline.ts';
import { moreAnswers } from './gap-more-answers.ts';
import { hold, type Pair, pairsAskedFor, pairsOfItem } from './gap-pairs.ts';
import { perspectives } from './gap-perspectives.ts';
import { gapSentence } from './gap-sentence.ts';
import { simultaneousIntervals } from './gap-simultaneous.ts';
import { hasPattern, pattern } from './pattern.ts';
import { scaleName } from './scale.ts';
import { adjustPValues } from './stats/adjust-p-values.ts';
import { falseCoverageLevel } from './stats/false-coverage.ts';

/** False discovery rate at which gaps are selected for `intervalSelected`. */
export const SELECTION_Q = 0.1;

interface Looked {
  readonly item: ReportItem;
  readonly pair: Pair;
  readonly comparison: Comparison;
}

/**
 * From counts of answers to the gap report: every pair of perspectives that the data hold, each with interval, n, effect,
 * adjusted p and verdict, and everything that was looked for and cannot be said, with the reason.
 *
 * Pure and deterministic: the same input gives the same report, in the order of the items and then of GAP_KINDS.
 */
export function gapReport(input: ReportInput): GapReport {
  const held = hold(input);
  const asked = pairsAskedFor(input.options.only);
  const looked: Looked[] = [];
  const cannotSay: GapNotSaid[] = [];
  for (const item of input.items) {
    const { compare: pairs, notSaid } = pairsOfItem(item, asked, held);
    cannotSay.push(...notSaid);
    for (const pair of pairs) {
      const comparison = compare(item, pair, held, input.options);
      if (typeof comparison === 'string') cannotSay.push({ item: item.key, ...pair, because: comparison });
      else looked.push({ item, pair, comparison });
    }
  }
  const order = new Map(input.items.map(({ key }, i) => [key, i]));
  cannotSay.sort((a, b) => (order.get(a.item) ?? 0) - (order.get(b.item) ?? 0));
  return {
    headline: headline(input, held),
    gaps: gapsOf(looked, input),
    cannotSay,
    perspectives: perspectives(input, held),
    notes: notes(input),
  };
}

function gapsOf(looked: readonly Looked[], { options }: ReportInput): Gap[] {
  const adjusted = overTheReport(looked.map(({ comparison }) => comparison.pValue));
  const selected = adjusted.filter((p) => p !== null && p <= SELECTION_Q).length;
  const tested = adjusted.filter((p) => p !== null).length;
  const simultaneous = simultaneousIntervals(looked, options.level);
  return looked.map(({ item, pair, comparison }, i): Gap => {
    const { estimate, result, verdict } = comparison;
    const pAdjusted = adjusted[i] ?? null;
    const isSelected = pAdjusted !== null && pAdjusted <= SELECTION_Q;
    const more = verdict === 'undetermined' ? moreAnswers(pair, comparison, options) : null;
    return {
      item: item.key,
      kind: pair.kind,
      from: pair.from,
      to: pair.to,
      estimate,
      interval: result?.interval ?? null,
      level: options.level,
      n: comparison.n,
      pValue: comparison.pValue,
      pAdjusted,
      intervalSimultaneous: simultaneous.get(i) ?? null,
      intervalSelected:
        isSelected && result ? result.intervalAt(falseCoverageLevel(selected, tested, SELECTION_Q)) : null,
      effect: comparison.effect,
      tolerance: comparison.tolerance,
      verdict,
      pattern: hasPattern(pair.from, pair.to)
        ? pattern(verdict, estimate, comparison.sides[1].mean, comparison.scale, options.targetPomp)
        : null,
      moreAnswers: more,
      sentence: gapSentence(pair, comparison, options.level, more),
      method: comparison.method.join('; '),
      converted: comparison.converted,
      sides: comparison.sides,
    };
  });
}

/** Benjamini-Hochberg over what has a p-value; the rest of the family was not tested. */
function overTheReport(pValues: readonly (number | null)[]): (number | null)[] {
  const tested = pValues.flatMap((p, i) => (p === null ? [] : [{ p, i }]));
  const values = adjustPValues(
    tested.map(({ p }) => p),
    'BH',
  );
  const result: (number | null)[] = pValues.map(() => null);
  for (const [rank, { i }] of tested.entries()) result[i] = values[rank] ?? null;
  return result;
}

function notes({ items, paired }: ReportInput): string[] {
  const inferred = new Map<string, string[]>();
  for (const { name, scale, scaleInferred } of items) {
    if (!scaleInferred) continue;
    inferred.set(scaleName(scale), [...(inferred.get(scaleName(scale)) ?? []), name]);
  }
  const said = [...inferred].map(
    ([scale, names]) => `The scale ${scale} was inferred from the values, not declared, for: ${names.join(', ')}.`,
  );
  if (paired.some(({ within }) => within === 'unit')) {
    said.push('Averaged within audience and unit first, then paired across audiences: n counts units.');
  }
  return said;
}
