import { detectLabels, type LabelFinding } from './detect-labels.ts';
import { type CodeFinding, detectScale, type ScaleFinding } from './detect-scale.ts';
import {
  type DateFormat,
  MISSING_WORDS,
  NOT_APPLICABLE_WORDS,
  parseDay,
  parseNumber,
  slashParts,
} from './parse-cell.ts';
import { beginning } from './storable-text.ts';

/** What a column most likely is. `text` is anything that no mapping reads: comments, names, free numbers. */
export const ROLES = [
  'respondent',
  'audience',
  'lens',
  'item',
  'value',
  'scale',
  'weight',
  'at',
  'channel',
  'contact',
  'rating',
  'attribute',
  'text',
  'empty',
] as const;
export type Role = (typeof ROLES)[number];

export interface DetectedColumn {
  readonly name: string;
  /** Up to five different values. */
  readonly samples: readonly string[];
  readonly role: Role;
  readonly reason: string;
  readonly scale: string | null;
  /** Values that are codes, not points, each with the reason. */
  readonly codes: readonly CodeFinding[];
  /** Numbers of labels, where answers are words. */
  readonly values: Readonly<Record<string, number>> | null;
  readonly dateFormat: DateFormat | null;
  /** How many of the looked-at rows have something in this column. */
  readonly filled: number;
}

/** Different values with their counts; beyond this many a column is text, a number or an id, never a rating. */
const MOST_DISTINCT = 2_000;
/** Different values of all columns together. */
const MOST_REMEMBERED = 200_000;

/** Takes in rows one by one and remembers of each column what detection needs, in bounded memory. */
export class ColumnProfiles {
  readonly names: readonly string[];
  readonly profiles: Profile[];
  rows = 0;
  private readonly most: number;

  constructor(names: readonly string[]) {
    this.names = names;
    this.most = Math.max(100, Math.min(MOST_DISTINCT, Math.floor(MOST_REMEMBERED / Math.max(1, names.length))));
    this.profiles = names.map(() => ({ filled: 0, distinct: new Map(), overflow: false, repeats: false }));
  }

  add(cells: readonly string[]): void {
    this.rows++;
    for (let i = 0; i < this.profiles.length; i++) {
      const cell = cells[i]?.trim() ?? '';
      const profile = this.profiles[i];
      if (cell === '' || !profile) continue;
      profile.filled++;
      const seen = profile.distinct.get(cell);
      if (seen !== undefined) {
        profile.repeats = true;
        profile.distinct.set(cell, seen + 1);
      } else if (profile.distinct.size < this.most) profile.distinct.set(ownCopy(cell), 1);
      else profile.overflow = true;
    }
  }
}

/** A text of its own, not a part of a larger one that it would hold in memory. */
function ownCopy(text: string): string {
  return beginning(text, 200).split('').join('');
}

export interface Profile {
  filled: number;
  distinct: Map<string, number>;
  overflow: boolean;
  /** Some value occurs twice (among the remembered ones). */
  repeats: boolean;
}

interface Rating {
  readonly scale: ScaleFinding | LabelFinding;
  readonly labelled: boolean;
}

const NAMES: readonly [Role, RegExp][] = [
  [
    'respondent',
    /^(?:resp(?:ondent|onse)?[ _-]?(?:id|nr|no|num(?:ber)?|key)?|(?:record|case|person|participant|session)?[ _-]?id|key|uuid)$/i,
  ],
  ['audience', /^(?:audience|respondent[ _]?(?:type|group)|role|perspective)$/i],
  ['lens', /^lens$/i],
  ['item', /^(?:item|question|touchpoint|variable|metric)(?:[ _-]?(?:id|key|code|name))?$/i],
  ['value', /^(?:value|answer|score|rating|response[ _]?value|points?)$/i],
  ['scale', /^scale$/i],
  ['weight', /^(?:.*[ _-])?(?:weight|wgt|wt|gewicht)$/i],
  ['channel', /^(?:channel|kanal|medium|mode|collector|source)$/i],
  ['contact', /^(?:contact|customer|employee)[ _-]?(?:id|key|nr|no|number)?$/i],
];
const DATE_NAME = /date|day|time|_at$|^at$|submitted|completed|recorded|datum/i;
const RATING_NAME =
  /sat|rat(?:e|ing)|scor|nps|netpro|recommend|ltr|likel|quality|safe|eas[ey]|clean|overall|service|comfort|find|wait|staff|effort|ces|agree|pass/i;
const RECOMMEND_NAME = /nps|netpro|recommend|\bltr\b|promot/i;

/** Says of every column what it most likely is, and why. */
export function detectColumns(seen: ColumnProfiles): DetectedColumn[] {
  const { names, profiles } = seen;
  const ratings = profiles.map((profile, i) => ratingOf(profile, names[i] ?? ''));
  joinBlocks(names, profiles, ratings);
  const inRun = runsOfRatings(ratings);
  return names.map((name, i) => {
    const profile = profiles[i];
    if (!profile) throw new Error('a column without its profile');
    return describe(name, profile, ratings[i], inRun[i] ?? false, seen.rows);
  });
}

/** Filled values without the words for "no answer". */
function answeredTexts(profile: Profile): string[] {
  return [...profile.distinct.keys()].filter((text) => {
    const word = text.toLowerCase();
    return !MISSING_WORDS.has(word) && !NOT_APPLICABLE_WORDS.has(word);
  });
}

function ratingOf(profile: Profile, name: string): Rating | undefined {
  if (profile.overflow || profile.filled === 0) return undefined;
  const texts = answeredTexts(profile);
  const numbers = texts.map(parseNumber);
  if (numbers.every((number) => number !== undefined)) {
    const scale = detectScale(numbers, { recommend: RECOMMEND_NAME.test(name) });
    return scale && { scale, labelled: false };
  }
  const labels = texts.length <= 12 ? detectLabels(texts) : undefined;
  return labels && { scale: labels, labelled: true };
}

/** `Q7ART`, `Q7FOOD` are one block, as are `CUEX1`, `CUEX2` and `sat_food`, `sat_art`. */
function blockOf(name: string): string {
  const match =
    /^([A-Za-z]+\d+)[ _.-]?[A-Za-z]/.exec(name) ?? /^([A-Za-z]+)\d+$/.exec(name) ?? /^([A-Za-z]+)[_.]/.exec(name);
  return (match?.[1] ?? name).toLowerCase();
}

/** Columns of one block share a scale, although a rare code or end point may not occur in each of them. */
function joinBlocks(names: readonly string[], profiles: readonly Profile[], ratings: (Rating | undefined)[]): void {
  const blocks = new Map<string, number[]>();
  ratings.forEach((rating, i) => {
    if (!rating || rating.labelled) return;
    const block = blockOf(names[i] ?? '');
    blocks.set(block, [...(blocks.get(block) ?? []), i]);
  });
  for (const members of blocks.values()) {
    if (members.length < 2) continue;
    const values = members.flatMap((i) => answeredTexts(profiles[i] as Profile).map((text) => parseNumber(text) ?? 0));
    const joint = detectScale(values);
    if (joint) for (const i of members) ratings[i] = { scale: joint, labelled: false };
  }
}

/** Three or more neighbours on the same scale are ratings even when no name says so. */
function runsOfRatings(ratings: (Rating | undefined)[]): boolean[] {
  const inRun = ratings.map(() => false);
  for (let start = 0; start < ratings.length; ) {
    let end = start;
    while (end < ratings.length && ratings[start] && ratings[end]?.scale.scale === ratings[start]?.scale.scale) end++;
    if (end - start >= 3) {
      inRun.fill(true, start, end);
      shareCodes(ratings, start, end);
    }
    start = Math.max(end, start + 1);
  }
  return inRun;
}

/** What is a code in one of several neighbours is a code in all, also where it did not occur. */
function shareCodes(ratings: (Rating | undefined)[], start: number, end: number): void {
  const run = ratings.slice(start, end).filter((rating) => rating !== undefined);
  const most = run
    .map((rating) => ('codes' in rating.scale ? rating.scale : undefined))
    .sort((a, b) => (b?.codes.length ?? 0) - (a?.codes.length ?? 0))[0];
  if (!most || most.codes.length === 0) return;
  for (let i = start; i < end; i++) if (ratings[i]?.labelled === false) ratings[i] = { scale: most, labelled: false };
}

function describe(
  name: string,
  profile: Profile,
  rating: Rating | undefined,
  inRun: boolean,
  rows: number,
): DetectedColumn {
  const samples = [...profile.distinct.keys()].slice(0, 5).map((text) => beginning(text, 80));
  const base = { name, samples, scale: null, codes: [], values: null, dateFormat: null, filled: profile.filled };
  if (profile.filled === 0) return { ...base, role: 'empty', reason: 'nothing in it' };
  const dates = detectDates([...profile.distinct.keys()], DATE_NAME.test(name));
  if (dates) return { ...base, role: 'at', reason: dates.reason, dateFormat: dates.format };
  const named = NAMES.find(([, pattern]) => pattern.test(name))?.[0];
  const unique = !profile.repeats && !rating && profile.filled >= rows * 0.99 && rows > 1;
  if (named === 'respondent' || named === 'contact') {
    if (profile.distinct.size > 1)
      return { ...base, role: named, reason: `named "${name}"${unique ? ' and different in every row' : ''}` };
  } else if (named === 'weight') {
    const numbers = [...profile.distinct.keys()].map(parseNumber);
    if (numbers.every((number) => number !== undefined && number >= 0))
      return { ...base, role: 'weight', reason: `named "${name}", all numbers` };
  } else if (named !== undefined && (named !== 'channel' || profile.distinct.size <= 50)) {
    return { ...base, ...ratingParts(named === 'value' ? rating : undefined), role: named, reason: `named "${name}"` };
  }
  const oftenFilled = profile.filled >= rows * 0.3;
  const longScale = rating && !['1-4', '0-4', 'yes/no'].includes(rating.scale.scale);
  if (
    rating &&
    oftenFilled &&
    ((inRun && longScale) ||
      (rating.labelled && rating.scale.scale !== 'yes/no') ||
      (RATING_NAME.test(name) && longScale))
  ) {
    return { ...base, ...ratingParts(rating), role: 'rating', reason: rating.scale.reason };
  }
  const average =
    [...profile.distinct.keys()].reduce((sum, text) => sum + text.length, 0) / Math.max(1, profile.distinct.size);
  if (
    !profile.overflow &&
    profile.distinct.size <= 30 &&
    profile.repeats &&
    average <= 60 &&
    profile.filled >= rows * 0.1
  ) {
    return { ...base, role: 'attribute', reason: `${profile.distinct.size} different values` };
  }
  return { ...base, role: 'text', reason: unique ? 'different in every row' : 'too many different values to group by' };
}

function ratingParts(rating: Rating | undefined): Pick<DetectedColumn, 'scale' | 'codes' | 'values'> {
  if (!rating) return { scale: null, codes: [], values: null };
  const codes = 'codes' in rating.scale ? rating.scale.codes : [];
  return { scale: rating.scale.scale, codes, values: 'values' in rating.scale ? rating.scale.values : null };
}

/**
 * How the days of a column are written, decided over all of them: one 22/11 settles the whole column. Where every
 * value could be read both ways, the part that varies more is the day.
 */
export function detectDates(
  texts: readonly string[],
  namedDate: boolean,
): { format: DateFormat; reason: string } | undefined {
  const filled = texts.filter((text) => !MISSING_WORDS.has(text.toLowerCase()));
  if (filled.length === 0) return undefined;
  const fits = (format: DateFormat) =>
    filled.filter((text) => parseDay(text, format) !== undefined).length / filled.length;
  const plainNumbers = filled.every((text) => /^\d+(?:\.\d+)?$/.test(text));
  if (plainNumbers) {
    if (namedDate && filled.every((text) => /^(?:19|20)\d{6}$/.test(text)) && fits('iso') === 1)
      return { format: 'iso', reason: 'days written as 20261122' };
    const serials = namedDate && filled.every((text) => Number(text) > 25_000 && Number(text) < 60_000);
    return serials ? { format: 'excel', reason: 'day numbers of a spreadsheet' } : undefined;
  }
  if (fits('iso') >= 0.9) return { format: 'iso', reason: 'days written as 2026-11-22' };
  const parts = filled.map(slashParts).filter((part) => part !== undefined);
  // Days like 2026-11-22 or 22 Nov 2026 are read under every format, so they may stand among the others.
  const plain = filled.filter((text) => parseDay(text, 'iso') !== undefined).length;
  if (parts.length + plain < filled.length * 0.9 || !parts.some((part) => part[2] >= 1950)) return undefined;
  const dayFirst = parts.filter((part) => part[0] > 12).length;
  const monthFirst = parts.filter((part) => part[1] > 12).length;
  const among = plain > 0 ? ', among days like 2026-11-22' : '';
  if (dayFirst === 0 && monthFirst === 0) return ambiguousDates(parts, among);
  const format = dayFirst > monthFirst ? 'dmy' : 'mdy';
  const written = format === 'dmy' ? '22/11/2026 (day first)' : '11/22/2026 (month first)';
  const both = Math.min(dayFirst, monthFirst);
  return {
    format,
    reason:
      both > 0
        ? `most days are written as ${written}, but ${both} the other way round: those rows will be rejected`
        : `days written as ${written}${among}${among && ': check that'}`,
  };
}

function ambiguousDates(
  parts: readonly (readonly [number, number, number])[],
  among: string,
): { format: DateFormat; reason: string } {
  const firsts = new Set(parts.map((part) => part[0])).size;
  const seconds = new Set(parts.map((part) => part[1])).size;
  const format = seconds > firsts ? 'mdy' : 'dmy';
  return {
    format,
    reason: `every day ${among ? 'with slashes ' : ''}could be read both ways (such as 03/04/2026); read as ${format === 'dmy' ? 'day first' : 'month first'}${among}: check that`,
  };
}
