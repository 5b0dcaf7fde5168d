import { type FormEvent, useState } from 'react';
import { inWorkspace, post } from '../api.ts';
import { useChange } from '../journeys/queries.ts';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { Form } from '../ui/form.tsx';
import { count } from '../ui/format.ts';
import { ProblemNotice } from '../ui/notice.tsx';

interface ReplayDialogProps {
  readonly workspaceId: string;
  readonly webhookId: string;
  readonly onClose: () => void;
}

const DAY_MS = 86_400_000;
const day = (date: Date) => date.toISOString().slice(0, 10);

/** Puts the events of some days in line again. */
export function ReplayDialog({ workspaceId, webhookId, onClose }: ReplayDialogProps) {
  const [from, setFrom] = useState(day(new Date(Date.now() - 7 * DAY_MS)));
  const [to, setTo] = useState(day(new Date()));
  const [what, setWhat] = useState('undelivered');
  const replay = useChange(workspaceId, () =>
    post<{ readonly count: number }>(inWorkspace(workspaceId, 'webhooks', webhookId, 'replay'), {
      from: `${from}T00:00:00Z`,
      to: new Date(Date.parse(`${to}T00:00:00Z`) + DAY_MS).toISOString(),
      what,
    }),
  );
  function submit(event: FormEvent) {
    event.preventDefault();
    replay.mutate(undefined);
  }
  return (
    <Dialog title="Deliver again" isOpen onClose={onClose}>
      <Form error={replay.error} onSubmit={submit} className="flex flex-col gap-3">
        <div className="flex flex-wrap gap-3">
          <TextField label="From (UTC)" name="from" type="date" isRequired value={from} onChange={setFrom} />
          <TextField label="To, included" name="to" type="date" isRequired value={to} onChange={setTo} />
        </div>
        <SelectField
          label="Which events"
          value={what}
          onChange={setWhat}
          hint="Each keeps its webhook-id, so that a receiver can drop what it has."
        >
          <option value="undelivered">those that did not arrive, or came while it was off</option>
          <option value="all">all, also those that arrived</option>
        </SelectField>
        <ProblemNotice error={replay.error} />
        <p role="status" className="text-sm text-muted">
          {replay.data &&
            (replay.data.count === 0
              ? 'Nothing to deliver in these days.'
              : `${count(replay.data.count)} in line${replay.data.count === 10_000 ? ': as many as go at a time. Ask again for the rest' : ''}.`)}
        </p>
        <DialogActions>
          <Button onPress={onClose}>{replay.data ? 'Done' : 'Cancel'}</Button>
          <Button type="submit" look="primary" isPending={replay.isPending}>
            Deliver
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
