import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { FileTrigger } from 'react-aria-components';
import { inWorkspace } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { percent } from '../ui/format.ts';
import { ProblemNotice } from '../ui/notice.tsx';
import { upload } from '../ui/upload.ts';
import type { ContactImport } from './queries.ts';

/** Chooses a list of people and leads to the page that says what its columns are. */
export function ImportButton({ workspaceId }: { readonly workspaceId: string }) {
  const [share, setShare] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  const navigate = useNavigate();
  async function send(file: File | undefined) {
    if (!file) return;
    setError(null);
    setShare(0);
    try {
      const path = inWorkspace(workspaceId, 'contact-imports');
      const made = await upload<ContactImport>(path, { fileName: file.name.slice(0, 255) }, file, setShare).done;
      await navigate({
        to: '/w/$workspaceId/contacts/import/$importId',
        params: { workspaceId, importId: made.id },
      });
    } catch (problem) {
      setError(problem);
    }
    setShare(null);
  }
  return (
    <div>
      <FileTrigger onSelect={(files) => void send(files?.[0])}>
        <Button look="primary" isPending={share !== null}>
          {share === null ? 'Import a list' : `Uploading, ${percent(share)}`}
        </Button>
      </FileTrigger>
      <ProblemNotice error={error} />
    </div>
  );
}
