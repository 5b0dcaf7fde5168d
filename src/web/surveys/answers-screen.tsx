import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { apiPath, inWorkspace } from '../api.ts';
import { AnswersAtHand } from '../exchange/answers-at-hand.tsx';
import { surveysQuery } from '../journeys/queries.ts';
import { useRights } from '../session.ts';
import { settingsQuery } from '../settings/queries.ts';
import { Button, ButtonAnchor, ButtonLink } from '../ui/button.tsx';
import { SelectField } from '../ui/field.tsx';
import { AUDIENCE_NAMES, count } from '../ui/format.ts';
import { MarkIcon } from '../ui/mark.tsx';
import { Empty, Loading, Note, ProblemNotice } from '../ui/notice.tsx';
import { Page, Section } from '../ui/page.tsx';
import { type ResponseList, responsesQuery, setApartOnesQuery, setApartQuery } from './answer-queries.ts';
import { REASONS, type Reason, readAnswersSearch } from './reasons.ts';
import { ResponseEntry } from './response-entry.tsx';
import { SetApart, useSetApartAgain } from './set-apart.tsx';

const here = getRouteApi('/w/$workspaceId/surveys/$surveyId/answers');

const FORMATS = [
  { format: 'csv', name: 'CSV' },
  { format: 'xlsx', name: 'XLSX', labels: true },
  { format: 'sav', name: 'SPSS (.sav)' },
];

/** What came back: customers one by one, protected audiences only counted, and what was set apart. */
export function AnswersScreen() {
  const { workspaceId, surveyId } = here.useParams();
  const { mayEdit } = useRights(workspaceId);
  const survey = useQuery(surveysQuery(workspaceId)).data?.surveys.find(({ id }) => id === surveyId);
  const path = `${inWorkspace(workspaceId, 'surveys', surveyId)}/export`;
  return (
    <Page
      title={survey ? `Answers: ${survey.name}` : 'Answers'}
      lead={
        survey &&
        `${count(survey.responses)} so far.${survey.audiences?.some((audience) => audience !== 'customer') ? ' Those that wait for their batch are not among them.' : ''}`
      }
      actions={
        mayEdit &&
        FORMATS.map(({ format, name, labels }) => (
          <ButtonAnchor key={format} href={apiPath(path, { format, labels })} download>
            {name}
          </ButtonAnchor>
        ))
      }
    >
      {mayEdit ? (
        <>
          <SetApart workspaceId={workspaceId} surveyId={surveyId} />
          <Responses workspaceId={workspaceId} surveyId={surveyId} isAny={(survey?.responses ?? 0) > 0} />
        </>
      ) : (
        <Note>Owners, leads and analysts see single answers. The numbers are under Gaps.</Note>
      )}
    </Page>
  );
}

interface ResponsesProps {
  readonly workspaceId: string;
  readonly surveyId: string;
  readonly isAny: boolean;
}

function Responses({ workspaceId, surveyId, isAny }: ResponsesProps) {
  const list = useInfiniteQuery(responsesQuery(workspaceId, surveyId));
  const { show } = here.useSearch();
  const pages = list.data?.pages ?? [];
  const responses = pages.flatMap((page) => page.responses);
  const withheld = pages[0]?.withheld ?? [];
  const counts = useQuery(setApartQuery(workspaceId, surveyId)).data?.counts ?? [];
  const isApart = counts.some(({ audience }) => audience === 'customer');
  const isEmpty = list.data && responses.length === 0 && !show;
  return (
    <>
      <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />
      {list.isPending && <Loading what="the answers" />}
      <AnswersAtHand workspaceId={workspaceId} surveyId={surveyId} />
      {withheld.length > 0 && <Together workspaceId={workspaceId} withheld={withheld} />}
      {isEmpty && (
        <Empty
          title={
            isAny ? 'No single answers to show' : withheld.length > 0 ? 'Nothing is published yet' : 'No answer yet'
          }
        >
          {!isAny && (
            <>
              <p>Send a link, or put the survey on a page.</p>
              <p className="actions">
                <ButtonLink
                  look="primary"
                  to="/w/$workspaceId/surveys/$surveyId/ask"
                  params={{ workspaceId, surveyId }}
                >
                  Ask
                </ButtonLink>
              </p>
            </>
          )}
        </Empty>
      )}
      {(responses.length > 0 || show || isApart) && !withheld.some(({ audience }) => audience === 'customer') && (
        <Section title="Customers, one by one" aside={<Shown workspaceId={workspaceId} surveyId={surveyId} />}>
          {show ? (
            <ApartList workspaceId={workspaceId} surveyId={surveyId} reason={show} />
          ) : (
            <ol className="max-w-4xl">
              {responses.map((response) => (
                <ResponseEntry key={response.id} workspaceId={workspaceId} surveyId={surveyId} response={response}>
                  {response.acceptedReason && (
                    <Again
                      workspaceId={workspaceId}
                      surveyId={surveyId}
                      responseKey={response.key}
                      reason={response.acceptedReason}
                    />
                  )}
                </ResponseEntry>
              ))}
            </ol>
          )}
          {!show && list.hasNextPage && (
            <Button isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
              Show more
            </Button>
          )}
        </Section>
      )}
    </>
  );
}

interface TogetherProps {
  readonly workspaceId: string;
  readonly withheld: ResponseList['withheld'];
}

/** Audiences whose single answers nobody sees: what is published, and when more will be. */
function Together({ workspaceId, withheld }: TogetherProps) {
  const threshold = useQuery(settingsQuery(workspaceId)).data?.anonymityThreshold;
  const due = (published: number) =>
    published > 0
      ? ` The next batch is published when at least ${threshold} more are there; how many wait is not shown.`
      : ` The first batch is published when at least ${threshold} are there; how many wait is not shown.`;
  return (
    <Section title="Only together">
      <ul className="max-w-3xl text-sm">
        {withheld.map(({ audience, published, because }) => (
          <li key={audience} className="border-t border-hairline py-2">
            <MarkIcon audience={audience} lens={audience === 'customer' ? 'experience' : 'belief'} />{' '}
            {AUDIENCE_NAMES[audience]}: {count(published)} published.{' '}
            <span className="text-muted">
              {because}
              {threshold !== undefined && due(published)}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

interface ListProps {
  readonly workspaceId: string;
  readonly surveyId: string;
}

/** Which responses the list shows; nothing to choose where none was set apart. */
function Shown({ workspaceId, surveyId }: ListProps) {
  const { show } = here.useSearch();
  const navigate = here.useNavigate();
  const counts = useQuery(setApartQuery(workspaceId, surveyId)).data?.counts ?? [];
  const apart = counts.filter(({ audience }) => audience === 'customer');
  if (apart.length === 0 && !show) return 'Newest first';
  const numbers = new Map(apart.map(({ reason, waiting, dismissed }) => [reason, waiting + dismissed]));
  const reasons = show ? new Set([...numbers.keys(), show]) : numbers.keys();
  return (
    <SelectField
      look="bare"
      label="Show"
      value={show ?? ''}
      onChange={(chosen) => void navigate({ search: readAnswersSearch({ show: chosen }), replace: true })}
    >
      <option value="">Those that count</option>
      {[...reasons].map((reason) => (
        <option key={reason} value={reason}>
          {`Set apart: ${REASONS[reason].name} (${count(numbers.get(reason) ?? 0)})`}
        </option>
      ))}
    </SelectField>
  );
}

/** What was set apart for one reason, decided on or not. */
function ApartList({ workspaceId, surveyId, reason }: ListProps & { readonly reason: Reason }) {
  const waiting = useInfiniteQuery(setApartOnesQuery(workspaceId, surveyId, reason, false));
  const dismissed = useInfiniteQuery(setApartOnesQuery(workspaceId, surveyId, reason, true));
  const all = [waiting, dismissed].flatMap(({ data }) => data?.pages.flatMap(({ responses }) => responses) ?? []);
  // Those that wait for a decision first, to the last of them.
  const next = [waiting, dismissed].find(({ hasNextPage }) => hasNextPage);
  return (
    <>
      <ProblemNotice error={waiting.error ?? dismissed.error} />
      {(waiting.isPending || dismissed.isPending) && <Loading what="the answers" />}
      {waiting.data && dismissed.data && all.length === 0 && <Note>None is set apart for this reason.</Note>}
      <ol className="max-w-4xl">
        {all.map((response) => (
          <ResponseEntry key={response.key} workspaceId={workspaceId} surveyId={surveyId} response={response} />
        ))}
      </ol>
      {next && (
        <Button isPending={next.isFetchingNextPage} onPress={() => void next.fetchNextPage()}>
          Show more
        </Button>
      )}
    </>
  );
}

interface AgainProps extends ListProps {
  readonly responseKey: string;
  readonly reason: Reason;
}

/** A response that was let count, and the way back. */
function Again({ workspaceId, surveyId, responseKey, reason }: AgainProps) {
  const again = useSetApartAgain(workspaceId, surveyId);
  return (
    <span className="flex flex-wrap items-center gap-2 text-xs text-muted">
      Counted by hand; was set apart: {REASONS[reason].name}
      <Button look="plain" isPending={again.isPending} onPress={() => again.mutate([responseKey])}>
        Set apart again
      </Button>
      <ProblemNotice error={again.error} />
    </span>
  );
}
