import type { SurveyDefinition } from '../../core/survey/definition.ts';

/** Every answer key that a field can be bound to as a whole; single choices of several are found by their names alone. */
export function answerKeys(definition: SurveyDefinition): string[] {
  return definition.pages
    .flatMap((page) => page.questions)
    .flatMap((question): string[] => {
      const { id } = question;
      switch (question.type) {
        case 'statement':
          return [];
        case 'matrix':
          return question.rows.map((row) => `${id}.${row.id}`);
        case 'contact':
          return question.fields.map((field) => `${id}.${field}`);
        case 'single':
        case 'multiple':
          return question.other ? [id, `${id}.other`] : [id];
        default:
          return [id];
      }
    });
}
