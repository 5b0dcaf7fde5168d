import { AUDIENCES, type Audience } from '../../core/perspective.ts';
import type { Question, Required } from '../../core/survey/definition.ts';
import { ActionMenu } from '../ui/action-menu.tsx';
import { Button } from '../ui/button.tsx';
import { Checkbox, SelectField } from '../ui/field.tsx';
import { AUDIENCE_NAMES } from '../ui/format.ts';
import { newQuestionId } from './add-question.tsx';
import { ConditionField } from './condition-field.tsx';
import {
  addQuestion,
  changeQuestion,
  moveQuestion,
  orNothing,
  pageOf,
  put,
  questionsOf,
  removeQuestion,
} from './edit.ts';
import { useEditor } from './editor.ts';
import { IdField } from './id-field.tsx';
import { ItemFields } from './item-field.tsx';
import { ChoiceFields } from './list-fields.tsx';
import { nameOfQuestion, SIDE_BY_SIDE } from './names.ts';
import { PipeMenu } from './pipe-menu.tsx';
import { typeName } from './question-types.ts';
import { ScaleFields } from './scale-fields.tsx';
import { WordingField } from './wording-field.tsx';

/** Changes the question that is open, as one step; a `field` gathers typing into one. */
export type ChangeOpen = (label: string, make: (question: Question) => Question, field?: string) => void;

export function QuestionForm({ question }: { readonly question: Question }) {
  const { survey, edit, mayEdit } = useEditor();
  const page = pageOf(survey, question.id);
  const change: ChangeOpen = (label, make, field) =>
    edit(label, (before) => changeQuestion(before, question.id, make), field && `${question.id} ${field}`);
  const askedOf = question.audiences ?? page?.audiences;
  return (
    <section aria-label={`Question: ${nameOfQuestion(survey, question)}`} className="flex flex-col gap-5">
      <header className="flex items-center justify-between gap-3">
        <h2 tabIndex={-1} className="font-semibold outline-none">
          {typeName(question.type)}
        </h2>
        {mayEdit && <QuestionActions question={question} />}
      </header>
      <div>
        <WordingField
          label={question.type === 'statement' ? 'Text' : 'Question'}
          name="question"
          wording={question.text}
          audiences={askedOf}
          placeholder={PLACEHOLDERS[question.type] ?? 'What do you want to know?'}
          onChange={(text, field) => change('write the question', (one) => ({ ...one, text }), field)}
        />
        {mayEdit && <PipeMenu question={question} />}
      </div>
      <ItemFields question={question} change={change} />
      <ScaleFields question={question} change={change} />
      <ChoiceFields question={question} change={change} />
      <WordingField
        label="Explanation below it (optional)"
        name="help"
        wording={question.help}
        audiences={askedOf}
        compact
        onChange={(text, field) => change('write the explanation', (one) => put(one, 'help', orNothing(text)), field)}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        {question.type !== 'statement' && (
          <SelectField
            label="Has to be answered"
            value={question.required ?? 'no'}
            disabled={!mayEdit}
            onChange={(value) =>
              change('change what has to be answered', (one) =>
                put(one, 'required', value === 'no' ? undefined : (value as Required)),
              )
            }
          >
            <option value="no">no</option>
            <option value="soft">asked once more, then let go</option>
            <option value="yes">yes</option>
          </SelectField>
        )}
        <AudienceField
          label="Asks"
          audiences={question.audiences}
          onChange={(audiences) => change('change whom the question asks', (one) => put(one, 'audiences', audiences))}
        />
      </div>
      <ConditionField
        label="Show this question"
        before={question.id}
        condition={question.showIf}
        onChange={(condition, field) =>
          change('change when the question is shown', (one) => put(one, 'showIf', condition), field)
        }
      />
      <IdField question={question} />
    </section>
  );
}

const PLACEHOLDERS: Partial<Record<Question['type'], string>> = {
  nps: 'How likely is it that you would recommend us to a friend or colleague?',
  ces: 'The company made it easy for me to handle my issue.',
  consent: 'I agree that you contact me about my answers.',
  statement: 'What they should read before they go on.',
  email: 'At which address may we reach you?',
};

function QuestionActions({ question }: { readonly question: Question }) {
  const { survey, edit, open } = useEditor();
  function remove() {
    const all = questionsOf(survey);
    const at = all.indexOf(question);
    const next = all[at + 1] ?? all[at - 1];
    edit('delete the question', (before) => removeQuestion(before, question.id));
    open(next ? { question: next.id } : { part: 'texts' }, true);
  }
  function duplicate() {
    const id = newQuestionId(
      question.type,
      questionsOf(survey).map((one) => one.id),
    );
    // One response says one thing of one item: the copy is bound to none.
    const copy: Question = 'item' in question ? put({ ...question, id }, 'item', undefined) : { ...question, id };
    const page = pageOf(survey, question.id);
    if (!page) return;
    edit('duplicate the question', (before) => addQuestion(before, page.id, copy, question.id));
    open({ question: id }, true);
  }
  const move = (by: -1 | 1) => edit('move the question', (before) => moveQuestion(before, question.id, by));
  return (
    <div className="flex items-center gap-2">
      <Button onPress={remove}>Delete</Button>
      <ActionMenu
        label="More for this question"
        actions={[
          { name: 'Duplicate', onAction: duplicate },
          { name: 'Move up', onAction: () => move(-1) },
          { name: 'Move down', onAction: () => move(1) },
        ]}
      />
    </div>
  );
}

interface AudienceFieldProps {
  readonly label: string;
  readonly audiences: readonly Audience[] | undefined;
  readonly onChange: (audiences: readonly Audience[] | undefined) => void;
}

/** Whom a part asks: everybody that the survey asks, unless some are left out. */
export function AudienceField({ label, audiences, onChange }: AudienceFieldProps) {
  const { survey, mayEdit } = useEditor();
  const all = SIDE_BY_SIDE.filter((audience) => survey.audiences.includes(audience));
  if (all.length < 2) return null;
  const asked = all.filter((audience) => audiences?.includes(audience) ?? true);
  function toggle(audience: Audience, isAsked: boolean) {
    const next = AUDIENCES.filter((one) => (one === audience ? isAsked : asked.includes(one)));
    onChange(next.length === all.length ? undefined : next);
  }
  return (
    <fieldset>
      <legend className="mb-1 text-xs font-medium text-muted">{label}</legend>
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        {all.map((audience) => (
          <Checkbox
            key={audience}
            isSelected={asked.includes(audience)}
            isDisabled={!mayEdit || (asked.length === 1 && asked.includes(audience))}
            onChange={(selected) => toggle(audience, selected)}
          >
            {AUDIENCE_NAMES[audience]}
          </Checkbox>
        ))}
      </div>
    </fieldset>
  );
}
