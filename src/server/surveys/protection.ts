import type { Audience } from '../../core/perspective.ts';
import { isAnonymous } from '../../core/survey/definition.ts';
import type { Tx } from '../db/connect.ts';
import { latestVersion } from './versions.ts';

/**
 * Whether nobody may know who answered what. Customers are anonymous for good once any version promised it to them (see
 * `findVersion`); leaders and staff are so before anything is published.
 */
export async function isProtected(workspaceId: string, tx: Tx, surveyId: string, audience: Audience): Promise<boolean> {
  if (audience !== 'customer') return true;
  const latest = await latestVersion(workspaceId, tx, surveyId);
  return latest !== undefined && isAnonymous(latest.definition, audience);
}
