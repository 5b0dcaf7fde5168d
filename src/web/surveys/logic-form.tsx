import { useState } from 'react';
import type { Audience } from '../../core/perspective.ts';
import type { Quota } from '../../core/survey/definition.ts';
import { Button } from '../ui/button.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { AUDIENCE_NAMES } from '../ui/format.ts';
import { ConditionField } from './condition-field.tsx';
import { freeId, put } from './edit.ts';
import { useEditor } from './editor.ts';
import { nameOfEnding, SIDE_BY_SIDE } from './names.ts';
import { NumberBox } from './number-box.tsx';

/** Values that come with the address, and how many answers are wanted of whom. */
export function LogicForm() {
  return (
    <section aria-label="Hidden fields and quotas" className="flex flex-col gap-6">
      <h2 tabIndex={-1} className="font-semibold outline-none">
        Hidden fields and quotas
      </h2>
      <HiddenFields />
      <Quotas />
    </section>
  );
}

function HiddenFields() {
  const { survey, edit, mayEdit } = useEditor();
  const [name, setName] = useState('');
  const good = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(name) && !survey.hidden.includes(name);
  return (
    <fieldset>
      <legend className="text-sm font-medium">Hidden fields</legend>
      <p className="mb-2 max-w-prose text-sm text-muted">
        Values that come with the address (…?order=4711) or the script tag; conditions and texts can use them.
      </p>
      <ul className="mb-2 flex flex-col gap-1 text-sm">
        {survey.hidden.map((one) => (
          <li key={one} className="flex items-center gap-3">
            <code>{one}</code>
            {mayEdit && (
              <Button
                look="plain"
                aria-label={`Remove the hidden field ${one}`}
                onPress={() =>
                  edit('remove a hidden field', (before) => ({
                    ...before,
                    hidden: before.hidden.filter((other) => other !== one),
                  }))
                }
              >
                Remove
              </Button>
            )}
          </li>
        ))}
      </ul>
      {mayEdit && (
        <div className="flex items-end gap-2">
          <TextField label="Name" value={name} onChange={setName} placeholder="order" maxLength={64} className="w-40" />
          <Button
            isDisabled={!good}
            onPress={() => {
              edit('add a hidden field', (before) => ({ ...before, hidden: [...before.hidden, name] }));
              setName('');
            }}
          >
            Add
          </Button>
        </div>
      )}
    </fieldset>
  );
}

function Quotas() {
  const { survey, edit, mayEdit } = useEditor();
  const set = (label: string, make: (quotas: readonly Quota[]) => readonly Quota[], field?: string) =>
    edit(label, (before) => ({ ...before, quotas: make(before.quotas) }), field);
  function add() {
    const id = freeId('quota', ['quota', ...survey.quotas.map((quota) => quota.id)]);
    const ending = survey.endings.at(-1)?.id ?? '';
    set('add a quota', (all) => [...all, { id, name: '', limit: 100, ending }]);
  }
  return (
    <fieldset className="min-w-0">
      <legend className="text-sm font-medium">Quotas</legend>
      <p className="mb-2 max-w-prose text-sm text-muted">
        Once so many finished responses match, everybody else who matches goes straight to a thank-you page.
      </p>
      <ul className="flex flex-col gap-4">
        {survey.quotas.map((quota) => (
          <QuotaFields
            key={quota.id}
            quota={quota}
            onChange={(label, make, field) =>
              set(
                label,
                (all) => all.map((one) => (one.id === quota.id ? make(one) : one)),
                field && `${quota.id} ${field}`,
              )
            }
            onRemove={() => set('remove a quota', (all) => all.filter((one) => one.id !== quota.id))}
          />
        ))}
      </ul>
      {mayEdit && (
        <Button look="plain" className="mt-1" onPress={add}>
          Add a quota
        </Button>
      )}
    </fieldset>
  );
}

interface QuotaFieldsProps {
  readonly quota: Quota;
  readonly onChange: (label: string, make: (quota: Quota) => Quota, field?: string) => void;
  readonly onRemove: () => void;
}

function QuotaFields({ quota, onChange, onRemove }: QuotaFieldsProps) {
  const { survey, mayEdit, language } = useEditor();
  return (
    <li className="flex flex-col gap-3 border-l-2 border-hairline pl-3">
      <div className="flex flex-wrap items-end gap-3">
        <TextField
          label="Called"
          value={quota.name}
          maxLength={200}
          isDisabled={!mayEdit}
          onChange={(name) => onChange('name the quota', (one) => ({ ...one, name }), 'name')}
          className="w-40"
        />
        <NumberBox
          label="Responses"
          value={quota.limit}
          min={1}
          max={1_000_000_000}
          onChange={(limit) => limit && onChange('change the quota', (one) => ({ ...one, limit }), 'limit')}
        />
        <SelectField
          label="Of"
          value={quota.audience ?? ''}
          disabled={!mayEdit}
          onChange={(audience) =>
            onChange('change the quota', (one) => put(one, 'audience', (audience || undefined) as Audience | undefined))
          }
        >
          <option value="">everybody</option>
          {SIDE_BY_SIDE.filter((one) => survey.audiences.includes(one)).map((one) => (
            <option key={one} value={one}>
              {AUDIENCE_NAMES[one]}
            </option>
          ))}
        </SelectField>
        <SelectField
          label="Then"
          value={quota.ending}
          disabled={!mayEdit}
          onChange={(ending) => onChange('change the quota', (one) => ({ ...one, ending }))}
        >
          {survey.endings.map(({ id }) => (
            <option key={id} value={id}>
              {nameOfEnding(survey, id, language)}
            </option>
          ))}
        </SelectField>
        {mayEdit && <Button onPress={onRemove}>Remove</Button>}
      </div>
      <ConditionField
        label="Counts responses"
        condition={quota.if}
        onChange={(condition, field) => onChange('change the quota', (one) => put(one, 'if', condition), field)}
        always="all of them"
      />
    </li>
  );
}
