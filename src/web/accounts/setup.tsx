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

/** First start: whoever holds the printed link becomes the owner. */
export function Setup() {
  const token = useFragmentToken();
  const { setupNeeded } = useSession();
  if (!setupNeeded)
    return (
      <AccountFrame title="Set-up is done">
        <p className="mt-3 text-muted">
          This server has an owner.{' '}
          <a className="link text-ink" href="/sign-in">
            Sign in
          </a>
          , or ask the owner for an invitation.
        </p>
      </AccountFrame>
    );
  if (!token)
    return (
      <AccountFrame title="Welcome to Parallax">
        <p className="mt-3 text-muted">
          This server has no owner yet. Open the one-time link that was printed where Parallax was started; it ends in{' '}
          <code className="text-ink">/setup#token=…</code>. Starting Parallax again prints a new one.
        </p>
      </AccountFrame>
    );
  return (
    <AccountFrame title="Become the owner">
      <OwnerForm token={token} />
    </AccountFrame>
  );
}

function OwnerForm({ token }: { readonly token: string }) {
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const forget = useForgetEverything();
  const navigate = useNavigate();
  const create = useMutation({
    mutationFn: useOnce<void, unknown>(() => post('/setup', { token, name, email, ...(password ? { password } : {}) })),
    onSuccess: async () => {
      await forget();
      await navigate({ to: '/', replace: true });
    },
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    create.mutate();
  }
  return (
    <Form onSubmit={submit} className="mt-5 flex flex-col gap-4">
      <TextField
        label="Your name"
        name="name"
        autoComplete="name"
        isRequired
        value={name}
        onChange={setName}
        autoFocus
      />
      <TextField
        label="E-mail"
        name="email"
        type="email"
        autoComplete="username"
        isRequired
        value={email}
        onChange={setEmail}
      />
      <TextField
        label="Password"
        name="password"
        type="password"
        autoComplete="new-password"
        minLength={12}
        maxLength={256}
        value={password}
        onChange={setPassword}
        hint="At least 12 characters. Leave it empty to sign in with one-time links only."
      />
      <ProblemNotice error={create.error} />
      <Button type="submit" look="primary" isPending={create.isPending}>
        Create the owner and sign in
      </Button>
    </Form>
  );
}
