import { type FormEvent, useState } from 'react';
import type { Audience } from '../../core/perspective.ts';
import { inWorkspace, patch, post } from '../api.ts';
import { useChange } from '../journeys/queries.ts';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { Form } from '../ui/form.tsx';
import { AUDIENCE_NAMES } from '../ui/format.ts';
import { ProblemNotice } from '../ui/notice.tsx';
import type { Contact } from './queries.ts';

interface ContactDialogProps {
  readonly workspaceId: string;
  /** Null: a new one. */
  readonly contact: Contact | null;
  readonly onClose: () => void;
}

export function ContactDialog({ workspaceId, contact, onClose }: ContactDialogProps) {
  const [audience, setAudience] = useState<Audience>(contact?.audience ?? 'customer');
  const [fields, setFields] = useState({
    name: contact?.name ?? '',
    email: contact?.email ?? '',
    key: contact?.key ?? '',
    language: contact?.language ?? '',
    timeZone: contact?.timeZone ?? '',
  });
  const [attributes, setAttributes] = useState(
    Object.entries(contact?.attributes ?? {})
      .map(([name, value]) => `${name}: ${value}`)
      .join('\n'),
  );
  const save = useChange(workspaceId, () => {
    const body = {
      ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value.trim() || null])),
      attributes: readAttributes(attributes),
    };
    return contact
      ? patch(inWorkspace(workspaceId, 'contacts', contact.id), body)
      : post(inWorkspace(workspaceId, 'contacts'), { audience, ...body });
  });
  const text = (name: keyof typeof fields) => ({
    value: fields[name],
    onChange: (value: string) => setFields({ ...fields, [name]: value }),
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate(undefined, { onSuccess: onClose });
  }
  return (
    <Dialog title={contact ? 'Edit the contact' : 'New contact'} isOpen onClose={onClose}>
      <Form error={save.error} onSubmit={submit} className="flex flex-col gap-3">
        {!contact && (
          <SelectField
            label="Audience"
            name="audience"
            value={audience}
            onChange={(one) => setAudience(one as Audience)}
          >
            {(Object.keys(AUDIENCE_NAMES) as Audience[]).map((one) => (
              <option key={one} value={one}>
                {AUDIENCE_NAMES[one]}
              </option>
            ))}
          </SelectField>
        )}
        <TextField label="Name" name="name" maxLength={200} autoFocus {...text('name')} />
        <div className="grid gap-3 sm:grid-cols-2">
          <TextField label="E-mail" name="email" type="email" maxLength={254} {...text('email')} />
          <TextField label="Key" name="key" maxLength={200} hint="Your own id of the person." {...text('key')} />
          <TextField
            label="Language"
            name="language"
            maxLength={35}
            placeholder="en"
            hint="Blank: the workspace’s."
            {...text('language')}
          />
          <TextField
            label="Time zone"
            name="timeZone"
            maxLength={64}
            placeholder="Europe/Berlin"
            hint="Blank: the workspace’s."
            {...text('timeZone')}
          />
        </div>
        <TextField
          label="Attributes"
          name="attributes"
          multiline
          value={attributes}
          onChange={setAttributes}
          placeholder="city: Bergen"
          hint="One a line: name, colon, value."
          validate={(lines) => (isAttributes(lines) ? null : 'Each line needs a name, a colon and a value.')}
        />
        <ProblemNotice error={save.error} />
        <DialogActions>
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isPending={save.isPending}>
            {contact ? 'Save' : 'Add'}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}

const linesOf = (text: string) => text.split('\n').filter((line) => line.trim() !== '');
const isAttributes = (text: string) => linesOf(text).every((line) => /^\s*[^:\s][^:]*:\s*\S/.test(line));

function readAttributes(text: string): Record<string, string> {
  return Object.fromEntries(
    linesOf(text).map((line) => {
      const at = line.indexOf(':');
      return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    }),
  );
}
