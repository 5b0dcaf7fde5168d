import type { Choice, Question } from '../survey/definition.ts';
import { CHOICES_MOST, choicesOf, idFrom, wordingOf } from './make.ts';
import { at, type JsonMap, listAt, numberAt, textAt } from './values.ts';

export interface TypeformField {
  readonly written: JsonMap;
  readonly type: string;
  readonly language: string;
  readonly base: Pick<Question, 'id' | 'text' | 'help' | 'required'>;
  readonly lose: (message: string) => void;
}

/** One field as a question; a matrix as one question for each row. Empty: it cannot be carried over, which is told. */
export function convertField(field: TypeformField): Question[] {
  const { base, type, written, lose } = field;
  const most = numberAt(written, 'validations', 'max_length');
  const length = most !== undefined && Number.isInteger(most) && most >= 1 && most <= 10_000 ? { maxLength: most } : {};
  switch (type) {
    case 'short_text':
      return [{ ...base, type: 'short', ...length }];
    case 'long_text':
      return [{ ...base, type: 'long', ...length }];
    case 'website':
    case 'phone_number':
      lose('It is asked as a plain text.');
      return [{ ...base, type: 'short' }];
    case 'email':
      return [{ ...base, type: 'email' }];
    case 'number':
      return [{ ...base, type: 'number', ...rangeOf(written) }];
    case 'date':
      return [{ ...base, type: 'date' }];
    case 'yes_no':
      return [{ ...base, type: 'yesno' }];
    case 'legal':
    case 'checkbox':
      return [{ ...base, type: 'consent' }];
    case 'statement':
      return [{ ...base, required: 'no', type: 'statement' }];
    case 'nps':
      return [{ ...base, type: 'nps', ...endsOf(field) }];
    case 'rating':
      return [ratingOf(field)];
    case 'opinion_scale':
      return [scaleOf(field)];
    case 'multiple_choice':
    case 'picture_choice':
    case 'dropdown':
      return [choiceOf(field)];
    case 'ranking':
      return [{ ...base, type: 'ranking', ...choicesIn(field) }];
    case 'matrix':
      return rowsOf(field);
    default:
      lose(`Fields of type “${type.slice(0, 40)}” cannot be carried over.`);
      return [];
  }
}

function rangeOf(written: JsonMap): { min?: number; max?: number } {
  const within = (value: number | undefined) => value !== undefined && Math.abs(value) <= 1_000_000_000;
  const min = numberAt(written, 'validations', 'min_value');
  const max = numberAt(written, 'validations', 'max_value');
  if (min !== undefined && max !== undefined && min >= max) return {};
  return { ...(min !== undefined && within(min) && { min }), ...(max !== undefined && within(max) && { max }) };
}

function endsOf({ written, language, lose }: TypeformField) {
  const label = (side: string) => textAt(written, 'properties', 'labels', side);
  const [low, high] = [label('left'), label('right')];
  if (label('center')) lose('The label in the middle of its scale is not shown.');
  return { ...(low && { low: wordingOf(low, language) }), ...(high && { high: wordingOf(high, language) }) };
}

function ratingOf({ base, written, lose }: TypeformField): Question {
  const points = stepsOf(written, 5, 2);
  const shape = textAt(written, 'properties', 'shape') || 'star';
  if (shape !== 'star') lose(`Its shape “${shape.slice(0, 40)}” is shown as numbers.`);
  return { ...base, type: 'csat', look: shape === 'star' ? 'stars' : 'numbers', points };
}

function scaleOf(field: TypeformField): Question {
  const steps = stepsOf(field.written, 11, 2);
  const min = at(field.written, 'properties', 'start_at_one') === true ? 1 : 0;
  return { ...field.base, type: 'rating', min, max: min + steps - 1, ...endsOf(field) };
}

function stepsOf(written: JsonMap, usual: number, least: number): number {
  const steps = Math.round(numberAt(written, 'properties', 'steps') ?? usual);
  return Math.min(Math.max(steps, least), 11);
}

function choiceOf(field: TypeformField): Question {
  const { base, type, written, lose } = field;
  const on = (name: string) => at(written, 'properties', name) === true;
  if (type === 'picture_choice') lose('Its pictures are not shown; their labels are.');
  if (on('alphabetical_order')) lose('Its choices stand in the order of the file, not of the alphabet.');
  if (['min_selection', 'max_selection'].some((name) => numberAt(written, 'validations', name) !== undefined)) {
    lose('How many choices have to be made is not checked.');
  }
  return {
    ...base,
    type: on('allow_multiple_selection') ? 'multiple' : 'single',
    ...choicesIn(field),
    ...(on('allow_other_choice') && { other: true }),
  };
}

function choicesIn({ written, language, lose }: TypeformField): { choices: Choice[]; shuffle?: true } {
  const entries = listAt(written, 'properties', 'choices').map((choice): [string, string] => {
    const label = textAt(choice, 'label');
    return [textAt(choice, 'ref') || textAt(choice, 'id') || label, label];
  });
  const shuffle = ['randomize', 'randomize_options'].some((name) => at(written, 'properties', name) === true);
  return { choices: choicesOf(entries, language, lose), ...(shuffle && { shuffle: true }) };
}

/**
 * Answers of a matrix come row by row, as choices: each row is a question of its own. Columns that are running numbers
 * make it a rating.
 */
function rowsOf(field: TypeformField): Question[] {
  const { written, base, language } = field;
  const all = listAt(written, 'properties', 'fields');
  const rows = all.slice(0, CHOICES_MOST);
  if (all.length > rows.length) field.lose(`It has ${all.length} rows; the first ${CHOICES_MOST} are kept.`);
  field.lose(`Its ${rows.length} rows are asked as questions of their own.`);
  return rows.flatMap((row): Question[] => {
    const ref = textAt(row, 'ref') || textAt(row, 'id');
    if (ref === '') return [];
    const title = base.text.customer?.[language] ?? '';
    const own = { ...base, id: idFrom(ref), text: wordingOf(`${title}: ${textAt(row, 'title')}`, language) };
    const labels = listAt(row, 'properties', 'choices').map((choice) => textAt(choice, 'label').trim());
    const first = Number(labels[0]);
    const running = labels.length >= 2 && labels.length <= 11 && Number.isInteger(first) && Math.abs(first) < 1_000;
    if (running && labels.every((label, i) => label === String(first + i))) {
      return [{ ...own, type: 'rating', min: first, max: first + labels.length - 1 }];
    }
    const several = at(row, 'properties', 'allow_multiple_selection') === true;
    const choices = choicesOf(
      listAt(row, 'properties', 'choices').map((choice): [string, string] => {
        const label = textAt(choice, 'label');
        return [textAt(choice, 'ref') || textAt(choice, 'id') || label, label];
      }),
      language,
      field.lose,
    );
    return [{ ...own, type: several ? 'multiple' : 'single', choices }];
  });
}
