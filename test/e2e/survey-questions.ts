import type { Question, SurveyDefinition, Wording } from '../../src/core/survey/definition.ts';

const say = (en: string): Wording => ({ customer: { en } });
const choices = (...texts: string[]) => texts.map((text, i) => ({ id: `c${i + 1}`, text: say(text) }));

/** One question of each type and look. */
export const QUESTIONS: readonly Question[] = [
  { id: 'nps', type: 'nps', text: say('How likely are you to recommend us?'), notApplicable: true },
  { id: 'stars', type: 'csat', look: 'stars', points: 5, text: say('How satisfied are you with the seats?') },
  { id: 'faces', type: 'csat', look: 'smileys', points: 5, text: say('How was the service at the gate?') },
  { id: 'ces', type: 'ces', text: say('The airport made it easy for me to find my gate.') },
  {
    id: 'rating',
    type: 'rating',
    min: 1,
    max: 5,
    text: say('How clean were the restrooms?'),
    help: say('Think of your **last** visit.'),
    low: say('Not clean at all'),
    high: say('Very clean'),
    required: 'yes',
  },
  {
    id: 'matrix',
    type: 'matrix',
    min: 1,
    max: 5,
    text: say('How good were …'),
    low: say('Poor'),
    high: say('Excellent'),
    notApplicable: true,
    rows: choices('Signs and directions', 'Shops and restaurants', 'Walking distances'),
  },
  { id: 'single', type: 'single', text: say('Why did you travel?'), other: true, choices: choices('Work', 'Leisure') },
  {
    id: 'multiple',
    type: 'multiple',
    text: say('What did you use?'),
    other: true,
    choices: choices('Lounge', 'Car park', 'Wireless network'),
  },
  {
    id: 'ranking',
    type: 'ranking',
    text: say('What matters most to you?'),
    choices: choices('Short queues', 'Clean restrooms', 'Good food', 'Quiet places'),
  },
  {
    id: 'slider',
    type: 'slider',
    min: 0,
    max: 100,
    step: 5,
    text: say('How relaxed were you?'),
    low: say('Not at all'),
    high: say('Fully'),
  },
  { id: 'yesno', type: 'yesno', text: say('Did you find what you looked for?') },
  { id: 'short', type: 'short', text: say('Which airline did you fly with?') },
  { id: 'long', type: 'long', text: say('What could we do better?'), maxLength: 500 },
  { id: 'number', type: 'number', text: say('How many bags did you check in?'), min: 0, max: 9 },
  { id: 'date', type: 'date', text: say('When did you fly?'), max: '2030-12-31' },
  { id: 'email', type: 'email', text: say('Your e-mail address') },
  { id: 'contact', type: 'contact', text: say('How can we reach you?'), fields: ['name', 'email', 'phone', 'company'] },
  { id: 'consent', type: 'consent', text: say('I agree that you [keep my answers](https://example.org/privacy).') },
  { id: 'statement', type: 'statement', text: say('Nearly done.\n\n- two questions\n- one minute') },
];

/** A survey of these questions, one on each page. */
export function surveyOf(questions: readonly Question[], changes: Partial<SurveyDefinition> = {}): SurveyDefinition {
  return {
    format: 'parallax-survey/1',
    title: say('Your day at the airport'),
    languages: ['en'],
    audiences: ['customer'],
    pages: questions.map((question) => ({ id: `p_${question.id}`, questions: [question] })),
    endings: [{ id: 'thanks', title: say('Thank you'), text: say('Your answers help us to see what you live.') }],
    hidden: [],
    quotas: [],
    appearance: {},
    settings: { progress: true, back: true, anonymousCustomers: false, askAgainAfterDays: null },
    ...changes,
  };
}
