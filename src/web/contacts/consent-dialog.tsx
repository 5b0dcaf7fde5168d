import { type FormEvent, useState } from 'react';
import { inWorkspace, patch } from '../api.ts';
import { useChange } from '../journeys/queries.ts';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { Form } from '../ui/form.tsx';
import { Note, ProblemNotice } from '../ui/notice.tsx';
import type { Contact } from './queries.ts';

interface ConsentDialogProps {
  readonly workspaceId: string;
  readonly contact: Contact;
  readonly onClose: () => void;
}

/** What a person said about being asked. A new consent is the only thing that takes back "don't ask me again". */
export function ConsentDialog({ workspaceId, contact, onClose }: ConsentDialogProps) {
  const [given, setGiven] = useState(true);
  const [to, setTo] = useState('');
  const [source, setSource] = useState('');
  const back = given && contact.unsubscribedAt !== null;
  const save = useChange(workspaceId, () =>
    patch(inWorkspace(workspaceId, 'contacts', contact.id), {
      consent: { given, to, source },
      ...(back && { unsubscribed: false }),
    }),
  );
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate(undefined, { onSuccess: onClose });
  }
  return (
    <Dialog title="Record consent" isOpen onClose={onClose}>
      <Form error={save.error} onSubmit={submit} className="flex flex-col gap-3">
        <SelectField
          label="The person"
          value={given ? 'given' : 'refused'}
          onChange={(one) => setGiven(one === 'given')}
        >
          <option value="given">agreed to be asked</option>
          <option value="refused">refused, or took it back</option>
        </SelectField>
        <TextField
          label="To what"
          name="consent.to"
          maxLength={500}
          isRequired={back}
          value={to}
          onChange={setTo}
          hint="In the words that the person saw."
        />
        <TextField
          label="How you know"
          name="consent.source"
          maxLength={500}
          isRequired={back}
          value={source}
          onChange={setSource}
          hint="A form, a contract, a call."
        />
        {back && <Note>The person unsubscribed before. With this consent they are asked again.</Note>}
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
