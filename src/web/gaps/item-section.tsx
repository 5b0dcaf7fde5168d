import { Link } from '@tanstack/react-router';
import { GAP_KINDS, type Gap, type GapKind, type GapNotSaid } from '../../core/gap.ts';
import type { Item } from '../journeys/queries.ts';
import { Disclosure } from '../ui/disclosure.tsx';
import { PatternWord, patternMeaning, VerdictWord, verdictMeaning } from '../ui/verdict.tsx';
import { AudienceTable, Distributions } from './audience-answers.tsx';
import { Declared } from './declared.tsx';
import { NumbersTable } from './numbers-table.tsx';
import type { GapsAnswer, ReportedItem } from './queries.ts';
import { gapKey, gapName, sentenceOf } from './rows.ts';

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
  const [first, ...others] = gaps;
  return (
    <section id={item.key} className="mt-8 border-t border-hairline pt-4 first:mt-0" aria-label={item.name}>
      <h2 className={alone ? 'sr-only' : 'text-lg font-semibold'}>
        {item.name}
        {item.lead && !alone && <span className="ml-2 text-xs font-normal text-muted">stands for the touchpoint</span>}
      </h2>
      <div className="mt-2 grid gap-x-12 gap-y-4 lg:grid-cols-2">
        {first && <LeadingSentence gap={first} />}
        <OtherSentences gaps={others} silent={silent} />
      </div>
      <Distributions perspectives={perspectives} report={report} />
      {first && <NumbersTable gaps={gaps} item={item} level={first.level} />}
      <AudienceTable perspectives={perspectives} item={item} report={report} />
      {first && <Method gaps={gaps} workspaceId={report.workspace.id} />}
      {declared && (
        <Declared workspaceId={report.workspace.id} item={declared} toleranceShare={report.toleranceShare} />
      )}
    </section>
  );
}

function rank(kind: GapKind | null, pair: GapKind): number {
  if (kind === pair) return -1;
  return kind ? Object.keys(GAP_KINDS).indexOf(kind) : Number.MAX_SAFE_INTEGER;
}

function LeadingSentence({ gap }: { readonly gap: Gap }) {
  return (
    <div className="max-w-prose">
      <p className="text-lg leading-snug">{gap.sentence}</p>
      <p className="mt-2 text-sm">
        <VerdictWord verdict={gap.verdict} /> <span className="text-muted">{verdictMeaning(gap.verdict)}</span>
      </p>
      {gap.pattern && gap.pattern !== 'unknown' && (
        <p className="mt-0.5 text-sm">
          <PatternWord pattern={gap.pattern} /> <span className="text-muted">{patternMeaning(gap.pattern)}</span>
        </p>
      )}
    </div>
  );
}

interface OtherSentencesProps {
  readonly gaps: readonly Gap[];
  readonly silent: readonly GapNotSaid[];
}

/** The other pairs of the item, said or not. */
function OtherSentences({ gaps, silent }: OtherSentencesProps) {
  if (gaps.length + silent.length === 0) return null;
  const said = [
    ...gaps.map((gap) => ({ ...gap, text: gap.sentence })),
    ...silent.map((one) => ({ ...one, text: sentenceOf(one.because) })),
  ];
  return (
    <dl className="max-w-prose space-y-1.5 text-sm text-muted">
      {said.map((one) => (
        <div key={gapKey(one)}>
          <dt className="inline text-ink">{gapName(one)}: </dt>
          <dd className="inline">{one.text}</dd>
        </div>
      ))}
    </dl>
  );
}

function Method({ gaps, workspaceId }: { readonly gaps: readonly Gap[]; readonly workspaceId: string }) {
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
          <Link
            className="link text-ink"
            to="/w/$workspaceId/methods"
            params={{ workspaceId }}
            search={{ page: 'gap' }}
          >
            The method in full, with a worked example
          </Link>
          .
        </p>
      </Disclosure>
    </div>
  );
}
