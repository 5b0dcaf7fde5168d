import type { Interval } from '../../core/cannot-say.ts';
import { type Perspective, perspectiveKey } from '../../core/perspective.ts';
import { At } from './at.tsx';
import { COLOURS, Mark } from './mark.tsx';

export interface ShareMark extends Perspective {
  readonly share: number;
  readonly interval: Interval;
  readonly simulated: boolean;
}

const HEIGHT = 44;
const LINE = 18;

/** Two shares on a ruler from 0 to 100 %, their intervals, and the distance between them as a bar. */
export function ShareScale({ marks, label }: { readonly marks: readonly ShareMark[]; readonly label: string }) {
  const at = (share: number) => `${100 * share}%`;
  const [from, to] = marks;
  return (
    <svg className="block w-full overflow-visible" height={HEIGHT} role="img" aria-label={label}>
      <line x1="0" x2="100%" y1={LINE} y2={LINE} className="stroke-hairline" />
      {[0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1].map((tick) => (
        <g key={tick}>
          <line x1={at(tick)} x2={at(tick)} y1={LINE} y2={LINE + (tick % 0.5 === 0 ? 8 : 5)} className="stroke-field" />
          {tick % 0.5 === 0 && (
            <text
              x={at(tick)}
              y={HEIGHT - 4}
              textAnchor={tick === 0 ? 'start' : tick === 1 ? 'end' : 'middle'}
              className="fill-muted text-[11px]"
            >
              {100 * tick} %
            </text>
          )}
        </g>
      ))}
      {from && to && (
        <line x1={at(from.share)} x2={at(to.share)} y1={LINE} y2={LINE} className="stroke-bar" strokeWidth="4" />
      )}
      {marks.map(({ interval, share, ...mark }, i) => (
        <At key={perspectiveKey(mark)} y={LINE + (i === 0 ? -7 : 0)}>
          <line x1={at(interval[0])} x2={at(interval[1])} className={COLOURS[mark.audience].stroke} strokeWidth="1.5" />
          <At x={at(share)}>
            <Mark {...mark} />
          </At>
        </At>
      ))}
    </svg>
  );
}
