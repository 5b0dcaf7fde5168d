import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Audience } from '../../core/perspective.ts';
import { inWorkspace, post, put } from '../api.ts';
import { attributesQuery } from '../contacts/queries.ts';
import { useChange } from '../journeys/queries.ts';
import { languageName } from '../surveys/languages.ts';
import { draftQuery } from '../surveys/queries.ts';
import { Button } from '../ui/button.tsx';
import { SelectField } from '../ui/field.tsx';
import { Loading, Note, ProblemNotice } from '../ui/notice.tsx';
import { useOnce } from '../ui/once.ts';
import { MailPreview } from './mail-preview.tsx';
import { OwnWords, type Words } from './own-words.tsx';
import { type Look, previewQuery, type Schedule } from './queries.ts';
import { changeOf } from './schedule-form.tsx';
import { isOver } from './status.ts';

/** In these the product has words of its own. */
const OUR_LANGUAGES = ['en', 'de', 'es', 'fr', 'nl'];

interface MailTextFormProps {
  readonly workspaceId: string;
  readonly surveyId: string;
  readonly schedule: Schedule;
  readonly audience: Audience;
  readonly mayEdit: boolean;
  /** Told whether words are changed and not saved yet. */
  readonly onUnsaved: (isUnsaved: boolean) => void;
}

/** The words of invitation and reminder per language, and beside them the mail as it arrives. */
export function MailTextForm({ surveyId, ...props }: MailTextFormProps) {
  const survey = useQuery(draftQuery(props.workspaceId, surveyId));
  if (survey.isPending) return <Loading what="the mails" />;
  return <Texts {...props} languages={survey.data?.definition?.languages ?? []} />;
}

type Kind = Look['kind'];

/** Words that are being written, apart for each mail and language: looking at another one keeps them. */
interface WordsDraft {
  readonly words: Words;
  /** What stood there when they were begun. */
  readonly before: Words;
}

interface TextsProps extends Omit<MailTextFormProps, 'surveyId'> {
  /** Of the survey. */
  readonly languages: readonly string[];
}

function Texts({ workspaceId, schedule, audience, mayEdit, onUnsaved, languages }: TextsProps) {
  const offered = [...new Set([...languages, ...OUR_LANGUAGES, ...KINDS.flatMap((one) => written(schedule, one))])];
  const [kind, setKind] = useState<Kind>('invitation');
  const [language, setLanguage] = useState(offered[0] ?? 'en');
  const { unsaved, draft, setDraft, dropDraft } = useDrafts(schedule, kind, language);
  useEffect(() => onUnsaved(unsaved.length > 0), [unsaved.length, onUnsaved]);
  const stored = schedule.texts[kind][language];
  const text = draft ?? stored;
  const look: Look = { kind, language, ...(text?.subject.trim() && text.body.trim() && { text }) };
  const preview = useQuery(previewQuery(workspaceId, schedule.waveId, look));
  const save = useChange(workspaceId, (own: Words | null) => {
    const { [language]: _, ...others } = schedule.texts[kind];
    const texts = { ...schedule.texts, [kind]: own ? { ...others, [language]: own } : others };
    return put(inWorkspace(workspaceId, 'waves', schedule.waveId, 'schedule'), { ...changeOf(schedule), texts });
  });
  const test = useMutation({
    mutationFn: useOnce<void, { to: string }>(() =>
      post<{ to: string }>(inWorkspace(workspaceId, 'waves', schedule.waveId, 'test-mail'), look),
    ),
  });
  const attributes = useQuery(attributesQuery(workspaceId, audience)).data?.attributes.map(({ key }) => key);
  const choose = (change: () => void) => {
    change();
    save.reset();
  };
  const over = isOver(schedule);
  return (
    <div className="grid gap-6 lg:grid-cols-[minmax(0,24rem)_1fr]">
      <div className="flex flex-col gap-3">
        <Choice
          kind={kind}
          language={language}
          languages={offered}
          unsaved={unsaved}
          isDisabled={save.isPending}
          onKind={(one) => choose(() => setKind(one))}
          onLanguage={(one) => choose(() => setLanguage(one))}
        />
        {!OUR_LANGUAGES.includes(language.split('-')[0] ?? '') && (
          <p className="text-xs text-muted">
            The product has no words in {languageName(language)}: without yours this mail is in another language, as are
            its button and its last lines.
          </p>
        )}
        {mayEdit && !over && (
          <>
            <OwnWords
              text={text}
              attributes={attributes}
              isPending={save.isPending}
              onBegin={() => setDraft(preview.data?.words ?? { subject: '', body: '' })}
              onChange={setDraft}
              onSave={draft ? () => save.mutate(draft, { onSuccess: () => dropDraft(draft) }) : null}
              onReset={() => (stored ? save.mutate(null, { onSuccess: () => dropDraft(draft) }) : dropDraft(draft))}
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

interface ChoiceProps {
  readonly kind: Kind;
  readonly language: string;
  readonly languages: readonly string[];
  readonly unsaved: readonly { readonly kind: Kind; readonly language: string }[];
  readonly isDisabled: boolean;
  readonly onKind: (kind: Kind) => void;
  readonly onLanguage: (language: string) => void;
}

/** Which mail in which language; those with words that are not saved say so. */
function Choice({ kind, language, languages, unsaved, isDisabled, onKind, onLanguage }: ChoiceProps) {
  const isUnsaved = (one: Kind, tag?: string) =>
    unsaved.some((each) => each.kind === one && (tag === undefined || each.language === tag));
  return (
    <div className="grid grid-cols-2 gap-3">
      <SelectField
        label="Mail"
        value={kind}
        disabled={isDisabled}
        onChange={(one) => onKind(one === 'reminder' ? 'reminder' : 'invitation')}
      >
        {KINDS.map((one) => (
          <option key={one} value={one}>
            {marked(one, isUnsaved(one))}
          </option>
        ))}
      </SelectField>
      <SelectField label="Language" value={language} disabled={isDisabled} onChange={onLanguage}>
        {languages.map((tag) => (
          <option key={tag} value={tag}>
            {marked(languageName(tag), isUnsaved(kind, tag))}
          </option>
        ))}
      </SelectField>
    </div>
  );
}

const KINDS: readonly Kind[] = ['invitation', 'reminder'];
const written = ({ texts }: Schedule, kind: Kind) => Object.keys(texts[kind]);
const marked = (name: string, isUnsaved: boolean) => (isUnsaved ? `${name} (not saved)` : name);
const isSame = (a: Words, b: Words) => a.subject === b.subject && a.body === b.body;

/** What is being written in each mail and language, and which of it is not saved. */
function useDrafts(schedule: Schedule, kind: Kind, language: string) {
  const [drafts, setDrafts] = useState<Readonly<Record<string, WordsDraft>>>({});
  const key = `${kind} ${language}`;
  const storedOf = (one: Kind, tag: string) => schedule.texts[one][tag];
  const unsaved = Object.entries(drafts).flatMap(([name, { words, before }]) => {
    const [one, tag = ''] = name.split(' ');
    const of: Kind = one === 'reminder' ? 'reminder' : 'invitation';
    return isSame(words, storedOf(of, tag) ?? before) ? [] : { kind: of, language: tag };
  });
  const setDraft = (words: Words) =>
    setDrafts((all) => ({
      ...all,
      [key]: { words, before: all[key]?.before ?? storedOf(kind, language) ?? words },
    }));
  /** Unless more was written meanwhile. */
  const dropDraft = (words: Words | undefined) =>
    setDrafts(({ [key]: gone, ...others }) =>
      gone && words && !isSame(gone.words, words) ? { ...others, [key]: gone } : others,
    );
  return { unsaved, draft: drafts[key]?.words, setDraft, dropDraft };
}
