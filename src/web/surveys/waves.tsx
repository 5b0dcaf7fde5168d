import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { InvitationCount } from '../../server/invitations/schema.ts';
import { inWorkspace, remove } from '../api.ts';
import { LinksDialog } from '../journeys/links-dialog.tsx';
import { linkCountQuery, useChange, type Wave, wavesQuery } from '../journeys/queries.ts';
import { WaveDialog } from '../journeys/wave-dialog.tsx';
import { ActionMenu } from '../ui/action-menu.tsx';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/dialog.tsx';
import { AUDIENCE_NAMES, count, date } from '../ui/format.ts';
import { MarkIcon } from '../ui/mark.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { Section } from '../ui/page.tsx';

interface WavesProps {
  readonly workspaceId: string;
  readonly surveyId: string;
  readonly mayEdit: boolean;
}

/** Fielding periods of a survey: who was asked when, and how many there are to ask. */
export function Waves({ workspaceId, surveyId, mayEdit }: WavesProps) {
  const waves = useQuery(wavesQuery(workspaceId, surveyId));
  const [editing, setEditing] = useState<Wave | 'new' | null>(null);
  return (
    <Section title="Waves">
      <p className="max-w-prose text-sm text-muted">
        A wave is one fielding period with one audience. Its audience’s size, where it is known, makes an answer of
        everybody a census.{' '}
        <Link className="link" to="/w/$workspaceId/surveys/$surveyId/waves" params={{ workspaceId, surveyId }}>
          Waves by mail
        </Link>
      </p>
      <ProblemNotice error={waves.error} />
      <ul className="mt-2 max-w-3xl">
        {waves.data?.waves.map((wave) => (
          <WaveEntry
            key={wave.id}
            workspaceId={workspaceId}
            wave={wave}
            mayEdit={mayEdit}
            onEdit={() => setEditing(wave)}
          />
        ))}
      </ul>
      {waves.data?.waves.length === 0 && <p className="my-2 text-sm text-muted">No wave yet.</p>}
      {mayEdit && <Button onPress={() => setEditing('new')}>Add a wave</Button>}
      {editing && (
        <WaveDialog
          workspaceId={workspaceId}
          surveyId={surveyId}
          wave={editing === 'new' ? null : editing}
          onClose={() => setEditing(null)}
        />
      )}
    </Section>
  );
}

interface WaveEntryProps {
  readonly workspaceId: string;
  readonly wave: Wave;
  readonly mayEdit: boolean;
  readonly onEdit: () => void;
}

function WaveEntry({ workspaceId, wave, mayEdit, onEdit }: WaveEntryProps) {
  const [deleting, setDeleting] = useState(false);
  const [linking, setLinking] = useState(false);
  const links = useQuery(linkCountQuery(workspaceId, wave.id));
  const drop = useChange(workspaceId, () => remove(inWorkspace(workspaceId, 'waves', wave.id)));
  const period = [wave.startsOn, wave.endsOn].map((day) => (day ? date(day) : '…'));
  return (
    <li className="flex items-start justify-between gap-3 border-t border-hairline py-2 text-sm">
      <div>
        <p className="flex items-center gap-1.5">
          <MarkIcon
            audience={wave.audience}
            lens={wave.audience === 'customer' ? 'experience' : 'belief'}
            simulated={wave.simulated}
          />
          <Link
            className="link"
            to="/w/$workspaceId/surveys/$surveyId/waves/$waveId"
            params={{ workspaceId, surveyId: wave.surveyId, waveId: wave.id }}
          >
            {wave.name}
          </Link>
          {wave.simulated && <span className="text-xs text-muted">simulated</span>}
        </p>
        <p className="text-xs text-muted">
          {AUDIENCE_NAMES[wave.audience]}
          {wave.audienceSize !== null && `, ${count(wave.audienceSize)} in all`}
          {(wave.startsOn || wave.endsOn) && ` · ${period.join(' to ')}`}
        </p>
        {links.data && links.data.made > 0 && <LinkCount {...links.data} />}
      </div>
      {mayEdit && (
        <ActionMenu
          label={`Change ${wave.name}`}
          actions={[
            // Links are for real people, whose answers nobody should call simulated.
            ...(wave.simulated ? [] : [{ name: 'Make personal links', onAction: () => setLinking(true) }]),
            { name: 'Edit', onAction: onEdit },
            { name: 'Delete', onAction: () => setDeleting(true) },
          ]}
        />
      )}
      {linking && <LinksDialog workspaceId={workspaceId} wave={wave} onClose={() => setLinking(false)} />}
      <ConfirmDialog
        title={`Delete ${wave.name}?`}
        isOpen={deleting}
        onClose={() => setDeleting(false)}
        action="Delete the wave"
        onConfirm={() => drop.mutateAsync(undefined)}
      >
        The responses of this wave stay in the survey; they only lose the wave’s name, its audience size and its label.
        Personal links that are not used yet stop working.
      </ConfirmDialog>
    </li>
  );
}

function LinkCount({ made, used, usedInStepsOf }: InvitationCount) {
  return (
    <p className="text-xs text-muted">
      Personal links: {count(made)} made, {usedInStepsOf !== null && 'at least '}
      {count(used)} used
      {usedInStepsOf !== null && ` (counted in steps of ${usedInStepsOf}, so that nobody stands out)`}
    </p>
  );
}
