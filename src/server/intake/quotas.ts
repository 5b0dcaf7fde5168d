import type { Audience } from '../../core/perspective.ts';
import type { Quota, SurveyDefinition } from '../../core/survey/definition.ts';
import { holds } from '../../core/survey/flow.ts';
import type { Merged } from '../../core/survey/parts.ts';
import { isQuotaOnAnonymousAnswers } from '../../core/survey/quotas.ts';
import type { Tx } from '../db/connect.ts';
import type { Working } from './merge-batch.ts';
import { addToQuotas, quotaCounts } from './store.ts';

/**
 * Counts who has just finished towards the quotas; those for whom there is no room left are set apart. Who finished before
 * and answers otherwise by a late part goes over to the quotas that it matches now, whether there is room or not.
 */
export async function fillQuotas(workspaceId: string, tx: Tx, changed: readonly Working[]): Promise<void> {
  await addToQuotas(workspaceId, tx, changed.flatMap(movedQuotas));
  const finishing = changed.filter(
    ({ reason, before, merged, published }) =>
      !reason && !before.finished && merged.finished && published.definition.quotas.length > 0,
  );
  if (finishing.length === 0) return;
  const surveyIds = [...new Set(finishing.map(({ response }) => response.surveyId))];
  const counts = await quotaCounts(workspaceId, tx, surveyIds);
  const added = new Map<string, { surveyId: string; quotaId: string; n: number }>();
  for (const working of finishing) {
    const { surveyId, audience } = working.response;
    const held = counts.get(surveyId) ?? new Map<string, number>();
    const matching = matchingQuotas(working.published.definition, { ...working, audience });
    if (matching.some((quota) => (held.get(quota.id) ?? 0) >= quota.limit)) {
      working.reason = 'quota';
      continue;
    }
    for (const { id: quotaId } of matching) {
      held.set(quotaId, (held.get(quotaId) ?? 0) + 1);
      const sum = added.get(`${surveyId} ${quotaId}`) ?? { surveyId, quotaId, n: 0 };
      sum.n += 1;
      added.set(`${surveyId} ${quotaId}`, sum);
    }
  }
  await addToQuotas(workspaceId, tx, [...added.values()]);
}

function movedQuotas({ reason, before, merged, stored, attributes, published, response }: Working) {
  const { definition } = published;
  if (reason || !before.finished || definition.quotas.length === 0) return [];
  const { surveyId, audience } = response;
  const [then, now] = [
    matchingQuotas(definition, { audience, merged: before, attributes: stored?.attributes ?? attributes }),
    matchingQuotas(definition, { audience, merged, attributes }),
  ];
  return definition.quotas.flatMap((quota) => {
    const n = Number(now.includes(quota)) - Number(then.includes(quota));
    return n === 0 ? [] : [{ surveyId, quotaId: quota.id, n }];
  });
}

interface Answered {
  readonly audience: Audience;
  readonly merged: Merged;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Counts a response in every quota that it matches, or takes it out (`by` −1), whether there is room or not. */
export async function countInQuotas(
  workspaceId: string,
  tx: Tx,
  definition: SurveyDefinition,
  response: Answered & { readonly surveyId: string },
  by: 1 | -1,
): Promise<void> {
  const { surveyId } = response;
  const added = matchingQuotas(definition, response).map((quota) => ({ surveyId, quotaId: quota.id, n: by }));
  await addToQuotas(workspaceId, tx, added);
}

function matchingQuotas(definition: SurveyDefinition, { audience, merged, attributes }: Answered): Quota[] {
  const counting = Object.entries(merged.answers).filter(([, { left }]) => !left);
  const answers = Object.fromEntries(counting.map(([key, { value }]) => [key, value]));
  const state = { answers, hidden: attributes, attributes };
  return definition.quotas.filter(
    (quota) =>
      (quota.audience ?? audience) === audience &&
      !isQuotaOnAnonymousAnswers(definition, quota, audience) &&
      holds(quota.if, state),
  );
}
