import type { AddressRule } from '../../core/survey/moments.ts';
import { Button } from '../ui/button.tsx';
import { SelectField, TextField } from '../ui/field.tsx';

export const KINDS: Readonly<Record<AddressRule['is'], string>> = {
  contains: 'contains',
  starts: 'starts with',
  equals: 'is exactly',
  glob: 'fits, * for anything',
};

interface AddressRulesProps {
  readonly rules: readonly AddressRule[];
  readonly onChange: (rules: AddressRule[]) => void;
}

/** On which pages; one that fits is enough. */
export function AddressRules({ rules, onChange }: AddressRulesProps) {
  const replace = (place: number, rule: AddressRule) => onChange(rules.map((one, i) => (i === place ? rule : one)));
  return (
    <div className="mt-2 text-sm">
      {rules.length === 0 ? (
        <span className="text-muted">On every page. </span>
      ) : (
        <p className="text-xs text-muted">
          Only on pages whose address (path and query; the whole, where it begins with https://)
        </p>
      )}
      {rules.map((rule, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rules have no name of their own, and their place is one
        <AddressRuleFields key={i} rule={rule} label={`Page ${i + 1}`} onChange={(changed) => replace(i, changed)}>
          <Button look="plain" onPress={() => onChange(rules.filter((_, at) => at !== i))}>
            Remove
          </Button>
        </AddressRuleFields>
      ))}
      {rules.length < 20 && (
        <Button look="plain" onPress={() => onChange([...rules, { is: 'starts', value: '/' }])}>
          {rules.length === 0 ? 'Only on some pages' : 'Or another page'}
        </Button>
      )}
    </div>
  );
}

interface AddressRuleFieldsProps {
  readonly rule: AddressRule;
  readonly label: string;
  readonly onChange: (rule: AddressRule) => void;
  readonly children?: React.ReactNode;
}

export function AddressRuleFields({ rule, label, onChange, children }: AddressRuleFieldsProps) {
  return (
    <div className="mt-1 flex flex-wrap items-center gap-2">
      <SelectField
        look="bare"
        label={`${label}: how it is compared`}
        value={rule.is}
        onChange={(is) => onChange({ ...rule, is: is as AddressRule['is'] })}
      >
        {Object.entries(KINDS).map(([kind, name]) => (
          <option key={kind} value={kind}>
            {name}
          </option>
        ))}
      </SelectField>
      <TextField
        label={`${label}: address`}
        className="min-w-52 grow [&>label]:sr-only"
        maxLength={500}
        value={rule.value}
        onChange={(value) => onChange({ ...rule, value })}
      />
      {children}
    </div>
  );
}
