import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { AuditPage } from '../../server/audit/schema.ts';
import { get, inWorkspace } from '../api.ts';
import { useRights } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { dateTime } from '../ui/format.ts';
import { Empty, Loading, ProblemNotice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Table, Td, Th } from '../ui/table.tsx';
import { MembersNav } from './members-nav.tsx';

const here = getRouteApi('/w/$workspaceId/members/audit');
const PAGE = 50;

/** Every change by a person or a key, newest first; nothing here can be edited. */
export function AuditLog() {
  const { workspaceId } = here.useParams();
  const { mayLead } = useRights(workspaceId);
  const log = useInfiniteQuery({
    queryKey: ['workspace', workspaceId, 'audit'],
    queryFn: ({ pageParam, signal }) =>
      get<AuditPage>(inWorkspace(workspaceId, 'audit'), { before: pageParam, limit: PAGE }, signal),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    enabled: mayLead,
  });
  const entries = log.data?.pages.flatMap((page) => page.entries) ?? [];
  return (
    <Page title="Audit log" lead="Every change made by a person or a key, newest first. It can only grow.">
      <MembersNav workspaceId={workspaceId} />
      {!mayLead && <p className="text-muted">Owners and leads read the audit log.</p>}
      <ProblemNotice error={log.error} onRetry={() => void log.refetch()} />
      {mayLead && log.isPending && <Loading what="the log" />}
      {log.data && entries.length === 0 && <Empty title="Nothing has been changed yet" />}
      {entries.length > 0 && (
        <Table label="Audit log">
          <thead>
            <tr>
              <Th>When</Th>
              <Th>Who</Th>
              <Th>What</Th>
              <Th>Details</Th>
            </tr>
          </thead>
          <tbody>
            {entries.map((entry) => (
              <tr key={entry.id}>
                <Td className="whitespace-nowrap text-muted">{dateTime(entry.at)}</Td>
                <Td>{entry.actor.name}</Td>
                <Td>{entry.action}</Td>
                <Td className="max-w-md break-words text-muted">{detailText(entry.detail)}</Td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
      {log.hasNextPage && (
        <Button className="mt-3" isPending={log.isFetchingNextPage} onPress={() => void log.fetchNextPage()}>
          Show older entries
        </Button>
      )}
    </Page>
  );
}

function detailText(detail: Readonly<Record<string, unknown>>): string {
  return Object.entries(detail)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}
