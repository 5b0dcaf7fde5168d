import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { inWorkspace, post, remove } from '../api.ts';
import { useChange } from '../journeys/queries.ts';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { Form } from '../ui/form.tsx';
import { date } from '../ui/format.ts';
import { ProblemNotice } from '../ui/notice.tsx';
import { quarantineQuery } from './queries.ts';

interface QuarantineLineProps {
  readonly workspaceId: string;
  readonly contactId: string;
}

/** Whether this contact is asked by nobody, for a while or for good, and the way in and out. */
export function QuarantineLine({ workspaceId, contactId }: QuarantineLineProps) {
  const all = useQuery(quarantineQuery(workspaceId));
  const [adding, setAdding] = useState(false);
  if (!all.data) return <ProblemNotice error={all.error} />;
  const held = all.data.quarantined.find((one) => one.contactId === contactId);
  return (
    <div className="text-sm">
      {held && (
        <p className="wrap-anywhere">
          {held.over ? 'Was in quarantine' : 'In quarantine'} {held.until ? `until ${date(held.until)}` : 'for good'}
          {held.reason && ` (${held.reason})`}.{' '}
          {!held.over && (
            <EndQuarantine workspaceId={workspaceId} contactId={contactId}>
              End it
            </EndQuarantine>
          )}
        </p>
      )}
      {(!held || held.over) && (
        <Button look="plain" onPress={() => setAdding(true)}>
          Put in quarantine
        </Button>
      )}
      {adding && <QuarantineDialog workspaceId={workspaceId} contactId={contactId} onClose={() => setAdding(false)} />}
    </div>
  );
}

interface EndQuarantineProps extends QuarantineLineProps {
  readonly children: string;
  /** Whose it is, where several stand in a list. */
  readonly of?: string;
}

export function EndQuarantine({ workspaceId, contactId, children, of }: EndQuarantineProps) {
  const end = useChange(workspaceId, () => remove(inWorkspace(workspaceId, 'quarantine', contactId)));
  return (
    <>
      <Button
        look="plain"
        isPending={end.isPending}
        onPress={() => end.mutate(undefined)}
        {...(of && { 'aria-label': `${children}: ${of}` })}
      >
        {children}
      </Button>
      <ProblemNotice error={end.error} />
    </>
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
      <Form error={save.error} onSubmit={submit} className="flex flex-col gap-3">
        <p className="text-sm">No survey asks this person meanwhile, on any channel.</p>
        <TextField
          label="Last day (empty: for good)"
          name="until"
          type="date"
          className="w-52"
          value={until}
          onChange={setUntil}
        />
        <TextField
          label="Reason (optional)"
          name="reason"
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
