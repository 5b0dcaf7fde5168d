import { CANCELLATION } from './templates/cancellation.ts';
import { COMPARED_WITH_EXPECTED } from './templates/compared-with-expected.ts';
import { COMPETITOR_COMPARISON } from './templates/competitor-comparison.ts';
import type { SurveyTemplate } from './templates/compose.ts';
import { EMPLOYEE_PULSE } from './templates/employee-pulse.ts';
import { FOUR_QUESTIONS } from './templates/four-questions.ts';
import { JOURNEY_STAGE } from './templates/journey-stage.ts';
import { ONBOARDING } from './templates/onboarding.ts';
import { POST_PURCHASE } from './templates/post-purchase.ts';
import { RELATIONSHIP_NPS } from './templates/relationship-nps.ts';
import { SERVICE_QUALITY } from './templates/service-quality.ts';
import { SUPPORT_CONTACT } from './templates/support.ts';

export type { SurveyTemplate, TemplateItem } from './templates/compose.ts';

/** Surveys to begin with, complete in English, German, Spanish, French and Dutch for every audience that they ask. */
export const TEMPLATES: readonly SurveyTemplate[] = [
  RELATIONSHIP_NPS,
  POST_PURCHASE,
  ONBOARDING,
  SUPPORT_CONTACT,
  JOURNEY_STAGE,
  SERVICE_QUALITY,
  COMPARED_WITH_EXPECTED,
  COMPETITOR_COMPARISON,
  CANCELLATION,
  FOUR_QUESTIONS,
  EMPLOYEE_PULSE,
];
