import type { Interval } from '../../core/cannot-say.ts';
import type { Audience, Lens, Perspective } from '../../core/perspective.ts';
import type { Scale } from '../../core/scale.ts';

const MINUS = '\u2212';
const counts = new Intl.NumberFormat('en');

/** `2,831` */
export function count(n: number): string {
  return counts.format(n);
}

/** `3.4`, with a real minus sign and never "-0.0". */
export function fixed(value: number, digits = 1): string {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? MINUS + text : text;
}

/** `+0.9`, `−0.5`, `0.0` */
export function signed(value: number, digits = 1): string {
  const text = fixed(value, digits);
  return value > 0 && Number(text) !== 0 ? `+${text}` : text;
}

/** `[0.7, 1.1]` */
export function interval([lower, upper]: Interval, digits = 1): string {
  return `[${fixed(lower, digits)}, ${fixed(upper, digits)}]`;
}

/** `83 %` of a share 0 to 1, with a space that does not break. */
export function percent(share: number, digits = 0): string {
  return `${fixed(share * 100, digits)}\u00a0%`;
}

/** `24 to 64`, a share interval in points. */
export function points([lower, upper]: Interval): string {
  return `${fixed(lower * 100, 0)} to ${fixed(upper * 100, 0)}`;
}

/** `0.012`, `< 0.001`; a dash where no test was made. */
export function pValue(p: number | null): string {
  if (p === null) return '–';
  return p < 0.001 ? '<\u00a00.001' : p.toFixed(3);
}

/** Digits that a scale deserves: hundredths on the usual ones, tenths on long ones (and percent). */
export function digitsOf(scale: Pick<Scale, 'min' | 'max'>): number {
  return scale.max - scale.min > 20 ? 1 : 2;
}

const month = new Intl.DateTimeFormat('en', { month: 'short', year: 'numeric', timeZone: 'UTC' });
const day = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });

/** `May 2015 to Jun 2017` of ISO dates, one month named once. */
export function monthRange(first: string, last: string): string {
  const [from, to] = [month.format(new Date(first)), month.format(new Date(last))];
  return from === to ? from : `${from} to ${to}`;
}

export function date(iso: string): string {
  return day.format(new Date(iso));
}

const moment = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });
export function dateTime(iso: string): string {
  return moment.format(new Date(iso));
}

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
export function bytes(n: number): string {
  const step = Math.min(Math.floor(Math.log10(Math.max(n, 1)) / 3), units.length - 1);
  return new Intl.NumberFormat('en', {
    style: 'unit',
    unit: units[step] ?? 'byte',
    unitDisplay: 'short',
    maximumFractionDigits: step > 1 ? 1 : 0,
  }).format(n / 1000 ** step);
}

export const AUDIENCE_NAMES: Record<Audience, string> = {
  leadership: 'Leaders',
  staff: 'Staff',
  customer: 'Customers',
};

const LENS_NAMES: Record<Lens, string> = {
  experience: 'experience',
  belief: 'belief',
  expectation: 'expectation',
  importance: 'importance',
  walk: 'walk',
  standard: 'standard',
  promise: 'promise',
};

export { LENS_NAMES };

/** `Leaders, belief`; a standard or promise is nobody's opinion and stands alone. */
export function perspectiveName({ audience, lens }: Perspective): string {
  if (lens === 'standard') return 'Our standard';
  if (lens === 'promise') return 'Our promise';
  return `${AUDIENCE_NAMES[audience]}, ${LENS_NAMES[lens]}`;
}
