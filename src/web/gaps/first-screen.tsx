import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { GAP_KINDS } from '../../core/gap.ts';
import { apiPath, inWorkspace } from '../api.ts';
import { journeysQuery } from '../journeys/queries.ts';
import { ButtonAnchor, ButtonLink } from '../ui/button.tsx';
import { Empty, Loading, Note, ProblemNotice } from '../ui/notice.tsx';
import { useTitle } from '../ui/page.tsx';
import { BenchmarkNotes } from './benchmark-notes.tsx';
import { FilterBar } from './filter-bar.tsx';
import { FilterSentence } from './filter-sentence.tsx';
import { GapTable } from './gap-table.tsx';
import { HeadlineFigure } from './headline.tsx';
import { OrderSelect } from './order-select.tsx';
import { type GapsAnswer, gapsQuery } from './queries.ts';
import { pairsOf, touchpointRows } from './rows.ts';
import { SampleNote } from './sample-note.tsx';
import { apiFilters, type GapSearch, ORDERS } from './search.ts';

const here = getRouteApi('/w/$workspaceId/');

/** The first screen: the organisation's own 80/8, then the touchpoints by what is worth closing. */
export function FirstScreen() {
  const { workspaceId } = here.useParams();
  const search = here.useSearch();
  const report = useQuery(gapsQuery(workspaceId, search));
  const journeys = useQuery(journeysQuery(workspaceId)).data?.journeys ?? [];
  useTitle('Gaps');
  return (
    <>
      <header className="mb-4 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <h1 className="text-2xl font-semibold tracking-tight text-balance">Do customers get what we think they get?</h1>
        {report.data && report.data.items.length > 0 && (
          <FilterBar workspaceId={workspaceId} search={search} journeys={journeys} pairs={pairsOf(report.data)} />
        )}
      </header>
      {report.isError && <ProblemNotice error={report.error} onRetry={() => void report.refetch()} />}
      {report.isPending && <Loading what="the report" />}
      {report.data && (
        <div className={report.isPlaceholderData ? 'opacity-50' : ''} aria-busy={report.isPlaceholderData}>
          <Report report={report.data} search={search} />
        </div>
      )}
    </>
  );
}

function Report({ report, search }: { readonly report: GapsAnswer; readonly search: GapSearch }) {
  const workspaceId = report.workspace.id;
  if (report.items.length === 0)
    return (
      <Empty title="Nothing is mapped yet">
        <p>
          A gap needs a journey with touchpoints, an item asked at each, and answers of leaders, staff and customers. If
          you have a file with answers, begin with the import: it can make the items for you.
        </p>
        <p className="actions flex gap-2">
          <ButtonLink look="primary" to="/w/$workspaceId/imports" params={{ workspaceId }}>
            Import answers
          </ButtonLink>
          <ButtonLink to="/w/$workspaceId/journeys" params={{ workspaceId }}>
            Map the journey
          </ButtonLink>
        </p>
      </Empty>
    );
  if (report.gaps.length === 0 && report.perspectives.length === 0)
    return (
      <Empty title="No answers to show here">
        <FilterSentence search={search} />
        <p>
          {report.answeredBetween
            ? 'No audience has enough answers under these filters. Widen the period or remove a filter.'
            : 'The journey is mapped; answers are missing. Import what you have, audience by audience.'}
        </p>
        <Held report={report} />
        <p className="actions">
          <ButtonLink look="primary" to="/w/$workspaceId/imports" params={{ workspaceId }}>
            Import answers
          </ButtonLink>
        </p>
      </Empty>
    );
  return <Figures report={report} search={search} />;
}

function Figures({ report, search }: { readonly report: GapsAnswer; readonly search: GapSearch }) {
  const workspaceId = report.workspace.id;
  const pair = search.pair ?? 'delivery';
  const order = search.sort ?? 'worth';
  const rows = touchpointRows(report, pair, order);
  return (
    <>
      <FilterSentence search={search} />
      <HeadlineFigure report={report} />
      <section className="mt-6" aria-labelledby="worth-closing">
        <div className="mb-1 flex flex-wrap items-center justify-between gap-x-6">
          <h2 id="worth-closing" className="text-base font-semibold">
            {order === 'worth' ? 'Worth closing first' : GAP_KINDS[pair].name}
          </h2>
          <OrderSelect search={search} />
        </div>
        <GapTable
          report={report}
          rows={rows}
          pair={pair}
          caption={`${GAP_KINDS[pair].name} of each touchpoint, in order of ${ORDERS[order]}`}
        />
      </section>
      <p className="mt-3 text-xs text-muted">
        Gap: believed, promised or expected minus lived, in points of the scale. Positive means that customers get less.
      </p>
      <Held report={report} />
      <div className="mt-6 grid gap-x-12 gap-y-4 md:grid-cols-2 print:grid-cols-2">
        <div className="space-y-4">
          <Notes notes={report.notes} />
          <SampleNote workspaceId={workspaceId} />
        </div>
        <BenchmarkNotes workspaceId={workspaceId} />
      </div>
      <p className="mt-6 flex flex-wrap gap-2 print:hidden">
        <ButtonAnchor href={apiPath(inWorkspace(workspaceId, 'gaps.csv'), apiFilters(search))} download>
          Download as CSV
        </ButtonAnchor>
      </p>
    </>
  );
}

/** Answers that wait until a batch is large enough to protect whoever gave them. */
function Held({ report }: { readonly report: GapsAnswer }) {
  if (report.held.length === 0) return null;
  return (
    <Note>
      {report.held.map(({ sentence }) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </Note>
  );
}

function Notes({ notes }: { readonly notes: readonly string[] }) {
  if (notes.length === 0) return null;
  return (
    <section className="text-xs text-muted" aria-label="To know when reading this">
      <h2 className="font-medium">To know when reading this</h2>
      <ul className="mt-1 max-w-prose list-disc pl-4">
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </section>
  );
}
