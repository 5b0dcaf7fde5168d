import { useState } from 'react';
import { FileTrigger } from 'react-aria-components';
import type { Restored } from '../../server/backup/schema.ts';
import { Button } from '../ui/button.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { Section } from '../ui/page.tsx';
import { Progress } from '../ui/progress.tsx';
import { upload } from '../ui/upload.ts';

/** An exported workspace in, the same workspace out, with equal counts. */
export function Restore({ onRestored }: { readonly onRestored: (workspaceId: string) => Promise<void> }) {
  const [share, setShare] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  async function restore(file: File | undefined) {
    if (!file) return;
    setError(null);
    setShare(0);
    try {
      const restored = await upload<Restored>('/workspaces/restore', {}, file, setShare, 'application/gzip').done;
      await onRestored(restored.id);
    } catch (problem) {
      setError(problem);
    }
    setShare(null);
  }
  return (
    <Section title="Restore a workspace">
      <p className="mb-3 max-w-prose text-sm text-muted">
        From the file of an export, of this server or another (it ends in .jsonl.gz). It becomes a new workspace; you
        are its owner.
      </p>
      {share === null ? (
        <FileTrigger acceptedFileTypes={['.gz', 'application/gzip']} onSelect={(files) => void restore(files?.[0])}>
          <Button>Choose the file</Button>
        </FileTrigger>
      ) : (
        <Progress label="Restoring" share={share < 1 ? share : undefined} />
      )}
      <ProblemNotice error={error} />
    </Section>
  );
}
