import type { Audience } from '../../core/perspective.ts';
import type { Tx } from '../db/connect.ts';
import { latestVersion } from './versions.ts';

/** Whether nobody may know who answered what: leaders, staff, and customers of an anonymous survey. */
export async function isProtected(workspaceId: string, tx: Tx, surveyId: string, audience: Audience): Promise<boolean> {
  if (audience !== 'customer') return true;
  return (await latestVersion(workspaceId, tx, surveyId))?.definition.settings.anonymousCustomers === true;
}
