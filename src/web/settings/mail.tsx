import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { inWorkspace, patch } from '../api.ts';
import { useChange } from '../journeys/queries.ts';
import { useRights } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { Form } from '../ui/form.tsx';
import { Loading, Note, ProblemNotice } from '../ui/notice.tsx';
import { Page, Section } from '../ui/page.tsx';
import { Unsaved } from '../ui/unsaved.tsx';
import { type MailSettings, mailSettingsQuery } from './mail-queries.ts';
import { numberBetween } from './settings.tsx';
import { SettingsNav } from './settings-nav.tsx';

const here = getRouteApi('/w/$workspaceId/settings/mail');
const LANGUAGES = { en: 'English', de: 'German', es: 'Spanish', fr: 'French', nl: 'Dutch' } as const;

/** Whom mails say they are from, how fast they go out, and what holds for people of whom nothing is known. */
export function MailScreen() {
  const { workspaceId } = here.useParams();
  const { mayEdit } = useRights(workspaceId);
  const settings = useQuery(mailSettingsQuery(workspaceId));
  return (
    <Page title="Mail" lead="What holds for every mail that asks somebody.">
      <SettingsNav workspaceId={workspaceId} />
      <ProblemNotice error={settings.error} onRetry={() => void settings.refetch()} />
      {settings.isPending && <Loading what="the mail settings" />}
      {settings.data && (
        <>
          <Section title="Mail server">
            <p className="max-w-2xl text-sm">
              {settings.data.mailReady
                ? `Mails go out from ${settings.data.from}.`
                : 'No mail server is set. Whoever runs the server sets SMTP_URL and MAIL_FROM; until then, download the links of a wave and send them yourself.'}
            </p>
          </Section>
          <Section title="Every mail">
            <MailForm key={workspaceId} workspaceId={workspaceId} settings={settings.data} mayEdit={mayEdit} />
          </Section>
        </>
      )}
    </Page>
  );
}

interface MailFormProps {
  readonly workspaceId: string;
  readonly settings: MailSettings;
  readonly mayEdit: boolean;
}

function MailForm({ workspaceId, settings, mayEdit }: MailFormProps) {
  const [senderName, setSenderName] = useState(settings.senderName ?? '');
  const [replyTo, setReplyTo] = useState(settings.replyTo ?? '');
  const [perMinute, setPerMinute] = useState(String(settings.perMinute));
  const [timeZone, setTimeZone] = useState(settings.timeZone);
  const [language, setLanguage] = useState(settings.language);
  const [footer, setFooter] = useState(settings.footer ?? '');
  const change = {
    senderName: senderName.trim() || null,
    replyTo: replyTo.trim() || null,
    perMinute: Number(perMinute),
    timeZone: timeZone.trim(),
    language,
    footer: footer.trim() || null,
  };
  const text = JSON.stringify(change);
  // Not what the server then has: it writes addresses its own way.
  const [saved, setSaved] = useState(text);
  const isSaved = text === saved;
  const save = useChange(workspaceId, () => patch(inWorkspace(workspaceId, 'mail-settings'), change));
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate(undefined, { onSuccess: () => setSaved(text) });
  }
  return (
    <Form error={save.error} onSubmit={submit} className="max-w-2xl">
      <Unsaved what={mayEdit && !isSaved ? ['the mail settings'] : []} />
      <fieldset disabled={!mayEdit} className="grid gap-3 sm:grid-cols-2">
        <legend className="sr-only">Every mail</legend>
        <TextField
          label="Sender’s name"
          name="senderName"
          value={senderName}
          onChange={setSenderName}
          maxLength={100}
          hint="Shown beside the address. Empty: the name that the server has."
        />
        <TextField
          label="Answers to"
          name="replyTo"
          type="email"
          value={replyTo}
          onChange={setReplyTo}
          hint="Where a reply to a mail goes. Empty: to the sender’s address."
        />
        <TextField
          label="Most mails a minute"
          name="perMinute"
          inputMode="numeric"
          value={perMinute}
          onChange={setPerMinute}
          validate={numberBetween(1, 100_000)}
          hint="As many as your mail provider takes."
        />
        <TextField
          label="Time zone"
          name="timeZone"
          value={timeZone}
          onChange={setTimeZone}
          placeholder="Europe/Berlin"
          hint="Of the whole workspace: of people without one of their own, and of the first and last days of surveys."
        />
        <LanguageField value={language} onChange={setLanguage} />
        <TextField
          label="Below every mail"
          name="footer"
          multiline
          className="sm:col-span-2"
          value={footer}
          onChange={setFooter}
          maxLength={500}
          hint="Such as your postal address, which many laws ask for."
        />
      </fieldset>
      <ProblemNotice error={save.error} />
      {mayEdit ? (
        <p className="mt-3 flex items-center gap-3">
          <Button type="submit" isPending={save.isPending}>
            Save
          </Button>
          <span role="status" className="text-sm text-muted">
            {save.isSuccess && isSaved && 'Saved. It holds from the next mail on.'}
          </span>
        </p>
      ) : (
        <Note>Owners, leads and analysts change this.</Note>
      )}
    </Form>
  );
}

function LanguageField({ value, onChange }: { readonly value: string; readonly onChange: (value: string) => void }) {
  return (
    <SelectField label="Language" value={value} onChange={onChange} hint="Of people whose language is not known.">
      {Object.entries(LANGUAGES).map(([tag, name]) => (
        <option key={tag} value={tag}>
          {name}
        </option>
      ))}
      {!Object.hasOwn(LANGUAGES, value) && <option value={value}>{value}</option>}
    </SelectField>
  );
}
