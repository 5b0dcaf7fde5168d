import type { Tx } from '../db/connect.ts';
import { surveyFacts } from './survey-facts.ts';

/** The least days that the workspace and the survey leave between two asks of one person for this survey; 0: no rule. */
export async function restDays(workspaceId: string, tx: Tx, surveyId: string): Promise<number> {
  const { settings, repeat } = await surveyFacts(workspaceId, tx, surveyId);
  return Math.max(settings.anySurveyDays, 'days' in repeat ? repeat.days : 0);
}
