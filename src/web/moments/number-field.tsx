import { useState } from 'react';
import { TextField } from '../ui/field.tsx';

interface NumberFieldProps {
  readonly label: string;
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
export function NumberField({ label, value, onChange, min, max, whole, optional, hint, className }: NumberFieldProps) {
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
      inputMode={whole ? 'numeric' : 'decimal'}
      value={text}
      onChange={type}
      isInvalid={!fits(text)}
      className={className ?? ''}
      hint={
        fits(text)
          ? hint
          : `Give a ${whole ? 'whole ' : ''}number from ${min} to ${max}${optional ? ', or nothing' : ''}.`
      }
    />
  );
}
