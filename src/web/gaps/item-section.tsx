import { GAP_KINDS, type Gap, type GapKind, type GapNotSaid, type PerspectiveSummary } from '../../core/gap.ts';
import type { Item } from '../journeys/queries.ts';
import { Disclosure } from '../ui/disclosure.tsx';
import { DistributionChart, shareBars } from '../ui/distribution-chart.tsx';
import { count, digitsOf, fixed, interval, percent, perspectiveName } from '../ui/format.ts';
import { MarkIcon } from '../ui/mark.tsx';
import { PatternWord, patternMeaning, VerdictWord, verdictMeaning } from '../ui/verdict.tsx';
import { Declared } from './declared.tsx';
import { NumbersTable } from './numbers-table.tsx';
import type { GapsAnswer, ReportedItem } from './queries.ts';
import { sentenceOf } from './rows.ts';

interface ItemSectionProps {
  readonly report: GapsAnswer;
  readonly item: ReportedItem;
  /** As set up: wording, tolerance, commitments; undefined while it is being read. */
  readonly declared: Item | undefined;
  /** The pair whose sentence leads. */
  readonly pair: GapKind;
  /** The only item, named like its touchpoint: the page's heading is its heading. */
  readonly alone: boolean;
}

export function ItemSection({ report, item, declared, pair, alone }: ItemSectionProps) {
  const gaps = [...report.gaps.filter((gap) => gap.item === item.key)].sort(
    (a, b) => rank(a.kind, pair) - rank(b.kind, pair),
  );
  const silent = report.cannotSay.filter((one) => one.item === item.key);
  const perspectives = report.perspectives.filter((one) => one.item === item.key);
  const [first] = gaps;
  return (
    <section id={item.key} className="mt-8 border-t border-hairline pt-4 first:mt-0" aria-label={item.name}>
      <h2 className={alone ? 'sr-only' : 'text-lg font-semibold'}>
        {item.name}
        {item.lead && !alone && <span className="ml-2 text-xs font-normal text-muted">stands for the touchpoint</span>}
      </h2>
      {first && <LeadingSentence gap={first} />}
      {gaps.slice(1).map((gap) => (
        <p key={gapKey(gap)} className="mt-1 max-w-prose text-sm text-muted">
          {gap.sentence}
        </p>
      ))}
      <NotSaid silent={silent} />
      <Distributions perspectives={perspectives} report={report} />
      {gaps.length > 0 && <NumbersTable gaps={gaps} item={item} level={first?.level ?? 0.95} />}
      <AudienceTable perspectives={perspectives} item={item} />
      {gaps.length > 0 && <Method gaps={gaps} />}
      {declared && (
        <Declared workspaceId={report.workspace.id} item={declared} toleranceShare={report.toleranceShare} />
      )}
    </section>
  );
}

export function gapKey({ from, to }: Pick<Gap, 'from' | 'to'>): string {
  return `${from.audience}:${from.lens} ${to.audience}:${to.lens}`;
}

export function gapName(gap: Pick<Gap, 'kind' | 'from' | 'to'>): string {
  return gap.kind ? GAP_KINDS[gap.kind].name : `${perspectiveName(gap.from)} − ${perspectiveName(gap.to)}`;
}

function rank(kind: GapKind | null, pair: GapKind): number {
  if (kind === pair) return -1;
  return kind ? Object.keys(GAP_KINDS).indexOf(kind) : Number.MAX_SAFE_INTEGER;
}

function LeadingSentence({ gap }: { readonly gap: Gap }) {
  return (
    <div className="mt-2 max-w-prose">
      <p className="text-lg leading-snug">{gap.sentence}</p>
      <p className="mt-2 text-sm">
        <VerdictWord verdict={gap.verdict} /> <span className="text-muted">{verdictMeaning(gap.verdict)}</span>
      </p>
      {gap.pattern && gap.pattern !== 'unknown' && (
        <p className="text-sm">
          <PatternWord pattern={gap.pattern} />. <span className="text-muted">{patternMeaning(gap.pattern)}</span>
        </p>
      )}
    </div>
  );
}

function NotSaid({ silent }: { readonly silent: readonly GapNotSaid[] }) {
  if (silent.length === 0) return null;
  return (
    <ul className="mt-3 max-w-prose text-sm text-muted">
      {silent.map((one) => (
        <li key={gapKey(one)}>
          <span className="text-ink">{gapName(one)}:</span> {sentenceOf(one.because)}
        </li>
      ))}
    </ul>
  );
}

interface DistributionsProps {
  readonly perspectives: readonly PerspectiveSummary[];
  readonly report: GapsAnswer;
}

function Distributions({ perspectives, report }: DistributionsProps) {
  const drawn = perspectives
    .filter(({ counts }) => counts.length > 0)
    .map((one) => ({ ...one, bars: shareBars(one.counts, one.scale) }));
  if (drawn.length === 0) return null;
  const tallest = Math.max(...drawn.flatMap(({ bars }) => bars.map(({ share }) => share)));
  return (
    <div className="mt-5 grid grid-cols-[repeat(auto-fit,minmax(13rem,1fr))] gap-x-8 gap-y-6 print:grid-cols-3">
      {drawn.map((one) => (
        <figure key={`${one.audience}:${one.lens}`} className="max-w-96 break-inside-avoid">
          <figcaption className="mb-1 flex items-baseline justify-between gap-2 text-sm">
            <span className="inline-flex items-center gap-1.5 font-medium">
              <MarkIcon audience={one.audience} lens={one.lens} simulated={report.simulated.includes(one.audience)} />
              {perspectiveName(one)}
            </span>
            <span className="text-xs text-muted">{one.n !== null && <>n {count(one.n)}</>}, % of answers</span>
          </figcaption>
          <DistributionChart
            audience={one.audience}
            lens={one.lens}
            bars={one.bars}
            tallest={tallest}
            mean={one.mean}
            interval={one.interval}
            simulated={report.simulated.includes(one.audience)}
          />
        </figure>
      ))}
    </div>
  );
}

interface AudienceTableProps {
  readonly perspectives: readonly PerspectiveSummary[];
  readonly item: ReportedItem;
}

/** One line per audience: what its answers come to. */
function AudienceTable({ perspectives, item }: AudienceTableProps) {
  if (perspectives.length === 0) return null;
  const digits = digitsOf(item.scale) + 1;
  return (
    <div className="scroll-box mt-5">
      <table className="numbers">
        <caption>
          Each audience, {item.scale.min} to {item.scale.max}
          {item.scale.direction === 'down' ? ', lower is better' : ''}
        </caption>
        <thead>
          <tr>
            <th scope="col">Audience</th>
            <th scope="col">n</th>
            <th scope="col">mean</th>
            <th scope="col">interval</th>
            <th scope="col">SD</th>
            <th scope="col">top box ({item.scale.topBox})</th>
          </tr>
        </thead>
        <tbody>
          {perspectives.map((one) => (
            <tr key={`${one.audience}:${one.lens}`}>
              <th scope="row">
                <MarkIcon audience={one.audience} lens={one.lens} /> {perspectiveName(one)}
              </th>
              <td>
                {one.n === null ? '–' : count(one.n)}
                {one.census ? ' (all)' : one.population ? ` of ${count(one.population)}` : ''}
              </td>
              <td>{fixed(one.mean, digits)}</td>
              <td>{one.interval ? interval(one.interval, digits) : '–'}</td>
              <td>{one.sd === null ? '–' : fixed(one.sd, digits)}</td>
              <td>
                {one.topBoxShare
                  ? `${percent(one.topBoxShare.estimate, 1)} [${fixed(one.topBoxShare.interval[0] * 100)}, ${fixed(one.topBoxShare.interval[1] * 100)}]`
                  : '–'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Method({ gaps }: { readonly gaps: readonly Gap[] }) {
  return (
    <div className="mt-3">
      <Disclosure title="How is this computed?">
        <p>
          A gap is the mean of the first minus the mean of the second, in points of the scale: positive means that
          customers get less than the first believes, promises or expects.
        </p>
        <dl className="mt-2 space-y-1">
          {gaps.map((gap) => (
            <div key={gapKey(gap)}>
              <dt className="inline text-ink">{gapName(gap)}: </dt>
              <dd className="inline">{gap.method}</dd>
            </div>
          ))}
        </dl>
        <p className="mt-2">
          Open: the interval excludes zero and the narrower one (90 % for 95 %) does not fit inside the tolerance.
          Aligned: the narrower one fits inside. The adjusted p allows for how many gaps were looked at (Benjamini and
          Hochberg); the simultaneous interval for three audiences seen together (Games and Howell); the interval for
          selected gaps for having been picked out (Benjamini and Yekutieli). No group smaller than the anonymity
          threshold is ever shown.{' '}
          <a className="link text-ink" href="/docs/methods">
            All methods, with worked examples
          </a>
          .
        </p>
      </Disclosure>
    </div>
  );
}
