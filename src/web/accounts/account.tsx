import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { patch, put, remove } from '../api.ts';
import { useForgetEverything, useSession } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { Form } from '../ui/form.tsx';
import { Note, ProblemNotice } from '../ui/notice.tsx';
import { Page, Section } from '../ui/page.tsx';

export function Account() {
  const { user } = useSession();
  if (!user) return null;
  return (
    <Page title="Your account" lead={user.email}>
      <Section title="Name">
        <NameForm initial={user.name} />
      </Section>
      <Section title="Password">
        <PasswordForm />
      </Section>
      <Section title="Sessions">
        <SignOutEverywhere />
      </Section>
    </Page>
  );
}

function NameForm({ initial }: { readonly initial: string }) {
  const [name, setName] = useState(initial);
  const forget = useForgetEverything();
  const save = useMutation({ mutationFn: () => patch('/account', { name }), onSuccess: forget });
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate();
  }
  return (
    <Form error={save.error} onSubmit={submit} className="flex max-w-md flex-wrap items-end gap-3">
      <TextField
        label="Your name"
        name="name"
        isRequired
        value={name}
        onChange={setName}
        className="grow"
        autoComplete="name"
      />
      <Button type="submit" isPending={save.isPending} isDisabled={name === initial}>
        Save
      </Button>
      <ProblemNotice error={save.error} />
    </Form>
  );
}

function PasswordForm() {
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const save = useMutation({
    mutationFn: () => put('/account/password', { ...(current ? { current } : {}), password }),
    onSuccess: () => {
      setCurrent('');
      setPassword('');
    },
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate();
  }
  return (
    <Form error={save.error} onSubmit={submit} className="flex max-w-md flex-col gap-3">
      <TextField
        label="Present password"
        name="current"
        type="password"
        autoComplete="current-password"
        value={current}
        onChange={setCurrent}
        hint="Empty if you have none yet."
      />
      <TextField
        label="New password"
        type="password"
        autoComplete="new-password"
        isRequired
        minLength={12}
        maxLength={256}
        value={password}
        onChange={setPassword}
        hint="At least 12 characters. Every other session and every sent link stops working."
      />
      <ProblemNotice error={save.error} />
      {save.isSuccess && <Note>The password is changed.</Note>}
      <div>
        <Button type="submit" isPending={save.isPending}>
          Change the password
        </Button>
      </div>
    </Form>
  );
}

function SignOutEverywhere() {
  const [asking, setAsking] = useState(false);
  const forget = useForgetEverything();
  const navigate = useNavigate();
  return (
    <>
      <Button onPress={() => setAsking(true)}>Sign out everywhere</Button>
      <ConfirmDialog
        title="Sign out everywhere?"
        isOpen={asking}
        onClose={() => setAsking(false)}
        action="Sign out everywhere"
        onConfirm={async () => {
          await remove('/sessions');
          await forget();
          await navigate({ to: '/sign-in' });
        }}
      >
        Every browser where you are signed in, this one too, needs your password or a link again.
      </ConfirmDialog>
    </>
  );
}
