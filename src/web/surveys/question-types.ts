import type { Question, QuestionType } from '../../core/survey/definition.ts';

interface TypeOfQuestion {
  readonly type: QuestionType;
  readonly name: string;
  /** When to take it, in a few words. */
  readonly about: string;
}

/** In the groups and the order in which they are offered. */
export const QUESTION_GROUPS: readonly { readonly name: string; readonly types: readonly TypeOfQuestion[] }[] = [
  {
    name: 'Rated: compares across audiences',
    types: [
      { type: 'rating', name: 'Rating', about: 'Agreement or how good, on a scale of any length' },
      { type: 'csat', name: 'Satisfaction (CSAT)', about: 'Stars, smileys or numbers' },
      { type: 'nps', name: 'Recommendation (NPS)', about: '0 to 10: would they recommend us?' },
      { type: 'ces', name: 'Effort (CES 2.0)', about: '1 to 7: did we make it easy?' },
      { type: 'matrix', name: 'Matrix', about: 'Several things on one scale, one a row' },
      { type: 'slider', name: 'Slider', about: 'A long or fine scale, such as 0 to 100' },
      { type: 'yesno', name: 'Yes or no', about: 'Did it happen?' },
    ],
  },
  {
    name: 'Chosen',
    types: [
      { type: 'single', name: 'One choice', about: 'One of a list' },
      { type: 'multiple', name: 'Several choices', about: 'Any of a list' },
      { type: 'ranking', name: 'Ranking', about: 'A list put in order' },
    ],
  },
  {
    name: 'Written',
    types: [
      { type: 'long', name: 'Long text', about: 'In their own words' },
      { type: 'short', name: 'Short text', about: 'One line' },
      { type: 'number', name: 'Number', about: 'An amount or a count' },
      { type: 'date', name: 'Date', about: 'A day' },
    ],
  },
  {
    name: 'About the person, and without an answer',
    types: [
      { type: 'email', name: 'E-mail', about: 'One address, checked' },
      { type: 'contact', name: 'Contact details', about: 'Name, e-mail, phone, company' },
      { type: 'consent', name: 'Consent', about: 'A box to tick' },
      { type: 'statement', name: 'Statement', about: 'Text without an answer' },
    ],
  },
];

const NAMES = new Map(QUESTION_GROUPS.flatMap(({ types }) => types.map(({ type, name }) => [type, name])));
export const typeName = (type: QuestionType): string => NAMES.get(type) ?? type;

/** A question as it stands right after it was added. */
export function newQuestion(type: QuestionType, id: string): Question {
  const asked = { id, text: { customer: {} } };
  const choices = [1, 2].map((n) => ({ id: `choice${n}`, text: { customer: {} } }));
  switch (type) {
    case 'rating':
      return { ...asked, type, min: 1, max: 5 };
    case 'matrix':
      return { ...asked, type, min: 1, max: 5, rows: [{ id: 'row1', text: { customer: {} } }] };
    case 'slider':
      return { ...asked, type, min: 0, max: 100, step: 1 };
    case 'csat':
      return { ...asked, type, look: 'stars', points: 5 };
    case 'single':
    case 'multiple':
      return { ...asked, type, choices };
    case 'ranking':
      return { ...asked, type, choices };
    case 'contact':
      return { ...asked, type, fields: ['name', 'email'] };
    case 'nps':
    case 'ces':
    case 'yesno':
    case 'short':
    case 'long':
    case 'number':
    case 'date':
    case 'consent':
    case 'statement':
    case 'email':
      return { ...asked, type };
  }
}
