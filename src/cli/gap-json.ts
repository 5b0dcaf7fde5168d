import { isCannotSay } from '../core/cannot-say.ts';
import type { Gap, GapNotSaid } from '../core/gap.ts';
import type { PrintedReport } from './gap-report-of.ts';

/** The report as JSON: the documented fields first and in this order, further ones after them, numbers as computed. */
export function reportJson({ report, items, bad }: PrintedReport): string {
  const { headline, gaps, cannotSay, perspectives, notes } = report;
  const object = {
    headline: isCannotSay(headline) ? { cannotSay: headline.cannotSay, code: headline.code } : headline,
    gaps: gaps.map(gapFields),
    cannotSay: cannotSay.map(notSaidFields),
    notes,
    items,
    perspectives,
    notUsed: bad,
  };
  return JSON.stringify(object, null, 2);
}

function gapFields(gap: Gap) {
  const { item, from, to, estimate, interval, level, n, pValue, pAdjusted, intervalSimultaneous, ...rest } = gap;
  const { intervalSelected, effect, tolerance, verdict, pattern, sentence, method, ...more } = rest;
  return {
    item,
    from,
    to,
    estimate,
    interval,
    level,
    n,
    pValue,
    pAdjusted,
    intervalSimultaneous,
    intervalSelected,
    effect,
    tolerance,
    verdict,
    pattern,
    sentence,
    method,
    ...more,
  };
}

function notSaidFields({ item, from, to, because, kind }: GapNotSaid) {
  return { item, from, to, because, kind };
}
