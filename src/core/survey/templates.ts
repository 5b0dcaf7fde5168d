import type { SurveyTemplate } from './templates/compose.ts';
import { RELATIONSHIP_NPS } from './templates/relationship-nps.ts';

export type { SurveyTemplate, TemplateItem } from './templates/compose.ts';

/** Surveys to begin with, complete in English, German, Spanish, French and Dutch for every audience that they ask. */
export const TEMPLATES: readonly SurveyTemplate[] = [RELATIONSHIP_NPS];
