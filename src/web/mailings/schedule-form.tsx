import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useEffect, useState } from 'react';
import type { Audience } from '../../core/perspective.ts';
import { inWorkspace, put } from '../api.ts';
import { attributesQuery, segmentsQuery } from '../contacts/queries.ts';
import { useChange, type Wave } from '../journeys/queries.ts';
import { Button } from '../ui/button.tsx';
import { Checkbox, SelectField, TextField } from '../ui/field.tsx';
import { Form } from '../ui/form.tsx';
import { date } from '../ui/format.ts';
import { Note, ProblemNotice } from '../ui/notice.tsx';
import type { Schedule, ScheduleChange } from './queries.ts';
import { RepeatFields } from './repeat-fields.tsx';
import { hasPassed, isOver } from './status.ts';

interface ScheduleFormProps {
  readonly workspaceId: string;
  readonly schedule: Schedule;
  readonly wave: Wave;
  readonly mayEdit: boolean;
  /** Told whether something is changed and not saved yet. */
  readonly onUnsaved: (isUnsaved: boolean) => void;
}

/** The part of a schedule that is sent back. */
export function changeOf({
  segmentId,
  sample,
  needsConsent,
  sendAt,
  reminders,
  reminderDays,
  enough,
  repeatDays,
  repeatMost,
  texts,
}: Schedule): ScheduleChange {
  return {
    segmentId,
    sample,
    needsConsent,
    sendAt,
    reminders,
    reminderDays,
    enough,
    repeatDays,
    repeatMost,
    texts,
  };
}

export function ScheduleForm({ workspaceId, schedule, wave, mayEdit, onUnsaved }: ScheduleFormProps) {
  const [draft, setDraft] = useState(() => changeOf(schedule));
  const segments = useQuery(segmentsQuery(workspaceId)).data?.segments ?? [];
  const save = useChange(workspaceId, () =>
    // The words are saved beside; those of the schedule as it stands must not be overwritten.
    put(inWorkspace(workspaceId, 'waves', schedule.waveId, 'schedule'), { ...draft, texts: schedule.texts }),
  );
  const set = (change: Partial<ScheduleChange>) => setDraft({ ...draft, ...change });
  const stored = changeOf(schedule);
  const isSaved = inOrder({ ...draft, texts: stored.texts }) === inOrder(stored);
  useEffect(() => onUnsaved(!isSaved), [isSaved, onUnsaved]);
  const over = isOver(schedule);
  const fixed = !mayEdit || schedule.status !== 'draft';
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate(undefined);
  }
  return (
    <Form error={save.error} onSubmit={submit} className="flex max-w-3xl flex-col gap-4">
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField
          label="Segment"
          name="segmentId"
          value={draft.segmentId ?? ''}
          disabled={fixed}
          onChange={(id) => set({ segmentId: id || null })}
          hint={
            <Link className="link inline-block py-1.5" to="/w/$workspaceId/contacts/segments" params={{ workspaceId }}>
              Make a segment
            </Link>
          }
        >
          <option value="">everybody of the audience</option>
          {segments.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
        <SampleFields
          workspaceId={workspaceId}
          audience={wave.audience}
          sample={draft.sample}
          isDisabled={fixed}
          onChange={(sample) => set({ sample })}
        />
        <TextField
          label="When (blank: at once)"
          name="sendAt"
          type="datetime-local"
          isDisabled={fixed}
          value={draft.sendAt ?? ''}
          onChange={(at) => set({ sendAt: at || null })}
          validate={(at) => outsideOf(wave, at)}
          hint={
            !fixed && hasPassed(draft.sendAt)
              ? 'This time has passed: where it has, mails go out as soon as the wave starts. Choose a later time if they should wait.'
              : `On each recipient’s own clock${draft.repeatDays === null ? '' : '; later rounds at the same time of day'}.`
          }
        />
        <TextField
          label="Stop after so many answers (blank: never)"
          name="enough"
          inputMode="numeric"
          isDisabled={!mayEdit || over}
          value={draft.enough === null ? '' : String(draft.enough)}
          onChange={(n) => set({ enough: /^\d+$/.test(n) ? Number(n) : null })}
          hint={draft.repeatDays !== null && 'Of all rounds together; then nobody is asked any more.'}
        />
        <ReminderFields draft={draft} isDisabled={!mayEdit || over} onChange={set} />
        <RepeatFields draft={draft} schedule={schedule} endsOn={wave.endsOn} isDisabled={fixed} onChange={set} />
      </div>
      <Checkbox isSelected={draft.needsConsent} isDisabled={fixed} onChange={(needsConsent) => set({ needsConsent })}>
        Only people whose consent is recorded
      </Checkbox>
      <ProblemNotice error={save.error} />
      {save.isSuccess && isSaved && <Note>Saved.</Note>}
      {!isSaved && !save.isPending && <Note>Not saved yet: mails go out by the schedule as it was saved.</Note>}
      {mayEdit && !over && (
        <div>
          <Button type="submit" isPending={save.isPending}>
            Save the schedule
          </Button>
        </div>
      )}
    </Form>
  );
}

/** Why mails can't go out then; the server says the same. */
function outsideOf({ startsOn, endsOn }: Pick<Wave, 'startsOn' | 'endsOn'>, at: string): string | null {
  const day = at.slice(0, 10);
  if (day === '') return null;
  if (endsOn && day > endsOn) return `The wave’s last day is ${date(endsOn)}: none of its mails would go out.`;
  return startsOn && day < startsOn ? `The wave’s first day is ${date(startsOn)}: links take no answers before.` : null;
}

/** As text that is the same whatever order the keys came in: the database has one of its own. */
function inOrder(change: ScheduleChange): string {
  return JSON.stringify(change, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

interface ReminderFieldsProps {
  readonly draft: ScheduleChange;
  readonly isDisabled: boolean;
  readonly onChange: (change: Partial<ScheduleChange>) => void;
}

function ReminderFields({ draft, isDisabled, onChange }: ReminderFieldsProps) {
  return (
    <>
      <SelectField
        label="Reminders"
        name="reminders"
        value={String(draft.reminders)}
        disabled={isDisabled}
        onChange={(n) => onChange({ reminders: Number(n) })}
        hint={`Only to people who have not answered${draft.repeatDays === null ? '' : ', in each round'}.`}
      >
        {['none', 'one', 'two', 'three'].map((word, n) => (
          <option key={word} value={n}>
            {word}
          </option>
        ))}
      </SelectField>
      {draft.reminders > 0 && (
        <TextField
          label="Days from one mail to the next"
          name="reminderDays"
          inputMode="numeric"
          isDisabled={isDisabled}
          value={String(draft.reminderDays)}
          onChange={(n) => onChange({ reminderDays: /^\d+$/.test(n) ? Math.min(60, Math.max(1, Number(n))) : 3 })}
        />
      )}
    </>
  );
}

interface SampleFieldsProps {
  readonly workspaceId: string;
  readonly audience: Audience;
  readonly sample: ScheduleChange['sample'];
  readonly isDisabled: boolean;
  readonly onChange: (sample: ScheduleChange['sample']) => void;
}

function SampleFields({ workspaceId, audience, sample, isDisabled, onChange }: SampleFieldsProps) {
  const attributes = useQuery(attributesQuery(workspaceId, audience)).data?.attributes ?? [];
  const [n, setN] = useState(sample.kind === 'random' ? String(sample.n) : '400');
  const attribute = sample.kind === 'quota' ? sample.attribute : '';
  const known = attributes.find(({ key }) => key === attribute)?.values ?? [];
  function choose(kind: string) {
    if (kind === 'all') onChange({ kind: 'all' });
    if (kind === 'random') onChange({ kind: 'random', n: Number(n) || 400 });
    const [first] = attributes;
    if (kind === 'quota' && first) onChange(quotaOf(first.key, first.values));
  }
  return (
    <div className="flex flex-col gap-2">
      <SelectField label="Of them" value={sample.kind} disabled={isDisabled} onChange={choose}>
        <option value="all">all</option>
        <option value="random">a random sample</option>
        {(attributes.length > 0 || sample.kind === 'quota') && (
          <option value="quota">so many per value of an attribute</option>
        )}
      </SelectField>
      {sample.kind === 'random' && (
        <TextField
          label="How many"
          inputMode="numeric"
          isDisabled={isDisabled}
          value={n}
          onChange={(text) => {
            setN(text);
            if (/^[1-9]\d*$/.test(text)) onChange({ kind: 'random', n: Number(text) });
          }}
          validate={(text) => (/^[1-9]\d*$/.test(text) ? null : 'Give a whole number.')}
        />
      )}
      {sample.kind === 'quota' && (
        <>
          <SelectField
            label="Attribute"
            value={attribute}
            disabled={isDisabled}
            onChange={(key) => onChange(quotaOf(key, attributes.find((one) => one.key === key)?.values ?? []))}
          >
            {/* Nobody may have it any more; without it here the first of the others would seem to be the one. */}
            {!attributes.some(({ key }) => key === attribute) && <option value={attribute}>{attribute}</option>}
            {attributes.map(({ key }) => (
              <option key={key} value={key}>
                {key}
              </option>
            ))}
          </SelectField>
          {sample.quotas.map((quota, i) => (
            <TextField
              key={quota.value}
              label={`${quota.value}${known.length > 0 ? ` (of ${known.find(({ value }) => value === quota.value)?.contacts ?? 0})` : ''}`}
              inputMode="numeric"
              isDisabled={isDisabled}
              value={String(quota.n)}
              onChange={(text) =>
                /^[1-9]\d*$/.test(text) &&
                onChange({
                  ...sample,
                  quotas: sample.quotas.map((one, at) => (at === i ? { ...one, n: Number(text) } : one)),
                })
              }
            />
          ))}
        </>
      )}
    </div>
  );
}

const QUOTAS_OFFERED = 12;
const quotaOf = (attribute: string, values: readonly { value: string }[]): ScheduleChange['sample'] => ({
  kind: 'quota',
  attribute,
  quotas: values
    .filter(({ value }) => value !== '')
    .slice(0, QUOTAS_OFFERED)
    .map(({ value }) => ({ value, n: 50 })),
});
