/**
 * SPSS system files (.sav) as data: what the reader returns and the writer takes. The format as it is described in the
 * developers' guide of GNU PSPP, appendix "System File Format".
 */
export interface SavVariable {
  /** Letters, digits, `.`, `_`, `$`, `#`, `@`; begins with a letter; at most 64 bytes. See `savName`. */
  readonly name: string;
  readonly label: string;
  /** 0 for numbers, else the most bytes that a text has, up to 32,767. */
  readonly width: number;
  readonly kind: 'number' | 'date' | 'datetime' | 'text';
  readonly decimals: number;
  readonly measure: 'nominal' | 'ordinal' | 'scale';
  readonly valueLabels: ReadonlyMap<number | string, string>;
  /** Numbers that mean "no value" besides the system's own, at most three, and a range that means the same. */
  readonly missing: readonly number[];
  readonly missingRange?: { readonly low: number; readonly high: number };
  /** Texts of up to eight bytes that mean "no value". */
  readonly missingTexts?: readonly string[];
}

/** Null is the system-missing value of numbers; texts are without trailing blanks. */
export type SavValue = number | string | null;

export const MOST_WIDTH = 32_767;
/** The system-missing value. */
export const SYSMIS = -Number.MAX_VALUE;
/** Seconds between 14 October 1582, where the format's dates begin, and 1970. */
export const EPOCH = 12_219_379_200;

/** Print formats by their number in the file. */
export const FORMAT_A = 1;
export const FORMAT_F = 5;
export const FORMAT_SDATE = 39;

/** Widths of the stored parts of a text: one up to 255 bytes; longer ones in parts of 255 for each 252. */
export function segmentWidths(width: number): number[] {
  if (width <= 255) return [width];
  const n = Math.ceil(width / 252);
  return [...Array.from({ length: n - 1 }, () => 255), width - (n - 1) * 252];
}

/** A day as the format's number of seconds; null where it is no day. */
export function savSeconds(day: string): number | null {
  const ms = Date.parse(`${day}T00:00:00Z`);
  return Number.isFinite(ms) ? ms / 1000 + EPOCH : null;
}

const RESERVED = new Set(['ALL', 'AND', 'BY', 'EQ', 'GE', 'GT', 'LE', 'LT', 'NE', 'NOT', 'OR', 'TO', 'WITH']);

/**
 * A variable name from any text, unlike all names in `taken` (upper case), to which it is added.
 *
 * @example
 * savName('q5.row-2', new Set()) // 'q5.row_2'
 */
export function savName(text: string, taken: Set<string>): string {
  const plain = text
    .replace(/[^A-Za-z0-9._$#@]/g, '_')
    .replace(/(?<![._])[._]+$/, '')
    .slice(0, 56);
  const base =
    /^[A-Za-z]/.test(plain) && !RESERVED.has(plain.toUpperCase()) ? plain : `v_${plain}`.replace(/(?<!_)_+$/, '');
  let name = base.replace(/(?<!\.)\.+$/, '');
  for (let i = 2; taken.has(name.toUpperCase()); i++) name = `${base}_${i}`;
  taken.add(name.toUpperCase());
  return name;
}
