import { useMutation } from '@tanstack/react-query';
import { apiPath, inWorkspace, problemOf, randomKey } from '../api.ts';
import { useRights } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { count } from '../ui/format.ts';
import { ProblemNotice } from '../ui/notice.tsx';

/** The personal links of everybody who may be asked now as a file, to be sent by other means. */
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
      return leftOutOf(response.headers.get('left-out') ?? '');
    },
  });
  if (!mayLead) return null;
  return (
    <div>
      <Button isPending={download.isPending} onPress={() => download.mutate()}>
        Download personal links
      </Button>
      <p className="mt-1 max-w-prose text-sm text-muted">
        Whoever is in the file counts as asked. Downloaded again it has the same links, and asks nobody anew.
      </p>
      <ProblemNotice error={download.error} />
      <div role="status">
        {download.data && download.data.length > 0 && (
          <>
            <p className="mt-2 text-sm">Not in the file:</p>
            <ul className="text-sm text-muted">
              {download.data.map(({ rule, people }) => (
                <li key={rule}>
                  {count(people)} {WORDS[rule] ?? rule.replaceAll('_', ' ')}
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </div>
  );
}

const WORDS: Readonly<Record<string, string>> = {
  opted_out: 'who said that they do not want to be asked',
  quarantined: 'in quarantine',
  this_survey: 'asked for this survey before, too short a time ago to ask again',
  any_survey: 'asked for another survey too short a time ago',
  answered: 'who have answered this survey',
  alone: 'who would be alone with what the answers keep',
};

/** Reads `this_survey=2, quarantined=1`. */
function leftOutOf(header: string): { readonly rule: string; readonly people: number }[] {
  return header
    .split(', ')
    .map((part) => part.split('='))
    .flatMap(([rule = '', people]) => (rule === '' ? [] : [{ rule, people: Number(people) }]));
}
