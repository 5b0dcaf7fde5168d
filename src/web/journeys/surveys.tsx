import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { InvitationCount } from '../../server/invitations/schema.ts';
import { inWorkspace, post, remove } from '../api.ts';
import { useRights } from '../session.ts';
import { ActionMenu } from '../ui/action-menu.tsx';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/dialog.tsx';
import { AUDIENCE_NAMES, count, date } from '../ui/format.ts';
import { MarkIcon } from '../ui/mark.tsx';
import { NameDialog } from '../ui/name-form.tsx';
import { Empty, Loading, ProblemNotice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { LinksDialog } from './links-dialog.tsx';
import { linkCountQuery, type Survey, surveysQuery, useChange, type Wave, wavesQuery } from './queries.ts';
import { SetUpNav } from './set-up-nav.tsx';
import { WaveDialog } from './wave-dialog.tsx';

const here = getRouteApi('/w/$workspaceId/journeys/surveys');

/** Questionnaires and their fielding periods: who was asked when, and how many there are to ask. */
export function Surveys() {
  const { workspaceId } = here.useParams();
  const { mayEdit } = useRights(workspaceId);
  const surveys = useQuery(surveysQuery(workspaceId));
  const [adding, setAdding] = useState(false);
  const create = useChange(workspaceId, (name: string) => post(inWorkspace(workspaceId, 'surveys'), { name }));
  return (
    <Page
      title="Surveys and waves"
      lead="A wave is one fielding period with one audience. Its audience’s size, where it is known, makes an answer of everybody a census."
      actions={mayEdit && <Button onPress={() => setAdding(true)}>Add a survey</Button>}
    >
      <SetUpNav workspaceId={workspaceId} />
      <ProblemNotice error={surveys.error} />
      {surveys.isPending && <Loading what="the surveys" />}
      {surveys.data?.surveys.length === 0 && (
        <Empty title="No survey yet">
          <p>Add one here, or import a file with answers: the import asks for the survey’s name.</p>
        </Empty>
      )}
      {surveys.data?.surveys.map((survey) => (
        <SurveySection key={survey.id} workspaceId={workspaceId} survey={survey} mayEdit={mayEdit} />
      ))}
      {adding && (
        <NameDialog
          title="New survey"
          action="Add"
          onSave={(name) => create.mutateAsync(name)}
          onClose={() => setAdding(false)}
        />
      )}
    </Page>
  );
}

interface SurveySectionProps {
  readonly workspaceId: string;
  readonly survey: Survey;
  readonly mayEdit: boolean;
}

function SurveySection({ workspaceId, survey, mayEdit }: SurveySectionProps) {
  const waves = useQuery(wavesQuery(workspaceId, survey.id));
  const [editing, setEditing] = useState<Wave | 'new' | null>(null);
  const [deleting, setDeleting] = useState(false);
  const drop = useChange(workspaceId, () =>
    remove(inWorkspace(workspaceId, 'surveys', survey.id), { withAnswers: true }),
  );
  return (
    <section className="mt-6 max-w-3xl" aria-label={survey.name}>
      <h2 className="flex items-center gap-2 font-semibold">
        {survey.name}
        {mayEdit && (
          <ActionMenu
            label={`Change ${survey.name}`}
            actions={[
              { name: 'Add a wave', onAction: () => setEditing('new') },
              { name: 'Delete', onAction: () => setDeleting(true) },
            ]}
          />
        )}
      </h2>
      <ProblemNotice error={waves.error} />
      {waves.data?.waves.length === 0 && <p className="text-sm text-muted">No wave yet.</p>}
      <ul>
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
      {mayEdit && (
        <Button look="plain" onPress={() => setEditing('new')}>
          Add a wave
        </Button>
      )}
      {editing && (
        <WaveDialog
          workspaceId={workspaceId}
          surveyId={survey.id}
          wave={editing === 'new' ? null : editing}
          onClose={() => setEditing(null)}
        />
      )}
      <ConfirmDialog
        title={`Delete ${survey.name}?`}
        isOpen={deleting}
        onClose={() => setDeleting(false)}
        action="Delete with its answers"
        onConfirm={() => drop.mutateAsync(undefined)}
      >
        Its waves and every response to it go too. Items stay. This can’t be undone; export the workspace first if in
        doubt.
      </ConfirmDialog>
    </section>
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
          {wave.name}
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
