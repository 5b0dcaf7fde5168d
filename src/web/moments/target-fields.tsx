import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { DEVICES } from '../../core/survey/moments.ts';
import { Checkbox, TextField } from '../ui/field.tsx';
import { AttributeTests } from './attribute-tests.tsx';
import { type Moments, segmentsQuery } from './queries.ts';

export const DEVICE_NAMES = { mobile: 'Phone', tablet: 'Tablet', desktop: 'Computer' } as const;

interface TargetFieldsProps {
  readonly workspaceId: string;
  readonly moments: Moments;
  readonly onChange: (part: Partial<Moments>) => void;
}

/** Whom a survey asks. Decided on the server: no page learns any of it. */
export function TargetFields({ workspaceId, moments, onChange }: TargetFieldsProps) {
  const segments = useQuery(segmentsQuery(workspaceId)).data?.segments ?? [];
  const { target } = moments;
  const set = (part: Partial<Moments['target']>) => onChange({ target: { ...target, ...part } });
  const toggle = <T,>(list: readonly T[], one: T, on: boolean) =>
    on ? [...list, one] : list.filter((it) => it !== one);
  const gone = target.segments.filter((id) => !segments.some((segment) => segment.id === id));
  return (
    <div className="flex flex-col gap-4">
      <AttributeTests condition={target.if} onChange={(condition) => set({ if: condition })} />
      {(segments.length > 0 || gone.length > 0) && (
        <fieldset>
          <legend className="text-xs font-medium text-muted">In one of these segments (none chosen: everybody)</legend>
          <div className="mt-1 flex flex-wrap gap-x-5 gap-y-1">
            {segments.map(({ id, name }) => (
              <Checkbox
                key={id}
                isSelected={target.segments.includes(id)}
                onChange={(on) => set({ segments: toggle(target.segments, id, on) })}
              >
                {name}
              </Checkbox>
            ))}
            {gone.map((id) => (
              <Checkbox
                key={id}
                isSelected
                onChange={() => set({ segments: target.segments.filter((one) => one !== id) })}
              >
                a segment that was deleted
              </Checkbox>
            ))}
          </div>
        </fieldset>
      )}
      <fieldset>
        <legend className="text-xs font-medium text-muted">On (none chosen: all)</legend>
        <div className="mt-1 flex flex-wrap gap-x-5 gap-y-1">
          {DEVICES.map((device) => (
            <Checkbox
              key={device}
              isSelected={target.devices.includes(device)}
              onChange={(on) => set({ devices: toggle(target.devices, device, on) })}
            >
              {DEVICE_NAMES[device]}
            </Checkbox>
          ))}
        </div>
      </fieldset>
      <Languages languages={target.languages} onChange={(languages) => set({ languages })} />
    </div>
  );
}

function Languages({
  languages,
  onChange,
}: {
  readonly languages: readonly string[];
  readonly onChange: (languages: string[]) => void;
}) {
  const shown = languages.join(', ');
  const [typed, setTyped] = useState({ text: shown, shown });
  return (
    <TextField
      label="Browsers in these languages (empty: all)"
      className="max-w-72"
      placeholder="en, de, pt-BR"
      // As it is typed, with its commas; unless undo or somebody else gave another list.
      value={typed.shown === shown ? typed.text : shown}
      onChange={(text) => {
        const read = text.split(/[\s,;]+/).filter(Boolean);
        setTyped({ text, shown: read.join(', ') });
        if (read.join(', ') !== shown) onChange(read);
      }}
      hint="de also takes de-AT."
    />
  );
}
