import type { SurveyDefinition } from '../../core/survey/definition.ts';
import type { AnswersUpload } from '../../server/exchange/schema.ts';
import { askedAs } from '../surveys/given.ts';
import { Disclosure } from '../ui/disclosure.tsx';
import { SelectField } from '../ui/field.tsx';
import { count } from '../ui/format.ts';
import { Note } from '../ui/notice.tsx';
import { Table, Td, Th } from '../ui/table.tsx';
import { answerKeys } from './answer-keys.ts';
import type { Chosen } from './answers-from-tool.tsx';
import { Losses } from './losses.tsx';
import { TallBox } from './tall-box.tsx';

interface AnswersPreviewProps {
  readonly seen: AnswersUpload;
  readonly definition: SurveyDefinition | null;
  readonly chosen: Chosen;
  readonly onChosen: (chosen: Chosen) => void;
  readonly isBusy: boolean;
}

/** Which field of the file answers what, what does not fit, and what is lost; fields without a question can be given one. */
export function AnswersPreview({ seen, definition, chosen, onChosen, isBusy }: AnswersPreviewProps) {
  const { fields, bindings, unbound, faults, faultCount, format, report, responses } = seen;
  const bound = new Map(bindings.map(({ field, key, choice }) => [field, { key, choice }]));
  const taken = new Set(bindings.map(({ key }) => key));
  const free = definition ? answerKeys(definition).filter((key) => !taken.has(key)) : [];
  const bind = (field: string, key: string) => {
    const { [field]: _, ...others } = chosen;
    onChosen(key ? { ...others, [field]: key } : others);
  };
  return (
    <div className="grid gap-4">
      <p role="status" className="text-sm">
        <span className="font-medium">{format.name}</span>{' '}
        <span className="text-muted">
          {count(responses)} {responses === 1 ? 'response' : 'responses'} with an answer;{' '}
          {count(fields.length - unbound.length)} of {count(fields.length)} fields find their question.
        </span>
      </p>
      <TallBox label="Fields of the file">
        <Table label="Fields and what they answer">
          <thead>
            <tr>
              <Th>In the file</Th>
              <Th>Answers</Th>
            </tr>
          </thead>
          <tbody>
            {fields.map(({ id, question, text, part }) => {
              const to = bound.get(id);
              return (
                <tr key={id}>
                  <Td dir="auto" className="wrap-anywhere">
                    {text || question}
                    {part && <span className="text-muted"> · {part}</span>}
                  </Td>
                  <Td className="wrap-anywhere">
                    {to && !(id in chosen) ? (
                      askedAs(definition, to.key)
                    ) : (
                      <SelectField
                        look="bare"
                        label={`What “${text || question}” answers`}
                        value={to?.key ?? ''}
                        disabled={isBusy}
                        onChange={(key) => bind(id, key)}
                      >
                        <option value="">is left out</option>
                        {[...(to ? [to.key] : []), ...free].map((key) => (
                          <option key={key} value={key}>
                            {askedAs(definition, key)}
                          </option>
                        ))}
                      </SelectField>
                    )}
                  </Td>
                </tr>
              );
            })}
          </tbody>
        </Table>
      </TallBox>
      {faultCount > 0 && (
        <Note>
          {count(faultCount)} {faultCount === 1 ? 'cell does' : 'cells do'} not fit{' '}
          {faultCount === 1 ? 'its question and is' : 'their questions and are'} left out.
          <Disclosure title={faultCount > faults.length ? `The first ${count(faults.length)}` : 'Which ones'}>
            <ul className="max-h-48 overflow-y-auto">
              {faults.map(({ row, field, message }) => (
                <li key={`${row} ${field}`} className="wrap-anywhere">
                  Response {count(row)}, {field}: {message}
                </li>
              ))}
            </ul>
          </Disclosure>
        </Note>
      )}
      <Losses losses={report} />
    </div>
  );
}
