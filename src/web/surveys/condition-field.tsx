import type { Condition, Test } from '../../core/survey/definition.ts';
import { Button } from '../ui/button.tsx';
import { Checkbox, SelectField, TextField } from '../ui/field.tsx';
import {
  conditionOf,
  firstTest,
  type Group,
  groupOf,
  operatorsOf,
  type Subject,
  subjectsOf,
  withOperator,
  withValue,
} from './conditions.ts';
import { useEditor } from './editor.ts';

interface ConditionFieldProps {
  /** "Show this question": the beginning of the sentence. */
  readonly label: string;
  readonly condition: Condition | undefined;
  readonly onChange: (condition: Condition | undefined, field?: string) => void;
  /** The question or page before which it is asked; without it at the end of the survey. */
  readonly before?: string | undefined;
  /** What holds without a condition. */
  readonly always?: string;
}

/** A condition as a sentence: if all, any or none of these hold. */
export function ConditionField({ label, condition, onChange, before, always = 'always' }: ConditionFieldProps) {
  const { survey, mayEdit } = useEditor();
  const subjects = subjectsOf(survey, before);
  return (
    <fieldset className="min-w-0" disabled={!mayEdit}>
      <legend className="mb-1 text-xs font-medium text-muted">{label}</legend>
      <GroupFields
        group={groupOf(condition)}
        subjects={subjects}
        always={always}
        onChange={(group, field) => onChange(conditionOf(group), field)}
      />
    </fieldset>
  );
}

interface GroupFieldsProps {
  readonly group: Group;
  readonly subjects: readonly Subject[];
  readonly always: string;
  readonly onChange: (group: Group, field?: string) => void;
}

/** The attribute of a contact can be any; it is named in its own field. */
const ATTRIBUTE: Subject = { of: 'attribute', key: '', name: 'attribute of the contact', kind: 'text' };

function GroupFields({ group, subjects, always, onChange }: GroupFieldsProps) {
  const { mayEdit } = useEditor();
  const { which, parts } = group;
  const replace = (at: number, part: Condition | undefined, field?: string) =>
    onChange({ ...group, parts: parts.flatMap((one, i) => (i === at ? (part ? [part] : []) : [one])) }, field);
  const first = subjects.at(-1) ?? { ...ATTRIBUTE, key: 'plan' };
  return (
    <div className="flex flex-col gap-2 text-sm">
      {parts.length === 0 ? (
        <p className="text-muted">{always}</p>
      ) : (
        <p className="flex flex-wrap items-center gap-1.5">
          if
          {parts.length > 1 || which !== 'all' ? (
            <SelectField
              label="How many of these have to hold"
              look="bare"
              value={which}
              onChange={(value) => onChange({ ...group, which: value as Group['which'] })}
            >
              <option value="all">all</option>
              <option value="any">any</option>
              <option value="none">none</option>
            </SelectField>
          ) : null}
          {parts.length > 1 || which !== 'all' ? 'of these hold:' : 'this holds:'}
        </p>
      )}
      <ul className="flex flex-col gap-2 empty:hidden">
        {parts.map((part, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of a condition have no other name than their place
          <li key={i} className="border-l-2 border-hairline pl-2">
            {'of' in part ? (
              <TestFields
                test={part}
                subjects={subjects}
                onChange={(test, field) => replace(i, test, field && `${i} ${field}`)}
              />
            ) : (
              <GroupFields
                group={groupOf(part)}
                subjects={subjects}
                always=""
                onChange={(inner, field) => replace(i, conditionOf(inner), field && `${i} ${field}`)}
              />
            )}
            {mayEdit && (
              <Button look="plain" onPress={() => replace(i, undefined)} aria-label={`Remove condition ${i + 1}`}>
                Remove
              </Button>
            )}
          </li>
        ))}
      </ul>
      {mayEdit && (
        <p>
          <Button look="plain" onPress={() => onChange({ ...group, parts: [...parts, firstTest(first)] })}>
            {parts.length === 0 ? 'Only if …' : 'Add a condition'}
          </Button>
        </p>
      )}
    </div>
  );
}

interface TestFieldsProps {
  readonly test: Test;
  readonly subjects: readonly Subject[];
  readonly onChange: (test: Test, field?: string) => void;
}

const nameOf = ({ of, key }: Pick<Test, 'of' | 'key'>) => (of === 'attribute' ? 'attribute' : `${of} ${key}`);

function TestFields({ test, subjects, onChange }: TestFieldsProps) {
  const known = subjects.find((one) => one.of === test.of && one.key === test.key);
  const subject: Subject =
    known ??
    (test.of === 'attribute' ? ATTRIBUTE : { ...test, name: `${test.key} (comes later or is gone)`, kind: 'text' });
  function choose(name: string) {
    const next = name === 'attribute' ? { ...ATTRIBUTE, key: 'plan' } : subjects.find((one) => nameOf(one) === name);
    if (next) onChange(firstTest(next));
  }
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <SelectField label="What is looked at" look="bare" className="max-w-full" value={nameOf(test)} onChange={choose}>
        {!known && test.of !== 'attribute' && <option value={nameOf(test)}>{subject.name}</option>}
        {subjects.map((one) => (
          <option key={nameOf(one)} value={nameOf(one)}>
            {one.name}
          </option>
        ))}
        <option value="attribute">{ATTRIBUTE.name}</option>
      </SelectField>
      {test.of === 'attribute' && (
        <TextField
          aria-label="Name of the attribute"
          label=""
          className="w-28"
          value={test.key}
          maxLength={200}
          onChange={(key) => onChange({ ...test, key }, 'attribute')}
        />
      )}
      <SelectField
        label="How it is compared"
        look="bare"
        value={test.is}
        onChange={(is) => onChange(withOperator(test, is as Test['is'], subject))}
      >
        {operatorsOf(subject.kind, test.is).map(({ is, words }) => (
          <option key={is} value={is}>
            {words}
          </option>
        ))}
      </SelectField>
      <ValueField test={test} subject={subject} onChange={onChange} />
    </div>
  );
}

interface ValueFieldProps {
  readonly test: Test;
  readonly subject: Subject;
  readonly onChange: (test: Test, field?: string) => void;
}

function ValueField({ test, subject, onChange }: ValueFieldProps) {
  const { kind, options } = subject;
  if (test.is === 'answered' || test.is === 'empty' || kind === 'consent') return null;
  if (test.is === 'in' && options) {
    const chosen = [test.value ?? []].flat().map(String);
    return (
      <span className="flex flex-wrap gap-x-3">
        {options.map(({ id, name }) => (
          <Checkbox
            key={id}
            isSelected={chosen.includes(id)}
            onChange={(on) => onChange(withValue(test, on ? [...chosen, id] : chosen.filter((one) => one !== id)))}
          >
            {name}
          </Checkbox>
        ))}
      </span>
    );
  }
  const list =
    kind === 'yesno'
      ? [
          { id: '1', name: 'yes' },
          { id: '0', name: 'no' },
        ]
      : options;
  const number = kind === 'number' || kind === 'yesno';
  const value = String(test.value === true ? 1 : test.value === false ? 0 : (test.value ?? ''));
  const take = (text: string, field?: string) =>
    onChange(withValue(test, number && text !== '' ? Number(text) : text), field);
  if (list) {
    return (
      <SelectField label="With what" look="bare" value={value} onChange={(text) => take(text)}>
        {!list.some(({ id }) => id === value) && <option value={value}>{value || '…'}</option>}
        {list.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </SelectField>
    );
  }
  return (
    <TextField
      aria-label="With what"
      label=""
      className="w-32"
      type={kind === 'date' ? 'date' : 'text'}
      inputMode={number ? 'decimal' : 'text'}
      value={value}
      onChange={(text) => (!number || Number.isFinite(Number(text)) ? take(text, 'value') : undefined)}
    />
  );
}
