import { MAIL_ATTRIBUTES, mailPlaceholderFaults } from '../../core/survey/mail-placeholders.ts';
import { Button } from '../ui/button.tsx';
import { SelectField, TextField } from '../ui/field.tsx';

/** Of a mail in one language. */
export interface Words {
  readonly subject: string;
  readonly body: string;
}
interface OwnWordsProps {
  readonly text: Words | undefined;
  /** What the people have whom the wave asks; undefined until it is known. */
  readonly attributes: readonly string[] | undefined;
  readonly isPending: boolean;
  readonly onBegin: () => void;
  readonly onChange: (text: Words) => void;
  /** Null while nothing is changed. */
  readonly onSave: (() => void) | null;
  readonly onReset: () => void;
}

/** The words that somebody writes in place of the product's, with what readers would stumble over. */
export function OwnWords({ text, attributes, isPending, onBegin, onChange, onSave, onReset }: OwnWordsProps) {
  if (!text)
    return (
      <p className="text-sm text-muted">
        The product’s own words.{' '}
        <Button look="plain" onPress={onBegin}>
          Write your own
        </Button>
      </p>
    );
  return (
    <>
      <TextField
        label="Subject"
        maxLength={200}
        value={text.subject}
        onChange={(subject) => onChange({ ...text, subject })}
        hint={<Faults text={text.subject} attributes={attributes} />}
      />
      <TextField
        label="Text"
        multiline
        rows={8}
        maxLength={10_000}
        value={text.body}
        onChange={(body) => onChange({ ...text, body })}
        hint={
          <>
            <Faults text={text.body} attributes={attributes} />
            Empty lines part paragraphs; **bold**, *italic*, - lists, [links](https://…). {'{{attribute:name|there}}'}{' '}
            puts in the name, or “there”.
          </>
        }
      />
      <SelectField
        label="Put into the text"
        look="bare"
        value=""
        onChange={(key) => key && onChange({ ...text, body: `${text.body}{{attribute:${key}}}` })}
      >
        <option value="">Put into the text …</option>
        {[...new Set([...MAIL_ATTRIBUTES, ...(attributes ?? [])])].map((key) => (
          <option key={key} value={key}>
            {key}
          </option>
        ))}
      </SelectField>
      <div className="flex flex-wrap gap-3">
        <Button
          isPending={isPending}
          isDisabled={!onSave || !text.subject.trim() || !text.body.trim()}
          onPress={() => onSave?.()}
        >
          Save these words
        </Button>
        <Button look="plain" onPress={onReset}>
          Use the product’s words
        </Button>
      </div>
    </>
  );
}

interface FaultsProps {
  readonly text: string;
  readonly attributes: readonly string[] | undefined;
}

/** What readers would stumble over. It may be meant, so nothing stands in the way of saving it. */
function Faults({ text, attributes }: FaultsProps) {
  return mailPlaceholderFaults(text, attributes).map((fault) => (
    <span key={fault} className="block text-danger">
      {fault}
    </span>
  ));
}
