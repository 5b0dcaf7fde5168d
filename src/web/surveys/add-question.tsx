import { useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import type { QuestionType } from '../../core/survey/definition.ts';
import { Dialog } from '../ui/dialog.tsx';
import { addQuestion, freeId, pageOf, questionsOf } from './edit.ts';
import { useEditor } from './editor.ts';
import { newQuestion, QUESTION_GROUPS } from './question-types.ts';

/** Adds a question of any kind to a page, behind the one that is open. */
export function AddQuestion({ pageId }: { readonly pageId: string }) {
  const { survey, edit, open, search } = useEditor();
  const [choosing, setChoosing] = useState(false);
  function add(type: QuestionType) {
    setChoosing(false);
    const id = newQuestionId(
      type,
      questionsOf(survey).map((question) => question.id),
    );
    const after = pageOf(survey, search.question)?.id === pageId ? search.question : undefined;
    edit('add a question', (before) => addQuestion(before, pageId, newQuestion(type, id), after));
    open({ question: id }, true);
  }
  return (
    <>
      <AriaButton
        className="link min-h-7 cursor-pointer px-2 text-sm text-muted hover:text-ink"
        onPress={() => setChoosing(true)}
      >
        Add a question
      </AriaButton>
      <Dialog title="What kind of question?" isOpen={choosing} onClose={() => setChoosing(false)} wide>
        <div className="flex flex-col gap-4">
          {QUESTION_GROUPS.map(({ name, types }) => (
            <section key={name} aria-label={name}>
              <h3 className="mb-1 text-xs font-medium text-muted">{name}</h3>
              <ul className="grid gap-1.5 sm:grid-cols-3">
                {types.map(({ type, name: title, about }) => (
                  <li key={type}>
                    <AriaButton
                      onPress={() => add(type)}
                      className="flex h-full w-full cursor-pointer flex-col rounded-sm border border-hairline px-2.5 py-1.5 text-left text-sm hover:bg-wash"
                    >
                      <span className="font-medium">{title}</span>
                      <span className="text-xs text-muted">{about}</span>
                    </AriaButton>
                  </li>
                ))}
              </ul>
            </section>
          ))}
        </div>
      </Dialog>
    </>
  );
}

/** Never an id that any question has had: answers are filed under it for ever, and two people may add at once. */
export function newQuestionId(type: string, taken: readonly string[]): string {
  const random = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  return freeId(`${type}_${random.toString(36).slice(-4).padStart(4, '0')}`, taken);
}
