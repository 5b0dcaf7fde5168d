import { SelectField } from '../ui/field.tsx';

/** In leading zero bits of a hash; each bit more doubles how long it takes. */
const LEVELS = [
  { work: 0, name: 'none' },
  { work: 12, name: 'light: not noticed' },
  { work: 16, name: 'usual: about a second on a phone' },
  { work: 18, name: 'heavy: some seconds on a phone' },
];

interface WorkFieldProps {
  readonly work: number;
  readonly onChange: (work: number) => void;
}

/** What each device has to reckon before its answers count: robots that send thousands are slowed down. */
export function WorkField({ work, onChange }: WorkFieldProps) {
  const isOther = !LEVELS.some((level) => level.work === work);
  return (
    <SelectField
      label="Proof of work, against robots"
      value={String(work)}
      onChange={(value) => onChange(Number(value))}
      hint={
        work > 0 &&
        'Answers without it are set apart. Browsers can do it on https addresses only; a program that answers by the API has to do it, too.'
      }
    >
      {LEVELS.map((level) => (
        <option key={level.work} value={level.work}>
          {level.name}
        </option>
      ))}
      {isOther && <option value={work}>{work} bits</option>}
    </SelectField>
  );
}
