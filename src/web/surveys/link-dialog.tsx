import { type FormEvent, useState } from 'react';
import { patch } from '../api.ts';
import { useChange } from '../journeys/queries.ts';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { Form } from '../ui/form.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import type { Link } from './queries.ts';
import { WorkField } from './work-field.tsx';

interface LinkDialogProps {
  readonly workspaceId: string;
  /** Where the API has the link. */
  readonly path: string;
  readonly link: Link;
  readonly onClose: () => void;
}

/** What may change of a link that is out already. */
export function LinkDialog({ workspaceId, path, link, onClose }: LinkDialogProps) {
  const [name, setName] = useState(link.name);
  const [work, setWork] = useState(link.work);
  const save = useChange(workspaceId, () => patch(path, { name: name.trim(), work }));
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate(undefined, { onSuccess: onClose });
  }
  return (
    <Dialog title="Change the link" isOpen onClose={onClose}>
      <Form error={save.error} onSubmit={submit} className="flex flex-col gap-3">
        <TextField label="Name (optional)" name="name" value={name} onChange={setName} maxLength={200} />
        <WorkField work={work} onChange={setWork} />
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
