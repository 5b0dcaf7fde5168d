import { useState } from 'react';
import type { Question } from '../../core/survey/definition.ts';
import { Disclosure } from '../ui/disclosure.tsx';
import { TextField } from '../ui/field.tsx';
import { findQuestion, questionsOf, renameQuestion } from './edit.ts';
import { useEditor } from './editor.ts';

/** The name under which answers are filed and exported. Once published it stays. */
export function IdField({ question }: { readonly question: Question }) {
  const { survey, published, edit, open, mayEdit } = useEditor();
  const [typed, setTyped] = useState<string | null>(null);
  const isPublished = published !== undefined && findQuestion(published, question.id) !== undefined;
  const others = questionsOf(survey).filter((one) => one !== question);
  const problem = (id: string) =>
    !/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(id)
      ? 'Use letters, digits, dashes and underscores, at most 64.'
      : others.some((one) => one.id === id)
        ? 'Another question is called that.'
        : null;
  function leave() {
    if (typed !== null && typed !== question.id && !problem(typed)) {
      edit('rename the question', (before) => renameQuestion(before, question.id, typed));
      open({ question: typed });
    }
    setTyped(null);
  }
  return (
    <Disclosure title={`Called ${question.id} in files and exports`}>
      {isPublished ? (
        <p>It was published under this name, and its answers are filed under it: the name stays.</p>
      ) : (
        <TextField
          label="Name in files and exports"
          className="max-w-60"
          value={typed ?? question.id}
          onChange={setTyped}
          onBlur={leave}
          isDisabled={!mayEdit}
          isInvalid={typed !== null && problem(typed) !== null}
          hint={(typed !== null && problem(typed)) || 'Conditions and placeholders that name it follow.'}
        />
      )}
    </Disclosure>
  );
}
