import type { Question } from '../../core/survey/definition.ts';
import { SelectField } from '../ui/field.tsx';
import { changeQuestion, putText, questionsOf } from './edit.ts';
import { useEditor } from './editor.ts';
import { nameOfQuestion } from './names.ts';

/** Puts a placeholder into the question: an earlier answer, a hidden field, an attribute of the contact. */
export function PipeMenu({ question }: { readonly question: Question }) {
  const { survey, edit, audience, language } = useEditor();
  const all = questionsOf(survey);
  const earlier = all
    .slice(
      0,
      all.findIndex(({ id }) => id === question.id),
    )
    .filter(({ type }) => type !== 'statement' && type !== 'matrix');
  function insert(placeholder: string) {
    if (!placeholder) return;
    const own = question.text[audience]?.[language] ? audience : 'customer';
    edit('put in a placeholder', (before) =>
      changeQuestion(before, question.id, (one) => {
        const text = one.text[own]?.[language] ?? '';
        return { ...one, text: putText(one.text, own, language, `${text}${text ? ' ' : ''}{{${placeholder}}}`) };
      }),
    );
  }
  return (
    <SelectField label="Put in …" look="bare" value="" onChange={insert} className="mt-1 block max-w-64">
      <option value="">Put in an answer or attribute …</option>
      {earlier.length > 0 && (
        <optgroup label="Earlier answers">
          {earlier.map((one) => (
            <option key={one.id} value={`answer:${one.id}|…`}>
              {nameOfQuestion(survey, one)}
            </option>
          ))}
        </optgroup>
      )}
      {survey.hidden.length > 0 && (
        <optgroup label="Hidden fields">
          {survey.hidden.map((name) => (
            <option key={name} value={`hidden:${name}|`}>
              {name}
            </option>
          ))}
        </optgroup>
      )}
      <optgroup label="The contact">
        <option value="attribute:name|">name</option>
      </optgroup>
    </SelectField>
  );
}
