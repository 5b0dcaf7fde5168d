import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { Audience } from '../../core/perspective.ts';
import { inWorkspace, patch, post, remove } from '../api.ts';
import { useChange } from '../journeys/queries.ts';
import { useRights } from '../session.ts';
import { ActionMenu } from '../ui/action-menu.tsx';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog, Dialog, DialogActions } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { Form } from '../ui/form.tsx';
import { AUDIENCE_NAMES, count } from '../ui/format.ts';
import { Empty, Loading, ProblemNotice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { ConditionFields } from './condition-fields.tsx';
import { conditionOf, sentenceOf, testsOf } from './conditions.ts';
import { ContactsNav } from './contacts-nav.tsx';
import { attributesQuery, type Segment, segmentCountQuery, segmentsQuery } from './queries.ts';

const here = getRouteApi('/w/$workspaceId/contacts/segments');

/** Saved conditions on attributes, each with how many people it holds for just now. */
export function SegmentsScreen() {
  const { workspaceId } = here.useParams();
  const { mayEdit } = useRights(workspaceId);
  const segments = useQuery(segmentsQuery(workspaceId));
  const [editing, setEditing] = useState<Segment | 'new' | null>(null);
  return (
    <Page
      title="Segments"
      lead="A segment is a condition on attributes. Who is in it is found out when it is used, so it is never out of date."
      actions={mayEdit && <Button onPress={() => setEditing('new')}>Add a segment</Button>}
    >
      <ContactsNav workspaceId={workspaceId} />
      <ProblemNotice error={segments.error} onRetry={() => void segments.refetch()} />
      {segments.isPending && <Loading what="the segments" />}
      {segments.data?.segments.length === 0 && (
        <Empty title="No segment yet">
          <p>For example “city is Bergen and crossings at least 10”. Waves and moments ask the people of a segment.</p>
        </Empty>
      )}
      <ul className="max-w-3xl">
        {segments.data?.segments.map((segment) => (
          <SegmentEntry
            key={segment.id}
            workspaceId={workspaceId}
            segment={segment}
            mayEdit={mayEdit}
            onEdit={() => setEditing(segment)}
          />
        ))}
      </ul>
      {editing && (
        <SegmentDialog
          workspaceId={workspaceId}
          segment={editing === 'new' ? null : editing}
          onClose={() => setEditing(null)}
        />
      )}
    </Page>
  );
}

interface SegmentEntryProps {
  readonly workspaceId: string;
  readonly segment: Segment;
  readonly mayEdit: boolean;
  readonly onEdit: () => void;
}

function SegmentEntry({ workspaceId, segment, mayEdit, onEdit }: SegmentEntryProps) {
  const [deleting, setDeleting] = useState(false);
  const drop = useChange(workspaceId, () => remove(inWorkspace(workspaceId, 'segments', segment.id)));
  return (
    <li className="flex items-start justify-between gap-3 border-t border-hairline py-2.5 text-sm">
      <div>
        <Link
          className="link font-medium"
          to="/w/$workspaceId/contacts"
          params={{ workspaceId }}
          search={{ segmentId: segment.id }}
        >
          {segment.name}
        </Link>
        <p className="text-muted">
          {segment.audience ? AUDIENCE_NAMES[segment.audience] : 'All audiences'}: {sentenceOf(segment.condition)}
        </p>
        <Count workspaceId={workspaceId} segment={segment} />
      </div>
      {mayEdit && (
        <ActionMenu
          label={`Change ${segment.name}`}
          actions={[
            { name: 'Edit', onAction: onEdit },
            { name: 'Delete', onAction: () => setDeleting(true) },
          ]}
        />
      )}
      <ConfirmDialog
        title={`Delete ${segment.name}?`}
        isOpen={deleting}
        onClose={() => setDeleting(false)}
        action="Delete"
        onConfirm={() => drop.mutateAsync(undefined)}
      >
        Its contacts stay. A wave that is planned for it keeps it from being deleted.
      </ConfirmDialog>
    </li>
  );
}

function Count({
  workspaceId,
  segment,
}: {
  readonly workspaceId: string;
  readonly segment: Pick<Segment, 'audience' | 'condition'>;
}) {
  const { audience, condition } = segment;
  const counted = useQuery(segmentCountQuery(workspaceId, { audience, condition }));
  if (counted.isError) return <ProblemNotice error={counted.error} />;
  return (
    <p role="status" className={counted.isPlaceholderData ? 'opacity-60' : ''}>
      {counted.data
        ? `${count(counted.data.all)} ${counted.data.all === 1 ? 'person' : 'people'} just now, ${count(counted.data.reachable)} can be asked by mail`
        : 'Counting …'}
    </p>
  );
}

interface SegmentDialogProps {
  readonly workspaceId: string;
  readonly segment: Segment | null;
  readonly onClose: () => void;
}

function SegmentDialog({ workspaceId, segment, onClose }: SegmentDialogProps) {
  const [name, setName] = useState(segment?.name ?? '');
  const [audience, setAudience] = useState<Audience | null>(segment?.audience ?? null);
  const attributes = useQuery(attributesQuery(workspaceId, audience ?? undefined)).data?.attributes ?? [];
  const known = segment ? testsOf(segment.condition) : { join: 'all' as const, tests: [] };
  const [edited, setEdited] = useState(known);
  const condition = edited ? conditionOf(edited) : (segment?.condition ?? { all: [] });
  const save = useChange(workspaceId, () => {
    const body = { name, audience, condition };
    return segment
      ? patch(inWorkspace(workspaceId, 'segments', segment.id), body)
      : post(inWorkspace(workspaceId, 'segments'), body);
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate(undefined, { onSuccess: onClose });
  }
  return (
    <Dialog title={segment ? `Edit ${segment.name}` : 'New segment'} isOpen onClose={onClose} wide>
      <Form error={save.error} onSubmit={submit} className="flex flex-col gap-4">
        <div className="grid gap-3 sm:grid-cols-2">
          <TextField label="Name" name="name" isRequired maxLength={200} value={name} onChange={setName} autoFocus />
          <SelectField
            label="Audience"
            name="audience"
            value={audience ?? ''}
            onChange={(one) => setAudience(one === '' ? null : (one as Audience))}
          >
            <option value="">all</option>
            {(Object.keys(AUDIENCE_NAMES) as Audience[]).map((one) => (
              <option key={one} value={one}>
                {AUDIENCE_NAMES[one]}
              </option>
            ))}
          </SelectField>
        </div>
        {edited ? (
          <ConditionFields value={edited} attributes={attributes} onChange={setEdited} />
        ) : (
          <p className="text-sm">
            {sentenceOf(condition)}{' '}
            <Button look="plain" onPress={() => setEdited({ join: 'all', tests: [] })}>
              Write it anew
            </Button>
          </p>
        )}
        <Count workspaceId={workspaceId} segment={{ audience, condition }} />
        <ProblemNotice error={save.error} />
        <DialogActions>
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isPending={save.isPending}>
            Save
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
