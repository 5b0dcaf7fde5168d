import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { SampleMade } from '../../server/sample/schema.ts';
import { post } from '../api.ts';
import { ROLE_NAMES } from '../members/queries.ts';
import { useForgetEverything, useSession } from '../session.ts';
import { workspaceLabel } from '../shell.tsx';
import { Button } from '../ui/button.tsx';
import { NameDialog } from '../ui/name-form.tsx';
import { Empty, ProblemNotice } from '../ui/notice.tsx';
import { useOnce } from '../ui/once.ts';
import { Page } from '../ui/page.tsx';
import { Restore } from './restore.tsx';

/** Every workspace of the person; a new one, the sample again, or one from a file. */
export function Workspaces() {
  const { workspaces } = useSession();
  const [adding, setAdding] = useState(false);
  const [state, setState] = useState<{ pending: boolean; error?: unknown }>({ pending: false });
  const forget = useForgetEverything();
  const navigate = useNavigate();
  async function open(id: string) {
    await forget();
    await navigate({ to: '/w/$workspaceId', params: { workspaceId: id } });
  }
  const sample = useOnce<void, void>(async () => {
    setState({ pending: true });
    try {
      const made = await post<SampleMade>('/sample');
      await open(made.id);
    } catch (error) {
      setState({ pending: false, error });
    }
  });
  return (
    <Page
      title="Workspaces"
      lead="One organisation’s data each; nothing crosses from one to another."
      actions={
        <Button look="primary" onPress={() => setAdding(true)}>
          New workspace
        </Button>
      }
    >
      {workspaces.length === 0 && (
        <Empty title="You are in no workspace">
          <p>Make one, restore one from a file, or ask an owner for an invitation.</p>
        </Empty>
      )}
      <ul className="max-w-2xl">
        {workspaces.map((workspace) => (
          <li key={workspace.id} className="flex items-baseline justify-between gap-4 border-t border-hairline py-2">
            <Link className="link font-medium" to="/w/$workspaceId" params={{ workspaceId: workspace.id }}>
              {workspaceLabel(workspace)}
            </Link>
            <span className="text-sm text-muted">{ROLE_NAMES[workspace.role]}</span>
          </li>
        ))}
      </ul>
      {!workspaces.some(({ sample: isSample }) => isSample) && (
        <p className="mt-6 max-w-2xl text-sm text-muted">
          To look around first: a sample with real passengers of an airport and simulated leaders and staff.{' '}
          <Button look="plain" isPending={state.pending} onPress={() => void sample()}>
            Make the sample workspace
          </Button>
        </p>
      )}
      <ProblemNotice error={state.error} />
      <Restore onRestored={open} />
      {adding && (
        <NameDialog
          title="New workspace"
          label="Name of the organisation"
          action="Make it"
          onSave={async (name) => {
            const made = await post<{ readonly id: string }>('/workspaces', { name });
            await open(made.id);
          }}
          onClose={() => setAdding(false)}
        />
      )}
    </Page>
  );
}
