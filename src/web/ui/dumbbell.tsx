import { scaleLinear } from 'd3-scale';
import type { Interval } from '../../core/cannot-say.ts';
import { type Perspective, perspectiveKey } from '../../core/perspective.ts';
import { At } from './at.tsx';
import { COLOURS, Mark } from './mark.tsx';

export interface DumbbellMark extends Perspective {
  readonly mean: number;
  readonly interval: Interval | null;
  readonly simulated: boolean;
}

export interface DumbbellProps {
  readonly min: number;
  readonly max: number;
  readonly marks: readonly DumbbellMark[];
  /** The two means that the gap is between: a bar joins them. */
  readonly between: readonly [from: number, to: number] | null;
  /** Everything within this band around the second mean counts as aligned. */
  readonly tolerance: { readonly centre: number; readonly width: number } | null;
  /** What the drawing says, in a sentence. */
  readonly label: string;
  readonly height?: number;
}

/** Marks of near means would cover each other: each audience has its own lane, a few pixels apart. */
const LANE = { leadership: -6.5, staff: 0, customer: 6.5 } as const;

/** Means with their intervals along one scale. Positions are percentages, so that it fits any width without measuring. */
export function Dumbbell({ min, max, marks, between, tolerance, label, height = 40 }: DumbbellProps) {
  const middle = height / 2;
  const x = scaleLinear().domain([min, max]).range([0, 100]).clamp(true);
  const at = (value: number) => `${x(value)}%`;
  const width = (from: number, to: number) => `${Math.abs(x(to) - x(from))}%`;
  return (
    <svg className="relative block w-full overflow-visible" height={height} role="img" aria-label={label}>
      {tolerance && (
        <rect
          x={at(tolerance.centre - tolerance.width)}
          width={width(tolerance.centre - tolerance.width, tolerance.centre + tolerance.width)}
          y="3"
          height={height - 6}
          className="fill-band"
        />
      )}
      {between && (
        <line x1={at(between[0])} x2={at(between[1])} y1={middle} y2={middle} className="stroke-bar" strokeWidth="3" />
      )}
      {marks.map(({ interval, ...mark }) => (
        <At key={perspectiveKey(mark)} y={middle + LANE[mark.audience]}>
          {interval && (
            <line
              x1={at(interval[0])}
              x2={at(interval[1])}
              className={COLOURS[mark.audience].stroke}
              strokeWidth="1.5"
            />
          )}
          <At x={at(mark.mean)}>
            <Mark audience={mark.audience} lens={mark.lens} simulated={mark.simulated} />
          </At>
        </At>
      ))}
    </svg>
  );
}

/** A hairline per point of the scale, as high as the cell that it stands in, so that rows join into one ruler. */
export function ScaleLines({ min, max }: { readonly min: number; readonly max: number }) {
  const x = scaleLinear().domain([min, max]).range([0, 100]);
  return (
    <svg className="scale-lines" aria-hidden="true">
      {ticksOf(min, max).map((tick) => (
        <line key={tick} x1={`${x(tick)}%`} x2={`${x(tick)}%`} y1="0" y2="100%" className="stroke-hairline" />
      ))}
    </svg>
  );
}

/** Whole points of short scales, six round ticks of long ones. */
export function ticksOf(min: number, max: number): number[] {
  const range = max - min;
  if (Number.isInteger(range) && range <= 10) return Array.from({ length: range + 1 }, (_, i) => min + i);
  return scaleLinear().domain([min, max]).ticks(5);
}

/** The numbers over a column of dumbbells. */
export function ScaleHeader({ min, max }: { readonly min: number; readonly max: number }) {
  const x = scaleLinear().domain([min, max]).range([0, 100]);
  const ticks = ticksOf(min, max);
  const shown = ticks.length > 7 ? ticks.filter((_, i) => i % 2 === 0 || i === ticks.length - 1) : ticks;
  return (
    <svg className="block w-full overflow-visible" height="14" aria-hidden="true">
      {shown.map((tick) => (
        <text key={tick} x={`${x(tick)}%`} y="11" textAnchor="middle" className="fill-muted text-[11px]">
          {tick}
        </text>
      ))}
    </svg>
  );
}
