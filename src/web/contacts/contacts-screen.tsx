import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { Audience } from '../../core/perspective.ts';
import { useRights } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { AUDIENCE_NAMES, count } from '../ui/format.ts';
import { MarkIcon } from '../ui/mark.tsx';
import { Empty, Loading, ProblemNotice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Table, Td, Th } from '../ui/table.tsx';
import { ContactDialog } from './contact-dialog.tsx';
import { ContactsNav } from './contacts-nav.tsx';
import { ImportButton } from './import-button.tsx';
import {
  type Contact,
  contactsQuery,
  REACH_NAMES,
  type Reach,
  type ReachCount,
  reachOf,
  reachQuery,
  segmentsQuery,
} from './queries.ts';
import type { ContactSearch } from './search.ts';

const here = getRouteApi('/w/$workspaceId/contacts');

/** The people who may be asked: found by name, audience, segment and whether a mail reaches them. */
export function ContactsScreen() {
  const { workspaceId } = here.useParams();
  const search = here.useSearch();
  const navigate = useNavigate({ from: '/w/$workspaceId/contacts' });
  const { mayEdit } = useRights(workspaceId);
  const [adding, setAdding] = useState(false);
  const contacts = useQuery(contactsQuery(workspaceId, search));
  const reach = useQuery(reachQuery(workspaceId)).data;
  const set = (change: ContactSearch) => {
    const { after: _, ...others } = { ...search, ...change };
    void navigate({ search: { ...others, ...(change.after && { after: change.after }) }, replace: !change.after });
  };
  const narrowed = Boolean(search.search || search.audience || search.reach || search.segmentId || search.after);
  const none = contacts.data?.contacts.length === 0;
  return (
    <Page
      title="Contacts"
      lead="People you may ask: customers, staff and leaders. Who unsubscribes is not asked again, also not by the next list."
      actions={
        mayEdit && (
          <>
            <ImportButton workspaceId={workspaceId} />
            <Button onPress={() => setAdding(true)}>Add a contact</Button>
          </>
        )
      }
    >
      <ContactsNav workspaceId={workspaceId} />
      {reach && reach.all > 0 && <ReachLine reach={reach} />}
      {(narrowed || !none) && <Filters workspaceId={workspaceId} search={search} onChange={set} />}
      <ProblemNotice error={contacts.error} onRetry={() => void contacts.refetch()} />
      {contacts.isPending && <Loading what="the contacts" />}
      {none && narrowed && <Empty title="Nobody fits">Change the search or the filters above.</Empty>}
      {none && !narrowed && (
        <Empty title="No contact yet">
          <p>
            Import a list (CSV or XLSX) with a key or an e-mail address per person. Every other column becomes an
            attribute, by which you choose whom to ask. Open links and the website need no contacts.
          </p>
        </Empty>
      )}
      {contacts.data && !none && <ContactTable workspaceId={workspaceId} contacts={contacts.data.contacts} />}
      <div className="mt-3 flex gap-4 text-sm">
        {search.after && (
          <Button look="plain" onPress={() => set({})}>
            Back to the first
          </Button>
        )}
        {contacts.data?.next && (
          <Button look="plain" onPress={() => set({ after: contacts.data.next ?? '' })}>
            Next {contacts.data.contacts.length}
          </Button>
        )}
      </div>
      {adding && <ContactDialog workspaceId={workspaceId} contact={null} onClose={() => setAdding(false)} />}
    </Page>
  );
}

function ReachLine({ reach }: { readonly reach: ReachCount }) {
  const others = [
    reach.noAddress > 0 && `${count(reach.noAddress)} without an address`,
    reach.unsubscribed > 0 && `${count(reach.unsubscribed)} unsubscribed`,
    reach.bounced > 0 && `${count(reach.bounced)} whose address does not work`,
    reach.refused > 0 && `${count(reach.refused)} refused consent`,
  ].filter(Boolean);
  return (
    <p className="mb-4 text-sm">
      {count(reach.reachable)} of {count(reach.all)} can be asked by mail
      {others.length > 0 && <span className="text-muted">: {others.join(', ')}</span>}
    </p>
  );
}

interface FiltersProps {
  readonly workspaceId: string;
  readonly search: ContactSearch;
  readonly onChange: (change: ContactSearch) => void;
}

function Filters({ workspaceId, search, onChange }: FiltersProps) {
  const segments = useQuery(segmentsQuery(workspaceId)).data?.segments ?? [];
  const [text, setText] = useState(search.search ?? '');
  useEffect(() => {
    if (text === (search.search ?? '')) return;
    const timer = setTimeout(() => onChange({ search: text }), 300);
    return () => clearTimeout(timer);
  });
  return (
    <search className="mb-3 flex flex-wrap items-end gap-3">
      <TextField label="Name, address or key" className="w-64" value={text} onChange={setText} />
      <SelectField
        label="Audience"
        className="w-40"
        value={search.audience ?? ''}
        onChange={(audience) => onChange({ audience })}
      >
        <option value="">all</option>
        {(Object.keys(AUDIENCE_NAMES) as Audience[]).map((one) => (
          <option key={one} value={one}>
            {AUDIENCE_NAMES[one]}
          </option>
        ))}
      </SelectField>
      <SelectField
        label="By mail"
        className="w-52"
        value={search.reach ?? ''}
        onChange={(reach) => onChange({ reach })}
      >
        <option value="">all</option>
        {(Object.keys(REACH_NAMES) as Reach[]).map((one) => (
          <option key={one} value={one}>
            {REACH_NAMES[one]}
          </option>
        ))}
      </SelectField>
      {segments.length > 0 && (
        <SelectField
          label="Segment"
          className="w-48"
          value={search.segmentId ?? ''}
          onChange={(segmentId) => onChange({ segmentId })}
        >
          <option value="">all</option>
          {segments.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
      )}
    </search>
  );
}

const ATTRIBUTES_SHOWN = 4;

function ContactTable({
  workspaceId,
  contacts,
}: {
  readonly workspaceId: string;
  readonly contacts: readonly Contact[];
}) {
  return (
    <Table label="Contacts">
      <thead>
        <tr>
          <Th>Name</Th>
          <Th>E-mail</Th>
          <Th className="max-sm:hidden">Key</Th>
          <Th className="max-sm:hidden">Attributes</Th>
          <Th>By mail</Th>
        </tr>
      </thead>
      <tbody>
        {contacts.map((contact) => {
          const reach = reachOf(contact);
          const attributes = Object.entries(contact.attributes);
          return (
            <tr key={contact.id}>
              <Td className="sm:whitespace-nowrap">
                <MarkIcon
                  audience={contact.audience}
                  lens={contact.audience === 'customer' ? 'experience' : 'belief'}
                />{' '}
                <Link
                  className="link"
                  to="/w/$workspaceId/contacts/$contactId"
                  params={{ workspaceId, contactId: contact.id }}
                >
                  {contact.name ?? contact.email ?? contact.key}
                </Link>
              </Td>
              <Td className="min-w-40 wrap-anywhere">{contact.email}</Td>
              <Td className="break-all max-sm:hidden">{contact.key}</Td>
              <Td className="text-muted max-sm:hidden">
                {attributes
                  .slice(0, ATTRIBUTES_SHOWN)
                  .map(([name, value]) => `${name}: ${value}`)
                  .join(' · ')}
                {attributes.length > ATTRIBUTES_SHOWN && ` · ${attributes.length - ATTRIBUTES_SHOWN} more`}
              </Td>
              <Td className={reach === 'reachable' ? 'text-muted' : ''}>
                {reach === 'reachable' ? 'yes' : REACH_NAMES[reach]}
              </Td>
            </tr>
          );
        })}
      </tbody>
    </Table>
  );
}
