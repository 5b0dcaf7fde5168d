import type { Audience } from '../../core/perspective.ts';
import { isAnonymous } from '../../core/survey/definition.ts';
import type { Tx } from '../db/connect.ts';
import { latestVersion } from './versions.ts';

/** `isAnonymous` of the version that is published; leaders and staff are so before there is one. */
export async function isProtected(workspaceId: string, tx: Tx, surveyId: string, audience: Audience): Promise<boolean> {
  if (audience !== 'customer') return true;
  const latest = await latestVersion(workspaceId, tx, surveyId);
  return latest !== undefined && isAnonymous(latest.definition, audience);
}
