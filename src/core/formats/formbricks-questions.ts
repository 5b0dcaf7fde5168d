import type { Choice, ContactField, Question, Wording } from '../survey/definition.ts';
import { type FormbricksLanguages, textsOf, wordingIn } from './formbricks-texts.ts';
import { CHOICES_MOST, idFrom } from './make.ts';
import { at, type JsonMap, listAt, numberAt, textAt } from './values.ts';

export interface FormbricksElement {
  readonly written: JsonMap;
  readonly type: string;
  readonly languages: FormbricksLanguages;
  readonly base: Pick<Question, 'id' | 'text' | 'help' | 'required'>;
  readonly lose: (message: string) => void;
}

/** The choice by which Formbricks offers a text of one's own. */
export const OTHER_CHOICE = 'other';
/** The choice by which Formbricks takes all others back. */
const NONE_CHOICE = 'none';
/** Parts of contact details in the order in which answers list them. */
export const CONTACT_PARTS = ['firstName', 'lastName', 'email', 'phone', 'company'] as const;

/** One element as a question. Empty: it cannot be carried over, which is told. */
export function convertElement(element: FormbricksElement): Question[] {
  const { base, type, written, lose } = element;
  if (textAt(written, 'imageUrl') || textAt(written, 'videoUrl')) lose('Its picture or video is not shown.');
  if (listAt(written, 'validation', 'rules').length > 0) lose('Its rules for valid answers are not checked.');
  switch (type) {
    case 'openText':
      return [openText(element)];
    case 'multipleChoiceSingle':
      return [{ ...base, type: 'single', ...choicesOf(element) }];
    case 'multipleChoiceMulti':
      return [{ ...base, type: 'multiple', ...choicesOf(element) }];
    case 'ranking':
      return [{ ...base, type: 'ranking', ...choicesOf(element) }];
    case 'nps':
      return [{ ...base, type: 'nps', ...endsOf(element) }];
    case 'rating':
    case 'csat':
      return [ratingOf(element)];
    case 'ces':
      return numberAt(written, 'range') === 5 ? [ratingOf(element)] : [{ ...base, type: 'ces', ...endsOf(element) }];
    case 'matrix':
      return matrixOf(element);
    case 'date':
      return [{ ...base, type: 'date' }];
    case 'consent':
      return [consentOf(element)];
    case 'cta':
      lose('It is shown as a text; whether its button was clicked is no answer.');
      return [{ ...base, required: 'no', type: 'statement' }];
    case 'contactInfo':
      return contactOf(element);
    default:
      lose(`Questions of type “${type.slice(0, 40)}” cannot be carried over.`);
      return [];
  }
}

function openText({ base, written, lose }: FormbricksElement): Question {
  const input = textAt(written, 'inputType');
  if (input === 'email') return { ...base, type: 'email' };
  if (input === 'number') return { ...base, type: 'number' };
  if (input === 'url' || input === 'phone') lose('It is asked as a plain text.');
  const most = at(written, 'charLimit', 'enabled') === true ? numberAt(written, 'charLimit', 'max') : undefined;
  if (numberAt(written, 'charLimit', 'min')) lose('The least number of characters is not checked.');
  const limited = most !== undefined && Number.isInteger(most) && most >= 1 && most <= 10_000;
  const type = at(written, 'longAnswer') === true ? 'long' : 'short';
  return { ...base, type, ...(limited && { maxLength: most }) };
}

export function endsOf({ written, languages }: FormbricksElement): { low?: Wording; high?: Wording } {
  const low = textsOf(at(written, 'lowerLabel'), languages);
  const high = textsOf(at(written, 'upperLabel'), languages);
  return {
    ...(Object.keys(low).length > 0 && { low: { customer: low } }),
    ...(Object.keys(high).length > 0 && { high: { customer: high } }),
  };
}

const LOOKS = new Map([
  ['star', 'stars'],
  ['smiley', 'smileys'],
] as const);

function ratingOf(element: FormbricksElement): Question {
  const { base, written } = element;
  const points = Math.round(numberAt(written, 'range') ?? 5);
  const look = (LOOKS as ReadonlyMap<string, 'stars' | 'smileys'>).get(textAt(written, 'scale')) ?? 'numbers';
  return { ...base, type: 'csat', look, points: Math.min(Math.max(points, 2), 11), ...endsOf(element) };
}

function choicesOf({ written, languages, lose }: FormbricksElement): {
  choices: Choice[];
  other?: true;
  shuffle?: true;
} {
  const listed = listAt(written, 'choices').map((choice, i) => {
    const label = at(choice, 'label');
    const text = textsOf(label, languages)[languages.first] ?? `Choice ${i + 1}`;
    return { id: textAt(choice, 'id') || text, wording: wordingIn(label, text, languages) };
  });
  const own = [
    ...new Map(listed.filter(({ id }) => id !== OTHER_CHOICE).map((each) => [idFrom(each.id), each.wording])),
  ];
  if (own.length > CHOICES_MOST) lose(`It has ${own.length} choices; the first ${CHOICES_MOST} are kept.`);
  if (listed.some(({ id }) => id === NONE_CHOICE)) lose('The choice of none does not exclude the others.');
  const shuffle = textAt(written, 'shuffleOption');
  if (shuffle === 'exceptLast') lose('All its choices are shuffled; the last one stayed in its place.');
  return {
    choices: own.slice(0, CHOICES_MOST).map(([id, text]) => ({ id, text })),
    ...(own.length < listed.length && listed.some(({ id }) => id === OTHER_CHOICE) && { other: true as const }),
    ...((shuffle === 'all' || shuffle === 'exceptLast') && { shuffle: true as const }),
  };
}

/** Labels in the first language, as responses name them. */
export function labelsIn(written: unknown, name: 'rows' | 'columns' | 'choices', languages: FormbricksLanguages) {
  return listAt(written, name).map((each, i) => {
    const label = at(each, 'label') ?? each;
    const texts = textsOf(label, languages);
    const text = texts[languages.first] ?? Object.values(texts)[0] ?? String(i + 1);
    return { id: textAt(each, 'id') || text, text, texts, wording: wordingIn(label, text, languages) };
  });
}

/** Columns become the points of a scale, in their order. */
function matrixOf(element: FormbricksElement): Question[] {
  const { written, base, languages, lose } = element;
  const all = labelsIn(written, 'rows', languages);
  const rows = all.slice(0, CHOICES_MOST);
  if (all.length > rows.length) lose(`It has ${all.length} rows; the first ${CHOICES_MOST} are kept.`);
  if (!['', 'none'].includes(textAt(written, 'shuffleOption'))) lose('Its rows stand in their written order.');
  const columns = labelsIn(written, 'columns', languages);
  if (columns.length < 2 || columns.length > 11 || rows.length === 0) {
    lose(`Its ${columns.length} columns make no scale of a matrix (2 to 11), so it is left out.`);
    return [];
  }
  if (columns.slice(1, -1).some(({ text }, i) => text !== String(i + 2))) {
    lose(`Its columns are asked as the points 1 to ${columns.length}; only the ends keep their labels.`);
  }
  const different = [...new Map(rows.map(({ id, wording }) => [idFrom(id), wording]))];
  return [
    {
      ...base,
      type: 'matrix',
      min: 1,
      max: columns.length,
      rows: different.map(([id, text]) => ({ id, text })),
      low: columns[0]!.wording,
      high: columns.at(-1)!.wording,
    },
  ];
}

function consentOf({ base, written, languages }: FormbricksElement): Question {
  const label = textsOf(at(written, 'label'), languages);
  return {
    ...base,
    type: 'consent',
    ...(!base.help && Object.keys(label).length > 0 && { help: { customer: label } }),
  };
}

function contactOf({ base, written, lose }: FormbricksElement): Question[] {
  const shown = CONTACT_PARTS.filter((part) => at(written, part, 'show') === true);
  const fields = [
    ...new Set(shown.map((part): ContactField => (part === 'firstName' || part === 'lastName' ? 'name' : part))),
  ];
  if (shown.includes('firstName') && shown.includes('lastName')) lose('First and last name are asked as one name.');
  const needed = shown.filter((part) => at(written, part, 'required') === true);
  if (needed.length > 0 && needed.length < shown.length) lose('Which of its fields have to be filled in is not kept.');
  if (fields.length > 0) return [{ ...base, type: 'contact', fields }];
  lose('It asks for nothing, so it is left out.');
  return [];
}
