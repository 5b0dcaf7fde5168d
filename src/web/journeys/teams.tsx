import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { inWorkspace, patch, post, put, remove } from '../api.ts';
import { membersQuery } from '../members/queries.ts';
import { useRights } from '../session.ts';
import { ActionMenu } from '../ui/action-menu.tsx';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/dialog.tsx';
import { SelectField } from '../ui/field.tsx';
import { NameDialog } from '../ui/name-form.tsx';
import { Empty, Loading, ProblemNotice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { journeysQuery, type Team, teamsQuery, useChange } from './queries.ts';
import { SetUpNav } from './set-up-nav.tsx';

const here = getRouteApi('/w/$workspaceId/journeys/teams');

/** The teams that own touchpoints, and who is in them. */
export function Teams() {
  const { workspaceId } = here.useParams();
  const { mayEdit } = useRights(workspaceId);
  const teams = useQuery(teamsQuery(workspaceId));
  const [adding, setAdding] = useState(false);
  const create = useChange(workspaceId, (name: string) => post(inWorkspace(workspaceId, 'teams'), { name }));
  return (
    <Page
      title="Teams"
      lead="A touchpoint has an owner team: whoever can change what customers get there."
      actions={mayEdit && <Button onPress={() => setAdding(true)}>Add a team</Button>}
    >
      <SetUpNav workspaceId={workspaceId} />
      <ProblemNotice error={teams.error} />
      {teams.isPending && <Loading what="the teams" />}
      {teams.data?.teams.length === 0 && (
        <Empty title="No team yet">
          <p>Add the teams of your organisation, then name the owner of each touchpoint on the journey map.</p>
        </Empty>
      )}
      <ul className="max-w-3xl">
        {teams.data?.teams.map((team) => (
          <TeamEntry key={team.id} workspaceId={workspaceId} team={team} mayEdit={mayEdit} />
        ))}
      </ul>
      {adding && (
        <NameDialog
          title="New team"
          action="Add"
          onSave={(name) => create.mutateAsync(name)}
          onClose={() => setAdding(false)}
        />
      )}
    </Page>
  );
}

interface TeamEntryProps {
  readonly workspaceId: string;
  readonly team: Team;
  readonly mayEdit: boolean;
}

function TeamEntry({ workspaceId, team, mayEdit }: TeamEntryProps) {
  const [doing, setDoing] = useState<'rename' | 'delete' | null>(null);
  const path = inWorkspace(workspaceId, 'teams', team.id);
  const rename = useChange(workspaceId, (name: string) => patch(path, { name }));
  const drop = useChange(workspaceId, () => remove(path));
  const join = useChange(workspaceId, (userId: string) => put(`${path}/members/${encodeURIComponent(userId)}`, {}));
  const leave = useChange(workspaceId, (userId: string) => remove(`${path}/members/${encodeURIComponent(userId)}`));
  const journeys = useQuery(journeysQuery(workspaceId)).data?.journeys ?? [];
  const members = useQuery(membersQuery(workspaceId)).data?.members ?? [];
  const owned = journeys
    .flatMap(({ stages }) => stages)
    .flatMap(({ touchpoints }) => touchpoints)
    .filter(({ ownerTeamId }) => ownerTeamId === team.id);
  const inTeam = new Set(team.members);
  return (
    <li className="border-t border-hairline py-3">
      <div className="flex items-start justify-between gap-3">
        <div>
          <h2 className="font-medium">{team.name}</h2>
          <p className="text-sm text-muted">
            {owned.length === 0 ? 'owns no touchpoint yet' : `owns ${owned.map(({ name }) => name).join(', ')}`}
          </p>
        </div>
        {mayEdit && (
          <ActionMenu
            label={`Change ${team.name}`}
            actions={[
              { name: 'Rename', onAction: () => setDoing('rename') },
              { name: 'Delete', onAction: () => setDoing('delete') },
            ]}
          />
        )}
      </div>
      <div className="mt-1 flex flex-wrap items-center gap-2 text-sm">
        {members
          .filter(({ userId }) => inTeam.has(userId))
          .map(({ userId, name }) => (
            <span key={userId} className="inline-flex items-center gap-1">
              {name}
              {mayEdit && (
                <Button
                  look="plain"
                  aria-label={`Take ${name} out of ${team.name}`}
                  onPress={() => leave.mutate(userId)}
                >
                  <span aria-hidden="true">×</span>
                </Button>
              )}
            </span>
          ))}
        {mayEdit && members.some(({ userId }) => !inTeam.has(userId)) && (
          <SelectField
            label={`Add somebody to ${team.name}`}
            look="bare"
            value=""
            onChange={(userId) => userId && join.mutate(userId)}
          >
            <option value="">add somebody …</option>
            {members
              .filter(({ userId }) => !inTeam.has(userId))
              .map(({ userId, name }) => (
                <option key={userId} value={userId}>
                  {name}
                </option>
              ))}
          </SelectField>
        )}
      </div>
      <ProblemNotice error={join.error ?? leave.error} />
      {doing === 'rename' && (
        <NameDialog
          title="Rename the team"
          initial={team.name}
          action="Rename"
          onSave={(name) => rename.mutateAsync(name)}
          onClose={() => setDoing(null)}
        />
      )}
      <ConfirmDialog
        title={`Delete ${team.name}?`}
        isOpen={doing === 'delete'}
        onClose={() => setDoing(null)}
        action="Delete"
        onConfirm={() => drop.mutateAsync(undefined)}
      >
        Its touchpoints stay and have no owner until you name another.
      </ConfirmDialog>
    </li>
  );
}
