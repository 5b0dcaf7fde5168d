import { useMutation } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useEffect, useState } from 'react';
import { Form } from 'react-aria-components';
import { post } from '../api.ts';
import { useForgetEverything, useSession } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Note, ProblemNotice } from '../ui/notice.tsx';
import { useOnce } from '../ui/once.ts';
import { AccountFrame } from './frame.tsx';
import { safeReturn } from './safe-return.ts';
import { useFragmentToken } from './token-from-fragment.ts';

function useEnter() {
  const forget = useForgetEverything();
  const navigate = useNavigate();
  const { to } = useSearch({ from: '/sign-in' });
  return async () => {
    await forget();
    await navigate({ to: safeReturn(to), replace: true });
  };
}

export function SignIn() {
  const token = useFragmentToken();
  return <AccountFrame title="Sign in">{token ? <ByLink token={token} /> : <ByPassword />}</AccountFrame>;
}

// Mail programs fetch links to look at them; a press of a button spends the token, opening the page does not.
function ByLink({ token }: { readonly token: string }) {
  const enter = useEnter();
  const use = useMutation({
    mutationFn: useOnce<void, unknown>(() => post('/session/link', { token })),
    onSuccess: enter,
  });
  return (
    <div className="mt-3">
      <p className="text-muted">This link signs you in once.</p>
      <ProblemNotice error={use.error} />
      {use.isError ? (
        <a className="link" href="/sign-in">
          Sign in another way
        </a>
      ) : (
        <Button look="primary" className="mt-5 w-full" isPending={use.isPending} onPress={() => use.mutate()} autoFocus>
          Sign in
        </Button>
      )}
    </div>
  );
}

function ByPassword() {
  const session = useSession();
  const enter = useEnter();
  const navigate = useNavigate();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: useOnce<void, unknown>(() => post('/session', { email, password })),
    onSuccess: enter,
  });
  const link = useMutation({ mutationFn: useOnce<void, unknown>(() => post('/sign-in-links', { email })) });
  useEffect(() => {
    if (session.setupNeeded) void navigate({ to: '/setup', replace: true });
  }, [session.setupNeeded, navigate]);

  function submit(event: FormEvent) {
    event.preventDefault();
    signIn.mutate();
  }
  return (
    <Form onSubmit={submit} className="mt-5 flex flex-col gap-4">
      <TextField
        label="E-mail"
        type="email"
        name="email"
        autoComplete="username"
        isRequired
        value={email}
        onChange={setEmail}
        autoFocus
      />
      <TextField
        label="Password"
        type="password"
        name="password"
        autoComplete="current-password"
        isRequired
        value={password}
        onChange={setPassword}
      />
      <ProblemNotice error={signIn.error ?? link.error} />
      <Button type="submit" look="primary" isPending={signIn.isPending}>
        Sign in
      </Button>
      {session.mail ? (
        <Button isDisabled={email === ''} isPending={link.isPending} onPress={() => link.mutate()}>
          Mail me a sign-in link
        </Button>
      ) : (
        <p className="text-sm text-muted">
          No password, or forgotten? This server sends no mail. An owner of your workspace can make you a sign-in link
          under Members, or whoever runs the server with <code className="text-ink">parallax sign-in-link EMAIL</code>.
        </p>
      )}
      {link.isSuccess && <Note>If {email} has an account here, a sign-in link is on its way. It works once.</Note>}
    </Form>
  );
}
