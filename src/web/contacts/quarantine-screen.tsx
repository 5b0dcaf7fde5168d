import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { EndQuarantine } from '../moments/quarantine-line.tsx';
import { type Quarantined, quarantineQuery } from '../moments/queries.ts';
import { useRights } from '../session.ts';
import { date } from '../ui/format.ts';
import { Empty, Loading, ProblemNotice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Table, Td, Th } from '../ui/table.tsx';
import { ContactsNav } from './contacts-nav.tsx';

const here = getRouteApi('/w/$workspaceId/contacts/quarantine');

/** Everybody whom no survey asks for a while or for good: since when, until when, why, and the way out. */
export function QuarantineScreen() {
  const { workspaceId } = here.useParams();
  const { mayEdit } = useRights(workspaceId);
  const list = useQuery({ ...quarantineQuery(workspaceId), enabled: mayEdit });
  const all = list.data?.quarantined ?? [];
  return (
    <Page title="Quarantine" lead="People whom no survey asks, on any channel, for a while or for good.">
      <ContactsNav workspaceId={workspaceId} />
      {!mayEdit && <p className="text-muted">Owners, leads and analysts see contacts.</p>}
      <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />
      {mayEdit && list.isPending && <Loading what="the quarantine" />}
      {list.data && all.length === 0 && (
        <Empty title="Nobody is in quarantine">
          <p>Open a contact to put somebody there, such as while a complaint is being settled.</p>
        </Empty>
      )}
      {all.length > 0 && (
        <Table label="Quarantine">
          <thead>
            <tr>
              <Th>Person</Th>
              <Th className="max-sm:hidden">Since</Th>
              <Th>Last day</Th>
              <Th>Reason</Th>
            </tr>
          </thead>
          <tbody>
            {all.map((one) => (
              <Entry key={one.contactId} workspaceId={workspaceId} entry={one} />
            ))}
          </tbody>
        </Table>
      )}
    </Page>
  );
}

function Entry({ workspaceId, entry }: { readonly workspaceId: string; readonly entry: Quarantined }) {
  const { contactId, contact, addedAt, until, reason, over } = entry;
  return (
    <tr>
      <Td className="min-w-28 wrap-anywhere">
        <Link className="link" to="/w/$workspaceId/contacts/$contactId" params={{ workspaceId, contactId }}>
          {contact}
        </Link>
      </Td>
      <Td className="whitespace-nowrap text-muted max-sm:hidden">{date(addedAt)}</Td>
      <Td>
        <span className="whitespace-nowrap">
          {until === null ? 'for good' : date(until)}
          {over && <span className="text-muted"> (over)</span>}
        </span>{' '}
        <EndQuarantine workspaceId={workspaceId} contactId={contactId} of={contact}>
          {over ? 'Remove' : 'End it'}
        </EndQuarantine>
      </Td>
      <Td className="min-w-28 wrap-anywhere">{reason || '–'}</Td>
    </tr>
  );
}
