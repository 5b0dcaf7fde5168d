import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { Form } from 'react-aria-components';
import { inWorkspace, patch, remove } from '../api.ts';
import { useRights } from '../session.ts';
import { ActionMenu } from '../ui/action-menu.tsx';
import { Button, ButtonLink } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { AUDIENCE_NAMES } from '../ui/format.ts';
import { MarkIcon } from '../ui/mark.tsx';
import { Empty, Loading, Note, ProblemNotice } from '../ui/notice.tsx';
import { Page, Section } from '../ui/page.tsx';
import { ItemDialog } from './item-dialog.tsx';
import { type Item, journeysQuery, type Team, type Touchpoint, teamsQuery, useChange } from './queries.ts';

const here = getRouteApi('/w/$workspaceId/journeys/touchpoints/$touchpointId');

/** One touchpoint set up: who owns it, its channels, and its items with the three wordings side by side. */
export function TouchpointEditor() {
  const { workspaceId, touchpointId } = here.useParams();
  const journeys = useQuery(journeysQuery(workspaceId));
  const teams = useQuery(teamsQuery(workspaceId)).data?.teams ?? [];
  if (journeys.isError) return <ProblemNotice error={journeys.error} onRetry={() => void journeys.refetch()} />;
  if (journeys.isPending) return <Loading what="the touchpoint" />;
  const touchpoint = journeys.data.journeys
    .flatMap(({ stages }) => stages)
    .flatMap(({ touchpoints }) => touchpoints)
    .find(({ id }) => id === touchpointId);
  return (
    <>
      <p className="mb-1 text-sm">
        <Link className="link text-muted" to="/w/$workspaceId/journeys" params={{ workspaceId }}>
          Journey map
        </Link>
      </p>
      {touchpoint ? (
        <Editor workspaceId={workspaceId} touchpoint={touchpoint} teams={teams} />
      ) : (
        <Empty title="This touchpoint is gone">
          <p>It may have been deleted. The journey map shows what there is.</p>
        </Empty>
      )}
    </>
  );
}

interface EditorProps {
  readonly workspaceId: string;
  readonly touchpoint: Touchpoint;
  readonly teams: readonly Team[];
}

function Editor({ workspaceId, touchpoint, teams }: EditorProps) {
  const { mayEdit } = useRights(workspaceId);
  const [editing, setEditing] = useState<Item | 'new' | null>(null);
  return (
    <Page
      title={touchpoint.name}
      actions={
        <ButtonLink
          to="/w/$workspaceId/touchpoints/$touchpointId"
          params={{ workspaceId, touchpointId: touchpoint.id }}
        >
          See its gaps
        </ButtonLink>
      }
    >
      <Section title="About it">
        <AboutForm
          key={touchpoint.id}
          workspaceId={workspaceId}
          touchpoint={touchpoint}
          teams={teams}
          mayEdit={mayEdit}
        />
      </Section>
      <Section title="Items" aside={mayEdit && <Button onPress={() => setEditing('new')}>Add an item</Button>}>
        {touchpoint.items.length === 0 && (
          <Empty title="No item yet">
            <p>
              An item is one thing to be rated here, such as “cleanliness”. Word it once per audience: customers say
              what they got, staff and leaders what they believe customers get.
            </p>
          </Empty>
        )}
        <ol>
          {touchpoint.items.map((item, i) => (
            <ItemEntry
              key={item.id}
              workspaceId={workspaceId}
              touchpoint={touchpoint}
              item={item}
              position={i}
              mayEdit={mayEdit}
              onEdit={() => setEditing(item)}
            />
          ))}
        </ol>
      </Section>
      {editing && (
        <ItemDialog
          workspaceId={workspaceId}
          touchpointId={touchpoint.id}
          item={editing === 'new' ? null : editing}
          onClose={() => setEditing(null)}
        />
      )}
    </Page>
  );
}

function AboutForm({ workspaceId, touchpoint, teams, mayEdit }: EditorProps & { readonly mayEdit: boolean }) {
  const [name, setName] = useState(touchpoint.name);
  const [description, setDescription] = useState(touchpoint.description);
  const [channels, setChannels] = useState(touchpoint.channels.join(', '));
  const [ownerTeamId, setOwner] = useState(touchpoint.ownerTeamId ?? '');
  const save = useChange(workspaceId, () =>
    patch(inWorkspace(workspaceId, 'touchpoints', touchpoint.id), {
      name,
      description,
      channels: channels
        .split(',')
        .map((channel) => channel.trim())
        .filter(Boolean),
      ownerTeamId: ownerTeamId || null,
    }),
  );
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate(undefined);
  }
  return (
    <Form onSubmit={submit} className="grid max-w-3xl gap-3 sm:grid-cols-2">
      <TextField label="Name" isRequired maxLength={200} value={name} onChange={setName} isDisabled={!mayEdit} />
      <SelectField
        label="Owner team"
        value={ownerTeamId}
        onChange={setOwner}
        disabled={!mayEdit}
        hint={teams.length === 0 ? 'Make teams first, under Teams.' : undefined}
      >
        <option value="">nobody yet</option>
        {teams.map(({ id, name: team }) => (
          <option key={id} value={id}>
            {team}
          </option>
        ))}
      </SelectField>
      <TextField
        label="Channels"
        value={channels}
        onChange={setChannels}
        hint="Separated by commas: site, phone, shop."
        isDisabled={!mayEdit}
      />
      <TextField
        label="What happens here"
        value={description}
        onChange={setDescription}
        multiline
        isDisabled={!mayEdit}
      />
      <div className="sm:col-span-2">
        <ProblemNotice error={save.error} />
        {save.isSuccess && <Note>Saved.</Note>}
        {mayEdit && (
          <Button type="submit" isPending={save.isPending}>
            Save
          </Button>
        )}
      </div>
    </Form>
  );
}

interface ItemEntryProps {
  readonly workspaceId: string;
  readonly touchpoint: Touchpoint;
  readonly item: Item;
  readonly position: number;
  readonly mayEdit: boolean;
  readonly onEdit: () => void;
}

function ItemEntry({ workspaceId, touchpoint, item, position, mayEdit, onEdit }: ItemEntryProps) {
  const [deleting, setDeleting] = useState(false);
  const path = inWorkspace(workspaceId, 'items', item.id);
  const change = useChange(workspaceId, ({ to, body }: { to: string; body: unknown }) => patch(to, body));
  const drop = useChange(workspaceId, () => remove(path, { withAnswers: true }));
  const lead = touchpoint.leadItemId === item.id;
  const { min, max, direction, topBox } = item.scale;
  return (
    <li className="border-t border-hairline py-3">
      <div className="flex items-start justify-between gap-3">
        <div>
          <h3 className="font-medium">
            {item.name} {lead && <span className="ml-1 text-xs font-normal text-muted">stands for the touchpoint</span>}
          </h3>
          <p className="text-xs text-muted">
            key {item.key} · {min} to {max}
            {direction === 'down' && ', lower is better'} · top box {topBox}
            {item.servqualDimension && ` · ${item.servqualDimension}`}
          </p>
        </div>
        {mayEdit && (
          <ActionMenu
            label={`Change ${item.name}`}
            actions={[
              { name: 'Edit', onAction: onEdit },
              {
                name: 'Let it stand for the touchpoint',
                disabled: lead,
                onAction: () =>
                  change.mutate({
                    to: inWorkspace(workspaceId, 'touchpoints', touchpoint.id),
                    body: { leadItemId: item.id },
                  }),
              },
              {
                name: 'Move up',
                disabled: position === 0,
                onAction: () => change.mutate({ to: path, body: { position: position - 1 } }),
              },
              {
                name: 'Move down',
                disabled: position === touchpoint.items.length - 1,
                onAction: () => change.mutate({ to: path, body: { position: position + 1 } }),
              },
              { name: 'Delete', onAction: () => setDeleting(true) },
            ]}
          />
        )}
      </div>
      <dl className="mt-2 grid gap-x-6 gap-y-2 text-sm sm:grid-cols-3">
        {(['customer', 'staff', 'leadership'] as const).map((audience) => (
          <div key={audience}>
            <dt className="flex items-center gap-1.5 text-xs text-muted">
              <MarkIcon audience={audience} lens={audience === 'customer' ? 'experience' : 'belief'} size={10} />
              {AUDIENCE_NAMES[audience]} are asked
            </dt>
            <dd>{item.wording[audience] || <span className="text-muted">not worded yet</span>}</dd>
          </div>
        ))}
      </dl>
      <ProblemNotice error={change.error} />
      <ConfirmDialog
        title={`Delete ${item.name}?`}
        isOpen={deleting}
        onClose={() => setDeleting(false)}
        action="Delete"
        onConfirm={() => drop.mutateAsync(undefined)}
      >
        All answers to it go with it, from every audience. This can’t be undone.
      </ConfirmDialog>
    </li>
  );
}
