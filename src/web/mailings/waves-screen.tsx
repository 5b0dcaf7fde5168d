import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { type Wave, wavesQuery } from '../journeys/queries.ts';
import { WaveDialog } from '../journeys/wave-dialog.tsx';
import { useRights } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { AUDIENCE_NAMES, count, date, percent } from '../ui/format.ts';
import { MarkIcon } from '../ui/mark.tsx';
import { Empty, Loading, ProblemNotice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Num, Table, Td, Th } from '../ui/table.tsx';
import { progressQuery, scheduleQuery, type WaveProgress } from './queries.ts';
import { statusOf } from './status.ts';

const here = getRouteApi('/w/$workspaceId/surveys/$surveyId/waves');

/** The waves of a survey: each asks one audience by mail. */
export function WavesScreen() {
  const { workspaceId, surveyId } = here.useParams();
  const { mayEdit } = useRights(workspaceId);
  const waves = useQuery(wavesQuery(workspaceId, surveyId));
  const [adding, setAdding] = useState(false);
  return (
    <Page
      title="Waves by mail"
      lead="A wave asks one audience by mail: everybody, or a sample, with a link of their own."
      actions={mayEdit && <Button onPress={() => setAdding(true)}>Add a wave</Button>}
    >
      <ProblemNotice error={waves.error} onRetry={() => void waves.refetch()} />
      {waves.isPending && <Loading what="the waves" />}
      {waves.data?.waves.length === 0 && (
        <Empty title="No wave yet">
          <p>Add one for each audience that you ask: customers, staff, leaders.</p>
        </Empty>
      )}
      {waves.data && waves.data.waves.length > 0 && (
        <Table label="Waves">
          <thead>
            <tr>
              <Th>Wave</Th>
              <Th>Audience</Th>
              <Th>By mail</Th>
              <Th className="text-right">Sent</Th>
              <Th className="text-right">Answered</Th>
              <Th className="max-sm:hidden">Last day</Th>
            </tr>
          </thead>
          <tbody>
            {waves.data.waves.map((wave) => (
              <WaveRow key={wave.id} workspaceId={workspaceId} surveyId={surveyId} wave={wave} />
            ))}
          </tbody>
        </Table>
      )}
      {adding && (
        <WaveDialog workspaceId={workspaceId} surveyId={surveyId} wave={null} onClose={() => setAdding(false)} />
      )}
    </Page>
  );
}

function WaveRow({
  workspaceId,
  surveyId,
  wave,
}: {
  readonly workspaceId: string;
  readonly surveyId: string;
  readonly wave: Wave;
}) {
  const { mayEdit } = useRights(workspaceId);
  const schedule = useQuery({ ...scheduleQuery(workspaceId, wave.id), enabled: mayEdit && !wave.simulated }).data;
  const started = useQuery({
    ...progressQuery(workspaceId, wave.id, ''),
    enabled: schedule !== undefined && schedule.startedAt !== null,
    refetchInterval: false,
  }).data;
  return (
    <tr>
      <Td>
        {wave.simulated ? (
          wave.name
        ) : (
          <Link
            className="link"
            to="/w/$workspaceId/surveys/$surveyId/waves/$waveId"
            params={{ workspaceId, surveyId, waveId: wave.id }}
          >
            {wave.name}
          </Link>
        )}
      </Td>
      <Td className="whitespace-nowrap">
        <MarkIcon
          audience={wave.audience}
          lens={wave.audience === 'customer' ? 'experience' : 'belief'}
          simulated={wave.simulated}
        />{' '}
        {AUDIENCE_NAMES[wave.audience]}
      </Td>
      <Td>{wave.simulated ? 'simulated' : schedule ? statusOf(schedule) : ''}</Td>
      <Num>{started ? count(started.invitations.sent) : '–'}</Num>
      <Num>{started ? rateOf(started) : '–'}</Num>
      <Td className="max-sm:hidden">{wave.endsOn ? date(wave.endsOn) : '–'}</Td>
    </tr>
  );
}

/** Of anonymous people a lower bound. */
function rateOf({ response, inStepsOf }: WaveProgress): string {
  return response.rate === null ? '–' : `${inStepsOf === null ? '' : '≥ '}${percent(response.rate)}`;
}
