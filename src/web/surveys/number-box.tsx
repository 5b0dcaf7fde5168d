import { useState } from 'react';
import { TextField } from '../ui/field.tsx';
import { useEditor } from './editor.ts';

interface NumberBoxProps {
  readonly label: string;
  readonly value: number | undefined;
  readonly onChange: (value: number | undefined) => void;
  readonly min?: number;
  readonly max?: number;
  /** Nothing is a value, too. */
  readonly optional?: boolean;
  readonly whole?: boolean;
  readonly hint?: string;
}

/** A number as it is typed; only a good one is taken over, and what is shown is right again when the field is left. */
export function NumberBox({ label, value, onChange, min, max, optional, whole = true, hint }: NumberBoxProps) {
  const { mayEdit } = useEditor();
  const [typed, setTyped] = useState<string | null>(null);
  const isGood = (text: string) => {
    if (text.trim() === '') return optional === true;
    const number = Number(text);
    const fits = number >= (min ?? -1_000_000) && number <= (max ?? 1_000_000);
    return Number.isFinite(number) && fits && (!whole || Number.isInteger(number));
  };
  function take(text: string) {
    setTyped(text);
    if (isGood(text)) onChange(text.trim() === '' ? undefined : Number(text));
  }
  const range = min !== undefined && max !== undefined ? `from ${min} to ${max}` : 'that is possible here';
  return (
    <TextField
      label={label}
      inputMode="decimal"
      className="w-28"
      value={typed ?? (value === undefined ? '' : String(value))}
      onChange={take}
      onBlur={() => setTyped(null)}
      isDisabled={!mayEdit}
      isInvalid={typed !== null && !isGood(typed)}
      hint={typed !== null && !isGood(typed) ? `Give a ${whole ? 'whole ' : ''}number ${range}.` : hint}
    />
  );
}
