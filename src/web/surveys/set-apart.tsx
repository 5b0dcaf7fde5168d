import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { inWorkspace, post } from '../api.ts';
import { useChange } from '../journeys/queries.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/dialog.tsx';
import { AUDIENCE_NAMES, count } from '../ui/format.ts';
import { MarkIcon } from '../ui/mark.tsx';
import { Loading, ProblemNotice } from '../ui/notice.tsx';
import { Section } from '../ui/page.tsx';
import { type SetApartCount, setApartOnesQuery, setApartQuery } from './answer-queries.ts';
import { REASONS, type Reason } from './reasons.ts';
import { ResponseEntry } from './response-entry.tsx';

interface SetApartProps {
  readonly workspaceId: string;
  readonly surveyId: string;
}

/** Responses that are kept without being counted: why, and what shall become of them. */
export function SetApart({ workspaceId, surveyId }: SetApartProps) {
  const list = useQuery(setApartQuery(workspaceId, surveyId));
  const counts = list.data?.counts ?? [];
  const again = useSetApartAgain(workspaceId, surveyId);
  // Here and not in the group, which is gone when all of it counts.
  const [counted, setCounted] = useState<readonly string[]>([]);
  if (list.error) return <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />;
  if (counts.length === 0 && counted.length === 0) return null;
  return (
    <Section title="Set apart" aside="Kept, and in no number until somebody says so">
      <div role="status" className="flex flex-wrap items-center gap-3 text-sm">
        {counted.length > 0 && (
          <>
            <p>{counted.length === 1 ? '1 response counts now.' : `${count(counted.length)} responses count now.`}</p>
            <Button
              look="plain"
              isPending={again.isPending}
              onPress={() => again.mutate(counted, { onSuccess: () => setCounted([]) })}
            >
              Undo
            </Button>
          </>
        )}
      </div>
      <ProblemNotice error={again.error} />
      <ul className="max-w-4xl">
        {counts.map((one) => (
          <SetApartGroup
            key={`${one.audience} ${one.reason}`}
            workspaceId={workspaceId}
            surveyId={surveyId}
            group={one}
            onCounted={setCounted}
          />
        ))}
      </ul>
    </Section>
  );
}

/** Takes back that customers' responses were let count. */
export const useSetApartAgain = (workspaceId: string, surveyId: string) =>
  useChange(workspaceId, (keys: readonly string[]) =>
    post(inWorkspace(workspaceId, 'surveys', surveyId, 'set-apart', 'again'), { keys }),
  );

interface SetApartGroupProps extends SetApartProps {
  readonly group: SetApartCount;
  /** Told which responses were let count and may be set apart again. */
  readonly onCounted: (keys: readonly string[]) => void;
}

interface Decision {
  readonly what: 'accept' | 'dismiss';
  /** All of the reason, where it is left out. */
  readonly keys?: readonly string[];
  /** All of the reason that were dismissed, and not those that wait. */
  readonly dismissed?: true;
}

function SetApartGroup({ workspaceId, surveyId, group, onCounted }: SetApartGroupProps) {
  const { audience, reason, waiting, dismissed } = group;
  const [shown, setShown] = useState<'none' | 'waiting' | 'dismissed'>('none');
  const [asking, setAsking] = useState<Decision | null>(null);
  const decide = useChange(workspaceId, ({ what, keys, dismissed: ofDismissed }: Decision) =>
    post<{ changed: number; left: number; undoable: readonly string[] }>(
      inWorkspace(workspaceId, 'surveys', surveyId, 'set-apart', what),
      {
        audience,
        ...(keys ? { keys } : { reason, ...(ofDismissed && { dismissed: true }) }),
      },
    ),
  );
  const { name, because } = REASONS[reason];
  // Single answers of protected audiences are shown to nobody.
  const single = audience === 'customer';
  return (
    <li className="border-t border-hairline py-2 text-sm">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <p className="min-w-0 flex-1 basis-60">
          <MarkIcon audience={audience} lens={audience === 'customer' ? 'experience' : 'belief'} />{' '}
          <span className="font-medium">
            {name}, {AUDIENCE_NAMES[audience].toLowerCase()}: {count(waiting)}
          </span>{' '}
          <span className="text-muted">
            {because} {dismissed > 0 && `${count(dismissed)} were dismissed.`}
          </span>
        </p>
        {single && waiting > 0 && (
          <Button look="plain" onPress={() => setShown(shown === 'waiting' ? 'none' : 'waiting')}>
            {shown === 'waiting' ? 'Hide' : 'Look at them'}
          </Button>
        )}
        {single && dismissed > 0 && (
          <Button look="plain" onPress={() => setShown(shown === 'dismissed' ? 'none' : 'dismissed')}>
            {shown === 'dismissed' ? 'Hide' : 'Look at the dismissed'}
          </Button>
        )}
        {dismissed > 0 && reason !== 'test' && (
          <Button
            look="plain"
            onPress={() => setAsking({ what: 'accept', dismissed: true })}
            aria-label={`Count the dismissed: ${name}`}
          >
            Count the dismissed
          </Button>
        )}
        {waiting > 0 && (
          <>
            {reason !== 'test' && (
              <Button onPress={() => setAsking({ what: 'accept' })} aria-label={`Count all: ${name}`}>
                Count all
              </Button>
            )}
            <Button onPress={() => setAsking({ what: 'dismiss' })} aria-label={`Dismiss all: ${name}`}>
              Dismiss all
            </Button>
          </>
        )}
      </div>
      <p role="status" className="text-muted">
        {decide.data && `${count(decide.data.changed)} done.`}
      </p>
      <ProblemNotice error={decide.error} />
      {shown !== 'none' && (
        <Singles
          workspaceId={workspaceId}
          surveyId={surveyId}
          reason={reason}
          dismissed={shown === 'dismissed'}
          onDecide={(decision) => (decision.what === 'accept' ? setAsking(decision) : decide.mutate(decision))}
        />
      )}
      {asking && (
        <DecisionDialog
          group={group}
          decision={asking}
          onClose={() => setAsking(null)}
          onConfirm={async () => {
            const { undoable } = await decide.mutateAsync(asking);
            if (asking.what === 'accept') onCounted(undoable);
          }}
        />
      )}
    </li>
  );
}

interface DecisionDialogProps {
  readonly group: SetApartCount;
  readonly decision: Decision;
  readonly onClose: () => void;
  readonly onConfirm: () => Promise<unknown>;
}

/** What happens to them, and whether there is a way back. */
function DecisionDialog({ group, decision, onClose, onConfirm }: DecisionDialogProps) {
  const { audience, reason, waiting, dismissed } = group;
  const n = count(decision.dismissed ? dismissed : waiting);
  if (decision.what === 'dismiss') {
    return (
      <ConfirmDialog title={`Dismiss all ${n}?`} isOpen onClose={onClose} action="Dismiss" onConfirm={onConfirm}>
        They stay out of every number and wait for no decision any more. They are kept
        {reason === 'test' ? '.' : ': “Count the dismissed” lets them count later.'}
      </ConfirmDialog>
    );
  }
  const which = decision.dismissed ? `the ${n} that were dismissed` : `all ${n}`;
  return (
    <ConfirmDialog
      title={decision.keys ? 'Count this response?' : `Count ${which}?`}
      isOpen
      onClose={onClose}
      action="Count"
      onConfirm={onConfirm}
    >
      {decision.keys ? 'It counts' : 'They count'} from now on, in every number, as if just come in.{' '}
      {audience === 'customer'
        ? 'You can set them apart again.'
        : 'This can’t be undone: these answers are published together with those of others.'}
    </ConfirmDialog>
  );
}

interface SinglesProps extends SetApartProps {
  readonly reason: Reason;
  readonly dismissed: boolean;
  readonly onDecide: (decision: Decision) => void;
}

function Singles({ workspaceId, surveyId, reason, dismissed, onDecide }: SinglesProps) {
  const list = useInfiniteQuery(setApartOnesQuery(workspaceId, surveyId, reason, dismissed));
  return (
    <div className="ml-4">
      {list.isPending && <Loading what="the responses" />}
      <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />
      <ol>
        {list.data?.pages.flatMap(({ responses }) =>
          responses.map((response) => (
            <ResponseEntry key={response.key} workspaceId={workspaceId} surveyId={surveyId} response={response}>
              <span className="flex gap-2">
                {reason !== 'test' && (
                  <Button look="plain" onPress={() => onDecide({ what: 'accept', keys: [response.key] })}>
                    Count it
                  </Button>
                )}
                {!dismissed && (
                  <Button look="plain" onPress={() => onDecide({ what: 'dismiss', keys: [response.key] })}>
                    Dismiss
                  </Button>
                )}
              </span>
            </ResponseEntry>
          )),
        )}
      </ol>
      {list.hasNextPage && (
        <Button isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
          Show more of them
        </Button>
      )}
    </div>
  );
}
