/**
 * A scale: the lowest and highest point, the step between points, which end is good, and where the top box begins.
 * "Not applicable" and "not answered" are states of an answer, never points of a scale.
 */
export interface Scale {
  readonly min: number;
  readonly max: number;
  /** Distance between points; null where any decimal between min and max is a value (averages, sliders). */
  readonly step: number | null;
  /** `up`: a higher value is better for the customer. `down`: a lower one is (effort, waiting). */
  readonly direction: 'up' | 'down';
  /** Values at or beyond this one (in the good direction) are in the top box. */
  readonly topBox: number;
}

/** The five that ship; `custom` is any other Scale. */
export const SCALES = {
  '0-10': { min: 0, max: 10, step: 1, direction: 'up', topBox: 9 },
  '1-5': { min: 1, max: 5, step: 1, direction: 'up', topBox: 5 },
  '1-7': { min: 1, max: 7, step: 1, direction: 'up', topBox: 7 },
  '1-10': { min: 1, max: 10, step: 1, direction: 'up', topBox: 9 },
  'yes/no': { min: 0, max: 1, step: 1, direction: 'up', topBox: 1 },
} as const satisfies Record<string, Scale>;

/** Length of the scale in its own points. */
export function scaleRange(scale: Scale): number {
  return scale.max - scale.min;
}

/**
 * Percent of maximum possible, 0 to 100 with 100 the good end: POMP = 100 (x - min) / (max - min), mirrored where
 * lower is better. Cohen, Cohen, Aiken & West 1999, Multivariate Behavioral Research 34:315. A result on POMP is
 * "converted" and has to be marked so.
 */
export function toPomp(scale: Scale, value: number): number {
  const share = (100 * (value - scale.min)) / scaleRange(scale);
  return scale.direction === 'up' ? share : 100 - share;
}

/** True when the value is a point of the scale (any decimal in range where the scale has no step). */
export function isOnScale(scale: Scale, value: number): boolean {
  if (!Number.isFinite(value) || value < scale.min || value > scale.max) return false;
  if (scale.step === null) return true;
  const steps = (value - scale.min) / scale.step;
  return Math.abs(steps - Math.round(steps)) < 1e-9;
}

/** True when the value lies in the top box, seen from the good end. */
export function isTopBox(scale: Scale, value: number): boolean {
  return scale.direction === 'up' ? value >= scale.topBox : value <= scale.topBox;
}

/** `1-5`, `0-10`, `yes/no`, or any `min-max` such as `0-100` or `-2-2`; undefined when the text is no scale. */
export function parseScale(text: string): Scale | undefined {
  const name = text.trim().toLowerCase();
  if (Object.hasOwn(SCALES, name)) return SCALES[name as keyof typeof SCALES];
  const match = /^(-?\d+(?:\.\d+)?)\s*(?:-|–|to|\.\.)\s*(-?\d+(?:\.\d+)?)$/.exec(name);
  if (!match) return undefined;
  const min = Number(match[1]);
  const max = Number(match[2]);
  return min < max ? customScale(min, max) : undefined;
}

/** A scale of any length, whole points, higher is better; the top box is the top tenth of it, at least one point. */
export function customScale(min: number, max: number): Scale {
  const range = max - min;
  const whole = Number.isInteger(min) && Number.isInteger(max);
  const topBox = range >= 9 ? max - range / 10 : max;
  return { min, max, step: whole && range <= 20 ? 1 : null, direction: 'up', topBox };
}

/** The name of a scale as it is written in files: `1-5`, or `yes/no`. */
export function scaleName(scale: Scale): string {
  return scale.min === 0 && scale.max === 1 ? 'yes/no' : `${scale.min}-${scale.max}`;
}

/** Two scales compare when their ends and direction agree; a different step or top box is no difference of meaning. */
export function sameScale(a: Scale, b: Scale): boolean {
  return a.min === b.min && a.max === b.max && a.direction === b.direction;
}
