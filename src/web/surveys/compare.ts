import type { SurveyDefinition } from '../../core/survey/definition.ts';
import { questionsOf } from './edit.ts';
import { same } from './merge.ts';
import { nameOfQuestion, plain } from './names.ts';

/** What changed from one definition to the next, in sentences. Empty: nothing. */
export function changesBetween(before: SurveyDefinition, after: SurveyDefinition): string[] {
  const was = new Map(questionsOf(before).map((question) => [question.id, question]));
  const is = new Map(questionsOf(after).map((question) => [question.id, question]));
  const changes: string[] = [];
  for (const [id, question] of is) {
    const old = was.get(id);
    if (!old) changes.push(`Added: ${nameOfQuestion(after, question)}`);
    else if (!same(old, question)) changes.push(`Changed: ${nameOfQuestion(after, question)}`);
  }
  for (const [id, question] of was) {
    if (!is.has(id)) changes.push(`Removed: ${nameOfQuestion(before, question)}`);
  }
  const order = (survey: SurveyDefinition, other: ReadonlyMap<string, unknown>) =>
    survey.pages.map((page) => page.questions.map(({ id }) => id).filter((id) => other.has(id)));
  if (!same(order(before, is).flat(), order(after, was).flat())) changes.push('The order of questions');
  const frame = (survey: SurveyDefinition) => survey.pages.map(({ questions: _, ...page }) => page);
  if (!same(frame(before), frame(after))) changes.push('Pages: their titles, conditions or jumps');
  const parts: [keyof SurveyDefinition, string][] = [
    ['title', `The title: ${plain(after.title, after.languages[0] ?? 'en') || 'none'}`],
    ['audiences', 'Whom it asks'],
    ['languages', `Languages: ${after.languages.join(', ')}`],
    ['endings', 'Thank-you pages'],
    ['hidden', 'Hidden fields'],
    ['quotas', 'Quotas'],
    ['appearance', 'The appearance'],
    ['settings', 'Settings'],
  ];
  for (const [part, sentence] of parts) if (!same(before[part], after[part])) changes.push(sentence);
  return changes;
}
