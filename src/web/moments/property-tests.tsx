import type { PropertyTest } from '../../core/survey/moments.ts';
import { Button } from '../ui/button.tsx';
import { SelectField, TextField } from '../ui/field.tsx';

export const COMPARISONS: Readonly<Record<PropertyTest['is'], string>> = {
  eq: 'is',
  ne: 'is not',
  has: 'contains',
  lt: 'is below',
  le: 'is at most',
  gt: 'is above',
  ge: 'is at least',
};

interface PropertyTestsProps {
  readonly tests: readonly PropertyTest[];
  readonly onChange: (tests: PropertyTest[]) => void;
}

/** Conditions on the properties that the page's code gives with an event; all have to hold. */
export function PropertyTests({ tests, onChange }: PropertyTestsProps) {
  const replace = (place: number, test: PropertyTest) => onChange(tests.map((one, i) => (i === place ? test : one)));
  return (
    <div className="mt-2 flex flex-col gap-1 text-sm">
      {tests.map((test, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no name of their own, and their place is one
        <div key={i} className="flex flex-wrap items-center gap-2">
          <span className="text-muted">{i === 0 ? 'where' : 'and'}</span>
          <TextField
            label="Property"
            className="w-40 [&>label]:sr-only"
            maxLength={200}
            value={test.property}
            onChange={(property) => replace(i, { ...test, property })}
          />
          <SelectField
            look="bare"
            label="How it is compared"
            value={test.is}
            onChange={(is) => replace(i, { ...test, is: is as PropertyTest['is'] })}
          >
            {Object.entries(COMPARISONS).map(([is, name]) => (
              <option key={is} value={is}>
                {name}
              </option>
            ))}
          </SelectField>
          <TextField
            label="Value"
            className="w-40 [&>label]:sr-only"
            maxLength={500}
            value={String(test.value)}
            onChange={(value) => replace(i, { ...test, value })}
          />
          <Button look="plain" onPress={() => onChange(tests.filter((_, at) => at !== i))}>
            Remove
          </Button>
        </div>
      ))}
      {tests.length < 10 && (
        <Button
          look="plain"
          className="self-start"
          onPress={() => onChange([...tests, { property: 'total', is: 'gt', value: '100' }])}
        >
          Add a condition on a property
        </Button>
      )}
    </div>
  );
}
