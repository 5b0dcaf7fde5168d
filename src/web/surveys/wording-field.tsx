import { useId } from 'react';
import type { Audience } from '../../core/perspective.ts';
import type { Wording } from '../../core/survey/definition.ts';
import { isRightToLeft } from '../../core/survey/direction.ts';
import { AUDIENCE_NAMES } from '../ui/format.ts';
import { MarkIcon } from '../ui/mark.tsx';
import { putText } from './edit.ts';
import { useEditor } from './editor.ts';
import { languageName } from './languages.ts';
import { SIDE_BY_SIDE } from './names.ts';

const CONTROL =
  'w-full min-w-0 resize-y rounded-sm border border-field bg-ground px-2 py-1 text-sm text-ink placeholder:text-muted placeholder:italic disabled:opacity-60 [field-sizing:content]';

interface WordingFieldProps {
  readonly label: string;
  readonly wording: Wording | undefined;
  /** The whole wording with the change; `field` names what is typed in, so that typing is one step. */
  readonly onChange: (wording: Wording, field: string) => void;
  /** Names the field in steps and in links. */
  readonly name: string;
  readonly audiences?: readonly Audience[] | undefined;
  readonly placeholder?: string;
  /** Small: for choices and the ends of scales, where most wordings are the same for everybody. */
  readonly compact?: boolean;
}

/** One text, each audience's wording side by side; in one language, or in all of them. */
export function WordingField({ label, wording, onChange, name, audiences, placeholder, compact }: WordingFieldProps) {
  const { survey, language, search } = useEditor();
  const asked = SIDE_BY_SIDE.filter(
    (audience) => survey.audiences.includes(audience) && (audiences?.includes(audience) ?? true),
  );
  // What everybody reads is written where the customers' wording is, also while customers are not asked.
  const shown: readonly Audience[] = asked.includes('customer') ? asked : ['customer', ...asked];
  const languages = search.language === 'all' ? survey.languages : [language];
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 text-xs font-medium text-muted">{label}</legend>
      <div className="flex flex-col gap-2">
        {languages.map((one) => (
          <div key={one} className={`grid gap-2 ${COLUMNS[shown.length] ?? ''}`}>
            {shown.map((audience) => (
              <OneText
                key={audience}
                label={label}
                name={name}
                audience={audience}
                language={one}
                several={languages.length > 1}
                alone={shown.length === 1}
                compact={compact ?? false}
                wording={wording}
                placeholder={placeholder ?? ''}
                onChange={onChange}
                isAsked={asked.length === 0 || asked.includes(audience)}
              />
            ))}
          </div>
        ))}
      </div>
    </fieldset>
  );
}

/** Full class names, so that the stylesheet holds them. */
const COLUMNS: Record<number, string> = { 2: 'sm:grid-cols-2', 3: 'sm:grid-cols-3' };

interface OneTextProps {
  readonly label: string;
  readonly name: string;
  readonly audience: Audience;
  readonly language: string;
  readonly several: boolean;
  readonly alone: boolean;
  readonly compact: boolean;
  readonly isAsked: boolean;
  readonly wording: Wording | undefined;
  readonly placeholder: string;
  readonly onChange: (wording: Wording, field: string) => void;
}

function OneText(props: OneTextProps) {
  const { label, name, audience, language, several, alone, compact, isAsked, wording, placeholder, onChange } = props;
  const id = useId();
  const { mayEdit, survey } = useEditor();
  const first = survey.languages[0] ?? language;
  const customers = wording?.customer?.[language] ?? '';
  const own = audience === 'customer' ? placeholder : customers ? `as customers: ${customers}` : 'as customers';
  const untranslated = language !== first ? (wording?.[audience]?.[first] ?? '') : '';
  const whose = isAsked ? AUDIENCE_NAMES[audience] : 'Everybody';
  return (
    <div className="flex min-w-0 flex-col gap-0.5">
      <label htmlFor={id} className={`text-xs text-muted ${alone && !several ? 'sr-only' : ''}`}>
        <span className="sr-only">{label}: </span>
        {!alone && isAsked && (
          <MarkIcon audience={audience} lens={audience === 'customer' ? 'experience' : 'belief'} size={10} />
        )}{' '}
        {whose}
        {several && `, ${languageName(language)}`}
      </label>
      <textarea
        id={id}
        rows={compact ? 1 : 2}
        className={CONTROL}
        lang={language}
        dir={isRightToLeft(language) ? 'rtl' : 'auto'}
        maxLength={4000}
        disabled={!mayEdit}
        data-text={name}
        data-audience={audience}
        data-language={language}
        value={wording?.[audience]?.[language] ?? ''}
        placeholder={untranslated && audience === 'customer' ? `not translated: ${untranslated}` : own}
        onChange={(event) =>
          onChange(putText(wording, audience, language, event.target.value), `${name} ${audience} ${language}`)
        }
      />
    </div>
  );
}
