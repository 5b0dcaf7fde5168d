import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { Form } from 'react-aria-components';
import { get, inWorkspace, post, put, remove } from '../api.ts';
import { useChange } from '../journeys/queries.ts';
import { useRights } from '../session.ts';
import { SurveysNav } from '../surveys/surveys-nav.tsx';
import { ActionMenu } from '../ui/action-menu.tsx';
import { Button } from '../ui/button.tsx';
import { CopyBox } from '../ui/copy-box.tsx';
import { ConfirmDialog, Dialog, DialogActions } from '../ui/dialog.tsx';
import { dateTime } from '../ui/format.ts';
import { Empty, Loading, Note, ProblemNotice } from '../ui/notice.tsx';
import { Page, Section } from '../ui/page.tsx';
import { Unsaved } from '../ui/unsaved.tsx';
import { NumberField } from './number-field.tsx';
import { type AskingSettings, askingSettingsQuery, type Site, sitesQuery } from './queries.ts';
import { SiteDialog } from './site-dialog.tsx';

const here = getRouteApi('/w/$workspaceId/asking');

/** What holds for asking in all surveys, and the websites that ask. */
export function SitesScreen() {
  const { workspaceId } = here.useParams();
  const { mayEdit, mayLead } = useRights(workspaceId);
  const sites = useQuery(sitesQuery(workspaceId));
  const settings = useQuery(askingSettingsQuery(workspaceId));
  const [adding, setAdding] = useState(false);
  return (
    <Page
      title="Asking on websites"
      lead="The sites that carry the script tag, and how often anybody is asked for anything."
      actions={mayEdit && <Button onPress={() => setAdding(true)}>Add a site</Button>}
    >
      <SurveysNav workspaceId={workspaceId} />
      <Section title="Between any two surveys">
        <ProblemNotice error={settings.error} />
        {settings.data && <RuleForm workspaceId={workspaceId} settings={settings.data} mayLead={mayLead} />}
      </Section>
      <Section title="Sites">
        <ProblemNotice error={sites.error} onRetry={() => void sites.refetch()} />
        {sites.isPending && <Loading what="the sites" />}
        {sites.data?.sites.length === 0 && (
          <Empty title="No site yet">
            <p>Add the website or app on which customers should be asked. You get one script tag for its pages.</p>
          </Empty>
        )}
        {sites.data?.sites.map((site) => (
          <SiteEntry key={site.id} workspaceId={workspaceId} site={site} mayEdit={mayEdit} mayLead={mayLead} />
        ))}
      </Section>
      {adding && <SiteDialog workspaceId={workspaceId} site={null} onClose={() => setAdding(false)} />}
    </Page>
  );
}

interface RuleFormProps {
  readonly workspaceId: string;
  readonly settings: AskingSettings;
  readonly mayLead: boolean;
}

function RuleForm({ workspaceId, settings, mayLead }: RuleFormProps) {
  const client = useQueryClient();
  // Only what is typed here; of the rest holds what is stored, also when somebody else changes it meanwhile.
  const [typed, setTyped] = useState<Partial<AskingSettings>>({});
  const { anySurveyDays } = { ...settings, ...typed };
  const isSaved = anySurveyDays === settings.anySurveyDays;
  const save = useChange(workspaceId, async () => {
    const query = askingSettingsQuery(workspaceId);
    const now = await client.fetchQuery({ ...query, staleTime: 0 });
    const stored = await put<AskingSettings>(inWorkspace(workspaceId, 'asking-settings'), { ...now, ...typed });
    client.setQueryData(query.queryKey, stored);
    setTyped((latest) => (latest === typed ? {} : latest));
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate(undefined);
  }
  return (
    <Form onSubmit={submit} onInvalid={() => save.reset()} className="max-w-2xl">
      <Unsaved what={mayLead && !isSaved ? ['the rules for all surveys'] : []} />
      <fieldset disabled={!mayLead} className="flex flex-wrap items-start gap-3">
        <legend className="sr-only">Rules for all surveys</legend>
        <NumberField
          label="Least days between two asks"
          className="w-60"
          whole
          min={0}
          max={3650}
          value={anySurveyDays}
          onChange={(days) => days !== null && setTyped({ ...typed, anySurveyDays: days })}
          hint="Of one person, over all channels; 0: no such rule."
        />
        <p className="max-w-60 text-sm text-muted sm:pt-5">
          First and last days begin and end in {settings.timeZone}.{' '}
          <Link className="link" to="/w/$workspaceId/settings/mail" params={{ workspaceId }}>
            Change the time zone
          </Link>
        </p>
      </fieldset>
      <ProblemNotice error={save.error} />
      {mayLead ? (
        <p className="mt-2 flex items-center gap-3">
          <Button type="submit" isPending={save.isPending}>
            Save
          </Button>
          <span role="status" className="text-sm text-muted">
            {save.isSuccess && isSaved && 'Saved. It holds from the next attempt on.'}
          </span>
        </p>
      ) : (
        <Note>Owners and leads change this.</Note>
      )}
    </Form>
  );
}

interface SiteEntryProps {
  readonly workspaceId: string;
  readonly site: Site;
  readonly mayEdit: boolean;
  readonly mayLead: boolean;
}

function SiteEntry({ workspaceId, site, mayEdit, mayLead }: SiteEntryProps) {
  const [open, setOpen] = useState<'edit' | 'delete' | 'secret' | null>(null);
  const close = () => setOpen(null);
  const drop = useChange(workspaceId, () => remove(inWorkspace(workspaceId, 'sites', site.id)));
  // The dashboard itself stands at the address that pages have to load from.
  const tag = `<script src="${window.location.origin}/w/loader.js" data-site="${site.key}" async></script>`;
  return (
    <section aria-label={site.name} className="border-t border-hairline py-4">
      <div className="flex items-start justify-between gap-3">
        <h3 className="font-medium wrap-anywhere">{site.name}</h3>
        {mayEdit && (
          <ActionMenu
            label={`Change ${site.name}`}
            actions={[
              { name: 'Edit', onAction: () => setOpen('edit') },
              ...(mayLead ? [{ name: 'Secret for signatures', onAction: () => setOpen('secret') }] : []),
              { name: 'Delete', onAction: () => setOpen('delete') },
            ]}
          />
        )}
      </div>
      <Installation site={site} />
      <p className="text-sm text-muted">
        {site.origins.length === 0 ? 'Pages of any origin' : site.origins.join(', ')}
        {site.dailyCap !== null && ` · at most ${site.dailyCap} asks a day`}
        {site.unsignedPersons && ' · names persons without a signature'}
      </p>
      <CopyBox label="Script tag, once in every page" text={tag} />
      {open === 'edit' && <SiteDialog workspaceId={workspaceId} site={site} onClose={close} />}
      {open === 'secret' && <SecretDialog workspaceId={workspaceId} site={site} onClose={close} />}
      <ConfirmDialog
        title={`Delete ${site.name}?`}
        isOpen={open === 'delete'}
        onClose={close}
        action="Delete the site"
        onConfirm={() => drop.mutateAsync(undefined)}
      >
        Its script tag asks nobody any more. Who was asked stays in the ledger, so that nobody is asked too often.
      </ConfirmDialog>
    </section>
  );
}

/** Whether the tag works, from what its pages last did. */
function Installation({ site }: { readonly site: Site }) {
  const { lastSeenAt, lastSeenOrigin, lastRefusedAt, lastRefusedOrigin } = site;
  return (
    <div role="status" className="text-sm">
      <p>
        {lastSeenAt
          ? `✓ Installed: last seen ${ago(lastSeenAt)}${lastSeenOrigin ? ` on ${lastSeenOrigin}` : ''}.`
          : '– Not seen yet. Put the tag into a page and open it; this line changes within a minute.'}
      </p>
      {lastRefusedAt && (
        <p className="text-danger wrap-anywhere">
          Refused {ago(lastRefusedAt)}: {lastRefusedOrigin} is not on the list of origins.
        </p>
      )}
    </div>
  );
}

function ago(iso: string): string {
  const minutes = Math.floor((Date.now() - Date.parse(iso)) / 60_000);
  if (minutes < 1) return 'less than a minute ago';
  if (minutes < 60) return minutes === 1 ? '1 minute ago' : `${minutes} minutes ago`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} hours ago`;
  return `on ${dateTime(iso)}`;
}

interface SecretDialogProps {
  readonly workspaceId: string;
  readonly site: Site;
  readonly onClose: () => void;
}

function SecretDialog({ workspaceId, site, onClose }: SecretDialogProps) {
  const path = inWorkspace(workspaceId, 'sites', site.id, 'secret');
  const secret = useQuery({
    queryKey: ['workspace', workspaceId, 'site-secret', site.id],
    queryFn: () => get<{ readonly secret: string }>(path),
    gcTime: 0,
  });
  const [renewing, setRenewing] = useState(false);
  const renew = useChange(workspaceId, () => post(path));
  return (
    <Dialog title={`Secret of ${site.name}`} isOpen onClose={onClose} wide>
      <p className="text-sm">
        Your server signs a person’s id with it: HMAC-SHA256, in hex. The page hands id and signature to{' '}
        <code>identify</code>. Attributes are stored with the contact only if they are signed with it; others count in
        that browser alone. The secret never belongs into a page or an app.
      </p>
      <ProblemNotice error={secret.error} />
      {secret.data && <CopyBox label="Secret" text={secret.data.secret} />}
      {secret.data && (
        <>
          <CopyBox
            label="In Node.js, the id alone"
            text="createHmac('sha256', secret).update(personId).digest('hex')"
          />
          <CopyBox
            label="The id with attributes, which are given as this JSON text"
            text="createHmac('sha256', secret).update(personId + '\n' + attributes).digest('hex')"
          />
        </>
      )}
      <DialogActions>
        <Button look="danger" onPress={() => setRenewing(true)}>
          Make another one …
        </Button>
        <Button onPress={onClose}>Close</Button>
      </DialogActions>
      <ConfirmDialog
        title="Replace the secret?"
        isOpen={renewing}
        onClose={() => setRenewing(false)}
        action="Replace it"
        onConfirm={() => renew.mutateAsync(undefined)}
      >
        From that moment no signature under the present secret holds: <code>identify</code>{' '}
        {site.unsignedPersons ? 'stores no attributes' : 'reaches no contact'} until your server signs with the new
        secret. The present one can’t be brought back.
      </ConfirmDialog>
    </Dialog>
  );
}
