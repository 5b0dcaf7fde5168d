import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { WorkspaceSettings } from '../../server/workspaces/schema.ts';
import { apiPath, inWorkspace, remove } from '../api.ts';
import { useForgetEverything, useRights } from '../session.ts';
import { Button, ButtonAnchor } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/dialog.tsx';
import { Section } from '../ui/page.tsx';

/** The workspace as a whole: out as one file, or gone. */
export function WorkspaceData({ settings }: { readonly settings: WorkspaceSettings }) {
  const { isOwner } = useRights(settings.id);
  const [deleting, setDeleting] = useState(false);
  const forget = useForgetEverything();
  const navigate = useNavigate();
  async function drop() {
    await remove(inWorkspace(settings.id));
    await forget();
    await navigate({ to: '/workspaces' });
  }
  return (
    <>
      {isOwner && (
        <Section title="Take it with you">
          <p className="mb-3 max-w-prose text-sm text-muted">
            One file with everything: the journey, items, surveys, every single answer and the settings. Keep it where
            only owners can read it. Restore it here or on another server under “All workspaces”; the counts are equal.
          </p>
          <ButtonAnchor href={apiPath(inWorkspace(settings.id, 'export'))} download>
            Export the workspace
          </ButtonAnchor>
        </Section>
      )}
      {isOwner && (
        <Section title={settings.sample ? 'The sample' : 'Delete'}>
          <p className="mb-3 max-w-prose text-sm text-muted">
            {settings.sample
              ? 'This workspace is a sample with real passengers and simulated leaders and staff. It can be made again under “All workspaces”.'
              : 'Deletes the workspace with all its answers, for every member.'}
          </p>
          {settings.sample ? (
            <Button onPress={() => void drop()}>Remove the sample</Button>
          ) : (
            <Button look="danger" onPress={() => setDeleting(true)}>
              Delete the workspace
            </Button>
          )}
          <ConfirmDialog
            title={`Delete ${settings.name}?`}
            isOpen={deleting}
            onClose={() => setDeleting(false)}
            action="Delete everything"
            onConfirm={drop}
          >
            The journey, the items, every answer and the audit log are gone for good. Export the workspace first if in
            doubt.
          </ConfirmDialog>
        </Section>
      )}
    </>
  );
}
