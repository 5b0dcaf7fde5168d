import { useState } from 'react';
import { AUDIENCES, type Audience } from '../../core/perspective.ts';
import { Button } from '../ui/button.tsx';
import { Checkbox, SelectField, TextField } from '../ui/field.tsx';
import { AUDIENCE_NAMES } from '../ui/format.ts';
import { MarkIcon } from '../ui/mark.tsx';
import { putLanguages } from './edit.ts';
import { useEditor } from './editor.ts';
import { KeptAttributes } from './kept-attributes.tsx';
import { COMMON_LANGUAGES, languageName } from './languages.ts';
import { SIDE_BY_SIDE } from './names.ts';
import { NumberBox } from './number-box.tsx';
import { WordingField } from './wording-field.tsx';

/** What respondents read at the top, whom it asks, in which languages. */
export function TextsForm() {
  const { survey, edit, mayEdit } = useEditor();
  function ask(audience: Audience, asked: boolean) {
    const audiences = AUDIENCES.filter((one) => (one === audience ? asked : survey.audiences.includes(one)));
    if (audiences.length > 0) edit('change whom it asks', (before) => ({ ...before, audiences }));
  }
  return (
    <section aria-label="Title, audiences, languages" className="flex flex-col gap-5">
      <h2 tabIndex={-1} className="font-semibold outline-none">
        Title, audiences, languages
      </h2>
      <WordingField
        label="Title that respondents read"
        name="title"
        wording={survey.title}
        onChange={(title, field) => edit('write the title', (before) => ({ ...before, title }), field)}
      />
      <fieldset>
        <legend className="mb-1 text-xs font-medium text-muted">Asks</legend>
        <div className="flex flex-wrap gap-x-5 gap-y-1">
          {SIDE_BY_SIDE.map((audience) => (
            <Checkbox
              key={audience}
              isSelected={survey.audiences.includes(audience)}
              isDisabled={!mayEdit || (survey.audiences.length === 1 && survey.audiences.includes(audience))}
              onChange={(asked) => ask(audience, asked)}
            >
              <MarkIcon audience={audience} lens={audience === 'customer' ? 'experience' : 'belief'} />{' '}
              {AUDIENCE_NAMES[audience]}
            </Checkbox>
          ))}
        </div>
      </fieldset>
      <Languages />
    </section>
  );
}

function Languages() {
  const { survey, edit, mayEdit } = useEditor();
  const [tag, setTag] = useState('');
  const set = (label: string, languages: readonly string[]) => edit(label, (before) => putLanguages(before, languages));
  const free = COMMON_LANGUAGES.filter((one) => !survey.languages.includes(one));
  const typed = tag.trim();
  const good = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/.test(typed) && !survey.languages.includes(typed);
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 text-xs font-medium text-muted">Languages; the first stands in for missing texts</legend>
      <ul className="mb-2 flex flex-col gap-1 text-sm">
        {survey.languages.map((one, i) => (
          <li key={one} className="flex flex-wrap items-center gap-3">
            <span>
              {languageName(one)} <span className="text-muted">{one}</span>
            </span>
            {mayEdit && i > 0 && (
              <Button
                look="plain"
                aria-label={`Make it the first: ${languageName(one)}`}
                onPress={() =>
                  set('change the first language', [one, ...survey.languages.filter((other) => other !== one)])
                }
              >
                Make it the first
              </Button>
            )}
            {mayEdit && survey.languages.length > 1 && (
              <Button
                look="plain"
                aria-label={`Remove with its texts: ${languageName(one)}`}
                onPress={() =>
                  set(
                    'remove a language',
                    survey.languages.filter((other) => other !== one),
                  )
                }
              >
                Remove with its texts
              </Button>
            )}
          </li>
        ))}
      </ul>
      {mayEdit && (
        <div className="flex flex-wrap items-end gap-2">
          <SelectField
            label="Add a language"
            value=""
            onChange={(one) => one && set('add a language', [...survey.languages, one])}
            className="w-44"
          >
            <option value="">choose …</option>
            {free.map((one) => (
              <option key={one} value={one}>
                {languageName(one)}
              </option>
            ))}
          </SelectField>
          <TextField label="or its tag" value={tag} onChange={setTag} placeholder="pt-BR" className="w-28" />
          <Button
            isDisabled={!good}
            onPress={() => {
              set('add a language', [...survey.languages, typed]);
              setTag('');
            }}
          >
            Add
          </Button>
        </div>
      )}
    </fieldset>
  );
}

export function SettingsForm() {
  const { survey, edit, mayEdit } = useEditor();
  const { settings } = survey;
  const set = (label: string, part: Partial<typeof settings>, field?: string) =>
    edit(label, (before) => ({ ...before, settings: { ...before.settings, ...part } }), field);
  return (
    <section aria-label="Settings" className="flex flex-col gap-4">
      <h2 tabIndex={-1} className="font-semibold outline-none">
        Settings
      </h2>
      <Checkbox
        isSelected={settings.progress}
        isDisabled={!mayEdit}
        onChange={(progress) => set('change the progress bar', { progress })}
      >
        Show how far one is
      </Checkbox>
      <Checkbox
        isSelected={settings.back}
        isDisabled={!mayEdit}
        onChange={(back) => set('change the way back', { back })}
      >
        Let people go back to earlier pages
      </Checkbox>
      <Checkbox
        isSelected={settings.anonymousCustomers}
        isDisabled={!mayEdit}
        onChange={(anonymousCustomers) => set('change who sees the answers', { anonymousCustomers })}
      >
        Customers answer anonymously: kept without the contact and shown in groups only. Fixed once the survey is
        published: duplicate it to ask in another way. Leaders and staff always answer anonymously.
      </Checkbox>
      <KeptAttributes />
      <div className="flex flex-wrap items-end gap-4">
        <SelectField
          label="Ask one person again"
          value={settings.askAgainAfterDays === null ? 'never' : 'after'}
          disabled={!mayEdit}
          onChange={(value) =>
            set('change how often people are asked', { askAgainAfterDays: value === 'never' ? null : 90 })
          }
        >
          <option value="never">never</option>
          <option value="after">after some days</option>
        </SelectField>
        {settings.askAgainAfterDays !== null && (
          <NumberBox
            label="Days"
            value={settings.askAgainAfterDays}
            min={1}
            max={3650}
            onChange={(days) =>
              days && set('change how often people are asked', { askAgainAfterDays: days }, 'settings days')
            }
          />
        )}
      </div>
    </section>
  );
}
