import {
  CONTACT_FIELDS,
  type ContactField,
  type Question,
  type QuestionOf,
  type QuestionType,
} from '../../core/survey/definition.ts';
import { Checkbox, SelectField, TextField } from '../ui/field.tsx';
import { orNothing, put } from './edit.ts';
import { useEditor } from './editor.ts';
import { NumberBox } from './number-box.tsx';
import type { ChangeOpen } from './question-form.tsx';
import { WordingField } from './wording-field.tsx';

interface ScaleFieldsProps {
  readonly question: Question;
  readonly change: ChangeOpen;
}

/** What only some kinds of questions have: the length of the scale, limits, the fields of contact details. */
export function ScaleFields({ question, change }: ScaleFieldsProps) {
  return (
    <>
      <KindFields question={question} change={change} />
      <EndFields question={question} change={change} />
    </>
  );
}

function KindFields({ question, change }: ScaleFieldsProps) {
  switch (question.type) {
    case 'csat':
      return <CsatFields question={question} change={change} />;
    case 'rating':
    case 'matrix':
      return <PointFields question={question} change={change} />;
    case 'slider':
    case 'number':
      return <RangeFields question={question} change={change} />;
    case 'date':
      return <DayFields question={question} change={change} />;
    case 'short':
    case 'long':
      return (
        <NumberBox
          label="At most (characters)"
          value={question.maxLength}
          min={1}
          max={10_000}
          optional
          onChange={(most) =>
            change(
              'change the length',
              (one) => (one.type === question.type ? put(one, 'maxLength', most) : one),
              'length',
            )
          }
        />
      );
    case 'contact':
      return <ContactFields question={question} change={change} />;
    default:
      return null;
  }
}

interface OfKind<T extends QuestionType> {
  readonly question: QuestionOf<T>;
  readonly change: ChangeOpen;
}

function CsatFields({ question, change }: OfKind<'csat'>) {
  const { mayEdit } = useEditor();
  return (
    <div className="flex flex-wrap gap-3">
      <SelectField
        label="Shown as"
        value={question.look}
        disabled={!mayEdit}
        onChange={(look) =>
          change('change the look', (one) =>
            one.type === 'csat' ? { ...one, look: look as typeof question.look } : one,
          )
        }
      >
        <option value="stars">stars</option>
        <option value="smileys">smileys</option>
        <option value="numbers">numbers</option>
      </SelectField>
      <NumberBox
        label="Points"
        value={question.points}
        min={2}
        max={11}
        onChange={(points) =>
          change('change the scale', (one) => (one.type === 'csat' && points ? { ...one, points } : one), 'points')
        }
      />
    </div>
  );
}

function PointFields({ question, change }: OfKind<'rating' | 'matrix'>) {
  const set = (key: 'min' | 'max') => (value: number | undefined) =>
    change(
      'change the scale',
      (one) => (one.type === question.type && value !== undefined ? { ...one, [key]: value } : one),
      key,
    );
  const most = question.type === 'matrix' ? 10 : 20;
  return (
    <div className="flex flex-wrap gap-3">
      <NumberBox
        label="From"
        value={question.min}
        min={Math.max(-1000, question.max - most)}
        max={question.max - 1}
        onChange={set('min')}
      />
      <NumberBox
        label="To"
        value={question.max}
        min={question.min + 1}
        max={Math.min(1000, question.min + most)}
        onChange={set('max')}
      />
    </div>
  );
}

function DayFields({ question, change }: OfKind<'date'>) {
  const { mayEdit } = useEditor();
  const ends = [
    { end: 'min', label: 'Not before (optional)' },
    { end: 'max', label: 'Not after (optional)' },
  ] as const;
  return (
    <div className="flex flex-wrap gap-3">
      {ends.map(({ end, label }) => (
        <TextField
          key={end}
          label={label}
          type="date"
          isDisabled={!mayEdit}
          value={question[end] ?? ''}
          onChange={(day) =>
            change(
              'change the days',
              (one) => (one.type === 'date' ? put(one, end, day || undefined) : one),
              `day ${end}`,
            )
          }
        />
      ))}
    </div>
  );
}

function ContactFields({ question, change }: OfKind<'contact'>) {
  const { mayEdit } = useEditor();
  const choose = (field: ContactField, wanted: boolean) =>
    change('change the fields', (one) =>
      one.type === 'contact'
        ? { ...one, fields: CONTACT_FIELDS.filter((other) => (other === field ? wanted : one.fields.includes(other))) }
        : one,
    );
  return (
    <fieldset className="flex flex-wrap gap-x-4 gap-y-1">
      <legend className="mb-1 text-xs font-medium text-muted">Fields</legend>
      {CONTACT_FIELDS.map((field) => (
        <Checkbox
          key={field}
          isSelected={question.fields.includes(field)}
          isDisabled={!mayEdit || (question.fields.length === 1 && question.fields.includes(field))}
          onChange={(wanted) => choose(field, wanted)}
        >
          {field}
        </Checkbox>
      ))}
    </fieldset>
  );
}

interface RangeFieldsProps {
  readonly question: Extract<Question, { readonly type: 'slider' | 'number' }>;
  readonly change: ChangeOpen;
}

function RangeFields({ question, change }: RangeFieldsProps) {
  const optional = question.type === 'number';
  const set = (key: 'min' | 'max' | 'step') => (value: number | undefined) =>
    change(
      'change the scale',
      (one) => {
        if (one.type === 'number') return put(one, key, value);
        return one.type === 'slider' && value !== undefined ? { ...one, [key]: value } : one;
      },
      key,
    );
  return (
    <div className="flex flex-wrap gap-3">
      <NumberBox label="From" value={question.min} optional={optional} whole={false} onChange={set('min')} />
      <NumberBox label="To" value={question.max} optional={optional} whole={false} onChange={set('max')} />
      <NumberBox
        label="In steps of"
        value={question.step}
        min={0.001}
        max={1_000_000}
        optional={optional}
        whole={false}
        onChange={set('step')}
      />
    </div>
  );
}

function EndFields({ question, change }: ScaleFieldsProps) {
  // They have ends, and may be without words for them: then those of the respondent's language are shown.
  if (!['nps', 'csat', 'ces', 'rating', 'slider', 'matrix'].includes(question.type)) return null;
  const words = question as Extract<Question, { readonly type: 'nps' }>;
  return (
    <div className="grid gap-3">
      {(['low', 'high'] as const).map((end) => (
        <WordingField
          key={end}
          label={end === 'low' ? 'Words at the low end' : 'Words at the high end'}
          name={end}
          compact
          wording={words[end]}
          onChange={(wording, field) =>
            change(
              'write the ends of the scale',
              (one) => put(one as typeof words, end, orNothing(wording)) as Question,
              field,
            )
          }
        />
      ))}
    </div>
  );
}
