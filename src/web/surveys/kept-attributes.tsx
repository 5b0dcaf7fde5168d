import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { isAnonymous, MOST_KEPT } from '../../core/survey/definition.ts';
import { attributesQuery } from '../contacts/queries.ts';
import { Button } from '../ui/button.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { useEditor } from './editor.ts';

/** Which attributes of the contact anonymous answers may keep, in the order of their weight. */
export function KeptAttributes() {
  const { survey, workspaceId, edit, mayEdit, threshold } = useEditor();
  const { data } = useQuery(attributesQuery(workspaceId));
  const [typed, setTyped] = useState('');
  const kept = survey.settings.keptAttributes ?? [];
  const set = (label: string, names: readonly string[]) =>
    edit(label, (before) => {
      const { keptAttributes: _, ...settings } = before.settings;
      return { ...before, settings: names.length > 0 ? { ...settings, keptAttributes: names } : settings };
    });
  const add = (name: string) => {
    set('let answers keep an attribute', [...kept, name]);
    setTyped('');
  };
  const taken = (name: string) => kept.includes(name) || survey.hidden.includes(name);
  const free = (data?.attributes ?? []).map(({ key }) => key).filter((key) => !taken(key));
  const name = typed.trim();
  if (!survey.audiences.some((audience) => isAnonymous(survey, audience)) && kept.length === 0) return null;
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 text-xs font-medium text-muted">What anonymous answers keep of people</legend>
      <p className="mb-2 max-w-prose text-sm text-muted">
        At most {MOST_KEPT} attributes, each only where at least {threshold} people of a wave share all that is kept.
        The others lose the last attribute first. Everybody reads what is kept before answering. It holds for waves
        whose people are invited after you publish.
      </p>
      {kept.length > 0 && (
        <ol className="mb-2 flex flex-col gap-1 text-sm">
          {kept.map((one, i) => (
            <li key={one} className="flex flex-wrap items-center gap-3">
              <span className="break-all">
                {i + 1}. {one}
              </span>
              {mayEdit && i > 0 && (
                <Button
                  look="plain"
                  aria-label={`Keep it longer: ${one}`}
                  onPress={() => set('change what answers keep first', swapped(kept, i))}
                >
                  Keep it longer
                </Button>
              )}
              {mayEdit && (
                <Button
                  look="plain"
                  aria-label={`Keep no more: ${one}`}
                  onPress={() =>
                    set(
                      'let answers keep less',
                      kept.filter((other) => other !== one),
                    )
                  }
                >
                  Keep no more
                </Button>
              )}
            </li>
          ))}
        </ol>
      )}
      {mayEdit && kept.length < MOST_KEPT && (
        <div className="flex flex-wrap items-end gap-2">
          {free.length > 0 && (
            <SelectField label="Keep an attribute" value="" onChange={(one) => one && add(one)} className="w-44">
              <option value="">choose …</option>
              {free.map((one) => (
                <option key={one} value={one}>
                  {one}
                </option>
              ))}
            </SelectField>
          )}
          <TextField
            label={free.length > 0 ? 'or its name' : 'Name of an attribute'}
            value={typed}
            onChange={setTyped}
            maxLength={200}
            placeholder="department"
            className="w-40"
          />
          <Button isDisabled={name === '' || taken(name)} onPress={() => add(name)}>
            Add
          </Button>
        </div>
      )}
    </fieldset>
  );
}

/** With the one at this place and the one before it changed over. */
function swapped(names: readonly string[], place: number): string[] {
  const order = [...names];
  order.splice(place - 1, 2, ...names.slice(place - 1, place + 1).reverse());
  return order;
}
