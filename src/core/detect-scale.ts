/** Which scale the values of a column (or of a block of like columns) are on, and which of them are codes, not points. */

export interface CodeFinding {
  readonly code: string;
  readonly meaning: 'missing' | 'not_applicable';
  readonly reason: string;
}

export interface ScaleFinding {
  /** As in files: `1-5`. */
  readonly scale: string;
  readonly codes: readonly CodeFinding[];
  readonly reason: string;
}

/** Numbers that surveys use for "no answer" when the scale is far away from them. */
const SENTINELS = new Set([
  -1, -2, -3, -7, -8, -9, -66, -77, -88, -97, -98, -99, -999, -9999, 66, 77, 88, 97, 98, 99, 777, 888, 998, 999, 9999,
]);

/**
 * Finds the scale of whole-number ratings from the values that occur. Scales of six points or from 0 to 5 are rare and
 * 1–5, 1–7 and 0–10 are common, so one value more than those at either end is read as a code; the reason says so and
 * the person decides. Undefined when the values look like no rating (decimals, too many, or fewer than four points).
 */
export function detectScale(values: Iterable<number>, hint: { recommend?: boolean } = {}): ScaleFinding | undefined {
  const all = [...new Set(values)].sort((a, b) => a - b);
  if (all.some((value) => !Number.isInteger(value))) return decimalScale(all);
  const codes: CodeFinding[] = [];
  const near = all.filter((value) => value >= 0 && value <= 11);
  for (const value of all) {
    if (near.includes(value)) continue;
    if (!SENTINELS.has(value)) return undefined;
    codes.push({ code: String(value), meaning: 'missing', reason: `${value} lies far off the other values` });
  }
  const run = mainRun(near);
  for (const value of near) {
    if (!run.includes(value)) {
      codes.push({ code: String(value), meaning: 'missing', reason: `${value} stands apart from the other values` });
    }
  }
  const [min, max] = [run[0], run.at(-1)];
  if (min === undefined || max === undefined || max < 4 || run.length < 3) return undefined;
  const found = namedScale(min, max, hint.recommend ?? false);
  return { ...found, codes: [...found.codes, ...codes] };
}

/** The values from the first one on that have no hole of two or more between them. */
function mainRun(values: readonly number[]): number[] {
  const run: number[] = [];
  for (const value of values) {
    const last = run.at(-1);
    if (last !== undefined && value - last > 2) break;
    run.push(value);
  }
  return run;
}

const notApplicable = (code: number, scale: string): CodeFinding => ({
  code: String(code),
  meaning: 'not_applicable',
  reason: `${code} is one beyond the common scale ${scale}`,
});
const blank = (code: number, scale: string): CodeFinding => ({
  code: String(code),
  meaning: 'missing',
  reason: `${code} is one beyond the common scale ${scale}, where it usually stands for a blank`,
});

function namedScale(min: number, max: number, recommend: boolean): ScaleFinding {
  const plain = (scale: string): ScaleFinding => ({ scale, codes: [], reason: `the values run from ${min} to ${max}` });
  const coded = (scale: string, ...codes: CodeFinding[]): ScaleFinding => ({
    scale,
    codes,
    reason: `the values run from ${min} to ${max}, most likely ${scale} with ${codes.map((code) => code.code).join(' and ')} as ${codes.length > 1 ? 'codes' : 'a code'}`,
  });
  if (max === 11) return coded('0-10', blank(11, '0-10'));
  if (max >= 9) return min === 0 || recommend ? plain('0-10') : plain('1-10');
  if (recommend) return plain('0-10');
  if (max === 8)
    return min === 0 ? coded('1-7', notApplicable(8, '1-7'), blank(0, '1-7')) : coded('1-7', notApplicable(8, '1-7'));
  if (max === 7) return min === 0 ? coded('1-7', notApplicable(0, '1-7')) : plain('1-7');
  if (max === 6) return min === 0 ? coded('1-5', notApplicable(6, '1-5'), blank(0, '1-5')) : plain('1-6');
  if (max === 5) return min === 0 ? coded('1-5', notApplicable(0, '1-5')) : plain('1-5');
  return min === 0 ? plain('0-4') : plain('1-4');
}

/** Averages: on 0–10 or 0–100 when they reach into it, else on the narrower common scale around them. */
function decimalScale(sorted: readonly number[]): ScaleFinding | undefined {
  const [min, max] = [sorted[0] ?? 0, sorted.at(-1) ?? 0];
  const scale = [
    { name: '1-5', min: 1, max: 5 },
    { name: '1-7', min: 1, max: 7 },
    { name: '0-10', min: 0, max: 10 },
  ].find((candidate) => min >= candidate.min && max <= candidate.max && max > candidate.max * 0.7);
  return scale ? { scale: scale.name, codes: [], reason: `decimals from ${min} to ${max}` } : undefined;
}

/**
 * The scale of an item for which nobody says one: the narrowest common scale that holds every value, else the range
 * of the values itself. `inferScale([1, 2, 5])` is `1-5`. Undefined without at least two different values or a common
 * scale around the one there is.
 */
export function inferScale(values: Iterable<number>): { scale: string; reason: string } | undefined {
  let [min, max, whole] = [Infinity, -Infinity, true];
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
    whole &&= Number.isInteger(value);
  }
  if (min > max) return undefined;
  const reason = `the values run from ${min} to ${max}`;
  if (whole && min >= 0 && max <= 1) return { scale: 'yes/no', reason };
  for (const [scale, low, high] of [
    ['1-5', 1, 5],
    ['1-7', 1, 7],
    ['1-10', 1, 10],
    ['0-10', 0, 10],
    ['0-100', 0, 100],
  ] as const) {
    if (min >= low && max <= high) return { scale, reason };
  }
  return min < max ? { scale: `${Math.floor(min)}-${Math.ceil(max)}`, reason } : undefined;
}
