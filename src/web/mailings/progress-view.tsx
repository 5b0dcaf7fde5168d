import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { Audience } from '../../core/perspective.ts';
import { inWorkspace, post } from '../api.ts';
import { attributesQuery } from '../contacts/queries.ts';
import { useChange } from '../journeys/queries.ts';
import { Button } from '../ui/button.tsx';
import { Disclosure } from '../ui/disclosure.tsx';
import { SelectField } from '../ui/field.tsx';
import { count, dateTime, percent, points } from '../ui/format.ts';
import { Loading, Note, ProblemNotice } from '../ui/notice.tsx';
import { Progress } from '../ui/progress.tsx';
import { Num, Table, Td, Th } from '../ui/table.tsx';
import { mailsQuery, progressQuery, type WaveProgress } from './queries.ts';
import { RoundsView } from './rounds-view.tsx';

const here = getRouteApi('/w/$workspaceId/surveys/$surveyId/waves/$waveId');

interface ProgressViewProps {
  readonly workspaceId: string;
  readonly waveId: string;
}

interface WaveProgressProps extends ProgressViewProps {
  readonly surveyId: string;
  readonly audience: Audience;
}

/** What went out, who answered, and whom it did not reach and why. */
export function ProgressView({ workspaceId, surveyId, audience, waveId }: WaveProgressProps) {
  const { by = '' } = here.useSearch();
  const navigate = useNavigate({ from: '/w/$workspaceId/surveys/$surveyId/waves/$waveId' });
  const setBy = (next: string) =>
    void navigate({ search: next === '' ? {} : { by: next }, replace: true, resetScroll: false });
  const progress = useQuery(progressQuery(workspaceId, waveId, by));
  if (progress.isError) return <ProblemNotice error={progress.error} onRetry={() => void progress.refetch()} />;
  if (progress.isPending) return <Loading what="how it goes" />;
  const { invitations, inStepsOf, skipped, mailServer, nextAt, remindersSent, endedBecause, toldBy } = progress.data;
  const { nextReminder, unsubscribed } = progress.data;
  const all = Object.values(invitations).reduce((sum, n) => sum + n, 0);
  const facts = [
    `${count(invitations.sent)} sent`,
    invitations.waiting > 0 &&
      `${count(invitations.waiting)} waiting${nextAt ? `, the next one ${dateTime(nextAt)}` : ''}`,
    remindersSent ? `${count(remindersSent)} reminders sent` : false,
    invitations.skipped > 0 && `${count(invitations.skipped)} not asked`,
    invitations.bounced > 0 && `${count(invitations.bounced)} came back`,
    invitations.failed > 0 && `${count(invitations.failed)} refused`,
    invitations.unclear > 0 && `${count(invitations.unclear)} unclear`,
    invitations.cancelled > 0 && `${count(invitations.cancelled)} cancelled`,
    unsubscribed > 0 && `${count(unsubscribed)} unsubscribed since`,
  ].filter(Boolean);
  return (
    <>
      {endedBecause && <Note>{endedBecause}</Note>}
      {mailServer && <Note>The mail server can’t be used just now, and is tried again every minute: {mailServer}</Note>}
      <Progress
        label="Invitations"
        share={all > 0 ? (all - invitations.waiting) / all : 1}
        detail={facts.join(' · ')}
      />
      {nextReminder && <p className="mt-1 text-sm">{reminderSentence(nextReminder)}</p>}
      <p className="mt-2 text-lg">{rateSentence(progress.data)}</p>
      {inStepsOf !== null && (
        <p className="text-sm text-muted">
          Counted in steps of {inStepsOf}, so that nobody stands out: it may be more, and so there is no interval.
        </p>
      )}
      <RoundsView workspaceId={workspaceId} surveyId={surveyId} waveId={waveId} progress={progress.data} />
      <ByAttribute
        audience={audience}
        workspaceId={workspaceId}
        surveyId={surveyId}
        by={by}
        onChange={setBy}
        groups={groupsOf(progress.data)}
        toldBy={toldBy}
      />
      {skipped.length > 0 && (
        <div className="mt-4 text-sm">
          <h3 className="font-medium">Not asked</h3>
          <ul className="text-muted">
            {skipped.map(({ rule, because, people }) => (
              <li key={rule}>
                {count(people)}: {because}
              </li>
            ))}
          </ul>
        </div>
      )}
      <div className="mt-4 flex flex-col gap-1">
        {(['unclear', 'failed', 'bounced', 'skipped'] as const).map(
          (state) =>
            invitations[state] > 0 && (
              <Disclosure key={state} title={`${LIST_TITLES[state]} (${count(invitations[state])})`}>
                <MailEntries workspaceId={workspaceId} waveId={waveId} state={state} total={invitations[state]} />
              </Disclosure>
            ),
        )}
      </div>
    </>
  );
}

const LIST_TITLES = {
  unclear: 'May or may not have arrived',
  failed: 'Refused by the mail server',
  bounced: 'Addresses that do not work',
  skipped: 'People who were not asked',
} as const;

/** Whoever answers before it gets none; of anonymous people nobody may know how many these are. */
function reminderSentence({ at, people }: NonNullable<WaveProgress['nextReminder']>): string {
  const who = people === null ? 'those' : `at most ${count(people)} ${people === 1 ? 'person' : 'people'}`;
  return `Reminder to ${who} who ${people === 1 ? 'has' : 'have'} not answered by then: ${dateTime(at)}`;
}

function rateSentence({ response, inStepsOf, rounds }: WaveProgress): string {
  const { invited, answered, rate, interval } = response;
  if (rate === null) return 'Nobody has been invited yet.';
  if (inStepsOf !== null) {
    return answered === 0
      ? `Of ${count(invited)} invited, how many have answered is told from ${inStepsOf} on.`
      : `At least ${count(answered)} of ${count(invited)} have answered: ${percent(rate)} or more`;
  }
  const once = rounds === null ? '' : ' at least once';
  const sure = interval ? ` [${points([interval[0], interval[1]])}]` : '';
  return `${count(answered)} of ${count(invited)} have answered${once}: ${percent(rate)}${sure}`;
}

/** One table for both: the values of an attribute, or segments by name. */
function groupsOf({ by, bySegment, toldBy }: WaveProgress) {
  if (by) {
    const without = toldBy === null ? 'not known' : 'not kept';
    const rows = by.values.map((row) => ({ ...row, key: row.value, value: row.value || without }));
    return { title: by.attribute, rows, hidden: by.hidden, what: ['value', 'values'] as const };
  }
  if (!bySegment) return null;
  const rows = bySegment.segments.map((row) => ({ key: row.segmentId, value: row.name, ...row }));
  return { title: 'Segment', rows, hidden: bySegment.hidden, what: ['segment', 'segments'] as const };
}

interface ByAttributeProps {
  readonly workspaceId: string;
  readonly surveyId: string;
  readonly audience: Audience;
  readonly by: string;
  readonly onChange: (by: string) => void;
  readonly groups: ReturnType<typeof groupsOf>;
  readonly toldBy: WaveProgress['toldBy'];
}

function ByAttribute({ workspaceId, surveyId, audience, by, onChange, groups, toldBy }: ByAttributeProps) {
  const inUse = useQuery(attributesQuery(workspaceId, audience)).data?.attributes.map(({ key }) => key) ?? [];
  const attributes = toldBy === null ? inUse : toldBy.attributes;
  // What an address says that somebody sent.
  const asked = by.startsWith('a:') && !attributes.includes(by.slice(2)) ? [by.slice(2)] : [];
  return (
    <div className="mt-3 max-w-2xl">
      <SelectField label="Response rate by" className="w-56" value={by} onChange={onChange}>
        <option value="">nothing</option>
        <option value="segments">segment</option>
        {[...attributes, ...asked].map((key) => (
          <option key={key} value={`a:${key}`}>
            {key}
          </option>
        ))}
      </SelectField>
      {groups && <GroupTable groups={groups} />}
      {toldBy && (
        <p className="mt-1 max-w-prose text-sm text-muted">
          {toldBy.because}{' '}
          <Link
            className="link"
            to="/w/$workspaceId/surveys/$surveyId"
            params={{ workspaceId, surveyId }}
            search={{ part: 'settings' }}
          >
            Settings of the survey
          </Link>
        </p>
      )}
    </div>
  );
}

function GroupTable({ groups }: { readonly groups: NonNullable<ReturnType<typeof groupsOf>> }) {
  const { title, rows, hidden, what } = groups;
  return (
    <div className="mt-2">
      {rows.length > 0 && (
        <Table label={`Response rate by ${title}`}>
          <thead>
            <tr>
              <Th>{title}</Th>
              <Th className="text-right">Invited</Th>
              <Th className="text-right">Answered</Th>
              <Th className="text-right">Rate</Th>
              <Th className="text-right">How sure</Th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ key, value, invited, answered, rate, interval }) => (
              <tr key={key}>
                <Td>{value}</Td>
                <Num>{count(invited)}</Num>
                <Num>{count(answered)}</Num>
                <Num>{rate === null ? '–' : percent(rate)}</Num>
                <Num>{interval ? `${points([interval[0], interval[1]])} %` : '–'}</Num>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
      {hidden > 0 && (
        <p className="mt-1 text-xs text-muted">
          {count(hidden)} {hidden === 1 ? what[0] : what[1]} not shown.
        </p>
      )}
    </div>
  );
}

interface MailEntriesProps {
  readonly workspaceId: string;
  readonly waveId: string;
  readonly state: keyof typeof LIST_TITLES;
  readonly total: number;
}

function MailEntries({ workspaceId, waveId, state, total }: MailEntriesProps) {
  const mails = useInfiniteQuery(mailsQuery(workspaceId, waveId, state, total));
  const again = useChange(workspaceId, (mailId: string) =>
    post(inWorkspace(workspaceId, 'waves', waveId, 'mails', mailId, 'again')),
  );
  return (
    <>
      {state === 'unclear' && (
        <p>The connection broke while these mails were handed over. They are not sent again unless you say so.</p>
      )}
      <ProblemNotice error={mails.error ?? again.error} />
      <ul>
        {mails.data?.pages
          .flatMap((page) => page.mails)
          .map((mail) => (
            <li key={mail.id} className="flex flex-wrap items-baseline gap-x-3 border-t border-hairline py-1">
              <Link
                className="link"
                to="/w/$workspaceId/contacts/$contactId"
                params={{ workspaceId, contactId: mail.contactId }}
              >
                {mail.contact}
              </Link>
              {mail.round > 1 && <span className="text-muted">round {mail.round}</span>}
              <span>{mail.because}</span>
              {(state === 'unclear' || state === 'failed') && (
                <Button look="plain" onPress={() => again.mutate(mail.id)}>
                  Send again
                </Button>
              )}
            </li>
          ))}
      </ul>
      {mails.hasNextPage && (
        <Button className="mt-2" isPending={mails.isFetchingNextPage} onPress={() => void mails.fetchNextPage()}>
          Show more
        </Button>
      )}
    </>
  );
}
