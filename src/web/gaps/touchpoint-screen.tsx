import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Item } from '../journeys/queries.ts';
import { journeysQuery, teamsQuery } from '../journeys/queries.ts';
import { useRights } from '../session.ts';
import { ButtonLink } from '../ui/button.tsx';
import { Empty, Loading, ProblemNotice } from '../ui/notice.tsx';
import { useTitle } from '../ui/page.tsx';
import { FilterBar } from './filter-bar.tsx';
import { FilterSentence } from './filter-sentence.tsx';
import { SimulatedLabel } from './headline.tsx';
import { ItemSection } from './item-section.tsx';
import { type GapsAnswer, gapsQuery } from './queries.ts';
import { pairsOf } from './rows.ts';
import { SampleNote } from './sample-note.tsx';
import type { GapSearch } from './search.ts';

const here = getRouteApi('/w/$workspaceId/touchpoints/$touchpointId');

/** A touchpoint opened: what each audience answered, the sentence, the numbers, the method, what was declared. */
export function TouchpointScreen() {
  const { workspaceId, touchpointId } = here.useParams();
  const search = here.useSearch();
  const report = useQuery(gapsQuery(workspaceId, search));
  if (report.isError) return <ProblemNotice error={report.error} onRetry={() => void report.refetch()} />;
  if (report.isPending) return <Loading what="the touchpoint" />;
  return (
    <div className={report.isPlaceholderData ? 'opacity-50' : ''} aria-busy={report.isPlaceholderData}>
      <Touchpoint report={report.data} touchpointId={touchpointId} search={search} />
    </div>
  );
}

interface TouchpointProps {
  readonly report: GapsAnswer;
  readonly touchpointId: string;
  readonly search: GapSearch;
}

function Touchpoint({ report, touchpointId, search }: TouchpointProps) {
  const workspaceId = report.workspace.id;
  const { mayEdit } = useRights(workspaceId);
  const map = useQuery(journeysQuery(workspaceId)).data?.journeys ?? [];
  const teams = useQuery(teamsQuery(workspaceId)).data?.teams ?? [];
  const places = map.flatMap((journey) =>
    journey.stages.flatMap((stage) => stage.touchpoints.map((touchpoint) => ({ journey, stage, touchpoint }))),
  );
  const place = places.find((one) => one.touchpoint.id === touchpointId);
  const items = [...report.items.filter((one) => one.touchpointId === touchpointId)].sort(
    (a, b) => Number(b.lead) - Number(a.lead),
  );
  const name = place?.touchpoint.name ?? items[0]?.touchpointName ?? 'Touchpoint';
  useTitle(name);
  const byId = new Map<string, Item>(place?.touchpoint.items.map((item) => [item.id, item]));
  const owner = teams.find(({ id }) => id === place?.touchpoint.ownerTeamId)?.name;
  const facts = [
    place?.stage.name,
    place && place.touchpoint.channels.length > 0 ? place.touchpoint.channels.join(', ') : null,
    `owner ${owner ?? 'not named'}`,
  ].filter(Boolean);
  return (
    <>
      <p className="mb-1 text-sm print:hidden">
        <Link className="link text-muted" to="/w/$workspaceId" params={{ workspaceId }} search={search}>
          Gaps
        </Link>
      </p>
      <header className="mb-4 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <div>
          <h1 className="text-2xl font-semibold tracking-tight text-balance">{name}</h1>
          <p className="mt-1 text-sm text-muted">{facts.join(' · ')}</p>
          {place?.touchpoint.description && <p className="mt-1 max-w-prose">{place.touchpoint.description}</p>}
        </div>
        <div className="flex flex-wrap items-end gap-3 print:hidden">
          <FilterBar workspaceId={workspaceId} search={search} journeys={[]} pairs={pairsOf(report)} />
          {mayEdit && place && (
            <ButtonLink to="/w/$workspaceId/journeys/touchpoints/$touchpointId" params={{ workspaceId, touchpointId }}>
              Edit
            </ButtonLink>
          )}
        </div>
      </header>
      <FilterSentence search={search} />
      {report.simulated.length > 0 && (
        <p className="mb-4 text-sm">
          <SimulatedLabel audiences={report.simulated} />
        </p>
      )}
      {items.length === 0 ? (
        <Empty title={place ? 'Nothing is asked here yet' : 'This touchpoint is not in the report'}>
          <p>
            {place
              ? 'Add an item: one thing to be rated here, worded once per audience.'
              : 'It may have been deleted, or the journey filter leaves it out.'}
          </p>
        </Empty>
      ) : (
        items.map((item) => (
          <ItemSection
            key={item.itemId}
            report={report}
            item={item}
            declared={byId.get(item.itemId)}
            pair={search.pair ?? 'delivery'}
            alone={items.length === 1 && item.name === name}
          />
        ))
      )}
      <div className="mt-8">
        <SampleNote workspaceId={workspaceId} />
      </div>
    </>
  );
}
