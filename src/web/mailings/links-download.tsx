import { useMutation } from '@tanstack/react-query';
import { apiPath, inWorkspace, problemOf, randomKey } from '../api.ts';
import { useRights } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { ProblemNotice } from '../ui/notice.tsx';

/** Everybody's personal link as a file, to be sent by other means. */
export function LinksDownload({ workspaceId, waveId }: { readonly workspaceId: string; readonly waveId: string }) {
  const { mayLead } = useRights(workspaceId);
  const download = useMutation({
    mutationFn: async () => {
      const response = await fetch(apiPath(inWorkspace(workspaceId, 'waves', waveId, 'personal-links')), {
        method: 'POST',
        headers: { 'idempotency-key': randomKey() },
        credentials: 'same-origin',
      });
      if (!response.ok) throw await problemOf(response);
      const address = URL.createObjectURL(await response.blob());
      const link = document.createElement('a');
      link.href = address;
      link.download = 'personal-links.csv';
      link.click();
      URL.revokeObjectURL(address);
    },
  });
  if (!mayLead) return null;
  return (
    <div>
      <Button isPending={download.isPending} onPress={() => download.mutate()}>
        Download personal links
      </Button>
      <ProblemNotice error={download.error} />
    </div>
  );
}
