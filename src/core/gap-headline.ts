import { type CannotSay, cannotSay, isCannotSay } from './cannot-say.ts';
import { isWeighted } from './distribution.ts';
import type { Headline, ReportInput, ReportItem, ReportOptions } from './gap.ts';
import { narrowLevel, sharesMayDecide } from './gap-compare.ts';
import type { Held } from './gap-pairs.ts';
import { hiddenBecause, shareTellsAll, tooAlike } from './gap-protection.ts';
import { headlineSentence } from './gap-sentence.ts';
import { SHARE_TOLERANCE } from './gap-unanimous.ts';
import { PEOPLE } from './gap-words.ts';
import type { Perspective } from './perspective.ts';
import { isTopBox } from './scale.ts';
import { shareDifference } from './stats/newcombe-difference.ts';
import { type BoxShare, topBox } from './stats/top-box.ts';
import { symmetricTolerance, verdict } from './stats/verdict.ts';
import { VERDICT_NEEDS } from './stats/verdict-allowed.ts';

const LEADERS: Perspective = { audience: 'leadership', lens: 'belief' };
const CUSTOMERS: Perspective = { audience: 'customer', lens: 'experience' };

/** The organisation's own 80/8: leaders who say the top box of the headline item against customers who do. */
export function headline(input: ReportInput, held: Held): Headline | CannotSay {
  const { options } = input;
  if (options.headline === undefined) return cannotSay('no_headline', 'because no headline item has been chosen');
  const item = input.items.find(({ key }) => key === options.headline);
  if (!item) return cannotSay('no_headline', `because there is no item ${options.headline}`);
  const { level } = options;
  const wide = sharesAt(item, level, held, options);
  if (isCannotSay(wide)) return wide;
  const narrow = sharesAt(item, narrowLevel(level), held, options);
  if (isCannotSay(narrow)) return narrow;
  const { from, to } = wide;
  const small = !sharesMayDecide(...[from, to].map((side) => ({ ...side, n: side.answers, effectiveN: side.n })));
  const weighted = [LEADERS, CUSTOMERS].some((side) => isWeighted(held.cell(item.key, side)?.counts ?? []));
  const partial = {
    item: item.key,
    shares: [shareOf(LEADERS, from), shareOf(CUSTOMERS, to)] as const,
    estimate: wide.difference.estimate,
    interval: wide.difference.interval,
    level,
    topBox: item.scale.topBox,
    verdict: small
      ? ('undetermined' as const)
      : verdict(wide.difference.interval, narrow.difference.interval, symmetricTolerance(SHARE_TOLERANCE)),
    tolerance: SHARE_TOLERANCE,
    method: [
      `Newcombe difference of top-box shares${small ? `, no verdict because a side has fewer than ${VERDICT_NEEDS.answers} answers` : ''}`,
      ...(weighted ? ['weighted, on the effective number of answers'] : []),
      ...(from.census ? [`all ${from.answers} leaders answered: no sampling error`] : []),
      ...(to.census ? [`all ${to.answers} customers answered: no sampling error`] : []),
    ].join('; '),
  };
  return { ...partial, sentence: headlineSentence(item, partial) };
}

/** Both shares at one level, each audience's top box on the scale that it was asked on. */
function sharesAt(item: ReportItem, level: number, held: Held, options: ReportOptions) {
  const from = shown(item, LEADERS, level, held, options);
  if (isCannotSay(from)) return from;
  const to = shown(item, CUSTOMERS, level, held, options);
  if (isCannotSay(to)) return to;
  return { from, to, difference: shareDifference(from, to, level) };
}

function shown(
  item: ReportItem,
  side: Perspective,
  level: number,
  held: Held,
  options: ReportOptions,
): BoxShare | CannotSay {
  const who = PEOPLE[side.audience];
  const cell = held.cell(item.key, side);
  if (!cell) return cannotSay('one_audience_only', `because no answers of ${who} to ${item.name} are there`);
  const hidden = hiddenBecause(cell.counts, options.minN, who);
  if (hidden) return cannotSay('protected', hidden);
  const scale = cell.scale ?? item.scale;
  const isTop = (value: number) => isTopBox(scale, value);
  const share = topBox(cell.counts, isTop, level, options.population[side.audience]);
  if (!isCannotSay(share) && shareTellsAll(share.estimate, share.answers, options.minN)) {
    return cannotSay('too_alike_to_show', tooAlike(who, options.minN));
  }
  return share;
}

function shareOf(side: Perspective, share: BoxShare) {
  return { ...side, share: share.estimate, interval: share.interval, n: share.answers };
}
