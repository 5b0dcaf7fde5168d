import { AUDIENCES, type Audience } from '../../core/perspective.ts';
import type { Page, Question, SurveyDefinition, Wording } from '../../core/survey/definition.ts';
import { typeName } from './question-types.ts';

/** In the order in which wordings stand side by side: customers write first, the others follow them. */
export const SIDE_BY_SIDE: readonly Audience[] = AUDIENCES.toReversed();

/** What somebody reads there, in this language if it is written, otherwise in any. */
export function plain(wording: Wording | undefined, language: string, audience: Audience = 'customer'): string {
  for (const text of [wording?.[audience], wording?.customer, ...Object.values(wording ?? {})]) {
    const found = [text?.[language], ...Object.values(text ?? {})].find((one) => one?.trim());
    if (found) return found.trim();
  }
  return '';
}

const LONGEST = 80;
const short = (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1).trimEnd()}…` : text);

/** How a question is called in lists: its text, or what kind it is while it has none. */
export function nameOfQuestion(survey: SurveyDefinition, question: Question, language = survey.languages[0] ?? 'en') {
  return short(plain(question.text, language).replaceAll(/\s+/g, ' ')) || `${typeName(question.type)} without text`;
}
export function nameOfPage(survey: SurveyDefinition, page: Page, language = survey.languages[0] ?? 'en'): string {
  return short(plain(page.title, language)) || `Page ${survey.pages.indexOf(page) + 1}`;
}
export function nameOfEnding(survey: SurveyDefinition, id: string, language = survey.languages[0] ?? 'en'): string {
  const at = survey.endings.findIndex((ending) => ending.id === id);
  return short(plain(survey.endings[at]?.title, language)) || `Thank-you page ${at + 1}`;
}
