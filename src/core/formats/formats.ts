import { formbricksSurvey } from './formbricks.ts';
import { formbricksAnswers, formbricksBoth } from './formbricks-answers.ts';
import { limeSurveyLss } from './lss.ts';
import { limeSurveyAnswers } from './lss-answers.ts';
import type { Format, SourceFile } from './neutral.ts';
import { typeformForm } from './typeform.ts';
import { typeformAnswers } from './typeform-answers.ts';

/** Every format that can be read, the surest to recognise first: the first that recognises a file reads it. */
const FORMATS: readonly Format[] = [
  limeSurveyLss,
  limeSurveyAnswers,
  typeformForm,
  typeformAnswers,
  formbricksBoth,
  formbricksSurvey,
  formbricksAnswers,
];

/** The format of a file; undefined where none recognises it. */
export function formatOf(file: SourceFile): Format | undefined {
  return FORMATS.find((format) => format.detect(file));
}
