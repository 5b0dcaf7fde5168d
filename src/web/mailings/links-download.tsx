import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { apiPath, inWorkspace, problemOf, randomKey } from '../api.ts';
import { useChange } from '../journeys/queries.ts';
import { useRights } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/dialog.tsx';
import { count } from '../ui/format.ts';
import { Loading, ProblemNotice } from '../ui/notice.tsx';
import { linksEstimateQuery, type Schedule } from './queries.ts';

interface LinksDownloadProps {
  readonly workspaceId: string;
  readonly schedule: Schedule;
  /** Something is changed and not saved yet: the file would hold the people of what was saved. */
  readonly isLocked: boolean;
}

/** The personal links of everybody who may be asked now as a file, to be sent by other means. */
export function LinksDownload({ workspaceId, schedule, isLocked }: LinksDownloadProps) {
  const { mayLead } = useRights(workspaceId);
  const [asking, setAsking] = useState(false);
  const download = useChange(workspaceId, async () => {
    const response = await fetch(apiPath(inWorkspace(workspaceId, 'waves', schedule.waveId, 'personal-links')), {
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
  });
  if (!mayLead) return null;
  return (
    <div>
      <Button isDisabled={isLocked} isPending={download.isPending} onPress={() => setAsking(true)}>
        Download personal links
      </Button>
      <p className="mt-1 max-w-prose text-sm text-muted">
        Whoever is in the file counts as asked. Downloaded again it has the same links, and asks nobody anew.
      </p>
      {asking && (
        <Confirm
          workspaceId={workspaceId}
          schedule={schedule}
          onClose={() => setAsking(false)}
          onConfirm={() => download.mutateAsync(undefined)}
        />
      )}
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

interface ConfirmProps extends Pick<LinksDownloadProps, 'workspaceId' | 'schedule'> {
  readonly onClose: () => void;
  readonly onConfirm: () => Promise<unknown>;
}

/** Says how many it would be before anybody counts as asked. */
function Confirm({ workspaceId, schedule, onClose, onConfirm }: ConfirmProps) {
  const estimate = useQuery(linksEstimateQuery(workspaceId, schedule.waveId));
  if (estimate.isPending) return <Loading what="whom the file would hold" />;
  if (estimate.isError) return <ProblemNotice error={estimate.error} onRetry={() => void estimate.refetch()} />;
  const { drawn, wouldAsk, lookedAt } = estimate.data;
  const most = wouldAsk + drawn - lookedAt;
  return (
    <ConfirmDialog
      title={`Hand out the links of ${count(most)} ${most === 1 ? 'person' : 'people'}?`}
      isOpen
      onClose={onClose}
      action="Download the file"
      keep="Not now"
      onConfirm={onConfirm}
    >
      All of them count as asked from then on, on every channel, whether you send their links or not. That can’t be
      taken back.
    </ConfirmDialog>
  );
}

const WORDS: Readonly<Record<string, string>> = {
  opted_out: 'who said that they do not want to be asked',
  quarantined: 'in quarantine',
  this_survey: 'asked for this survey before, too short a time ago to ask again',
  any_survey: 'asked for another survey too short a time ago',
  answered: 'who have answered this survey',
  alone: 'who would be alone with what the answers keep',
  not_drawn: 'who came after it was settled whom this wave asks',
};

/** Reads `this_survey=2, quarantined=1`. */
function leftOutOf(header: string): { readonly rule: string; readonly people: number }[] {
  return header
    .split(', ')
    .map((part) => part.split('='))
    .flatMap(([rule = '', people]) => (rule === '' ? [] : [{ rule, people: Number(people) }]));
}
