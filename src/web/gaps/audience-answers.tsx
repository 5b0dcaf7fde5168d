import type { PerspectiveSummary } from '../../core/gap.ts';
import { DistributionChart, shareBars } from '../ui/distribution-chart.tsx';
import { count, digitsOf, fixed, interval, percent, perspectiveName } from '../ui/format.ts';
import { MarkIcon } from '../ui/mark.tsx';
import { ScrollBox } from '../ui/table.tsx';
import type { GapsAnswer, ReportedItem } from './queries.ts';

interface DistributionsProps {
  readonly perspectives: readonly PerspectiveSummary[];
  readonly report: GapsAnswer;
}

export function Distributions({ perspectives, report }: DistributionsProps) {
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
  readonly report: GapsAnswer;
}

/** One line per audience: what its answers come to. */
export function AudienceTable({ perspectives, item, report }: AudienceTableProps) {
  if (perspectives.length === 0) return null;
  const digits = digitsOf(item.scale);
  return (
    <div className="mt-5">
      <ScrollBox label={`Each audience in numbers: ${item.name}`}>
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
                  <MarkIcon
                    audience={one.audience}
                    lens={one.lens}
                    simulated={report.simulated.includes(one.audience)}
                  />{' '}
                  {perspectiveName(one)}
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
      </ScrollBox>
    </div>
  );
}
