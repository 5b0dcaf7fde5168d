import { useId } from 'react';
import { Button } from '../ui/button.tsx';
import { SelectField } from '../ui/field.tsx';
import { type AttributeTest, COMPARISONS, type TestList, takesNoValue } from './conditions.ts';
import type { AttributeList } from './queries.ts';

interface ConditionFieldsProps {
  readonly value: TestList;
  readonly attributes: AttributeList['attributes'];
  readonly onChange: (value: TestList) => void;
}

const INPUT = 'min-h-8 rounded-sm border border-field bg-ground px-2 py-1 text-sm';

/** Tests on attributes, offered from what contacts have; all of them hold, or any. */
export function ConditionFields({ value: { join, tests }, attributes, onChange }: ConditionFieldsProps) {
  const id = useId();
  const set = (next: readonly AttributeTest[]) => onChange({ join, tests: next });
  const replace = (place: number, test: AttributeTest) => set(tests.map((one, i) => (i === place ? test : one)));
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-xs font-medium text-muted">Who is in it</legend>
      <datalist id={`${id}-keys`}>
        {attributes.map(({ key }) => (
          <option key={key} value={key} />
        ))}
      </datalist>
      {tests.map((test, i) => (
        <TestFields
          // biome-ignore lint/suspicious/noArrayIndexKey: a test has no name of its own, and its place is one
          key={i}
          id={`${id}-${i}`}
          keys={`${id}-keys`}
          joined={i === 0 ? '' : join === 'all' ? 'and' : 'or'}
          test={test}
          values={attributes.find(({ key }) => key === test.key)?.values ?? []}
          onChange={(next) => replace(i, next)}
          onRemove={() => set(tests.filter((_, at) => at !== i))}
        />
      ))}
      <div className="flex flex-wrap items-center gap-4">
        <Button
          look="plain"
          onPress={() =>
            set([
              ...tests,
              {
                of: 'attribute',
                key: attributes[0]?.key ?? '',
                is: 'eq',
                value: attributes[0]?.values[0]?.value ?? '',
              },
            ])
          }
        >
          Add a condition
        </Button>
        {tests.length > 1 && (
          <SelectField
            look="bare"
            label="How the conditions are joined"
            value={join}
            onChange={(one) => onChange({ join: one === 'any' ? 'any' : 'all', tests })}
          >
            <option value="all">all of them hold</option>
            <option value="any">any of them holds</option>
          </SelectField>
        )}
      </div>
    </fieldset>
  );
}

interface TestFieldsProps {
  readonly id: string;
  /** The list of attributes that are offered. */
  readonly keys: string;
  readonly joined: string;
  readonly test: AttributeTest;
  readonly values: AttributeList['attributes'][number]['values'];
  readonly onChange: (test: AttributeTest) => void;
  readonly onRemove: () => void;
}

function TestFields({ id, keys, joined, test, values, onChange, onRemove }: TestFieldsProps) {
  return (
    <div className="flex flex-wrap items-center gap-2 text-sm">
      {joined && <span className="w-8 text-muted">{joined}</span>}
      <input
        className={`${INPUT} w-40`}
        aria-label="Attribute"
        list={keys}
        maxLength={200}
        value={test.key}
        onChange={(event) => onChange({ ...test, key: event.target.value })}
      />
      <SelectField
        look="bare"
        label="How it is compared"
        value={test.is}
        onChange={(is) => onChange(comparedBy(test, is as AttributeTest['is']))}
      >
        {Object.entries(COMPARISONS).map(([is, words]) => (
          <option key={is} value={is}>
            {words}
          </option>
        ))}
      </SelectField>
      {!takesNoValue(test.is) && (
        <>
          <input
            className={`${INPUT} w-48`}
            aria-label="Value"
            list={id}
            maxLength={1000}
            value={Array.isArray(test.value) ? test.value.join(', ') : String(test.value ?? '')}
            onChange={(event) => onChange({ ...test, value: typedValue(test.is, event.target.value) })}
          />
          <datalist id={id}>
            {values.map(({ value, contacts }) => (
              <option key={value} value={value} label={`${contacts}`} />
            ))}
          </datalist>
        </>
      )}
      <Button look="plain" aria-label={`Remove ${test.key || 'the condition'}`} onPress={onRemove}>
        Remove
      </Button>
    </div>
  );
}

function comparedBy({ value, ...test }: AttributeTest, is: AttributeTest['is']): AttributeTest {
  if (takesNoValue(is)) return { ...test, is };
  return { ...test, is, value: typedValue(is, Array.isArray(value) ? value.join(', ') : String(value ?? '')) };
}

function typedValue(is: AttributeTest['is'], text: string): NonNullable<AttributeTest['value']> {
  return is === 'in' ? text.split(/,\s*/) : text;
}
