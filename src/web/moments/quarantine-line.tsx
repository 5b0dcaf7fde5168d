import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Form } from 'react-aria-components';
import type { Quarantined } from '../../server/asks/schema.ts';
import { get, inWorkspace, post, remove } from '../api.ts';
import { useChange } from '../journeys/queries.ts';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { date } from '../ui/format.ts';
import { ProblemNotice } from '../ui/notice.tsx';

interface QuarantineLineProps {
  readonly workspaceId: string;
  readonly contactId: string;
}

/** Whether this contact is asked by nobody, for a while or for good, and the way in and out. */
export function QuarantineLine({ workspaceId, contactId }: QuarantineLineProps) {
  const all = useQuery({
    queryKey: ['workspace', workspaceId, 'quarantine'],
    queryFn: ({ signal }) =>
      get<{ readonly quarantined: readonly Quarantined[] }>(inWorkspace(workspaceId, 'quarantine'), {}, signal),
  });
  const [adding, setAdding] = useState(false);
  const end = useChange(workspaceId, () => remove(inWorkspace(workspaceId, 'quarantine', contactId)));
  if (!all.data) return <ProblemNotice error={all.error} />;
  const held = all.data.quarantined.find((one) => one.contactId === contactId);
  return (
    <div className="text-sm">
      {held ? (
        <p>
          In quarantine {held.until ? `until ${date(held.until)}` : 'for good'}
          {held.reason && ` (${held.reason})`}.{' '}
          <Button look="plain" isPending={end.isPending} onPress={() => end.mutate(undefined)}>
            End it
          </Button>
        </p>
      ) : (
        <Button look="plain" onPress={() => setAdding(true)}>
          Put in quarantine
        </Button>
      )}
      <ProblemNotice error={end.error} />
      {adding && <QuarantineDialog workspaceId={workspaceId} contactId={contactId} onClose={() => setAdding(false)} />}
    </div>
  );
}

function QuarantineDialog({ workspaceId, contactId, onClose }: QuarantineLineProps & { readonly onClose: () => void }) {
  const [until, setUntil] = useState('');
  const [reason, setReason] = useState('');
  const save = useChange(workspaceId, () =>
    post(inWorkspace(workspaceId, 'quarantine'), { contactId, until: until || null, reason }),
  );
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate(undefined, { onSuccess: onClose });
  }
  return (
    <Dialog title="Put in quarantine" isOpen onClose={onClose}>
      <Form onSubmit={submit} className="flex flex-col gap-3">
        <p className="text-sm">No survey asks this person meanwhile, on any channel.</p>
        <TextField label="Last day (empty: for good)" type="date" className="w-52" value={until} onChange={setUntil} />
        <TextField
          label="Reason (optional)"
          maxLength={200}
          value={reason}
          onChange={setReason}
          placeholder="Complaint is being settled"
        />
        <ProblemNotice error={save.error} />
        <DialogActions>
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isPending={save.isPending}>
            Put in quarantine
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
