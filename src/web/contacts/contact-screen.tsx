import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { apiPath, inWorkspace, patch, remove } from '../api.ts';
import { useChange } from '../journeys/queries.ts';
import { QuarantineLine } from '../moments/quarantine-line.tsx';
import { useRights } from '../session.ts';
import { Button, ButtonAnchor, ButtonLink } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/dialog.tsx';
import { AUDIENCE_NAMES, date } from '../ui/format.ts';
import { Loading, Note, ProblemNotice } from '../ui/notice.tsx';
import { Page, Section } from '../ui/page.tsx';
import { ConsentDialog } from './consent-dialog.tsx';
import { ContactDialog } from './contact-dialog.tsx';
import { type Contact, contactQuery, REACH_NAMES, reachOf } from './queries.ts';

const here = getRouteApi('/w/$workspaceId/contacts/$contactId');

/** Everything about one person, what may be done, and why they were asked or not. */
export function ContactScreen() {
  const { workspaceId, contactId } = here.useParams();
  const contact = useQuery(contactQuery(workspaceId, contactId));
  if (contact.isError) return <ProblemNotice error={contact.error} onRetry={() => void contact.refetch()} />;
  if (contact.isPending) return <Loading what="the contact" />;
  return <Details workspaceId={workspaceId} contact={contact.data} />;
}

function Details({ workspaceId, contact }: { readonly workspaceId: string; readonly contact: Contact }) {
  const { mayEdit, mayLead } = useRights(workspaceId);
  const [doing, setDoing] = useState<Doing | null>(null);
  const path = inWorkspace(workspaceId, 'contacts', contact.id);
  const change = useChange(workspaceId, (body: unknown) => patch(path, body));
  const reach = reachOf(contact);
  const name = contact.name ?? contact.email ?? contact.key ?? '';
  return (
    <>
      <p className="mb-1 text-sm">
        <Link className="link text-muted" to="/w/$workspaceId/contacts" params={{ workspaceId }}>
          Contacts
        </Link>
      </p>
      <Page
        title={name}
        actions={
          <>
            {mayEdit && <Button onPress={() => setDoing('edit')}>Edit</Button>}
            <ButtonLink
              to="/w/$workspaceId/asking/log"
              params={{ workspaceId }}
              search={{ person: `contact:${contact.id}` }}
            >
              Why asked or not
            </ButtonLink>
            <ButtonAnchor href={apiPath(`${path}/export`)} download={`contact-${contact.id}.json`}>
              Export
            </ButtonAnchor>
            {mayLead && (
              <Button look="danger" onPress={() => setDoing('erase')}>
                Erase
              </Button>
            )}
          </>
        }
      >
        {reach !== 'reachable' && (
          <Note>
            {capital(REACH_NAMES[reach])}
            {contact.unsubscribedAt && ` since ${date(contact.unsubscribedAt)}`}
            {reach === 'bounced' && contact.bouncedAt && ` since ${date(contact.bouncedAt)}`}. This person is not asked
            {reach === 'unsubscribed' || reach === 'refused' ? ' again, on any channel.' : ' by mail.'}
            {reach === 'bounced' && ` ${contact.bouncedBecause ?? ''}`}
            {reach === 'unsubscribed' && ` ${contact.unsubscribedBecause ?? ''}`}
          </Note>
        )}
        <Facts facts={factsOf(contact)} />
        <Section title="Attributes">
          {Object.keys(contact.attributes).length === 0 && <p className="text-sm text-muted">None.</p>}
          <Facts facts={Object.entries(contact.attributes)} />
        </Section>
        {mayEdit && (
          <Section title="Quarantine" aside="No survey asks this person meanwhile">
            <QuarantineLine workspaceId={workspaceId} contactId={contact.id} />
          </Section>
        )}
        <ProblemNotice error={change.error} />
        {mayEdit && <Marks contact={contact} change={change} onDo={setDoing} />}
      </Page>
      <Dialogs
        workspaceId={workspaceId}
        contact={contact}
        name={name}
        doing={doing}
        onClose={() => setDoing(null)}
        onUnsubscribe={() => change.mutateAsync({ unsubscribed: true })}
      />
    </>
  );
}

type Doing = 'edit' | 'erase' | 'unsubscribe' | 'consent';

interface MarksProps {
  readonly contact: Contact;
  readonly change: { readonly isPending: boolean; readonly mutate: (body: unknown) => void };
  readonly onDo: (what: Doing) => void;
}

/** What is said of a person by hand: consent, opting out, and whether mail arrives. */
function Marks({ contact, change, onDo }: MarksProps) {
  return (
    <p className="mt-6 flex flex-wrap gap-4">
      <Button look="plain" onPress={() => onDo('consent')}>
        Record consent
      </Button>
      {!contact.unsubscribedAt && (
        <Button look="plain" onPress={() => onDo('unsubscribe')}>
          Don’t ask this person again
        </Button>
      )}
      {(contact.email || contact.bouncedAt) && (
        <Button
          look="plain"
          isPending={change.isPending}
          onPress={() => change.mutate({ bounced: !contact.bouncedAt })}
        >
          {contact.bouncedAt ? 'The address works again' : 'Mail does not arrive'}
        </Button>
      )}
    </p>
  );
}

interface DialogsProps {
  readonly workspaceId: string;
  readonly contact: Contact;
  readonly name: string;
  readonly doing: Doing | null;
  readonly onClose: () => void;
  readonly onUnsubscribe: () => Promise<unknown>;
}

function Dialogs({ workspaceId, contact, name, doing, onClose, onUnsubscribe }: DialogsProps) {
  const navigate = useNavigate();
  const erase = useChange(workspaceId, () => remove(inWorkspace(workspaceId, 'contacts', contact.id)));
  return (
    <>
      {doing === 'edit' && <ContactDialog workspaceId={workspaceId} contact={contact} onClose={onClose} />}
      {doing === 'consent' && <ConsentDialog workspaceId={workspaceId} contact={contact} onClose={onClose} />}
      <ConfirmDialog
        title={`Erase ${name}?`}
        isOpen={doing === 'erase'}
        onClose={onClose}
        action="Erase with all responses"
        onConfirm={async () => {
          await erase.mutateAsync(undefined);
          await navigate({ to: '/w/$workspaceId/contacts', params: { workspaceId } });
        }}
      >
        The contact and all its responses go, and every number is counted without them. Only a hash of the address
        stays, so that no later list brings the person back. This can’t be undone.
      </ConfirmDialog>
      <ConfirmDialog
        title={`Don’t ask ${name} again?`}
        isOpen={doing === 'unsubscribe'}
        onClose={onClose}
        action="Don’t ask again"
        onConfirm={onUnsubscribe}
      >
        It holds for every survey and channel, for everybody with the same address, and for later lists. Only a new
        consent of the person takes it back.
      </ConfirmDialog>
    </>
  );
}

const capital = (text: string) => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

function Facts({ facts }: { readonly facts: readonly (readonly [string, string])[] }) {
  return (
    <dl className="grid max-w-2xl gap-x-6 gap-y-1 text-sm sm:grid-cols-[10rem_1fr]">
      {facts.map(([term, value]) => (
        <div key={term} className="contents">
          <dt className="break-words text-muted">{term}</dt>
          <dd className="mb-1 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function factsOf(contact: Contact): [string, string][] {
  return [
    ['Audience', AUDIENCE_NAMES[contact.audience]],
    ['E-mail', contact.email ?? '–'],
    ['Key', contact.key ?? '–'],
    ['Language', contact.language ?? 'the workspace’s'],
    ['Time zone', contact.timeZone ?? 'the workspace’s'],
    ['Consent', consentOf(contact)],
    ...(contact.softBounces.length > 0 ? [['Mails came back', cameBack(contact)] satisfies [string, string]] : []),
    ['Added', date(contact.createdAt)],
  ];
}

function cameBack({ softBounces, bouncedAt }: Contact): string {
  const days = softBounces.map((day) => date(`${day}T12:00Z`)).join(', ');
  return bouncedAt ? days : `${days}. After three in a row within 30 days no more are sent.`;
}

function consentOf({ consent }: Contact): string {
  if (!consent) return 'nothing recorded';
  const parts = [
    consent.given ? 'given' : 'refused',
    consent.to && `to ${consent.to}`,
    consent.at && `on ${date(consent.at)}`,
    consent.source,
  ];
  return parts.filter(Boolean).join(', ');
}
