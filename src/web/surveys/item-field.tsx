import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Scale } from '../../core/scale.ts';
import { type Question, type SurveyLens, scaleOf } from '../../core/survey/definition.ts';
import { inWorkspace, post } from '../api.ts';
import { type Item, journeysQuery, useChange } from '../journeys/queries.ts';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { Checkbox, SelectField, TextField } from '../ui/field.tsx';
import { Note, ProblemNotice } from '../ui/notice.tsx';
import { put } from './edit.ts';
import { useEditor } from './editor.ts';
import { plain } from './names.ts';
import type { PlacedItem } from './queries.ts';
import type { ChangeOpen } from './question-form.tsx';

const LENSES: readonly { readonly lens: SurveyLens; readonly means: string }[] = [
  { lens: 'experience', means: 'what customers got (leaders and staff: what they believe)' },
  { lens: 'expectation', means: 'what one expects' },
  { lens: 'importance', means: 'how much it counts' },
  { lens: 'walk', means: 'what we saw when we walked the journey' },
];

interface ItemFieldsProps {
  readonly question: Question;
  readonly change: ChangeOpen;
}

/** Binds the answers to an item of the journey and a lens; the scale follows from the item. */
export function ItemFields({ question, change }: ItemFieldsProps) {
  const { items, mayEdit } = useEditor();
  if (!isRated(question)) return null;
  const bound = 'item' in question ? items.find(({ key }) => key === question.item) : undefined;
  const bind = (item: PlacedItem | undefined) =>
    change('choose the item', (one) =>
      one.type === 'matrix' || !isRated(one) ? one : onScale(put(one, 'item', item?.key), item?.scale),
    );
  return (
    <fieldset className="grid gap-3 sm:grid-cols-2">
      <legend className="sr-only">What it measures</legend>
      {question.type !== 'matrix' && (
        <ItemSelect
          label="Item: what the answers compare by"
          value={('item' in question && question.item) || ''}
          onChange={bind}
          name={plain(question.text, 'en')}
          scale={scaleOf(question)}
        />
      )}
      <SelectField
        label="Lens: what an answer says of it"
        value={question.lens ?? 'experience'}
        disabled={!mayEdit}
        onChange={(lens) =>
          change('choose the lens', (one) =>
            isRated(one) ? put(one, 'lens', lens === 'experience' ? undefined : (lens as SurveyLens)) : one,
          )
        }
      >
        {LENSES.map(({ lens, means }) => (
          <option key={lens} value={lens}>
            {lens}: {means}
          </option>
        ))}
      </SelectField>
      {bound && !fits(question, bound.scale) && (
        <div className="sm:col-span-2">
          <Note>
            {bound.name} is rated from {bound.scale.min} to {bound.scale.max}, and this question asks on another scale.{' '}
            {mayEdit && (
              <Button look="plain" onPress={() => bind(bound)}>
                Ask on the item’s scale
              </Button>
            )}
          </Note>
        </div>
      )}
      <Checkbox
        isSelected={question.notApplicable ?? false}
        isDisabled={!mayEdit}
        onChange={(offered) =>
          change('offer “does not apply”', (one) =>
            isRated(one) ? put(one, 'notApplicable', offered || undefined) : one,
          )
        }
      >
        Offer “does not apply to me”
      </Checkbox>
    </fieldset>
  );
}

type Rated = Extract<Question, { readonly notApplicable?: boolean }>;
const isRated = (question: Question): question is Rated =>
  ['nps', 'csat', 'ces', 'rating', 'slider', 'yesno', 'matrix'].includes(question.type);

function fits(question: Question, { min, max }: Scale): boolean {
  const scale = scaleOf(question);
  return scale?.min === min && scale.max === max;
}

/** The same question on the item's scale, where its kind has one that can be set; otherwise the check will say so. */
function onScale(question: Question, scale: Scale | undefined): Question {
  if (!scale || fits(question, scale)) return question;
  const { min, max, step } = scale;
  if (question.type === 'slider') return { ...question, min, max, step: step ?? question.step };
  if (question.type === 'rating' && max - min <= 20) return { ...question, min, max };
  if (question.type === 'csat' && min === 1 && max <= 11) return { ...question, points: max };
  return question;
}

interface ItemSelectProps {
  readonly label: string;
  /** The item's key. */
  readonly value: string;
  readonly onChange: (item: PlacedItem | undefined) => void;
  /** What a new item would be called, and its scale. */
  readonly name: string;
  readonly scale: { readonly min: number; readonly max: number; readonly step: number } | undefined;
  readonly look?: 'field' | 'bare';
}

const NEW = '\u0000new';

export function ItemSelect({ label, value, onChange, name, scale, look = 'field' }: ItemSelectProps) {
  const { items, mayEdit } = useEditor();
  const [making, setMaking] = useState(false);
  const touchpoints = [...new Set(items.map(({ touchpoint }) => touchpoint))];
  return (
    <>
      <SelectField
        label={label}
        look={look}
        value={value}
        disabled={!mayEdit}
        onChange={(key) => (key === NEW ? setMaking(true) : onChange(items.find((item) => item.key === key)))}
      >
        <option value="">none: kept, but in no gap</option>
        {value !== '' && !items.some(({ key }) => key === value) && <option value={value}>{value} (not here)</option>}
        {touchpoints.map((touchpoint) => (
          <optgroup key={touchpoint} label={touchpoint}>
            {items
              .filter((item) => item.touchpoint === touchpoint)
              .map((item) => (
                <option key={item.key} value={item.key}>
                  {item.name} ({item.scale.min} to {item.scale.max})
                </option>
              ))}
          </optgroup>
        ))}
        <option value={NEW}>New item …</option>
      </SelectField>
      {making && (
        <NewItem name={name} scale={scale} onMade={(item) => onChange(item)} onClose={() => setMaking(false)} />
      )}
    </>
  );
}

interface NewItemProps {
  readonly name: string;
  readonly scale: ItemSelectProps['scale'];
  readonly onMade: (item: PlacedItem) => void;
  readonly onClose: () => void;
}

/** An item right here, on the question's scale; its wording and tolerance can be written on the map later. */
function NewItem({ name: suggested, scale, onMade, onClose }: NewItemProps) {
  const { workspaceId } = useEditor();
  const journeys = useQuery(journeysQuery(workspaceId)).data?.journeys ?? [];
  const places = journeys.flatMap(({ stages }) => stages.flatMap(({ touchpoints }) => touchpoints));
  const [name, setName] = useState(suggested.slice(0, 100));
  const [touchpointId, setTouchpoint] = useState(places[0]?.id ?? '');
  const { min, max, step } = scale ?? { min: 1, max: 5, step: 1 };
  const make = useChange(workspaceId, () =>
    post<Item>(inWorkspace(workspaceId, 'touchpoints', touchpointId, 'items'), {
      name,
      scale: { min, max, step, topBox: max - min >= 9 ? max - (max - min) / 10 : max },
    }),
  );
  async function save() {
    const made = await make.mutateAsync(undefined).catch(() => undefined);
    if (!made) return;
    const touchpoint = places.find(({ id }) => id === touchpointId)?.name ?? '';
    onMade({ ...made, touchpoint, touchpointId });
    onClose();
  }
  return (
    <Dialog title="New item" isOpen onClose={onClose}>
      {places.length === 0 ? (
        <p className="text-sm">An item belongs to a touchpoint, and there is none yet. Add one on the journey map.</p>
      ) : (
        <div className="flex flex-col gap-3">
          <TextField
            label="What is rated, in a few words"
            value={name}
            onChange={setName}
            maxLength={200}
            isRequired
            autoFocus
          />
          <SelectField label="Touchpoint" value={touchpointId} onChange={setTouchpoint}>
            {places.map((place) => (
              <option key={place.id} value={place.id}>
                {place.name}
              </option>
            ))}
          </SelectField>
          <p className="text-sm text-muted">
            Its scale is that of the question: {min} to {max}, higher is better.
          </p>
        </div>
      )}
      <ProblemNotice error={make.error} />
      <DialogActions>
        <Button onPress={onClose}>Cancel</Button>
        <Button
          look="primary"
          isPending={make.isPending}
          isDisabled={name.trim() === '' || !touchpointId}
          onPress={() => void save()}
        >
          Add the item
        </Button>
      </DialogActions>
    </Dialog>
  );
}
