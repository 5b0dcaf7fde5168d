import { type Choice, type MatrixRow, type Question, scaleOf } from '../../core/survey/definition.ts';
import { ActionMenu } from '../ui/action-menu.tsx';
import { Button } from '../ui/button.tsx';
import { Checkbox } from '../ui/field.tsx';
import { freeId, put } from './edit.ts';
import { useEditor } from './editor.ts';
import { ItemSelect } from './item-field.tsx';
import { plain } from './names.ts';
import type { ChangeOpen } from './question-form.tsx';
import { WordingField } from './wording-field.tsx';

interface ChoiceFieldsProps {
  readonly question: Question;
  readonly change: ChangeOpen;
}

/** The choices of a list, or the rows of a matrix. */
export function ChoiceFields({ question, change }: ChoiceFieldsProps) {
  const { mayEdit } = useEditor();
  if ('rows' in question) {
    const rows = (label: string, make: (rows: readonly MatrixRow[]) => readonly MatrixRow[], field?: string) =>
      change(label, (one) => (one.type === 'matrix' ? { ...one, rows: make(one.rows) } : one), field);
    return (
      <Parts
        what="row"
        parts={question.rows}
        change={rows}
        extra={(row) => (
          <ItemSelect
            label="Item of this row"
            look="bare"
            value={row.item ?? ''}
            name={plain(row.text, 'en')}
            scale={scaleOf(question)}
            onChange={(item) =>
              rows('choose the item', (all) =>
                all.map((one) => (one.id === row.id ? put(one, 'item', item?.key) : one)),
              )
            }
          />
        )}
      />
    );
  }
  if (!('choices' in question)) return null;
  const choices = (label: string, make: (choices: readonly Choice[]) => readonly Choice[], field?: string) =>
    change(label, (one) => ('choices' in one ? { ...one, choices: make(one.choices) } : one), field);
  return (
    <div className="flex flex-col gap-2">
      <Parts what="choice" parts={question.choices} change={choices} />
      <div className="flex flex-wrap gap-x-5 gap-y-1">
        {question.type !== 'ranking' && (
          <Checkbox
            isSelected={question.other ?? false}
            isDisabled={!mayEdit}
            onChange={(other) =>
              change('offer “other”', (one) =>
                one.type === 'single' || one.type === 'multiple' ? put(one, 'other', other || undefined) : one,
              )
            }
          >
            Offer “other”, with a text
          </Checkbox>
        )}
        <Checkbox
          isSelected={question.shuffle ?? false}
          isDisabled={!mayEdit}
          onChange={(shuffle) =>
            change('change the order', (one) => ('choices' in one ? put(one, 'shuffle', shuffle || undefined) : one))
          }
        >
          In random order
        </Checkbox>
      </div>
    </div>
  );
}

interface PartsProps<T extends Choice> {
  readonly what: 'choice' | 'row';
  readonly parts: readonly T[];
  readonly change: (label: string, make: (parts: readonly (T | Choice)[]) => readonly T[], field?: string) => void;
  readonly extra?: (part: T) => React.ReactNode;
}

function Parts<T extends Choice>({ what, parts, change, extra }: PartsProps<T>) {
  const { mayEdit } = useEditor();
  const cast = change as (label: string, make: (parts: readonly Choice[]) => readonly Choice[], field?: string) => void;
  function move(at: number, by: -1 | 1) {
    cast(`move the ${what}`, (all) => {
      const next = [...all];
      const [one] = next.splice(at, 1);
      if (one) next.splice(at + by, 0, one);
      return next;
    });
  }
  function add() {
    // Ids of parts are filed with the answers, too: one that was taken out is not used again while the list is open.
    const id = freeId(
      `${what}${parts.length + 1}`,
      parts.map((part) => part.id),
    );
    cast(`add a ${what}`, (all) => [...all, { id, text: { customer: {} } }]);
  }
  const Title = what === 'choice' ? 'Choices' : 'Rows';
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 text-sm font-medium">{Title}</legend>
      <ol className="flex flex-col gap-2">
        {parts.map((part, i) => (
          <li key={part.id} className="flex items-end gap-2">
            <div className="min-w-0 grow">
              <WordingField
                label={`${what === 'choice' ? 'Choice' : 'Row'} ${i + 1}`}
                name={`${what} ${part.id}`}
                compact
                wording={part.text}
                onChange={(text, field) =>
                  cast(
                    `write a ${what}`,
                    (all) => all.map((one) => (one.id === part.id ? { ...one, text } : one)),
                    field,
                  )
                }
              />
              {extra?.(part)}
            </div>
            {mayEdit && (
              <ActionMenu
                label={`Change ${what} ${i + 1}`}
                actions={[
                  { name: 'Move up', onAction: () => move(i, -1), disabled: i === 0 },
                  { name: 'Move down', onAction: () => move(i, 1), disabled: i === parts.length - 1 },
                  {
                    name: 'Delete',
                    onAction: () => cast(`delete a ${what}`, (all) => all.filter((one) => one.id !== part.id)),
                  },
                ]}
              />
            )}
          </li>
        ))}
      </ol>
      {mayEdit && (
        <Button look="plain" className="mt-1" onPress={add}>
          Add a {what}
        </Button>
      )}
    </fieldset>
  );
}
