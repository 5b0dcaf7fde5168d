import { perspectiveKey } from '../../core/perspective.ts';
import { csvLine, UTF8_MARK } from '../csv.ts';
import type { GapAnswer } from './schema.ts';

const HEADER = [
  'item',
  'name',
  'touchpoint',
  'stage',
  'owner',
  'kind',
  'from',
  'to',
  'estimate',
  'lower',
  'upper',
  'level',
  'n_from',
  'n_to',
  'p_value',
  'p_adjusted',
  'selected_lower',
  'selected_upper',
  'effect',
  'effect_estimate',
  'effect_lower',
  'effect_upper',
  'tolerance',
  'verdict',
  'pattern',
  'converted',
  'method',
  'sentence',
  'cannot_say',
];

/** The report as a table: one line per gap, then one per gap that cannot be given, with the reason. */
export function gapsCsv(report: GapAnswer): string {
  const items = new Map(report.items.map((item) => [item.key, item]));
  const place = (key: string) => {
    const item = items.get(key);
    return [key, item?.name, item?.touchpointName, item?.stageName, item?.ownerTeam];
  };
  const gaps = report.gaps.map((gap) =>
    csvLine([
      ...place(gap.item),
      gap.kind,
      perspectiveKey(gap.from),
      perspectiveKey(gap.to),
      gap.estimate,
      ...(gap.interval ?? [null, null]),
      gap.level,
      gap.n.from,
      gap.n.to,
      gap.pValue,
      gap.pAdjusted,
      ...(gap.intervalSelected ?? [null, null]),
      gap.effect?.name,
      gap.effect?.estimate,
      ...(gap.effect?.interval ?? [null, null]),
      gap.tolerance,
      gap.verdict,
      gap.pattern,
      gap.converted ? 'percent of maximum possible' : '',
      gap.method,
      gap.sentence,
      null,
    ]),
  );
  const blanks = HEADER.length - 9;
  const notSaid = report.cannotSay.map(({ item, kind, from, to, because }) =>
    csvLine([
      ...place(item),
      kind,
      perspectiveKey(from),
      perspectiveKey(to),
      ...Array.from({ length: blanks }, () => null),
      because,
    ]),
  );
  return [UTF8_MARK, csvLine(HEADER), ...gaps, ...notSaid].join('');
}
