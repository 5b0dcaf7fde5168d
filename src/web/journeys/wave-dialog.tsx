import { type FormEvent, useState } from 'react';
import type { Audience } from '../../core/perspective.ts';
import { inWorkspace, patch, post } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { Checkbox, SelectField, TextField } from '../ui/field.tsx';
import { Form } from '../ui/form.tsx';
import { AUDIENCE_NAMES } from '../ui/format.ts';
import { ProblemNotice } from '../ui/notice.tsx';
import { useChange, type Wave } from './queries.ts';

interface WaveDialogProps {
  readonly workspaceId: string;
  readonly surveyId: string;
  readonly wave: Wave | null;
  readonly onClose: () => void;
}

export function WaveDialog({ workspaceId, surveyId, wave, onClose }: WaveDialogProps) {
  const [name, setName] = useState(wave?.name ?? '');
  const [audience, setAudience] = useState<Audience>(wave?.audience ?? 'customer');
  const [size, setSize] = useState(wave?.audienceSize ? String(wave.audienceSize) : '');
  const [startsOn, setStartsOn] = useState(wave?.startsOn ?? '');
  const [endsOn, setEndsOn] = useState(wave?.endsOn ?? '');
  const [simulated, setSimulated] = useState(wave?.simulated ?? false);
  const save = useChange(workspaceId, () => {
    const body = {
      name,
      audienceSize: size === '' ? null : Number(size),
      startsOn: startsOn || null,
      endsOn: endsOn || null,
    };
    return wave
      ? patch(inWorkspace(workspaceId, 'waves', wave.id), body)
      : post(inWorkspace(workspaceId, 'surveys', surveyId, 'waves'), { ...body, audience, simulated });
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate(undefined, { onSuccess: onClose });
  }
  return (
    <Dialog title={wave ? `Edit ${wave.name}` : 'New wave'} isOpen onClose={onClose}>
      <Form error={save.error} onSubmit={submit} className="flex flex-col gap-3">
        <TextField
          label="Name"
          name="name"
          isRequired
          maxLength={200}
          value={name}
          onChange={setName}
          placeholder="Leaders, autumn"
          autoFocus
        />
        <SelectField
          label="Audience"
          name="audience"
          value={audience}
          onChange={(value) => setAudience(value as Audience)}
          disabled={wave !== null}
        >
          {(Object.keys(AUDIENCE_NAMES) as Audience[]).map((one) => (
            <option key={one} value={one}>
              {AUDIENCE_NAMES[one]}
            </option>
          ))}
        </SelectField>
        <TextField
          label="How many are there in all? (optional)"
          name="audienceSize"
          inputMode="numeric"
          value={size}
          onChange={setSize}
          validate={(text) => (text === '' || /^[1-9]\d*$/.test(text) ? null : 'Give a whole number, or nothing.')}
          hint="When everybody answered, there is no sampling error, and the report says so."
        />
        <div className="grid grid-cols-2 gap-3">
          <TextField label="First day" name="startsOn" type="date" value={startsOn} onChange={setStartsOn} />
          <TextField label="Last day" name="endsOn" type="date" value={endsOn} onChange={setEndsOn} />
        </div>
        {/* Decided once: a label that could be taken off later would be worth nothing. */}
        {!wave && (
          <Checkbox isSelected={simulated} onChange={setSimulated}>
            These answers are simulated: label them wherever they show
          </Checkbox>
        )}
        <ProblemNotice error={save.error} />
        <DialogActions>
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isPending={save.isPending}>
            {wave ? 'Save' : 'Add the wave'}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
