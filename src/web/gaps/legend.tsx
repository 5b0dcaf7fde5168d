import type { GapKind } from '../../core/gap.ts';
import type { Perspective } from '../../core/perspective.ts';
import { perspectiveKey } from '../../core/perspective.ts';
import type { Scale } from '../../core/scale.ts';
import { MarkIcon } from '../ui/mark.tsx';
import { SimulatedLabel } from './headline.tsx';
import type { GapsAnswer } from './queries.ts';
import { sidesOf } from './rows.ts';

const WORDS: Record<string, string> = {
  'leadership:belief': 'leaders believe',
  'staff:belief': 'staff believe',
  'customer:experience': 'customers experience',
  'customer:expectation': 'customers expect',
  'leadership:expectation': 'leaders think customers expect',
  'leadership:standard': 'our standard',
  'leadership:promise': 'our promise',
  'staff:walk': 'walked by staff',
};

interface LegendProps {
  readonly report: GapsAnswer;
  readonly pair: GapKind;
  /** The scale that most rows share. */
  readonly scale: Scale;
}

/** What the marks of the chart mean: only those that can occur under the chosen pair. */
export function Legend({ report, pair, scale }: LegendProps) {
  const { from, to } = sidesOf(pair);
  const basic: Perspective[] = [
    { audience: 'leadership', lens: 'belief' },
    { audience: 'staff', lens: 'belief' },
    { audience: 'customer', lens: 'experience' },
  ];
  const shown = new Map([...basic, from, to].map((one) => [perspectiveKey(one), one]));
  return (
    <p className="mb-2 flex flex-wrap items-center gap-x-5 gap-y-1 text-xs text-muted">
      {[...shown].map(([key, one]) => (
        <span key={key} className="inline-flex items-center gap-1.5">
          <MarkIcon {...one} simulated={report.simulated.includes(one.audience)} />
          {WORDS[key] ?? key}
        </span>
      ))}
      <span className="inline-flex items-center gap-1.5">
        <svg width="18" height="10" aria-hidden="true">
          <line x1="0" x2="18" y1="5" y2="5" className="stroke-muted" strokeWidth="1.5" />
        </svg>
        interval
      </span>
      <span className="inline-flex items-center gap-1.5">
        <svg width="18" height="12" aria-hidden="true">
          <rect width="18" height="12" className="fill-band stroke-hairline" />
        </svg>
        tolerance
      </span>
      <span className="lg:hidden print:hidden">
        from {scale.min} to {scale.max}, a hairline per point
      </span>
      <SimulatedLabel audiences={report.simulated} />
    </p>
  );
}
