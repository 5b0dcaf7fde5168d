import { size } from '../core/distribution.ts';
import { type BadValue, fileReport } from '../core/file-answers.ts';
import { filterOf } from '../core/file-filter.ts';
import type { Cell, GapReport, ReportItem } from '../core/gap.ts';
import { gapReport } from '../core/gap-report.ts';
import { PEOPLE } from '../core/gap-words.ts';
import { CommandError } from './command-error.ts';
import { type ReadFile, UNREADABLE } from './gap-file.ts';
import { BAD_ARGUMENT, type GapOptions } from './gap-options.ts';

/** A report with what the terminal says beside it. */
export interface PrintedReport {
  readonly report: GapReport;
  readonly items: readonly ReportItem[];
  /** Values that were not taken, in the order of the rows. */
  readonly bad: readonly BadValue[];
  readonly stderr: readonly string[];
}

const TOLERANCE_SHARE = 0.0625;
const TARGET_POMP = 70;
const ROWS_NAMED = 5;

/** Computes the report. Exit code 3 when no value could be used, 2 when an option does not fit the answers. */
export function reportOf(file: string, read: ReadFile, options: GapOptions): PrintedReport {
  const filter = filterOf(read.answers, read.attributes, renamed(options, read));
  const { input, bad: late } = fileReport(read.answers, {
    options: {
      level: options.level,
      toleranceShare: TOLERANCE_SHARE,
      minN: options.minN,
      targetPomp: TARGET_POMP,
      population: options.population,
      ...(options.headline === undefined ? {} : { headline: options.headline }),
      ...(options.only ? { only: options.only } : {}),
    },
    pairWithin: options.pair !== undefined,
    keep: filter.keep,
    ...(read.order ? { order: read.order } : {}),
    ...(options.tolerance === undefined ? {} : { tolerance: options.tolerance }),
  });
  const bad = [...read.bad, ...late].sort((a, b) => a.row - b.row);
  if (input.items.length === 0) throw new CommandError(nothingUsable(file, read, bad), UNREADABLE);
  checkHeadline(options, input.items);
  checkPopulation(options, input.cells);
  const report = gapReport(input);
  const stderr = [...read.notes, ...(bad.length > 0 ? rejectedLines(bad) : [])];
  const notes = [...report.notes, ...read.notes, ...filter.notes, ...(bad.length > 0 ? [rejectedNote(bad)] : [])];
  return { report: { ...report, notes }, items: input.items, bad, stderr };
}

/** The conditions with their attributes named as the file does. */
function renamed({ where }: GapOptions, { attributes }: ReadFile) {
  const names = [...new Set(where.map(({ attribute }) => attribute))];
  return where.map(({ attribute, value }) => ({ attribute: attributes[names.indexOf(attribute)] ?? attribute, value }));
}

function checkHeadline({ headline }: GapOptions, items: readonly ReportItem[]): void {
  if (headline === undefined || items.some(({ key }) => key === headline)) return;
  const known = items.slice(0, 20).map(({ key }) => key);
  const more = items.length > known.length ? `, … (${items.length})` : '';
  throw new CommandError(
    `--headline ${headline}: there is no such item; there are ${known.join(', ')}${more}.`,
    BAD_ARGUMENT,
  );
}

function checkPopulation({ population }: GapOptions, cells: readonly Cell[]): void {
  for (const { audience, item, counts } of cells) {
    const people = population[audience];
    const n = size(counts);
    if (people !== undefined && n > people) {
      throw new CommandError(
        `--population ${audience}=${people}: more ${PEOPLE[audience]} than that, ${n}, answered ${item}.`,
        BAD_ARGUMENT,
      );
    }
  }
}

function nothingUsable(file: string, read: ReadFile, bad: readonly BadValue[]): string {
  const first = bad[0];
  if (!first) return `${file}: none of the ${read.rows} rows holds an answer.`;
  return `${file}: none of the ${read.rows} rows could be used. ${badLine(first)}`;
}

function rejectedNote(bad: readonly BadValue[]): string {
  const named = bad.slice(0, ROWS_NAMED).map(badLine);
  return `${count(bad)} not used: ${named.join(' ')}${bad.length > ROWS_NAMED ? ' …' : ''}`;
}

function rejectedLines(bad: readonly BadValue[]): string[] {
  const more = bad.length - ROWS_NAMED;
  return [
    `${count(bad)} not used:`,
    ...bad.slice(0, ROWS_NAMED).map((one) => `  ${badLine(one)}`),
    ...(more > 0 ? [`  … and ${more} more; --json lists them all.`] : []),
  ];
}

function count(bad: readonly BadValue[]): string {
  const rows = new Set(bad.map(({ row }) => row)).size;
  return rows === 1 ? '1 row was' : `${rows.toLocaleString('en')} rows were`;
}

function badLine({ row, column, value, reason }: BadValue): string {
  const shown = value.length > 40 ? `${value.slice(0, 40)}…` : value;
  const says = /^(is|holds|can)\b/.test(reason) ? ` ${reason}` : `: ${reason}`;
  return `Row ${row}${column === '' ? '' : `, column ${column}`}: "${shown}"${says}${says.endsWith('?') ? '' : '.'}`;
}
