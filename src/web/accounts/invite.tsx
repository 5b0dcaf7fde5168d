import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { Form } from 'react-aria-components';
import { post } from '../api.ts';
import { useForgetEverything, useSession } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { useOnce } from '../ui/once.ts';
import { AccountFrame } from './frame.tsx';
import { useFragmentToken } from './token-from-fragment.ts';

/** Accepting an invitation: it is bound to one address, one role and a date. */
export function Invite() {
  const token = useFragmentToken();
  return (
    <AccountFrame title="Join the workspace">
      {token ? (
        <AcceptForm token={token} />
      ) : (
        <p className="mt-3 text-muted">
          The link is not complete: it must end in <code className="text-ink">#token=…</code>. Open it from the mail
          again, or ask whoever invited you to copy the whole link.
        </p>
      )}
    </AccountFrame>
  );
}

function AcceptForm({ token }: { readonly token: string }) {
  const { user } = useSession();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const forget = useForgetEverything();
  const navigate = useNavigate();
  const accept = useMutation({
    mutationFn: useOnce<void, unknown>(() =>
      post('/invites/accept', { token, ...(name ? { name } : {}), ...(password ? { password } : {}) }),
    ),
    onSuccess: async () => {
      await forget();
      await navigate({ to: '/', replace: true });
    },
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    accept.mutate();
  }
  return (
    <Form onSubmit={submit} className="mt-5 flex flex-col gap-4">
      {user ? (
        <p className="text-muted">
          You are signed in as {user.email}. The invitation works only for the address that it was sent to.
        </p>
      ) : (
        <>
          <p className="text-muted">
            New here? Choose a name and a password. If you have an account already, leave both empty.
          </p>
          <TextField label="Your name" name="name" autoComplete="name" value={name} onChange={setName} />
          <TextField
            label="Password"
            name="password"
            type="password"
            autoComplete="new-password"
            minLength={12}
            maxLength={256}
            value={password}
            onChange={setPassword}
            hint="At least 12 characters."
          />
        </>
      )}
      <ProblemNotice error={accept.error} />
      <Button type="submit" look="primary" isPending={accept.isPending}>
        Accept the invitation
      </Button>
    </Form>
  );
}
