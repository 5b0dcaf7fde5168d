import { type FormEvent, useState } from 'react';
import { customScale, SCALES, type Scale, sameScale } from '../../core/scale.ts';
import { inWorkspace, patch, post } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { Form } from '../ui/form.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { type Item, useChange } from './queries.ts';

interface ItemDialogProps {
  readonly workspaceId: string;
  readonly touchpointId: string;
  /** Null for a new one. */
  readonly item: Item | null;
  readonly onClose: () => void;
}

const DIMENSIONS = ['tangibles', 'reliability', 'responsiveness', 'assurance', 'empathy'] as const;

/** An item: its name, its mirror wording, its scale. */
export function ItemDialog({ workspaceId, touchpointId, item, onClose }: ItemDialogProps) {
  const [name, setName] = useState(item?.name ?? '');
  const [wording, setWording] = useState(item?.wording ?? { customer: '', staff: '', leadership: '' });
  const [scale, setScale] = useState<Scale>(item?.scale ?? SCALES['1-5']);
  const [dimension, setDimension] = useState<string>(item?.servqualDimension ?? '');
  const save = useChange(workspaceId, () => {
    const body = { name, wording, scale, servqualDimension: dimension || null };
    return item
      ? patch(inWorkspace(workspaceId, 'items', item.id), body)
      : post(inWorkspace(workspaceId, 'touchpoints', touchpointId, 'items'), body);
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate(undefined, { onSuccess: onClose });
  }
  const word = (audience: keyof typeof wording) => (text: string) => setWording({ ...wording, [audience]: text });
  return (
    <Dialog title={item ? `Edit ${item.name}` : 'New item'} isOpen onClose={onClose} wide>
      <Form error={save.error} onSubmit={submit} className="flex flex-col gap-4">
        <TextField
          label="Name"
          name="name"
          isRequired
          maxLength={200}
          value={name}
          onChange={setName}
          hint="What is rated, in a few words: cleanliness of the restrooms."
          autoFocus
        />
        <fieldset className="grid gap-3 sm:grid-cols-3">
          <legend className="mb-1 text-sm font-medium">The same thing, asked of each audience</legend>
          <TextField
            label="Customers"
            name="wording.customer"
            value={wording.customer}
            onChange={word('customer')}
            multiline
            placeholder="How clean were the restrooms?"
          />
          <TextField
            label="Staff"
            name="wording.staff"
            value={wording.staff}
            onChange={word('staff')}
            multiline
            placeholder="How clean do customers find the restrooms?"
          />
          <TextField
            label="Leaders"
            name="wording.leadership"
            value={wording.leadership}
            onChange={word('leadership')}
            multiline
            placeholder="How clean do you believe customers find the restrooms?"
          />
        </fieldset>
        <ScaleFields scale={scale} onChange={setScale} />
        {item && !sameScale(item.scale, scale) && (
          <p className="text-sm">
            Another scale begins a new series: answers on the old one can’t be compared with new ones. The server
            refuses the change when there are answers.
          </p>
        )}
        <SelectField
          label="SERVQUAL dimension (optional)"
          name="dimension"
          value={dimension}
          onChange={setDimension}
          className="max-w-60"
        >
          <option value="">none</option>
          {DIMENSIONS.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </SelectField>
        <ProblemNotice error={save.error} />
        <DialogActions>
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isPending={save.isPending}>
            {item ? 'Save' : 'Add the item'}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}

function ScaleFields({ scale, onChange }: { readonly scale: Scale; readonly onChange: (scale: Scale) => void }) {
  const named = Object.entries(SCALES).find(([, one]) => sameScale(one, scale))?.[0];
  const [custom, setCustom] = useState(named === undefined);
  const [ends, setEnds] = useState({ min: String(scale.min), max: String(scale.max) });
  function setEnd(end: 'min' | 'max', text: string) {
    const next = { ...ends, [end]: text };
    setEnds(next);
    const [min, max] = [Number(next.min), Number(next.max)];
    if (next.min !== '' && next.max !== '' && min < max)
      onChange({ ...customScale(min, max), direction: scale.direction });
  }
  return (
    <fieldset className="flex flex-wrap items-end gap-3">
      <legend className="mb-1 text-sm font-medium">Scale</legend>
      <SelectField
        label="Points"
        value={custom ? 'custom' : (named ?? 'custom')}
        onChange={(choice) => {
          setCustom(choice === 'custom');
          const chosen = SCALES[choice as keyof typeof SCALES];
          if (chosen) onChange({ ...chosen, direction: scale.direction });
        }}
      >
        {Object.keys(SCALES).map((one) => (
          <option key={one} value={one}>
            {one.replace('-', ' to ')}
          </option>
        ))}
        <option value="custom">other …</option>
      </SelectField>
      {custom && (
        <>
          <TextField
            label="From"
            inputMode="decimal"
            className="w-20"
            value={ends.min}
            onChange={(text) => setEnd('min', text)}
          />
          <TextField
            label="To"
            inputMode="decimal"
            className="w-20"
            value={ends.max}
            onChange={(text) => setEnd('max', text)}
          />
        </>
      )}
      <SelectField
        label="Which end is good"
        value={scale.direction}
        onChange={(direction) =>
          onChange({
            ...scale,
            direction: direction === 'down' ? 'down' : 'up',
            topBox: direction === 'down' ? scale.min : scale.topBox,
          })
        }
      >
        <option value="up">higher is better</option>
        <option value="down">lower is better</option>
      </SelectField>
      <TextField
        label="Top box begins at"
        inputMode="decimal"
        className="w-28"
        value={String(scale.topBox)}
        onChange={(text) => onChange({ ...scale, topBox: Number(text) })}
      />
    </fieldset>
  );
}
