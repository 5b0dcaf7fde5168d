import type { Milestone } from '../../core/survey/moments.ts';
import { Checkbox, SelectField, TextField } from '../ui/field.tsx';
import { AddressRuleFields } from './address-rules.tsx';
import { NumberField } from './number-field.tsx';
import { PropertyTests } from './property-tests.tsx';
import type { Trigger } from './queries.ts';

interface TriggerFieldsProps {
  readonly trigger: Trigger;
  readonly onChange: (trigger: Trigger) => void;
}

/** What one kind of trigger needs besides its pages. */
export function TriggerFields({ trigger, onChange }: TriggerFieldsProps) {
  switch (trigger.kind) {
    case 'page':
    case 'exit':
      return null;
    case 'time':
    case 'inactivity':
      return (
        <NumberField
          label="Seconds"
          className="mt-2 w-28"
          min={0}
          max={3600}
          value={trigger.seconds}
          onChange={(seconds) => seconds !== null && onChange({ ...trigger, seconds })}
        />
      );
    case 'scroll':
      return (
        <NumberField
          label="Percent of the page"
          className="mt-2 w-36"
          min={1}
          max={100}
          value={trigger.percent}
          onChange={(percent) => percent !== null && onChange({ ...trigger, percent })}
        />
      );
    case 'click':
      return (
        <TextField
          label="CSS selector of the element"
          className="mt-2 max-w-96"
          maxLength={200}
          value={trigger.selector}
          onChange={(selector) => onChange({ ...trigger, selector })}
        />
      );
    case 'event':
      return (
        <>
          <TextField
            label="Name, as the page’s code calls it with track"
            className="mt-2 max-w-96"
            maxLength={200}
            value={trigger.name}
            onChange={(name) => onChange({ ...trigger, name })}
          />
          <PropertyTests tests={trigger.where ?? []} onChange={(where) => onChange({ ...trigger, where })} />
        </>
      );
    case 'abandonment':
      return <AbandonmentFields trigger={trigger} onChange={onChange} />;
  }
}

type Abandonment = Extract<Trigger, { kind: 'abandonment' }>;

function AbandonmentFields({
  trigger,
  onChange,
}: {
  readonly trigger: Abandonment;
  readonly onChange: (trigger: Trigger) => void;
}) {
  return (
    <div className="mt-2 flex flex-col gap-2">
      <MilestoneFields label="Began with" step={trigger.began} onChange={(began) => onChange({ ...trigger, began })} />
      <MilestoneFields
        label="Did not reach"
        step={trigger.finished}
        onChange={(finished) => onChange({ ...trigger, finished })}
      />
      <NumberField
        label="Within so many seconds (optional)"
        className="w-60"
        optional
        min={0}
        max={3600}
        value={trigger.seconds ?? null}
        onChange={(seconds) => onChange({ ...trigger, seconds })}
      />
      <Checkbox isSelected={trigger.leaving ?? true} onChange={(leaving) => onChange({ ...trigger, leaving })}>
        Also when they are about to leave before that
      </Checkbox>
    </div>
  );
}

interface MilestoneFieldsProps {
  readonly label: string;
  readonly step: Milestone;
  readonly onChange: (step: Milestone) => void;
}

function MilestoneFields({ label, step, onChange }: MilestoneFieldsProps) {
  const kind = 'event' in step ? 'event' : 'page';
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
      <span className="w-24">{label}</span>
      <SelectField
        look="bare"
        label={`${label}: what`}
        value={kind}
        onChange={(wanted) =>
          onChange(wanted === 'event' ? { event: 'step_name' } : { page: { is: 'starts', value: '/' } })
        }
      >
        <option value="page">a page whose address</option>
        <option value="event">the event</option>
      </SelectField>
      {'event' in step ? (
        <TextField
          label={`${label}: name of the event`}
          className="min-w-52 grow [&>label]:sr-only"
          maxLength={200}
          value={step.event}
          onChange={(event) => onChange({ event })}
        />
      ) : (
        <div className="grow">
          <AddressRuleFields rule={step.page} label={label} onChange={(page) => onChange({ page })} />
        </div>
      )}
    </div>
  );
}
