import { setImmediate } from 'node:timers/promises';
import { checkSteps, type SurveyFinding } from '../../core/survey/check-survey.ts';
import type { SurveyDefinition } from '../../core/survey/definition.ts';
import { type Bindings, bindItems } from '../../core/survey/item-answers.ts';
import type { Tx } from '../db/connect.ts';
import { listItems } from '../items/verbs.ts';
import { lastAnsweredVersion } from '../responses/verbs.ts';
import { redirectHosts } from '../workspaces/verbs.ts';
import { findVersion } from './version-store.ts';
import { latestVersion } from './versions.ts';

/**
 * What stands in the way of publishing, what should be looked at before, and the items that the answers belong to.
 * Archived items are left out of surveys, so a question that names one is bound to nothing.
 */
export async function check(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  definition: SurveyDefinition,
): Promise<{ findings: SurveyFinding[]; bindings: Bindings }> {
  const items = new Map((await listItems(workspaceId, tx)).map((item) => [item.key, item]));
  const previous = (await latestVersion(workspaceId, tx, surveyId))?.definition;
  const hosts = await redirectHosts(workspaceId, tx);
  const version = await lastAnsweredVersion(workspaceId, tx, surveyId);
  const answered = version === null ? undefined : await findVersion(workspaceId, tx, surveyId, version);
  const steps = checkSteps(definition, { items, redirectHosts: hosts, previous, answered });
  for (;;) {
    const step = steps.next();
    if (step.done) return { findings: step.value, bindings: bindItems(definition, items).bindings };
    // Whoever waits for an answer to be stored comes first.
    await setImmediate();
  }
}
