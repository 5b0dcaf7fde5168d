/** Reading single cells of a file: numbers, days, and the words that people write for "no answer". */

/** Not answered: no answer is stored. Compared in lower case. */
export const MISSING_WORDS: ReadonlySet<string> = new Set([
  '',
  'na',
  '#n/a',
  'nan',
  'null',
  'nil',
  'none',
  'missing',
  '.',
  '-',
  '--',
  '–',
  '?',
  'blank',
  '(blank)',
  'no answer',
  'not answered',
  'no response',
  'refused',
  'prefer not to say',
  'unknown',
  "don't know",
  'dont know',
  'dk',
  'keine angabe',
  'k.a.',
]);

/** Not applicable: the answer is stored as such, without a value. */
export const NOT_APPLICABLE_WORDS: ReadonlySet<string> = new Set([
  'n/a',
  'n.a.',
  'not applicable',
  'does not apply',
  'never used',
  'not used',
  'have not used',
  "haven't used",
  'did not use',
  'no experience',
  'no basis for judgment',
  'entfällt',
  'nicht zutreffend',
]);

const YES_NO: ReadonlyMap<string, 0 | 1> = new Map([
  ...['yes', 'y', 'true', 'ja', 'oui', 'sí', 'si'].map((word) => [word, 1] as const),
  ...['no', 'n', 'false', 'nein', 'non'].map((word) => [word, 0] as const),
]);

/** 1 for yes, 0 for no; undefined for any other word. */
export function parseYesNo(text: string): 0 | 1 | undefined {
  return YES_NO.get(text.trim().toLowerCase());
}

const NUMBER = /^[-+]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[-+]?\d+)?$/i;

/** A number with a decimal point or a decimal comma; undefined for everything else, such as `1,234.5` or `85 %`. */
export function parseNumber(text: string): number | undefined {
  if (text.length === 1) {
    const digit = text.charCodeAt(0) - 48;
    return digit >= 0 && digit <= 9 ? digit : undefined;
  }
  const trimmed = text.trim();
  if (!NUMBER.test(trimmed)) return undefined;
  const value = Number(trimmed.replace(',', '.'));
  return Number.isFinite(value) ? value : undefined;
}

/**
 * How the days of a column are written. `iso`: 2026-11-22 (also 20261122, 2026/11/22). `dmy`: 22/11/2026, also with
 * dots or dashes. `mdy`: 11/22/2026. `excel`: the day number of a spreadsheet, such as 46348. A time after the day is
 * ignored: only days are kept. Month names (22 Nov 2026, Nov 22, 2026) are read under each of them.
 */
export const DATE_FORMATS = ['iso', 'dmy', 'mdy', 'excel'] as const;
export type DateFormat = (typeof DATE_FORMATS)[number];

const ISO = /^(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})(?=$|[T\s])/;
const PARTS = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?=$|[T,\s])/;
const DAY_NAME = /^(\d{1,2})[-\s.]+([a-z]{3})[a-z]*[-\s.,]+(\d{4})/i;
const NAME_DAY = /^([a-z]{3})[a-z]*[-\s.]+(\d{1,2})[-\s,]+(\d{4})/i;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** The three numbers of `03/04/2026` as they stand; undefined when the text is not of that form. */
export function slashParts(text: string): readonly [number, number, number] | undefined {
  const match = PARTS.exec(text);
  return match ? [Number(match[1]), Number(match[3]), fullYear(match[4] ?? '')] : undefined;
}

/** Two-digit years: 00–69 are 2000–2069, 70–99 are 1970–1999 (POSIX). */
function fullYear(digits: string): number {
  const year = Number(digits);
  return digits.length > 2 ? year : year < 70 ? 2000 + year : 1900 + year;
}

/** The day as YYYY-MM-DD; undefined when it is no day in that format (31 February is none). */
export function parseDay(text: string, format: DateFormat): string | undefined {
  const trimmed = text.trim();
  if (format === 'excel' && /^\d{4,6}(?:\.\d+)?$/.test(trimmed)) return serialDay(Number(trimmed));
  const iso = ISO.exec(trimmed);
  if (iso) return day(Number(iso[1]), Number(iso[3]), Number(iso[4]));
  const parts = slashParts(trimmed);
  if (parts) {
    if (format === 'dmy') return day(parts[2], parts[1], parts[0]);
    return format === 'mdy' ? day(parts[2], parts[0], parts[1]) : undefined;
  }
  const dayName = DAY_NAME.exec(trimmed);
  if (dayName) return day(Number(dayName[3]), month(dayName[2]), Number(dayName[1]));
  const nameDay = NAME_DAY.exec(trimmed);
  return nameDay ? day(Number(nameDay[3]), month(nameDay[1]), Number(nameDay[2])) : undefined;
}

function month(name: string | undefined): number {
  return MONTHS.indexOf((name ?? '').toLowerCase()) + 1;
}

function day(year: number, monthNumber: number, dayNumber: number): string | undefined {
  if (year < 1900 || year > 2200 || monthNumber < 1 || monthNumber > 12 || dayNumber < 1) return undefined;
  if (dayNumber > daysInMonth(year, monthNumber)) return undefined;
  return `${year}-${String(monthNumber).padStart(2, '0')}-${String(dayNumber).padStart(2, '0')}`;
}

function daysInMonth(year: number, monthNumber: number): number {
  if (monthNumber === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(monthNumber) ? 30 : 31;
}

/** Days since 1970-01-01 to a date, by Howard Hinnant's civil_from_days; core has no clock and no Date. */
function serialDay(serial: number): string | undefined {
  const z = Math.floor(serial) - 25_569 + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const monthNumber = shifted < 10 ? shifted + 3 : shifted - 9;
  return day(
    yearOfEra + era * 400 + (monthNumber <= 2 ? 1 : 0),
    monthNumber,
    dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1,
  );
}
