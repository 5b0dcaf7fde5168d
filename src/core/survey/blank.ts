import type { SurveyDefinition } from './definition.ts';

/** What a new survey begins as: one empty page and a thank-you page, for customers, in English. */
export const BLANK: SurveyDefinition = {
  format: 'parallax-survey/1',
  title: { customer: {} },
  languages: ['en'],
  audiences: ['customer'],
  pages: [{ id: 'page1', questions: [] }],
  endings: [{ id: 'thanks', title: { customer: { en: 'Thank you. Your answers are stored.' } } }],
  hidden: [],
  quotas: [],
  appearance: {},
  settings: { progress: true, back: true, anonymousCustomers: false, askAgainAfterDays: 90 },
};
