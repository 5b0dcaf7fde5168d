import type { Jump, Page } from '../../core/survey/definition.ts';
import { Button } from '../ui/button.tsx';
import { Checkbox, SelectField } from '../ui/field.tsx';
import { ConditionField } from './condition-field.tsx';
import { firstTest, subjectsOf } from './conditions.ts';
import { changePage, orNothing, put, removePage } from './edit.ts';
import { useEditor } from './editor.ts';
import { nameOfEnding, nameOfPage } from './names.ts';
import { AudienceField } from './question-form.tsx';
import { WordingField } from './wording-field.tsx';

export function PageForm({ page }: { readonly page: Page }) {
  const { survey, edit, open, mayEdit, language } = useEditor();
  const change = (label: string, make: (page: Page) => Page, field?: string) =>
    edit(label, (before) => changePage(before, page.id, make), field && `${page.id} ${field}`);
  function remove() {
    edit('delete the page', (before) => removePage(before, page.id));
    open({ part: 'texts' }, true);
  }
  return (
    <section aria-label={`Page: ${nameOfPage(survey, page, language)}`} className="flex flex-col gap-5">
      <header className="flex items-center justify-between gap-3">
        <h2 tabIndex={-1} className="font-semibold outline-none">
          Page {survey.pages.indexOf(page) + 1}
        </h2>
        {mayEdit && survey.pages.length > 1 && (
          <Button onPress={remove}>
            {page.questions.length > 0 ? `Delete with its ${page.questions.length} questions` : 'Delete'}
          </Button>
        )}
      </header>
      <WordingField
        label="Heading (optional)"
        name="title"
        compact
        wording={page.title}
        audiences={page.audiences}
        onChange={(title, field) => change('write the heading', (one) => put(one, 'title', orNothing(title)), field)}
      />
      <AudienceField
        label="Shown to"
        audiences={page.audiences}
        onChange={(audiences) => change('change whom the page asks', (one) => put(one, 'audiences', audiences))}
      />
      <Checkbox
        isSelected={page.shuffle ?? false}
        isDisabled={!mayEdit}
        onChange={(shuffle) => change('change the order', (one) => put(one, 'shuffle', shuffle || undefined))}
      >
        Its questions in random order, another one for each person
      </Checkbox>
      <ConditionField
        label="Show this page"
        before={page.id}
        condition={page.showIf}
        onChange={(condition, field) =>
          change('change when the page is shown', (one) => put(one, 'showIf', condition), field)
        }
      />
      <Jumps page={page} change={change} />
    </section>
  );
}

interface JumpsProps {
  readonly page: Page;
  readonly change: (label: string, make: (page: Page) => Page, field?: string) => void;
}

/** Where to go when the page is left: the first that holds wins. */
function Jumps({ page, change }: JumpsProps) {
  const { survey, mayEdit, language } = useEditor();
  const at = survey.pages.indexOf(page);
  const jumps = page.jumps ?? [];
  const next = survey.pages[at + 1];
  const set = (label: string, list: readonly Jump[], field?: string) =>
    change(label, (one) => put(one, 'jumps', list.length > 0 ? list : undefined), field);
  const replace = (i: number, jump: Jump, field?: string) =>
    set(
      'change where the page leads',
      jumps.map((one, j) => (j === i ? jump : one)),
      field && `${i} ${field}`,
    );
  const known = subjectsOf(survey, next?.id);
  const subject = known.at(-1) ?? { of: 'attribute' as const, key: 'plan', name: '', kind: 'text' as const };
  return (
    <fieldset className="min-w-0" disabled={!mayEdit}>
      <legend className="mb-1 text-xs font-medium text-muted">After this page</legend>
      <ol className="flex flex-col gap-3">
        {jumps.map((jump, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: jumps have no other name than their place
          <li key={i} className="border-l-2 border-hairline pl-2">
            <p className="flex flex-wrap items-center gap-1.5 text-sm">
              go to
              <SelectField
                label={`Where jump ${i + 1} leads`}
                look="bare"
                value={jump.to}
                onChange={(to) => replace(i, { ...jump, to })}
              >
                {survey.pages.slice(at + 1).map((one) => (
                  <option key={one.id} value={one.id}>
                    {nameOfPage(survey, one, language)}
                  </option>
                ))}
                {survey.endings.map(({ id }) => (
                  <option key={id} value={id}>
                    end with {nameOfEnding(survey, id, language)}
                  </option>
                ))}
              </SelectField>
              <Button
                look="plain"
                aria-label={`Remove jump ${i + 1}`}
                onPress={() =>
                  set(
                    'remove a jump',
                    jumps.filter((_, j) => j !== i),
                  )
                }
              >
                Remove
              </Button>
            </p>
            <ConditionField
              label=""
              before={next?.id}
              condition={jump.if}
              always="without a condition"
              onChange={(condition, field) => condition && replace(i, { ...jump, if: condition }, field)}
            />
          </li>
        ))}
      </ol>
      <p className="text-sm text-muted">
        {jumps.length > 0 ? 'Otherwise: ' : ''}
        {next ? nameOfPage(survey, next, language) : nameOfEnding(survey, survey.endings[0]?.id ?? '', language)}
      </p>
      {jumps.length > 0 && (
        <p className="max-w-prose text-xs text-muted">An answer on a way that the respondent left does not count.</p>
      )}
      {mayEdit && (
        <Button
          look="plain"
          onPress={() =>
            set('add a jump', [...jumps, { if: firstTest(subject), to: survey.endings[0]?.id ?? next?.id ?? '' }])
          }
        >
          Go elsewhere if …
        </Button>
      )}
    </fieldset>
  );
}
