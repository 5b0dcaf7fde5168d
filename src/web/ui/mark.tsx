import type { Audience, Perspective } from '../../core/perspective.ts';

const AUDIENCES: readonly Audience[] = ['leadership', 'staff', 'customer'];

/** Hatch patterns of simulated data; rendered once per page, referred to by every chart. */
export function MarkPatterns() {
  return (
    <svg className="absolute" width="0" height="0" aria-hidden="true">
      <defs>
        {AUDIENCES.map((audience) => (
          <pattern
            key={audience}
            id={`hatch-${audience}`}
            width="3"
            height="3"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <rect width="3" height="3" className="fill-ground" />
            <rect width="1.7" height="3" className={`fill-${audience}`} />
          </pattern>
        ))}
        <pattern id="hatch-ink" width="3" height="3" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="3" height="3" className="fill-ground" />
          <rect width="1" height="3" className="fill-field" />
        </pattern>
      </defs>
    </svg>
  );
}

/** Shapes about the origin, 10 to 12 units wide: leadership ■, staff ▲, customers ●; other lenses are outlines. */
const SOLID: Record<Audience, string> = {
  leadership: 'M-5-5H5V5H-5Z',
  staff: 'M0-6.2L6.2 4.8H-6.2Z',
  customer: 'M-5.4 0a5.4 5.4 0 1 0 10.8 0a5.4 5.4 0 1 0-10.8 0Z',
};
const OUTLINE: Partial<Record<Perspective['lens'], string>> = {
  expectation: 'M0-6.4L6.4 0L0 6.4L-6.4 0Z',
  importance: 'M0-6.4L6.4 0L0 6.4L-6.4 0Z',
  promise: 'M-3.2-6H3.2V6H-3.2Z',
  standard: 'M-6-3.2H6V3.2H-6Z',
  walk: 'M-5-5L5 5M-5 5L5-5',
};

export interface MarkProps extends Perspective {
  readonly simulated?: boolean;
}

/** One perspective's mark, for use inside an SVG. */
export function Mark({ audience, lens, simulated = false }: MarkProps) {
  const outline = OUTLINE[lens];
  const colour = COLOURS[audience];
  if (outline) return <path d={outline} className={`${colour.stroke} fill-ground`} strokeWidth="1.8" />;
  if (simulated)
    return <path d={SOLID[audience]} className={colour.stroke} fill={`url(#hatch-${audience})`} strokeWidth="1.4" />;
  return <path d={SOLID[audience]} className={`${colour.fill} stroke-ground`} strokeWidth="1.5" paintOrder="stroke" />;
}

/** Full class names, so that the stylesheet holds them. */
export const COLOURS: Record<Audience, { readonly fill: string; readonly stroke: string }> = {
  leadership: { fill: 'fill-leadership', stroke: 'stroke-leadership' },
  staff: { fill: 'fill-staff', stroke: 'stroke-staff' },
  customer: { fill: 'fill-customer', stroke: 'stroke-customer' },
};

/** The mark beside words; the words say it, so it is silent for screen readers. */
export function MarkIcon({ size = 12, ...mark }: MarkProps & { readonly size?: number }) {
  return (
    <svg
      className="inline-block shrink-0 align-[-0.08em]"
      width={size}
      height={size}
      viewBox="-7 -7 14 14"
      aria-hidden="true"
    >
      <Mark {...mark} />
    </svg>
  );
}
