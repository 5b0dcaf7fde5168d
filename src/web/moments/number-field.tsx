import { useState } from 'react';
import { TextField } from '../ui/field.tsx';

interface NumberFieldProps {
  readonly label: string;
  /** What the API calls it. */
  readonly name?: string;
  readonly value: number | null;
  /** Null where the field is empty; what is no number in range is not told. */
  readonly onChange: (value: number | null) => void;
  readonly min: number;
  readonly max: number;
  readonly whole?: boolean;
  /** May be left empty. */
  readonly optional?: boolean;
  readonly hint?: string;
  readonly className?: string;
}

/** A number as people type it: kept as text while it is being typed. */
export function NumberField({
  label,
  name,
  value,
  onChange,
  min,
  max,
  whole,
  optional,
  hint,
  className,
}: NumberFieldProps) {
  const shown = value === null ? '' : String(value);
  const [typed, setTyped] = useState({ text: shown, value });
  // Changed from outside, by undo.
  const text = typed.value === value ? typed.text : shown;
  const fits = (wanted: string) =>
    wanted.trim() === ''
      ? optional === true
      : Number(wanted) >= min && Number(wanted) <= max && (!whole || Number.isInteger(Number(wanted)));
  function type(wanted: string) {
    const read = wanted.trim() === '' ? null : Number(wanted);
    setTyped({ text: wanted, value: fits(wanted) ? read : value });
    if (fits(wanted)) onChange(read);
  }
  return (
    <TextField
      label={label}
      {...(name && { name })}
      inputMode={whole ? 'numeric' : 'decimal'}
      value={text}
      onChange={type}
      // Only then: “valid” would hide what the server says of it.
      {...(!fits(text) && { isInvalid: true })}
      {...(!fits(text) && MISFIT)}
      className={className ?? ''}
      hint={
        fits(text)
          ? hint
          : `Give a ${whole ? 'whole ' : ''}number from ${min} to ${max}${optional ? ', or nothing' : ''}.`
      }
    />
  );
}

const MISFIT = { 'data-misfit': '' };

/**
 * Takes the person to the first number in a form that does not fit, if there is one. What was typed there is not told to
 * the form: saved as it is, it would say the number before without a word.
 */
export function hasMisfit(form: Element | null): boolean {
  const field = form?.querySelector<HTMLInputElement>('[data-misfit] input') ?? null;
  field?.focus();
  return field !== null;
}
