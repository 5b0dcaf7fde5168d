import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { PROJECT_FOLDER } from '../config.ts';
import { SAMPLE_ITEMS } from './journey.ts';

/** One response of the sample, before items and waves have ids. */
export interface SampleResponse {
  readonly key: string;
  readonly audience: 'customer' | 'leadership' | 'staff';
  readonly wave: string;
  readonly answeredOn: string;
  readonly channel: string;
  readonly weight: number;
  readonly attributes: Readonly<Record<string, string>>;
  readonly answers: readonly { readonly item: string; readonly value: number }[];
}

export const SAMPLE_YEARS = [2015, 2016, 2017] as const;

/** Codes of which the published code list is certain; a code that is not here stays the code that it is. */
const LABELS: Readonly<Record<string, { attribute: string; values: Readonly<Record<string, string>> }>> = {
  barea: { attribute: 'boarding area', values: {} },
  strata: {
    attribute: 'departure',
    values: { 1: 'before 11 am', 2: '11 am to 5 pm', 3: 'after 5 pm' },
  },
  peak: { attribute: 'flight', values: { 1: 'domestic, peak', 2: 'domestic, off-peak', 3: 'international' } },
  age: {
    attribute: 'age',
    values: { 1: 'under 18', 2: '18–24', 3: '25–34', 4: '35–44', 5: '45–54', 6: '55–64', 7: '65 and over' },
  },
  gender: { attribute: 'gender', values: { 1: 'male', 2: 'female', 3: 'other' } },
  purpose: { attribute: 'purpose', values: {} },
  lang: { attribute: 'language', values: {} },
};
const METHODS: Readonly<Record<string, string>> = { 1: 'at the gate', 2: 'by mail', 3: 'online' };

/** All passengers of the three years, as they are in `sample/sfo`. */
export async function readPassengers(folder = path.join(PROJECT_FOLDER, 'sample', 'sfo')): Promise<SampleResponse[]> {
  const years = SAMPLE_YEARS.map(async (year) => {
    const file = gunzipSync(await readFile(path.join(folder, `sfo_${year}.csv.gz`)));
    return (parse(file, { columns: true }) as Record<string, string>[]).map(toPassenger);
  });
  return (await Promise.all(years)).flat();
}

/**
 * One row of the file. An empty cell is "not answered": the file also leaves it empty where somebody has never used the
 * thing, which cannot be told apart any more, so nothing is counted as "not applicable".
 */
function toPassenger(row: Record<string, string>): SampleResponse {
  const attributes = Object.entries(LABELS).flatMap(([column, { attribute, values }]) => {
    const code = row[column];
    if (!code) return [];
    const plain = column === 'barea' ? code : `code ${code}`;
    return [[attribute, values[code] ?? plain] as const];
  });
  return {
    key: `${row.year}-${row.resp}`,
    audience: 'customer',
    wave: String(row.year),
    answeredOn: interviewDay(String(row.year), row.intdate ?? ''),
    channel: METHODS[row.method ?? ''] ?? '',
    weight: Number(row.weight),
    attributes: Object.fromEntries(attributes),
    answers: SAMPLE_ITEMS.flatMap(({ key }) => (row[key] ? [{ item: key, value: Number(row[key]) }] : [])),
  };
}

/**
 * 2016 has whole dates. 2017 has the day of the month, and only May fits the weekdays that the published file has beside
 * it. 2015 has the day alone: all years are taken to be fielded in May, and no day is claimed, only its first.
 */
function interviewDay(year: string, written: string): string {
  const whole = /^(\d\d)\/(\d\d)\/(\d{4})/.exec(written);
  if (whole) return `${whole[3]}-${whole[1]}-${whole[2]}`;
  return year === '2017' ? `2017-05-${written.padStart(2, '0')}` : `${year}-05-01`;
}
