import type { SurveyDefinition } from '../../core/survey/definition.ts';
import type { Tx } from '../db/connect.ts';
import { quotaCounts } from './store.ts';

export { eraseSetApart, setApartOfContact } from './apart-store.ts';
export { lockIntake } from './store.ts';

/** Ids of the quotas that are full: who matches one of them is led to its ending, and is set apart if answers come all the same. */
export async function fullQuotas(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  definition: Pick<SurveyDefinition, 'quotas'>,
): Promise<string[]> {
  if (definition.quotas.length === 0) return [];
  const counts = (await quotaCounts(workspaceId, tx, [surveyId])).get(surveyId);
  return definition.quotas.filter((quota) => (counts?.get(quota.id) ?? 0) >= quota.limit).map((quota) => quota.id);
}
