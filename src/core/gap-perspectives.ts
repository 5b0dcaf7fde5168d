import { isCannotSay } from './cannot-say.ts';
import { size } from './distribution.ts';
import type { Cell, PerspectiveSummary, ReportInput } from './gap.ts';
import { intervalOfMean } from './gap-compare.ts';
import type { Held } from './gap-pairs.ts';
import { hiddenBecause, pairsGiveAway, shareTellsAll } from './gap-protection.ts';
import { PEOPLE } from './gap-words.ts';
import { AUDIENCES, LENSES } from './perspective.ts';
import { isTopBox, type Scale } from './scale.ts';
import { topBox } from './stats/top-box.ts';
import { summarise } from './summary.ts';

/** What each audience answered, item by item, in points of its own scale; cells that must stay hidden are left out. */
export function perspectives(input: ReportInput, held: Held): PerspectiveSummary[] {
  return input.items.flatMap((item) =>
    AUDIENCES.flatMap((audience) =>
      LENSES.flatMap((lens) => {
        const cell = held.cell(item.key, { audience, lens });
        return cell ? perspective(cell, cell.scale ?? item.scale, input) : [];
      }),
    ),
  );
}

function perspective(cell: Cell, scale: Scale, { paired, options }: ReportInput): PerspectiveSummary[] {
  const { item, audience, lens, counts } = cell;
  if (hiddenBecause(counts, options.minN, PEOPLE[audience])) return [];
  if (pairsGiveAway(paired, item, cell, size(counts), options.minN)) return [];
  const population = options.population[audience];
  const summary = summarise(counts, population);
  const share = topBox(counts, (value) => isTopBox(scale, value), options.level, population);
  if (isCannotSay(summary) || isCannotSay(share)) return [];
  const tellsAll = shareTellsAll(share.estimate, share.answers, options.minN);
  return [
    {
      item,
      audience,
      lens,
      n: summary.n,
      mean: summary.mean,
      interval: intervalOfMean(summary, options.level),
      ...(population === undefined ? {} : { population, census: summary.census }),
      scale,
      counts,
      sd: summary.sd,
      topBoxShare: tellsAll ? null : { estimate: share.estimate, interval: share.interval },
    },
  ];
}
