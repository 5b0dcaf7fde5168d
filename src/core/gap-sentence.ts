import { isCannotSay } from './cannot-say.ts';
import type { Gap, Headline, ReportItem } from './gap.ts';
import type { Comparison } from './gap-compare.ts';
import type { Pair } from './gap-pairs.ts';
import { inWords, ONE, PEOPLE, percent, points } from './gap-words.ts';
import { type Scale, scaleName, scaleRange } from './scale.ts';

/** An interval without width would promise more than a census can: people may still have ticked the wrong box. */
const EVERYBODY = 'everybody answered, so there is no sampling error';

/** A few sentences for a person who has never heard of a confidence interval. */
export function gapSentence(pair: Pair, comparison: Comparison, level: number, more: Gap['moreAnswers']): string {
  return [statement(pair, comparison, level), verdictWords(comparison, more), dominanceWords(pair, comparison)]
    .filter(Boolean)
    .join(' ');
}

/** "Leaders believe customers get 0.9 points more than they live (between 0.7 and 1.1, at 95 %), on the scale 1-5." */
function statement(pair: Pair, { estimate, scale, converted, result }: Comparison, level: number): string {
  const range = scaleRange(scale);
  const on = converted
    ? 'in percent of the maximum possible'
    : `on the scale ${scaleName(scale)}${scale.direction === 'down' ? ', where lower is better' : ''}`;
  const size = points(Math.abs(estimate), range);
  // The ends are given in the direction of the statement: "0.5 points less (between 0.2 and 0.8)".
  const [low, high] = result?.interval ?? [0, 0];
  const [least, most] = estimate < 0 ? [-high, -low] : [low, high];
  const spread =
    result?.se === 0
      ? EVERYBODY
      : `between ${points(least, range)} and ${points(most, range)}, at ${levelWords(level)}`;
  const between = result ? ` (${spread})` : ' (no interval can be given)';
  const words = same(estimate, range)
    ? alikeWords(pair)
    : differenceWords(pair, estimate > 0, `${size} ${size === '1' ? 'point' : 'points'}`);
  return `${capital(words)}${between}, ${on}.`;
}

function same(estimate: number, range: number): boolean {
  return Math.abs(estimate) < (range > 20 ? 0.05 : 0.005);
}

/** "Leaders believe customers get 0.9 points more than they do." */
function differenceWords({ kind, from, to }: Pair, more: boolean, size: string): string {
  const word = more ? 'more' : 'less';
  if (
    from.lens === 'belief' &&
    from.audience !== 'customer' &&
    to.audience === 'customer' &&
    to.lens === 'experience'
  ) {
    return `${PEOPLE[from.audience]} believe customers get ${size} ${word} than they live`;
  }
  switch (kind) {
    case 'alignment':
      return `leaders believe customers get ${size} ${word} than staff believe`;
    case 'understanding':
      return `leaders think customers expect ${size} ${word} than customers do expect`;
    case 'standards':
      return `customers expect ${size} ${word} than the standard gives them`;
    case 'promise':
      return `the promise is ${size} ${more ? 'above' : 'below'} what customers get`;
    case 'performance':
      return `the standard is ${size} ${more ? 'above' : 'below'} what was seen on the walk`;
    case 'service':
      return `customers expect ${size} ${word} than they get`;
    default:
      return `${inWords(from)} is ${size} ${more ? 'above' : 'below'} ${inWords(to)}`;
  }
}

function alikeWords({ from, to }: Pair): string {
  return `${inWords(from)} and ${inWords(to)} are the same on average`;
}

function verdictWords(
  { verdict, tolerance, scale, within, result, noVerdict }: Comparison,
  more: Gap['moreAnswers'],
): string {
  const small = `±${points(tolerance, scaleRange(scale))}`;
  switch (verdict) {
    case 'open':
      return `The gap is open: it is not zero, and not shown to be within ${small}.`;
    case 'aligned':
      return `They are aligned: a difference, if there is one, is smaller than ${small}.`;
    case 'aligned_not_zero':
      return `They are aligned, not zero: there is a difference, smaller than ${small}.`;
    case 'undetermined':
      if (!result)
        return 'It is undetermined: the answers are all alike, so how sure the difference is cannot be told.';
      return `It is undetermined${noVerdict ? `, ${noVerdict.cannotSay}` : ': too few answers to tell a gap from none'}${moreWords(more, within, noVerdict !== null)}.`;
  }
}

function moreWords(more: Gap['moreAnswers'], within: Comparison['within'], reasonGiven: boolean): string {
  if (more === null || (reasonGiven && isCannotSay(more))) return '';
  if (isCannotSay(more)) return `, and how many more would decide cannot be said, ${more.cannotSay}`;
  const one = more.n === 1;
  const answers = `${one ? 'answer' : 'answers'} of ${PEOPLE[more.audience]}`;
  const pairs = within === 'person' ? `${one ? 'person' : 'people'} with both` : `${one ? 'unit' : 'units'}`;
  return `; about ${more.n.toLocaleString('en')} more ${within === null ? answers : pairs} would decide`;
}

/** The rank-based effect in common language (McGraw & Wong 1992), ties split between independent people. */
function dominanceWords({ from, to }: Pair, { dominance, within, n }: Comparison): string {
  if (!dominance) return '';
  const times = Math.round(100 * dominance.higher);
  if (within === null && from.audience === to.audience) {
    return `Take one answer of each at random: in ${times} of 100 pairs the first is higher (ties split).`;
  }
  if (within === null) {
    return `Take one ${ONE[from.audience]} and one ${ONE[to.audience]} at random: in ${times} of 100 pairs the ${ONE[from.audience]} rates it higher (ties split).`;
  }
  const tied = Math.round(100 * (dominance.tied ?? 0));
  const who = within === 'person' ? 'people' : 'units';
  return `Of ${n.from} ${who} with both, ${times} in 100 have the first higher and ${tied} in 100 the same.`;
}

/** "80 % of 12 leaders believe customers get the best of it; 8 % of 2,000 customers say so: 72 points apart." */
export function headlineSentence(item: ReportItem, parts: Omit<Headline, 'sentence'>): string {
  const [from, to] = parts.shares;
  const best = item.scale.topBox === bestEnd(item.scale) ? `${parts.topBox}` : `${parts.topBox} or better`;
  const span = parts.interval.map((end) => Math.round(100 * end)).join(' to ');
  const everybody = parts.interval[0] === parts.interval[1];
  const spread = everybody ? EVERYBODY : `${levelWords(parts.level)} interval ${span}`;
  return [
    `${percent(from.share)} of ${from.n.toLocaleString('en')} leaders believe that customers would give "${item.name}" ${best} on ${scaleName(item.scale)};`,
    `${percent(to.share)} of ${to.n.toLocaleString('en')} customers do:`,
    `a difference of ${Math.round(100 * parts.estimate)} points (${spread}).`,
  ].join(' ');
}

function bestEnd({ direction, min, max }: Scale): number {
  return direction === 'up' ? max : min;
}

function levelWords(level: number): string {
  return `${Number((100 * level).toFixed(2))} %`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
