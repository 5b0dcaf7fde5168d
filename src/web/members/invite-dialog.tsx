import { type FormEvent, useState } from 'react';
import type { Role } from '../../server/http/policy.ts';
import type { NewInvite } from '../../server/members/schema.ts';
import { inWorkspace, post } from '../api.ts';
import { useChange } from '../journeys/queries.ts';
import { Button } from '../ui/button.tsx';
import { CopyBox } from '../ui/copy-box.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { Form } from '../ui/form.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { ROLE_MEANINGS, ROLE_NAMES, ROLES } from './queries.ts';

/** An invitation is bound to an address, a role and a date; without mail its link is shown to hand over. */
export function InviteDialog({ workspaceId, onClose }: { readonly workspaceId: string; readonly onClose: () => void }) {
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const invite = useChange(workspaceId, () => post<NewInvite>(inWorkspace(workspaceId, 'invites'), { email, role }));
  function submit(event: FormEvent) {
    event.preventDefault();
    invite.mutate(undefined);
  }
  if (invite.data)
    return (
      <Dialog title="Invited" isOpen onClose={onClose}>
        {invite.data.mailed && <p className="text-sm">The invitation is on its way to {email}.</p>}
        {invite.data.link && (
          <>
            <p className="text-sm text-muted">
              {invite.data.mailed
                ? 'The same link, to hand over yourself:'
                : 'This server sends no mail. Hand the link over yourself; it is not shown again.'}
            </p>
            <CopyBox label={`For ${email} only`} text={invite.data.link} />
          </>
        )}
        <DialogActions>
          <Button onPress={onClose} autoFocus>
            Done
          </Button>
        </DialogActions>
      </Dialog>
    );
  return (
    <Dialog title="Invite somebody" isOpen onClose={onClose}>
      <Form error={invite.error} onSubmit={submit} className="flex flex-col gap-3">
        <TextField label="E-mail" name="email" type="email" isRequired value={email} onChange={setEmail} autoFocus />
        <SelectField
          label="Role"
          name="role"
          value={role}
          onChange={(value) => setRole(value as Role)}
          hint={ROLE_MEANINGS[role]}
        >
          {ROLES.map((one) => (
            <option key={one} value={one}>
              {ROLE_NAMES[one]}
            </option>
          ))}
        </SelectField>
        <ProblemNotice error={invite.error} />
        <DialogActions>
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isPending={invite.isPending}>
            Invite
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
