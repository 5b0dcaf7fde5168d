import type { Audience } from '../perspective.ts';
import type { Page, Question, SurveyDefinition } from './definition.ts';

/** Whom a question is put to: those of the survey that neither the page nor the question leaves out. */
export function audiencesAsked(definition: SurveyDefinition, page: Page, question: Question): Audience[] {
  return definition.audiences.filter(
    (audience) =>
      (page.audiences ?? [audience]).includes(audience) && (question.audiences ?? [audience]).includes(audience),
  );
}
