import { SelectField } from '../ui/field.tsx';
import { AppearanceForm } from './appearance-form.tsx';
import { findQuestion } from './edit.ts';
import { useEditor } from './editor.ts';
import { EndingForm } from './ending-form.tsx';
import { languageName } from './languages.ts';
import { LogicForm } from './logic-form.tsx';
import { openOf } from './outline.tsx';
import { PageForm } from './page-form.tsx';
import { QuestionForm } from './question-form.tsx';
import { SettingsForm, TextsForm } from './survey-parts.tsx';

/** The form of whatever is open. */
export function OpenForm() {
  const { survey, search, open } = useEditor();
  const { part } = openOf(survey, search);
  const hasTexts = part === undefined || part === 'texts';
  return (
    <div data-form>
      {hasTexts && survey.languages.length > 1 && (
        <SelectField
          label="Write in"
          look="bare"
          className="mb-3 block"
          value={search.language === 'all' ? 'all' : (search.language ?? survey.languages[0] ?? '')}
          onChange={(language) => open({ ...search, language })}
        >
          {survey.languages.map((one) => (
            <option key={one} value={one}>
              Write in {languageName(one)}
            </option>
          ))}
          <option value="all">Write in all languages, side by side</option>
        </SelectField>
      )}
      <Form />
    </div>
  );
}

function Form() {
  const { survey, search } = useEditor();
  const now = openOf(survey, search);
  const page = survey.pages.find(({ id }) => id === now.page);
  const ending = survey.endings.find(({ id }) => id === now.ending);
  const question = findQuestion(survey, now.question);
  if (page) return <PageForm key={page.id} page={page} />;
  if (ending) return <EndingForm key={ending.id} ending={ending} />;
  if (question) return <QuestionForm key={question.id} question={question} />;
  switch (now.part) {
    case 'logic':
      return <LogicForm />;
    case 'appearance':
      return <AppearanceForm />;
    case 'settings':
      return <SettingsForm />;
    default:
      return <TextsForm />;
  }
}
