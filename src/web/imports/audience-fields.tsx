import type { Mapping } from '../../core/mapping.ts';
import { type Audience, isAudience } from '../../core/perspective.ts';
import { SelectField } from '../ui/field.tsx';
import { AUDIENCE_NAMES } from '../ui/format.ts';
import type { DetectedColumn } from './queries.ts';

interface AudienceFieldsProps {
  readonly mapping: Mapping;
  readonly columns: readonly DetectedColumn[];
  readonly onChange: (mapping: Mapping) => void;
}

const AUDIENCES = Object.keys(AUDIENCE_NAMES) as Audience[];

/** Whose answers these are: of one audience throughout, or as a column says, word by word. */
export function AudienceFields({ mapping, columns, onChange }: AudienceFieldsProps) {
  const column =
    mapping.layout === 'long'
      ? mapping.columns.audience
      : 'column' in mapping.audience
        ? mapping.audience.column
        : undefined;
  if (column === undefined) {
    const constant =
      mapping.layout === 'long'
        ? mapping.audience
        : 'constant' in mapping.audience
          ? mapping.audience.constant
          : undefined;
    const set = (audience: Audience) =>
      onChange(mapping.layout === 'long' ? { ...mapping, audience } : { ...mapping, audience: { constant: audience } });
    return (
      <SelectField label="Who answered" value={constant ?? 'customer'} onChange={(value) => set(value as Audience)}>
        {AUDIENCES.map((audience) => (
          <option key={audience} value={audience}>
            {AUDIENCE_NAMES[audience]}
          </option>
        ))}
      </SelectField>
    );
  }
  const words = columns.find(({ name }) => name === column)?.samples ?? [];
  const meant =
    (mapping.layout === 'long'
      ? mapping.audiences
      : 'column' in mapping.audience
        ? mapping.audience.values
        : undefined) ?? {};
  const setWord = (word: string, audience: string) => {
    const { [word]: _, ...others } = meant;
    const values = isAudience(audience) ? { ...others, [word]: audience } : others;
    onChange(
      mapping.layout === 'long' ? { ...mapping, audiences: values } : { ...mapping, audience: { column, values } },
    );
  };
  return (
    <fieldset className="flex flex-wrap gap-3">
      <legend className="sr-only">Which audience each word of the column {column} means</legend>
      {words.map((word) => (
        <SelectField
          key={word}
          label={`“${word}” means`}
          value={meant[word] ?? (isAudience(word.toLowerCase()) ? word.toLowerCase() : '')}
          onChange={(audience) => setWord(word, audience)}
        >
          <option value="">nobody: reject the row</option>
          {AUDIENCES.map((audience) => (
            <option key={audience} value={audience}>
              {AUDIENCE_NAMES[audience]}
            </option>
          ))}
        </SelectField>
      ))}
    </fieldset>
  );
}
