import { type FormEvent, useState } from 'react';
import { inWorkspace, patch, post } from '../api.ts';
import { useChange } from '../journeys/queries.ts';
import { same } from '../surveys/merge.ts';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { Checkbox, TextField } from '../ui/field.tsx';
import { Form } from '../ui/form.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { NumberField } from './number-field.tsx';
import type { Site } from './queries.ts';

interface SiteDialogProps {
  readonly workspaceId: string;
  readonly site: Site | null;
  readonly onClose: () => void;
}

export function SiteDialog({ workspaceId, site, onClose }: SiteDialogProps) {
  // As it was when the dialog opened; the list goes on being read.
  const [opened] = useState(site);
  const [name, setName] = useState(site?.name ?? '');
  const [origins, setOrigins] = useState(site?.origins.join('\n') ?? '');
  const [dailyCap, setDailyCap] = useState(site?.dailyCap ?? null);
  const [unsignedPersons, setUnsigned] = useState(site?.unsignedPersons ?? false);
  const save = useChange(workspaceId, () => {
    const body = { name, origins: origins.split(/[\s,]+/).filter(Boolean), dailyCap, unsignedPersons };
    if (!opened) return post(inWorkspace(workspaceId, 'sites'), body);
    // Only what was changed here: the rest may have been changed by somebody else meanwhile.
    const changed = Object.entries(body).filter(([field, value]) => !same(value, opened[field as keyof typeof body]));
    return patch(inWorkspace(workspaceId, 'sites', opened.id), Object.fromEntries(changed));
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate(undefined, { onSuccess: onClose });
  }
  return (
    <Dialog title={site ? `Edit ${site.name}` : 'New site'} isOpen onClose={onClose}>
      <Form error={save.error} onSubmit={submit} className="flex flex-col gap-3">
        <TextField
          label="Name"
          name="name"
          isRequired
          maxLength={200}
          value={name}
          onChange={setName}
          placeholder="Web shop"
          autoFocus
        />
        <TextField
          label="Origins that may carry the tag, one a line (empty: all may)"
          name="origins"
          multiline
          value={origins}
          onChange={setOrigins}
          placeholder="https://shop.example.com"
          hint="Keeps the tag off other pages by mistake. Whoever writes a program can claim any origin."
        />
        <NumberField
          label="Most asks a day (optional)"
          name="dailyCap"
          optional
          whole
          min={1}
          max={1_000_000}
          value={dailyCap}
          onChange={setDailyCap}
        />
        <Checkbox isSelected={unsignedPersons} onChange={setUnsigned}>
          Pages may name a person without a signature. Then anybody can pass for anybody: only for pages that nobody
          else can open.
        </Checkbox>
        <ProblemNotice error={save.error} />
        <DialogActions>
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isPending={save.isPending}>
            {site ? 'Save' : 'Add'}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
