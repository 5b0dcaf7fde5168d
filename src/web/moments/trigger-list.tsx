import { triggerInWords } from '../../core/survey/moments.ts';
import { ActionMenu } from '../ui/action-menu.tsx';
import { SelectField } from '../ui/field.tsx';
import { AddressRules } from './address-rules.tsx';
import type { Trigger } from './queries.ts';
import { TriggerFields } from './trigger-fields.tsx';

const NEW: Readonly<Record<Trigger['kind'], { readonly name: string; readonly trigger: Trigger }>> = {
  page: { name: 'A page opens', trigger: { kind: 'page', pages: [] } },
  time: { name: 'Time on a page', trigger: { kind: 'time', pages: [], seconds: 20 } },
  scroll: { name: 'Part of a page seen', trigger: { kind: 'scroll', pages: [], percent: 50 } },
  exit: { name: 'About to leave', trigger: { kind: 'exit', pages: [] } },
  inactivity: { name: 'No activity', trigger: { kind: 'inactivity', pages: [], seconds: 30 } },
  click: { name: 'An element is pressed', trigger: { kind: 'click', pages: [], selector: '#help' } },
  event: { name: 'An event of the page', trigger: { kind: 'event', pages: [], name: 'order_placed', where: [] } },
  abandonment: {
    name: 'A step is abandoned',
    trigger: {
      kind: 'abandonment',
      pages: [],
      began: { page: { is: 'starts', value: '/checkout' } },
      finished: { page: { is: 'starts', value: '/thank-you' } },
      seconds: null,
      leaving: true,
    },
  },
};

interface TriggerListProps {
  readonly triggers: readonly Trigger[];
  readonly onChange: (triggers: Trigger[]) => void;
}

export function TriggerList({ triggers, onChange }: TriggerListProps) {
  const replace = (place: number, trigger: Trigger) =>
    onChange(triggers.map((one, i) => (i === place ? trigger : one)));
  return (
    <>
      {triggers.length === 0 && (
        <p className="text-sm text-muted">
          No trigger yet: only the page’s own code can ask. Add one that fits the moment you want to hear about.
        </p>
      )}
      <ul>
        {triggers.map((trigger, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: triggers have no name of their own, and their place is one
          <li key={`${i} ${trigger.kind}`} className="border-t border-hairline py-3">
            <div className="flex items-start justify-between gap-3">
              <h3 className="text-sm font-medium">
                {NEW[trigger.kind].name}
                <span className="ml-2 font-normal wrap-anywhere text-muted">{triggerInWords(trigger)}</span>
              </h3>
              <ActionMenu
                label={`Change trigger ${i + 1}`}
                actions={[
                  {
                    name: 'Duplicate',
                    onAction: () => onChange([...triggers, trigger]),
                    disabled: triggers.length >= 20,
                  },
                  { name: 'Remove', onAction: () => onChange(triggers.filter((_, at) => at !== i)) },
                ]}
              />
            </div>
            <TriggerFields trigger={trigger} onChange={(changed) => replace(i, changed)} />
            <AddressRules rules={trigger.pages ?? []} onChange={(pages) => replace(i, { ...trigger, pages })} />
          </li>
        ))}
      </ul>
      {triggers.length < 20 && (
        <SelectField
          label="Add a trigger"
          className="mt-2 max-w-72"
          value=""
          onChange={(kind) => {
            const added = NEW[kind as Trigger['kind']];
            if (added) onChange([...triggers, added.trigger]);
          }}
        >
          <option value="">Choose …</option>
          {Object.entries(NEW).map(([kind, { name }]) => (
            <option key={kind} value={kind}>
              {name}
            </option>
          ))}
        </SelectField>
      )}
    </>
  );
}
