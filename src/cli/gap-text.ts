import { isCannotSay } from '../core/cannot-say.ts';
import { GAP_KINDS, type Gap, type GapNotSaid, type GapReport } from '../core/gap.ts';
import { type Perspective, perspectiveKey } from '../core/perspective.ts';
import { type Scale, scaleRange } from '../core/scale.ts';
import type { PrintedReport } from './gap-report-of.ts';

const SMALLEST_WIDTH = 60;
const SHOWN_NOT_SAID = 40;

/** The report for the terminal: headline, one line per gap, what cannot be said, and how it was computed. */
export function reportText({ report, items }: PrintedReport, width: number): string {
  const wide = Math.max(SMALLEST_WIDTH, width);
  const scales = new Map(items.map(({ key, scale }) => [key, scale]));
  const parts = [headlineText(report, wide), gapTable(report.gaps, scales, wide), sentences(report.gaps, wide)];
  parts.push(notSaidText(report.cannotSay, wide), notesText(report, wide));
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function headlineText({ headline }: GapReport, width: number): string {
  const text = isCannotSay(headline)
    ? `No headline, ${headline.cannotSay}.`
    : `${headline.sentence} The gap is ${verdictName(headline.verdict)}.`;
  return wrapped(clean(text), width, '');
}

interface Line {
  readonly item: string;
  readonly gap: string;
  readonly means: string;
  readonly estimate: string;
  readonly n: string;
  readonly p: string;
  readonly verdict: string;
  readonly pattern: string;
}

const HEADINGS: Line = {
  item: 'item',
  gap: 'gap',
  means: 'means',
  estimate: 'gap [interval]',
  n: 'n',
  p: 'adj. p',
  verdict: 'verdict',
  pattern: 'pattern',
};
const COLUMNS = ['item', 'gap', 'means', 'estimate', 'n', 'p', 'verdict', 'pattern'] as const;
/** What gives way first in a narrow terminal; the means are in the JSON and follow from nothing else less important. */
const DISPENSABLE = ['means', 'p', 'pattern', 'n'] as const;

function gapTable(gaps: readonly Gap[], scales: ReadonlyMap<string, Scale>, width: number): string {
  if (gaps.length === 0) return '';
  const lines = gaps.map((gap) => tableLine(gap, scales.get(gap.item)));
  let columns: readonly (keyof Line)[] = COLUMNS;
  const widthOf = (column: keyof Line) => Math.max(...[HEADINGS, ...lines].map((line) => length(line[column])));
  const total = () =>
    columns.reduce((sum, column) => sum + Math.min(widthOf(column), column === 'item' ? 24 : 99) + 2, -2);
  for (const column of DISPENSABLE) if (total() > width) columns = columns.filter((other) => other !== column);
  const room = Math.max(8, width - columns.filter((c) => c !== 'item').reduce((sum, c) => sum + widthOf(c) + 2, 0));
  const size = (column: keyof Line) => (column === 'item' ? Math.min(widthOf('item'), room) : widthOf(column));
  const row = (line: Line) =>
    columns
      .map((column) => padded(cut(line[column], size(column)), size(column)))
      .join('  ')
      .trimEnd();
  const rule = columns.map((column) => '─'.repeat(size(column))).join('  ');
  return [row(HEADINGS), rule, ...lines.map(row)].join('\n');
}

function tableLine(gap: Gap, scale: Scale | undefined): Line {
  const range = gap.converted || !scale ? 100 : scaleRange(scale);
  const number = (value: number) => fixed(value, range);
  const [from, to] = gap.sides;
  const interval = gap.interval ? `[${number(gap.interval[0])}, ${number(gap.interval[1])}]` : '[no interval]';
  return {
    item: clean(gap.item),
    gap: gap.kind ? shortName(gap.kind) : `${perspectiveKey(gap.from)} − ${perspectiveKey(gap.to)}`,
    means: `${number(from.mean)} − ${number(to.mean)}`,
    estimate: `${signed(gap.estimate, range)} ${interval}${gap.converted ? ' %' : ''}`,
    n: gap.n.from === gap.n.to ? String(gap.n.from) : `${gap.n.from ?? '–'}/${gap.n.to ?? '–'}`,
    p: gap.pAdjusted === null ? '–' : pText(gap.pAdjusted),
    verdict: gap.verdict === 'aligned_not_zero' ? 'aligned ≠ 0' : gap.verdict,
    pattern: (gap.pattern ?? '').replace('_', ' '),
  };
}

function shortName(kind: keyof typeof GAP_KINDS): string {
  return GAP_KINDS[kind].name.replace(/ gap( \(.*)?$/i, '').toLowerCase();
}

function verdictName(verdict: Gap['verdict']): string {
  return verdict === 'aligned_not_zero' ? 'aligned, not zero' : verdict;
}

function fixed(value: number, range: number): string {
  return value.toFixed(range > 20 ? 1 : 2).replace(/^-(?=0(\.0+)?$)/, '');
}

function signed(value: number, range: number): string {
  const text = fixed(value, range);
  return value > 0 && Number(text) !== 0 ? `+${text}` : text;
}

function pText(p: number): string {
  return p < 0.001 ? '<0.001' : p.toFixed(3);
}

function sentences(gaps: readonly Gap[], width: number): string {
  return gaps.map((gap) => wrapped(clean(`${gap.item}: ${gap.sentence}`), width, '  ')).join('\n');
}

/** Reasons that many items share are said once. */
function notSaidText(notSaid: readonly GapNotSaid[], width: number): string {
  if (notSaid.length === 0) return '';
  const groups = new Map<string, string[]>();
  for (const { item, from, to, because } of notSaid) {
    const key = `${pairText(from, to)}\t${because}`;
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  const lines = [...groups].map(([key, items]) => {
    const [pair, because] = key.split('\t');
    const named = items.slice(0, SHOWN_NOT_SAID).join(', ');
    const more = items.length > SHOWN_NOT_SAID ? `, … (${items.length})` : '';
    return wrapped(clean(`${pair}, ${because}: ${named}${more}.`), width, '  ');
  });
  return ['Cannot say:', ...lines].join('\n');
}

function pairText(from: Perspective, to: Perspective): string {
  return `${perspectiveKey(from)} − ${perspectiveKey(to)}`;
}

function notesText({ gaps, notes, headline }: GapReport, width: number): string {
  const methods = new Set(gaps.map(({ method }) => method));
  const level = gaps[0]?.level;
  const how = [
    ...(isCannotSay(headline) ? [] : [`Headline: ${headline.method}.`]),
    ...(methods.size > 0 ? [`Gaps: ${[...methods].join(' | ')}.`] : []),
    ...(level === undefined
      ? []
      : [
          `A gap is mean(from) − mean(to) in points of the scale; intervals at ${Number((100 * level).toFixed(2))} %; adj. p is Benjamini-Hochberg over this report.`,
        ]),
  ];
  return [...notes, ...how].map((note) => wrapped(clean(note), width, '')).join('\n');
}

/** Texts come from files: without control characters they can't drive the terminal. */
function clean(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');
}

function length(text: string): number {
  return [...text].length;
}

function cut(text: string, width: number): string {
  return length(text) <= width ? text : `${[...text].slice(0, width - 1).join('')}…`;
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - length(text)));
}

function wrapped(text: string, width: number, indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && length(line) + 1 + length(word) > width) {
      lines.push(line);
      line = indent + word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}
