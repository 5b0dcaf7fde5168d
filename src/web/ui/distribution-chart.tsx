import { scaleLinear } from 'd3-scale';
import type { Interval } from '../../core/cannot-say.ts';
import type { Distribution } from '../../core/distribution.ts';
import type { Perspective } from '../../core/perspective.ts';
import type { Scale } from '../../core/scale.ts';
import { At } from './at.tsx';
import { fixed, percent, perspectiveName } from './format.ts';
import { COLOURS, Mark } from './mark.tsx';

export interface ShareBar {
  readonly from: number;
  readonly to: number;
  readonly label: string;
  readonly share: number;
}

const MOST_POINTS = 12;
const BINS = 10;

/** Weighted share per point of the scale, or per tenth of it where any decimal is a value. */
export function shareBars(counts: Distribution, scale: Scale): ShareBar[] {
  const total = counts.reduce((sum, { w }) => sum + w, 0);
  const share = (from: number, to: number, last: boolean) =>
    counts.reduce((sum, { value, w }) => sum + (value >= from && (value < to || last) ? w : 0), 0) / total;
  const points = scale.step === null ? Number.POSITIVE_INFINITY : (scale.max - scale.min) / scale.step + 1;
  if (scale.step !== null && points <= MOST_POINTS) {
    const half = scale.step / 2;
    return Array.from({ length: Math.round(points) }, (_, i) => {
      const value = scale.min + i * (scale.step ?? 1);
      return {
        from: value - half,
        to: value + half,
        label: String(value),
        share: share(value - half, value + half, false),
      };
    });
  }
  const width = (scale.max - scale.min) / BINS;
  return Array.from({ length: BINS }, (_, i) => {
    const from = scale.min + i * width;
    const to = from + width;
    return { from, to, label: `${fixed(from)} to ${fixed(to)}`, share: share(from, to, i === BINS - 1) };
  });
}

interface DistributionChartProps extends Perspective {
  readonly bars: readonly ShareBar[];
  /** Top of the share axis, the same for every audience beside it. */
  readonly tallest: number;
  readonly mean: number;
  readonly interval: Interval | null;
  readonly simulated: boolean;
}

const HEIGHT = 120;
const TOP = 16;
const BASE = 92;

/** One audience's answers, drawn to be compared with its neighbours. */
export function DistributionChart({
  bars,
  tallest,
  mean,
  interval,
  simulated,
  ...perspective
}: DistributionChartProps) {
  const first = bars[0]?.from ?? 0;
  const last = bars.at(-1)?.to ?? 1;
  const x = scaleLinear().domain([first, last]).range([0, 100]);
  const y = scaleLinear().domain([0, tallest]).range([BASE, TOP]);
  const colour = COLOURS[perspective.audience];
  const sparse = bars.length > 7;
  const filling = fillOf(perspective, simulated);
  return (
    <svg
      className="block w-full overflow-visible"
      height={HEIGHT}
      role="img"
      aria-label={`${perspectiveName(perspective)}${simulated ? ' (simulated)' : ''}: ${bars.map(({ label, share }) => `${label}: ${percent(share)}`).join(', ')}.`}
    >
      {bars.map(({ from, to, label, share }) => (
        <g key={label}>
          <rect
            x={`${x(from + (to - from) * 0.09)}%`}
            width={`${(x(to) - x(from)) * 0.82}%`}
            y={y(share)}
            height={BASE - y(share)}
            {...filling}
          />
          {share >= 0.005 && (!sparse || share > 0.04) && (
            <text
              x={`${x((from + to) / 2)}%`}
              y={y(share) - 4}
              textAnchor="middle"
              className="fill-muted text-[10.5px]"
            >
              {fixed(100 * share, 0)}
            </text>
          )}
          {(!sparse || bars.length === 11) && (
            <text x={`${x((from + to) / 2)}%`} y={HEIGHT - 1} textAnchor="middle" className="fill-muted text-[11px]">
              {label}
            </text>
          )}
        </g>
      ))}
      {sparse && bars.length !== 11 && (
        <>
          <text x="0" y={HEIGHT - 1} className="fill-muted text-[11px]">
            {fixed(first)}
          </text>
          <text x="100%" y={HEIGHT - 1} textAnchor="end" className="fill-muted text-[11px]">
            {fixed(last)}
          </text>
        </>
      )}
      <line x1="0" x2="100%" y1={BASE} y2={BASE} className="stroke-field" />
      {interval && (
        <line
          x1={`${x(interval[0])}%`}
          x2={`${x(interval[1])}%`}
          y1={BASE + 8}
          y2={BASE + 8}
          className={colour.stroke}
          strokeWidth="1.5"
        />
      )}
      <At x={`${x(mean)}%`} y={BASE + 8}>
        <g transform="scale(0.8)">
          <Mark {...perspective} simulated={simulated} />
        </g>
      </At>
    </svg>
  );
}

/** Lived and believed are solid, other lenses outlines, simulated answers hatched: as their marks are. */
function fillOf({ audience, lens }: Perspective, simulated: boolean) {
  const colour = COLOURS[audience];
  if (simulated) return { className: colour.stroke, fill: `url(#hatch-${audience})`, strokeWidth: 1 };
  if (lens === 'experience' || lens === 'belief') return { className: colour.fill };
  return { className: `${colour.stroke} fill-ground`, strokeWidth: 1.25 };
}
