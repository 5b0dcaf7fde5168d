import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { inWorkspace, patch, post, remove } from '../api.ts';
import { useRights } from '../session.ts';
import { ActionMenu } from '../ui/action-menu.tsx';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/dialog.tsx';
import { NameDialog } from '../ui/name-form.tsx';
import { Empty, Loading, ProblemNotice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import {
  type Journey,
  journeysQuery,
  type Stage,
  type Team,
  type Touchpoint,
  teamsQuery,
  useChange,
} from './queries.ts';
import { SetUpNav } from './set-up-nav.tsx';

const here = getRouteApi('/w/$workspaceId/journeys');

/** What is being asked: a name for something new or old, or whether something may go. */
type Asking =
  | {
      readonly kind: 'name';
      readonly title: string;
      readonly initial?: string;
      readonly action: string;
      readonly save: (name: string) => Promise<unknown>;
    }
  | { readonly kind: 'delete'; readonly title: string; readonly consequence: string; readonly path: string };

/** The map: stages side by side, their touchpoints below, everything editable where it stands. */
export function JourneyMap() {
  const { workspaceId } = here.useParams();
  const { mayEdit } = useRights(workspaceId);
  const journeys = useQuery(journeysQuery(workspaceId));
  const teams = useQuery(teamsQuery(workspaceId)).data?.teams ?? [];
  const [asking, ask] = useState<Asking | null>(null);
  const create = useChange(workspaceId, ({ path, name }: { path: string; name: string }) => post(path, { name }));
  const change = useChange(workspaceId, ({ path, body }: { path: string; body: unknown }) => patch(path, body));
  const drop = useChange(workspaceId, (path: string) => remove(path, { withAnswers: true }));
  const edit: MapEdit | null = mayEdit
    ? {
        add: (what, path) =>
          ask({
            kind: 'name',
            title: `New ${what}`,
            action: 'Add',
            save: (name) => create.mutateAsync({ path, name }),
          }),
        rename: (what, path, initial) =>
          ask({
            kind: 'name',
            title: `Rename the ${what}`,
            initial,
            action: 'Rename',
            save: (name) => change.mutateAsync({ path, body: { name } }),
          }),
        move: (path, position) => change.mutate({ path, body: { position } }),
        drop: (title, consequence, path) => ask({ kind: 'delete', title, consequence, path }),
      }
    : null;
  const list = journeys.data?.journeys ?? [];
  return (
    <Page
      title="Journey"
      lead="The moments of contact, in the order in which customers meet them. Each is rated with the same items by leaders, staff and customers."
      actions={
        edit && <Button onPress={() => edit.add('journey', inWorkspace(workspaceId, 'journeys'))}>Add a journey</Button>
      }
    >
      <SetUpNav workspaceId={workspaceId} />
      <ProblemNotice error={journeys.error ?? change.error} />
      {journeys.isPending && <Loading what="the journey" />}
      {journeys.data && list.length === 0 && (
        <Empty title="No journey yet">
          <p>
            Add a journey such as “Flying”, then its stages (“Arrive”, “Check in”), then the touchpoints of each. A file
            with answers can also make items while it is imported.
          </p>
        </Empty>
      )}
      {list.map((journey, i) => (
        <JourneySection
          key={journey.id}
          workspaceId={workspaceId}
          journey={journey}
          position={i}
          count={list.length}
          teams={teams}
          edit={edit}
        />
      ))}
      {asking?.kind === 'name' && (
        <NameDialog
          title={asking.title}
          initial={asking.initial ?? ''}
          action={asking.action}
          onSave={asking.save}
          onClose={() => ask(null)}
        />
      )}
      {asking?.kind === 'delete' && (
        <ConfirmDialog
          title={asking.title}
          isOpen
          onClose={() => ask(null)}
          action="Delete"
          onConfirm={() => drop.mutateAsync(asking.path)}
        >
          {asking.consequence}
        </ConfirmDialog>
      )}
    </Page>
  );
}

interface MapEdit {
  readonly add: (what: string, path: string) => void;
  readonly rename: (what: string, path: string, initial: string) => void;
  readonly move: (path: string, position: number) => void;
  readonly drop: (title: string, consequence: string, path: string) => void;
}

interface JourneySectionProps {
  readonly workspaceId: string;
  readonly journey: Journey;
  readonly position: number;
  readonly count: number;
  readonly teams: readonly Team[];
  readonly edit: MapEdit | null;
}

function JourneySection({ workspaceId, journey, position, count, teams, edit }: JourneySectionProps) {
  const path = inWorkspace(workspaceId, 'journeys', journey.id);
  return (
    <section className="mt-6 first-of-type:mt-0" aria-label={journey.name}>
      <h2 className="mb-2 flex items-center gap-2 text-base font-semibold">
        {journey.name}
        {edit && (
          <ActionMenu
            label={`Change ${journey.name}`}
            actions={[
              { name: 'Add a stage', onAction: () => edit.add('stage', `${path}/stages`) },
              { name: 'Rename', onAction: () => edit.rename('journey', path, journey.name) },
              { name: 'Move up', onAction: () => edit.move(path, position - 1), disabled: position === 0 },
              { name: 'Move down', onAction: () => edit.move(path, position + 1), disabled: position === count - 1 },
              {
                name: 'Delete',
                onAction: () =>
                  edit.drop(
                    `Delete ${journey.name}?`,
                    'Its stages, touchpoints and items go with it, and so do all answers to these items. This can’t be undone; export the workspace first if in doubt.',
                    path,
                  ),
              },
            ]}
          />
        )}
      </h2>
      <ol className="grid grid-cols-[repeat(auto-fill,minmax(14rem,1fr))] gap-x-6 gap-y-5">
        {journey.stages.map((stage, i) => (
          <StageColumn
            key={stage.id}
            workspaceId={workspaceId}
            stage={stage}
            position={i}
            count={journey.stages.length}
            teams={teams}
            edit={edit}
          />
        ))}
      </ol>
      {edit && (
        <Button look="plain" className="mt-2" onPress={() => edit.add('stage', `${path}/stages`)}>
          Add a stage
        </Button>
      )}
    </section>
  );
}

interface StageColumnProps extends Omit<JourneySectionProps, 'journey'> {
  readonly stage: Stage;
}

function StageColumn({ workspaceId, stage, position, count, teams, edit }: StageColumnProps) {
  const path = inWorkspace(workspaceId, 'stages', stage.id);
  return (
    <li className="border-t-2 border-bar pt-1.5">
      <h3 className="flex items-center justify-between gap-2 text-sm font-medium">
        {stage.name}
        {edit && (
          <ActionMenu
            label={`Change ${stage.name}`}
            actions={[
              { name: 'Rename', onAction: () => edit.rename('stage', path, stage.name) },
              { name: 'Move earlier', onAction: () => edit.move(path, position - 1), disabled: position === 0 },
              { name: 'Move later', onAction: () => edit.move(path, position + 1), disabled: position === count - 1 },
              {
                name: 'Delete',
                onAction: () =>
                  edit.drop(
                    `Delete ${stage.name}?`,
                    'Its touchpoints and items go with it, and so do all answers to these items. This can’t be undone.',
                    path,
                  ),
              },
            ]}
          />
        )}
      </h3>
      <ol>
        {stage.touchpoints.map((touchpoint, i) => (
          <TouchpointEntry
            key={touchpoint.id}
            workspaceId={workspaceId}
            touchpoint={touchpoint}
            position={i}
            count={stage.touchpoints.length}
            teams={teams}
            edit={edit}
          />
        ))}
      </ol>
      {edit && (
        <Button look="plain" className="text-muted" onPress={() => edit.add('touchpoint', `${path}/touchpoints`)}>
          Add a touchpoint
        </Button>
      )}
    </li>
  );
}

interface TouchpointEntryProps extends Omit<JourneySectionProps, 'journey'> {
  readonly touchpoint: Touchpoint;
}

function TouchpointEntry({ workspaceId, touchpoint, position, count, teams, edit }: TouchpointEntryProps) {
  const path = inWorkspace(workspaceId, 'touchpoints', touchpoint.id);
  const owner = teams.find(({ id }) => id === touchpoint.ownerTeamId)?.name;
  const items = touchpoint.items.length;
  return (
    <li className="flex items-start justify-between gap-2 border-t border-hairline py-1.5 text-sm">
      <div className="min-w-0">
        <Link
          className="link"
          to="/w/$workspaceId/journeys/touchpoints/$touchpointId"
          params={{ workspaceId, touchpointId: touchpoint.id }}
        >
          {touchpoint.name}
        </Link>
        <p className="text-xs text-muted">
          {items === 0 ? 'no item yet' : items === 1 ? '1 item' : `${items} items`}
          {owner && ` · ${owner}`}
          {touchpoint.channels.length > 0 && ` · ${touchpoint.channels.join(', ')}`}
        </p>
      </div>
      {edit && (
        <ActionMenu
          label={`Change ${touchpoint.name}`}
          actions={[
            { name: 'Rename', onAction: () => edit.rename('touchpoint', path, touchpoint.name) },
            { name: 'Move up', onAction: () => edit.move(path, position - 1), disabled: position === 0 },
            { name: 'Move down', onAction: () => edit.move(path, position + 1), disabled: position === count - 1 },
            {
              name: 'Delete',
              onAction: () =>
                edit.drop(
                  `Delete ${touchpoint.name}?`,
                  items === 0
                    ? 'It has no items. This can’t be undone.'
                    : `Its ${items === 1 ? 'item goes' : `${items} items go`} with it, and so do all answers to ${items === 1 ? 'it' : 'them'}. This can’t be undone.`,
                  path,
                ),
            },
          ]}
        />
      )}
    </li>
  );
}
