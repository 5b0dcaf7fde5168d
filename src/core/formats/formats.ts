import { formbricksSurvey } from './formbricks.ts';
import { formbricksAnswers, formbricksBoth } from './formbricks-answers.ts';
import { googleFormsAnswers } from './google-forms.ts';
import { limeSurveyLss } from './lss.ts';
import { limeSurveyAnswers } from './lss-answers.ts';
import type { Format, SourceFile } from './neutral.ts';
import { ownAnswers, spssAnswers } from './own-answers.ts';
import { qualtricsQsf } from './qsf.ts';
import { qualtricsAnswers } from './qualtrics-answers.ts';
import { appStoreJson, googlePlayCsv, googlePlayJson, reviewsCsv, trustpilotJson } from './reviews.ts';
import { surveyMonkeyAnswers } from './survey-monkey.ts';
import { zendeskCsv, zendeskJson } from './tickets.ts';
import { typeformForm } from './typeform.ts';
import { typeformAnswers } from './typeform-answers.ts';

/** Every format that can be read, the surest to recognise first: the first that recognises a file reads it. */
const FORMATS: readonly Format[] = [
  spssAnswers,
  ownAnswers,
  qualtricsQsf,
  qualtricsAnswers,
  limeSurveyLss,
  limeSurveyAnswers,
  typeformForm,
  typeformAnswers,
  formbricksBoth,
  formbricksSurvey,
  formbricksAnswers,
  googlePlayJson,
  googlePlayCsv,
  appStoreJson,
  trustpilotJson,
  zendeskJson,
  zendeskCsv,
  reviewsCsv,
  surveyMonkeyAnswers,
  googleFormsAnswers,
];

/** The format of a file; undefined where none recognises it. */
export function formatOf(file: SourceFile): Format | undefined {
  return FORMATS.find((format) => format.detect(file));
}
