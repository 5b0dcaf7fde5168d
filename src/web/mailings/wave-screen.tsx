import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { inWorkspace, post } from '../api.ts';
import { useChange, type Wave, wavesQuery } from '../journeys/queries.ts';
import { useRights } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/dialog.tsx';
import { AUDIENCE_NAMES, count, dateTime } from '../ui/format.ts';
import { Loading, Note, ProblemNotice } from '../ui/notice.tsx';
import { Page, Section } from '../ui/page.tsx';
import { Unsaved } from '../ui/unsaved.tsx';
import { LinksDownload } from './links-download.tsx';
import { MailTextForm } from './mail-text-form.tsx';
import { ProgressView } from './progress-view.tsx';
import { estimateQuery, type Schedule, scheduleQuery } from './queries.ts';
import { SampleSize } from './sample-size.tsx';
import { ScheduleForm } from './schedule-form.tsx';
import { days, hasPassed, isOver, statusOf } from './status.ts';

const here = getRouteApi('/w/$workspaceId/surveys/$surveyId/waves/$waveId');

/** One wave from schedule to response rate: whom, with what words, the start, how it goes. */
export function WaveScreen() {
  const { workspaceId, surveyId, waveId } = here.useParams();
  const wave = useQuery(wavesQuery(workspaceId, surveyId)).data?.waves.find(({ id }) => id === waveId);
  const schedule = useQuery(scheduleQuery(workspaceId, waveId));
  if (schedule.isError) return <ProblemNotice error={schedule.error} onRetry={() => void schedule.refetch()} />;
  if (!wave || schedule.isPending) return <Loading what="the wave" />;
  return (
    <>
      <p className="mb-1 text-sm">
        <Link
          className="link text-muted"
          to="/w/$workspaceId/surveys/$surveyId/waves"
          params={{ workspaceId, surveyId }}
        >
          Waves by mail
        </Link>
      </p>
      <WaveView key={wave.id} workspaceId={workspaceId} wave={wave} schedule={schedule.data} />
    </>
  );
}

interface WaveViewProps {
  readonly workspaceId: string;
  readonly wave: Wave;
  readonly schedule: Schedule;
}

function WaveView({ workspaceId, wave, schedule }: WaveViewProps) {
  const { mayEdit } = useRights(workspaceId);
  const started = schedule.status !== 'draft';
  const [newSchedule, setNewSchedule] = useState(false);
  const [newWords, setNewWords] = useState(false);
  const unsaved = [...(newSchedule ? ['the schedule'] : []), ...(newWords ? ['the words of the mail'] : [])];
  return (
    <Page title={wave.name} lead={`${AUDIENCE_NAMES[wave.audience]}, ${statusOf(schedule)}.`}>
      <Unsaved what={mayEdit ? unsaved : []} />
      {!schedule.mailReady && (
        <Note>
          No mail server is set (SMTP_URL and MAIL_FROM), so nothing is sent from here. Download everybody’s personal
          link and send them by your own means.
        </Note>
      )}
      {schedule.handedOut && (
        <Note>
          Links handed out to {count(schedule.handedOut.people)} {schedule.handedOut.people === 1 ? 'person' : 'people'}
          , the last file {dateTime(schedule.handedOut.at)}. They count as asked.
        </Note>
      )}
      {schedule.anonymous && (
        <p className="max-w-prose text-sm text-muted">
          Answers of {wave.audience === 'customer' ? 'this survey' : 'this audience'} are anonymous. An invitation knows
          only that it was used; answers are counted in steps and shown only in groups that are large enough.
        </p>
      )}
      {started && (
        <Section title="How it goes">
          {mayEdit && <Steer workspaceId={workspaceId} schedule={schedule} />}
          <ProgressView workspaceId={workspaceId} surveyId={wave.surveyId} audience={wave.audience} waveId={wave.id} />
        </Section>
      )}
      <Section title="Whom and when">
        {!started && <SampleSize workspaceId={workspaceId} schedule={schedule} audienceSize={wave.audienceSize} />}
        <ScheduleForm
          // What is being changed outlasts a pause.
          key={started ? (isOver(schedule) ? 'over' : 'started') : 'draft'}
          workspaceId={workspaceId}
          schedule={schedule}
          wave={wave}
          mayEdit={mayEdit}
          onUnsaved={setNewSchedule}
        />
      </Section>
      <Section title="The mails">
        <MailTextForm
          workspaceId={workspaceId}
          surveyId={wave.surveyId}
          schedule={schedule}
          audience={wave.audience}
          mayEdit={mayEdit}
          onUnsaved={setNewWords}
        />
      </Section>
      {!started && mayEdit && <Start workspaceId={workspaceId} schedule={schedule} unsaved={unsaved} />}
    </Page>
  );
}

/** Rules that are a matter of time: a wave that repeats asks these people later. */
const CLOCKS = new Set(['this_survey', 'any_survey', 'quarantined']);

interface StartProps {
  readonly workspaceId: string;
  readonly schedule: Schedule;
  /** What is changed above and not saved yet: a start would go by what was saved. */
  readonly unsaved: readonly string[];
}

function Start({ workspaceId, schedule, unsaved }: StartProps) {
  const [asking, setAsking] = useState(false);
  const estimate = useQuery(estimateQuery(workspaceId, schedule.waveId));
  const start = useChange(workspaceId, () => post(inWorkspace(workspaceId, 'waves', schedule.waveId, 'start')));
  if (estimate.isError) return <ProblemNotice error={estimate.error} onRetry={() => void estimate.refetch()} />;
  if (estimate.isPending) return <Loading what="who would be asked" />;
  const { reach, drawn, wouldAsk, skipped, lookedAt, problems } = estimate.data;
  return (
    <Section title="Start">
      <p>
        Of {count(reach.all)} {reach.all === 1 ? 'person' : 'people'} {count(reach.reachable)} can be asked by mail;{' '}
        {count(drawn)} are drawn
        {lookedAt < drawn && `, of whom the first ${count(lookedAt)} were looked at`}. {count(wouldAsk)} would be asked
        now.
      </p>
      {skipped.length > 0 && (
        <ul className="mt-2 text-sm text-muted">
          {skipped.map(({ rule, because, people }) => (
            <li key={rule}>
              {count(people)} {schedule.repeatDays !== null && CLOCKS.has(rule) ? 'later' : 'not'}: {because}
            </li>
          ))}
        </ul>
      )}
      {problems.map((problem) => (
        <Note key={problem}>{problem}</Note>
      ))}
      {unsaved.length > 0 && <Note>Save {unsaved.join(' and ')} first: the numbers here are of what was saved.</Note>}
      <div className="mt-4 flex flex-wrap items-start gap-3">
        {schedule.mailReady && (
          <Button look="primary" isDisabled={problems.length > 0 || unsaved.length > 0} onPress={() => setAsking(true)}>
            Start the wave
          </Button>
        )}
        <LinksDownload workspaceId={workspaceId} schedule={schedule} isLocked={unsaved.length > 0} />
      </div>
      <ConfirmDialog
        title={`Send to ${count(drawn)} people?`}
        isOpen={asking}
        onClose={() => setAsking(false)}
        action="Send"
        onConfirm={() => start.mutateAsync(undefined)}
      >
        {whenWords(schedule)} {startWords(schedule)} You can pause and cancel. Mails that are out can’t be taken back.
      </ConfirmDialog>
    </Section>
  );
}

function whenWords({ sendAt }: Schedule): string {
  if (sendAt === null) return 'At once.';
  const at = sendAt.replace('T', ' ');
  return hasPassed(sendAt)
    ? `At once: ${at} has passed. People whose clock is not there yet get it then.`
    : `At ${at} on each person’s own clock.`;
}

function startWords({ repeatDays, anonymous, sample }: Schedule): string {
  if (repeatDays === null) return 'Whom it goes to is fixed from then on.';
  if (anonymous) return `Then again every ${days(repeatDays)}, each round as a wave of its own.`;
  const who = sample.kind === 'all' ? '' : ' The sample stays the same.';
  return `Then each person again every ${days(repeatDays)}.${who}`;
}

function Steer({ workspaceId, schedule }: { readonly workspaceId: string; readonly schedule: Schedule }) {
  const [cancelling, setCancelling] = useState(false);
  const steer = useChange(workspaceId, (what: 'pause' | 'resume' | 'cancel') =>
    post(inWorkspace(workspaceId, 'waves', schedule.waveId, 'steer'), { what }),
  );
  if (schedule.status !== 'running' && schedule.status !== 'paused') return null;
  return (
    <div className="mb-4">
      <div className="flex gap-3">
        {schedule.status === 'running' ? (
          <Button onPress={() => steer.mutate('pause')}>Pause</Button>
        ) : (
          <Button look="primary" onPress={() => steer.mutate('resume')}>
            Resume
          </Button>
        )}
        <Button look="danger" onPress={() => setCancelling(true)}>
          Cancel the wave
        </Button>
      </div>
      <ProblemNotice error={steer.error} />
      <ConfirmDialog
        title="Cancel the wave?"
        isOpen={cancelling}
        onClose={() => setCancelling(false)}
        action="Cancel the wave"
        onConfirm={() => steer.mutateAsync('cancel')}
      >
        No further invitation or reminder goes out. Links that are out keep working until the last day of the wave.
      </ConfirmDialog>
    </div>
  );
}
