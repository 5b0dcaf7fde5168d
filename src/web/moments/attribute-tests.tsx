import { Button } from '../ui/button.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { COMPARISONS } from './property-tests.tsx';
import type { Moments } from './queries.ts';

type Condition = Moments['target']['if'];
type Test = Extract<Condition, { of: string }>;

export const TEST_NAMES: Readonly<Record<Test['is'], string>> = {
  ...COMPARISONS,
  in: 'is one of',
  answered: 'is known',
  empty: 'is not known',
};

interface AttributeTestsProps {
  readonly condition: Condition;
  readonly onChange: (condition: Condition) => void;
}

/** Conditions on attributes of the person, all of which have to hold. What was set by the API and is no such list stays. */
export function AttributeTests({ condition, onChange }: AttributeTestsProps) {
  const tests = testsOf(condition);
  if (!tests) {
    return (
      <p className="text-sm">
        A condition on attributes that was set by the API holds.{' '}
        <Button look="plain" onPress={() => onChange(null)}>
          Take it away
        </Button>
      </p>
    );
  }
  const set = (all: Test[]) => onChange(all.length > 0 ? { all } : null);
  const replace = (place: number, test: Test) => set(tests.map((one, i) => (i === place ? test : one)));
  return (
    <div className="flex flex-col gap-1 text-sm">
      <p className="text-xs font-medium text-muted">Attributes of the person</p>
      {tests.map((test, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no name of their own, and their place is one
        <div key={i} className="flex flex-wrap items-center gap-2">
          {i > 0 && <span className="text-muted">and</span>}
          <TextField
            label="Attribute"
            className="w-40 [&>label]:sr-only"
            maxLength={200}
            value={test.key}
            onChange={(key) => replace(i, { ...test, key })}
          />
          <SelectField
            look="bare"
            label="How it is compared"
            value={test.is}
            onChange={(is) => replace(i, comparedBy(test, is as Test['is']))}
          >
            {Object.entries(TEST_NAMES).map(([is, name]) => (
              <option key={is} value={is}>
                {name}
              </option>
            ))}
          </SelectField>
          {test.value !== undefined && (
            <TextField
              label="Value"
              className="w-48 [&>label]:sr-only"
              maxLength={500}
              value={Array.isArray(test.value) ? test.value.join(', ') : String(test.value)}
              onChange={(text) => replace(i, { ...test, value: test.is === 'in' ? text.split(/,\s*/) : text })}
            />
          )}
          <Button look="plain" onPress={() => set(tests.filter((_, at) => at !== i))}>
            Remove
          </Button>
        </div>
      ))}
      {tests.length < 20 && (
        <Button
          look="plain"
          className="self-start"
          onPress={() => set([...tests, { of: 'attribute', key: 'plan', is: 'eq', value: 'pro' }])}
        >
          Add a condition
        </Button>
      )}
    </div>
  );
}

function testsOf(condition: Condition): readonly Test[] | undefined {
  if (condition === null) return [];
  if ('of' in condition) return [condition];
  if (!('all' in condition)) return undefined;
  const tests = condition.all.filter((part): part is Test => 'of' in part);
  return tests.length === condition.all.length ? tests : undefined;
}

function comparedBy({ value, ...test }: Test, is: Test['is']): Test {
  if (is === 'answered' || is === 'empty') return { ...test, is };
  const text = Array.isArray(value) ? value.join(', ') : String(value ?? '');
  return { ...test, is, value: is === 'in' ? text.split(/,\s*/) : text };
}
