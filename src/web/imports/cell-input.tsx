import { useEffect, useState } from 'react';

interface CellInputProps {
  /** What stands over the field. */
  readonly label: string;
  /** Which column it is about, for whoever does not see the line. */
  readonly about: string;
  readonly value: string;
  readonly onCommit: (value: string) => void;
  readonly width: string;
  readonly placeholder?: string;
  readonly list?: string;
}

/** A small field of a mapping line: what is typed counts when the field is left, so that no half word is sent. */
export function CellInput({ label, about, value, onCommit, width, placeholder, list }: CellInputProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const commit = () => text.trim() !== value && onCommit(text.trim());
  return (
    <label className={`flex flex-col gap-1 ${width}`}>
      <span className="truncate text-xs text-muted">{label}</span>
      <input
        aria-label={`${label} of ${about}`}
        className="min-h-8 w-full rounded-sm border border-field bg-ground px-2 py-1 text-sm placeholder:text-muted"
        value={text}
        list={list}
        placeholder={placeholder}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === 'Enter' && commit()}
      />
    </label>
  );
}
