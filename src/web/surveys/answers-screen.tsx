import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { apiPath, inWorkspace } from '../api.ts';
import { surveysQuery } from '../journeys/queries.ts';
import { useRights } from '../session.ts';
import { settingsQuery } from '../settings/queries.ts';
import { Button, ButtonAnchor, ButtonLink } from '../ui/button.tsx';
import { AUDIENCE_NAMES, count, date } from '../ui/format.ts';
import { MarkIcon } from '../ui/mark.tsx';
import { Empty, Loading, Note, ProblemNotice } from '../ui/notice.tsx';
import { Page, Section } from '../ui/page.tsx';
import { type ListedResponse, responsesQuery } from './answer-queries.ts';
import { askedAs, inWords } from './given.ts';
import { draftQuery, versionQuery } from './queries.ts';
import { SetApart } from './set-apart.tsx';

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
      lead={survey && `${count(survey.responses)} so far, those that wait for their batch included.`}
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
  const threshold = useQuery(settingsQuery(workspaceId)).data?.anonymityThreshold;
  const pages = list.data?.pages ?? [];
  const responses = pages.flatMap((page) => page.responses);
  const withheld = pages[0]?.withheld ?? [];
  return (
    <>
      <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />
      {list.isPending && <Loading what="the answers" />}
      {withheld.length > 0 && (
        <Section title="Only together">
          <ul className="max-w-3xl text-sm">
            {withheld.map(({ audience, published, because }) => (
              <li key={audience} className="border-t border-hairline py-2">
                <MarkIcon audience={audience} lens={audience === 'customer' ? 'experience' : 'belief'} />{' '}
                {AUDIENCE_NAMES[audience]}: {count(published)} published.{' '}
                <span className="text-muted">
                  {because}
                  {threshold !== undefined &&
                    ` The next batch is published when at least ${threshold} more are there; how many wait is not shown.`}
                </span>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {list.data && responses.length === 0 && (
        <Empty title={isAny ? 'No single answers to show' : 'No answer yet'}>
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
      {responses.length > 0 && (
        <Section title="Customers, one by one" aside="Newest first">
          <ol className="max-w-4xl">
            {responses.map((response) => (
              <ResponseEntry key={response.id} workspaceId={workspaceId} surveyId={surveyId} response={response} />
            ))}
          </ol>
          {list.hasNextPage && (
            <Button isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
              Show more
            </Button>
          )}
        </Section>
      )}
    </>
  );
}

interface ResponseEntryProps {
  readonly workspaceId: string;
  readonly surveyId: string;
  readonly response: Pick<ListedResponse, 'answeredOn' | 'channel' | 'language' | 'finished' | 'answers'> &
    Partial<Pick<ListedResponse, 'version' | 'attributes' | 'left'>>;
  readonly children?: React.ReactNode;
}

/** One response: when and where it came from, and every answer in the words of the version that was answered. */
export function ResponseEntry({ workspaceId, surveyId, response, children }: ResponseEntryProps) {
  const { answeredOn, channel, language, finished, answers, version, attributes = {}, left = [] } = response;
  const about = [
    answeredOn && date(answeredOn),
    channel,
    language,
    version ? `version ${version}` : '',
    finished ? '' : 'not finished',
    ...Object.entries(attributes).map(([name, value]) => `${name}: ${value}`),
  ];
  const latest = useQuery(draftQuery(workspaceId, surveyId)).data;
  const asked = useQuery(versionQuery(workspaceId, surveyId, version ?? latest?.version ?? null)).data;
  const survey = asked?.definition ?? null;
  const given = Object.entries(answers ?? {});
  return (
    <li className="border-t border-hairline py-2 text-sm">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <p className="text-xs text-muted wrap-anywhere">{about.filter(Boolean).join(' · ')}</p>
        {children}
      </div>
      {given.length === 0 && <p className="text-muted">Values of items only: it came with an import.</p>}
      <dl className="mt-1 grid gap-x-4 sm:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
        {given.map(([key, value]) => (
          <div key={key} className="contents">
            <dt className="text-muted wrap-anywhere">{askedAs(survey, key)}</dt>
            {/* What people write is shown as they wrote it, in whichever direction that runs. */}
            <dd dir="auto" className="whitespace-pre-line wrap-anywhere max-sm:mb-1">
              {inWords(survey, key, value)}
              {left.includes(key) && (
                <span dir="ltr" className="text-muted">
                  {' '}
                  · does not count: on a way that the respondent left
                </span>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </li>
  );
}
