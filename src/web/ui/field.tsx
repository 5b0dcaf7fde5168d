import { type ComponentProps, type FormEvent, type ReactNode, useId } from 'react';
import {
  Checkbox as AriaCheckbox,
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
  FieldError,
  Input,
  Label,
  Text,
  TextArea,
} from 'react-aria-components';
import { useFieldProblem, useShownField } from './form.tsx';

const CONTROL =
  'w-full rounded-sm border border-field bg-ground px-2 py-1 text-sm text-ink placeholder:text-muted data-invalid:border-danger disabled:opacity-60';
const LABEL = 'block text-xs font-medium text-muted';

interface TextFieldProps extends Omit<AriaTextFieldProps, 'className' | 'children'> {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly multiline?: boolean;
  /** Lines of a field of several, before it is drawn larger. */
  readonly rows?: number;
  readonly className?: string;
  readonly placeholder?: string;
  readonly inputMode?: 'decimal' | 'numeric' | 'email' | 'text';
}

export function TextField({
  label,
  hint,
  multiline = false,
  rows = 2,
  className = '',
  placeholder,
  ...props
}: TextFieldProps) {
  useShownField(props.name, label);
  return (
    <AriaTextField {...props} onInput={lookAgain} className={`flex flex-col gap-1 ${className}`}>
      <Label className={LABEL}>{label}</Label>
      {multiline ? (
        <TextArea rows={rows} className={CONTROL} {...(placeholder ? { placeholder } : {})} />
      ) : (
        <Input className={`${CONTROL} min-h-8`} {...(placeholder ? { placeholder } : {})} />
      )}
      {hint && (
        <Text slot="description" className="text-xs text-muted">
          {hint}
        </Text>
      )}
      <FieldError className="text-xs text-danger" />
    </AriaTextField>
  );
}

/**
 * A sentence about a wrong value goes as soon as the value is right. By itself it would go when the field is left, which
 * happens between pressing and letting go of a button below: the button moves up, and the press is lost.
 */
function lookAgain({ currentTarget }: FormEvent<Element>): void {
  if (currentTarget.getAttribute('aria-invalid') === 'true') {
    setTimeout(() => currentTarget.dispatchEvent(new Event('change')));
  }
}

interface SelectProps extends Omit<ComponentProps<'select'>, 'onChange' | 'value'> {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: ReactNode;
  /** `bare`: the label is only for screen readers, the choice stands in a line of text or a table. */
  readonly look?: 'field' | 'bare';
}

/** The platform's own select: best on a phone, with a keyboard and for a table of a hundred columns. */
export function SelectField({ label, value, onChange, hint, look = 'field', className = '', ...props }: SelectProps) {
  const id = useId();
  const hintId = useId();
  useShownField(props.name, label);
  const problem = useFieldProblem(props.name);
  const select = (
    <span className={`relative inline-block max-w-full ${look === 'field' ? 'w-full' : ''}`}>
      <select
        {...props}
        id={id}
        aria-label={look === 'bare' ? label : props['aria-label']}
        aria-describedby={hint || problem ? hintId : undefined}
        aria-invalid={problem ? true : undefined}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className={`${CONTROL} min-h-8 cursor-pointer appearance-none truncate pr-6`}
      />
      <svg
        viewBox="0 0 10 6"
        width="10"
        height="6"
        aria-hidden="true"
        className="pointer-events-none absolute top-1/2 right-2 -translate-y-1/2"
      >
        <path d="M1 1l4 4 4-4" className="fill-none stroke-muted" strokeWidth="1.4" />
      </svg>
    </span>
  );
  if (look === 'bare') return <span className={className}>{select}</span>;
  return (
    <div className={`flex flex-col gap-1 ${className}`}>
      <label htmlFor={id} className={LABEL}>
        {label}
      </label>
      {select}
      {(hint || problem) && (
        <span id={hintId} className="text-xs text-muted">
          {problem ? <span className="text-danger">{problem}</span> : hint}
        </span>
      )}
    </div>
  );
}

interface CheckboxProps {
  readonly children: ReactNode;
  readonly isSelected: boolean;
  readonly onChange: (selected: boolean) => void;
  readonly isDisabled?: boolean;
}

export function Checkbox({ children, ...props }: CheckboxProps) {
  return (
    <AriaCheckbox {...props} className="group flex cursor-pointer items-start gap-2 text-sm">
      <span
        aria-hidden="true"
        className="mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-xs border border-field group-data-selected:border-ink group-data-selected:bg-ink group-data-focus-visible:outline-2 group-data-focus-visible:outline-offset-2 group-data-focus-visible:outline-ink"
      >
        <svg
          viewBox="0 0 12 12"
          width="10"
          height="10"
          aria-hidden="true"
          className="invisible group-data-selected:visible"
        >
          <path d="M2 6.5l2.8 2.8L10 3.5" className="fill-none stroke-ground" strokeWidth="2" />
        </svg>
      </span>
      <span>{children}</span>
    </AriaCheckbox>
  );
}
