import { Link } from '@tanstack/react-router';
import { isCannotSay } from '../../core/cannot-say.ts';
import type { Headline } from '../../core/gap.ts';
import type { Audience } from '../../core/perspective.ts';
import { Disclosure } from '../ui/disclosure.tsx';
import { AUDIENCE_NAMES, count, fixed, monthRange, percent, points } from '../ui/format.ts';
import { MarkIcon } from '../ui/mark.tsx';
import { ShareScale } from '../ui/share-scale.tsx';
import { VerdictWord } from '../ui/verdict.tsx';
import type { GapsAnswer } from './queries.ts';
import { sentenceOf } from './rows.ts';

/** The organisation's own 80/8, or why it can't be given. */
export function HeadlineFigure({ report }: { readonly report: GapsAnswer }) {
  const { headline } = report;
  if (isCannotSay(headline))
    return (
      <div className="border-y border-hairline py-4">
        <p className="text-lg">
          {sentenceOf(headline.cannotSay)}
          {headline.code === 'no_headline' && (
            <>
              {' '}
              <Link className="link" to="/w/$workspaceId/settings" params={{ workspaceId: report.workspace.id }}>
                Choose the headline item in the settings
              </Link>
              .
            </>
          )}
        </p>
      </div>
    );
  return <Figure headline={headline} report={report} />;
}

function Figure({ headline, report }: { readonly headline: Headline; readonly report: GapsAnswer }) {
  const [from, to] = headline.shares;
  const item = report.items.find(({ key }) => key === headline.item);
  const simulated = (audience: Audience) => report.simulated.includes(audience);
  const top = item && headline.topBox === item.scale.max ? `${headline.topBox}` : `${headline.topBox} or more`;
  return (
    <div className="grid gap-x-12 gap-y-4 border-y border-hairline py-4 lg:grid-cols-[minmax(0,1fr)_24rem] print:grid-cols-[1fr_16rem]">
      <div>
        <p className="text-xl leading-snug sm:text-2xl">
          <Share mark={from} simulated={simulated(from.audience)} /> of {AUDIENCE_NAMES[from.audience].toLowerCase()}{' '}
          call it superior.{' '}
          <span className="sm:whitespace-nowrap">
            <Share mark={to} simulated={simulated(to.audience)} /> of {AUDIENCE_NAMES[to.audience].toLowerCase()} do.
          </span>
        </p>
        <p className="mt-2 flex flex-wrap items-center gap-x-5 gap-y-1">
          <span>
            The gap is <strong className="font-semibold">{fixed(headline.estimate * 100, 0)} points</strong>{' '}
            <span className="whitespace-nowrap text-muted">[{points(headline.interval)}]</span>
          </span>
          <VerdictWord verdict={headline.verdict} />
        </p>
        <p className="mt-1 text-sm text-muted">
          {asked(from, report)} and {asked(to, report)}
          {report.headlineBetween && <> · answered {monthRange(...report.headlineBetween)}</>}
          {report.simulated.length > 0 && (
            <>
              {' '}
              · <SimulatedLabel audiences={report.simulated} />
            </>
          )}
        </p>
      </div>
      <div className="px-1 pt-2">
        <ShareScale
          marks={headline.shares.map((share) => ({ ...share, simulated: simulated(share.audience) }))}
          label={`${percent(from.share)} of ${AUDIENCE_NAMES[from.audience].toLowerCase()} (${points(from.interval)}), ${percent(to.share)} of ${AUDIENCE_NAMES[to.audience].toLowerCase()} (${points(to.interval)}), on a ruler from 0 to 100 %.`}
        />
        <Disclosure title="How is this computed?">
          <p>{headline.sentence}</p>
          <p className="mt-2">
            “Superior” is a {top} on{' '}
            {item ? `“${item.name}”, ${item.scale.min} to ${item.scale.max}` : 'the headline item'}.{' '}
            {sentenceOf(headline.method)} The interval is at {percent(headline.level)}; aligned would mean within{' '}
            {fixed(headline.tolerance * 100, 0)} points.
          </p>
        </Disclosure>
      </div>
    </div>
  );
}

/** "all 12 leaders", "2,831 customers": a census has no sampling error, and the reader has to know. */
function asked(side: Headline['shares'][number], { headline, perspectives }: GapsAnswer): string {
  const census =
    !isCannotSay(headline) &&
    perspectives.some(
      (one) => one.item === headline.item && one.audience === side.audience && one.lens === side.lens && one.census,
    );
  return `${census ? 'all ' : ''}${count(side.n)} ${AUDIENCE_NAMES[side.audience].toLowerCase()}`;
}

function Share({ mark, simulated }: { readonly mark: Headline['shares'][number]; readonly simulated: boolean }) {
  return (
    <span className="whitespace-nowrap">
      <MarkIcon {...mark} simulated={simulated} size={18} />{' '}
      <strong className="text-3xl font-semibold tracking-tight sm:text-4xl">{percent(mark.share)}</strong>
    </span>
  );
}

/** The word that every simulated number carries, with the hatch that its mark has. */
export function SimulatedLabel({ audiences }: { readonly audiences: readonly Audience[] }) {
  if (audiences.length === 0) return null;
  return (
    <span className="inline-flex items-baseline gap-1.5 text-ink">
      <svg width="14" height="10" aria-hidden="true" className="self-center">
        <rect width="14" height="10" fill="url(#hatch-ink)" className="stroke-field" />
      </svg>
      simulated {audiences.map((audience) => AUDIENCE_NAMES[audience].toLowerCase()).join(' and ')}
    </span>
  );
}
