import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { inWorkspace, post, put } from '../api.ts';
import { useChange } from '../journeys/queries.ts';
import { Button } from '../ui/button.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { Note, ProblemNotice } from '../ui/notice.tsx';
import { MailPreview } from './mail-preview.tsx';
import { type Look, previewQuery, type Schedule } from './queries.ts';
import { changeOf } from './schedule-form.tsx';

const LANGUAGES = { en: 'English', de: 'German', es: 'Spanish', fr: 'French', nl: 'Dutch' } as const;

interface MailTextFormProps {
  readonly workspaceId: string;
  readonly schedule: Schedule;
  readonly mayEdit: boolean;
  /** Told whether words are changed and not saved yet. */
  readonly onUnsaved: (isUnsaved: boolean) => void;
}

/** The words of invitation and reminder per language, and beside them the mail as it arrives. */
export function MailTextForm({ workspaceId, schedule, mayEdit, onUnsaved }: MailTextFormProps) {
  const [kind, setKind] = useState<Look['kind']>('invitation');
  const [language, setLanguage] = useState<keyof typeof LANGUAGES>('en');
  const stored = schedule.texts[kind][language];
  const [draft, setDraft] = useState<Words | null>(null);
  const [begunWith, setBegunWith] = useState<Words | null>(null);
  const text = draft ?? stored;
  const before = stored ?? begunWith;
  const isUnsaved = draft !== null && (draft.subject !== before?.subject || draft.body !== before.body);
  useEffect(() => onUnsaved(isUnsaved), [isUnsaved, onUnsaved]);
  const look: Look = { kind, language, ...(text?.subject.trim() && text.body.trim() && { text }) };
  const preview = useQuery(previewQuery(workspaceId, schedule.waveId, look));
  const save = useChange(workspaceId, (own: Words | null) => {
    const { [language]: _, ...others } = schedule.texts[kind];
    const texts = { ...schedule.texts, [kind]: own ? { ...others, [language]: own } : others };
    return put(inWorkspace(workspaceId, 'waves', schedule.waveId, 'schedule'), { ...changeOf(schedule), texts });
  });
  const test = useMutation({
    mutationFn: () => post<{ to: string }>(inWorkspace(workspaceId, 'waves', schedule.waveId, 'test-mail'), look),
  });
  const choose = (change: () => void) => {
    change();
    setDraft(null);
    save.reset();
  };
  const over = schedule.status === 'ended' || schedule.status === 'cancelled';
  return (
    <div className="grid gap-6 lg:grid-cols-[minmax(0,24rem)_1fr]">
      <div className="flex flex-col gap-3">
        <div className="grid grid-cols-2 gap-3">
          <SelectField
            label="Mail"
            value={kind}
            onChange={(one) => choose(() => setKind(one === 'reminder' ? 'reminder' : 'invitation'))}
          >
            <option value="invitation">invitation</option>
            <option value="reminder">reminder</option>
          </SelectField>
          <SelectField
            label="Language"
            value={language}
            onChange={(one) => choose(() => setLanguage(one as keyof typeof LANGUAGES))}
          >
            {Object.entries(LANGUAGES).map(([tag, name]) => (
              <option key={tag} value={tag}>
                {name}
              </option>
            ))}
          </SelectField>
        </div>
        {mayEdit && !over && (
          <>
            <OwnWords
              text={text}
              isPending={save.isPending}
              onBegin={() => {
                const words = preview.data?.words ?? { subject: '', body: '' };
                setBegunWith(words);
                setDraft(words);
              }}
              onChange={setDraft}
              onSave={draft && (() => save.mutate(draft, { onSuccess: () => setDraft(null) }))}
              onReset={() => (stored ? save.mutate(null, { onSuccess: () => setDraft(null) }) : setDraft(null))}
            />
            {schedule.mailReady && (
              <div>
                <Button isPending={test.isPending} onPress={() => test.mutate()}>
                  Send a test to me
                </Button>
                {test.data && <Note>Sent to {test.data.to}.</Note>}
              </div>
            )}
            <ProblemNotice error={save.error ?? test.error} />
          </>
        )}
      </div>
      <div>
        <ProblemNotice error={preview.error} />
        {preview.data && !preview.isError && <MailPreview mail={preview.data} />}
      </div>
    </div>
  );
}

interface Words {
  readonly subject: string;
  readonly body: string;
}
interface OwnWordsProps {
  readonly text: Words | undefined;
  readonly isPending: boolean;
  readonly onBegin: () => void;
  readonly onChange: (text: Words) => void;
  /** Null while nothing is changed. */
  readonly onSave: (() => void) | null;
  readonly onReset: () => void;
}

function OwnWords({ text, isPending, onBegin, onChange, onSave, onReset }: OwnWordsProps) {
  if (!text)
    return (
      <p className="text-sm text-muted">
        The product’s own words.{' '}
        <Button look="plain" onPress={onBegin}>
          Write your own
        </Button>
      </p>
    );
  return (
    <>
      <TextField
        label="Subject"
        maxLength={200}
        value={text.subject}
        onChange={(subject) => onChange({ ...text, subject })}
      />
      <TextField
        label="Text"
        multiline
        rows={8}
        maxLength={10_000}
        value={text.body}
        onChange={(body) => onChange({ ...text, body })}
        hint="Empty lines part paragraphs; **bold**, *italic*, - lists, [links](https://…). {{attribute:name|there}} puts in the name, or “there”."
      />
      <div className="flex flex-wrap gap-3">
        <Button
          isPending={isPending}
          isDisabled={!onSave || !text.subject.trim() || !text.body.trim()}
          onPress={() => onSave?.()}
        >
          Save these words
        </Button>
        <Button look="plain" onPress={onReset}>
          Use the product’s words
        </Button>
      </div>
    </>
  );
}
